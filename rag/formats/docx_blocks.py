"""The items of a Word file → blocks as plain text has them: headings by style or by look."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator

from rag.clean import is_item
from rag.formats.blocks import Block, read_blocks
from rag.formats.docx_items import Item
from rag.formats.docx_styles import Role
from rag.formats.front import TITLE_LABEL
from rag.formats.headings import classify, is_heading, is_legend
from rag.formats.running_heads import unfinished
from rag.formats.tables import mark_tables

_LONGEST_HEADING = 100
_PROSE = 60
# Below every level of Word's styles (1 to 9).
_BOLD_LEVEL = 10
# 'CK, creatine kinase; …', '* P < 0.05', 'Abbreviations: …' right below a table.
_TABLE_NOTE = re.compile(
    r"(?:[*†‡§]|[a-h]\s|(?:abbreviations?|notes?|key|legend)\b\s?[.:]"
    r"|[A-Z][\w/+-]{0,9}\s?(?:,|=|:)\s[^.]{3,60}(?:;|$))",
    re.IGNORECASE,
)
_SHORT_NOTE = 500
_NUMBER = re.compile(r"(\d{1,3})\. ")


def blocks_of(items: list[Item]) -> list[Block]:
    """The blocks of a document: plain paragraphs read as text is, the others as their style says.

    A bold or underlined line on its own is a heading, once the text has begun.
    """
    return list(_Blocks(items).read())


class _Blocks:
    def __init__(self, items: list[Item]) -> None:
        self._items = [item for item in items if item.role != "contents"]
        self._bold_speaks = _bold_speaks(self._items)
        # Lines that were ended by hand, as in a pasted e-mail: a blank one ends the paragraph.
        self._broken_lines = _lines_are_broken(self._items)
        self._begun = False
        self._in_references = False
        self._plain: list[Item] = []
        self._last: Block | None = None
        self._last_role: Role = ""

    def read(self) -> Iterator[Block]:
        for number, item in enumerate(self._items):
            blocks = self._styled(item, first=number == 0)
            if blocks is None:
                self._plain.append(item)
                self._last, self._last_role = None, ""
                self._begun = self._begun or _is_prose(item.text) or is_heading(item.text)
                continue
            yield from self._flush()
            yield from self._noted(blocks)
            self._last_role = item.role
        yield from self._flush()

    def _styled(self, item: Item, *, first: bool) -> list[Block] | None:
        """The blocks of an item that is more than a plain paragraph; None for one that is not."""
        line = " ".join(item.text.split("\n"))
        if item.kind == "table":
            return [Block("table", item.text.split("\n"))]
        if item.kind == "item":
            return self._listed(item)
        if item.role and is_legend(line):
            return [Block("legend", item.text.split("\n"))]
        if first and item.role == "heading" and not is_heading(line):
            return self._title(line)
        by_style = self._by_style(item, line)
        return self._by_look(item, line) if by_style is None else by_style

    def _by_style(self, item: Item, line: str) -> list[Block] | None:
        lines = item.text.split("\n")
        if item.role == "title":
            return self._title(line)
        if item.role == "authors":
            return self._joined(line)
        if item.role == "legend":
            return [Block("legend", lines)]
        if item.role == "heading" and len(line) <= 3 * _LONGEST_HEADING:
            return [Block("heading", [line.rstrip(":")], item.level)]
        if item.role in ("abstract", "reference"):
            if is_heading(line):
                return [Block("heading", [line], 1)]
            return [*self._announced(item.role), Block("text", lines)]
        return None

    def _by_look(self, item: Item, line: str) -> list[Block] | None:
        if is_heading(line) and classify(line)[0] == "references":
            return [Block("heading", [line], 1)]
        if self._is_bold_heading(item, line):
            level = _BOLD_LEVEL + (classify(line)[0] == "other")
            return [Block("heading", [line.rstrip(":")], level)]
        if self._last and self._last.kind == "table" and _is_table_note(line):
            return [Block("legend", [line])]
        # Entries must not be joined, however they end.
        return read_blocks(item.text) if self._in_references else None

    def _announced(self, role: Role) -> list[Block]:
        """The heading of an abstract or of references that only their style announces."""
        if role == "reference":
            return [] if self._in_references else [Block("heading", ["References"], 1)]
        inside = self._last_role == role or (self._last and self._last.kind == "heading")
        return [] if inside else [Block("heading", ["Abstract"], 1)]

    def _title(self, line: str) -> list[Block]:
        """A title, as text: 'Case report: …' would be taken for the heading of a case."""
        line = TITLE_LABEL.sub("", line.rstrip("."))
        if self._last_role == "title" and self._last:
            self._last.lines.append(line)
            return []
        return [Block("text", [line])]

    def _joined(self, line: str) -> list[Block]:
        """Authors, one per paragraph, as one line of names."""
        if self._last_role == "authors" and self._last:
            self._last.lines[-1] += f", {line}"
            return []
        return [Block("text", [line])]

    def _listed(self, item: Item) -> list[Block]:
        """A list item joins the list before it; in a list of references each stands alone."""
        lines = item.text.split("\n")
        before = self._last if self._last and self._last.kind == "text" else None
        if before and not self._in_references and _continues(before.lines, lines[0]):
            before.lines.extend(lines)
            return []
        return [Block("text", lines)]

    def _is_bold_heading(self, item: Item, line: str) -> bool:
        if not (item.emphasised and self._bold_speaks) or len(line) > _LONGEST_HEADING:
            return False
        if is_heading(line):
            return True
        ends = re.search(r"[.;,]$|@|^[\W\d]+$", line)
        return self._begun and not ends and not is_legend(line) and not self._in_references

    def _noted(self, blocks: Iterable[Block]) -> Iterator[Block]:
        """The blocks, once it is noted what they say of those to come."""
        for block in blocks:
            self._last = block
            if block.kind == "heading":
                kind = classify(block.text)[0]
                self._in_references = kind == "references"
                self._begun = self._begun or kind != "other"
            elif block.kind == "text":
                self._begun = self._begun or _is_prose(block.text)
            yield block

    def _flush(self) -> Iterator[Block]:
        """The plain paragraphs since the last other item, read as plain text is."""
        text = ""
        for item in self._plain:
            gap = "\n" if self._broken_lines and not item.blank else "\n\n"
            text += gap + item.text
        self._plain = []
        last = self._last
        yield from self._noted(read_blocks(mark_tables(text)))
        self._last = last


def _bold_speaks(items: list[Item]) -> bool:
    """Whether bold marks headings; not where the prose is bold itself."""
    prose = [item for item in items if item.kind == "paragraph" and _is_prose(item.text)]
    return sum(item.emphasised for item in prose) * 2 <= len(prose)


def _lines_are_broken(items: list[Item]) -> bool:
    """Whether most paragraphs are single lines of which the next continues the sentence."""
    plain = [item.text for item in items if item.kind == "paragraph" and not item.role]
    pairs = list(itertools.pairwise(plain))
    cut = sum(unfinished(one) and after[0].islower() for one, after in pairs)
    return len(pairs) >= 10 and cut * 3 > len(pairs)


def _is_prose(text: str) -> bool:
    words = text.split()
    low = sum(word[0].islower() for word in words)
    return len(text) >= _PROSE and low * 2 >= len(words) and not unfinished(text)


def _is_table_note(line: str) -> bool:
    return len(line) <= _SHORT_NOTE and _TABLE_NOTE.match(line) is not None


def _continues(lines: list[str], line: str) -> bool:
    """Whether `line` is the next item of the list in `lines`."""
    if is_item(line):
        return is_item(lines[0])
    numbers = [_NUMBER.match(one) for one in (*lines, line)]
    known = [int(match[1]) for match in numbers if match]
    return len(known) > 1 and numbers[0] is not None and known[-1] == known[-2] + 1
