"""Records → Altair charts: one patient's course, and treatments by response.

Imported only by who draws: altair takes a while to load.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from rag.cases.grouping import NOT_REPORTED, GroupKey, days, grouped, spelling
from rag.cases.table import therapy_words
from rag.cases.wish import RESPONSES
from rag.records.record import CaseRecord

if TYPE_CHECKING:
    import altair

PALE = ["#deebf5", "#86b8dc"]
"""Few to many patients: light enough for dark numbers, in light and dark pages."""
_NARROW = 420
"""Pixels of all columns together below which the names of six do not fit side by side."""
STAGES = ("before", "treatment", "response", "follow-up")


def timeline_rows(case: CaseRecord) -> list[dict[str, Any]]:
    """What happened to a patient, as far as the report says it, in order.

    Each row has `lane`, `what`, `start` and `end` in days since the reported treatment began and
    `timed`: whether the report gives that time. Without one, therapies and events stand a unit of
    the axis apart, in their order.
    """
    response = days(case.time_to_response.value) if case.time_to_response else None
    follow_up = days(case.follow_up.value) if case.follow_up else None
    last = max([d for d in (response, follow_up) if d is not None], default=30.0)
    rows: list[dict[str, Any]] = []
    prior = [therapy for therapy in case.therapies if therapy.prior]
    edges = [
        -last * (len(prior) - number) / (len(prior) or 1) / 2 for number in range(len(prior) + 1)
    ]
    for therapy, (start, end) in zip(prior, pairwise(edges), strict=True):
        rows.append(_row("before", therapy_words(therapy), start, end, timed=False))
    for therapy in case.therapies:
        if not therapy.prior:
            given = days(therapy.duration.value) if therapy.duration else None
            rows.append(
                _row("treatment", therapy_words(therapy), 0.0, given or last, timed=bool(given))
            )
    if case.response is not None:
        at = response if response is not None else last
        words = f"{case.response.value} response"
        rows.append(_row("response", words, at, at, timed=response is not None))
    if case.follow_up is not None:
        at = follow_up if follow_up is not None else last
        rows.append(_row("follow-up", case.follow_up.value, at, at, timed=follow_up is not None))
    return rows


def _row(lane: str, what: str, start: float, end: float, *, timed: bool) -> dict[str, Any]:
    return {"lane": lane, "what": what, "start": start, "end": end, "timed": timed}


def _data(rows: list[dict[str, Any]]) -> altair.InlineData:
    import altair as alt

    return alt.InlineData(values=rows)


def timeline(case: CaseRecord) -> altair.LayerChart | altair.FacetChart:
    """A patient's therapies (bars) and responses (points) over time, in days.

    What has no stated time is pale: its place says only what came before what.
    """
    import altair as alt

    rows = timeline_rows(case)
    bars = [row for row in rows if row["lane"] in ("before", "treatment")]
    points = [row for row in rows if row["lane"] not in ("before", "treatment")]
    x = alt.X("start:Q", title="days since the reported treatment began (pale: not stated)")
    y = alt.Y("what:N", title=None, sort=[row["what"] for row in rows])
    pale = alt.Opacity(
        "timed:N", scale=alt.Scale(domain=[True, False], range=[1.0, 0.35]), legend=None
    )
    colour = alt.Color("lane:N", title=None, sort=list(STAGES))
    tip = ["lane:N", "what:N", "timed:N"]
    drawn = alt.Chart(_data(bars)).mark_bar().encode(
        x=x, x2="end:Q", y=y, opacity=pale, color=colour, tooltip=tip
    )  # fmt: skip
    dots = alt.Chart(_data(points)).mark_point(filled=True, size=120).encode(
        x=x, y=y, opacity=pale, color=colour, tooltip=tip
    )  # fmt: skip
    return alt.layer(drawn, dots).properties(title=case.id)


def response_rows(
    cases: Iterable[CaseRecord], by: GroupKey = "treatment", only: Sequence[str] = ()
) -> list[dict[str, Any]]:
    """For each treatment (or other key) and response the number of patients; zeros left out."""
    return [
        {by.replace(" ", "_"): spelling(group.value), "response": response, "patients": number}
        for group in grouped(cases, by, only)
        for response, number in group.responses.items()
    ]


def response_matrix(
    cases: Iterable[CaseRecord], by: GroupKey = "treatment", only: Sequence[str] = ()
) -> altair.LayerChart | altair.FacetChart:
    """Treatments (rows) by responses (columns), each cell with its number of patients.

    Counts of selected published cases, which are no rates: no shares are drawn.
    """
    import altair as alt

    rows = response_rows(cases, by, only)
    name = by.replace(" ", "_")
    base = alt.Chart(_data(rows)).encode(
        x=alt.X(
            "response:N",
            sort=[*RESPONSES, NOT_REPORTED],
            title="response",
            # Above the rows, of which there may be more than a window holds; aslant on a phone.
            axis=alt.Axis(
                orient="top",
                labelOverlap=False,
                labelAngle=alt.ExprRef(f"width < {_NARROW} ? -55 : 0"),
                labelAlign=alt.ExprRef(f"width < {_NARROW} ? 'left' : 'center'"),
            ),
        ),
        y=alt.Y(
            f"{name}:N",
            sort=list(dict.fromkeys(row[name] for row in rows)),
            title=by,
            axis=alt.Axis(labelLimit=220),
        ),
    )
    cells = base.mark_rect().encode(
        color=alt.Color("patients:Q", scale=alt.Scale(range=PALE), legend=None),
        tooltip=[f"{name}:N", "response:N", "patients:Q"],
    )
    numbers = base.mark_text(color="#1b2530").encode(text="patients:Q")
    return alt.layer(cells, numbers).properties(title="Selected published cases, not rates")
