"""A person whom the last report does not know is looked for elsewhere, and asked the same."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rag.conversation.follow_up import Told
from rag.conversation.resolve import resolve
from rag.conversation.someone_else import (
    asked_of,
    asks_by_itself,
    is_someone_else,
    is_unheard_of,
    only_describes,
    persons_told,
    prefixes,
    sex_named,
    without_persons,
)
from rag.lexicon import lexicon
from rag.schema import Turn

TEXT = "A 44-year-old nurse had ulcers and pregnancy. She was given dapsone and prednisone."
TOLD = Told(
    frozenset(m.concept.name for m in lexicon().find(TEXT)) | {"corticosteroid"},
    frozenset({44}), 1, persons_told(TEXT), prefixes(TEXT),
)  # fmt: skip
OPENING = "dapsone in a middle-aged woman?"
HISTORY = [Turn(OPENING, OPENING, ("ono-2003",))]
ASKED = [
    *HISTORY,
    Turn("Did she relapse?", f"Did she relapse? (about: {OPENING[:-1]})", ("ono-2003",)),
]


def test_of_whom_a_text_speaks() -> None:
    """By nouns and pronouns; a text that names nobody is about nobody in particular."""
    assert persons_told(TEXT) == {"female"}
    assert persons_told("Two men and their sisters") == {"male"}
    assert persons_told("Twelve patients") == frozenset()


@pytest.mark.parametrize(
    ("question", "sex"),
    [("and the boy?", "male"), ("the old lady's CK?", "female"), ("her boy?", None),
     ("the patient's son, a boy?", "male"), ("man or woman?", None), ("age?", None)],
)  # fmt: skip
def test_the_person_whom_a_question_names(question: str, sex) -> None:
    """The child of a patient is not the patient."""
    assert sex_named(question) == sex


def test_a_sex_that_is_not_told_of_is_somebody_else() -> None:
    """Where the report tells nobody's, it may be anybody."""
    assert is_someone_else("and the boy?", {"female"})
    assert not is_someone_else("and the boy?", {"female", "male"})
    assert not is_someone_else("and the boy?", frozenset())


@pytest.mark.parametrize(
    ("question", "unheard"),
    [("and the ovarian one?", True), ("the anti-Jo-1 lady?", True), ("the pregnant woman?", False),
     ("the second patient?", False), ("the 30-year-old woman?", False),
     ("what about ovaries?", False), ("the 44 yr old man?", False),
     ("and the one with polycythaemia, biopsy?", True), ("the lady who had a stroke, age?", True),
     ("and the one with an ulcer?", False), ("the patient on imuran?", False),
     ("the one with CML?", False)],
)  # fmt: skip
def test_words_for_a_person_that_the_report_lacks(question: str, unheard: bool) -> None:
    """Not numbers, ages or what may be said of anybody."""
    assert is_unheard_of(question, TOLD.words, {"azathioprine"}) is unheard


@pytest.mark.parametrize(
    ("question", "asks"),
    [("and the girl who had streaks?", False), ("what about the 44-year-old man?", False),
     ("and methotrexate?", False), ("and the girl, how old?", True), ("the girl's CK?", True),
     ("side effects in the boy?", True)],
)  # fmt: skip
def test_what_a_question_asks_by_itself(question: str, asks: bool) -> None:
    """Whom it means is not what it asks."""
    assert asks_by_itself(question) is asks


@pytest.mark.parametrize(
    ("question", "describes"),
    [("lady who got a rash after the jab", True), ("the leflunomide series from Bonn", True),
     ("siblings with JDM", True), ("man with bladder cancer and DM?", False),
     ("the series from Bonn, which patients died?", False), ("IVIG in the woman, dose?", False),
     ("the man: how did he do?", False), ("and the girl?", False), ("dapsone for the rash", False)],
)  # fmt: skip
def test_who_is_meant_and_nothing_else(question: str, describes: bool) -> None:
    """Such an opening asks for the report."""
    assert only_describes(question) is describes


def test_a_matter_without_its_patient() -> None:
    """'In a Korean man' says who, the rest what about."""
    assert without_persons("flagellate streaks in a korean man") == "flagellate streaks"
    assert without_persons("the old woman") == ""
    assert asked_of("female", "did he take his pills?") == "did she take her pills?"


def test_another_report_is_asked_the_same_of_somebody_else() -> None:
    """The report of a woman is left out for a man, and 'she' becomes 'he'."""
    resolved = resolve("what about the boy?", ASKED, TOLD)
    assert resolved.query == "the boy: Did he relapse? (after: dapsone)"
    assert (resolved.asked, resolved.report_ids) == ("the boy: Did he relapse?", ())
    assert resolved.besides == ("ono-2003",)
    named = resolve("and the boy's CK?", ASKED, TOLD)
    assert (named.query, named.asked) == ("and the boy's CK? (after: dapsone)", "")


def test_only_the_clause_that_asks_is_asked_again() -> None:
    """Not whom it was asked of, and nothing of the old drug where a new one is named."""
    asked = "dapsone in those three from Bonn, what dose?"
    resolved = resolve("what about ivig in the anti-Jo-1 lady?", [Turn(asked, asked, ("a",))], TOLD)
    assert resolved.query == "ivig in the anti-Jo-1 lady: what dose?"


def test_a_matter_of_their_own_takes_the_place_of_the_last() -> None:
    """'The ovarian one with a tube' is not looked for together with dapsone."""
    resolved = resolve("and the ovarian one with a feeding tube?", ASKED, TOLD)
    assert "dapsone" not in resolved.query and resolved.report_ids == ()


def test_a_patient_of_another_age_keeps_the_matter() -> None:
    """Where the question names none of its own."""
    resolved = resolve("what about the 60 yo man, did he walk?", ASKED, TOLD)
    assert resolved.query == "what about the 60 yo man, did he walk? (after: dapsone)"
    own = resolve("what about the 60 yo man on IVIG, did he walk?", ASKED, TOLD)
    assert own.query == "what about the 60 yo man on IVIG, did he walk?"


def test_who_it_is_is_asked_where_nothing_was() -> None:
    """After an opening that only describes a patient."""
    opening = [Turn("dapsone, a nurse", "dapsone, a nurse", ("ono-2003",))]
    assert resolve("what about the boy?", opening, TOLD).asked == "Tell me about the boy?"


def test_the_same_is_asked_of_another_drug() -> None:
    """Unless the report speaks of it, or the talk is about one patient."""
    first = "leflunomide for the skin, any good?"
    history = [Turn(first, first, ("a",))]
    other = resolve("and methotrexate?", history, TOLD)
    assert other.query == other.asked == "methotrexate for the skin, any good?"
    assert other.report_ids == ()
    assert resolve("and dapsone?", history, TOLD).report_ids == ("a",)
    about_one = [Turn("dapsone for her, any good?", "dapsone for her, any good?", ("a",))]
    assert resolve("and methotrexate?", about_one, TOLD).report_ids == ("a",)


def test_the_drug_is_one_that_was_spoken_of() -> None:
    """'The IVIG' is of the report before, 'the IVIG trial' another report."""
    assert resolve("how many grams of the ivig?", HISTORY, TOLD).report_ids == ("ono-2003",)
    assert resolve("what did the ivig trial find?", HISTORY, TOLD).report_ids == ()


def test_a_class_is_told_of_by_a_drug_of_it() -> None:
    """'Steroid dose?' after a report that gives prednisone."""
    assert resolve("steroid dose?", HISTORY, TOLD).report_ids == ("ono-2003",)
    without = replace(TOLD, names=TOLD.names - {"corticosteroid"})
    assert resolve("steroid dose?", HISTORY, without).report_ids == ()


def test_another_report_of_that_kind() -> None:
    """It points back; 'another report of apremilast' does not."""
    other = resolve("is there another report of that type?", HISTORY, TOLD)
    assert other.besides == ("ono-2003",) and other.query.endswith(
        "(after: dapsone in a middle-aged woman)"
    )
    assert resolve("is there another report of apremilast?", HISTORY, TOLD).query.endswith("last?")


def test_the_library_finds_the_other_patient(casebook) -> None:
    """The man's report is not asked about a girl, in the library itself."""
    history = [Turn("anti-MDA5 man", "anti-MDA5 man", ("ogawa-2017-rituximab-mda5",))]
    assert casebook.resolve("steroid?", history).report_ids == ("ogawa-2017-rituximab-mda5",)
    assert casebook.resolve("and the girl?", history).besides == ("ogawa-2017-rituximab-mda5",)
