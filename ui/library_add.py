"""The tabs Add and Fetch of the page Library."""

from __future__ import annotations

import streamlit as st

from rag.config import MAX_FILE_BYTES
from rag.formats import READERS
from ui.adding import Checked, Upload, added, checked, told
from ui.escape import as_markdown
from ui.failures import failures_in_one_line
from ui.fetching import described, fetched, looked_up
from ui.opened import Opened

MOST = 25
"""Articles that one search of Europe PMC shows."""


def add_tab(opened: Opened) -> None:
    """Files from the visitor's computer: first how they would be read, then added."""
    st.write(
        "Files stay on the machine that runs Casebook. Each is read first, so that you see how "
        "well before it is added."
    )
    kinds = sorted(suffix.removeprefix(".") for suffix in READERS)
    sent = st.file_uploader(
        "Reports to add",
        type=kinds,
        accept_multiple_files=True,
        key=f"uploads {st.session_state.setdefault('upload_round', 0)}",
    )
    for line, good in st.session_state.pop("added", []):
        (st.success if good else st.error)(as_markdown(line))
    if not sent:
        return
    uploads = [Upload(one.name, one.getvalue()) for one in sent]
    results = [
        _checked(one.file_id, upload, opened) for one, upload in zip(sent, uploads, strict=True)
    ]
    for result in results:
        _quality(result)
    good = [u for u, result in zip(uploads, results, strict=True) if not result.reason]
    label = f"Add {len(good)} report{'s' if len(good) != 1 else ''}"
    if st.button(label, type="primary", disabled=not good, key="add_files"):
        _add(good, opened)


def _checked(file_id: str, upload: Upload, opened: Opened) -> Checked:
    """Each upload is read once, not at every run of the page."""
    known: dict[str, Checked] = st.session_state.setdefault("checked", {})
    if file_id not in known:
        with st.spinner(f"Reading {as_markdown(upload.name)} …"):
            if len(upload.data) > MAX_FILE_BYTES:
                known[file_id] = Checked(upload.name, reason="larger than a report may be")
            else:
                known[file_id] = checked(upload, opened)
    return known[file_id]


def _quality(result: Checked) -> None:
    with st.container(border=True):
        name = as_markdown(result.name)
        found = result.quality
        if found is None:
            st.markdown(f"**{name}** cannot be read")
            st.error(as_markdown(result.reason))
            return
        st.markdown(f"**{name}** · {as_markdown(result.title)}")
        st.caption(
            f"{found.characters:,} characters · {found.sections} sections · {found.patients} "
            f"patients · odd characters {found.odd:.2%} · sentences that break off "
            f"{found.mixed:.1%} · fragments {found.fragments:.1%}"
            + (f" · not found: {', '.join(found.missing)}" if found.missing else "")
        )
        for warning in found.warnings:
            st.warning(as_markdown(warning))
        if not found.warnings:
            st.caption("Looks right.")


def _add(uploads: list[Upload], opened: Opened) -> None:
    lines: list[tuple[str, bool]] = []
    bar = st.progress(0.0, text="Adding …")
    with failures_in_one_line():
        for number, outcome in enumerate(added(uploads, opened), 1):
            lines.append((told(outcome), outcome.status != "refused"))
            bar.progress(number / len(uploads), text=as_markdown(told(outcome)))
        st.session_state["added"] = lines
        st.session_state["upload_round"] += 1  # an empty uploader
        st.rerun()


def fetch_tab(opened: Opened) -> None:
    """Articles from Europe PMC: first what there is, then those that are chosen."""
    service = opened.settings.europe_pmc.removeprefix("https://")
    st.write(
        f"The words below are sent to {as_markdown(service)}, and nothing else; open full "
        "texts are fetched where there are, else abstracts."
    )
    with st.form("search", border=False):
        words = st.text_input(
            "Search, or PMCIDs, PMID:numbers, DOIs",
            placeholder="dermatomyositis IVIG ulcers",
            key="fetch_words",
        )
        wanted = st.form_submit_button("Search Europe PMC")
    if wanted and words.strip():
        with failures_in_one_line(), st.spinner("Asking Europe PMC …"):
            st.session_state["plan"] = looked_up(words, MOST, opened)
    for line, good in st.session_state.pop("fetched", []):
        (st.success if good else st.error)(as_markdown(line))
    found = st.session_state.get("plan")
    if found is None:
        return
    for failure in found.failures:
        st.error(as_markdown(f"{failure.asked}: {failure.reason}"))
    for asked, report_id in found.stored:
        st.caption(as_markdown(f"{asked} is stored already as {report_id}"))
    if not found.items and not found.stored and not found.failures:
        st.info("Europe PMC has nothing for this; try fewer or other words.")
    chosen = [
        item
        for number, item in enumerate(found.items)
        if st.checkbox(as_markdown(described(item)), key=f"item {number} {item.record.report_id}",
                       disabled=item.settled)
    ]  # fmt: skip
    if found.items and st.button(
        f"Fetch {len(chosen)} into the library", type="primary", disabled=not chosen
    ):
        with failures_in_one_line(), st.spinner("Fetching …"):
            st.session_state["fetched"] = [(one.said, one.good) for one in fetched(chosen, opened)]
            st.session_state.pop("plan", None)
            st.rerun()
