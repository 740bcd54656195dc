"""A run, and what others found out about it → one self-contained HTML page.

The page asks nothing of a network: style and plots stand in it. Questions, answers and quotes are
data and escaped; the same input gives the same bytes. `markdown.py` sets the same figures as text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Literal

from eval.curves import Bin, answer_words, auroc, latency, reliability, risk_coverage
from eval.markdown import STAGES, Headline, breakdown, interval, number, probability, signed
from eval.meanings import MEANING
from eval.measure import ALL_FACTS
from eval.metrics import SHOULD_ABSTAIN
from eval.records import Record, Run

SLOWEST = 10

# A change in one of these is for better or worse; the other figures explain it.
_DECISIVE = (
    ALL_FACTS,
    "exhaustive recall",
    "false premise handled",
    "advice handled",
    "no forbidden fact",
    "citations exact",
)
_AGAINST = ("unanswerable", "false premise", "out of domain")
_PLOT = (320, 200)
"""Width and height of a plot's inside, in SVG units."""


@dataclass(frozen=True, slots=True)
class Ablation:
    """Systems by measures: each of `rows` is a system's name and its value for each measure."""

    measures: tuple[str, ...]
    rows: tuple[tuple[str, tuple[float | None, ...]], ...]

    def __post_init__(self) -> None:
        """Raises ValueError for a row of another length."""
        for system, values in self.rows:
            if len(values) != len(self.measures):
                raise ValueError(f"{system}: {len(values)} values for {len(self.measures)} columns")


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a page shows. `failures` are cause → ids; `written`, when given, is shown as it is."""

    title: str
    run: Run
    headline: tuple[Headline, ...]
    before: Run | None = None
    ablation: Ablation | None = None
    failures: Mapping[str, Sequence[str]] = field(default_factory=dict)
    measures: tuple[str, ...] = STAGES
    written: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """A question that came out otherwise; `figures` are (name, before, after) where they differ.

    A release question (`secret`) is known by its id, status and figures: an answer and its quotes
    would give away what was asked.
    """

    before: Record
    after: Record
    outcome: Literal["worse", "better", "other"]
    figures: tuple[tuple[str, float | None, float | None], ...]
    secret: bool


def changes(before: Run, after: Run) -> tuple[Change, ...]:
    """The questions of both runs whose outcome differs: worse first, then better, then by id.

    What a user saw and the decisive figures count; probability, ranking and time alone do not.
    """
    earlier = before.by_id()
    found = [
        _change(earlier[record.id], record)
        for record in after.records
        if record.id in earlier and _outcome(earlier[record.id]) != _outcome(record)
    ]
    order = ("worse", "better", "other")
    return tuple(sorted(found, key=lambda c: (order.index(c.outcome), c.after.id)))


def slowest(records: Sequence[Record]) -> list[Record]:
    """The ten records that took longest, ties by id."""
    return sorted(records, key=lambda r: (-r.elapsed_ms, r.id))[:SLOWEST]


def to_html(report: Report) -> str:
    """The page. Raises CurveError for a probability that is none."""
    from jinja2 import Environment, StrictUndefined

    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {
        "number": number,
        "interval": interval,
        "signed": signed,
        "p": probability,
    }
    template = environment.from_string(
        files("eval").joinpath("page.html.j2").read_text(encoding="utf-8")
    )
    records = report.run.records
    runs = [report.run, *([report.before] if report.before else [])]
    risks = [risk_coverage(run.records) for run in runs]
    page = template.render(
        report=report,
        gold=_counts(records, "gold"),
        tables=[breakdown(records, k, report.measures) for k in ("kind", "style", "form")],
        verdicts=breakdown(records, "verdict", ()),
        risks=risks,
        edge=_top([risk for curve in risks for _, risk in curve.points]),
        reliabilities=[reliability(run.records) for run in runs],
        separations=[[auroc(run.records, against=v) for v in _AGAINST] for run in runs],
        costs=[
            {"name": name, "cells": _costs(run)}
            for name, run in zip(("This run", "Baseline"), runs, strict=False)
        ],
        meanings=[(h.measure, MEANING[h.measure]) for h in report.headline if h.measure in MEANING],
        slowest=slowest(records),
        changes=changes(report.before, report.run) if report.before else (),
        alone=_alone(report),
        plot=_PLOT,
        line=_line,
        dots=_dots,
    )
    # Half of a surrogate pair can come out of JSON, and cannot be written as UTF-8.
    return page.encode("utf-8", "replace").decode("utf-8")


def _costs(run: Run) -> tuple[str, ...]:
    """Time and words (p50, p95), and peak memory; '–' for what was not kept (an accepted run)."""
    timed = latency([record for record in run.records if record.elapsed_ms > 0])
    words = answer_words(run.records)
    peak = run.cost.get("peak memory MB")
    return (
        *((number(ms, "ms") for ms in (timed.p50, timed.p95)) if timed else ("–", "–")),
        *(number(n, "words") for n in words or (None, None)),
        f"{peak:,.0f} MB" if peak else "–",
    )


def _counts(records: Sequence[Record], key: str) -> list[tuple[str, int]]:
    values = [str(getattr(record, key)) for record in records]
    return [(value, values.count(value)) for value in sorted(set(values))]


def _alone(report: Report) -> tuple[int, int]:
    """How many questions only this run has, and only the baseline."""
    after = set(report.run.by_id())
    before = set(report.before.by_id()) if report.before else after
    return len(after - before), len(before - after)


def _outcome(record: Record) -> tuple[object, ...]:
    decisive = [record.figures.get(name) for name in _DECISIVE]
    return record.status, record.text, record.short_answer, record.cited, decisive


def _change(before: Record, after: Record) -> Change:
    names = dict.fromkeys([*after.figures, *before.figures])
    pairs = [(name, before.figures.get(name), after.figures.get(name)) for name in names]
    moved = tuple((name, old, new) for name, old, new in pairs if old != new)
    steps = [
        new - old
        for name, old, new in moved
        if name in _DECISIVE and old is not None and new is not None
    ]
    if after.verdict in SHOULD_ABSTAIN:
        steps.append((after.status == "abstained") - (before.status == "abstained"))
    outcome: Literal["worse", "better", "other"] = "other"
    if any(step < 0 for step in steps):
        outcome = "worse"
    elif any(step > 0 for step in steps):
        outcome = "better"
    return Change(before, after, outcome, moved, not (after.question and before.question))


def _line(points: Sequence[tuple[float, float]], top: float) -> str:
    """Points in shares → the points of an SVG line; `top` is the share at the upper edge."""
    width, height = _PLOT
    return " ".join(f"{x * width:.1f},{(1 - y / top) * height:.1f}" for x, y in points)


def _dots(bins: Sequence[Bin]) -> list[tuple[str, str]]:
    """The places of a reliability plot's dots."""
    places = _line([(b.probability, b.right) for b in bins], 1.0).split()
    return [(x, y) for x, _, y in (place.partition(",") for place in places)]


def _top(risks: Sequence[float]) -> float:
    """The upper edge of the risk plot: the least fifth above all of them."""
    return next(fifth / 5 for fifth in range(1, 6) if max(risks, default=0.0) <= fifth / 5)
