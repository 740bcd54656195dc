"""A citation and its report → all that is shown of it, complete in itself.

A conversation that is kept must not change when a report does, so a proof carries its words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rag.cases.shelf import Shelf
from rag.cases.table import row_of
from rag.cite import cite, section_at
from rag.errors import LibraryBusy
from rag.library import Library
from rag.records.record import CaseRecord, Therapy
from rag.schema import Answer, Citation, Evidence, Hit, Report

NEAREST = 3
"""Passages shown below an answer that declines."""
AROUND = 800
"""Characters of the section shown on each side of the span; a paper's section may be pages."""

_BREAK = re.compile(r"\n\s*|(?<=[.!?]) +")


@dataclass(frozen=True, slots=True)
class Proof:
    """A quotation with the section around it; `card` are the lines of the evidence card."""

    citation: Citation
    before: str
    after: str
    card: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Exchange:
    """A finished question: its answer, the proof of each [n], or the nearest passages.

    `filters` are those it was asked with; `retracted`: retracted reports might answer, too; `at`:
    when the engine had its answer, in seconds since 1970 (0: not known).
    """

    answer: Answer
    proofs: tuple[Proof, ...] = ()
    nearest: tuple[Proof, ...] = ()
    filters: tuple[tuple[str, tuple[str, ...]], ...] = ()
    retracted: bool = False
    at: float = 0.0


def proved(answer: Answer, library: Library, shelf: Shelf) -> tuple[list[Proof], list[Proof]]:
    """The proofs of an answer's citations, and of the nearest passages where it has none.

    Raises LibraryBusy when a report was replaced meanwhile.
    """
    hits = [] if answer.citations else answer.hits[:NEAREST]
    ids = [c.report_id for c in answer.citations] + [h.passage.report_id for h in hits]
    reports = {report_id: library.report(report_id) for report_id in dict.fromkeys(ids)}
    spans = [_came_near(hit) for hit in hits]
    for span in (*answer.citations, *spans):
        place = span.report_id if isinstance(span, Citation) else span.passage.report_id
        words = span.quote if isinstance(span, Citation) else span.text
        if reports[place].text[span.start : span.end] != words:
            raise LibraryBusy(f"The report {place} was replaced just now; ask again")
    records = records_by_place(reports, shelf)
    return (
        [proof(c, reports[c.report_id], records) for c in answer.citations],
        [proof(c, reports[c.report_id], records) for c in cite(spans, reports)],
    )


def _came_near(hit: Hit) -> Evidence:
    """The sentence of a passage that is likeliest to answer; the passage where none was read."""
    start, end = hit.nearest or (hit.passage.start, hit.passage.end)
    words = hit.text[start - hit.passage.start : end - hit.passage.start]
    return Evidence(hit.passage, start, end, words, 0.0)


def proofs_of(citations: Sequence[Citation], library: Library, shelf: Shelf) -> list[Proof]:
    """The proofs of citations of what is stored now."""
    reports = {i: library.report(i) for i in dict.fromkeys(c.report_id for c in citations)}
    records = records_by_place(reports, shelf)
    return [proof(c, reports[c.report_id], records) for c in citations]


def records_by_place(reports: Mapping[str, Report], shelf: Shelf) -> dict[str, list[CaseRecord]]:
    """Report id → the records of its patients."""
    patients = shelf.rows.rows("patient")
    return {
        report_id: shelf.cases(shelf.rows.rows_of([report_id]) & patients) for report_id in reports
    }


def proof(citation: Citation, report: Report, records: Mapping[str, Sequence[CaseRecord]]) -> Proof:
    """One citation with what stands around it.

    Raises ValueError when the span is not the quotation: then it must not be shown as one.
    """
    if report.text[citation.start : citation.end] != citation.quote:
        raise ValueError(f"{report.id}: [{citation.start}:{citation.end}] is not the quotation")
    section = section_at(report, citation.start)
    first = section.start if section else citation.start
    last = max(section.end if section else 0, citation.end)
    return Proof(
        citation,
        _last_words(report.text[first : citation.start].lstrip()),
        _first_words(report.text[citation.end : last].rstrip()),
        tuple(_card(citation, report, records.get(report.id, ()))),
    )


def _card(
    citation: Citation, report: Report, records: Sequence[CaseRecord]
) -> list[tuple[str, str]]:
    about = [one for one in records if one.number == citation.patient]
    if citation.patient is None and len(records) == 1:
        about = list(records)
    lines = [line for record in about[:1] for line in record_card(record)]
    several = f", {report.patients} patients described" if report.patients > 1 else ""
    kind = f"{report.article_type}{several}" if report.article_type != "unknown" else "report"
    return [*lines, ("Kind of evidence", f"{kind}; {_read(report)}")]


def _read(report: Report) -> str:
    if report.source_kind == "digest":
        return f"Casebook's digest, written from the {report.basis}"
    return "the authors' own words" if report.source_kind == "paper" else "a file added here"


def record_card(record: CaseRecord) -> list[tuple[str, str]]:
    """What is known of a patient, as labels and values; what was not reported is left out."""
    row = row_of(record)
    who = (f"{row['age']} years" if row["age"] is not None else "", row["sex"], row["subtype"])
    given = [t for t in record.therapies if not t.prior]
    found = [
        ("Patient", ", ".join(str(part) for part in who if part)),
        ("Antibodies", str(row["antibodies"])),
        ("Drug", "; ".join(_drug(t) for t in given)),
        ("Dose", "; ".join(_dose(t) for t in given if t.dose)),
        ("Response", _response(row)),
        ("Follow-up", str(row["follow_up"])),
        ("Adverse events", str(row["adverse_events"])),
        ("Earlier drugs", "; ".join(_drug(t) for t in record.therapies if t.prior)),
        ("Findings", str(row["features"])),
    ]
    return [(label, value) for label, value in found if value]


def _drug(therapy: Therapy) -> str:
    return therapy.drug.value


def _dose(therapy: Therapy) -> str:
    said = [therapy.dose.value.said if therapy.dose else ""]
    said += [therapy.route.value if therapy.route else ""]
    return f"{therapy.drug.value}: {' '.join(word for word in said if word)}"


def _response(row: Mapping[str, object]) -> str:
    if row["response"] in ("", "not reported", "not stated"):
        return "not reported"
    time = f", {row['time_to_response']}" if row["time_to_response"] else ""
    return f"{row['response']}{time}"


def _last_words(text: str) -> str:
    """The end of what stands before the span, from the first sentence or line that fits."""
    if len(text) <= AROUND:
        return text
    return "… " + _BREAK.split(text[-AROUND:], maxsplit=1)[-1]


def _first_words(text: str) -> str:
    """The beginning of what stands after the span, to the last sentence or line that fits."""
    if len(text) <= AROUND:
        return text
    kept = text[:AROUND]
    ends = [found.start() for found in _BREAK.finditer(kept)]
    return (kept[: ends[-1]] if ends else kept) + " …"
