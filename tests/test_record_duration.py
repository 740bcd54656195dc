"""Times in a sentence, and what only looks like one."""

from __future__ import annotations

import pytest

from rag.records.duration import parse_time, same_time, times

READ = {
    "over the next 2 weeks": (2, "week"),
    "within a week": (1, "week"),
    "at 18 months": (18, "month"),
    "by the twelfth week": (12, "week"),
    "by week 12": (12, "week"),
    "on day 9": (9, "day"),
    "after the third infusion": (3, "infusion"),
    "an 8-year history": (8, "year"),
    "two years thereafter": (2, "year"),
    "half a year": (0.5, "year"),
    "half an hour": (0.5, "hour"),
    "a year and a half": (1.5, "year"),
    "one and a half years": (1.5, "year"),
    "1½ years": (1.5, "year"),
    "two-to-three weeks later": (2, "week"),
    "half a dozen weeks": (6, "week"),
    "the following week": (1, "week"),
    "day +90": (90, "day"),
    "after 3 mths": (3, "month"),
}


@pytest.mark.parametrize("said", READ)
def test_a_time_is_a_number_and_a_unit(said):
    """In figures or words, cardinal or ordinal."""
    assert parse_time(said) == READ[said]


@pytest.mark.parametrize("said", ["a 9-year-old girl", "8 years old", "in May 2013", "CK 160 U/L"])
def test_an_age_or_a_date_is_no_time(said):
    """'A 9-year-old' lasted nothing."""
    assert times(said) == ()


def test_a_time_takes_its_preposition_along():
    """The words of the record are those of the text, 'within' and 'later' included."""
    said = "She improved within 3 weeks, and 18 months later she was well."
    assert [said[t.start : t.end] for t in times(said)] == ["within 3 weeks", "18 months later"]


def test_a_time_far_behind_its_sentences_start_takes_its_preposition_along():
    """However long the sentence is."""
    said = "She was seen, " * 100 + "and within 3 weeks of treatment she was well."
    (time,) = times(said)
    assert said[time.start : time.end] == "within 3 weeks of treatment"


def test_equal_times_in_other_units():
    """A year is twelve months of thirty days here; infusions are not days."""
    assert same_time((12, "month"), (1, "year"))
    assert same_time((2, "week"), (14, "day"))
    assert not same_time((2, "infusion"), (2, "day"))
    assert not same_time(None, None)
