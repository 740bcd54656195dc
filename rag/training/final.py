"""Validation questions → how both readings are weighed, and when to be silent.

The network has learnt from the train split and knows its questions too well; the few numbers here
are fitted on the validation split, and every figure and the threshold come from questions of
reports that a fit did not see (cross-validation by report).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from rag.config import RANKED_HITS, WHOLE_REPORTS
from rag.reader.choose import MAX_SENTENCES
from rag.reader.model import Model
from rag.reader.reader import FirstReading, Reader
from rag.reader.rerank import read_again
from rag.reader.second import (
    ANSWERABLE_FEATURES,
    FINAL_FEATURES,
    SecondReading,
    answerable_features,
    shorts_of,
)
from rag.reader.shorten import found_answer
from rag.training.questions import Question
from rag.training.reader import Asked, Say, holds, logistic, stored

FOLDS = 5
KEEP_ANSWERED = 0.90
"""The share of answerable validation questions that must still be answered.

Risk and coverage there: 99 / 95 / 90 / 85 % answered leave 90 / 71 / 61 / 58 % of the unanswerable
ones answered, too. Those were written as look-alikes of answerable ones and are hard.
"""

Matrix = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True, slots=True)
class Read:
    """A question as both readings saw it; `labels` of the sentences that were read again."""

    question: Question
    scoped: bool
    first: FirstReading
    again: SecondReading
    labels: np.ndarray[Any, np.dtype[np.bool_]]
    first_answerable: Matrix

    @property
    def counts(self) -> bool:
        """Whether it says something about answering: not when another report may answer it."""
        off_topic = self.question.kind == "off-topic"
        return self.scoped or off_topic or self.question.alone


def read_all(questions: Sequence[Question], asked: Asked, reader: Reader) -> Iterator[Read]:
    """Each question asked of its own report; and of the whole library, when it stands alone."""
    for question in questions:
        ways = (True, False) if question.report_id else (False,)
        for scoped in ways[: 1 + question.alone]:
            if found := _read(question, scoped, asked, reader):
                yield found


def _read(question: Question, scoped: bool, asked: Asked, reader: Reader) -> Read | None:
    filters = {"report": [question.report_id]} if scoped else {}
    hits = asked.searcher.search(question.text, RANKED_HITS, filters, whole_reports=WHOLE_REPORTS)
    last = question.last
    first = reader.first_reading(last, hits, asked.reports, query=question.text)
    if first is None:
        return None
    again = reader.second_reading(last, question.text, first, asked.reports)
    labels = np.asarray([holds(question, first.candidates[row]) for row in again.rows])
    return Read(question, scoped, first, again, labels, reader.first_answerable(first))


def fit_final(read: Sequence[Read], off_topic: Sequence[Read], say: Say = print) -> dict[str, Any]:
    """The weights of both models and the threshold, as written to weights.json."""
    final = _final(read)
    folded = _folded(read)
    for scoped in (True, False):
        _say_hits(
            [(r, f) for r, f in zip(read, folded, strict=True) if r.scoped is scoped],
            "own report" if scoped else "all reports",
            say,
        )
    _say_passages(read, say)
    _say_shorts(list(zip(read, folded, strict=True)), say)
    _say_kept(list(zip(read, folded, strict=True)), say)
    every = [*read, *off_topic]
    logits = [*folded, *(final.logits(r.again.features) for r in off_topic)]
    kept = [
        (r, f)
        for r, f in zip(every, logits, strict=True)
        if r.counts and r.question.kind != "false-premise"
    ]
    rows = np.vstack(
        [answerable_features(r.first.question, r.first_answerable, r.again, f) for r, f in kept]
    )
    labels = np.asarray([r.question.answerable for r, _ in kept])
    groups = [r.question.report_id or f"off {n % FOLDS}" for n, (r, _) in enumerate(kept)]
    probabilities = _out_of_fold(rows, labels, groups)
    kinds = np.asarray([r.question.kind for r, _ in kept])
    threshold = _say_silence(probabilities, labels, kinds, say)
    return {
        "final": stored(final, FINAL_FEATURES),
        "answerable": stored(logistic(rows, labels), ANSWERABLE_FEATURES)
        | {"threshold": round(threshold, 4)},
    }


def _final(read: Sequence[Read]) -> Model:
    chosen = [r for r in read if r.labels.any()]
    return logistic(
        np.vstack([r.again.features for r in chosen]), np.concatenate([r.labels for r in chosen])
    )


def _folded(read: Sequence[Read]) -> list[Matrix]:
    """The final log-odds of each question, from a fit that did not see its report."""
    fold = _folds([r.question.report_id for r in read])
    models = [_final([r for r, f in zip(read, fold, strict=True) if f != n]) for n in range(FOLDS)]
    return [models[f].logits(r.again.features) for r, f in zip(read, fold, strict=True)]


def _folds(groups: Sequence[str]) -> list[int]:
    number = {name: n % FOLDS for n, name in enumerate(sorted(set(groups)))}
    return [number[name] for name in groups]


def _out_of_fold(rows: Matrix, labels: Any, groups: Sequence[str]) -> Matrix:  # noqa: ANN401
    fold = np.asarray(_folds(groups))
    found = np.zeros(len(rows))
    for n in range(FOLDS):
        model = logistic(rows[fold != n], labels[fold != n])
        found[fold == n] = 1 / (1 + np.exp(-model.logits(rows[fold == n])))
    return found


def _say_hits(read: Sequence[tuple[Read, Matrix]], name: str, say: Say) -> None:
    asked = [(r, f) for r, f in read if r.question.answerable]
    for k in (1, 3):
        final = [r.labels[np.argsort(-f, kind="stable")[:k]].any() for r, f in asked]
        first, network = (
            [
                r.labels[np.argsort(-r.again.features[:, c], kind="stable")[:k]].any()
                for r, _ in asked
            ]
            for c in (0, 2)
        )
        say(
            f"validation, {name}, n={len(asked)}, Success@{k}: both {np.mean(final):.3f}, "
            f"first reading {np.mean(first):.3f}, network {np.mean(network):.3f}"
        )


def _say_passages(read: Sequence[Read], say: Say) -> None:
    """Where the first passage with evidence stands, by what the network's relevance counts."""
    asked = [r for r in read if r.question.answerable and not r.scoped]
    for weight in (0.0, 0.25, 0.5, 1.0, 2.0):
        places = []
        for one in asked:
            relevant = {name: scores.relevant for name, scores in one.again.scores.items()}
            passages = [hit.passage for hit in read_again(one.first.hits, relevant, weight)]
            held = (
                n
                for n, p in enumerate(passages)
                if p.report_id == one.question.report_id and one.question.held_by(p.start, p.end)
            )
            places.append(next(held, 99))
        found = np.asarray(places)
        rates = ", ".join(f"@{k} {(found < k).mean():.3f}" for k in (1, 3, 8))
        say(f"relevance counts {weight}: passage Success {rates} (n {len(asked)})")


def _say_shorts(read: Sequence[tuple[Read, Matrix]], say: Say) -> None:
    """How right the short answer of the best sentence is, from which probability on it is shown."""
    found = []
    for one, final in read:
        if not one.question.answerable or one.question.short is None:
            continue
        best = int(np.argmax(final))
        candidate = one.first.candidates[one.again.rows[best]]
        short = shorts_of(one.again, one.first.candidates)[best]
        if short is None:
            continue
        wanted = one.question.short_in(candidate.start, candidate.end)
        touched = bool(wanted and short[0] < wanted[1] and wanted[0] < short[1])
        shown = found_answer(candidate.text, (*short[:2], 1.0)) is not None
        found.append((short[2], touched, shown))
    for limit in (0.1, 0.2, 0.3, 0.4, 0.5, 0.6):
        sure = [touched for p, touched, shown in found if p >= limit and shown]
        say(
            f"short answers from {limit:.1f}: {len(sure)} of {len(found)} shown, "
            f"{np.mean(sure) if sure else 0:.2f} right"
        )


def _say_kept(read: Sequence[tuple[Read, Matrix]], say: Say) -> None:
    """How many sentences are shown, and whether one answers, by how good a further one must be."""
    asked = [(r, f) for r, f in read if r.question.answerable and r.labels.any()]
    for share in (0.3, 0.4, 0.5, 0.6, 0.7, 0.8):
        counts, right, complete = [], [], []
        for one, final in asked:
            order = np.argsort(-final, kind="stable")[:MAX_SENTENCES]
            likely = 1 / (1 + np.exp(-final[order]))
            kept = order[likely >= share * likely[0]]
            counts.append(len(kept))
            right.append(one.labels[kept].any())
            complete.append(one.labels[kept].sum() / one.labels.sum())
        say(
            f"keeping from {share:.1f} of the best: {np.mean(counts):.2f} sentences, "
            f"{np.mean(right):.3f} with evidence, {np.mean(complete):.3f} of it"
        )


def _say_silence(probabilities: Matrix, labels: Any, kinds: Any, say: Say) -> float:  # noqa: ANN401
    from sklearn.metrics import roc_auc_score

    for kind in ("unanswerable", "off-topic"):
        chosen = labels | (kinds == kind)
        if (kinds == kind).any():
            area = roc_auc_score(labels[chosen], probabilities[chosen])
            say(f"answerable against {kind} ({(kinds == kind).sum()}): AUROC {area:.3f}")
    for share in (0.99, 0.97, 0.95, 0.93, 0.90, 0.85):
        limit = float(np.quantile(probabilities[labels], 1 - share))
        silent = (probabilities[kinds == "unanswerable"] < limit).mean()
        say(f"threshold {limit:.3f}: {share:.0%} answered, {silent:.0%} of unanswerable declined")
    return float(np.quantile(probabilities[labels], 1 - KEEP_ANSWERED))
