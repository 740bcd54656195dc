"""The first reading's best sentences, read again by a network, and both readings put together.

The first reading compares vectors and words, which is quick and looks at hundreds of sentences; the
network reads question and sentence together, which is slow and looks at a few. Each knows something
that the other does not, so small networks weigh both.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from textwrap import shorten
from typing import Any

import numpy as np

from rag.reader.networks.text import Text
from rag.reader.weighing.features import SENTENCE_FEATURES, Candidate
from rag.reader.weighing.question_features import QUESTION_FEATURES
from rag.reader.whom.patients import Sides
from rag.reader.whom.person_words import Introductions
from rag.schema import Passage, Report
from rag.search_text import patient_of_passage, patient_words

READ_AGAIN = 6
"""Sentences that the network reads: each costs some 15 ms; eight are read no better than six."""

READ_OF_EACH = 2
"""And of each patient who is set side by side with others, at least so many."""

TITLE, PERSON, BEFORE = 90, 70, 120
"""Characters of what is read along: the beginning of the report's title and of the words that
introduce the patient, and the end of the sentence before, which the next goes on from."""

AGAIN_FEATURES = (
    *SENTENCE_FEATURES, "first", "first_gap", "first_place", "network", "network_gap",
    "network_place",
)  # fmt: skip
"""Of a sentence: those of the first reading, and both readings' log-odds, distance to the best and
place (as 1 / place)."""

ANSWERABLE_FEATURES = (
    *QUESTION_FEATURES, "network_best", "network_second", "network_of_best", "network_sum",
)  # fmt: skip
"""Of a question: its own at the log-odds of both readings, and what the network saw."""

CLOSE = 10.0
"""Log-odds are cut here: beyond it they say no more."""

Matrix = np.ndarray[Any, np.dtype[np.float64]]

Introduced = Callable[[Report], Introductions]
"""A report → the words that introduce its patients."""


def rows_to_read_again(logits: Matrix, count: int = READ_AGAIN) -> list[int]:
    """The places of the likeliest candidates, best first, ties in the candidates' order."""
    return [int(row) for row in np.argsort(-logits, kind="stable")[:count]]


def with_each_side(
    rows: Sequence[int], logits: Matrix, candidates: Sequence[Candidate], sides: Sides
) -> list[int]:
    """`rows`, and the likeliest of each patient whom the best one's report sets side by side.

    Best first, ties in the candidates' order.
    """
    best = candidates[rows[0]].hit.passage.report_id
    found = set(rows)
    for number in sides.get(best, ()):
        own = [
            row
            for row, one in enumerate(candidates)
            if (one.hit.passage.report_id, one.hit.passage.patient) == (best, number)
        ]
        found |= set(sorted(own, key=lambda row: (-logits[row], row))[:READ_OF_EACH])
    return sorted(found, key=lambda row: (-logits[row], row))


def texts_of(
    rows: Sequence[int],
    candidates: Sequence[Candidate],
    reports: Mapping[str, Report],
    introduced: Introduced,
) -> list[Text]:
    """The candidates at `rows` as the network reads them: the same text as in training."""
    found = []
    for row in rows:
        one, before = candidates[row], candidates[row - 1]
        goes_on = row > 0 and before.hit is one.hit
        passage = one.hit.passage
        report = reports[passage.report_id]
        words = header(report, passage, before.text if goes_on else "", introduced(report))
        found.append(Text(words, one.text))
    return found


def header(report: Report, passage: Passage, before: str, introduced: Introductions) -> str:
    """Title, patient, heading of the section, and the end of the sentence before."""
    case = patient_of_passage(report, passage)
    person = ""
    if case:
        words = shorten(introduced.get(case.number, ""), PERSON, placeholder="")
        person = f"{patient_words(case)}: {words}" if words else patient_words(case)
    heading = next((s.heading for s in report.sections if s.slug == passage.section), "")
    parts = (shorten(report.title, TITLE, placeholder=""), person, heading, before[-BEFORE:])
    return ". ".join(part for part in parts if part)


def nobody(report: Report) -> Introductions:
    """Introduces nobody: for texts that tell of no patients."""
    return {}


def again_features(first: Matrix, logits: Matrix, rows: Sequence[int], network: Matrix) -> Matrix:
    """Shape (rows, AGAIN_FEATURES).

    `first` and `logits` are of all candidates, `network` of those at `rows`, which are best first.
    """
    own = np.clip(logits[list(rows)], -CLOSE, CLOSE)
    net = np.clip(network, -CLOSE, CLOSE)
    place = np.empty(len(net))
    place[np.argsort(-net, kind="stable")] = np.arange(1, len(net) + 1)
    return np.column_stack(
        [
            first[list(rows)],
            own,
            own - own.max(),
            1 / np.arange(1, len(own) + 1),
            net,
            net - net.max(),
            1 / place,
        ]
    )


def with_the_rest(logits: Matrix, rows: Sequence[int], final: Matrix) -> Matrix:
    """The log-odds of all candidates: `final` at `rows`, the others behind all of those.

    The others keep their order and distances.
    """
    rest = np.delete(logits, list(rows))
    above = max(0.0, float(rest.max() - final.min())) if len(rest) else 0.0
    found: Matrix = logits - above
    found[list(rows)] = final
    return found


def common_scale(first: Matrix, network: Matrix) -> Matrix:
    """The first reading's log-odds moved by a network that was not fitted to them.

    Its scores are brought to the mean and spread of the first reading's, and count as much.
    """
    spread = max(float(network.std()), 1e-9)
    same = (network - network.mean()) / spread * first.std() + first.mean()
    values: Matrix = 0.5 * (first + same)
    return values


def answerable_features(question: Matrix, network: Matrix, final: Matrix) -> Matrix:
    """Shape (ANSWERABLE_FEATURES,): does anything that was read answer?

    `question` are the question's features at the final log-odds; `network` and `final` the scores
    of the sentences that were read again.
    """
    net = np.clip(network, -CLOSE, CLOSE)
    order = np.sort(net)[::-1]
    return np.concatenate(
        [
            question,
            [
                order[0],
                order[min(1, len(order) - 1)],
                net[int(np.argmax(final))],
                float(np.logaddexp.reduce(net)),
            ],
        ]
    )
