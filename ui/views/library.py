"""Library: which reports there are, what each says, what is doubtful about them; add and remove."""

from __future__ import annotations

import streamlit as st

from rag.errors import CasebookError
from rag.render import editorial_mark
from rag.works.editions import edition_name
from ui import reports_view
from ui.adding import removed
from ui.escape import as_markdown
from ui.failures import failures_in_one_line
from ui.library_add import add_tab, fetch_tab
from ui.opened import Listed, Opened
from ui.page import library_or_stop, scroll_to
from ui.proof import records_by_place
from ui.visitor import may_change

STEP = 20


def reports_tab(opened: Opened) -> None:
    """All reports, those that hold the words that are searched for."""
    every = opened.listed()
    if not every:
        st.info("This library is empty. The tabs Add and Fetch bring reports in.")
        return
    words = st.text_input(
        "Search title, author, journal, year or id", key="report_words", persist_state="session"
    )
    kinds = sorted({one.article_type for one in every})
    kind = st.pills("Kind of report", kinds, key="report_kind", persist_state="session")
    found = [one for one in every if _has(one, words) and kind in (None, one.article_type)]
    st.caption(f"{len(found)} of {len(every)} reports")
    if not found:
        st.info("No report has all of these words; take one away.")
    shown = st.session_state.setdefault("reports_shown", STEP)
    for one in found[:shown]:
        _line(one)
    if len(found) > shown:
        st.button(f"Show {min(STEP, len(found) - shown)} more", on_click=_more)


def _more() -> None:
    st.session_state["reports_shown"] += STEP


def _has(one: Listed, words: str) -> bool:
    told = f"{one.title} {one.authors} {one.journal} {one.year} {one.id}".lower()
    return all(word in told for word in words.lower().split())


def _line(one: Listed) -> None:
    with st.container(gap=None, key=f"report {one.id}"):
        st.button(
            as_markdown(one.title), key=f"read {one.id}", type="tertiary", on_click=_read,
            args=(one.id,), wrap=True,
        )  # fmt: skip
        patients = f"{one.patients} patient{'s' if one.patients != 1 else ''}"
        parts = [
            one.authors.split(",")[0] or "authors not known", str(one.year or "no year"),
            one.article_type, patients if one.patients else "", f"read: {one.basis}",
            f"one of {one.editions} editions: {one.edition}" if one.editions > 1 else "",
            editorial_mark(one.notice),
        ]  # fmt: skip
        st.caption(as_markdown(" · ".join(part for part in parts if part)))


def _read(report_id: str) -> None:
    st.query_params.from_dict({"report": report_id})


def _back() -> None:
    st.query_params.clear()


def report_page(opened: Opened, report_id: str) -> None:
    """One report: text with a span highlighted, passages, patients. Raises CasebookError."""
    st.button("All reports", icon=":material/arrow_back:", on_click=_back, type="tertiary")
    with opened.reading() as library:
        report = library.report(report_id)
        found = library.report_passages(report_id)
        records = records_by_place({report_id: report}, opened.shelf())[report_id]
        notice = opened.standing.now().get(report_id)
        others = [
            f"{other} ({edition_name(library.report(other))})"
            for other in library.editions(library.work_of(report_id))
            if other != report_id
        ]
    st.title(as_markdown(report.title), anchor=False)
    st.html(reports_view.head(report, notice, others))
    span = reports_view.wanted_span(
        report, st.query_params.get("start", ""), st.query_params.get("end", "")
    )
    legends = reports_view.legends(report)
    names = ["Text", f"Patients ({len(records)})", f"Passages ({len(found)})"]
    names += [f"Figure legends ({len(legends)})"] if legends else []
    text, patients, passages, *more = st.tabs(names)
    with text:
        st.html(reports_view.whole(report, report.sections, span))
        if span and st.session_state.get("scrolled") != (report_id, span):
            st.session_state["scrolled"] = report_id, span
            scroll_to(reports_view.SPAN)
    with patients:
        if records:
            st.html(reports_view.patients(records))
        else:
            st.caption("No patient is described alone in this report.")
    with passages:
        st.html(reports_view.passages(found))
    for tab in more:
        with tab:
            st.html(reports_view.whole(report, legends))
    if may_change():
        _removal(opened, report_id)


def _removal(opened: Opened, report_id: str) -> None:
    with st.popover("Remove from the library", icon=":material/delete:"):
        st.write("Its text, passages and patients are deleted; the file it came from is not.")
        if st.button("Remove it for good", key=f"remove {report_id}"):
            with failures_in_one_line():
                removed(report_id, opened)
                st.session_state["removed"] = report_id
                _back()
                st.rerun()


def doubts_tab(opened: Opened) -> None:
    """Retractions, editions of one work, patients who may have been published twice."""
    every = {one.id: one for one in opened.listed()}
    st.subheader("Retractions and corrections", anchor=False)
    noticed = [one for one in every.values() if one.notice]
    st.html(
        reports_view.doubts(
            (editorial_mark(one.notice), [(one.id, one.title)], "") for one in noticed
        )
    )
    if not opened.settings.retractions:
        st.caption("No list of retractions is set (CASEBOOK_RETRACTIONS; see the README).")
    elif not noticed:
        st.caption("The list of retractions names none of these reports.")
    st.subheader("Several editions of one work", anchor=False)
    several = [one for one in every.values() if one.editions > 1]
    st.html(
        reports_view.doubts(
            ("", [(one.id, one.title)], f"{one.edition}, {one.id}") for one in several
        )
    )
    if not several:
        st.caption("Every report is the only edition of its work.")
    st.subheader("Patients who may have been published twice", anchor=False)
    pairs = opened.same_patients()
    st.html(
        reports_view.doubts(
            (
                "",
                [(where, f"{where}, patient {n}") for where, n in (pair.first, pair.second)],
                f"both {pair.age:g} years, {pair.sex}; alike: {', '.join(pair.shared)}",
            )
            for pair in pairs
        )
    )
    if not pairs:
        st.caption("No two patients are alike enough to be suspected.")
    st.caption("Nothing is merged by itself: `casebook merge` and `casebook split` decide.")


opened = library_or_stop()
named = st.query_params.get("report", "")
if named:
    try:
        report_page(opened, named)
    except CasebookError as error:
        st.error(as_markdown(str(error)))
else:
    st.title("Library", anchor=False)
    if gone := st.session_state.pop("removed", None):
        st.success(as_markdown(f"{gone} was removed"))
    changing = may_change() and not opened.library.read_only
    names = ["Reports", "Doubts", *(["Add", "Fetch"] if changing else [])]
    tabs = st.tabs(names)
    for tab, show in zip(tabs, (reports_tab, doubts_tab, add_tab, fetch_tab), strict=False):
        with tab, failures_in_one_line():
            show(opened)
    if not changing:
        st.caption("On this server, only who signs in adds and removes reports.")
