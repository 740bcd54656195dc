"""Which patient of a report a question means."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rag.reader.whom.patients import Described, passage_fits, told_by_age
from rag.reader.whom.person_words import Introductions, introductions, person_words
from rag.reader.whom.refer import patient_meant, singled_out
from rag.schema import Case, Passage, Report

WOMAN = Case(number=1, age=58, sex="female", antibodies=("anti-TIF1-gamma",))
MAN = Case(number=2, age=44, sex="male", antibodies=("anti-MDA5",))
GIRL = Case(number=3, age=9, sex="female")
TWO, THREE = (WOMAN, MAN), (WOMAN, MAN, GIRL)
OLD_MAN = Case(number=4, age=70, sex="male")
YOUNG_WOMAN = Case(number=5, age=30, sex="female")
THREE_WOMEN = (WOMAN, MAN, YOUNG_WOMAN)
REPORT = Report("r", "r", "", (), "r.txt", "user file", "full text", cases=THREE)

MEANT = [
    ("Dose in patient 2?", TWO, None, 2),
    ("case 1: outcome?", TWO, 2, 1),
    ("And the second one?", TWO, 1, 2),
    ("What about the third?", THREE, 1, 3),
    ("the 2nd pt - steroids?", THREE, 1, 2),
    ("And the last patient?", THREE, None, 3),
    ("And the older one?", TWO, 2, 1),
    ("what did the younger patient get?", THREE, None, 3),
    ("And the other one?", TWO, 1, 2),
    ("the other?", TWO, 2, 1),
    ("Did the man relapse?", THREE, None, 2),
    ("the old lady, any relapse?", TWO, None, 1),
    ("What did the 44-year-old receive?", TWO, None, 2),
    ("58F: CK?", TWO, 2, 1),
    ("The MDA5 one, how long on tofacitinib?", TWO, None, 2),
    ("the woman in her fifties: CK?", THREE, None, 1),
    ("the one in his 40s", TWO, 1, 2),
    ("And the woman?", THREE, None, 1),
    ("And the girl?", THREE, 1, 3),
    ("Did she relapse?", TWO, None, 1),
    ("Did he relapse?", THREE, 1, 2),
    ("Did she relapse?", THREE, 3, 3),
    ("How was it given?", TWO, 2, 2),
    ("Any side effects?", THREE, 1, 1),
    ("the older man: dose?", (WOMAN, MAN, OLD_MAN), None, 4),
    ("the younger woman, outcome?", THREE_WOMEN, None, 5),
    ("and the first man?", (WOMAN, MAN, OLD_MAN), 1, 2),
    ("what about the other man?", (WOMAN, MAN, OLD_MAN), 2, 4),
    ("what worked in the kid?", THREE, None, 3),
    ("the adult, any relapse?", (MAN, GIRL), None, 2),
    ("why did they stop it in the man?", TWO, None, 2),
    ("how many courses did she get?", TWO, None, 1),
    ("how many mg?", TWO, 2, 2),
    ("what was he given each time?", TWO, None, 2),
    ("Dose in a girl of 9?", THREE, None, 3),
]
NOBODY = [
    ("How was it given?", TWO, None),
    ("Did she relapse?", THREE, None),
    ("Did both improve?", TWO, 1),
    ("How many relapsed?", THREE, 2),
    ("Which patient had cancer?", THREE, 2),
    ("Compare the two", TWO, 1),
    ("And the other one?", THREE, 1),
    ("Dose in patient 7?", TWO, None),
    ("What did the 30-year-old receive?", TWO, 1),
    ("And the older one?", (WOMAN, Case(number=2)), 1),
    ("Dose in patient 1?", (WOMAN,), None),
    ("the one in his fifties", TWO, 2),
    ("the one who lost his voice, why did they stop it?", TWO, 2),
    ("the patient in her 50s", (WOMAN, Case(number=2)), None),
]


@pytest.mark.parametrize(("question", "cases", "current", "number"), MEANT)
def test_who_is_meant(question: str, cases: tuple, current: int | None, number: int) -> None:
    """By number, order, age, sex, antibody, or because the conversation is about them."""
    assert patient_meant(question, cases, current) == number


@pytest.mark.parametrize(("question", "cases", "current"), NOBODY)
def test_nobody_in_particular(question: str, cases: tuple, current: int | None) -> None:
    """All of them, nobody in the report, or more than one whom it could be."""
    assert patient_meant(question, cases, current) is None


def test_they_are_the_doctors_of_the_one_who_is_talked_of() -> None:
    """'Why did they stop it?' is about her; in a talk about all it is about all of them."""
    why = "why did they stop it?"
    assert patient_meant(why, TWO, 1, talk="the woman with ulcers; did she get IVIG") == 1
    assert patient_meant(why, TWO, 1, talk="two patients from Bonn; who got IVIG") is None


def test_the_younger_one_of_those_who_are_talked_of() -> None:
    """Of two women and a younger man the younger one is a woman, where the talk is of women."""
    people = (WOMAN, Case(number=2, age=20, sex="male"), YOUNG_WOMAN)
    assert patient_meant("and the younger one?", people) == 2
    assert patient_meant("and the younger one?", people, talk="the two women on IVIG") == 5
    assert patient_meant("the younger of the women?", people) == 5


def test_a_relative_is_a_patient_where_the_report_says_so() -> None:
    """'His sister' is the other patient of siblings, and nobody among unrelated patients."""
    siblings = (Case(number=1, age=8, sex="female"), Case(number=2, age=6, sex="male"))
    assert patient_meant("and his sister?", siblings, 2, related=True) == 1
    assert patient_meant("did her brother improve?", siblings, 1, related=True) == 2
    assert patient_meant("did his sister have it, too?", siblings, 2) == 2


STORIES = {
    1: "She was given azathioprine. Shingles broke out in May.",
    2: "He had never taken azathioprine. Baricitinib 4 mg was begun.",
    3: "Anti-SAE antibodies were found. No JAK inhibitor was used; prednisone sufficed.",
}


@pytest.mark.parametrize(
    ("question", "number"),
    [
        ("the one on baricitinib, outcome?", 2),
        ("and the patient who got a jak inhibitor?", 2),
        ("the woman with zoster", 1),
        ("the one on imuran", 1),
        ("the man with shingles", 2),
        ("the one given rituximab", None),
        ("why was it stopped in the sae one?", 3),
    ],
)
def test_the_one_on_a_drug_is_who_was_given_it(question: str, number: int | None) -> None:
    """Not who never took it; a wider word, and another name for it, will do."""
    assert patient_meant(question, THREE, None, stories=STORIES) == number


INTRODUCED = (
    (1, "A 58-year-old retired beekeeper was admitted in May with a heliotrope rash."),
    (2, "Our second patient was a 44-year-old man, a tram driver, who had calcinosis."),
    (3, "Elif, the sister, was brought at the age of 9 years with papules."),
)


def told() -> list[tuple[Passage, str]]:
    """A passage for each patient, and one about nobody in particular."""
    passages = [
        (Passage("r", f"case-{n}", 1, 0, len(text), "case", n), text) for n, text in INTRODUCED
    ]
    closing = "The beekeeper and the driver were men."
    last = (Passage("r", "closing", 1, 0, len(closing), "discussion"), closing)
    return [*passages, last]


def introduced() -> Introductions:
    return introductions(told())


def test_an_introduction_ends_where_the_story_begins() -> None:
    """In the text's own words; a label before it ('Presentation: ') is none of them."""
    assert introduced() == {
        1: "A 58-year-old retired beekeeper ",
        2: "Our second patient was a 44-year-old man, a tram driver, ",
        3: "Elif, the sister, ",
    }
    labelled = "Presentation: a 61-year-old baker had a rash."
    passage = Passage("r", "case", 1, 0, len(labelled), "case", 1)
    assert introductions([(passage, labelled)]) == {1: "a 61-year-old baker "}


def test_only_an_introduction_of_somebody_gives_words() -> None:
    """A story that begins with its drugs introduces nobody, and a number is nobody's name."""
    words = person_words(
        {
            1: "The oldest of the four was a coffee picker of 61 years ",
            2: "The same sequence of failed drugs and transplantation",
            3: "The waiter ",
        }
    )
    assert words == {1: {"coffee", "picker"}, 2: frozenset(), 3: {"waiter"}}


@pytest.mark.parametrize(
    ("question", "number"),
    [
        ("and the sister?", 3),
        ("two sisters with DM", None),
        ("dermatomyositis in a brother and a sister", None),
    ],
)
def test_relatives_together_are_nobody_alone(question: str, number: int | None) -> None:
    """'Her sister' introduces one of them; the sisters, or brother and sister, are not that one."""
    assert patient_meant(question, THREE, None, person_words(introduced())) == number
    assert singled_out(question, REPORT, person_words(introduced())) == number


def test_patients_are_known_by_the_words_that_introduce_them() -> None:
    """Not by ages, findings, or words that all patients have."""
    words = person_words(introduced())
    assert words[1] == {"retir", "beekeeper"}
    assert {"tram", "driver"} <= words[2] and "calcinosis" not in words[2]
    assert "sister" in words[3]


@pytest.mark.parametrize(
    ("question", "number"),
    [
        ("the beekeeper's CK?", 1),
        ("How did they treat the tram driver?", 2),
        ("And the sister, did she relapse?", 3),
        ("Did the beekeeper and the driver relapse?", None),
        ("Who relapsed?", None),
    ],
)
def test_who_is_meant_by_a_calling(question: str, number: int | None) -> None:
    """Of two callings in one question none decides."""
    assert patient_meant(question, THREE, None, person_words(introduced())) == number


def test_a_question_to_the_library_may_single_out_a_patient() -> None:
    """By an age that stands in the report, or a calling; by a pronoun never."""
    words = person_words(introduced())
    assert singled_out("58F with DM: CK?", REPORT, words) == 1
    assert singled_out("Tram driver with DM: CK?", REPORT, words) == 2
    assert singled_out("Man in his forties with DM: CK?", REPORT, words) == 2
    assert singled_out("Did she relapse?", REPORT, words) is None
    assert singled_out("58F with DM: CK?", replace(REPORT, cases=()), words) is None


def test_passages_of_others_do_not_fit_once_somebody_is_meant() -> None:
    """In that report; another report is not touched."""
    passages = [passage for passage, _ in told()]
    wanted = Described(among={"r": 2})
    assert [passage_fits(p, REPORT, wanted) for p in passages] == [False, True, False, True]
    other = Described(among={"s": 2})
    assert all(passage_fits(p, REPORT, other) for p in passages)


@pytest.mark.parametrize(
    ("question", "age"),
    [
        ("girl of 11 swollen all over", 11),
        ("the little girl, 3, whose bowel burst", 3),
        ("the 58-year-old woman", 58),
        ("a child of 20 kg", None),
        ("a girl of 8 months", None),
    ],
)
def test_an_age_behind_the_person(question: str, age: int | None) -> None:
    assert told_by_age(question).age == age
