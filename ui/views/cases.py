"""Cases: every described patient in one table; filter, group, draw, compare, find similar ones."""

from __future__ import annotations

import streamlit as st

from rag.cases.grouping import KEYS, GroupKey, spelling
from rag.cases.sheet import to_excel
from rag.cases.table import COLUMNS, table_of, to_csv
from rag.cases.wish import Key
from rag.cases.wording import SELECTED
from rag.privacy import identifiers
from ui import cases_view
from ui.cases_found import CHOICES, Found, alike, choices, compared, found, place_of, wishes
from ui.escape import as_html, as_markdown
from ui.failures import failures_in_one_line
from ui.opened import Opened
from ui.page import library_or_stop

MOST_COMPARED = 4
# Pixels of the columns whose words would push all others out of sight.
WIDTHS = {"Report": 140, "Form": 125, "Antibodies": 100, "Treatment": 150, "Response": 95,
          "After": 150, "Before": 190, "Findings": 260}  # fmt: skip
# Rows of the matrix of responses: more cannot be read.
MOST_GROUPS = 25


def conditions(opened: Opened) -> tuple[dict[Key, list[str]], str, str]:
    """The filters above the table."""
    known = choices(opened)
    chosen: dict[Key, list[str]] = {}
    with st.container(key="conditions"):
        for key, _, label in CHOICES:
            counts = dict(known[key])
            chosen[key] = st.multiselect(
                label,
                list(counts),
                key=f"cases {key}",
                format_func=lambda value, counts=counts: f"{value} ({counts[value]})",
                placeholder="any",
                persist_state="session",
            )
        absent = st.text_input(
            "Stated to be absent", key="cases absent", placeholder="e.g. weakness",
            persist_state="session",
        )  # fmt: skip
        age = st.text_input(
            "Age in years", key="cases age", placeholder="56, 0-17, 65-", persist_state="session"
        )
    return {key: values for key, values in chosen.items() if values}, absent, age


def table_tab(opened: Opened, told: Found) -> None:
    """The rows; those that are ticked are shown in full, or side by side."""
    rows = told.listing.rows
    if not rows:
        st.info("Nobody fits all of these conditions; take one away.")
        return
    st.caption(f"Tick one row to read a case, up to {MOST_COMPARED} to compare them.")
    ticked = st.dataframe(
        cases_view.grid(rows),
        hide_index=True,
        column_config={name: st.column_config.Column(width=w) for name, w in WIDTHS.items()},
        on_select="rerun",
        selection_mode="multi-row",
        key="cases grid",
        height=420,
        placeholder="",
    )
    table = table_of(rows, COLUMNS)
    with st.container(horizontal=True):
        st.download_button("CSV", lambda: to_csv(table), "cases.csv", "text/csv",
                           on_click="ignore")  # fmt: skip
        st.download_button(
            "Excel",
            lambda: to_excel(table),
            "cases.xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            on_click="ignore",
        )
    places = [place_of(rows[number]) for number in ticked.selection.rows if number < len(rows)]
    _ticked(opened, told, places)


def _ticked(opened: Opened, told: Found, places: list[str]) -> None:
    if not places:
        return
    if len(places) > MOST_COMPARED:
        st.warning(f"Only the first {MOST_COMPARED} ticked rows are compared.")
    for record in told.cases:
        if len(places) == 1 and record.id == places[0]:
            from rag.cases.charts import timeline

            st.subheader("Course", anchor=False)
            st.altair_chart(timeline(record), alt=f"Therapies and responses of {record.id}")
    st.subheader("Side by side" if len(places) > 1 else "The case", anchor=False)
    comparison, proofs = compared(opened, places[:MOST_COMPARED])
    st.html(cases_view.side_by_side(comparison, proofs))


def groups_tab(told: Found, by: GroupKey) -> None:
    """Patients counted by treatment (or another key) and response."""
    groups = told.listing.groups
    if not groups:
        st.info("Nobody fits all of these conditions; take one away.")
        return
    from rag.cases.charts import response_matrix

    largest = [str(g["value"]) for g in groups][:MOST_GROUPS]
    st.altair_chart(
        response_matrix(told.cases, by, largest), alt=f"Number of patients by {by} and response"
    )
    if len(groups) > MOST_GROUPS:
        st.caption(f"The {MOST_GROUPS} largest of {len(groups)} groups; all stand in the table.")
    st.dataframe(
        {
            name.replace("_", " "): [
                spelling(str(g[name])) if name == "value" else g[name] for g in groups
            ]
            for name in groups[0]
        },
        hide_index=True,
    )


def similar_tab(opened: Opened) -> None:
    """Patients like the one of a vignette."""
    with st.form("vignette", border=False):
        text = st.text_area(
            "Describe a patient without saying who it is",
            placeholder="A woman of 60 with anti-MDA5, skin ulcers and ILD, no weakness",
            key="vignette",
            height=120,
        )
        st.form_submit_button("Find similar patients", type="primary")
    if not text.strip():
        st.caption("The text is read on the machine that runs Casebook, and not stored.")
        return
    kinds = list(dict.fromkeys(one.what for one in identifiers(text)))
    if kinds and not st.checkbox(
        f"This seems to hold {' and '.join(kinds)}. Please leave out what identifies a patient, "
        "or tick this to search all the same."
    ):
        return
    findings, near, citations, proofs = alike(opened, text)
    if not findings:
        st.info("No sign, drug, antibody or form of the disease was understood; name some.")
        return
    said = ", ".join(("no " if one.absent else "") + one.said for one in findings)
    st.caption(as_markdown(f"Understood: {said}"))
    if near:
        st.html(cases_view.alike(near, citations, proofs))
    else:
        st.info("No stored patient shares any of this.")


opened = library_or_stop()
st.title("Cases", anchor=False)
with failures_in_one_line():
    if not opened.listed():
        st.info("This library is empty. Add a report first: page Library.")
        st.stop()
    with st.expander("Conditions", expanded=True):
        chosen, absent, age = conditions(opened)
    tabs = st.tabs(["Table", "Groups and charts", "Similar patients"])
    with tabs[1]:
        by = st.selectbox("Count by", KEYS, key="cases by", persist_state="session")
    told = found(opened, wishes(chosen, absent, age), by)
    with tabs[0]:
        lines = "".join(f"<p>{as_html(line)}</p>" for line in told.listing.lines)
        st.html(f'<div class="cb-lines">{lines}</div>')
        table_tab(opened, told)
    with tabs[1]:
        groups_tab(told, by)
    with tabs[2]:
        similar_tab(opened)
    st.caption(SELECTED)
