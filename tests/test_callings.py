"""By which words of its story a patient is known, and whom a question means by them."""

from __future__ import annotations

import pytest

from rag.reader.whom.person_words import callings, person_words, words_said
from rag.reader.whom.refer import patient_meant, singled_out
from rag.reader.whom.relatives import own_death
from rag.reader.whom.sides import side_by_side
from rag.schema import Case, Report

STORIES = {
    1: (
        "The elder, a former reindeer herder of 74, had a rash. Capecitabine was refused by him. "
        "He died of pneumonia in week 10."
    ),
    2: (
        "A 57-year-old schoolteacher, who was the reindeer herder's maternal uncle, was admitted. "
        "Iloprost was infused. His wife had died of lupus."
    ),
    3: "A woman of 29 who keeps a tea shop and was then pregnant had weak arms. She recovered.",
    4: "Emre, two years younger than Elif, was 9 years old in July 2012 when his arms grew weak.",
}
CASES = (
    Case(number=1, age=74, sex="male"),
    Case(number=2, age=57, sex="male"),
    Case(number=3, age=29, sex="female"),
    Case(number=4, age=9, sex="male"),
)
UNKNOWN = (Case(number=1, sex="female"), Case(number=2, age=50, sex="female"))
WORDS = person_words(callings(STORIES))
REPORT = Report("r", "r", "", (), "r.txt", "user file", "full text", cases=CASES)


def meant(question: str, current: int | None = None, **more) -> int | None:
    return patient_meant(question, CASES, current, WORDS, stories=STORIES, **more)


def test_a_calling_goes_on_to_the_story_and_leaves_others_out() -> None:
    """'Former' is no 'for', a tea shop is kept, and 'the herder's uncle' is no herder."""
    assert WORDS[1] == {"reindeer", "herder"}
    assert WORDS[2] == {"schoolteacher", "maternal", "uncle"}
    assert WORDS[3] == {"shop"}
    assert WORDS[4] == {"emre"}


def test_a_part_of_a_compound_will_do_where_no_word_fits() -> None:
    """The schoolteacher is the teacher; a teacher herself would come first."""
    assert words_said("the teacher's CK?", WORDS) == {2: {"schoolteacher"}}
    assert words_said("the teacher?", {1: {"teacher"}, 2: {"schoolteacher"}}) == {1: {"teacher"}}
    assert words_said("the shopper?", WORDS) == {}


@pytest.mark.parametrize(
    ("question", "number"),
    [
        ("and the reindeer herder?", 1),
        ("the one with the tea shop?", 3),
        ("CK in Emre?", 4),
        ("the man who died, CK?", 1),
        ("the one on iloprost - dose?", 2),
        ("the pregnant one?", 3),
        ("dose in the little one?", 4),
        ("the teacher and the herder, both: CK?", None),
        ("the survivor?", None),
    ],
)
def test_whom_words_of_a_story_mean(question: str, number: int | None) -> None:
    """One who is told of so, alone; three survived."""
    assert meant(question) == number


def test_of_two_men_the_report_calls_one_the_uncle() -> None:
    """'His uncle' is somebody else than he; without such a word in doubt."""
    assert meant("and his uncle?", 1, related=True) == 2
    assert meant("and his nephew?", 1, related=True) is None


def test_the_death_of_a_wife_is_not_the_patient_s() -> None:
    """Nor is a death that did not come."""
    assert own_death(STORIES[1]) and not own_death(STORIES[2])
    assert own_death("The rash persisted until her death from pneumonia.")
    assert not own_death("He did not die.")


def test_who_died_may_stand_in_the_record_alone() -> None:
    """A digest has no stories; without any death nobody is the survivor."""
    two = (Case(number=1, response="died"), Case(number=2, response="complete"))
    assert patient_meant("and the survivor: dose?", two) == 2
    assert patient_meant("dose in the one who died?", two) == 1
    assert patient_meant("and the survivor: dose?", two[1:] + (Case(number=3),)) is None


def test_the_other_woman_stays_she_until_the_talk_turns() -> None:
    """Asked twice she is the same; 'and the other one?' turns to the next."""
    two = (Case(number=1, sex="female"), Case(number=2, sex="female"))
    again = "did the other woman have methotrexate?"
    assert patient_meant(again, two, 1, said="the other woman's?") == 1
    assert patient_meant(again, two, 1, said="antibody?") == 2
    assert patient_meant("and the other one?", two, 1, said="and the other one?") == 2


def test_names_of_three_letters_and_of_children_without_more() -> None:
    """'Ada was six', 'Cilla, the youngest': a name at the beginning is somebody's."""
    told = {1: "Ada was six when her cheeks reddened.", 2: "Cilla, the youngest, was four."}
    assert person_words(callings(told)) == {1: {"ada"}, 2: {"cilla"}}
    told = {1: "Treatment was stopped.", 2: "Extensive immunosuppression failed."}
    assert person_words(callings(told)) == {1: frozenset(), 2: frozenset()}


def test_of_two_who_died_the_one_whose_death_was_so() -> None:
    """'The one who died on day 60'."""
    stories = {1: "He died on day 24. It was 60 ng/mL.", 2: "He died on day 60 of sepsis.", 3: ""}
    assert patient_meant("ferritin in the one who died on day 60?", CASES[:3], stories=stories) == 2
    assert patient_meant("the man who died of sepsis: CK?", CASES[:3], stories=stories) == 2
    assert patient_meant("ferritin in the one who died?", CASES[:3], stories=stories) is None


def test_the_niece_is_not_her_aunt() -> None:
    """In a talk about the aunt; a question that opens so is of somebody else."""
    two = (Case(number=1, age=31, sex="female"), Case(number=2, age=58, sex="female"))
    words = {1: frozenset({"proband"}), 2: frozenset({"aunt"})}
    assert patient_meant("and the niece?", two, 2, words, related=True) == 1
    assert patient_meant("and the aunt?", two, 1, words, related=True) == 2


def test_a_number_in_words_and_an_antibody_asked_for() -> None:
    """'Patient two'; 'was she MDA5 positive?' asks of her, 'the MDA5 woman' says who."""
    two = (Case(number=1, sex="female"), Case(number=2, sex="female", antibodies=("anti-MDA5",)))
    assert patient_meant("response in patient two?", two, 1) == 2
    assert singled_out("leflunomide in DM. response in patient two?", REPORT, WORDS) == 2
    assert patient_meant("was she MDA5 positive?", two, 1) == 1
    assert patient_meant("and the MDA5 positive woman, did she die?", two, 1) == 2


def test_twins_go_by_letters() -> None:
    """'And B?' in a talk about twin A; a letter alone means nobody."""
    twins = (Case(number=1, age=7, sex="male"), Case(number=2, age=7, sex="male"))
    assert patient_meant("dose in twin B?", twins) == 2
    assert patient_meant("and B?", twins, 1, talk="how was twin A treated") == 2
    assert patient_meant("and B?", twins, 1, talk="how was the twin treated") == 1


def test_whom_a_question_to_the_library_calls() -> None:
    """By the part that asks: 'the herder and a boy: dose in the boy?' is of the boy."""
    grown = Case(number=5, age=40, sex="female")
    two = (*CASES[:3], grown, Case(number=6, age=11, sex="female"))
    report = Report("r", "r", "", (), "r.txt", "user file", "full text", cases=two)
    assert singled_out("girl with DM, why was IVIG stopped?", report, {}) == 6
    ageless = Report("r", "r", "", (), "r.txt", "user file", "full text", cases=UNKNOWN)
    assert singled_out("girl with DM, why was IVIG stopped?", ageless, {}) is None
    assert singled_out("woman with DM, why was IVIG stopped?", report, {}) is None
    assert singled_out("reindeer herder, DM. dose in the boy?", REPORT, WORDS) == 4
    assert singled_out("three men in DM. what did the youngest get?", REPORT, WORDS) == 4
    assert singled_out("woman with DM. dose?", REPORT, WORDS) is None
    assert singled_out("woman and boy with DM. dose in the woman?", REPORT, WORDS) == 3
    assert singled_out("reindeer herder, DM. dose in the woman?", REPORT, WORDS) is None
    assert singled_out("do older patients fare worse?", REPORT, WORDS) is None


def test_one_asked_about_is_not_set_beside_those_who_are_named() -> None:
    """'The herder and his uncle. How did the uncle die?' is of one; 'both' is not."""
    opening = "the herder and the schoolteacher: finland."
    assert side_by_side(f"{opening} how did the schoolteacher do?", CASES, None, WORDS) == ()
    assert side_by_side(f"{opening} how did they do?", CASES, None, WORDS) == (1, 2)
    told = f"{opening} compare the schoolteacher"
    assert side_by_side(told, CASES, None, WORDS) == (1, 2)
