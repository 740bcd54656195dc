"""A stored report → HTML: its text by section, its passages, its patients, a span highlighted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from urllib.parse import urlencode

from rag.cite import section_at
from rag.records.record import CaseRecord
from rag.render import editorial_mark, link_of
from rag.schema import EditorialNotice, Passage, Report, Section
from ui.escape import as_html
from ui.evidence_view import card
from ui.proof import record_card

SPAN = "cb-span"
"""The id of the highlighted span."""

Span = tuple[int, int]


def head(report: Report, notice: EditorialNotice | None, editions: Iterable[str]) -> str:
    """Title, authors, where it was published, how much of it was read."""
    link = link_of(report)
    published = ", ".join(str(p) for p in (report.journal, report.year) if p)
    reach = (
        f'<a href="{as_html(link)}" target="_blank">{as_html(link.removeprefix("https://"))}</a>'
        if link
        else ""
    )
    kinds = {
        "digest": f"Casebook's own digest, written from the {report.basis}; not reviewed by a "
        "clinician",
        "paper": f"the paper itself ({report.basis})",
        "user file": f"a file added here ({report.basis})",
    }
    lines = [
        as_html(", ".join(report.authors) or "Authors not known"),
        " · ".join(part for part in (as_html(published), reach) if part),
        as_html(f"{_kind(report)} · {kinds[report.source_kind]}"),
        as_html(f"Licence: {report.licence}") if report.licence else "",
    ]
    others = ", ".join(editions)
    if others:
        lines.append(as_html(f"Other editions of the same work: {others}"))
    if report.not_in_source:
        lines.append(as_html(f"Not in what was read: {', '.join(report.not_in_source)}"))
    warned = (
        f'<p><span class="cb-warned">{as_html(editorial_mark(notice))}</span> '
        f"{as_html(notice.reason)}</p>"
        if notice
        else ""
    )
    body = "".join(f"<p>{line}</p>" for line in lines if line)
    return f'<div class="cb-report cb-head">{warned}{body}</div>'


def _kind(report: Report) -> str:
    kind = report.article_type if report.article_type != "unknown" else "report"
    count = f", {report.patients} patients described" if report.patients > 1 else ""
    return f"{kind.capitalize()}{count}"


def whole(report: Report, sections: Sequence[Section], span: Span | None = None) -> str:
    """These sections with their headings; the span, where one is wanted, is marked."""
    parts = []
    for section in sections:
        title = section.heading or section.slug
        page = f' <span class="cb-page">p. {section.page}</span>' if section.page else ""
        parts.append(
            f"<h3>{as_html(title)}{page}</h3>"
            f'<div class="cb-passage">{_marked(report.text, section, span)}</div>'
        )
    return f'<div class="cb-report">{"".join(parts)}</div>'


def _marked(text: str, section: Section, span: Span | None) -> str:
    start, end = section.start, section.end
    first, last = (max(start, span[0]), min(end, span[1])) if span else (end, end)
    if first >= last:
        return as_html(text[start:end].strip("\n"))
    return (
        f'{as_html(text[start:first].lstrip(chr(10)))}<mark id="{SPAN}">'
        f"{as_html(text[first:last])}</mark>{as_html(text[last:end].rstrip(chr(10)))}"
    )


def passages(found: Sequence[tuple[Passage, str]]) -> str:
    """The passages as they are searched, each with its place."""
    return '<div class="cb-report">' + "".join(
        f'<div class="cb-evidence"><p class="cb-place">{as_html(_place(passage))}</p>'
        f'<div class="cb-passage">{as_html(text)}</div></div>'
        for passage, text in found
    ) + "</div>"  # fmt: skip


def _place(passage: Passage) -> str:
    who = f" · patient {passage.patient}" if passage.patient is not None else ""
    page = f" · p. {passage.page}" if passage.page is not None else ""
    return f"{passage.id} · characters {passage.start}–{passage.end}{who}{page}"


def patients(records: Sequence[CaseRecord]) -> str:
    """A card for each patient who is described alone."""
    return '<div class="cb-report">' + "".join(
        f'<div class="cb-evidence"><p class="cb-place">Patient {record.number}</p>'
        f"{card(tuple(record_card(record)))}</div>"
        for record in records
    ) + "</div>"  # fmt: skip


def doubts(lines: Iterable[tuple[str, Sequence[tuple[str, str]], str]]) -> str:
    """A line for each doubt: a warning or '', the reports (id and words) as links, the reason."""
    shown = []
    for warning, places, reason in lines:
        warned = f'<span class="cb-warned">{as_html(warning)}</span> ' if warning else ""
        links = " and ".join(
            f'<a href="library?{urlencode({"report": report_id})}" target="_blank">'
            f"{as_html(words)}</a>"
            for report_id, words in places
        )
        shown.append(f"<p>{warned}{links}{': ' if reason else ''}{as_html(reason)}</p>")
    return f'<div class="cb-report cb-head">{"".join(shown)}</div>'


def legends(report: Report) -> list[Section]:
    """The legends of figures and tables."""
    return [section for section in report.sections if section.kind == "legend"]


def wanted_span(report: Report, start: str, end: str) -> Span | None:
    """Two offsets of an address as a span of the report's text; None where they are none."""
    if not (start.isdecimal() and end.isdecimal() and len(start) < 9 and len(end) < 9):
        return None
    first, last = int(start), int(end)
    fits = first < last <= len(report.text) and section_at(report, first) is not None
    return (first, last) if fits else None
