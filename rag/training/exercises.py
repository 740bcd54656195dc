"""Questions with evidence → exercises for the evidence reader: (question, passage, what is right).

Three sources teach three things. SQuAD 2.0 teaches that a paragraph on the very subject may not
answer; BioASQ teaches biomedical prose; the questions about case reports teach clinicians'
wordings, patients side by side, and what a report leaves unsaid.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from rag.embed import SentenceEncoder
from rag.held import is_held
from rag.reader.text import Text
from rag.schema import Passage, Report
from rag.search_text import contexts
from rag.sentences import sentence_spans
from rag.training.pairs import lines, subject_words, trained_snippets, with_subject
from rag.training.questions import Question

WINDOW_CHARACTERS = 900
"""Abstracts are read in windows of whole sentences about as long as Casebook's passages."""

DOCUMENTS_PER_QUESTION = 2
"""Of BioASQ: a question with forty abstracts must not outweigh one with two."""

Place = tuple[int, int, int]
"""A short answer: sentence, first character, end, within that sentence."""


@dataclass(frozen=True, slots=True)
class Exercise:
    """What is read and what is right: a label per sentence.

    `answers`: whether the evidence answers (True), contradicts what the question takes for
    granted (False), or there is none (None). `span` is the short answer, where there is one.
    """

    question: str
    text: Text
    labels: tuple[bool, ...]
    answers: bool | None
    span: Place | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """A question with the passages that an exercise may be drawn from.

    `right` hold evidence, `near` are of the same document, `far` of others that look alike.
    """

    question: str
    right: tuple[Exercise, ...]
    near: tuple[Text, ...]
    far: tuple[Text, ...] = ()
    subject: tuple[str, ...] = ()


@dataclass(slots=True)
class Shelf:
    """The passages of the reports that questions are asked about, as the network reads them."""

    passages: dict[str, list[tuple[Passage, Text]]] = field(default_factory=lambda: {})

    def add(self, report: Report, passages: Sequence[Passage]) -> None:
        """Take in a report's passages, its title page left out."""
        self.passages[report.id] = [
            (passage, as_text(report, passage, parts))
            for passage, parts in zip(passages, contexts(report, passages), strict=True)
            if passage.kind != "front"
        ]


def as_text(report: Report, passage: Passage, parts: Sequence[str]) -> Text:
    """A passage with its title, patient and section, as `contexts` gives them."""
    spans = sentence_spans(report.text, passage.start, passage.end)
    return Text(". ".join(parts), tuple(report.text[a:b] for a, b in spans))


def drawn(source: Source, dice: random.Random) -> list[Exercise]:
    """What one question gives in one epoch: a right passage, if any, and one or two wrong ones."""
    question = source.question
    if source.subject and dice.random() < 0.3:
        question = with_subject(question, source.subject, dice)
    found = []
    if source.right:
        one = dice.choice(source.right)
        found.append(Exercise(question, one.text, one.labels, one.answers, one.span))
    if source.near:
        found.append(wrong(question, dice.choice(source.near)))
    if source.far and dice.random() < 0.5:
        found.append(wrong(question, dice.choice(source.far)))
    return found


def wrong(question: str, text: Text) -> Exercise:
    """A passage that holds nothing of the answer."""
    return Exercise(question, text, (False,) * len(text.sentences), None)


def alike(
    asked: Mapping[str, Sequence[Question]], shelf: Shelf, encoder: SentenceEncoder, count: int
) -> dict[str, list[Text]]:
    """For each question that stands alone the passages of other reports most like it."""
    owners, texts = [], []
    for report_id, passages in sorted(shelf.passages.items()):
        owners += [report_id] * len(passages)
        texts += [text for _, text in passages]
    vectors = encoder.encode([" ".join((t.header, *t.sentences)) for t in texts])
    found: dict[str, list[Text]] = {}
    for report_id, questions in asked.items():
        alone = [q.text for q in questions if q.alone]
        cosines = encoder.encode(alone) @ vectors.T
        for text, row in zip(alone, cosines, strict=True):
            order = [i for i in np.argsort(-row, kind="stable") if owners[i] != report_id]
            found[text] = [texts[i] for i in order[:count]]
    return found


def case_sources(
    asked: Sequence[Question],
    report: Report,
    shelf: Shelf,
    alike: Mapping[str, Sequence[Text]],
) -> list[Source]:
    """The questions about one report; `alike` holds, by question, passages of other reports."""
    subject = subject_words(report.cases)
    return [
        _case_source(question, report, shelf, tuple(alike.get(question.text, ())), subject)
        for question in asked
    ]


def _case_source(
    question: Question,
    report: Report,
    shelf: Shelf,
    far: tuple[Text, ...],
    subject: tuple[str, ...],
) -> Source:
    right, near = [], []
    for passage, text in shelf.passages[report.id]:
        spans = sentence_spans(report.text, passage.start, passage.end)
        labels = tuple(question.holds(a, b) for a, b in spans)
        if not any(labels):
            near.append(text)
            continue
        place = next(
            ((n, *short) for n, (a, b) in enumerate(spans) if (short := question.short_in(a, b))),
            None,
        )
        right.append(Exercise(question.text, text, labels, question.answerable, place))
    return Source(question.text, tuple(right), tuple(near), far, subject)


def squad_sources(folder: Path) -> list[Source]:
    """SQuAD 2.0 questions of the trained four fifths, each with its own paragraph."""
    paragraphs = {d["id"]: d for d in lines(folder / "docs.jsonl")}
    found = []
    for item in lines(folder / "queries.jsonl"):
        paragraph = paragraphs[item["para"]]
        if is_held(paragraph["title"]):
            continue
        text = paragraph["text"]
        spans = sentence_spans(text, 0, len(text))
        read = Text(paragraph["title"].replace("_", " "), tuple(text[a:b] for a, b in spans))
        if item["impossible"]:
            found.append(Source(item["text"], (), (read,)))
            continue
        answer, at = item["answers"][0]
        place = next(
            ((n, at - a, at - a + len(answer)) for n, (a, b) in enumerate(spans) if a <= at < b),
            None,
        )
        if place:
            labels = tuple(n == place[0] for n in range(len(spans)))
            right = Exercise(item["text"], read, labels, True, place)
            found.append(Source(item["text"], (right,), ()))
    return found


def bioasq_sources(folder: Path) -> list[Source]:
    """BioASQ questions with windows of abstracts of the trained four fifths."""
    found = []
    for item, by_document in trained_snippets(folder):
        for document, snippets in by_document[:DOCUMENTS_PER_QUESTION]:
            source = _abstract_source(item["text"], document, snippets)
            if source.right:
                found.append(source)
    return found


def _abstract_source(question: str, document: Mapping[str, Any], snippets: list[str]) -> Source:
    right, near = [], []
    for text in windows(document["title"], document["text"]):
        labels = tuple(any(s in t or t in s for t in snippets) for s in text.sentences)
        if any(labels):
            right.append(Exercise(question, text, labels, True))
        else:
            near.append(text)
    return Source(question, tuple(right), tuple(near))


def windows(title: str, text: str) -> list[Text]:
    """A document's sentences in runs of about WINDOW_CHARACTERS."""
    found: list[Text] = []
    run: list[str] = []
    for a, b in sentence_spans(text, 0, len(text)):
        if run and sum(map(len, run)) + b - a > WINDOW_CHARACTERS:
            found.append(Text(title, tuple(run)))
            run = []
        run.append(text[a:b])
    return [*found, Text(title, tuple(run))] if run else found
