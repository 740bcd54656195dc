"""The first reading's best passages, read again by the network, and both readings put together.

The first reading compares vectors, which is quick and looks at hundreds of sentences; the network
reads question and passage together, which is slow and looks at a few passages. Each knows
something that the other does not, so a logistic model weighs both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from rag.reader.features import Candidate
from rag.reader.question_features import QUESTION_FEATURES
from rag.reader.text import Text
from rag.schema import Hit, Report
from rag.search_text import contexts

if TYPE_CHECKING:
    from rag.reader.evidence import PassageScores

READ_AGAIN = 8
"""Passages that the network reads: cost grows with each, and so many hold the facts nine times in
ten (facts in top 8). Fewer were not tried."""

FINAL_FEATURES = (
    "first", "first_gap", "network", "network_gap", "relevant", "relevant_gap", "first_x_network",
)  # fmt: skip
"""Of a sentence: log-odds of both readings and of its passage, and their distance to the best."""

ANSWERABLE_FEATURES = (
    *QUESTION_FEATURES, "first_answerable", "network_best", "relevant_best", "answers_best",
    "final_best", "final_gap", "agree",
)  # fmt: skip
"""Of a question: those of the first reading, and the best that the second one saw."""

CLOSE = 10.0
"""Log-odds are cut here: beyond it they say no more."""

Short = tuple[int, int, float]
Matrix = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True, slots=True)
class SecondReading:
    """What was read again: the places of these candidates, and per passage what was seen."""

    rows: tuple[int, ...]
    scores: Mapping[str, PassageScores]
    features: Matrix


def passages_to_read_again(
    hits: Sequence[Hit], candidates: Sequence[Candidate], *, spread: bool
) -> list[Hit]:
    """The first READ_AGAIN hits (best first) that were read; with `spread` one of each report."""
    read = {c.hit.passage.id for c in candidates}
    found: list[Hit] = []
    seen: set[str] = set()
    for hit in hits:
        if hit.passage.id not in read or (spread and hit.passage.report_id in seen):
            continue
        seen.add(hit.passage.report_id)
        found.append(hit)
        if len(found) == READ_AGAIN:
            break
    return found


def texts_of(
    hits: Sequence[Hit], candidates: Sequence[Candidate], reports: Mapping[str, Report]
) -> list[Text]:
    """The hits' passages as the network reads them: the same text as in training."""
    sentences: dict[str, list[str]] = {}
    for candidate in candidates:
        sentences.setdefault(candidate.hit.passage.id, []).append(candidate.text)
    texts = []
    for hit in hits:
        (parts,) = contexts(reports[hit.passage.report_id], [hit.passage])
        texts.append(Text(". ".join(parts), tuple(sentences[hit.passage.id])))
    return texts


def second_reading(
    hits: Sequence[Hit],
    scores: Sequence[PassageScores],
    candidates: Sequence[Candidate],
    first: Matrix,
) -> SecondReading:
    """The features of the sentences of `hits`, which have these `scores`.

    `first` are the first reading's log-odds of all `candidates`.
    """
    by_passage = {hit.passage.id: one for hit, one in zip(hits, scores, strict=True)}
    rows = [i for i, c in enumerate(candidates) if c.hit.passage.id in by_passage]
    number: dict[str, int] = {}
    network, relevant = [], []
    for i in rows:
        name = candidates[i].hit.passage.id
        at = number.get(name, 0)
        number[name] = at + 1
        network.append(by_passage[name].sentences[at])
        relevant.append(by_passage[name].relevant)
    own = np.clip(first[rows], -CLOSE, CLOSE)
    net = np.clip(np.asarray(network, dtype=np.float64), -CLOSE, CLOSE)
    rel = np.clip(np.asarray(relevant, dtype=np.float64), -CLOSE, CLOSE)
    features = np.stack(
        [own, own - own.max(), net, net - net.max(), rel, rel - rel.max(), own * net], axis=1
    )
    return SecondReading(tuple(rows), by_passage, features)


def common_scale(read: SecondReading) -> Matrix:
    """The first reading's log-odds moved by a network that was not fitted to them.

    Its scores are brought to the mean and spread of the first reading's, and count as much.
    """
    first, network = read.features[:, 0], read.features[:, 2]
    spread = max(float(network.std()), 1e-9)
    same = (network - network.mean()) / spread * first.std() + first.mean()
    values: Matrix = 0.5 * (first + same)
    return values


def shorts_of(read: SecondReading, candidates: Sequence[Candidate]) -> list[Short | None]:
    """The short answer in each sentence that was read again: start, end, probability."""
    number: dict[str, int] = {}
    found: list[Short | None] = []
    for row in read.rows:
        name = candidates[row].hit.passage.id
        at = number.get(name, 0)
        number[name] = at + 1
        short = read.scores[name].shorts[at]
        found.append((short.start, short.end, round(short.probability, 4)) if short else None)
    return found


def answerable_features(
    first: Matrix, first_answerable: Matrix, read: SecondReading, final: Matrix
) -> Matrix:
    """Shape (ANSWERABLE_FEATURES,): does anything that was read answer?

    `first` are the question features of the first reading, `first_answerable` its log-odds,
    `final` the log-odds of the sentences that were read again.
    """
    order = np.argsort(-final, kind="stable")
    best = max(read.scores.values(), key=lambda one: one.relevant)
    agree = float(np.argmax(read.features[:, 0]) == np.argmax(read.features[:, 2]))
    return np.concatenate(
        [
            first,
            [
                first_answerable,
                read.features[:, 2].max(),
                read.features[:, 4].max(),
                float(np.clip(best.answers, -CLOSE, CLOSE)),
                final[order[0]],
                final[order[0]] - final[order[min(3, len(order) - 1)]],
                agree,
            ],
        ]
    )
