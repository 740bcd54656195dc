"""The lines of a plain text → headings, legends and paragraphs; what a page cut is whole again."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from rag.clean import is_item
from rag.formats.headings import (
    is_heading,
    is_legend,
    is_marked,
    is_shouted,
    level,
    run_in,
    title_of,
)
from rag.formats.layout import strip_markup
from rag.formats.running_heads import PAGE_BREAK, unfinished
from rag.formats.tables import is_row, is_rule, row

# Shorter text before a gap is a label or a salutation, whose next paragraph is its own.
_PROSE = 60

_RULE = re.compile(r"([-=*_])(?: ?\1){2,}")
# Words that no sentence ends with.
_CONNECTOR = re.compile(
    r"\b(?:the|an?|of|and|or|but|with|without|in|into|on|onto|at|to|by|for|from|as|than|that|which"
    r"|who|when|while|if|because|although|after|before|during|over|under|between|through|within"
    r"|was|were|is|are|be|been|has|had|have|her|his|their|its|our|this|these|both|not|also"
    r"|she|he|we|they|it|showed|revealed)$",
    re.IGNORECASE,
)
# 'as shown in⏎Fig. 2. The rash' refers to a figure; a legend does not follow such words.
_REFERS = re.compile(r"(?:\b(?:in|see|from|and|cf\.)|\()$")

Kind = Literal["heading", "legend", "table", "text"]


@dataclass(slots=True)
class Block:
    """A heading (one line), a legend, a table's rows or a paragraph, as lines of the file.

    `after_break` says that a page ended right before it; `page` is where it begins, where known,
    and `turns` are the numbers of the lines (from 0) at which it goes on on another one, with it.
    """

    kind: Kind
    lines: list[str]
    level: int = 0
    after_break: bool = False
    page: int | None = None
    turns: tuple[tuple[int, int], ...] = ()

    @property
    def text(self) -> str:
        """The lines, still unjoined."""
        return "\n".join(self.lines)


def read_blocks(text: str) -> list[Block]:
    """The blocks of `text` in order (character-normalised, PAGE_BREAK lines where pages ended)."""
    return _rejoined(_Reader().read(text.split("\n")))


class _Reader:
    """Takes lines one by one; a block ends at a blank line or where another kind begins."""

    def __init__(self) -> None:
        self._blocks: list[Block] = []
        self._open: Block | None = None
        self._broken = False
        self._text: Block | None = None

    def read(self, lines: list[str]) -> list[Block]:
        for line, following in zip(lines, [*lines[1:], ""], strict=True):
            self._take(line.strip(), following.strip())
        return self._blocks

    def _take(self, line: str, following: str) -> None:
        if not line or _RULE.fullmatch(line) or is_rule(line):
            self._open = None
            self._broken = self._broken or line == PAGE_BREAK
            return
        if is_row(line):
            self._row(line)
            return
        previous = self._open.lines[-1] if self._open else ""
        shown = title_of(line)
        legend = is_legend(shown)
        if is_marked(line) and not legend:
            self._add("heading", shown, level(line))
        elif not legend and self._is_heading(line, previous, following):
            self._add("heading", shown)
        elif legend and not _REFERS.search(previous):
            self._add("legend", shown if is_marked(line) else line)
        elif self._open is None or self._resumes(line) or self._turns_to_case(line):
            self._paragraph(line)
        else:
            self._open.lines.append(line)

    def _row(self, line: str) -> None:
        """A table goes on over blank lines; a sentence that it interrupts is for `_rejoined`."""
        last = self._blocks[-1] if self._blocks else None
        if last and last.kind == "table":
            last.lines.append(row(line))
        else:
            self._add("table", row(line))
        self._open = None

    def _add(self, kind: Kind, line: str, marks: int = 0) -> None:
        block = Block(kind, [line], marks, self._broken)
        self._blocks.append(block)
        self._broken = False
        self._open = None if kind == "heading" else block
        if kind not in ("legend", "table"):
            self._text = block if kind == "text" else None

    def _paragraph(self, line: str) -> None:
        opening = run_in(strip_markup(line))
        if opening:
            self._add("heading", opening[0])
        self._add("text", opening[1] if opening else line)

    def _is_heading(self, line: str, previous: str, following: str) -> bool:
        """Whether a line names a section; or is shouted, alone, after prose that has ended.

        Above the first prose stand title and authors.
        """
        if is_heading(line) and _may_be_heading(line, previous, following):
            return True
        ended = self._text is not None and not unfinished(self._text.lines[-1])
        return is_shouted(line) and ended and self._open is None and not following

    def _resumes(self, line: str) -> bool:
        """Whether the sentence that a legend interrupts goes on, with no blank line between."""
        return (
            self._open is not None
            and self._open.kind == "legend"
            and self._text is not None
            and unfinished(self._text.lines[-1])
            and _ended(self._open.lines[-1])
            and line[0].islower()
        )

    def _turns_to_case(self, line: str) -> bool:
        """Whether 'Case 2. A 40-year-old …' begins in the middle of a paragraph."""
        if self._open is None or self._open.kind != "text":
            return False
        return _ended(self._open.lines[-1]) and run_in(strip_markup(line)) is not None


def _ended(line: str) -> bool:
    return not line or not unfinished(line)


def _may_be_heading(line: str, previous: str, following: str) -> bool:
    """Whether a heading can stand between these lines: no sentence runs across it."""
    if following[:1].islower() and not is_item(following):
        return False
    return not previous or (line[0] != line[0].lower() and _ended(previous)) or _numbered(line)


def _numbered(line: str) -> bool:
    return line[0].isdigit() or line.isupper()


def _rejoined(blocks: list[Block]) -> list[Block]:
    """The blocks with every paragraph and legend that a gap cut in two made whole."""
    kept: list[Block] = []
    text: Block | None = None
    for block in blocks:
        legend = kept[-1] if kept and kept[-1].kind in ("legend", "table") else None
        if block.kind == "heading":
            text = None
        elif block.kind == "text":
            gap = block.after_break or legend is not None
            if text and _goes_on(text, block, gap=gap):
                text.lines.extend(block.lines)
                continue
            cut = legend and legend.kind == "legend" and unfinished(legend.lines[-1])
            if legend and cut and _starts_low(block):
                legend.lines.extend(block.lines)
                continue
            text = block
        kept.append(block)
    return kept


def _goes_on(text: Block, more: Block, *, gap: bool) -> bool:
    """Whether `more` is the rest of a sentence of `text`.

    A `gap` (a legend, a page's end) between them, or lines broken at a column's width, make a
    lower-case start enough; else the last word must ask for another, since notes go without stops.
    """
    end = text.lines[-1]
    so_far = "\n".join(line[-200:] for line in text.lines[-6:])[-200:]
    if is_item(more.lines[0]) or not unfinished(so_far):
        return False
    if _CONNECTOR.search(end) and _starts_low(more):
        return True
    if len(so_far) < _PROSE:
        return False
    if re.search(r"[,(–/-]$", end) or so_far.rfind("(") > so_far.rfind(")"):
        return True
    return bool(_CONNECTOR.search(end)) or (_starts_low(more) and (gap or len(text.lines) > 1))


def _starts_low(block: Block) -> bool:
    return block.lines[0].lstrip("\"'(")[:1].islower()
