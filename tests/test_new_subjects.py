"""A paragraph that begins with a person of its own: a name, and an age near it."""

from __future__ import annotations

import pytest

from rag.formats.new_subjects import begins_with_person, name_of, named_with_age
from rag.formats.text import read_text

PERSONS = {
    "Mr K. is a tailor. He was seen at 78 because of dysphagia.": "Mr K.",
    "Mrs O'D., 55, had a rash.": "Mrs O'D.",
    "Ms T. was in her early forties and had a rash.": "Ms T.",
    "Jonas was 6 when a rash appeared.": "Jonas",
    "Milan, whose mother teaches, had turned 13 before the rash was seen.": "Milan",
}
NOBODY = (
    "Prednisolone was 20 mg daily when the rash came back.",
    "She was 47 when the rash came back.",
    "Treatment was begun. The rash improved.",
    "Strength was 4 of 5 and CK was high.",
    "Hansen was seen at 78 by Meier et al. The rash improved.",
)


@pytest.mark.parametrize(("paragraph", "name"), PERSONS.items())
def test_a_name_with_an_age_begins_a_story(paragraph: str, name: str) -> None:
    """The age may come in the second sentence, in figures or in words."""
    assert begins_with_person(paragraph)
    assert name_of(paragraph) == named_with_age(paragraph) == name


@pytest.mark.parametrize("paragraph", NOBODY)
def test_what_is_no_name_begins_none(paragraph: str) -> None:
    """Drugs, pronouns, headings and other people's patients."""
    assert named_with_age(paragraph) is None


def test_a_paragraph_without_a_sentence_begins_nobody() -> None:
    """Blanks are what damaged files leave of a paragraph."""
    assert not begins_with_person("  ")
    assert named_with_age("  ") is None


def test_a_name_without_an_age_or_a_disease_is_not_enough() -> None:
    """An author's father, a town: nothing says that they were ill, or how old."""
    assert named_with_age("Anna had a rash for years. It itched.") is None
    assert named_with_age("Anna was 31 when she moved to Kiel. She is well.") is None


FIRST = "Jonas was 6 when a rash appeared. He was given prednisolone 20 mg daily."
SECOND = "Milan, whose mother teaches, had turned 13 before his rash was seen. He was weak."
THIRD = "Mrs. Abel, a great-aunt, is 74. Her rash disappeared under methotrexate 15 mg weekly."


def patients(*paragraphs: str, title: str = "What three families taught us") -> list[int]:
    """The patients of the sections of such a report."""
    text = f"{title}\n\nA. Author\n\nCases\n\n" + "\n\n".join(paragraphs) + "\n"
    report = read_text(text, "cases.txt")
    return [s.patient for s in report.sections if s.patient is not None]


def test_each_name_of_its_own_is_a_patient() -> None:
    """Nobody need count them before."""
    assert patients(FIRST, SECOND, THIRD) == [1, 2, 3]


def test_one_name_told_of_twice_is_one_patient() -> None:
    """The second paragraph goes on about the same boy."""
    again = "Jonas was 8 when the rash came back. He was given methotrexate 10 mg weekly."
    assert patients(FIRST, again, title="A boy with dermatomyositis") in ([], [1])


def test_histories_with_an_ordinal_are_patients() -> None:
    """'Second history. It concerns a pilot': the number alone says who begins."""
    told = (
        "First history. This baker had a rash and was weak.",
        "Second history. It concerns a pilot of 36 with a rash.",
    )
    assert patients(*told, title="Rituximab") == [1, 2]
