"""Answers to validation questions → how proposed short answers are weighed, and from when shown.

Each question is answered from its own report as a user's would be; of the stretches that are
proposed in the sentences shown, those that share enough words with the short answer are right.
Of a question that the report does not answer, and that is not declined, none is.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from rag.config import RANKED_HITS, WHOLE_REPORTS
from rag.reader.choose import choose
from rag.reader.networks.evidence import EvidenceReader
from rag.reader.reader import Reader
from rag.reader.short.briefly import as_read, proposals, refused
from rag.reader.short.kind import OTHER, kind_asked
from rag.reader.short.proposals import Sentence
from rag.reader.short.span_features import FEATURES, features
from rag.reader.whom.refer import naming
from rag.training.listwise import fit_networks, stored_networks
from rag.training.questions import Question
from rag.training.reader import Asked, patient_of

RIGHT = 0.5
"""Token F1 with the short answer from which a stretch is called right."""
NEAR = 0.2
"""A stretch that is so much worse than the best one of its question is not."""
FOLDS = 5
LEAST_SURE = 0.3
"""Below this probability no question gets a short answer: it is more often wrong than right.
docs/model_card.md has what other thresholds give."""
LEAST_RIGHT = 0.6
"""Of the short answers that are given, also to questions that no report answers, as many are to be
right: the thresholds of the kinds are raised until they are. At .62 an eighth of the F1 is lost, at
.65 more than a quarter (docs/model_card.md)."""
THRESHOLDS = tuple(round(LEAST_SURE + 0.05 * n, 2) for n in range(11))
""".3 to .8; a finer grid would follow chance, some kinds have forty short answers."""
PRICES = tuple(round(0.02 * n, 2) for n in range(10, 41))
"""How much of a right short answer a further one that is shown must be worth, from .2 to .8."""
FEWEST = 30
"""Of a kind: with fewer short answers it shares the threshold of all kinds."""

Matrix = np.ndarray[Any, np.dtype[np.float64]]
Flags = np.ndarray[Any, np.dtype[np.bool_]]
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Proposed:
    """The stretches proposed for one question: features, and token F1 with its short answer.

    `kind` is what the question asks for, `right` which stretches hold the short answer, `refused`
    those that no threshold lets through; `answered`: the question is not declined.
    """

    report_id: str
    rows: Matrix
    f1: Matrix
    kind: str = OTHER
    right: Flags | None = None
    refused: Flags | None = None
    answered: bool = True
    answerable: bool = True


def proposed(
    questions: Iterable[Question], asked: Asked, reader: Reader, evidence: EvidenceReader
) -> Iterator[Proposed]:
    """Each question answered from its own report, and the stretches of what would be shown.

    Questions that their report does not answer are among them where they would not be declined;
    those that it answers without a short answer are not.
    """
    for question in questions:
        if question.short is None and question.answerable:
            continue
        last, query = question.last, question.text
        report = asked.reports[question.report_id]
        hits = asked.searcher.search(
            query, RANKED_HITS, {"report": [report.id]}, whole_reports=WHOLE_REPORTS
        )
        patient = patient_of(question, asked)
        if patient is not None:
            query = naming(query, report, patient)
        read = reader.read(
            last,
            hits,
            asked.reports,
            query=query,
            patient=patient,
            introduced=asked.introduced,
        )
        answered = read.answerable >= read.threshold
        if not read.evidence or not (answered or question.answerable):
            continue
        shown = choose(last, read.evidence, one_patient=bool(read.wanted))
        shown.sort(key=lambda item: (-item.probability, item.start))
        sentences = as_read(query, shown, read.read, evidence)
        wanted = report.text[slice(*question.short)] if question.short else ""
        if one := weighed(last, query, sentences, wanted, report.id):
            yield replace(one, answered=answered)


def weighed(
    last: str, query: str, sentences: Sequence[Sentence], wanted: str, report_id: str
) -> Proposed | None:
    """The stretches of these sentences beside the short answer `wanted`, '' for none; None without
    any stretch.
    """
    found = proposals(last, sentences)
    if not found:
        return None
    told = [sentences[c.sentence].text for c in found]
    words = [text[c.start : c.end] for text, c in zip(told, found, strict=True)]
    f1 = np.asarray([token_f1(given, wanted) for given in words])
    right = [x >= RIGHT or holds(given, wanted) for x, given in zip(f1, words, strict=True)]
    forbidden = [
        refused(last, query, text, c.start, c.end) for text, c in zip(told, found, strict=True)
    ]
    return Proposed(
        report_id,
        features(last, query, sentences, found),
        f1,
        kind_asked(last),
        np.asarray(right),
        np.asarray(forbidden),
        answerable=bool(wanted),
    )


def holds(given: str, wanted: str) -> bool:
    """Whether a stretch has all words and numbers of the short answer in its order, and others."""
    mine, theirs = _tokens(given), _tokens(wanted)
    starts = range(len(mine) - len(theirs) + 1) if theirs else range(0)
    return any(mine[at : at + len(theirs)] == theirs for at in starts)


def token_f1(given: str, wanted: str) -> float:
    """F1 over the words and numbers of both, as SQuAD counts them (Rajpurkar et al. 2016)."""
    mine, theirs = Counter(_tokens(given)), Counter(_tokens(wanted))
    shared = sum((mine & theirs).values())
    return 2 * shared / (mine.total() + theirs.total()) if shared else 0.0


def _tokens(text: str) -> list[str]:
    words = re.findall(r"\d+(?:[.,]\d+)*|[^\W\d_]+|[%/+]", text.casefold())
    return [word for word in words if word not in ("a", "an", "the")]


@dataclass(frozen=True, slots=True)
class Chosen:
    """The likeliest stretch of a question: its kind, probability, F1, and whether it is right.

    A refused stretch has no probability: it is never shown.
    """

    kind: str
    chance: float
    f1: float
    right: bool
    answerable: bool


def fit_weighing(read: Sequence[Proposed], say: Say = print) -> dict[str, Any]:
    """The small networks and the thresholds as short.json holds them.

    What they do at several thresholds is said first, of fits without each question's own report.
    """
    chosen = _without_own(read)
    for at in (0.0, 0.2, 0.25, LEAST_SURE, 0.35, 0.4, 0.45, 0.5, 0.6):
        say(f"from {at:.2f} on: {_said(chosen, {}, at)}")
    thresholds, every = fit_thresholds(chosen)
    say(f"from {every:.2f} on, by kind {thresholds}: {_said(chosen, thresholds, every)}")
    networks = fit_networks([one.rows for one in read], [labels(one) for one in read])
    return stored_networks(networks, FEATURES) | {"threshold": every, "thresholds": thresholds}


def _said(chosen: Sequence[Chosen], thresholds: Mapping[str, float], every: float) -> str:
    """The figures of the short answers that are shown."""
    given = [one for one in chosen if one.chance >= thresholds.get(one.kind, every)]
    among = [one for one in given if one.answerable]
    n = sum(one.answerable for one in chosen)
    right = sum(one.right for one in given)
    return (
        f"given {len(among)} of {n}, {len(given) - len(among)} of {len(chosen) - n} that are not "
        f"answered; right {right / max(1, len(given)):.3f} ({right / max(1, len(among)):.3f} of "
        f"the answered), F1 {sum(one.f1 for one in given) / max(1, n):.3f}"
    )


def fit_thresholds(chosen: Sequence[Chosen]) -> tuple[dict[str, float], float]:
    """The threshold of each kind, and that of kinds with few questions.

    Each is where a further short answer is right too rarely for its price; the price, one for all
    kinds, is the lowest at which LEAST_RIGHT of those given are right. So precision is bought where
    it costs least.
    """
    kinds = sorted({one.kind for one in chosen})
    many = {
        kind: own
        for kind in kinds
        if len(own := [o for o in chosen if o.kind == kind and o.chance >= LEAST_SURE]) >= FEWEST
    }
    found: tuple[dict[str, float], float] = ({}, LEAST_SURE)
    for price in PRICES:
        every = _threshold(chosen, price)
        found = {kind: _threshold(own, price) for kind, own in many.items()}, every
        given = [o for o in chosen if o.chance >= found[0].get(o.kind, every)]
        if given and sum(o.right for o in given) >= LEAST_RIGHT * len(given):
            break
    return found


def _threshold(chosen: Sequence[Chosen], price: float) -> float:
    """The lowest of THRESHOLDS at which right answers less the price of all given are most."""

    def worth(at: float) -> float:
        given = [one.right for one in chosen if one.chance >= at]
        return round(sum(given) - price * len(given), 6)

    return max(THRESHOLDS, key=lambda at: (worth(at), -at))


def labels(one: Proposed) -> Flags:
    """The right stretches: those of F1 RIGHT at least that are nearly the best there is."""
    return one.f1 >= max(RIGHT, float(one.f1.max()) - NEAR)


def _without_own(read: Sequence[Proposed]) -> list[Chosen]:
    """For each answered question the stretch that would be chosen by a fit without its report."""
    ids = sorted({one.report_id for one in read})
    fold = {report_id: number % FOLDS for number, report_id in enumerate(ids)}
    chosen: dict[int, Chosen] = {}
    for number in range(FOLDS):
        learn = [one for one in read if fold[one.report_id] != number]
        networks = fit_networks([one.rows for one in learn], [labels(one) for one in learn])
        for i, one in enumerate(read):
            if fold[one.report_id] == number and one.answered:
                chosen[i] = choice(one, networks.logits(one.rows))
    return [chosen[i] for i in sorted(chosen)]


def choice(one: Proposed, logits: Matrix) -> Chosen:
    """The likeliest stretch of a question by its log-odds."""
    best = int(np.argmax(logits))
    forbidden = one.refused is not None and bool(one.refused[best])
    chance = 0.0 if forbidden else 1 / (1 + math.exp(-float(logits[best])))
    right = bool(one.right[best]) if one.right is not None else bool(one.f1[best] >= RIGHT)
    f1 = 0.0 if forbidden else float(one.f1[best])
    return Chosen(one.kind, chance, f1, right and not forbidden, one.answerable)
