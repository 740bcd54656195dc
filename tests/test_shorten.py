"""The short answer is a slice that says all of it, or there is none."""

from __future__ import annotations

import pytest

from rag.reader.short.shorten import says_dose, short_answer

CLEAR = (
    ("IVIG dose?", "She had five daily doses of 400 mg/kg of immunoglobulin.",
     "five daily doses of 400 mg/kg"),
    ("dose?", "Immunoglobulin 1 g/kg per day on 2 days in a row, repeated every month.",
     "1 g/kg per day on 2 days in a row, repeated every month"),
    ("dose?", "Thiosulfate 12.5 g intravenously, three times a week, over half an hour.",
     "12.5 g intravenously, three times a week"),
    ("which dose?", "Dapsone 100 mg daily led to clearing.", "100 mg daily"),
    ("dose?", "Dapsone 100 mg daily was given for six months.", "100 mg daily"),
    ("how long?", "A 61-year-old woman improved after 4 weeks.", "after 4 weeks"),
    ("how old were they?", "11 of 25 were girls, with a median age of 9 years.", "9 years"),
    ("how old?", "A 3.5-year-old girl had ulcers.", "3.5-year-old"),
    ("how often?", "It was applied twice daily for 2 months.", "twice daily"),
)  # fmt: skip

UNCLEAR = (
    ("dose?", "Prednisolone 30 mg/day and methotrexate 15 mg/week were given."),
    ("dose?", "She got 400 mg/kg; the course was repeated every month."),
    ("dose?", "Dapsone 100 mg and, every week, methotrexate were given."),
    ("dose?", "The 1% cream was rubbed in."),
    ("when?", "He was 61 years old and died."),
    ("how long?", "It healed in 2 weeks and came back after 3 months."),
    ("how old?", "11 of 25 were girls."),
    ("why?", "It was stopped at 5 mg."),
)


@pytest.mark.parametrize(("question", "sentence", "slice_"), CLEAR)
def test_one_clear_thing_is_taken_whole(question, sentence, slice_):
    """With its frequency and duration, and never more than the sentence has."""
    assert short_answer(question, sentence) == slice_
    assert slice_ in sentence


@pytest.mark.parametrize(("question", "sentence"), UNCLEAR)
def test_half_an_answer_is_no_answer(question, sentence):
    """Two doses, a frequency in another clause, an age taken for a duration: nothing is said."""
    assert short_answer(question, sentence) is None


@pytest.mark.parametrize(
    ("sentence", "dose"),
    [
        ("They were treated mainly with immunoglobulin (75%) and methotrexate (50%).", False),
        ("Treatment: immunoglobulin infusions in 75%, methotrexate in 50%.", False),
        ("Methotrexate side effects: 6 (86%) and 1 (33%).", False),
        ("Tacrolimus 0.1% was used.", True),
        ("A 25% sodium thiosulfate preparation was tried.", True),
        ("The 1% cream was rubbed in.", True),
        ("Methotrexate 15 mg helped 40% of them.", True),
        ("Monthly infusions were given.", True),
        ("Two courses of immunoglobulin were given.", True),
    ],
)
def test_a_share_of_patients_is_no_dose(sentence: str, dose: bool) -> None:
    """A strength has the drug or its form beside it."""
    assert says_dose(sentence) is dose
