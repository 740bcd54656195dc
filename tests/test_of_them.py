"""A question after one about all patients is asked of those."""

from __future__ import annotations

import pytest
from case_records import reports, shelf

from rag.cases.answering import tell
from rag.cases.asking import asked_of_records
from rag.cases.of_them import asked_of_them
from rag.chat import Casebook
from rag.schema import Turn


def after(query: str) -> list[Turn]:
    return [Turn(query, query, ("alpha-2001",), None)]


TOFA = "Which patients were given tofacitinib?"


@pytest.mark.parametrize(
    ("before", "question", "asked"),
    [
        (TOFA, "how many died?", "How many patients given tofacitinib died?"),
        (TOFA, "and which had ILD?", "Which patients given tofacitinib had ILD?"),
        (TOFA, "any women among them?", "Which women given tofacitinib?"),
        (TOFA, "did any relapse?", "Which patients given tofacitinib relapsed?"),
        (TOFA, "any deaths", "Which patients given tofacitinib died?"),
        (TOFA, "any infections?", "Which patients given tofacitinib had infections?"),
        (TOFA, "how did they do?", "How did patients given tofacitinib respond?"),
        (
            "Which women had calcinosis?",
            "what were they given?",
            "Which treatments were given to women with calcinosis?",
        ),
        (
            "how is calcinosis treated?",
            "which worked best?",
            "Which treatments were given to patients with calcinosis?",
        ),
        (
            "How many patients given tofacitinib died?",
            "which of them had ILD?",
            "Which patients given tofacitinib who died had ILD?",
        ),
        (
            "How many patients given tofacitinib died?",
            "any infections?",
            "Which patients given tofacitinib had infections?",
        ),
        (
            "How many patients with dysphagia recovered?",
            "which of them had cancer?",
            "Which patients with dysphagia who responded had cancer?",
        ),
        (TOFA, "were any of them children?", "Which patients given tofacitinib were children?"),
        ("How many patients had cancer?", "which cancers?", "Which cancers turned up?"),
        (TOFA, "what infections?", "Which patients given tofacitinib had infections?"),
        (
            "Which patients died on tofacitinib?",
            "how old were they?",
            "Which patients given tofacitinib who died?",
        ),
        (TOFA, "which antibodies?", "Which antibodies did patients given tofacitinib have?"),
        ("ECMO", "how many died?", "How many patients given ECMO died?"),
        (
            "is rituximab effective in children?",
            "which patients died?",
            "Which children given rituximab died?",
        ),
        (TOFA, "how many patients died in all?", "how many patients died in all?"),
    ],
)
def test_it_is_asked_of_those(before: str, question: str, asked: str) -> None:
    assert asked_of_them(question, after(before)) == asked
    assert asked_of_records(asked) is not None


@pytest.mark.parametrize(
    ("before", "question"),
    [
        ("What dose of IVIG was given to the woman with ulcers?", "how many died?"),
        ("What dose of IVIG was given to the woman with ulcers?", "any side effects?"),
        (TOFA, "which were given rituximab?"),
        (TOFA, "What dose did patient 2 get?"),
        (TOFA, "why?"),
        ("Which patients were given tofacitinib?", "How was the boy treated?"),
        ("Compare rituximab and IVIg", "how many died?"),
        ("who is the oldest patient?", "any side effects?"),
    ],
)
def test_what_is_not_asked_of_all_of_them(before: str, question: str) -> None:
    """One patient's question goes on about that patient; another drug begins anew."""
    assert asked_of_them(question, after(before)) == ""


def test_nothing_before() -> None:
    assert asked_of_them("how many died?", []) == ""


def test_of_those_who_died() -> None:
    """Who had ILD is asked of the dead, not who died of those with ILD."""
    asked = asked_of_records("Which patients given IVIg who died had anti-MDA5?")
    assert asked is not None
    told = tell(asked, shelf(), reports())
    assert told is not None
    assert told.text.splitlines()[0].startswith(
        "1 of 1 single patient given intravenous immunoglobulin, who died: anti-MDA5"
    )


def test_a_conversation_about_all_of_them(casebook: Casebook) -> None:
    """The denominator is those whom the first question found; the reader sees of whom it is."""
    turns = [
        "Which patients had anti-MDA5?",
        "how many died?",
        "which of them had a lung transplant?",
    ]
    counted = [casebook.converse(turns[: n + 1]) for n in range(3)]
    assert [answer.engine for answer in counted] == ["records"] * 3
    assert counted[1].query == "How many patients with anti-MDA5 died?"
    died = counted[1].short_answer.split(" of ")[0]
    assert counted[2].text.startswith(f"{died} of {died} single")


def test_how_much_there_is(casebook: Casebook) -> None:
    """Of the library itself: all reports, and the patients who are described alone."""
    reports = casebook.ask("How many reports are there?")
    known = len(casebook.library.report_ids())
    assert reports.short_answer == f"{known} reports"
    assert reports.text.startswith(f"{known} reports. ")
    assert " single patients: ." not in reports.text
    patients = casebook.ask("how many patients in total?")
    assert patients.short_answer == f"{len(patients.table['report_id'])} single patients"
