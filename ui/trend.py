"""Accepted runs → the chart of how their figures went."""

from __future__ import annotations

import altair as alt

from ui import runs


def lines(accepted: list[runs.Accepted], shown: list[str]) -> alt.Chart:
    """A line for each measure; screen readers get the sentence that stands for it, no marks."""
    points = [
        {"run": number, "measure": name, "mean": one.headline[name][1]}
        for number, one in enumerate(accepted, 1)
        for name in shown
        if name in one.headline
    ]
    dots = alt.OverlayMarkDef(filled=True, aria=False)
    return alt.Chart(alt.Data(values=points)).mark_line(point=dots, aria=False).encode(
        x=alt.X("run:O", title="accepted run"),
        y=alt.Y("mean:Q", title="mean", scale=alt.Scale(zero=False)),
        # Below the chart, where a long name has place on a phone, too.
        color=alt.Color(
            "measure:N",
            title=None,
            sort=shown,
            legend=alt.Legend(
                orient="bottom", columns=alt.ExprRef("width < 420 ? 1 : 2"), labelLimit=260
            ),
        ),
        tooltip=["measure:N", "run:O", alt.Tooltip("mean:Q", format=".3f")],
    )  # fmt: skip
