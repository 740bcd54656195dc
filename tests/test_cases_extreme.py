"""The oldest and the youngest of the patients who are described alone."""

from __future__ import annotations

import pytest
from case_records import reports, shelf

from rag.cases.answering import Told, tell
from rag.cases.asking import asked_of_records
from rag.cases.ends import extreme_asked


def told(question: str) -> Told | None:
    asked = asked_of_records(question)
    assert asked is not None and asked.extreme
    return tell(asked, shelf(), reports())


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("oldest patient?", ("oldest", "")),
        ("whos the youngest kid in all of these", ("youngest", "all children")),
        ("Who was the eldest woman given IVIg?", ("oldest", "all women given IVIg")),
        ("how old is the youngest patient in the library?", ("youngest", "")),
        ("the youngest with ulcers", ("youngest", "all patients with ulcers")),
    ],
)
def test_which_end_of_whose_ages(question: str, asked: tuple[str, str]) -> None:
    """Nouns are those of several, and 'in all of these' is everybody."""
    assert extreme_asked(question) == asked


@pytest.mark.parametrize(
    "question",
    ["Which dose did the oldest patient get?", "the oldest lesion?", "and the youngest?",
     "the oldest patient in the rituximab trial?"],
)  # fmt: skip
def test_what_is_asked_of_one_patient_or_report_is_not_counted(question: str) -> None:
    """The oldest of one report is read, as is what somebody was given."""
    asked = asked_of_records(question)
    assert asked is None or asked.extreme is None


def test_the_oldest_is_named_and_cited() -> None:
    """Of how many an age is stated, and the words that give it."""
    answer = told("oldest patient?")
    assert answer is not None
    assert answer.text.splitlines()[0].startswith("The oldest of 4 single patients whose age is")
    assert answer.short_answer == "71-year-old woman"
    assert answer.table["report_id"] == ["gamma-2003"]
    assert [c.report_id for c in answer.citations] == ["gamma-2003"]


def test_the_end_of_a_part_of_them() -> None:
    """Only of those who fit what the question says of whom."""
    youngest = told("youngest woman given IVIg?")
    assert youngest is not None and youngest.short_answer == "30-year-old woman"
    assert told("youngest patient given tacrolimus?") is None
