"""A citation and its report → the passage around it as HTML, the cited span highlighted."""

from __future__ import annotations

import re
from collections.abc import Iterable

from rag.cite import section_at, short_name, source_phrase
from rag.render import link_of, patient_line
from rag.schema import Citation, Report
from ui.escape import as_html

AROUND = 800
"""Characters of the section shown on each side of the span; a paper's section may be pages."""

_BREAK = re.compile(r"\n\s*|(?<=[.!?]) +")


def evidence(citation: Citation, report: Report, anchor: str) -> str:
    """What opens behind [n]: whose words, which publication, where, and the passage itself."""
    return (
        f'<details class="cb-evidence"><summary><b>[{citation.number}]</b> '
        f"{as_html(place(citation))}</summary>{_opened(citation, report, anchor)}</details>"
    )


def nearest(citation: Citation, report: Report, anchor: str) -> str:
    """A passage that came near without answering; its beginning is the line to open."""
    return (
        f'<details class="cb-evidence"><summary>{as_html(place(citation))}'
        f'<span class="cb-start">{as_html(_start(citation.quote))}</span></summary>'
        f"{_opened(citation, report, anchor)}</details>"
    )


def place(citation: Citation) -> str:
    """Where a citation stands, in a few words: 'Ogawa 2017, Case, patient 1, p. 3'."""
    parts = [
        short_name(citation),
        citation.section,
        f"patient {citation.patient}" if citation.patient is not None else "",
        f"p. {citation.page}" if citation.page is not None else "",
    ]
    return ", ".join(part for part in parts if part)


def passage(citation: Citation, report: Report, anchor: str) -> str:
    """The section around a citation, cut where it is long, with the exact span marked.

    Raises ValueError when the span is not the quotation: then it must not be shown as one.
    """
    if report.text[citation.start : citation.end] != citation.quote:
        raise ValueError(f"{report.id}: [{citation.start}:{citation.end}] is not the quotation")
    section = section_at(report, citation.start)
    first = section.start if section else citation.start
    last = max(section.end if section else 0, citation.end)
    before = _last_words(report.text[first : citation.start].lstrip())
    after = _first_words(report.text[citation.end : last].rstrip())
    return (
        f'<div class="cb-passage">{as_html(before)}'
        f'<mark id="{anchor}">{as_html(citation.quote)}</mark>{as_html(after)}</div>'
    )


def _opened(citation: Citation, report: Report, anchor: str) -> str:
    lines = [as_html(source_phrase(citation)), _publication(citation)]
    about = [case for case in report.cases if case.number == citation.patient]
    lines += [as_html(f"Patient {case.number}: {patient_line(case)}") for case in about]
    return "".join(
        [
            '<div class="cb-source">',
            *(f"<p>{line}</p>" for line in lines),
            "</div>",
            passage(citation, report, anchor),
        ]
    )


def _publication(citation: Citation) -> str:
    link = link_of(citation)
    published = _joined([citation.journal, str(citation.year) if citation.year else None])
    title = f"<cite>{as_html(citation.title.rstrip('.'))}</cite>"
    reach = (
        f'<a href="{as_html(link)}" target="_blank">'
        f"{as_html(link.removeprefix('https://').rstrip('/'))}</a>"
        if link
        else ""
    )
    return " · ".join(part for part in (title, as_html(published), reach) if part)


def _joined(parts: Iterable[str | None]) -> str:
    return ", ".join(part for part in parts if part)


def _start(text: str, width: int = 200) -> str:
    line = " ".join(text.split())
    return line if len(line) <= width else line[:width].rsplit(" ", 1)[0] + " …"


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
