"""The page: ask, read the answer, open the passage behind each [n]. Run by `casebook ui`."""

from __future__ import annotations

import os
from pathlib import Path

import streamlit as st

from ui import answer_view, state
from ui.failures import failures_in_one_line

ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect x="5" y="3" width="22" '
    'height="26" rx="3" fill="#2f5d8a"/><path d="M10 10h12M10 16h12M10 22h7" stroke="#fff" '
    'stroke-width="2.5"/></svg>'
)

st.set_page_config(page_title="Casebook", page_icon=ICON)
st.html(Path(__file__).with_name("page.css"))
st.title("Casebook", anchor=False)

with failures_in_one_line():
    casebook = state.opened(os.environ.get("CASEBOOK_LIBRARY", ""))
    st.caption(
        f"Answers from {len(casebook.library.report_ids())} reports about dermatomyositis, each "
        "sentence with its source. Casebook says what was reported; it does not advise."
    )

    # In a container the box stands where it is written. Pinned to the bottom, Streamlit would
    # scroll down whenever the page grows, away from the passage that was just opened.
    asked = st.container().chat_input("Ask about the reports")
    if asked:
        waiting = st.empty()
        with failures_in_one_line(), waiting.container():
            st.html(answer_view.question(asked))
            with st.spinner("Reading the reports …"):
                state.ask(casebook, asked)
            waiting.empty()

    for number, exchange in reversed(list(enumerate(state.exchanges()))):
        st.html(answer_view.exchange(exchange, number))

    if state.exchanges():
        st.button("New conversation", on_click=state.forget)
