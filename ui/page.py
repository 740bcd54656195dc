"""What every page begins with: the open library, or a sentence on why there is none."""

from __future__ import annotations

import streamlit as st

from rag.errors import CasebookError, LibraryBusy
from ui.escape import as_markdown
from ui.opened import Opened, library_named, opened

SIZES = {"normal": "16px", "large": "18px", "very large": "20px"}
"""Text size: what one rem is."""


def library_or_stop() -> Opened:
    """The open library; where it cannot be opened, the page says why and ends."""
    try:
        return opened(library_named())
    except LibraryBusy as error:
        st.title("The library is in use", anchor=False)
        st.warning(as_markdown(str(error)))
    except CasebookError as error:
        st.title("The library cannot be opened", anchor=False)
        st.error(as_markdown(str(error)))
    st.button("Try again")
    st.stop()


def scroll_to(name: str) -> None:
    """Bring the element with this id into view. The only script of ours; `name` is a constant."""
    st.html(
        f'<script>setTimeout(() => document.getElementById("{name}")'
        '?.scrollIntoView({block: "start"}), 60)</script>',
        unsafe_allow_javascript=True,
    )
