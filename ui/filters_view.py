"""Filters of the questions: a menu to choose from, and a chip for each that is in force."""

from __future__ import annotations

import streamlit as st

from rag.schema import ARTICLE_TYPES
from ui.escape import as_markdown
from ui.opened import Opened

LISTED = {
    "drug": "Drug",
    "antibody": "Antibody",
    "subtype": "Form of the disease",
    "age_group": "Age group",
    "article_type": "Kind of report",
    "report": "Report",
}
_YEARS = "filter_years"


def chosen() -> dict[str, list[str]]:
    """The filters in force, as `Casebook.ask` takes them."""
    found = {
        key: list(values) for key in LISTED if (values := st.session_state.get(f"filter_{key}"))
    }
    if years := str(st.session_state.get(_YEARS) or "").strip():
        found["year"] = [years]
    return found


def menu(opened: Opened) -> None:
    """The menu; what is chosen stays as long as the visit."""
    st.caption("Only reports and patients with all of these are read.")
    for key, label in LISTED.items():
        with opened.reading() as library:
            counts = dict(library.facet_values(key))
        names = [n for n in counts if key != "article_type" or n in ARTICLE_TYPES]
        st.multiselect(
            label,
            names,
            key=f"filter_{key}",
            format_func=lambda name, counts=counts, key=key: (
                name if key == "report" else f"{name} ({counts[name]})"
            ),
            persist_state="session",
            placeholder="any",
        )
    st.text_input(
        "Years", key=_YEARS, placeholder="2015, 2010-2020 or 2018-", persist_state="session"
    )


def chips() -> None:
    """A chip for each filter in force; a click takes it off."""
    found = chosen()
    if not found:
        return
    with st.container(horizontal=True, gap="small", key="chips"):
        for key, values in found.items():
            for value in values:
                st.button(
                    f"{as_markdown(key.replace('_', ' '))}: {as_markdown(value)} ✕",
                    key=f"chip {key} {value}",
                    on_click=_take_off,
                    args=(key, value),
                    help="Take this filter off",
                )


def _take_off(key: str, value: str) -> None:
    if key == "year":
        st.session_state[_YEARS] = ""
    else:
        name = f"filter_{key}"
        st.session_state[name] = [one for one in st.session_state.get(name, []) if one != value]
