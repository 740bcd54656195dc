"""Reports and questions about them → for each question its right and wrong sentences.

The wrong ones are of the same report, those that look most like the question first, and of other
reports, where a question says whom it is about: these teach that the right words about another
patient are a wrong answer.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from rag.embed import SentenceEncoder
from rag.index import add
from rag.library import Library
from rag.reader.networks.again import header
from rag.reader.networks.text import Text
from rag.reader.reader import spelled_out
from rag.reader.whom.person_words import Introductions, introductions
from rag.schema import Passage, Report
from rag.sentences import sentence_spans
from rag.training.pairs import Source as General
from rag.training.pairs import subject_words
from rag.training.questions import Question, names_its_case

Likeness = np.ndarray[Any, np.dtype[np.float32]]
Chosen = np.ndarray[Any, np.dtype[np.bool_]]

FAR = 8
"""Sentences of other reports that are kept for a question: those that look most like it."""


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence behind what is known of it; whether it answers; where its short answer is."""

    text: Text
    right: bool = False
    short: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """A question with its right sentences, and wrong ones: the hardest first; `far` of others.

    `subject` are words that say whom it is about.
    """

    question: str
    right: tuple[Said, ...]
    wrong: tuple[Said, ...]
    far: tuple[Said, ...] = ()
    subject: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Sentence:
    start: int
    end: int
    text: Text


def general_sources(sources: Iterable[General]) -> list[Source]:
    """SQuAD and BioASQ, whose sentences stand by themselves."""
    return [
        Source(
            one.question,
            tuple(Said(Text("", text), right=True) for text in one.right),
            tuple(Said(Text("", text)) for text in one.wrong),
        )
        for one in sources
    ]


def case_sources(paths: Sequence[Path], asked: Callable[[Report], list[Question]]) -> list[Source]:
    """The questions about these files with their sentences."""
    encoder = SentenceEncoder().reading
    with tempfile.TemporaryDirectory() as folder, Library(Path(folder), create=True) as library:
        list(add(paths, library, SentenceEncoder("base")))
        reports = sorted(library.reports(), key=lambda report: report.id)
        own = {r.id: _sentences(r, library.report_passages(r.id)) for r in reports}
    owners = np.asarray([report_id for report_id, found in own.items() for _ in found])
    every = [one for found in own.values() for one in found]
    vectors = encoder.encode([one.text.sentence for one in every])
    sources = []
    for report in reports:
        questions = asked(report)
        mine = owners == report.id
        likeness = encoder.encode([spelled_out(q.text) for q in questions]) @ vectors.T
        for question, row in zip(questions, likeness, strict=True):
            near = [every[i] for i in _nearest(row, mine, int(mine.sum()))]
            elsewhere = question.alone or _named_before(question)
            far = [every[i] for i in _nearest(row, ~mine, FAR)] if elsewhere else []
            sources.append(_source(question, report, near, far))
    return sources


def _named_before(question: Question) -> bool:
    """Whether the conversation says whom it is about."""
    return question.text != question.last and names_its_case(question.text)


def _nearest(likeness: Likeness, among: Chosen, count: int) -> list[int]:
    """The places `among` that are most like, ties in their order."""
    order = np.argsort(-np.where(among, likeness, -np.inf), kind="stable")[:count]
    return [int(i) for i in order]


def _source(
    question: Question, report: Report, near: Sequence[_Sentence], far: Sequence[_Sentence]
) -> Source:
    right = [
        one
        for one in near
        if question.holds(one.start, one.end) or question.held_by(one.start, one.end)
    ]
    return Source(
        question.text,
        tuple(
            Said(one.text, right=True, short=question.short_in(one.start, one.end)) for one in right
        ),
        tuple(Said(one.text) for one in near if one not in right),
        tuple(Said(one.text) for one in far),
        subject_words(report.cases),
    )


def _sentences(report: Report, passages: Sequence[tuple[Passage, str]]) -> list[_Sentence]:
    people = introductions(passages)
    read = (passage for passage, _ in passages if passage.kind != "front")
    return [one for passage in read for one in _of_passage(report, passage, people)]


def _of_passage(report: Report, passage: Passage, people: Introductions) -> Iterator[_Sentence]:
    before = ""
    for start, end in sentence_spans(report.text, passage.start, passage.end):
        words = report.text[start:end]
        yield _Sentence(start, end, Text(header(report, passage, before, people), words))
        before = words
