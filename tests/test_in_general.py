"""What is asked of a drug in general is asked of the patients who were given it."""

from __future__ import annotations

import pytest

from rag.cases.in_general import asked_of_patients
from rag.cases.wish import Wish
from rag.cases.wording import case_words
from rag.reader.asked import asks_for_any_dose, asks_for_several
from rag.records.record import CaseRecord, Field
from rag.schema import Answer
from ui.answer_view import counted

HARM = "Which patients given rituximab had adverse events?"
HELP = "How did patients given rituximab respond?"
GENERAL = [
    ("rituximab side effects", HARM),
    ("What are the side effects of rituximab in DM?", HARM),
    ("Is rituximab safe?", HARM),
    ("List the side effects of rituximab.", HARM),
    ("How well tolerated is rituximab?", HARM),
    ("Is rituximab effective?", HELP),
    ("Does rituximab work in dermatomyositis?", HELP),
    ("how well does rituximab work?", HELP),
    (
        "Is rituximab effective for calcinosis?",
        "How did patients with calcinosis given rituximab respond?",
    ),
    (
        "does rituximab help the rash?",
        "How did patients with skin disease given rituximab respond?",
    ),
    ("Is rituximab any good, going by all the reports?", HELP),
    ("most often used drug for ulcers?", "Which treatments were given to patients with ulcers?"),
    (
        "What is the commonest treatment for calcinosis",
        "Which treatments were given to patients with calcinosis?",
    ),
    (
        "which drugs were used most in ILD?",
        "Which treatments were given to patients with ILD?",
    ),
]


@pytest.mark.parametrize(("question", "asked"), GENERAL)
def test_a_drug_in_general(question: str, asked: str) -> None:
    assert asked_of_patients(question) == asked


@pytest.mark.parametrize(
    "question",
    [
        "Did dapsone help the rash?",
        "Was rituximab effective in the second patient?",
        "How did she tolerate rituximab?",
        "Why is rituximab given?",
    ],
)
def test_one_patient_is_no_drug_in_general(question: str) -> None:
    """The past tense is that of a report."""
    assert asked_of_patients(question) == question


@pytest.mark.parametrize("question", ["IVIG dose in DM?", "dose of methotrexate", "IVIg schedule?"])
def test_a_dose_of_nobody_in_particular_is_that_of_several_reports(question: str) -> None:
    assert asks_for_any_dose(question) and asks_for_several(question)


@pytest.mark.parametrize(
    "question",
    [
        "What was the dose of dapsone?",
        "IVIG dose in the woman of 56?",
        "dose of steroid after rituximab",
        "what dose?",
    ],
)
def test_somebodys_dose_is_not(question: str) -> None:
    assert not asks_for_any_dose(question)


def test_the_harm_itself_is_named() -> None:
    """Whoever asks for side effects is told which, not that there was one."""
    record = CaseRecord("r", 1, adverse_events=(Field("herpes zoster"), Field("nausea")))
    any_harm = Wish("adverse", "an adverse event", ("any",))
    assert case_words(record, [any_harm]).startswith("herpes zoster, nausea;")
    one_harm = Wish("adverse", "infection", ("infection",))
    assert case_words(record, [one_harm]).startswith("infection;")


@pytest.mark.parametrize("asked", ["an adverse event", "complete response"])
def test_the_page_shows_harm_where_it_is_asked(asked: str) -> None:
    """Its table stands for the lines of the text, which name the events."""
    table = {"report_id": ["r"], "adverse_events": ["herpes zoster"], "citations": [[1]]}
    given = Answer(
        "q",
        "q",
        "answered",
        f"1 of 8 single patients: {asked}.",
        "1 of 8",
        (),
        (),
        "records",
        "",
        table=table,
    )
    assert ("herpes zoster" in counted(given, 0)) is (asked == "an adverse event")
