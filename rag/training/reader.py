"""Questions asked of a library → the first reading's small networks and its threshold.

They are fitted on the validation split, whose questions the encoder has not seen. Test and
held-out reports are left out of the library that is searched, so that nothing of them, not even as
a distractor, takes part.
"""

from __future__ import annotations

import hashlib
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
from rag.embed.encoder import Network
from rag.index import add
from rag.introduced import IntroducedPatients
from rag.library import Library
from rag.reader.networks.again import Introduced
from rag.reader.question.ask import filled_in
from rag.reader.reader import question_vectors
from rag.reader.weighing.candidates import candidate_sentences
from rag.reader.weighing.features import (
    SENTENCE_FEATURES,
    Candidate,
    sentence_features,
)
from rag.reader.weighing.model import Networks
from rag.reader.weighing.question_features import QUESTION_FEATURES, question_features
from rag.reader.whom.patients import Described, described
from rag.reader.whom.person_words import person_words
from rag.reader.whom.refer import naming, patient_meant
from rag.schema import Report
from rag.search import Searcher
from rag.training.listwise import fit_networks, stored_networks
from rag.training.questions import Question
from rag.training.silence import fit_silence

Say = Callable[[str], None]
Logits = np.ndarray[Any, np.dtype[np.float64]]
Labels = np.ndarray[Any, np.dtype[np.bool_]]

# The share of answerable validation questions that must still be answered. A clinician who gets
# 'not in the reports' for something that is there loses the tool's trust as surely as one who
# gets a wrong sentence; the passages are shown either way.
KEEP_ANSWERED = 0.90
FOLDS = 5


@dataclass(frozen=True, slots=True)
class Asked:
    """What questions are asked of."""

    searcher: Searcher
    encoder: SentenceEncoder
    reports: dict[str, Report]
    introduced: Introduced


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

    def __init__(self, model: str = "", **how: Any) -> None:  # noqa: ANN401
        super().__init__(model, **how)
        self._seen: dict[str, Vectors] = {}

    def _with(self, network: Network, base_hash: str, adapter: Path) -> SentenceEncoder:
        twin = super()._with(network, base_hash, adapter)
        twin._seen = {}  # type: ignore[attr-defined]
        return twin

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
        known = {report.id: report for report in library.reports()}
        yield Asked(searcher, encoder, known, IntroducedPatients(library))


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
    patient = patient_of(question, asked) if scoped else None
    if patient is not None:
        query = naming(query, asked.reports[question.report_id], patient)
        wanted = Described(number=patient)
    candidates = candidate_sentences(hits, asked.reports, wanted)
    if not candidates:
        return None
    last = filled_in(question.last, query)
    vectors = asked.encoder.reading.encode([c.text for c in candidates])
    asking = question_vectors(asked.encoder, last, query)
    features = sentence_features(last, candidates, asking, vectors, query=query)
    labels = np.asarray([holds(question, c) for c in candidates])
    return Example(question, candidates, features, labels, scoped)


def patient_of(question: Question, asked: Asked) -> int | None:
    """Whom a question about one report means, as `rag.meant` finds it.

    The patient whom a conversation was about is taken from the question's own mark.
    """
    cases = asked.reports[question.report_id].cases
    follows = question.text != question.last and len(question.patients) == 1
    current = question.patients[0] if follows else None
    words = person_words(asked.introduced(asked.reports[question.report_id]))
    return patient_meant(question.last, cases, current, words)


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


def fit(
    read: list[Example], off_topic: list[Example], say: Say = print
) -> tuple[dict[str, Any], list[Logits]]:
    """Both models of the first reading and its threshold, as written to weights.json.

    They are fitted on the validation split, which the encoder has not seen; what decides about
    silence sees the sentences' scores as a fit without their own report gives them. All figures
    and the threshold come from such fits, too. Beside them these scores, of `read` and `off_topic`
    in order.
    """
    parts, fold = fitted_apart(read, lambda e: e.features, lambda e: e.labels)
    logits = [parts[fold[group(e)]].logits(e.features) for e in read]
    say_hits([(e, x) for e, x in zip(read, logits, strict=True) if e.question.answerable], say)
    final = fit_networks(*_taught(read, lambda e: e.features, lambda e: e.labels))
    logits += [final.logits(e.features) for e in off_topic]
    chosen = [(e, x) for e, x in zip([*read, *off_topic], logits, strict=True) if counts(e)]
    rows = np.vstack([asked_features(e, x) for e, x in chosen])
    labels = np.asarray([answers(e.question) for e, _ in chosen])
    threshold = say_silence([e for e, _ in chosen], rows, labels, say)
    made = {
        "sentence": stored_networks(final, SENTENCE_FEATURES),
        "question": stored_networks(fit_silence(rows, labels), QUESTION_FEATURES)
        | {"threshold": round(threshold, 4)},
    }
    return made, logits


def fitted_apart(
    read: Sequence[Example], rows: Callable[[Example], Logits], labels: Callable[[Example], Labels]
) -> tuple[list[Networks], dict[str, int]]:
    """For each part of the reports the networks that did not see it, and which part a report is.

    The case texts are spread over all parts.
    """
    fold = {name: number % FOLDS for number, name in enumerate(sorted({group(e) for e in read}))}
    parts = [
        fit_networks(*_taught([e for e in read if fold[group(e)] != n], rows, labels))
        for n in range(FOLDS)
    ]
    return parts, fold


def _taught(
    read: Sequence[Example], rows: Callable[[Example], Logits], labels: Callable[[Example], Labels]
) -> tuple[list[Logits], list[Labels]]:
    """Rows and labels of the questions that are answered by one of their sentences."""
    kept = [e for e in read if e.question.answerable and labels(e).any()]
    return [rows(e) for e in kept], [labels(e) for e in kept]


def asked_features(example: Example, logits: Logits) -> Logits:
    """The question's features, at the log-odds that its sentences have."""
    question = example.question
    return question_features(
        question.last, example.candidates, example.features, logits, query=question.text
    )


def group(example: Example) -> str:
    """The report that a question is about; '' for one about something else."""
    return example.question.report_id


def counts(example: Example) -> bool:
    """Whether an example says something about answering.

    Asked of the whole library, a question that does not say whom it is about may be answered by
    another report.
    """
    question = example.question
    return example.scoped or question.alone or question.kind == "off-topic"


def answers(question: Question) -> bool:
    """Whether it should be answered; not when it presupposes what its report contradicts."""
    return question.answerable and question.kind != "false-premise"


def say_silence(read: Sequence[Example], rows: Any, labels: Any, say: Say) -> float:  # noqa: ANN401
    """The threshold, from probabilities that come from fits without the question's own report."""
    from sklearn.metrics import roc_auc_score

    numbers = [hash_of(e) % FOLDS for e in read]
    fold = np.asarray(numbers)
    found = np.zeros(len(rows))
    for n in range(FOLDS):
        model = fit_silence(rows[fold != n], labels[fold != n])
        found[fold == n] = 1 / (1 + np.exp(-model.logits(rows[fold == n])))
    off_topic = np.asarray([e.question.kind == "off-topic" for e in read])
    false = np.asarray([e.question.kind == "false-premise" for e in read])
    for name, others in (
        ("off-topic", off_topic),
        ("unanswerable", ~labels & ~off_topic & ~false),
        ("false premises", false),
    ):
        if not others.any():
            continue
        kept = labels | others
        say(
            f"answerable ({labels.sum()}) against {name} ({others.sum()}): AUROC "
            f"{roc_auc_score(labels[kept], found[kept]):.3f}"
        )
        for share in (0.95, 0.90, KEEP_ANSWERED, 0.85):
            limit = float(np.quantile(found[labels], 1 - share))
            say(f"  at {share:.0%} answered {(found[others] < limit).mean():.0%} declined")
    return float(np.quantile(found[labels], 1 - KEEP_ANSWERED))


def hash_of(example: Example) -> int:
    """A number that all questions about one report share, and that is the same in every process."""
    name = group(example) or example.question.text
    return int(hashlib.sha256(name.encode()).hexdigest()[:8], 16)


def say_hits(read: Sequence[tuple[Example, Logits]], say: Say, name: str = "first reading") -> None:
    """How often the best sentence, and one of the best three, is evidence."""
    for scoped in (True, False):
        asked = [(e, x) for e, x in read if e.scoped is scoped]
        for k in (1, 3):
            order = [np.argsort(-x, kind="stable")[:k] for _, x in asked]
            nearest = [np.argsort(-e.features[:, 0], kind="stable")[:k] for e, _ in asked]
            found, cosine = (
                np.mean([e.labels[at].any() for (e, _), at in zip(asked, places, strict=True)])
                for places in (order, nearest)
            )
            say(
                f"validation, {'own report' if scoped else 'all reports'}, n={len(asked)}, "
                f"Success@{k}: {name} {found:.3f}, cosine {cosine:.3f}"
            )
