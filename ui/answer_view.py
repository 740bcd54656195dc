"""An exchange → HTML: short answer, cited sentences, how it was read, evidence behind each [n]."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from rag.cite import heading, lines_of
from rag.schema import Answer, Citation
from ui.engines import Said
from ui.escape import as_html
from ui.evidence_view import evidence, nearest
from ui.proof import Exchange, Proof

NEWEST = "cb-newest"
"""The id of the newest question on the page, to which the page scrolls."""
FEW = 4
"""More sources than this are folded into one line; a mark opens them all the same."""


def question(text: str, *, newest: bool = False) -> str:
    """The question as it was typed."""
    name = f' id="{NEWEST}"' if newest else ""
    return f'<h2 class="cb-question"{name}>{as_html(text)}</h2>'


def exchange(finished: Exchange, number: int, *, newest: bool = False) -> str:
    """A question and all that answers it; `number` makes its anchors unique on the page."""
    return question(finished.answer.question, newest=newest) + _answer(finished, number)


def _answer(exchange: Exchange, number: int) -> str:
    given = exchange.answer
    if given.table is not None:
        said = counted(given, number)
    elif getattr(given, "checked", None):
        said = _written(given, number)
    else:
        said = _cited(given, number) if given.citations else f"<p>{as_html(given.text)}</p>"
    parts = [
        _short(given.short_answer) if given.short_answer else "",
        said,
        _notice(given),
        _understood(exchange),
        proofs(exchange.proofs, number) if given.citations else _nearest(exchange, number),
    ]
    return f'<div class="cb-answer">{"".join(parts)}</div>'


def _short(words: str) -> str:
    return f'<p class="cb-short"><span>Short answer</span> <b>{as_html(words)}</b></p>'


def _cited(given: Answer, number: int) -> str:
    """The sentences under the name of who says them of whom, as `Answer.text` has them."""
    return "".join(
        f'<p class="cb-who">{as_html(heading(said))}:</p>'
        f"<p>{' '.join(_sentence(citation, number) for citation in said)}</p>"
        for said in lines_of(given.citations)
    )


_COLUMNS = (
    "report_id", "patient", "size", "age", "sex", "treatment", "response", "outcomes", "citations",
)  # fmt: skip
"""Of a table of patients, those that the page shows; downloads have all."""
_MARK = re.compile(r"\[(\d+)\]")


def counted(given: Answer, number: int) -> str:
    """What was counted in words, and a row for each patient or group; marks lead to the proof."""
    known = {citation.number: citation for citation in given.citations}

    def linked(text: str) -> str:
        return _linked(text, known, number)

    table = given.table or {}
    # What has a row of its own need not be told twice; the first line counts them all.
    in_rows = [cell for cell in table.get("citations", []) if isinstance(cell, list) and cell]
    lines = "".join(
        f"<p>{linked(line)}</p>"
        for number_of_line, line in enumerate(given.text.splitlines())
        if line.strip()
        and (not number_of_line or [int(n) for n in _MARK.findall(line)] not in in_rows)
    )
    told = (None, "", [])
    columns = [n for n in _COLUMNS if n in table and any(cell not in told for cell in table[n])]
    head = "".join(f'<th scope="col">{as_html(_title(name))}</th>' for name in columns)
    rows = "".join(
        f"<tr>{''.join(f'<td>{linked(_cell(name, cell))}</td>' for name, cell in row)}</tr>"
        for row in (
            list(zip(columns, cells, strict=True))
            for cells in zip(*(table[name] for name in columns), strict=True)
        )
    )
    shown = (
        '<div class="cb-table" tabindex="0" role="region" aria-label="Patients">'
        f"<table><tr>{head}</tr>{rows}</table></div>"
        if rows
        else ""
    )
    return lines + shown


VERDICTS = {
    "supported": ("✓", "supported by what it cites"),
    "partly": ("◐", "partly supported by what it cites"),
    "unsupported": ("✗", "not supported by what it cites"),
    "uncited": ("○", "not from the corpus"),
}
"""How a checked sentence of a language model is marked, in a sign and in words."""


def draft(said: Iterable[Said]) -> str:
    """The sentences that have come so far, each with its verdict."""
    sentences = " ".join(
        _judged(as_html(one.text), one.verdict, one.reasons, struck=one.struck) for one in said
    )
    return f'<div class="cb-answer cb-draft" aria-live="polite"><p>{sentences}</p></div>'


def _judged(shown: str, verdict: str, reasons: Iterable[str], *, struck: bool) -> str:
    """A sentence (HTML already) with its verdict's sign, which says the reasons when pointed at."""
    sign, words = VERDICTS.get(verdict, ("", verdict))
    why = "; ".join([words, *reasons])
    text = f"<s>{shown}</s>" if struck else shown
    return (
        f'{text} <span class="cb-verdict cb-{as_html(verdict)}" role="img" title="{as_html(why)}" '
        f'aria-label="{as_html(why)}">{sign}</span>'
    )


def _written(given: Answer, number: int) -> str:
    """What a language model wrote, sentence by sentence with verdicts; remarks below."""
    known = {citation.number: citation for citation in given.citations}
    checked = getattr(given, "checked", None) or ()
    lines: list[list[str]] = [[]]
    end = 0
    for one in checked:
        if "\n" in given.text[end : one.start]:
            lines.append([])
        shown = _linked(given.text[one.start : one.end], known, number)
        lines[-1].append(_judged(shown, one.verdict, one.reasons, struck=one.struck))
        end = one.end
    told = "".join(f"<p>{' '.join(line)}</p>" for line in lines if line)
    _, _, remarks = given.text[end:].partition("\n")
    return told + "".join(f"<p>{as_html(r)}</p>" for r in remarks.splitlines() if r.strip())


def _linked(text: str, known: Mapping[int, Citation], number: int | str) -> str:
    """Text as HTML, its [n] as links to their proofs."""
    return _MARK.sub(
        lambda m: mark(known[int(m[1])], number) if int(m[1]) in known else m[0], as_html(text)
    )


def _title(column: str) -> str:
    return {"report_id": "report", "citations": "proof"}.get(column, column.replace("_", " "))


def _cell(name: str, cell: object) -> str:
    if name == "citations" and isinstance(cell, list):
        return " ".join(f"[{n}]" for n in cell)
    return "" if cell is None else str(cell)


def mark(citation: Citation, number: int | str) -> str:
    """[n] as a link to its highlighted span."""
    return (
        f'<a class="cb-mark" href="#{_anchor(number, citation)}" '
        f'aria-label="Open the proof {citation.number}">[{citation.number}]</a>'
    )


def marks(numbers: Iterable[int], known: Mapping[int, Citation], number: int | str) -> str:
    """Several marks in a row."""
    return " ".join(mark(known[n], number) for n in numbers if n in known)


def _sentence(citation: Citation, number: int) -> str:
    words = " ".join(citation.quote.split())
    # Quotation marks are for authors' own words; a digest's words are Casebook's.
    shown = words if citation.source_kind == "digest" else f'"{words}"'
    return f"{as_html(shown)} {mark(citation, number)}"


def _notice(given: Answer) -> str:
    """The kind of evidence as a label, what else is to be said of it quietly."""
    if not given.notice:
        return ""
    label, _, more = given.notice.partition(". ")
    if not label.startswith("Evidence:"):
        return f'<p class="cb-quiet">{as_html(given.notice)}</p>'
    rest = f'<p class="cb-quiet">{as_html(more)}</p>' if more else ""
    return f'<p class="cb-kind">{as_html(label)}.</p> {rest}'


def _understood(exchange: Exchange) -> str:
    given = exchange.answer
    lines = []
    if given.query.strip() != given.question.strip():
        lines.append(f"Read as: {given.query}")
    if given.readings:
        lines.append("Understood: " + "; ".join(f"{r.text} = {r.name}" for r in given.readings))
    if exchange.filters:
        said = "; ".join(
            f"{key.replace('_', ' ')}: {', '.join(values)}" for key, values in exchange.filters
        )
        lines.append(f"Only {said}")
    return "".join(f'<p class="cb-quiet">{as_html(line)}</p>' for line in lines)


def proofs(shown: Iterable[Proof], number: int | str) -> str:
    """The evidence behind all marks of a part of the page, closed until a mark is followed."""
    every = [evidence(one, _anchor(number, one.citation)) for one in shown]
    if len(every) <= FEW:
        return "".join(every)
    return (
        f'<details class="cb-all"><summary>{len(every)} sources</summary>{"".join(every)}</details>'
    )


def _nearest(exchange: Exchange, number: int) -> str:
    found = "".join(nearest(one, _anchor(number, one.citation)) for one in exchange.nearest)
    return f'<p class="cb-who">Nearest passages</p>{found}' if found else ""


def _anchor(number: int | str, citation: Citation) -> str:
    return f"cb-{number}-{citation.number}"
