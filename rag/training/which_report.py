"""Questions asked of a library → what a report's marks count (`rag.reader.whom.which_report`).

A conditional logit: of the reports in which something was read for a question, its own is the
likelier, the surer its best sentence is and the more of the question's marks it has. Fitted on the
validation split, questions that nothing answers included: they mean a report all the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from rag.config import RANKED_HITS, WHOLE_REPORTS
from rag.reader.reader import Reader
from rag.reader.weighing.candidates import places_to_read
from rag.reader.whom.which_report import MARKS, marks_of
from rag.reader.words import stems
from rag.training.questions import Question
from rag.training.reader import Asked

RESTRAINT = 1.0
"""Of the squared weights; .1 to 10 chose as many right reports in fits without them."""
SELDOM = 2
"""A word that more questions of the train split have says nothing of which report is meant. Right
of 878 in fits without their own report: 761 so, 757 with 8, 748 with any, 754 without such words.
Words of the title, as a mark of their own, changed nothing and were left out.
"""
FOLDS = 8

Say = Callable[[str], None]
Numbers = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True, slots=True)
class Choice:
    """A question with the reports read for it: log-odds of the best sentence of each, shape
    (reports,), and marks, shape (reports, MARKS). `right` is the place of its own report, `own`
    its id.
    """

    own: str
    logits: Numbers
    marks: Numbers
    right: int


def common_words(questions: Iterable[Question]) -> list[str]:
    """The words of more than SELDOM questions, as stems, in order."""
    counts = Counter(word for question in questions for word in set(stems(question.text)))
    return sorted(w for w, n in counts.items() if n > SELDOM and not w.isdigit())


def choices(
    questions: Iterable[Question], asked: Asked, reader: Reader, common: frozenset[str]
) -> Iterator[Choice]:
    """Each question that stands alone, asked of the whole library, where its report was read."""
    for question in questions:
        if not question.alone or question.text != question.last:
            continue
        best = _best_of_each(question.text, asked, reader)
        if question.report_id not in best:
            continue
        ids = sorted(best)
        marks = marks_of(question.text, {one: asked.reports[one] for one in ids}, common)
        yield Choice(
            question.report_id,
            np.asarray([best[one] for one in ids]),
            np.asarray([marks[one] for one in ids]),
            ids.index(question.report_id),
        )


def _best_of_each(question: str, asked: Asked, reader: Reader) -> dict[str, float]:
    """The log-odds of the best sentence of each report, without what its marks say."""
    hits = asked.searcher.search(question, RANKED_HITS, {}, whole_reports=WHOLE_REPORTS)
    ids = [hits[i].passage.id for i in places_to_read(hits)]
    stored = asked.searcher.library.sentence_vectors(ids)
    first = reader.first_reading(question, hits, asked.reports, stored=stored)
    if first is None:
        return {}
    again = reader.second_reading(question, first, asked.reports, asked.introduced)
    best: dict[str, float] = {}
    logits = again.logits if again else first.logits
    for candidate, logit in zip(first.candidates, logits, strict=True):
        report_id = candidate.hit.passage.report_id
        best[report_id] = max(best.get(report_id, -np.inf), float(logit))
    return best


def fit_which_report(read: Sequence[Choice], common: Sequence[str], say: Say) -> dict[str, Any]:
    """`which_report.json`: what each mark counts, in log-odds of a sentence."""
    right = 0
    own = sorted({choice.own for choice in read})
    for fold in range(FOLDS):
        left_out = set(own[fold::FOLDS])
        weights = _fitted([choice for choice in read if choice.own not in left_out])
        right += sum(_is_right(one, weights) for one in read if one.own in left_out)
    before = sum(_is_right(one, np.zeros(len(MARKS))) for one in read)
    say(f"report: {len(read)} questions, right {before} by sentences alone, {right} with marks")
    counted = {m: round(float(w), 2) for m, w in zip(MARKS, _fitted(read), strict=True)}
    return {"weights": counted, "common": list(common)}


def _fitted(read: Sequence[Choice]) -> Numbers:
    """The weights of the marks, shape (MARKS,)."""
    from scipy.optimize import minimize

    def cost(numbers: Numbers) -> float:
        slope, weights = numbers[0], numbers[1:]
        total = RESTRAINT * float(weights @ weights)
        for choice in read:
            z = slope * choice.logits + choice.marks @ weights
            total -= float(z[choice.right] - np.logaddexp.reduce(z))
        return total

    start = np.asarray([0.5, *np.zeros(len(MARKS))])
    slope, *weights = minimize(cost, start, method="L-BFGS-B").x
    return np.asarray(weights, dtype=np.float64) / float(slope)


def _is_right(choice: Choice, weights: Numbers) -> bool:
    return int(np.argmax(choice.logits + choice.marks @ weights)) == choice.right
