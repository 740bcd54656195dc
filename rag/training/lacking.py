"""Training questions of the train split → how much each missing word speaks for silence.

Each question is compared with the text about its patients (the writers noted whom it is about), or
with its whole report. A sparse logistic regression per head; only what is missing counts, not what
is there, so that the turn of phrase of a question is no reason to decline it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from rag.reader.question.ask import asked_part
from rag.reader.weighing.lacking import HEADS, missing, unseen
from rag.training.questions import Question

STRENGTH = 0.5
"""C of scikit-learn's LogisticRegression; .2 to 1 gave the same figures on validation."""
SEEN_AT_LEAST = 2
"""Questions that a name must be missing from to be learnt by itself; the rest is learnt together,
as what names that nobody has seen count for."""


def fit_lacking(read: Sequence[tuple[Question, str]], say: Callable[[str], None]) -> dict[str, Any]:
    """`lacking.json` from questions with the text that they are asked of."""
    names = [missing(asked_part(q.last), q.last, [text]) for q, text in read]
    counts = Counter(name for found in names for name in found)
    names = [
        tuple({n if counts[n] >= SEEN_AT_LEAST else unseen(n) for n in found}) for found in names
    ]
    known = {name: i for i, name in enumerate(sorted({n for found in names for n in found}))}
    made = {}
    for head in HEADS:
        chosen = [
            i for i, (q, _) in enumerate(read) if head != "silent" or q.kind != "false-premise"
        ]
        right = np.asarray([_silent(read[i][0]) for i in chosen])
        made[head] = _head([names[i] for i in chosen], right, known)
        say(f"{head}: {len(chosen)} questions, {right.sum()} silent, {len(known)} names")
    return made


def _silent(question: Question) -> bool:
    return not question.answerable or question.kind == "false-premise"


def _head(
    names: Sequence[Sequence[str]],
    silent: Any,  # noqa: ANN401
    known: Mapping[str, int],
) -> dict[str, Any]:
    from scipy.sparse import csr_matrix
    from sklearn.linear_model import LogisticRegression

    places = [(row, known[n]) for row, found in enumerate(names) for n in sorted(found)]
    rows, columns = zip(*places, strict=True)
    table = csr_matrix((np.ones(len(places)), (rows, columns)), shape=(len(names), len(known)))
    fitted = LogisticRegression(C=STRENGTH, max_iter=1000, class_weight="balanced").fit(
        table, silent
    )
    return {
        "intercept": round(float(fitted.intercept_[0]), 3),
        "weights": {name: round(float(fitted.coef_[0][i]), 3) for name, i in known.items()},
    }
