"""Headings that name a person: each begins a patient's story."""

from __future__ import annotations

import pytest

from rag.formats.person_headings import headed, names_person
from rag.formats.text import read_text
from rag.schema import Report

STORIES = {
    "The woman with ulcers of the elbows": "She was thirty and had ulcers. She was weak.",
    "A student with red hands": "He had a rash. He improved.",
}


def report(*parts: tuple[str, str], marks: str = "") -> Report:
    """A report with these headings and the paragraphs under them."""
    body = "\n\n".join(f"{marks}{heading}\n\n{told}" for heading, told in parts)
    return read_text(f"Two ways to heal\n\nA. Author\n\n{body}\n", "headed.txt")


def told_of(found: Report) -> list[tuple[int | None, str]]:
    """(patient, the last word) of each section behind the front matter."""
    return [
        (s.patient, found.text[s.start : s.end].split()[-1])
        for s in found.sections
        if s.kind not in ("front",) and found.text[s.start : s.end].endswith(".")
    ]


@pytest.mark.parametrize("marks", ["", "## "])
def test_two_headings_are_two_patients(marks: str) -> None:
    """Marked as headings, or as lines of their own; what another line heads is nobody's."""
    found = report(*STORIES.items(), ("What both have in common", "Patience."), marks=marks)
    assert told_of(found)[-3:] == [(1, "weak."), (2, "improved."), (None, "Patience.")]


def test_one_such_heading_is_a_figure_of_speech() -> None:
    """And begins nobody's story by itself."""
    (heading, told), other = STORIES.items()
    text = f"{heading}\n\n{told}"
    assert headed(text, [(0, len(heading)), (len(heading) + 2, len(text))]) == []
    alone = report((heading, told), ("What she taught us", "Patience."), marks="## ")
    assert not any(section.patient for section in alone.sections if section.heading == heading)
    both = report((heading, told), other, marks="## ")
    assert [s.patient for s in both.sections if s.heading in STORIES] == [1, 2]


@pytest.mark.parametrize(
    ("heading", "named"),
    [
        ("A grandmother who could not swallow", True),
        ("Treatment with rituximab", False),
        ("A treatment with promise", False),
        ("The patients with cancer", False),
        ("Cancer in dermatomyositis", False),
        ("The woman came back. She was weak", False),
    ],
)
def test_a_heading_names_one_person_or_none(heading: str, named: bool) -> None:
    """A person and what this person has or did."""
    assert names_person(heading) is named


def test_labels_of_sisters_begin_their_stories() -> None:
    """'Elder sister.' and 'Younger sister.' at the head of paragraphs, without a heading."""
    told = (
        "Elder sister. She had lumps, and pamidronate softened them.\n\n"
        "Younger sister. She had a plaque, and infliximab shrank it.\n\n"
        "Neither of our patients had a fracture."
    )
    found = read_text(f"Calcinosis in two sisters\n\nA. Author\n\n{told}\n", "sisters.txt")
    assert told_of(found)[-3:] == [(1, "them."), (2, "it."), (None, "fracture.")]
