"""Below an answer: was it right, copy it, ask it again; and the export of the conversation."""

from __future__ import annotations

from typing import Literal

import streamlit as st

from ui import export, state
from ui.conversations import Conversations, Judgement
from ui.failures import failures_in_one_line
from ui.proof import Exchange
from ui.visitor import visitor

REASONS = ("wrong answer", "wrong evidence", "something is missing")


@st.fragment
def actions(exchange: Exchange, number: int) -> None:
    """One quiet line of buttons; a click on one leaves the rest of the page as it is."""
    name = f"{state.conversation()} {number}"
    with failures_in_one_line():
        thumb = _buttons(exchange, name)
        if thumb is not None:
            _judge(exchange, name, good=thumb == 1)


def _buttons(exchange: Exchange, name: str) -> int | None:
    """The line; 1 for a thumb up, 0 for one down, None for none."""
    before = _judged(name)
    with st.container(horizontal=True, vertical_alignment="center", key=f"actions {name}"):
        thumb = st.feedback(
            "thumbs", key=f"thumb {name}", default=int(before[0]) if before else None
        )
        copy = st.popover(
            "Copy", icon=":material/content_copy:", key=f"copy {name}", on_change="rerun"
        )
        with copy:
            st.caption("Markdown, with every quotation and its source.")
            if copy.open:
                # In plain letters: the colours of code are too pale to read.
                st.code(export.to_markdown([exchange]), language=None, wrap_lines=True)
        if st.button("Ask again", icon=":material/refresh:", key=f"again {name}"):
            retry(exchange.answer.question)
            st.rerun()
    return thumb


def _judged(name: str) -> Judgement | None:
    """What this visitor thought of an answer when it was shown before; None for nothing."""
    of = f"judged of {state.conversation()}"
    if of not in st.session_state:
        owner = visitor().owner
        st.session_state[of] = (
            Conversations(owner).judged(state.conversation()) if owner is not None else {}
        )
    found: Judgement | None = st.session_state[of].get(name)
    return found


def _judge(exchange: Exchange, name: str, *, good: bool) -> None:
    owner = visitor().owner
    if owner is None:
        st.caption("Thank you. On a shared server without a login, verdicts are not stored.")
        return
    before = _judged(name)
    known = before if before and not before[0] else (False, (), "")
    reasons: list[str] = []
    remark = ""
    if not good:
        reasons = st.pills(
            "What is wrong?",
            REASONS,
            selection_mode="multi",
            default=[one for one in known[1] if one in REASONS],
            key=f"reasons {name}",
        )
        remark = st.text_input(
            "What would be right? (may stay empty)", value=known[2], key=f"remark {name}"
        )
    with failures_in_one_line():
        verdict = (good, tuple(reasons), remark)
        if verdict != before:
            Conversations(owner).judge(name, exchange, good, reasons, remark)
            st.session_state[f"judged of {state.conversation()}"][name] = verdict
        st.caption("Stored on this computer; Settings exports all verdicts as drafts for `eval`.")


def retry(question: str) -> None:
    """Ask a question again at the next run of the page."""
    st.session_state["pending"] = question
    st.session_state["asking"] = True


def export_menu(exchanges: list[Exchange]) -> None:
    """Downloads of the whole conversation."""
    forms: tuple[tuple[str, str, Literal["md", "html", "bib", "ris"]], ...] = (
        ("Markdown", "text/markdown", "md"),
        ("Web page", "text/html", "html"),
        ("BibTeX of what was cited", "application/x-bibtex", "bib"),
        ("RIS of what was cited", "application/x-research-info-systems", "ris"),
    )
    shown = list(exchanges)
    cited = any(one.answer.citations for one in shown)
    with st.popover("Export", icon=":material/download:"):
        for label, mime, suffix in forms:
            st.download_button(
                label,
                data=lambda suffix=suffix: written(shown, suffix),
                file_name=f"casebook.{suffix}",
                mime=mime,
                on_click="ignore",
                type="tertiary",
                disabled=suffix in ("bib", "ris") and not cited,
                key=f"export {suffix}",
            )


def written(exchanges: list[Exchange], suffix: Literal["md", "html", "bib", "ris"]) -> str:
    """The conversation in the form that a suffix names."""
    if suffix == "md":
        return export.to_markdown(exchanges)
    if suffix == "html":
        return export.to_html(exchanges)
    return export.references(exchanges, "bibtex" if suffix == "bib" else "ris")
