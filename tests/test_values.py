"""A measured value, an age or a time is asked for, and another one, or none, is quoted."""

from __future__ import annotations

import pytest

from rag.reader.short.values import finding_missing, is_no_time, time_missing, value_missing
from rag.refusals import NO_VALUE, not_given

GIVEN = [
    ("What was her ferritin?", "Ferritin was 890 ng/mL.", None),
    ("What was her ferritin?", "Her ferritin was raised.", None),
    ("What was her ferritin?", "CK was 890 U/L.", "ferritin"),
    ("How high was the ferritin?", "Her ferritin was raised.", "ferritin"),
    ("How high was the ferritin?", "Hyperferritinaemia of 1,502 ng/ml.", None),
    ("61F: CK?", "The muscle enzymes were normal.", None),
    ("61F: CK at baseline?", "Creatine kinase 8108 IU/L, LDH 900 U/L.", None),
    ("61F: CK at baseline?", "Lactate dehydrogenase was 900 U/L.", "creatine kinase"),
    ("ferritin? plts? CK?", "CK was 94 U/L.", None),
    ("What was behind the streaks? (43yo, CK 8108 IU/L)", "It was dermatomyositis.", None),
    ("ciclosporin trough level?", "Ciclosporin A was given.", "drug level"),
    ("tacrolimus trough target", "The trough level was kept at 8 ng/ml.", None),
    # Not the figure is asked for.
    ("When did the CK level fall?", "After two weeks she walked.", None),
    ("Was the CK raised?", "She was weak.", None),
    ("What did the biopsy show?", "She was weak.", None),
    ("Which drug lowered the ferritin?", "Tofacitinib was given.", None),
]


@pytest.mark.parametrize(("question", "sentence", "missing"), GIVEN)
def test_a_value_is_of_what_was_measured(question, sentence, missing) -> None:
    assert value_missing(question, [sentence]) == missing


TIMES = [
    ("How old was she?", "A 58-year-old woman had a rash.", None),
    ("How old was she?", "A woman had a rash for 3 weeks.", "age"),
    ("age/sex?", "Four girls and a boy, aged 3.3 to 9.5.", None),
    ("What happened at the age of 12?", "He relapsed.", None),
    ("How long was she followed?", "Follow-up lasted 22 months.", None),
    ("How long was she followed?", "She went home.", "time"),
    ("How fast did it settle?", "Her symptoms settled quickly.", None),
    ("How soon did it settle?", "The rash settled after two infusions.", None),
    ("Was it how long she took it that mattered (duration 3 weeks)?", "Yes.", None),
]


@pytest.mark.parametrize(("question", "sentence", "missing"), TIMES)
def test_an_age_or_a_time_must_be_in_the_answer(question, sentence, missing) -> None:
    assert time_missing(question, [sentence]) == missing


def test_one_of_the_sentences_is_enough() -> None:
    assert value_missing("Ferritin?", ["CK was 94 U/L.", "Ferritin was 890 ng/mL."]) is None


def test_a_question_for_a_value_says_which_is_missing() -> None:
    told = not_given("What was her ferritin?", ["Methotrexate 15 mg/week was given."])
    assert told is not None and told.startswith(NO_VALUE) and "ferritin" in told


@pytest.mark.parametrize(
    ("question", "words", "wrong"),
    [
        ("How long until it healed?", "400 mg/kg a day over 5 days", True),
        ("How long until it healed?", "one month", False),
        ("How fast did it act?", "rapidly", False),
        ("How long until it healed?", "the ulcers", True),
        ("Which dose was given?", "400 mg/kg a day over 5 days", False),
        ("Did it take long, or how long?", "the ulcers", False),
    ],
)
def test_a_dose_is_no_length_of_time(question: str, words: str, wrong: bool) -> None:
    assert is_no_time(question, words) is wrong


@pytest.mark.parametrize(
    ("question", "sentence", "missing"),
    [
        ("How many had a DVT on it?", "It was given twice weekly in four.", "deep vein thrombosis"),
        ("how many patients developed calcinosis?", "Eight of 38 had no steroid.", "calcinosis"),
        ("How many had a DVT on it?", "One had deep vein thrombosis.", None),
        ("how many had cancer", "An ovarian carcinoma was found in 2.", None),
        ("How many had the drug for a rash?", "It was given to nine.", None),
        ("Had she calcinosis?", "She was well.", None),
    ],
)
def test_how_many_had_a_sign_needs_that_sign(question: str, sentence: str, missing: str | None):
    """Whoever was given the drug has not had the thrombosis."""
    assert finding_missing(question, [sentence]) == missing
