"""A proof → HTML: the evidence card, and the passage with the cited span highlighted."""

from __future__ import annotations

from urllib.parse import urlencode

from rag.cite import short_name, source_phrase
from rag.render import editorial_mark, link_of
from rag.schema import Citation
from ui.escape import as_html
from ui.proof import Proof


def evidence(shown: Proof, anchor: str) -> str:
    """What opens behind [n]: whose words, which patient, which publication, and the passage."""
    citation = shown.citation
    return (
        f'<details class="cb-evidence"><summary><b>[{citation.number}]</b> '
        f"{as_html(place(citation))}{_warned(citation)}</summary>{_opened(shown, anchor)}</details>"
    )


def nearest(shown: Proof, anchor: str) -> str:
    """A passage that came near without answering; its beginning is the line to open."""
    citation = shown.citation
    return (
        f'<details class="cb-evidence"><summary>{as_html(place(citation))}{_warned(citation)}'
        f'<span class="cb-start">{as_html(_start(citation.quote))}</span></summary>'
        f"{_opened(shown, anchor)}</details>"
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


def passage(shown: Proof, anchor: str) -> str:
    """The section around a citation with the exact span marked."""
    return (
        f'<div class="cb-passage">{as_html(shown.before)}'
        f'<mark id="{anchor}">{as_html(shown.citation.quote)}</mark>{as_html(shown.after)}</div>'
    )


def card(lines: tuple[tuple[str, str], ...]) -> str:
    """Labels and values as a list of definitions; '' for none."""
    rows = "".join(
        f"<div><dt>{as_html(label)}</dt><dd>{as_html(value)}</dd></div>" for label, value in lines
    )
    return f'<dl class="cb-card">{rows}</dl>' if rows else ""


def report_address(citation: Citation) -> str:
    """The page of the report with the span highlighted, from wherever the link stands."""
    span = {"report": citation.report_id, "start": citation.start, "end": citation.end}
    return f"library?{urlencode(span)}"


def _opened(shown: Proof, anchor: str) -> str:
    citation = shown.citation
    return "".join(
        [
            passage(shown, anchor),
            f'<div class="cb-source"><p>{as_html(source_phrase(citation))}</p>'
            f"<p>{_publication(citation)}</p>"
            f'<p><a href="{as_html(report_address(citation))}" target="_blank">'
            "Read it in the report</a></p></div>",
            card(shown.card),
        ]
    )


def _warned(citation: Citation) -> str:
    mark = editorial_mark(citation.editorial)
    return f' <span class="cb-warned">{as_html(mark)}</span>' if mark else ""


def _publication(citation: Citation) -> str:
    link = link_of(citation)
    parts = [citation.journal, str(citation.year) if citation.year else None]
    published = ", ".join(part for part in parts if part)
    title = f"<cite>{as_html(citation.title.rstrip('.'))}</cite>"
    reach = (
        f'<a href="{as_html(link)}" target="_blank">'
        f"{as_html(link.removeprefix('https://').rstrip('/'))}</a>"
        if link
        else ""
    )
    return " · ".join(part for part in (title, as_html(published), reach) if part)


def _start(text: str, width: int = 200) -> str:
    line = " ".join(text.split())
    return line if len(line) <= width else line[:width].rsplit(" ", 1)[0] + " …"
