"""What goes wrong on the page → one line for the reader; never a traceback, never the question."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from rag.errors import CasebookError
from ui.escape import as_markdown

log = logging.getLogger(__name__)

INTERNAL = "Something went wrong inside Casebook. The page still works: ask again."


@contextmanager
def failures_in_one_line() -> Iterator[None]:
    """Show an error of the block as one line and go on after it.

    Streamlit's own signals (stop, rerun) are no errors and pass.
    """
    try:
        yield
    except Exception as error:
        st.error(as_markdown(told(error)))


def told(error: Exception) -> str:
    """An error as a sentence; one of ours has its own, of any other only the place is logged."""
    if isinstance(error, CasebookError):
        return str(error)
    # Its message may hold the question or a passage, and no log may.
    log.error("internal error on the page: %s at %s", type(error).__name__, _place(error))
    return INTERNAL


def _place(error: Exception) -> str:
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "?"
