"""A report told in short, and what a word means: questions that no likeliest sentence answers."""

from __future__ import annotations

import pytest

from rag.in_short import in_short
from rag.reader.kinds.definitions import asked_to_define, defining, spelling_out
from rag.reader.kinds.overview import MOST_WORDS, asks_for_overview, is_told_apart, overview
from rag.reader.reader import Reading
from rag.reader.whom.patients import Described
from rag.schema import Evidence, Passage, Report

WANTED = (
    "Tell me about the Kuwano case",
    "tell me more about the patient treated with dapsone",
    "What did Kuwano 2006 report?",
    "summary of Ding 2020",
    "Summarise the French series",
    "Please describe the 9-year-old girl with macrophage activation",
    "What is the Heidelberg paper about?",
    "Müller 2025: overview",
    "can u give me a quick overview of the Seoul guy with the stripes?",
    "whats the CAR-T story in the child about",
    "in a nutshell, what's the Kuwano case?",
    "the leflunomide study in short",
    "what are the main findings of the rituximab trial?",
    "talk me through the case of the farmer",
    "sum it up pls",
    "so can you summarise that?",
    "summary?",
    "in short, please",
    "tell me about her",
    "What did Ding describe?",
    "what did de Vries find?",
    "what does the Heidelberg paper show?",
    "What do the authors say?",
)
NOT_WANTED = (
    "Describe the rash of the woman treated with IVIG",
    "Explain how dapsone works",
    "What did the biopsy show in the woman with ulcers and a fever of long standing, do you know?",
    "Tell me about side effects",
    "What is known of the dose?",
    "summary of treatments",
    "what are the main findings in the woman with ulcers?",
    "overview of the skin findings in the child",
    "what was the result on MRI in the man?",
    "what are the main results in one of them",
    "summary of her drugs?",
    "tell me about her lungs",
    "sum of the doses?",
    "What did the muscle biopsy show?",
    "what did MRI show?",
    "What did the myopathologist report?",
    "what did the colonoscopy find?",
    "What did those say?",
    "what did the swallow study show?",
)


@pytest.mark.parametrize("question", WANTED)
def test_a_report_or_a_patient_is_to_be_told_in_short(question: str) -> None:
    assert asks_for_overview(question)


@pytest.mark.parametrize("question", NOT_WANTED)
def test_one_thing_of_a_patient_is_no_overview(question: str) -> None:
    assert not asks_for_overview(question)


SEOUL = "A man in Seoul had itchy streaks on the trunk."
OTHERS = ["A woman had a rash of the trunk.", "A boy of Rome with alopecia took aspirin."]


@pytest.mark.parametrize(
    ("question", "apart"),
    [
        ("quick overview of the Seoul guy with stripes on his trunk", True),
        ("tell me about the man with the trunk rash", False),
        ("tell me about the Seoul man who was a diver with gout", False),
        ("tell me about the man", False),
    ],
)
def test_a_report_is_known_by_what_it_alone_speaks_of(question: str, apart: bool) -> None:
    assert is_told_apart(question, SEOUL, OTHERS) is apart


def items(*told: tuple[str, str, int | None], report: str = "r") -> list[Evidence]:
    """Sentences with section and patient, in the order of their text, the last likeliest."""
    start, found = 0, []
    for n, (text, section, patient) in enumerate(told):
        end = start + len(text)
        passage = Passage(report, section, n, start, end, "other", patient)
        found.append(Evidence(passage, start, end, text, 0.1 * n))
        start = end + 1
    return found[::-1]


def test_a_summary_is_quoted_in_its_own_order() -> None:
    told = items(
        ("Two women had ulcers.", "summary", None),
        ("Both healed.", "summary", None),
        ("She was given dapsone.", "case", 1),
    )
    assert [e.text for e in overview(told)] == ["Two women had ulcers.", "Both healed."]


def test_without_a_summary_the_story_is_told_from_its_beginning() -> None:
    told = items(
        ("DM is rare.", "background", None),
        ("A woman of 40 had a rash.", "case", 1),
        ("Her dog was brown.", "case", 1),
        ("Dapsone was begun.", "case", 1),
        ("She improved.", "case", 1),
    )
    said = [e.text for e in overview(told)]
    assert said == ["A woman of 40 had a rash.", "Dapsone was begun.", "She improved."]


def test_of_several_patients_the_one_who_is_meant() -> None:
    told = items(
        ("Both had ulcers.", "summary", None),
        ("The first was 40.", "case-1", 1),
        ("The second was 50.", "case-2", 2),
    )
    assert [e.text for e in overview(told, 2)] == ["The second was 50."]


def test_an_overview_is_never_longer_than_an_answer() -> None:
    long = " ".join(["word"] * 80)
    told = items(*[(f"{long} {n}.", "summary", None) for n in range(3)])
    assert sum(len(e.text.split()) for e in overview(told)) <= MOST_WORDS


MEANINGS = [
    ("What is calcinosis?", "calcinosis"),
    ("what's clinically amyopathic dermatomyositis", "clinically amyopathic dermatomyositis"),
    ("What does 'heliotrope rash' mean?", "heliotrope rash"),
    ("Define macrophage activation syndrome", "macrophage activation syndrome"),
    ("What is the dose of rituximab?", None),
    ("Explain Gottron's papules to a student", "Gottron's papules"),
    ("can you explain what calcinosis is in simple words?", "calcinosis"),
    ("Explain the outcome to me", None),
    ("What is her calcinosis like?", None),
    ("What is wrong?", None),
    ("whats a shawl sign", "shawl sign"),
    ("flagellate erythema, what does that look like?", "flagellate erythema"),
    ("shawl sign?? what's that supposed to be", "shawl sign"),
    ("what sort of antibody is anti-Jo-1?", "anti-Jo-1"),
    ("calcinosis: what is it like in her?", None),
]


@pytest.mark.parametrize(("question", "concept"), MEANINGS)
def test_which_word_is_to_be_explained(question: str, concept: str | None) -> None:
    assert asked_to_define(question) == concept


def test_a_definition_is_known_by_its_form() -> None:
    """What merely uses the word defines nothing, however likely; nor does one patient's finding."""
    told = items(
        ("Calcinosis is the deposit of calcium in skin and muscle.", "background", None),
        ("Calcinosis: hard nodules at both elbows.", "case", 1),
        ("Her calcinosis was painful.", "case", 1),
        ("Calcinosis is common in children.", "background", None),
        ("Calcinosis: two children, after 1 and 9 years.", "background", None),
    )
    assert [e.text for e in defining("calcinosis", told)] == [
        "Calcinosis is the deposit of calcium in skin and muscle."
    ]


def test_a_list_and_an_apposition_define_too() -> None:
    told = items(
        ("Relief came from anifrolumab, an antibody against the interferon receptor.", "case", 1),
        ("Gottron's sign: redness over the joints.", "background", None),
    )
    told += items(("Diltiazem: a partial response in most.", "background", None))
    assert defining("diltiazem", told) == []
    assert len(defining("anifrolumab", told)) == len(defining("Gottron's sign", told)) == 1


def test_an_abbreviation_is_what_stands_before_its_bracket() -> None:
    """Where the text spells it out; a bracket behind other words does not."""
    told = items(
        ("The CDASI fell.", "case", 1),
        ("It was better (CDASI 3).", "case", 1),
        ("Cutaneous Disease Area and Severity Index (CDASI) was above 14.", "background", None),
    )
    found = spelling_out("what is CDASI?", told)
    assert [e.text[:9] for e in found] == ["Cutaneous"]
    assert spelling_out("what does CDASI stand for?", told) == found
    assert not spelling_out("what was the CDASI?", told)
    assert not spelling_out("what is it?", told)


def test_of_several_patients_each_is_introduced_where_nobody_is_meant() -> None:
    """The story of the first is not that of the report."""
    told = items(
        ("Calcium is hard to treat.", "background", None),
        ("A woman of 40 had lumps.", "case", 1),
        ("Diltiazem was begun.", "case", 1),
        ("A boy of 9 had sheets of it.", "case-2", 2),
    )
    said = [e.text for e in overview(told)]
    assert said == ["A woman of 40 had lumps.", "A boy of 9 had sheets of it."]


@pytest.mark.parametrize(
    ("question", "told", "sure"),
    [
        ("the woman with lumps", True, False),
        ("sum it up", True, True),
        ("tell me about the woman with lumps", True, True),
        ("timeline?", True, True),
        ("the woman with lumps, dose?", False, False),
    ],
)
def test_who_is_only_described_is_told_of_where_the_reports_answer(
    question: str, told: bool, sure: bool
) -> None:
    """Such words may ask for something after all; a wish for an overview is sure of its report."""
    read = tuple(items(("A woman of 40 had lumps in 2010.", "case", 1), ("She died.", "case", 1)))
    text = "A woman of 40 had lumps in 2010. She died."
    report = Report("r", "r", text, (), "r.txt", "user file", "full text")
    found = in_short(question, Reading((), read, 0.9, Described()), {"r": report})
    assert (bool(found.sentences), found.sure) == (told, sure)
