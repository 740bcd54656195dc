"""Questions asked of a library → the first reading's two logistic models and its threshold.

They are fitted on the validation split, whose questions the encoder has not seen. Test and
held-out reports are left out of the library that is searched, so that nothing of them, not even as
a distractor, takes part.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from rag.config import RANKED_HITS, WHOLE_REPORTS
from rag.dense import DenseIndex
from rag.embed import SentenceEncoder, Vectors
from rag.index import add
from rag.library import Library
from rag.reader.candidates import candidate_sentences
from rag.reader.features import (
    QUESTION_FEATURES,
    SENTENCE_FEATURES,
    Candidate,
    question_features,
    sentence_features,
)
from rag.reader.model import Model
from rag.reader.patients import Described, described
from rag.reader.reader import question_vectors
from rag.reader.refer import naming, patient_meant
from rag.schema import Report
from rag.search import Searcher
from rag.training.questions import Question

Say = Callable[[str], None]

# The share of answerable validation questions that must still be answered. A clinician who gets
# 'not in the reports' for something that is there loses the tool's trust as surely as one who
# gets a wrong sentence; the passages are shown either way. The weights that ship were fitted before
# the larger validation set came, at .90 of the easier questions of then (docs/model_card.md).
KEEP_ANSWERED = 0.85


@dataclass(frozen=True, slots=True)
class Asked:
    """What questions are asked of."""

    searcher: Searcher
    encoder: SentenceEncoder
    reports: dict[str, Report]


@dataclass(frozen=True, slots=True)
class Example:
    """One question with its candidates' features and labels; `scoped` to its own report or not."""

    question: Question
    candidates: list[Candidate]
    features: np.ndarray[Any, np.dtype[np.float64]]
    labels: np.ndarray[Any, np.dtype[np.bool_]]
    scoped: bool


class CachedEncoder(SentenceEncoder):
    """Encodes each text once: the same sentences are candidates again and again."""

    def __init__(self, model: str = "", *, adapter: Path | None = None) -> None:
        super().__init__(model, adapter=adapter)
        self._seen: dict[str, Vectors] = {}

    def encode(self, texts: Any) -> Vectors:  # noqa: ANN401
        """As `SentenceEncoder.encode`."""
        new = list(dict.fromkeys(text for text in texts if text not in self._seen))
        if new:
            self._seen.update(zip(new, super().encode(new), strict=True))
        return np.stack([self._seen[text] for text in texts])


@contextmanager
def opened(reports: Sequence[Path], encoder: SentenceEncoder) -> Iterator[Asked]:
    """A library of these reports, made with `encoder`, to ask training questions of."""
    with tempfile.TemporaryDirectory() as folder, Library(Path(folder), create=True) as library:
        list(add(reports, library, encoder))
        searcher = Searcher(library, encoder, DenseIndex(Path(folder), "training"))
        yield Asked(searcher, encoder, {report.id: report for report in library.reports()})


def examples(questions: Iterable[Question], asked: Asked) -> Iterator[Example]:
    """Each question asked of its own report and, when it stands alone, of the whole library."""
    for question in questions:
        for scoped in (True, False)[: 1 + question.alone]:
            if found := example(question, scoped, asked):
                yield found


def example(question: Question, scoped: bool, asked: Asked) -> Example | None:
    """The candidates of one question; None when nothing was found."""
    filters = {"report": [question.report_id]} if scoped else {}
    hits = asked.searcher.search(question.text, RANKED_HITS, filters, whole_reports=WHOLE_REPORTS)
    query, wanted = question.text, described(question.text)
    patient = _patient(question, asked) if scoped else None
    if patient is not None:
        query = naming(query, asked.reports[question.report_id], patient)
        wanted = Described(number=patient)
    candidates = candidate_sentences(hits, asked.reports, wanted)
    if not candidates:
        return None
    last = question.last
    vectors = asked.encoder.encode([c.text for c in candidates])
    asking = question_vectors(asked.encoder, last, query)
    features = sentence_features(last, candidates, asking, vectors, query=query)
    labels = np.asarray([holds(question, c) for c in candidates])
    return Example(question, candidates, features, labels, scoped)


def _patient(question: Question, asked: Asked) -> int | None:
    """Whom a question about one report means, as `rag.chat` finds it.

    The patient whom a conversation was about is taken from the question's own mark.
    """
    cases = asked.reports[question.report_id].cases
    follows = question.text != question.last and len(question.patients) == 1
    return patient_meant(question.last, cases, question.patients[0] if follows else None)


def holds(question: Question, candidate: Candidate) -> bool:
    """Whether a candidate is evidence for a question."""
    own = candidate.hit.passage.report_id == question.report_id
    return own and question.holds(candidate.start, candidate.end)


def other_topics(texts: Iterable[str], asked: Asked) -> Iterator[Example]:
    """Questions about other things, none of which the reports answer."""
    for text in texts:
        question = Question(text, "", "off-topic", False, ())
        if found := example(question, False, asked):
            yield found


def fit(read: list[Example], off_topic: list[Example], say: Say = print) -> dict[str, Any]:
    """Both models of the first reading and its threshold, as written to weights.json.

    They are fitted on questions that the encoder was not trained on, and so are the figures: they
    flatter a little. Those of `rag.training.final` come from reports that a fit did not see.
    """
    with_evidence = [e for e in read if e.question.answerable and e.labels.any()]
    sentence = logistic(
        np.vstack([e.features for e in with_evidence]),
        np.concatenate([e.labels for e in with_evidence]),
    )
    _say_hits([e for e in read if e.question.answerable], sentence, say)
    rows, labels = _answerable_rows(read + off_topic, sentence)
    question = logistic(rows, labels)
    probabilities = 1 / (1 + np.exp(-question.logits(rows)))
    from sklearn.metrics import roc_auc_score

    say(f"answerable, first reading: AUROC {roc_auc_score(labels, probabilities):.3f}")
    threshold = float(np.quantile(probabilities[labels], 1 - KEEP_ANSWERED))
    silent = float((probabilities[~labels] < threshold).mean())
    say(f"threshold {threshold:.3f}: {KEEP_ANSWERED:.0%} answered, {silent:.0%} rightly silent")
    return {
        "sentence": stored(sentence, SENTENCE_FEATURES),
        "question": stored(question, QUESTION_FEATURES) | {"threshold": round(threshold, 4)},
    }


def _answerable_rows(read: list[Example], model: Model) -> tuple[Any, Any]:
    """Rows of question features; false premises are left out, they are neither."""
    chosen = [
        e
        for e in read
        if e.question.kind != "false-premise"
        # Asked of the whole library, a question without its report's name may be answered by
        # another report; only those whose evidence was found say something.
        and (e.scoped or e.question.kind == "off-topic" or e.labels.any())
    ]
    rows = [
        question_features(
            e.question.last,
            e.candidates,
            e.features,
            model.logits(e.features),
            query=e.question.text,
        )
        for e in chosen
    ]
    return np.vstack(rows), np.asarray([e.question.answerable for e in chosen])


def logistic(rows: Any, labels: Any) -> Model:  # noqa: ANN401
    """A logistic model of standardised features; right and wrong count alike in sum."""
    from sklearn.linear_model import LogisticRegression

    mean, scale = rows.mean(axis=0), rows.std(axis=0)
    scale = np.where(scale > 0, scale, 1.0)
    fitted = LogisticRegression(C=1.0, max_iter=2000, class_weight="balanced").fit(
        (rows - mean) / scale, labels
    )
    return Model(mean, scale, fitted.coef_[0], float(fitted.intercept_[0]))


def _say_hits(read: list[Example], model: Model, say: Say) -> None:
    for scoped in (True, False):
        asked = [e for e in read if e.scoped is scoped]
        for k in (1, 3):
            order = [np.argsort(-model.logits(e.features), kind="stable")[:k] for e in asked]
            nearest = [np.argsort(-e.features[:, 0], kind="stable")[:k] for e in asked]
            found, cosine = (
                np.mean([e.labels[at].any() for e, at in zip(asked, places, strict=True)])
                for places in (order, nearest)
            )
            say(
                f"validation, {'own report' if scoped else 'all reports'}, n={len(asked)}, "
                f"Success@{k}: first reading {found:.3f}, cosine {cosine:.3f}"
            )


def stored(model: Model, names: tuple[str, ...]) -> dict[str, Any]:
    """A model as weights.json holds it."""
    return {
        "features": list(names),
        "mean": [round(float(x), 6) for x in model.mean],
        "scale": [round(float(x), 6) for x in model.scale],
        "coefficients": [round(float(x), 6) for x in model.coefficients],
        "intercept": round(model.intercept, 6),
    }
