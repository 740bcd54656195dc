"""The stored answers, true and false: answers.json → `Sample`s with their citations and reports."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from rag.errors import CasebookError
from rag.formats import read_file
from rag.schema import Citation, Report

FOLDER = Path(str(files("eval.verification")))
STORED = FOLDER / "answers.json"
DIGESTS = Path(str(files("corpus"))) / "reports"


Span = tuple[str, int, int]
"""A report's id, and ``[start, end)`` of its text."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One answer of one sentence. `kind` is 'paraphrase', 'extract' or 'quotation' for a true one,
    else what was changed; `change` is what it was and what it became. `half` is that of its
    report: rules were written on 'development' only.
    """

    id: str
    report: str
    half: str
    kind: str
    true: bool
    text: str
    spans: tuple[Span, ...]
    change: tuple[str, str] | None = None


@cache
def report(report_id: str) -> Report:
    """A digest of the corpus, or one of the invented papers of this folder."""
    paper = FOLDER / "papers" / f"{report_id}.txt"
    return read_file(paper if paper.exists() else DIGESTS / f"{report_id}.md")[0]


def citations(sample: Sample, reports: Mapping[str, Report]) -> tuple[Citation, ...]:
    """The citations of an answer, numbered from 1 in the order of its spans."""
    return tuple(
        _citation(number, reports[report_id], start, end)
        for number, (report_id, start, end) in enumerate(sample.spans, 1)
    )


def _citation(number: int, of: Report, start: int, end: int) -> Citation:
    section = next((s for s in of.sections if s.start <= start < s.end), None)
    return Citation(
        number, of.id, of.title, of.authors, of.journal, of.year, of.doi, of.pmid, of.source_kind,
        of.basis, section.heading if section else "", None, start, end, of.text[start:end],
        section.patient if section else None, "", of.patients > 1,
    )  # fmt: skip


def load() -> list[Sample]:
    """All stored answers, in file order.

    Raises CasebookError when a report no longer says what was cited: make the answers anew.
    """
    stored = json.loads(STORED.read_text("utf-8"))
    spans: list[Span] = []
    for report_id, start, end, begins in stored["spans"]:
        if not report(report_id).text[start:end].startswith(begins):
            raise CasebookError(
                f"{STORED}: {report_id}[{start}:{end}] does not begin with {begins!r} any more; "
                "run 'python -m eval.verification --write'"
            )
        spans.append((report_id, start, end))
    halves = stored["halves"]
    samples = []
    for name, kind, true, text, cited, change in stored["answers"]:
        places = tuple(spans[n] for n in cited)
        of = places[0][0]
        samples.append(
            Sample(
                name, of, halves[of], kind, true, text, places, tuple(change) if change else None
            )
        )
    return samples


def store(samples: Sequence[Sample]) -> None:
    """Writes answers.json: each span once (with how it begins), each answer on a line."""
    spans = sorted({span for one in samples for span in one.spans})
    number = {span: at for at, span in enumerate(spans)}
    halves = dict(sorted({one.report: one.half for one in samples}.items()))
    listed = [[r, a, b, report(r).text[a : min(b, a + 20)]] for r, a, b in spans]
    rows = [
        [s.id, s.kind, s.true, s.text, [number[span] for span in s.spans], s.change]
        for s in samples
    ]  # fmt: skip
    parts = [
        f'"halves": {json.dumps(halves)}',
        f'"spans": [\n{_lines(listed)}\n]',
        f'"answers": [\n{_lines(rows)}\n]',
    ]
    STORED.write_text("{" + ",\n".join(parts) + "}\n", "utf-8")


def _lines(rows: Sequence[Sequence[object]]) -> str:
    return ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
