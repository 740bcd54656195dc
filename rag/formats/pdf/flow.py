"""Parts of columns → the parts of the paper: what a column's or page's end cut is whole again.

Notes at the foot of a page leave the running text, headings at the beginning of a line become
headings, and the labels inside an abstract stay words of the abstract.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.clean import is_item
from rag.formats.front import is_formal, is_salutation
from rag.formats.headings import classify, is_heading, run_in
from rag.formats.pdf.lines import Line
from rag.formats.pdf.parts import Part, Setting
from rag.formats.running_heads import unfinished

_CONNECTS = re.compile(
    r"(?:\b(?:the|an?|of|and|or|but|with|in|on|at|to|by|for|from|than|that|which|was|were|is|are"
    r"|had|has|her|his|their|our|this|showed|revealed)|[,(–/-])$",
    re.IGNORECASE,
)
_NOTE = re.compile(
    r"[*†‡§¶©]|\d{4}-\d{3}[\dx] ?/|\d? ?(?:abbreviations?|correspond\w*|e-?mail|received"
    r"|accepted|published|copyright|conflicts? of interest|funding|open access"
    r"|this (?:is an open|article is|work is)"
    r"|how to cite|cite this|permission to|reprint)\b",
    re.IGNORECASE,
)
_BARE_LABEL = re.compile(r"(?:supplementary )?table ?(?:s?\d{1,2}|[ivx]{1,4})[.:]?", re.IGNORECASE)
_SMALL = 0.95
_LEAD_END = " .:—–-"


def mark_notes(parts: list[Part], setting: Setting, *, foot: bool = False) -> None:
    """Turn the small print at the foot of a column into notes.

    It says so by its words, or by cutting a sentence of the running text in two. With `foot` these
    parts are all that stands below the columns, and may be nothing else.
    """
    start = len(parts)
    while start > (not foot) and _is_small(parts[start - 1], setting):
        start -= 1
    above = parts[start - 1] if 0 < start < len(parts) else None
    if above and above.kind == "text" and unfinished(above.text) and above.lines[-1].full:
        for part in parts[start:]:
            part.kind = "note"
    for part in reversed(parts[start:]):
        if part.kind == "note" or _NOTE.match(part.text) or is_formal(part.text):
            part.kind = "note"
        else:
            return


def _is_small(part: Part, setting: Setting) -> bool:
    return part.kind in ("text", "heading") and part.size < _SMALL * setting.size


def open_headings(parts: Sequence[Part]) -> list[Part]:
    """The parts with 'Case 1. A 40-year-old …' parted into a heading and its text."""
    found: list[Part] = []
    for part in parts:
        opening = _opening(part) if part.kind == "text" else None
        if opening:
            name, rest = opening
            found.append(Part("heading", part.lines[:1], shown=[name], run_in=True))
            part.shown = [rest, *(line.text for line in part.lines[1:])]
        found.append(part)
    return found


def _opening(part: Part) -> tuple[str, str] | None:
    first = part.lines[0]
    numbered = run_in(first.text)
    if numbered:
        return numbered
    name = first.lead.strip(_LEAD_END)
    rest = first.text[len(first.lead) :].lstrip(_LEAD_END)
    if not name or not rest or is_item(first.text):
        return None
    return (name, rest) if is_heading(name) else None


def settle_references(parts: Sequence[Part]) -> None:
    """Make text of what looks like a heading inside the list of references.

    There, bold and slanted words are authors and journals; only a heading in the type of the
    list's own, or a known name, ends the list.
    """
    rank: int | None = None
    for part in parts:
        if part.kind != "heading":
            continue
        if is_heading(part.text):
            rank = part.rank if classify(part.text)[0] == "references" else None
        elif rank is not None and part.rank != rank:
            part.kind = "text"


def fold_abstract(parts: Sequence[Part]) -> list[Part]:
    """The parts with the labels inside a structured abstract back in its text.

    'Background' and 'Case presentation' in an abstract come a second time, as the headings of the
    paper; only there do they begin sections.
    """
    names = [part.text.casefold().strip(" .:") for part in parts]
    found: list[Part] = []
    inside, told, label = True, False, ""
    for number, part in enumerate(parts):
        if part.kind == "heading":
            kind = classify(part.text)[0]
            if inside and _is_label(part, parts, names, number, told=told):
                label = part.text.rstrip(" .:")
                continue
            inside = kind == "summary"
            told = inside and not part.run_in
        elif label and part.kind == "text":
            part.shown = [f"{label}: {part.texts[0]}", *part.texts[1:]]
            label = ""
        found.append(part)
    return found


def _is_label(
    part: Part, parts: Sequence[Part], names: list[str], number: int, *, told: bool
) -> bool:
    """Whether a heading is inside an abstract: it comes again below, or an introduction does.

    Below the heading 'Abstract' (`told`), text on its own line is enough.
    """
    kind, patient = classify(part.text)
    if kind in ("other", "summary", "references") or patient is not None:
        return False
    later = [other for other in parts[number + 1 :] if other.kind == "heading"]
    if told and part.run_in and any(o.rank and not o.run_in for o in later):
        return True
    return names[number] in names[number + 1 :] or any(
        classify(other.text)[0] == "background" for other in later
    )


def complete_captions(parts: Sequence[Part]) -> list[Part]:
    """The parts with the title of a table in one legend with the label above it ('Table 1')."""
    found: list[Part] = []
    for number, part in enumerate(parts):
        before = found[-1] if found else None
        table = number + 1 < len(parts) and parts[number + 1].kind == "table"
        title = table and part.kind in ("text", "heading")
        if before and title and before.page == part.page and _is_bare_label(before):
            before.shown = [f"{before.text.rstrip('.')}.", *part.texts]
            before.lines = [*before.lines, *part.lines]
            continue
        found.append(part)
    return found


def _is_bare_label(part: Part) -> bool:
    return part.kind == "legend" and _BARE_LABEL.fullmatch(part.text) is not None


def drop_labels(parts: Sequence[Part]) -> list[Part]:
    """The parts without the letters and numbers that stand in figures ('A', '0.8', '(b)')."""
    return [
        part
        for part in parts
        if part.kind not in ("text", "heading") or re.search(r"[^\W\d_]{3}", part.text)
    ]


def rejoin(parts: Sequence[Part]) -> list[Part]:
    """The parts with paragraphs and legends whole that a column, a page or a figure cut in two.

    A note goes behind the paragraph that it interrupts.
    """
    found: list[Part] = []
    notes: list[Part] = []
    text: Part | None = None
    for part in parts:
        if part.kind == "note":
            notes.append(part)
            continue
        if part.kind == "text" and text and _goes_on(text, part, gap=text is not found[-1]):
            text.shown = [*text.texts, *part.texts]
            text.lines = [*text.lines, *part.lines]
            continue
        if part.kind == "text" and found and _ends_legend(found[-1], part):
            found[-1].lines = [*found[-1].lines, *part.lines]
            continue
        if part.kind == "heading":
            text = None
        if part.kind in ("heading", "text"):
            found += notes
            notes = []
        text = part if part.kind == "text" else text
        found.append(part)
    return found + notes


def _goes_on(text: Part, part: Part, *, gap: bool) -> bool:
    """Whether `part` is the rest of a sentence of `text`, behind a break or a legend."""
    last, first = text.lines[-1], part.lines[0]
    ending = " ".join(text.texts[-6:])[-200:]
    if not unfinished(ending) or abs(last.size - first.size) > 0.08 * last.size:
        return False
    if is_item(first.text) or is_heading(part.text) or is_salutation(text.text):
        return False
    low = part.text.lstrip("\"'(")[:1].islower()
    if low or _CONNECTS.search(ending):
        return True
    cut = first.opens or gap or last.page != first.page
    return cut and last.full and _is_flush(first)


def _is_flush(line: Line) -> bool:
    return line.indent < 0.5


def _ends_legend(legend: Part, part: Part) -> bool:
    return (
        legend.kind == "legend"
        and unfinished(legend.text)
        and part.text[:1].islower()
        and abs(legend.size - part.size) < 0.05 * part.size
    )
