"""The list of kept conversations in the sidebar: new, search, open, rename, delete."""

from __future__ import annotations

import streamlit as st

from ui import state
from ui.conversations import Conversations, Kept
from ui.escape import as_markdown
from ui.failures import failures_in_one_line

SHOWN = 15
SEARCH_FROM = 6
"""Fewer conversations need no search."""


def sidebar() -> None:
    """What stands below the navigation on the page Ask."""
    with st.sidebar, failures_in_one_line():
        st.button("New conversation", icon=":material/add:", on_click=state.forget, width="stretch")
        kept = state.store()
        if kept is None:
            st.caption("This conversation is not stored; it ends with this visit.")
            return
        _purge(kept)
        every = kept.listed()
        words = (
            st.text_input(
                "Search conversations",
                key="history_search",
                placeholder="Search conversations",
                label_visibility="collapsed",
            )
            if len(every) >= SEARCH_FROM
            else ""
        )
        found = kept.listed(words) if words else every
        _list(kept, found)
        if words and not found:
            st.caption("No conversation holds these words.")


def _purge(kept: Conversations) -> None:
    """Once a visit, let go of what is older than the visitor wants."""
    if not st.session_state.get("purged"):
        st.session_state["purged"] = True
        kept.keep_days(int(state.preference("keep_days", "0")))


def _list(kept: Conversations, found: list[Kept]) -> None:
    current = st.session_state.get("conversation")
    with st.container(gap=None, key="history"):
        for one in found[:SHOWN]:
            st.button(
                as_markdown(one.name),
                key=f"open {one.id}",
                type="secondary" if one.id == current else "tertiary",  # the open one has a frame
                width="stretch",
                on_click=state.open_conversation,
                args=(one.id,),
                help="Open this conversation",
            )
    if len(found) > SHOWN:
        st.caption(f"{len(found) - SHOWN} more: search for their words.")
    shown = next((one for one in found if one.id == current), None)
    if shown:
        with st.popover("Rename or delete", width="stretch"):
            name = st.text_input("Name", value=shown.name, max_chars=80, key=f"name {shown.id}")
            st.button("Rename", on_click=_rename, args=(kept, shown.id, name))
            st.button("Delete this conversation", on_click=_delete, args=(kept, shown.id))


def _rename(kept: Conversations, chosen: str, name: str) -> None:
    with failures_in_one_line():
        kept.rename(chosen, name)


def _delete(kept: Conversations, chosen: str) -> None:
    with failures_in_one_line():
        kept.delete(chosen)
    state.forget()
