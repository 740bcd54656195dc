"""`corpus/training/*.jsonl` + canonical texts → training questions with their evidence as spans."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from rag.clean import normalise_characters
from rag.lexicon import lexicon
from rag.reader.whom.patients import described
from rag.schema import Report

ABOUT = " (about: "
"""Begins what a resolved follow-up adds of its conversation."""


@dataclass(frozen=True, slots=True)
class Question:
    """A training question with where its evidence stands in the canonical text of its report.

    `alone` says that it makes sense asked of a whole library, without its report being known;
    `short` is where the short answer stands, `patients` whom it is about (none: not one of many).
    """

    text: str
    report_id: str
    kind: str
    answerable: bool
    spans: tuple[tuple[int, int], ...]
    short: tuple[int, int] | None = None
    alone: bool = False
    patients: tuple[int, ...] = ()

    @property
    def last(self) -> str:
        """The last turn alone."""
        return self.text.partition(ABOUT)[0]

    def holds(self, start: int, end: int) -> bool:
        """Whether most of the stretch from `start` to `end` of the report is evidence."""
        return any(min(b, end) - max(a, start) > 0.5 * (end - start) for a, b in self.spans)

    def short_in(self, start: int, end: int) -> tuple[int, int] | None:
        """The short answer, counted from `start`, where it lies between `start` and `end`."""
        if self.short is None or not start <= self.short[0] < self.short[1] <= end:
            return None
        return self.short[0] - start, self.short[1] - start

    def held_by(self, start: int, end: int) -> bool:
        """Whether the stretch from `start` to `end` holds most of some piece of evidence."""
        return any(min(b, end) - max(a, start) > 0.5 * (b - a) for a, b in self.spans)


def read_splits(path: Path) -> dict[str, list[str]]:
    """Split name → report ids, from `eval/splits.yaml`."""
    splits: dict[str, list[str]] = yaml.safe_load(path.read_text("utf-8"))
    return splits


def questions(folder: Path, report: Report) -> Iterator[Question]:
    """The training questions of one report, in the order of its file in `folder`."""
    for line in (folder / f"{report.id}.jsonl").read_text("utf-8").splitlines():
        yield _placed(json.loads(line), report)


def _placed(item: dict[str, Any], report: Report) -> Question:
    found = [_find(words, report.text) for words in item["evidence"]]
    spans = tuple(span for span in found if span)
    short = None
    if item["span"] and found and found[0]:
        a, b = found[0]
        inside = _find(item["span"], report.text[a:b])
        short = inside and (a + inside[0], a + inside[1])
    *before, last = item.get("turns") or (item["question"],)
    return Question(
        with_subject_of(last, before),
        report.id,
        item["type"],
        item["answerable"],
        spans,
        short,
        item.get("alone", bool(not before and names_its_case(last))),
        tuple(item.get("patients", ())),
    )


def _find(words: str, text: str) -> tuple[int, int] | None:
    wanted = normalise_characters(words)
    at = text.find(wanted)
    return (at, at + len(wanted)) if at >= 0 else None


def with_subject_of(question: str, before: Sequence[str]) -> str:
    """A follow-up as `rag.conversation.resolve` hands it on: with what it was about."""
    return f"{question}{ABOUT}{'; '.join(before)})" if before else question


def names_its_case(question: str) -> bool:
    """Whether a question says whom or what it is about: two concepts, or an age and one.

    A rule of thumb for questions that were written before their writers marked it.
    """
    kinds = ("drug", "antibody", "subtype", "sign")
    names = {m.concept.name for m in lexicon().find(question) if m.concept.kind in kinds}
    return len(names) + (described(question).age is not None) > 1
