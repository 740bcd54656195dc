"""An exchange → HTML: short answer, cited sentences, how it was read, evidence behind each [n]."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from rag.cite import heading, lines_of, short_name
from rag.schema import Answer, Citation
from rag.works.standing import ON_THE_COMMAND_LINE
from ui.escape import as_html
from ui.evidence_view import evidence, nearest
from ui.marks import MARK, anchor, linked, mark
from ui.proof import Exchange, Proof
from ui.written_view import legend, written

NEWEST = "cb-newest"
"""The id of the newest question on the page, to which the page scrolls."""
ON_THE_PAGE = "the switch under Filters lets them answer, too"
FEW = 4
"""More sources than this are folded into one line; a mark opens them all the same."""


def question(text: str, *, newest: bool = False) -> str:
    """The question as it was typed."""
    name = f' id="{NEWEST}"' if newest else ""
    return f'<h2 class="cb-question"{name}>{as_html(text)}</h2>'


def exchange(finished: Exchange, number: int, *, newest: bool = False) -> str:
    """A question and all that answers it; `number` makes its anchors unique on the page."""
    return question(finished.answer.question, newest=newest) + _answer(finished, number)


def preliminary(finished: Exchange, number: int) -> str:
    """The newest exchange as it is shown until the page that has it among the others is made.

    What is clicked in it at that moment is lost; whoever clicks by program waits until it is gone.
    """
    return f'<div class="cb-preliminary">{exchange(finished, number, newest=True)}</div>'


def _answer(exchange: Exchange, number: int) -> str:
    given = exchange.answer
    if given.table is not None:
        said = counted(given, number)
    elif given.checked:
        said = written(given, number)
    else:
        said = _cited(given, number) if given.citations else f"<p>{as_html(given.text)}</p>"
    remark, kind, more = _told(given.notice.replace(ON_THE_COMMAND_LINE, ON_THE_PAGE))
    parts = [
        _fallback(remark) if given.checked is None and remark else "",
        _short(given.short_answer) if given.short_answer else "",
        said,
        legend(given),
        _quiet(remark) if given.checked is not None else "",
        f'<p class="cb-kind">{as_html(kind)}.</p> ' if kind else "",
        _quiet(more),
        _understood(exchange),
        _dated(exchange.at),
        proofs(exchange.proofs, number) if given.citations else _nearest(exchange, number),
    ]
    return f'<div class="cb-answer">{"".join(parts)}</div>'


def _short(words: str) -> str:
    return f'<p class="cb-short"><span>Short answer</span> <b>{as_html(words)}</b></p>'


def _cited(given: Answer, number: int) -> str:
    """The sentences under the name of who says them of whom, and what is said of them beside."""
    known = {citation.number: citation for citation in given.citations}
    quoting = "".join(
        f'<p class="cb-who">{as_html(heading(said))}:</p>'
        f"<p>{' '.join(_sentence(citation, number) for citation in said)}</p>"
        for said in lines_of(given.citations)
    )
    return quoting + "".join(
        f'<p class="cb-beside">{linked(line, known, number)}</p>' for line in said_beside(given)
    )


def said_beside(given: Answer) -> list[str]:
    """The lines of an answer that quote nothing, in order: what Casebook says of it itself.

    'Two reports fit about as well.', what is not reported, that two reports' patients differ.
    """
    heads = tuple(f"{heading(said)}:" for said in lines_of(given.citations))
    quotes = [" ".join(citation.quote.split()) for citation in given.citations]
    return [
        line
        for line in given.text.splitlines()
        if line.strip() and not line.startswith(heads) and not any(q in line for q in quotes)
    ]


_COLUMNS = (
    "report_id", "patient", "size", "age", "sex", "treatment", "adverse_events", "response",
    "outcomes", "citations",
)  # fmt: skip
"""Of a table of patients, those that the page shows; downloads have all. Harm where it is asked."""


def _is_of_a_row(
    line: str, known: Mapping[int, Citation], in_rows: Sequence[Sequence[object]]
) -> bool:
    """Whether a line tells of the patient of one row: 'Ida 2023, patient 2: …', with its marks.

    'Baricitinib: 1 patient in 1 report' has the marks of a row, too, and tells something else.
    """
    marks = [int(number) for number in MARK.findall(line)]
    if not marks or marks not in in_rows or marks[0] not in known:
        return False
    return line.startswith(short_name(known[marks[0]]))


# Where the table stands below with every row, none are 'more in the table'.
_THE_REST = re.compile(r"… and [\d,]+ more in the table\.")


def counted(given: Answer, number: int) -> str:
    """What was counted in words, and a row for each patient or group; marks lead to the proof."""
    known = {citation.number: citation for citation in given.citations}

    table = given.table or {}
    # What has a row of its own need not be told twice; the first line counts them all.
    in_rows = [cell for cell in table.get("citations", []) if isinstance(cell, list) and cell]
    lines = "".join(
        f"<p>{linked(line, known, number)}</p>"
        for number_of_line, line in enumerate(given.text.splitlines())
        if line.strip() and (not number_of_line or not _is_of_a_row(line, known, in_rows))
        if not _THE_REST.fullmatch(line)
    )
    told = (None, "", [])
    harm = "adverse event" in given.text.partition("\n")[0]
    columns = [n for n in _COLUMNS if n in table and any(cell not in told for cell in table[n])]
    columns = [n for n in columns if harm or n != "adverse_events"]
    head = "".join(f'<th scope="col">{as_html(_title(name))}</th>' for name in columns)
    rows = "".join(
        f"<tr>{''.join(f'<td>{linked(cell, known, number)}</td>' for cell in row)}</tr>"
        for row in (
            [_cell(name, cell) for name, cell in zip(columns, cells, strict=True)]
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


def _title(column: str) -> str:
    return {"report_id": "report", "citations": "proof"}.get(column, column.replace("_", " "))


def _cell(name: str, cell: object) -> str:
    if name == "citations" and isinstance(cell, list):
        return " ".join(f"[{n}]" for n in cell)
    return "" if cell is None else str(cell)


def _sentence(citation: Citation, number: int) -> str:
    words = " ".join(citation.quote.split())
    # Quotation marks are for authors' own words; a digest's words are Casebook's.
    shown = words if citation.source_kind == "digest" else f'"{words}"'
    return f"{as_html(shown)} {mark(citation, number)}"


_EVIDENCE = re.compile(r"(?:^|(?<= ))Evidence: ")


def _told(notice: str) -> tuple[str, str, str]:
    """A notice in its parts: what is said of a language model, the kind of evidence, the rest.

    Without a kind of evidence, all of it is the rest.
    """
    if not (begins := _EVIDENCE.search(notice)):
        return "", "", notice
    kind, _, more = notice[begins.start() :].partition(". ")
    return notice[: begins.start()].strip(), kind.rstrip("."), more


def _fallback(remark: str) -> str:
    """Why not the language model answers, before what is shown in its place."""
    return f'<p class="cb-fallback" role="status">{as_html(remark)}</p>'


def _quiet(words: str) -> str:
    return f'<p class="cb-quiet">{as_html(words)}</p>' if words else ""


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
    if exchange.retracted:
        lines.append("Retracted reports were asked, too")
    return "".join(f'<p class="cb-quiet">{as_html(line)}</p>' for line in lines)


def _dated(at: float) -> str:
    """When the answer was made: a kept one does not change when the library does."""
    if not at:
        return ""
    made = datetime.fromtimestamp(at, UTC)
    return (
        f'<p class="cb-quiet">Answered on <time datetime="{made.isoformat(timespec="milliseconds")}'
        f'">{made:%Y-%m-%d, %H:%M} UTC</time></p>'
    )


def proofs(shown: Iterable[Proof], number: int | str) -> str:
    """The evidence behind all marks of a part of the page, closed until a mark is followed."""
    every = [evidence(one, anchor(number, one.citation)) for one in shown]
    if len(every) <= FEW:
        return "".join(every)
    return (
        f'<details class="cb-all"><summary>{len(every)} sources</summary>{"".join(every)}</details>'
    )


def _nearest(exchange: Exchange, number: int) -> str:
    found = "".join(nearest(one, anchor(number, one.citation)) for one in exchange.nearest)
    return f'<p class="cb-who">Nearest passages</p>{found}' if found else ""
