"""What is asked of a drug in general is asked of the patients who were given it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rag.cases.grouping import values_of
from rag.cases.in_general import asked_of_patients
from rag.cases.wish import Wish
from rag.cases.wording import case_words
from rag.cite import short_name
from rag.reader.kinds.told_in_general import told_in_general
from rag.reader.question.asked import asks_for_several
from rag.reader.question.asked_in_general import asks_for_any_dose, general_speed
from rag.records.record import CaseRecord, Field, Therapy
from rag.schema import Answer, Evidence, Passage, Report
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
    ("MDA5 ILD mortality", "How many patients with MDA5 ILD died?"),
    (
        "Is rituximab safe in MDA5 ILD?",
        "Which patients with MDA5 ILD given rituximab had adverse events?",
    ),
    ("What's the evidence for rituximab?", HELP),
    (
        "calcinosis in DM, did rituximab help?",
        "How did patients with calcinosis given rituximab respond?",
    ),
    ("JDM calcinosis treatment", "Which treatments were given to patients with JDM calcinosis?"),
    (
        "itch in dermatomyositis - what helps",
        "Which treatments were given to patients with itch?",
    ),
    ("prognosis of MDA5 ILD?", "How did patients with MDA5 ILD do?"),
    ("Which patient had ECMO?", "Which patients had ECMO?"),
    ("which patient was given rituximab", "Which patients were given rituximab?"),
    ("is there evidence that rituximab works in DM?", HELP),
    (
        "what is the evidence for rituximab in calcinosis?",
        "How did patients with calcinosis given rituximab respond?",
    ),
    (
        "How is juvenile DM treated?",
        "Which treatments were given to patients with juvenile DM?",
    ),
    ("was rituximab useful?", HELP),
    ("did rituximab work?", HELP),
    ("Has rituximab been effective?", HELP),
    ("how to treat calcinosis", "Which treatments were given to patients with calcinosis?"),
    (
        "first-line therapy for calcinosis in DM?",
        "Which treatments were given to patients with calcinosis?",
    ),
    ("who died and why?", "Which patients died?"),
    ("ILD without weakness", "Which patients had ILD without weakness?"),
    (
        "tofacitinib MDA5 ILD",
        "How did patients with anti-MDA5 and interstitial lung disease given tofacitinib respond?",
    ),
    (
        "rituximab in JDM",
        "How did patients with juvenile dermatomyositis given rituximab respond?",
    ),
    ("what is the mortality of calcinosis?", "How many patients with calcinosis died?"),
    ("calcinosis treatment options", "Which treatments were given to patients with calcinosis?"),
    (
        "what has been tried for calcinosis",
        "Which treatments were given to patients with calcinosis?",
    ),
    (
        "dysphagia treated with IVIG outcome",
        "How did patients with dysphagia given IVIG respond?",
    ),
    ("rituximab response", HELP),
    (
        "Does rituximab help calcinosis?",
        "How did patients with calcinosis given rituximab respond?",
    ),
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
        "mortality in the Chiba series?",
        "bowel perforation mortality within a year",
        "Is rituximab safe in children?",
        "prognosis of the second patient",
        "Which patient had the longer hospital stay?",
        "her treatment",
        "initial treatment",
        "dermatomyositis treatment",
        "was rituximab useful for her?",
        "did rituximab work in the boy?",
        "What is the best treatment for calcinosis?",
        "osteonecrosis steroids",
        "rituximab response at 3 months",
        "her response to rituximab",
        "calcinosis response",
        "treatment: rituximab",
        "rituximab",
        "the girl without weakness",
    ],
)
def test_one_patient_is_no_drug_in_general(question: str) -> None:
    """The past tense is that of a report."""
    assert asked_of_patients(question) == question


TREATED = "Which treatments were given to patients with"


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("treatment of calcinosis - what has worked?", f"{TREATED} calcinosis?"),
        ("Treatment for itch in DM?", f"{TREATED} itch?"),
        ("how is dysphagia treated", f"{TREATED} dysphagia?"),
        ("what helps for ulcers", f"{TREATED} ulcers?"),
        ("options when IVIG fails", "Which treatments were given after IVIG failed?"),
        (
            "What are the alternatives if steroids, MTX and ritux all failed?",
            "Which treatments were given after steroids, MTX and ritux failed?",
        ),
        ("rituximab failed - what next?", "Which treatments were given after rituximab failed?"),
    ],
)
def test_what_is_given_in_general(question: str, asked: str) -> None:
    """For a sign, or where a drug has failed: asked of the patients who had it."""
    assert asked_of_patients(question) == asked


@pytest.mark.parametrize(
    "question",
    [
        "treatment of the second patient",
        "treatment of calcinosis in the boy of 9?",
        "What was the treatment of her ulcers?",
        "treatment of dermatomyositis",
        "what next?",
    ],
)
def test_one_treatment_is_none_in_general(question: str) -> None:
    """Somebody's treatment is read, and so is what is no sign."""
    assert asked_of_patients(question) == question


@pytest.mark.parametrize(
    "question",
    [
        "how fast does IVIG work?",
        "time to response with rituximab",
        "how long does MTX take to work",
    ],
)
def test_how_fast_a_drug_works_is_asked_of_several_reports(question: str) -> None:
    assert general_speed(question) and asks_for_several(question)


@pytest.mark.parametrize(
    "question",
    ["how fast did it work?", "How long did IVIG take to heal her ulcers?", "time to response?"],
)
def test_how_fast_it_worked_in_somebody_is_not(question: str) -> None:
    assert general_speed(question) is None


@pytest.mark.parametrize(
    "question", ["how quick does IVIG work on the skin?", "rituximab time to response in ILD"]
)
def test_what_a_drug_is_to_act_on_singles_nobody_out(question: str) -> None:
    assert general_speed(question)


def test_after_so_many_infusions_is_a_time() -> None:
    """Not where the infusions are only counted."""
    reports = {"a": Report("a", "Rituximab", "", (), "", "paper", "full text")}
    came = _evidence("a", "After two or three infusions the skin was better.", 0.4)
    counted_only = _evidence("a", "Two infusions were given and the skin was better.", 0.6)
    asked = "how fast does rituximab work?"
    assert list(told_in_general(asked, (counted_only, came), reports)) == [came]


def _evidence(report: str, text: str, probability: float) -> Evidence:
    return Evidence(Passage(report, "case", 1, 0, len(text)), 0, len(text), text, probability)


def test_how_fast_a_drug_works_is_told_by_when_something_came() -> None:
    """Not by how long it was given, nor by how long somebody was watched."""
    reports = {
        name: Report(name, title, "", (), "", "paper", "full text")
        for name, title in (("a", "Rituximab"), ("b", "Rituximab"), ("c", "Dapsone"))
    }
    course = _evidence("a", "Rituximab was given for 4 weeks and he improved.", 0.9)
    watched = _evidence("a", "The rash cleared; 19 months.", 0.8)
    came = _evidence("a", "The rash cleared within 3 weeks.", 0.2)
    other = _evidence("c", "The rash improved after 2 weeks.", 0.5)
    found = told_in_general(
        "how fast does rituximab work?", (course, watched, other, came), reports
    )
    assert list(found) == [came]
    assert not told_in_general("how fast does rituximab work?", (course, watched), reports)


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


def test_to_stop_a_drug_is_not_to_give_it() -> None:
    """'Withholding of nivolumab' was the treatment: nobody was treated with nivolumab."""
    given = Therapy(Field("withholding of nivolumab"))
    case = CaseRecord("a", 1, therapies=(given, Therapy(Field("prednisone"))))
    assert values_of(case, "treatment") == ["withholding of nivolumab", "prednisone"]


def test_a_treatment_of_one_patient_has_its_line_on_the_page(casebook) -> None:
    """Its marks are those of the patient's row: the row does not say whose treatment is counted."""
    given = casebook.ask("Which patients had anti-MDA5?")
    (number, *_), *_ = given.table["citations"]
    who = short_name(given.citations[number - 1])
    lines = ["3 patients.", f"baricitinib: 1 patient [{number}]", f"{who}: of the row [{number}]"]
    told = replace(given, text="\n".join(lines), table={**given.table, "citations": [[number]] * 3})
    shown = counted(told, 0)
    assert "baricitinib: 1 patient" in shown
    assert "of the row" not in shown
