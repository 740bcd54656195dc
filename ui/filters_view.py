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
_CHOSEN, _RETRACTED, _ROUND = "filters", "filter retracted", "filter round"


def chosen() -> dict[str, list[str]]:
    """The filters in force, as `Casebook.ask` takes them."""
    return {key: list(values) for key, values in _chosen().items() if values}


def retracted() -> bool:
    """Whether retracted reports may answer, too."""
    return bool(st.session_state.get(_RETRACTED))


def menu(opened: Opened) -> None:
    """The menu; what is chosen stays as long as the visit."""
    st.caption("Only reports and patients with all of these are read.")
    known, now = _values(opened), _chosen()
    for key, label in LISTED.items():
        counts = known[key]
        names = [n for n in counts if key != "article_type" or n in ARTICLE_TYPES]
        now[key] = st.multiselect(
            label,
            names,
            default=[one for one in now.get(key, []) if one in names],
            key=_key(key),
            format_func=lambda name, counts=counts, key=key: (
                name if key == "report" else f"{name} ({counts[name]})"
            ),
            placeholder="any",
        )
    years = st.text_input(
        "Years",
        value="".join(now.get("year", [])),
        key=_key("year"),
        placeholder="2015, 2010-2020 or 2018-",
    )
    now["year"] = [years.strip()] if years.strip() else []
    # Where no report is known to be retracted, the switch would do nothing.
    if any(one.notice and one.notice.retracts for one in opened.listed()):
        st.session_state[_RETRACTED] = st.toggle(
            "Retracted reports may answer, too",
            value=retracted(),
            key=_key("retracted"),
            help="They are marked. Without this they are left out, unless chosen above by name.",
        )


def _chosen() -> dict[str, list[str]]:
    """Filter → values; not the widgets' own state, which ends with a visit to another page."""
    found: dict[str, list[str]] = st.session_state.setdefault(_CHOSEN, {})
    return found


def _key(name: str) -> str:
    """The key of a filter's widget; another one in each round, see `_renew`."""
    return f"filter {name} {st.session_state.get(_ROUND, 0)}"


def _values(opened: Opened) -> dict[str, dict[str, int]]:
    """Filter → its values and how many passages have each, read once for a state of the library."""

    def read() -> dict[str, dict[str, int]]:
        return {key: dict(opened.library.facet_values(key)) for key in LISTED}

    with opened.reading():
        return opened.once("filters", read)


def chips() -> None:
    """A chip for each filter in force; a click takes it off."""
    found = chosen()
    if not found and not retracted():
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
        if retracted():
            st.button(
                "retracted reports, too ✕",
                key="chip retracted",
                on_click=_answer_no_more,
                help="Leave retracted reports out again",
            )


def _take_off(key: str, value: str) -> None:
    _chosen()[key] = [one for one in _chosen().get(key, []) if one != value]
    _renew()


def _answer_no_more() -> None:
    st.session_state[_RETRACTED] = False
    _renew()


def _renew() -> None:
    """Make the menu's widgets anew: in a closed menu the browser keeps the old ones' values, and
    would send them again with the next question.
    """
    st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1
