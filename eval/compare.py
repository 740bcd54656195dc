"""Two runs → what moved: by measure, by group of questions, and question by question.

Questions are paired by id. What only one run has is counted and named, never dropped in silence.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

from eval.records import Record, Run
from eval.statistics import SEED, Means, Row, Values, means, rows
from rag.errors import CasebookError
from rag.render import plain

GROUPED_BY = ("kind", "style", "form", "verdict")

# The columns of the tables by group: one measure for each stage; 'answered' stands before them.
_BRIEF = ("report Success@1", "fact recall", "short answer F1", "citation precision")

_DERIVED = {
    "answerable": ("answered when answerable", "answered"),
    "unanswerable": ("declined when unanswerable", "abstained"),
    "out of domain": ("declined out of domain", "abstained"),
}
"""Verdict → the abstention figure that it has, and the status that is right."""

Pairs = Sequence[tuple[Record, Record]]


class CompareError(CasebookError):
    """A run names a question twice or holds a figure that is no finite number."""


@dataclass(frozen=True, slots=True)
class Group:
    """The `n` paired questions of one kind, style, form or verdict (as the run after has it).

    `answered` counts those answered before and after.
    """

    value: str
    n: int
    answered: tuple[int, ...]
    means: dict[str, Means]


@dataclass(frozen=True, slots=True)
class Change:
    """A question whose outcome moved; `what` names the parts: 'status', 'cited', a figure …"""

    before: Record
    after: Record
    what: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """All that differs between two runs. `conditions` maps a differing key to both its values.

    `unpaired` maps a measure to how many of the paired questions have it only before and only
    after; these are in no row. `short_answers`: both runs keep texts, so these were compared.
    """

    n: int
    only_before: tuple[str, ...]
    only_after: tuple[str, ...]
    conditions: dict[str, tuple[str, str]]
    rows: tuple[Row, ...]
    unpaired: dict[str, tuple[int, int]]
    groups: dict[str, tuple[Group, ...]]
    changes: tuple[Change, ...]
    short_answers: bool


def figures_of(record: Record) -> dict[str, float]:
    """The record's figures, and whether its status is right for its verdict (1 or 0).

    An answerable question has 'answered when answerable', an unanswerable one 'declined when
    unanswerable', one out of domain 'declined out of domain'. A status that is neither 'answered'
    nor 'abstained' is right nowhere. False premises and advice have figures of their own.
    """
    if record.verdict not in _DERIVED:
        return dict(record.figures)
    name, right = _DERIVED[record.verdict]
    return record.figures | {name: float(record.status == right)}


def by_id(run: Run, name: str) -> dict[str, Record]:
    """Id → record, sorted by id; `name` says in a complaint which run it is.

    Raises CompareError for an id used twice, or a figure that is no finite number: a gate that
    compared with NaN would refuse nothing.
    """
    found: dict[str, Record] = {}
    for record in sorted(run.records, key=lambda record: record.id):
        if record.id in found:
            raise CompareError(f"{name}: question {record.id} has two records; run it anew")
        for measure, value in record.figures.items():
            if not isfinite(value):
                raise CompareError(
                    f"{name}: question {record.id}: '{measure}' is {value}, no finite number; mend "
                    "the measure and run anew"
                )
        found[record.id] = record
    return found


def compare(before: Run, after: Run, *, seed: int = SEED) -> Comparison:
    """What moved between two runs, over the questions that both have. Raises CompareError."""
    old, new = by_id(before, "the run before"), by_id(after, "the run after")
    pairs = tuple((old[name], new[name]) for name in old if name in new)
    keys = sorted({*before.conditions, *after.conditions})
    values = {k: (str(before.conditions.get(k)), str(after.conditions.get(k))) for k in keys}
    short_answers = all(any(r.text for r in run.records) for run in (before, after))
    return Comparison(
        n=len(pairs),
        only_before=tuple(name for name in old if name not in new),
        only_after=tuple(name for name in new if name not in old),
        conditions={key: both for key, both in values.items() if both[0] != both[1]},
        rows=rows(_paired(pairs), seed=seed),
        unpaired=_unpaired(pairs),
        groups={key: _groups(pairs, key) for key in GROUPED_BY},
        changes=_changes(pairs, short_answers=short_answers),
        short_answers=short_answers,
    )


def to_text(comparison: Comparison) -> str:
    """The comparison for a terminal: counts, measures, groups, then the questions that changed."""
    lines = [f"{comparison.n} questions in both runs"]
    for where, ids in (("before", comparison.only_before), ("after", comparison.only_after)):
        if ids:
            lines.append(f"only in the run {where}: {len(ids)}: {', '.join(ids)}")
    lines += [f"{key}: {was} → {now}" for key, (was, now) in comparison.conditions.items()]
    lines += ["", *_measure_table(comparison.rows)]
    for measure, (old, new) in comparison.unpaired.items():
        lines.append(f"{measure}: left out, as only one run has it: {old} before, {new} after")
    for key, groups in comparison.groups.items():
        lines += ["", *_group_table(key, groups)]
    lines += ["", f"{len(comparison.changes)} questions changed"]
    lines += [_change_line(change) for change in comparison.changes]
    if not comparison.short_answers:
        lines.append("(short answers not compared: a run holds no texts)")
    return "\n".join(plain(line) for line in lines)


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows of equal length → lines, the first column to the left and the others to the right."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    return [
        "  ".join(
            cell.ljust(width) if i == 0 else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


def _paired(pairs: Pairs) -> dict[str, Values]:
    """Measure → its values (before, after) on the questions that have it in both runs."""
    both: dict[str, list[tuple[float, float]]] = {}
    for old, new in pairs:
        was, now = figures_of(old), figures_of(new)
        for measure in was.keys() & now.keys():
            both.setdefault(measure, []).append((was[measure], now[measure]))
    return dict(sorted(both.items()))


def _unpaired(pairs: Pairs) -> dict[str, tuple[int, int]]:
    before: Counter[str] = Counter()
    after: Counter[str] = Counter()
    for old, new in pairs:
        was, now = figures_of(old).keys(), figures_of(new).keys()
        before.update(was - now)
        after.update(now - was)
    return {measure: (before[measure], after[measure]) for measure in sorted({*before, *after})}


def _groups(pairs: Pairs, key: str) -> tuple[Group, ...]:
    members: dict[str, list[tuple[Record, Record]]] = {}
    for old, new in pairs:
        members.setdefault(str(getattr(new, key)), []).append((old, new))
    return tuple(
        Group(
            value,
            len(group),
            tuple(sum(r.status == "answered" for r in run) for run in zip(*group, strict=True)),
            {measure: means(values) for measure, values in _paired(group).items()},
        )
        for value, group in sorted(members.items())
    )


def _changes(pairs: Pairs, *, short_answers: bool) -> tuple[Change, ...]:
    # A measure that came with a newer Casebook changed no answer.
    known = {measure for old, _ in pairs for measure in figures_of(old)}
    found = []
    for old, new in pairs:
        moved = {
            "status": old.status != new.status,
            "cited": _spans(old) != _spans(new),
            "short answer": short_answers and old.short_answer != new.short_answer,
        }
        was, now = figures_of(old), figures_of(new)
        moved |= {m: was.get(m) != now.get(m) for m in sorted(was.keys() | now.keys() & known)}
        if any(moved.values()):
            found.append(Change(old, new, tuple(what for what in moved if moved[what])))
    return tuple(found)


def _spans(record: Record) -> str:
    return ", ".join(f"{c.report_id} {c.start}-{c.end}" for c in record.cited) or "nothing"


def _measure_table(rows: Sequence[Row]) -> list[str]:
    cells = [["measure", "n", "before", "after", "difference", "95 % interval", "p", "p (Holm)"]]
    for row in rows:
        means = [str(row.means.n), f"{row.means.before:.3f}", f"{row.means.after:.3f}"]
        interval = f"{row.interval.low:+.3f} to {row.interval.high:+.3f}"
        p = [f"{row.p:.4f}", f"{row.adjusted:.4f}"]
        cells.append([row.measure, *means, f"{row.interval.mean:+.3f}", interval, *p])
    return aligned(cells)


def _group_table(key: str, groups: Sequence[Group]) -> list[str]:
    brief = [name for name in _BRIEF if any(name in group.means for group in groups)]
    cells = [[f"by {key}", "n", "answered", *brief]]
    for group in groups:
        own = [_cell(group.means.get(name)) for name in brief]
        cells.append([group.value, str(group.n), "{} → {}".format(*group.answered), *own])
    return aligned(cells)


def _cell(means: Means | None) -> str:
    return f"{means.before:.2f} → {means.after:.2f} (n {means.n})" if means else "-"


def _change_line(change: Change) -> str:
    old, new = change.before, change.after
    return f"{new.id} ({new.verdict}): {'; '.join(_part(old, new, what) for what in change.what)}"


def _part(old: Record, new: Record, what: str) -> str:
    if what == "status":
        return f"status {old.status} → {new.status}"
    if what == "cited":
        return f"cited {_spans(old)} → {_spans(new)}"
    if what == "short answer":
        # Release gold comes without its question, and what was answered would tell of it.
        secret = not (old.question and new.question)
        return what if secret else f"{what} {old.short_answer!r} → {new.short_answer!r}"
    was, now = figures_of(old).get(what), figures_of(new).get(what)
    return f"{what} {'-' if was is None else f'{was:.2f}'} → {'-' if now is None else f'{now:.2f}'}"
