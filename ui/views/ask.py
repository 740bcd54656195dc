"""Ask: a conversation with the reports; every sentence leads to its proof."""

from __future__ import annotations

import streamlit as st

from rag.privacy import identifiers
from rag.schema import Answer
from ui import answer_view, filters_view, history_view, state, written_view
from ui.answer_actions import actions, export_menu, retry
from ui.engines import Said, Writes
from ui.escape import as_markdown
from ui.failures import failures_in_one_line, told
from ui.opened import Opened
from ui.page import library_or_stop, scroll_to
from ui.suggestions import suggested


def conversation_so_far() -> None:
    """The exchanges, each with its actions; the earlier ones of a long conversation on demand."""
    shown = state.exchanges()
    fresh = st.session_state.pop("fresh", False)
    first = state.first_shown()
    if first:
        st.button(
            f"Show earlier questions ({first})",
            icon=":material/expand_less:",
            type="tertiary",
            on_click=state.show_earlier,
        )
    for number in range(first, len(shown)):
        newest = number == len(shown) - 1
        st.html(answer_view.exchange(shown[number], number, newest=newest))
        actions(shown[number], number)
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
    if opened.settings.llm:
        with failures_in_one_line():
            st.caption(
                as_markdown(
                    f"Written by {opened.engine().name}. Your question and the sentences found are "
                    f"sent to {opened.engine().sends_to}."
                )
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


def held(opened: Opened) -> None:
    """The warning before an identifying question is answered, sent or stored."""
    question, kinds = st.session_state["held"]
    sent = opened.engine().sends_to
    becomes = [f"sent to {sent}" if sent else "answered on this computer"]
    becomes += ["kept with this conversation on this computer"] if state.store() else []
    st.title("Please look at your question again", anchor=False)
    st.warning(
        as_markdown(
            f"This seems to hold {kinds}. It would be {' and '.join(becomes)}. "
            "Please leave out what identifies a patient."
        )
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
        # Any click runs the page anew, which ends this run; the question then waits below.
        st.button("Stop", icon=":material/stop_circle:", key="stop")
    filters, retracted = filters_view.chosen(), filters_view.retracted()
    doing = "Reading the reports …"
    said: dict[int, Said] = {}
    try:
        asking = state.answering(opened, question, filters, retracted=retracted)
        for event in state.running(asking):
            if isinstance(event, Answer):
                finished = state.finish(opened, event, filters, retracted=retracted)
                st.session_state.pop("pending", None)
                # Shown at once; the page that is then made anew adds what can be done with it.
                try:
                    with waiting.container():
                        number = len(state.exchanges()) - 1
                        st.html(answer_view.preliminary(finished, number))
                finally:  # also when a click ends this run at that very moment
                    state.keep_newest()
                break
            if isinstance(event, Said):
                said[event.number] = event
            elif isinstance(event, Writes):
                doing = (
                    f"{event.model} is writing. A sentence appears once it was checked against "
                    "what it cites."
                )
            # At each tick, too: it gives Streamlit the chance to stop the page.
            progress.html(written_view.draft([said[n] for n in sorted(said)], doing))
    except Exception as error:
        st.session_state["failure"] = told(error)
    st.session_state["fresh"] = True
    st.rerun()


def unanswered(question: str, failure: str) -> None:
    """A question that was stopped, or that failed, stays: to be asked again or dropped."""
    st.html(answer_view.question(question))
    if failure:
        st.error(as_markdown(failure))
    else:
        st.info("Stopped before the answer was finished.")
    with st.container(horizontal=True):
        st.button("Ask again", on_click=retry, args=(question,), type="primary")
        st.button("Drop it", on_click=lambda: st.session_state.pop("pending", None))


@st.fragment
def tools(opened: Opened) -> None:
    """Filters with their chips, and the export; a change of theirs leaves the rest as it is."""
    line = st.container(horizontal=True, vertical_alignment="center", key="ask-tools")
    with line, failures_in_one_line():  # here: a fragment is run without what stands around it
        with st.popover("Filters", icon=":material/filter_alt:"):
            filters_view.menu(opened)
        if state.exchanges():
            export_menu(state.exchanges())
        filters_view.chips()


opened = library_or_stop()
with failures_in_one_line():
    state.restore()
history_view.sidebar()

talk = st.container(key="talk")
with st.container(key="ask-box", gap="small"):
    tools(opened)
    # In a container the box stands where it is written. Pinned by Streamlit, the page would
    # scroll down whenever it grows, away from the passage that was just opened.
    # Streamlit's own stop button would end the run without showing what can be done then: the
    # one below the question does.
    typed = st.container().chat_input("Ask about the reports", submit_mode="disable")

if typed and not hold(typed):
    retry(typed)
asking = st.session_state.pop("asking", False)
pending = st.session_state.get("pending")

with talk:
    if not state.exchanges() and not pending and "held" not in st.session_state:
        beginning(opened)
    conversation_so_far()
    failure = st.session_state.pop("failure", "")
    if failure and not pending:
        st.error(as_markdown(failure))
    if "held" in st.session_state:
        with failures_in_one_line():
            held(opened)
    elif pending and asking:
        answer(opened, pending)
    elif pending:
        unanswered(pending, failure)
