"""A run, and the baseline if there is one → the measures that stand first, with their intervals."""

from __future__ import annotations

from collections.abc import Sequence

from eval.compare import aligned, compare, figures_of
from eval.markdown import Headline, number
from eval.page import Ablation
from eval.records import Run
from eval.statistics import paired_bootstrap

SEED = 20261121

MEASURES = (
    "facts in answer, right report", "fact recall", "citation precision", "citation recall",
    "citations exact", "short answer F1", "right report cited", "right patient",
    "facts in top 3, right report", "facts in top 8, right report",
    "passage nDCG@10", "report Success@1",
    "answered when answerable", "declined when unanswerable", "declined out of domain",
    "false premise handled", "advice handled", "follow-up right report", "no forbidden fact",
    "exhaustive recall", "exhaustive precision", "exhaustive evidence", "exhaustive facts",
    "rows cited",
)  # fmt: skip


def headline(run: Run, baseline: Run | None = None) -> tuple[Headline, ...]:
    """One row per measure that the run has: mean, 95 % bootstrap interval, and the baseline's mean.

    Where there is a baseline, its mean and the p value are over the questions that both have.
    """
    moved = {row.measure: row for row in compare(baseline, run).rows} if baseline else {}
    found = []
    for measure in MEASURES:
        values = [f[measure] for f in map(figures_of, run.records) if measure in f]
        if not values:
            continue
        spread = paired_bootstrap([0.0] * len(values), values, seed=SEED)
        row = moved.get(measure)
        found.append(
            Headline(
                measure=measure,
                n=len(values),
                value=sum(values) / len(values),
                low=spread.low,
                high=spread.high,
                baseline=row.means.before if row else None,
                p=row.adjusted if row else None,
            )
        )
    return tuple(found)


def ablation(runs: Sequence[Run]) -> Ablation:
    """The table of several systems' runs: one row each, the headline measures as columns."""
    rows = []
    for run in runs:
        figures = [figures_of(record) for record in run.records]
        means: list[float | None] = []
        for measure in MEASURES:
            values = [f[measure] for f in figures if measure in f]
            means.append(sum(values) / len(values) if values else None)
        rows.append((str(run.conditions.get("system", "?")), tuple(means)))
    return Ablation(MEASURES, tuple(rows))


def to_table(runs: Sequence[Run]) -> str:
    """Several systems' headline means for a terminal: a row for each measure."""
    found = ablation(runs)
    rows = [["", *(name for name, _ in found.rows)]]
    for place, measure in enumerate(found.measures):
        values = [values[place] for _, values in found.rows]
        if any(value is not None for value in values):
            rows.append([measure, *(number(value) for value in values)])
    return "\n".join(aligned(rows))
