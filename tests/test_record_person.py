"""Age and sex of the patient, not of anybody else, nor the length of a history."""

from __future__ import annotations

import pytest
from case_stories import record

AGES = {
    "A 44-year-old man presented with a rash. He was weak.": (44, "male"),
    "A retired teacher aged 71 presented with a rash. Her CK was high. She was weak.": (
        71,
        "female",
    ),
    "A woman of 36, a hairdresser, had a rash for seven months.": (36, "female"),
    "An 18-month-old girl was admitted with a rash.": (1.5, "female"),
    "A 62-year-old man with a 56-year history of psoriasis presented with a rash.": (62, "male"),
    "A 40-year-old mother of a 6-year-old boy presented with a rash.": (40, "female"),
    "The girl was 9 years old when a rash appeared.": (9, "female"),
}


@pytest.mark.parametrize("story", AGES)
def test_age_and_sex(story):
    """As the first sentence says them."""
    found = record(story)
    assert (found.age.value, found.sex.value) == AGES[story]


def test_a_history_is_no_age():
    """'A 56-year history' says how long, not how old."""
    found = record(
        "A woman with a 56-year history of psoriasis presented with a rash. She was weak."
    )
    assert found.age is None
    assert found.sex.value == "female"


def test_a_childs_age_is_not_the_patients():
    """'Her 6-year-old son' tells the son's."""
    assert record("A woman presented with a rash. Her 6-year-old son was well.").age is None


def test_an_age_has_the_words_that_say_it():
    """The span is a slice of the report's text."""
    from case_stories import report

    from rag.records.make import records_of

    told = report("A 44-year-old man presented with a rash.")
    (found,) = records_of(told).cases
    ((start, end),) = found.age.spans
    assert told.text[start:end] == "44-year-old"
    assert found.age.origin == "extracted"
