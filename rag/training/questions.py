"""`corpus/training/*.jsonl` + canonical texts → training questions with their evidence as spans."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from rag.clean import normalise_characters
from rag.schema import Report


@dataclass(frozen=True, slots=True)
class Question:
    """A training question with where its evidence stands in the canonical text of its report."""

    text: str
    report_id: str
    kind: str
    answerable: bool
    spans: tuple[tuple[int, int], ...]

    def holds(self, start: int, end: int) -> bool:
        """Whether most of the stretch from `start` to `end` of the report is evidence."""
        return any(min(b, end) - max(a, start) > 0.5 * (end - start) for a, b in self.spans)

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
        item = json.loads(line)
        spans = []
        for evidence in item["evidence"]:
            wanted = normalise_characters(evidence)
            at = report.text.find(wanted)
            if at >= 0:
                spans.append((at, at + len(wanted)))
        yield Question(item["question"], report.id, item["type"], item["answerable"], tuple(spans))
