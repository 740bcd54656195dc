"""A half-answered question is told which half is missing."""

from __future__ import annotations

import pytest

from rag.reader.short.halves import half_missing, things_asked, told_missing

DOSE = "Dapsone 100 mg daily was given."
ASKED = (
    ("dose and duration?", [DOSE], ("duration",)),
    ("dose & how long?", [DOSE, "It was kept for six months."], ()),
    ("Which dose, and by what route?", [DOSE], ("route",)),
    ("dose/route?", ["Dapsone 100 mg daily was given by mouth."], ()),
    ("How often, and for how long?", ["It was given twice daily."], ("duration",)),
    ("age and sex?", ["A 61-year-old patient was seen."], ("sex",)),
    ("age and sex?", ["A 61-year-old woman was seen."], ()),
    # one thing alone, or nothing of either: no half
    ("dose?", ["It was kept for six months."], ()),
    ("dose and duration?", ["She improved."], ()),
    ("What happened to the rash and the ulcers?", ["The rash cleared."], ()),
)


@pytest.mark.parametrize(("question", "sentences", "missing"), ASKED)
def test_the_half_that_no_sentence_gives_is_named(question, sentences, missing):
    """Only where another half is given, and only what a pattern can see."""
    assert half_missing(question, sentences) == missing


def test_things_are_asked_side_by_side():
    """'How long' in a question about a dose alone is no second thing without a joint."""
    assert things_asked("what dose and how often") == ("dose", "schedule")
    assert things_asked("dose for how long") == ()


def test_what_the_source_lacks_is_told_from_what_the_sentences_lack():
    """A digest says what its abstract does not give; of anything else only the sentences speak."""
    words = told_missing(("route", "duration"), ("route",), "the abstract that was read")
    assert words == (
        "Not in the abstract that was read: route. Not reported in these sentences: duration."
    )
    assert told_missing((), ("route",), "the abstract") == ""
