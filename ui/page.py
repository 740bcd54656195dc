"""What every page begins with: the open library, or a sentence on why there is none."""

from __future__ import annotations

import streamlit as st

from rag.errors import CasebookError, LibraryBusy
from ui.escape import as_markdown
from ui.opened import Opened, forget, library_named, opening

TICK = 0.2
"""Seconds between two looks at a library that is being opened."""

SIZES = {"normal": "16px", "large": "18px", "very large": "20px"}
"""Text size: what one rem is."""


def library_or_stop() -> Opened:
    """The open library; where it cannot be opened, the page says why and ends."""
    try:
        return _opened(library_named())
    except LibraryBusy as error:
        st.title("The library is in use", anchor=False)
        st.warning(as_markdown(str(error)))
    except CasebookError as error:
        st.title("The library cannot be opened", anchor=False)
        st.error(as_markdown(str(error)))
    st.button("Try again")
    st.stop()


def _opened(library: str) -> Opened:
    """The library of the process; who comes while it is opened or built sees how far that is.

    Raises CasebookError; then the next visit tries again.
    """
    going = opening(library)
    try:
        if found := going.wait(0):
            return found
        with st.spinner("Opening the library …"):
            bar = st.empty()
            while (found := going.wait(TICK)) is None:
                if going.total:
                    bar.progress(
                        min(going.done / going.total, 1.0),
                        text=f"{going.done} of {going.total} reports are read. The library is "
                        "built once, at first use.",
                    )
            bar.empty()
            return found
    except Exception:
        forget(library, going)
        raise


def scroll_to(name: str) -> None:
    """Bring the element with this id into view; `name` is a constant.

    Twice: what stands above it may still be growing or going when it is there.
    """
    st.html(
        "<script>for (const wait of [60, 400]) setTimeout(() => "
        f'document.getElementById("{name}")?.scrollIntoView({{block: "start"}}), wait)</script>',
        unsafe_allow_javascript=True,
    )
