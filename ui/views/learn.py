"""Learn: terms shown in reports, questions with proof, one case step by step, two compared."""

from __future__ import annotations

import streamlit as st

from rag.cases.grouping import spelling
from rag.records.record import CaseRecord
from ui import cases_view, glossary, learn_view, quiz
from ui.cases_found import compared, everybody
from ui.escape import as_markdown
from ui.failures import failures_in_one_line
from ui.opened import Opened
from ui.page import library_or_stop
from ui.steps import proofs_for, steps


def glossary_tab(opened: Opened) -> None:
    """A term of the lexicon and the sentences that name it."""
    with st.spinner("Looking up the terms in all reports (once) …"):
        found = glossary.mentions(opened)
    kind = st.segmented_control(
        "Kind of term", list(glossary.KINDS), format_func=glossary.KINDS.get, default="sign",
        required=True, key="term_kind", persist_state="session",
    )  # fmt: skip
    known = glossary.terms(found, kind or "sign")
    if not known:
        st.info("No stored report names a term of this kind.")
        return
    names = {concept.name: concept for concept in known}
    most_named = max(range(len(known)), key=lambda n: len(found[known[n].name]))
    chosen = st.selectbox(
        "Term",
        list(names),
        index=most_named,
        key=f"term {kind}",
        format_func=lambda name: f"{name} ({len(found[name])})",
        persist_state="session",
    )
    concept = names[chosen]
    st.subheader(as_markdown(concept.name), anchor=False)
    st.html(learn_view.term(concept, len(found[concept.name])))
    st.html(learn_view.quoted(glossary.shown(opened, found[concept.name]), "term"))
    st.caption("Names and kinds are Casebook's vocabulary; the passages are the reports'.")


def quiz_tab(opened: Opened) -> None:
    """One question at a time; the proof is shown with the answer."""
    with opened.reading():
        every = opened.once("quiz", lambda: quiz.questions(everybody(opened)))
    if not every:
        st.info("These reports describe too few patients for a quiz.")
        return
    number = st.session_state.setdefault("quiz_number", 0) % len(every)
    right, done = st.session_state.setdefault("quiz_score", (0, 0))
    question = every[number]
    st.caption(f"Question {number + 1} of {len(every)} · {right} of {done} right so far")
    st.markdown(f"**{as_markdown(quiz.stem(question))}**")
    st.markdown(question.asked)  # the label of choices that are closed is too pale to read
    given = st.radio(
        question.asked,
        question.choices,
        index=None,
        label_visibility="collapsed",
        key=f"quiz {number}",
        disabled=st.session_state.get("quiz_open") == number,
        format_func=lambda choice: as_markdown(spelling(choice)),
    )
    with st.container(horizontal=True):
        if st.session_state.get("quiz_open") == number:
            st.button("Next question", on_click=_next, type="primary")
        else:
            st.button("Check", on_click=_check, args=(number, question.right, given),
                      type="primary", disabled=given is None)  # fmt: skip
            st.button("Show the answer", on_click=_check, args=(number, question.right, None))
    if st.session_state.get("quiz_open") == number:
        if given is not None:
            (st.success if given == question.right else st.error)(
                "Right." if given == question.right else "Not so."
            )
        st.markdown(f"The report says: **{as_markdown(spelling(question.right))}**")
        proofs = proofs_for(question.about, question.fields, opened)
        st.html(learn_view.quoted(proofs, "quiz"))


def _check(number: int, right: str, given: str | None) -> None:
    st.session_state["quiz_open"] = number
    if given is not None:
        good, done = st.session_state["quiz_score"]
        st.session_state["quiz_score"] = good + (given == right), done + 1


def _next() -> None:
    st.session_state["quiz_number"] += 1


def _patient(case: CaseRecord) -> str:
    who = [
        f"{case.age.value:g} years" if case.age else "",
        case.sex.value if case.sex else "",
        ", ".join(t.drug.value for t in case.therapies if not t.prior)[:60],
    ]
    about = ", ".join(part for part in who if part)
    return f"{case.report_id}, patient {case.number}" + (f": {about}" if about else "")


def case_tab(opened: Opened) -> None:
    """One case from beginning to end."""
    cases = {case.id: case for case in everybody(opened)}
    if not cases:
        st.info("No stored report describes a single patient.")
        return
    chosen = st.selectbox(
        "Case", list(cases), format_func=lambda i: _patient(cases[i]), key="learn case",
        persist_state="session",
    )  # fmt: skip
    told, proofs = steps(cases[chosen], opened)
    st.html(learn_view.story(told, proofs))


def pair_tab(opened: Opened) -> None:
    """Two cases side by side."""
    cases = {case.id: case for case in everybody(opened)}
    if len(cases) < 2:
        st.info("There are no two patients to compare.")
        return
    columns = st.columns(2)
    places = [
        column.selectbox(
            f"{name} case", list(cases), index=number, format_func=lambda i: _patient(cases[i]),
            key=f"pair {number}", persist_state="session",
        )
        for number, (name, column) in enumerate(zip(("First", "Second"), columns, strict=True))
    ]  # fmt: skip
    if places[0] == places[1]:
        st.info("Choose two different cases.")
        return
    told, proofs = compared(opened, places)
    st.html(cases_view.side_by_side(told, proofs))


opened = library_or_stop()
st.title("Learn", anchor=False)
with failures_in_one_line():
    if not opened.listed():
        st.info("This library is empty. Add a report first: page Library.")
        st.stop()
    # One at a time: each reads the library, and a tab that nobody sees need not.
    chosen = st.segmented_control(
        "What to do", ["Glossary", "Quiz", "A case step by step", "Two cases compared"],
        default="Glossary", required=True, key="learn", label_visibility="collapsed",
        persist_state="session",
    )  # fmt: skip
    shows = {
        "Glossary": glossary_tab,
        "Quiz": quiz_tab,
        "A case step by step": case_tab,
        "Two cases compared": pair_tab,
    }
    shows[chosen or "Glossary"](opened)
    st.caption("Everything here is quoted from stored reports or counted in them.")
