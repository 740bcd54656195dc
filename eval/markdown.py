"""Figures as they are shown, and a run's as Markdown: for the log of CI and `eval/README.md`.

Names in cells are data: what Markdown or HTML would take for markup is escaped.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from eval.measure import ALL_FACTS
from eval.records import Record
from rag.config import DEFAULT_K

STAGES = (
    "passage Success@1",
    f"passage Success@{DEFAULT_K}",
    "report Success@1",
    f"facts in top {DEFAULT_K}, right report",
    ALL_FACTS,
    "citation precision",
    "citation recall",
)
"""The figures of the tables by kind, style and form: one or two for each stage of an answer."""

CLEAR = 0.05
"""Below this adjusted p a change is called one."""

# An underscore inside a word marks nothing.
_MARKUP = re.compile(r"[\\`*\[\]|>~]|(?<!\w)_|_(?!\w)")


@dataclass(frozen=True, slots=True)
class Headline:
    """One measure over `n` questions: its value, the 95 % interval, and the baseline's value.

    `p` is that of the difference, adjusted for all measures that were compared. `unit` 'ms' is
    shown in whole numbers, '' is a share.
    """

    measure: str
    n: int
    value: float | None
    low: float | None
    high: float | None
    baseline: float | None = None
    p: float | None = None
    lower_is_better: bool = False
    unit: str = ""

    @property
    def change(self) -> float | None:
        """Value minus baseline; None without either."""
        if self.value is None or self.baseline is None:
            return None
        return self.value - self.baseline

    @property
    def trend(self) -> Literal["better", "worse", "unclear"]:
        """What the change means; 'unclear' unless p is below `CLEAR`."""
        if not self.change or self.p is None or self.p >= CLEAR:
            return "unclear"
        return "better" if (self.change > 0) != self.lower_is_better else "worse"


@dataclass(frozen=True, slots=True)
class Group:
    """Records that share a kind, style, form or verdict; `cells` are (mean, n) by measure."""

    name: str
    n: int
    answered: int
    cells: tuple[tuple[float, int] | None, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """The groups of one key, the largest first, ties by name."""

    by: str
    measures: tuple[str, ...]
    groups: tuple[Group, ...]


def breakdown(records: Sequence[Record], key: str, measures: Sequence[str]) -> Table:
    """Means by `key` ('kind', 'style', 'form' or 'verdict'), without measures that none has.

    But for 'verdict', answerable questions only: elsewhere an answer may be what is wrong.
    """
    asked = [r for r in records if key == "verdict" or r.verdict == "answerable"]
    present = tuple(m for m in measures if any(m in r.figures for r in asked))
    members: dict[str, list[Record]] = {}
    for record in asked:
        members.setdefault(str(getattr(record, key)), []).append(record)
    groups = [
        Group(
            name,
            len(group),
            sum(r.status == "answered" for r in group),
            tuple(_mean(group, measure) for measure in present),
        )
        for name, group in members.items()
    ]
    return Table(key, present, tuple(sorted(groups, key=lambda g: (-g.n, g.name))))


def to_markdown(
    headline: Sequence[Headline],
    records: Sequence[Record],
    failures: Mapping[str, Sequence[str]],
    *,
    measures: Sequence[str] = STAGES,
    level: int = 2,
) -> str:
    """The headline, the tables by kind and style, and the failures (cause → ids) as Markdown.

    Headings begin at `level`. No text of a question comes in or goes out.
    """
    mark = "#" * level
    parts = [f"{mark} Headline", _headline(headline)]
    for key in ("kind", "style"):
        parts += [f"{mark} By {key} (answerable questions)", _breakdown(records, key, measures)]
    parts += [f"{mark} Failures", _failures(failures)]
    return "\n\n".join(parts) + "\n"


def number(value: float | None, unit: str = "", digits: int = 3) -> str:
    """A figure as it is shown; a dash for None."""
    if value is None:
        return "–"
    return f"{value:,.0f} {unit}" if unit else f"{value:.{digits}f}"


def interval(headline: Headline) -> str:
    """'0.781 to 0.862'; a dash without one."""
    if headline.low is None or headline.high is None:
        return "–"
    low, high = (number(bound, headline.unit) for bound in (headline.low, headline.high))
    return f"{low.removesuffix(f' {headline.unit}')} to {high}"


def signed(headline: Headline) -> str:
    """The change with an arrow: '↑ 0.031', '↓ 120 ms', '= 0.000'; a dash for None."""
    if headline.change is None:
        return "–"
    size = number(abs(headline.change), headline.unit)
    if size == number(0.0, headline.unit):
        return f"= {size}"
    return f"{'↑' if headline.change > 0 else '↓'} {size}"


def probability(p: float | None) -> str:
    """A p value: three digits, or that it is smaller."""
    return "–" if p is None else "<0.001" if p < 0.001 else f"{p:.3f}"


def cell(text: str) -> str:
    """Text in a cell: on one line, with nothing left that Markdown or HTML would act on."""
    line = " ".join(text.split()).replace("&", "&amp;").replace("<", "&lt;")
    return _MARKUP.sub(r"\\\g<0>", line)


def _headline(headline: Sequence[Headline]) -> str:
    rows = [["Measure", "n", "Value", "95 % interval", "Baseline", "Change", "Adjusted p"]]
    for h in headline:
        lower = " (lower is better)" if h.lower_is_better else ""
        trend = "" if h.trend == "unclear" else f" {h.trend}"
        rows.append(
            [
                cell(h.measure + lower),
                str(h.n),
                number(h.value, h.unit),
                interval(h),
                number(h.baseline, h.unit),
                signed(h) + trend,
                probability(h.p),
            ]
        )
    return _table(rows)


def _breakdown(records: Sequence[Record], key: str, measures: Sequence[str]) -> str:
    table = breakdown(records, key, measures)
    rows = [[key.capitalize(), "n", "Answered", *(cell(name) for name in table.measures)]]
    for group in table.groups:
        means = [_mean_cell(found, group.n) for found in group.cells]
        rows.append([cell(group.name), str(group.n), str(group.answered), *means])
    return _table(rows)


def _mean_cell(found: tuple[float, int] | None, n: int) -> str:
    """'0.82', with its own count where the measure does not apply to all of the group's `n`."""
    if found is None:
        return "–"
    mean, count = found
    return f"{mean:.2f}" if count == n else f"{mean:.2f} (n {count})"


def _failures(failures: Mapping[str, Sequence[str]]) -> str:
    rows = [["Cause", "n", "Questions"]]
    for cause, ids in failures.items():
        rows.append([cell(cause), str(len(ids)), cell(", ".join(ids)) or "none"])
    # The ids stay unaligned: padding each row to the longest list would fill the log with blanks.
    return _table(rows, ragged=True)


def _table(rows: Sequence[Sequence[str]], *, ragged: bool = False) -> str:
    """A table whose columns stand under each other in plain text too; numbers to the right.

    The first column is text; so is the last one of a `ragged` table, which is not filled up.
    """
    widths = [max(3, *(len(row[i]) for row in rows)) for i in range(len(rows[0]))]
    last = len(widths) - 1 if ragged else -1
    rule = [
        "-" * (3 if i == last else width) if i in (0, last) else "-" * (width - 1) + ":"
        for i, width in enumerate(widths)
    ]
    lines = []
    for row in (rows[0], rule, *rows[1:]):
        cells = [
            text if i == last else text.ljust(width) if i == 0 else text.rjust(width)
            for i, (text, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _mean(records: Sequence[Record], measure: str) -> tuple[float, int] | None:
    values = [r.figures[measure] for r in records if measure in r.figures]
    return (sum(values) / len(values), len(values)) if values else None
