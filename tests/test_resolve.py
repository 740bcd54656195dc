"""A follow-up is read with the question before it; a question of its own is left alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rag.conversation.follow_up import Told
from rag.conversation.resolve import Resolved, resolve
from rag.lexicon import lexicon
from rag.schema import Turn

SUBJECT = "What was given to the man with anti-MDA5"
HISTORY = [
    Turn("Which dose of dapsone?", "Which dose of dapsone?", ("cohen-nd",)),
    Turn(f"{SUBJECT}?", f"{SUBJECT}?", ("ogawa-2017", "lung-2022")),
]

FOLLOW_UPS = {
    "and": "And the dose?",
    "two words": "Side effects?",
    "one word": "why",
    "pronoun": "Did he relapse?",
    "possessive": "What were his antibodies on admission to the unit?",
    "the drug": "For how many weeks was the drug given in all?",
    "it": "Was it combined with methotrexate?",
    "that drug": "Is that drug safe in the long run?",
    "what about": "What about methotrexate?",
    "number of a patient": "What about patient 2?",
    "number and a drug": "Which dose of prednisolone did patient 2 get at last?",
    "ordinal": "Which dose did the second patient need in the end?",
    "a named drug and a pronoun": "Did IVIG help her?",
    "another thing": "Was there another thing that she got?",
    "blanks": "  and?  ",
}


@pytest.mark.parametrize("question", FOLLOW_UPS.values(), ids=FOLLOW_UPS)
def test_a_follow_up_gets_subject_and_report(question: str) -> None:
    """The last question says what it is about, and its best report is the one to search."""
    resolved = resolve(question, HISTORY)
    assert resolved == Resolved(
        f"{question.strip()} (about: {SUBJECT})",
        ("ogawa-2017",),
        follows=True,
        said=HISTORY[-1].question,
    )


OWN_SUBJECTS = {
    "a drug": "Response to dapsone?",
    "two drugs": "And dapsone versus methotrexate?",
    "an age": "What was given to the 50-year-old woman?",
    "is there": "Is there any report of apremilast for the scalp?",
    "are there, no drug": "Are there patients with calcinosis of the elbows?",
    "relative clause": "Do patients that took methotrexate improve?",
    "a whole question": "How was dysphagia treated in old age?",
    "a change that says so": "ok different thing, how is ACTH gel given?",
    "moving on": "Moving on, did it help in calcinosis?",
    "a subtype": "Which signs come with juvenile dermatomyositis?",
}


@pytest.mark.parametrize("question", OWN_SUBJECTS.values(), ids=OWN_SUBJECTS)
def test_a_question_with_its_own_subject_is_left_alone(question: str) -> None:
    """It is searched as it stands, in all reports."""
    assert resolve(question, HISTORY) == Resolved(question)


@pytest.mark.parametrize(
    ("question", "besides"),
    [("And in other patients?", ()), ("Is it in another report too?", ("ogawa-2017", "lung-2022"))],
)
def test_other_reports_are_searched_for_the_same_subject(question: str, besides) -> None:
    """'Other' keeps the subject and lets go of the report, which may have other patients."""
    resolved = resolve(question, HISTORY)
    assert resolved == Resolved(f"{question} (after: {SUBJECT})", (), follows=True, besides=besides)


def test_without_a_conversation_nothing_is_added() -> None:
    """The first question can follow nothing, however short it is."""
    assert resolve(" And? ", []) == Resolved("And?")


def test_after_an_abstention_all_reports_are_searched() -> None:
    """A turn that rested on no report keeps its subject and restricts nothing."""
    resolved = resolve("Why?", [Turn("Was apremilast given?", "Was apremilast given?")])
    said = "Was apremilast given?"
    query = "Why? (about: Was apremilast given)"
    assert resolved == Resolved(query, (), follows=True, said=said)


def test_the_subject_is_how_the_talk_began_and_what_was_asked_last() -> None:
    """Not everything in between, not twice the same, and not the patient who was meant then."""
    first = "dapsone for ulcers?"
    second = resolve("How was it given?", [Turn(first, first)])
    assert second.query == "How was it given? (about: dapsone for ulcers)"
    named = f"{second.query[:-1]}; patient 2, 44-year-old man)"
    third = resolve("Why?", [Turn("How was it given?", named, ("a",), 2)])
    assert third.query == "Why? (about: dapsone for ulcers; How was it given)"
    assert third.patient == 2
    fourth = resolve("And then?", [Turn("Why?", third.query)])
    assert fourth.query == "And then? (about: dapsone for ulcers; Why)"


TOLD = Told(
    frozenset(m.concept.name for m in lexicon().find("IVIG, methotrexate; ulcers")), frozenset({44})
)

STILL_ABOUT = [
    "What was the highest amount any child had to take?",  # names nothing
    "how long was the folow-up, median?",
    "What happened with IVIG?",  # the report speaks of it
    "MTX then, dose?",
    "Did IVIG close the ulcers in the end?",
    "What did the 44-year-old receive?",  # the report has such a patient
]
NEW = [
    "What happened with dapsone?",  # the report does not
    "What did the 30-year-old receive?",
    "Why do patients with dermatomyositis get ulcers?",  # in a talk nobody names the disease
    "Different matter: what about IVIG?",
    "Do we have anything on IVIG for ulcers?",
    "In the series of six on methotrexate, who improved?",
    "Define ulcer.",
]


@pytest.mark.parametrize("question", STILL_ABOUT)
def test_what_the_report_speaks_of_is_no_new_subject(question: str) -> None:
    """A question that names nothing, or only what the last report names, goes on with it."""
    assert resolve(question, HISTORY, TOLD).report_ids == ("ogawa-2017",)


@pytest.mark.parametrize("question", NEW)
def test_a_new_subject_lets_go_of_the_report(question: str) -> None:
    """A drug, patient or disease of its own, or words that say so."""
    assert resolve(question, HISTORY, TOLD) == Resolved(question)


@pytest.mark.parametrize("question", ["And the younger woman?", "and the second one?"])
def test_of_one_patient_nobody_is_the_younger(question: str) -> None:
    """Where the report tells of one, somebody of another is meant; of two, one of these."""
    alone = resolve(question, HISTORY, replace(TOLD, patients=1))
    assert alone.report_ids == () and alone.query.startswith(f"{question} (after: ")
    assert alone.besides == ("ogawa-2017",)
    assert resolve(question, HISTORY, replace(TOLD, patients=2)).report_ids == ("ogawa-2017",)


TALK = "IVIG dose in the boy?"


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("and methotrexate?", "methotrexate dose?"),
        ("what about the mtx", "mtx dose?"),
        ("ivig?", ""),
        ("and methotrexate, any good?", ""),
        ("no, the girl", "IVIG dose?"),
        ("and in her?", "IVIG dose?"),
    ],
)
def test_the_same_is_asked_of_another_drug_or_patient_of_the_report(
    question: str, asked: str
) -> None:
    """Without the words for whom the last question was about; what asks for itself does not."""
    told = Told(names=frozenset({"methotrexate", "intravenous immunoglobulin"}))
    resolved = resolve(question, [Turn(TALK, TALK, ("siblings",), 2)], told)
    assert resolved.asked == asked
    assert resolved.report_ids == ("siblings",) and resolved.patient == 2


def test_what_only_points_is_not_what_the_talk_is_about() -> None:
    """After 'the girl' the question that was asked of her goes on."""
    pointed = f"the girl (about: siblings; {TALK[:-1]})"
    resolved = resolve("and why?", [Turn("no, the girl", pointed, ("siblings",), 1)])
    assert resolved.query == f"and why? (about: siblings; {TALK[:-1]})"


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("did it shrink them?", "did thiosulfate shrink them?"),
        ("was it well tolerated?", "was thiosulfate well tolerated?"),
        ("how long was she on it?", "how long was she on thiosulfate?"),
        ("did it come back?", ""),
        ("did it heal?", ""),
        ("did dapsone do it?", ""),
    ],
)
def test_it_is_the_drug_that_was_asked_about(question: str, asked: str) -> None:
    """Not what comes back or heals."""
    before = "did she get thiosulfate?"
    assert resolve(question, [Turn(before, before, ("a",))], Told()).asked == asked
    two = "thiosulfate or dapsone?"
    assert resolve(question, [Turn(two, two, ("a",))], Told()).asked == ""
