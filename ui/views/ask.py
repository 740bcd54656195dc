"""Ask: a conversation with the reports; every sentence leads to its proof."""

from __future__ import annotations

import streamlit as st

from rag.privacy import identifiers
from rag.schema import Answer
from ui import answer_view, filters_view, history_view, state
from ui.answer_actions import actions, export_menu, retry
from ui.engines import Said
from ui.failures import failures_in_one_line, told
from ui.opened import Opened
from ui.page import library_or_stop, scroll_to
from ui.suggestions import suggested


def conversation_so_far() -> None:
    """All exchanges, each with its actions."""
    shown = state.exchanges()
    fresh = st.session_state.pop("fresh", False)
    for number, exchange in enumerate(shown):
        newest = number == len(shown) - 1
        st.html(answer_view.exchange(exchange, number, newest=newest))
        with failures_in_one_line():
            actions(exchange, number)
    if fresh:
        scroll_to(answer_view.NEWEST)


def beginning(opened: Opened) -> None:
    """What stands on the page before the first question."""
    reports = opened.listed()
    st.title("What do the reports say?", anchor=False)
    st.write(
        f"Answers from {len(reports)} reports about dermatomyositis, each sentence with its "
        "source. Casebook says what was reported; it does not advise."
    )
    if not reports:
        st.info("This library is empty. Add a report first: page Library.")
        st.page_link("views/library.py", label="Open the library")
        return
    offered = suggested({report.id for report in reports})
    if offered:
        st.caption("For example")
        with st.container(key="suggestions", horizontal=True, gap="small"):
            for question in offered:
                st.button(question, on_click=retry, args=(question,), wrap=True)


def hold(question: str) -> bool:
    """Whether a question must be confirmed first, because it seems to identify somebody."""
    kinds = list(dict.fromkeys(one.what for one in identifiers(question)))
    if not kinds:
        return False
    st.session_state["held"] = question, " and ".join(kinds)
    return True


def held() -> None:
    """The warning before an identifying question is answered or stored."""
    question, kinds = st.session_state["held"]
    stored = " and kept with this conversation on this computer" if state.store() else ""
    st.warning(
        f"This seems to hold {kinds}. It would be answered on this computer{stored}. "
        "Please leave out what identifies a patient."
    )
    st.text_area("Your question", value=question, key="held_text")
    with st.container(horizontal=True):
        st.button("Ask it so", on_click=confirm, type="primary")
        st.button("Drop it", on_click=lambda: st.session_state.pop("held", None))


def confirm() -> None:
    """The visitor has read the warning, and changed the question or not."""
    retry(st.session_state.get("held_text") or st.session_state["held"][0])
    st.session_state.pop("held", None)


def answer(opened: Opened, question: str) -> None:
    """Answer a question while the page says so; whatever interrupts leaves it to be asked again."""
    waiting = st.empty()
    with waiting.container():
        st.html(answer_view.question(question, newest=True))
        scroll_to(answer_view.NEWEST)
        progress = st.empty()
        progress.markdown("*Reading the reports …*")
        # Any click runs the page anew, which ends this run; the question then waits below.
        st.button("Stop", icon=":material/stop_circle:", key="stop")
    filters = filters_view.chosen()
    said: dict[int, Said] = {}
    try:
        for event in state.running(state.answering(opened, question, filters)):
            if isinstance(event, Answer):
                state.finish(opened, event, filters)
            elif isinstance(event, Said):
                said[event.number] = event
                progress.html(answer_view.draft([said[n] for n in sorted(said)]))
            elif not said:
                # Each tick gives Streamlit the chance to stop the page.
                progress.markdown("*Reading the reports …*")
            else:
                progress.html(answer_view.draft([said[n] for n in sorted(said)]))
    except Exception as error:
        st.session_state["failure"] = told(error)
    st.session_state.pop("pending", None)
    st.session_state["fresh"] = True
    waiting.empty()
    st.rerun()


def unanswered(question: str) -> None:
    """A question that was stopped stays, to be asked again or dropped."""
    st.html(answer_view.question(question))
    st.info("Stopped before there was an answer.")
    with st.container(horizontal=True):
        st.button("Ask again", on_click=retry, args=(question,), type="primary")
        st.button("Drop it", on_click=lambda: st.session_state.pop("pending", None))


opened = library_or_stop()
with failures_in_one_line():
    state.restore()
history_view.sidebar()

talk = st.container(key="talk")
with st.container(key="ask-box", gap="small"):
    with st.container(horizontal=True, vertical_alignment="center", key="ask-tools"):
        with st.popover("Filters", icon=":material/filter_alt:"):
            filters_view.menu(opened)
        if state.exchanges():
            export_menu(state.exchanges())
        filters_view.chips()
    # In a container the box stands where it is written. Pinned by Streamlit, the page would
    # scroll down whenever it grows, away from the passage that was just opened.
    typed = st.container().chat_input("Ask about the reports", submit_mode="stop")

if typed and not hold(typed):
    retry(typed)
asking = st.session_state.pop("asking", False)
pending = st.session_state.get("pending")

with talk:
    if not state.exchanges() and not pending and "held" not in st.session_state:
        beginning(opened)
    conversation_so_far()
    if failure := st.session_state.pop("failure", None):
        from ui.escape import as_markdown

        st.error(as_markdown(failure))
    if "held" in st.session_state:
        held()
    elif pending and asking:
        answer(opened, pending)
    elif pending:
        unanswered(pending)
