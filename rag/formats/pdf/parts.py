"""The lines of all columns → headings, paragraphs, legends, tables and notes, by how they are set.

Type and place say more than words: a heading is bold or larger or stands apart, a paragraph is
indented or follows a gap, a legend is small. Where they say nothing, the words of
`rag.formats.headings` decide, as in a plain text.
"""

from __future__ import annotations

import re
import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from rag.clean import is_item
from rag.formats.front import is_salutation
from rag.formats.headings import is_heading, is_legend, is_shouted
from rag.formats.pdf.grids import find_zones, is_caption, table_rows
from rag.formats.pdf.lines import Line
from rag.formats.pdf.page import Box
from rag.formats.running_heads import unfinished

Kind = Literal["heading", "legend", "table", "text", "note"]

_GAP = 1.22
_INDENT = 0.6
_LARGER = 1.07
_SMALLER = 0.95
_LONGEST_HEADING = 150
_LABEL = re.compile(r"(?:Supplementary )?(?:Fig(?:ure|\.)?|Table) ?S?\d{1,2}[A-Za-z]?\b", re.I)
_LABELLED = re.compile(_LABEL.pattern + r"\s+(?=[A-Z(])", re.I)


@dataclass(slots=True)
class Part:
    """Lines that belong together; `rows` are those of a table.

    A heading has the `rank` of its type, 1 for the largest; it is `run_in` when text follows on
    its line. `shown` is what the lines say where that is not what stands there.
    """

    kind: Kind
    lines: list[Line]
    rows: list[str] = field(default_factory=list)
    rank: int = 0
    shown: list[str] | None = None
    run_in: bool = False

    @property
    def texts(self) -> list[str]:
        """The lines as they are written."""
        if self.shown is not None:
            return self.shown
        return self.rows or [line.text for line in self.lines]

    @property
    def text(self) -> str:
        """All lines in one."""
        return " ".join(self.texts)

    @property
    def page(self) -> int:
        """The page on which it begins."""
        return self.lines[0].page

    @property
    def size(self) -> float:
        """The size of its type, that of most lines."""
        return statistics.median_low(line.size for line in self.lines)


@dataclass(slots=True)
class Setting:
    """How the document is set: size and font of its body type and the usual distance of lines."""

    size: float
    font: str
    leading: dict[float, float]

    def gap(self, above: Line, line: Line) -> float:
        """The distance of two lines in parts of the usual one for this size."""
        usual = self.leading.get(round(line.size, 1), 1.2 * line.size)
        return (line.base - above.base) / usual


def read_setting(regions: Sequence[Sequence[Line]]) -> Setting:
    """The body type of a document and its leading; lines in another font count as slanted."""
    lines = [line for region in regions for line in region]
    count: dict[float, int] = {}
    fonts = Counter[str]()
    gaps: dict[float, list[float]] = {}
    for line in lines:
        count[round(line.size, 1)] = count.get(round(line.size, 1), 0) + len(line.text)
        fonts[line.font] += len(line.text)
    for region in regions:
        for above, line in zip(region, region[1:], strict=False):
            if abs(above.size - line.size) < 0.3 and line.base > above.base:
                gaps.setdefault(round(line.size, 1), []).append(line.base - above.base)
    body = max(count, key=lambda size: (count[size], size), default=10.0)
    leading = {size: statistics.median_low(found) for size, found in gaps.items() if len(found) > 2}
    del fonts[""]
    font = fonts.most_common(1)[0][0] if fonts else ""
    for line in lines:
        # A font whose name says nothing stands out only by not being that of the text.
        line.italic = line.italic or bool(line.font and font and line.font != font)
    return Setting(body, font, leading)


def split_region(lines: Sequence[Line], rules: Sequence[Box], setting: Setting) -> list[Part]:
    """The parts of one region in order."""
    parts: list[Part] = []
    place = 0
    for zone in find_zones(lines, rules):
        parts += _groups(lines[place : zone.start], setting)
        table = list(lines[zone.start : zone.end])
        parts.append(Part("table", table, table_rows(table, rules)))
        place = zone.end
    parts += _groups(lines[place:], setting)
    return parts


def _groups(lines: Sequence[Line], setting: Setting) -> list[Part]:
    groups: list[list[Line]] = []
    full = sum(line.full for line in lines) >= 0.5 * len(lines)
    for number, line in enumerate(lines):
        following = lines[number + 1] if number + 1 < len(lines) else None
        if groups and not _begins(groups[-1], line, following, setting, justified=full):
            groups[-1].append(line)
        else:
            groups.append([line])
    return [Part(_kind(group, setting), group) for group in groups]


def _begins(
    group: list[Line], line: Line, following: Line | None, setting: Setting, *, justified: bool
) -> bool:
    """Whether a part begins with `line`, below the lines of `group`."""
    above = group[-1]
    gap = setting.gap(above, line)
    if gap > _GAP or gap < 0 or abs(line.size - above.size) > 0.06 * line.size:
        return True
    if _is_legend(group[0], setting) and group[0].size < _SMALLER * setting.size:
        return is_legend(line.text)  # a label in bold, then the words of the legend
    if line.bold != above.bold:
        return True
    if line.lead and is_heading(line.lead.strip(" .:—–-")) and not unfinished(above.text):
        return True
    if _is_title(line, above, following) or (len(group) == 1 and _stood(above, line)):
        return True
    if is_legend(line.text) and not unfinished(above.text):
        return True
    return _is_paragraph(group, line, justified=justified)


def _is_title(line: Line, above: Line, following: Line | None) -> bool:
    """Whether the words alone make a line a heading where it stands."""
    if is_shouted(line.text) and not is_shouted(above.text) and not unfinished(above.text):
        return True
    if is_heading(line.text):
        low = following is not None and following.text[:1].islower()
        return not low and not unfinished(above.text) and not line.text[:1].islower()
    slanted = line.italic and not above.italic and not (following and following.italic)
    return slanted and not line.full and not unfinished(above.text) and _is_short(line.text)


def _stood(above: Line, line: Line) -> bool:
    """Whether the line above is a heading on its own."""
    if line.text[:1].islower():
        return False
    if is_shouted(above.text) and not is_shouted(line.text):
        return True
    return (
        is_heading(above.text)
        or is_salutation(above.text)
        or (above.italic and not line.italic and not above.full and _is_short(above.text))
    )


def _is_short(text: str) -> bool:
    return len(text) <= 70 and not text.endswith((".", ",", ";")) and text[:1].isupper()


def _is_paragraph(group: list[Line], line: Line, *, justified: bool) -> bool:
    above = group[-1]
    ended = not unfinished(above.text)
    if _centred(above, line):
        return False
    item = next((one for one in reversed(group) if _is_item(one)), None)
    if item and not _is_item(line):
        return ended and line.left < item.left - 0.3 * line.size
    if _is_item(line) and (item or ended or not above.full):
        return False  # `rag.clean` keeps the items of one list together
    if line.indent > _INDENT and abs(line.left - above.left) > 0.3 * line.size:
        return line.left > above.left or ended
    if line.indent > _INDENT:
        return ended and not above.full
    hanging = group[0].indent < 0.3 and len(group) > 1 and group[1].indent > _INDENT
    if hanging and line.indent < 0.3 and above.indent > _INDENT:
        return True
    starts = not line.text[:1].islower()
    return justified and ended and starts and not above.full


def _is_item(line: Line) -> bool:
    return is_item(line.text) or re.match(r"(?:\d{1,2}[.)]|[•▪–-]) ", line.text) is not None


def _centred(above: Line, line: Line) -> bool:
    middle = abs((above.left + above.right) - (line.left + line.right)) / 2
    return middle < 2 and not (above.full and above.indent < 0.3) and line.indent > 0.3


def _kind(group: list[Line], setting: Setting) -> Kind:
    if _is_legend(group[0], setting):
        return "legend"
    return "heading" if _is_set_as_heading(group, setting) else "text"


def _is_legend(line: Line, setting: Setting) -> bool:
    if is_legend(line.text):
        return True
    labelled = _LABELLED.match(line.text)
    if not labelled:
        return False
    bold = bool(line.lead) and _LABEL.match(line.lead) is not None
    return bold or (line.size < _SMALLER * setting.size) or is_caption(line.lead)


def _is_set_as_heading(group: list[Line], setting: Setting) -> bool:
    text = " ".join(line.text for line in group)
    if len(text) > _LONGEST_HEADING or len(group) > 4 or not re.search(r"[^\W\d_]{3}", text):
        return False
    if is_heading(text):
        return True
    if text.endswith((".", ",", ";", ":")) or is_item(text) or text[:1].islower():
        return False
    if any(len(line.cells) > 1 for line in group):
        return False
    if all(line.bold for line in group) or group[0].size >= _LARGER * setting.size:
        return True
    if is_shouted(text):
        return True
    return len(group) == 1 and group[0].italic and _is_short(text) and not group[0].full


def rank_headings(parts: Sequence[Part]) -> None:
    """Give headings the rank of their type: the largest, boldest one is 1."""
    headings = [part for part in parts if part.kind == "heading" and part.lines]
    styles = {id(part): _style(part) for part in headings}
    order = sorted(set(styles.values()), reverse=True)
    for part in headings:
        part.rank = min(order.index(styles[id(part)]) + 1, 6)


def _style(part: Part) -> tuple[float, bool, bool, bool]:
    line = part.lines[0]
    return (round(line.size, 1), line.bold, part.text.isupper(), not line.italic)
