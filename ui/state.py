"""What lives longer than one run of the page: the open library, and the conversation so far."""

from __future__ import annotations

import atexit
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass

import streamlit as st

from rag.chat import Casebook, turn
from rag.cli.opening import open_casebook
from rag.errors import LibraryBusy
from rag.schema import Answer, Report, Turn

NEAREST = 3
"""Passages shown below an answer that declines."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """A finished question: its answer, and the reports as they stood when it was given."""

    answer: Answer
    reports: Mapping[str, Report]


@st.cache_resource(show_spinner="Opening the library; the first time, this takes a minute …")
def opened(library: str) -> Casebook:
    """The library named in CASEBOOK_LIBRARY ('': the default one), shared by all visitors.

    Raises CasebookError; then the next visit tries again.
    """
    stack = ExitStack()
    casebook = stack.enter_context(open_casebook(None))
    # Keeps the library open as long as the server runs, and closes it in order then.
    atexit.register(stack.close)
    return casebook


def exchanges() -> list[Exchange]:
    """This visitor's conversation, oldest first."""
    if "exchanges" not in st.session_state:
        st.session_state["exchanges"] = []
    found: list[Exchange] = st.session_state["exchanges"]
    return found


def history() -> list[Turn]:
    """The conversation as later questions need it."""
    return [turn(exchange.answer) for exchange in exchanges()]


def forget() -> None:
    """Begin a new conversation."""
    exchanges().clear()


def ask(casebook: Casebook, question: str) -> Exchange:
    """Answer a question after the conversation so far, and add it to that. Raises CasebookError."""
    conversation = exchanges()
    answer = casebook.ask(question, history=history())
    exchange = Exchange(answer, _reports(casebook, answer))
    conversation.append(exchange)
    return exchange


def _reports(casebook: Casebook, answer: Answer) -> dict[str, Report]:
    """The reports behind an answer. Raises LibraryBusy when one was replaced meanwhile."""
    nearest = [] if answer.citations else answer.hits[:NEAREST]
    spans = [(c.report_id, c.start, c.end, c.quote) for c in answer.citations]
    spans += [(h.passage.report_id, h.passage.start, h.passage.end, h.text) for h in nearest]
    reports = {report_id: casebook.library.report(report_id) for report_id, *_ in spans}
    for report_id, start, end, words in spans:
        if reports[report_id].text[start:end] != words:
            raise LibraryBusy(f"The report {report_id} was replaced just now; ask again")
    return reports
