"""The course of events of one patient, from the sentences that say when."""

from __future__ import annotations

import pytest
from test_overview import items

from rag.reader.kinds.timeline import MOST_SENTENCES, asks_for_timeline, timeline

TOLD = items(
    ("A woman healed within 8 weeks.", "summary", None),
    ("In March 2013 a woman of 40 fell ill.", "case", 1),
    ("She liked dogs.", "case", 1),
    ("Dapsone was begun after 3 weeks.", "case", 1),
    ("A man was seen in 2014.", "case-2", 2),
    ("At 8 weeks she had healed.", "case", 1),
)


@pytest.mark.parametrize(
    ("question", "asks"),
    [
        ("timeline?", True),
        ("so what was the course?", True),
        ("how was the clinical course?", True),
        ("give me the timeline of the case", True),
        ("timeline for patient 2", True),
        ("what happened when?", True),
        ("in what order did things happen?", True),
        ("how long was the course of prednisone?", False),
        ("second course of rituximab?", False),
        ("course of IVIG?", False),
        ("what happened when it was stopped?", False),
    ],
)
def test_what_asks_for_the_course_of_events(question: str, asks: bool) -> None:
    """A course of a drug is none."""
    assert asks_for_timeline(question) is asks


def test_the_course_is_what_is_told_with_its_time() -> None:
    """In the order of the text, of the patient who is meant, and not the summary again."""
    assert [item.text for item in timeline(TOLD, 1)] == [
        "In March 2013 a woman of 40 fell ill.",
        "Dapsone was begun after 3 weeks.",
        "At 8 weeks she had healed.",
    ]
    assert timeline(TOLD, 2) == []


def test_a_long_course_keeps_its_beginning_and_its_end() -> None:
    """And of what lies between what answers likeliest."""
    told = items(*((f"On day {n} she was seen.", "case", 1) for n in range(12)))
    texts = [item.text for item in timeline(told, 1)]
    assert len(texts) == MOST_SENTENCES
    assert texts[0] == "On day 0 she was seen." and texts[-1] == "On day 11 she was seen."
    assert texts[1:-1] == [f"On day {n} she was seen." for n in range(7, 11)]
