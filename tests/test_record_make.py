"""The whole package over the shipped reports and hand-made ones: laws that every record keeps."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from importlib.resources import files
from pathlib import Path

import pytest

from rag.formats import read_file
from rag.formats.text import read_text
from rag.records.make import records_of
from rag.records.record import Field
from rag.records.story import stories

TWO = """Two patients with dermatomyositis

A. Author

Case 1
A 50-year-old man with a rash took methotrexate 15 mg weekly. The rash cleared within 6 weeks.

Case 2
A 30-year-old woman with a rash took dapsone 100 mg daily, unlike the first. It was unchanged.

Discussion
Rituximab 1 g was given by Smith et al. to 8 patients, who improved within 3 weeks.
"""


def _fields(value):
    """All fields with a span anywhere in a record."""
    if isinstance(value, Field):
        yield value
    if is_dataclass(value):
        for one in fields(value):
            yield from _fields(getattr(value, one.name))
    if isinstance(value, tuple):
        for one in value:
            yield from _fields(one)


def test_patients_do_not_share_drugs():
    """Each has what his or her own section says; the discussion's literature is nobody's."""
    first, second = records_of(read_text(TWO, "two.txt")).cases
    assert [one.drug.value for one in first.therapies] == ["methotrexate"]
    assert [one.drug.value for one in second.therapies] == ["dapsone"]
    assert second.id == "two#patient/2"


def test_a_letter_without_headings_has_its_patient():
    """When only one age is told, the text is about that patient."""
    letter = (
        "Dapsone in dermatomyositis\n\nWe report one patient. The patient was a 67-year-old woman "
        "with a rash. Dapsone 100 mg daily cleared it. Smith treated a 30-year-old man likewise.\n"
    )
    report = read_text(letter, "letter.txt")
    (found,) = records_of(report).cases
    assert (found.age.value, found.number) == (67, 1)


TABLE = """Six patients with dermatomyositis

Results

Patients 1 and 2 took tacrolimus. Azathioprine 50 mg daily was stopped. Patient 1 was weak. Her rash
cleared. In patient 2 the dose was 4 mg.

Table 1. The patients

Patient   Sex/age   Drug

1   F/33   tacrolimus

2   M/47   dapsone
"""


def test_a_table_tells_patients_apart_where_no_section_does():
    """Its rows number them, the text names them; a sentence goes on about the last one named."""
    first, second = records_of(read_text(TABLE, "table.txt")).cases
    assert [(one.age.value, one.sex.value) for one in (first, second)] == [
        (33, "female"), (47, "male"),
    ]  # fmt: skip
    assert [one.drug.value for one in first.therapies] == ["tacrolimus"]
    assert sorted(one.drug.value for one in second.therapies) == ["dapsone", "tacrolimus"]


def test_nobody_is_made_up():
    """A text without a patient has no record."""
    assert records_of(read_text("A guideline\n\nUse dapsone with care.\n", "g.txt")).cases == ()


def test_every_span_is_a_place_in_the_text_and_every_run_the_same():
    """On a dozen shipped digests: in bounds, in order, never empty; twice the same."""
    folder = Path(str(files("corpus"))) / "reports"
    for path in sorted(folder.glob("*.md"))[:12]:
        report, _ = read_file(path)
        records = records_of(report)
        assert records == records_of(report)
        for field in _fields(records):
            assert 0 <= field.confidence <= 1
            assert all(0 <= a < b <= len(report.text) for a, b in field.spans), path.name


def test_a_story_holds_no_sentence_of_another_patient():
    """Sentences of the patients' own sections do not overlap."""
    first, second = stories(read_text(TWO, "two.txt"))
    assert {one.span for one in first.sentences}.isdisjoint(one.span for one in second.sentences)


def test_a_story_without_an_age_has_its_patient():
    """One pronoun runs through the text, and nobody is spoken of in the plural."""
    text = (
        "Calcinosis\n\nA. Torvik\n\nThe patient, a law student, had lumps at her elbows. "
        "She took prednisone 10 mg daily. Her pain eased. She was followed for a year.\n"
    )
    (found,) = records_of(read_text(text, "letter.txt")).cases
    assert [one.drug.value for one in found.therapies] == ["prednisone"]


def test_a_text_about_patients_in_general_has_none():
    """Even where a pronoun speaks of one now and then."""
    text = (
        "Calcinosis: an overview\n\nA. Torvik\n\nPatients with lumps often suffer. The patient may "
        "lose her sleep. Most patients take prednisone. Many patients improve.\n"
    )
    assert records_of(read_text(text, "letter.txt")).cases == ()


SEVERAL = """Two patients with dermatomyositis

Case 1

A 40-year-old woman was weak. She took methotrexate 15 mg weekly.

Her strength returned in May. Prednisone was tapered.

{more}

Case 2

A 50-year-old man had a rash. He took dapsone 100 mg daily.
"""


@pytest.mark.parametrize(
    "more",
    [
        "Cleo, a girl of 9, was next. She was given tacrolimus 2 mg daily.",
        "Jonas was 6 when he stumbled. He was given tacrolimus 2 mg daily.",
        "In patient 2 the rash faded when tacrolimus 2 mg daily was added.",
    ],
)
def test_a_section_that_runs_on_into_somebody_elses_story_ends_there(more):
    """Another name and another age, or another number."""
    first, _ = records_of(read_text(SEVERAL.format(more=more), "two.txt")).cases
    assert [one.drug.value for one in first.therapies] == ["methotrexate", "prednisone"]


@pytest.mark.parametrize(
    "more",
    [
        "At 41 she was given tacrolimus 2 mg daily.",
        "A 4-year-old son is well. Tacrolimus 2 mg daily was added.",
        "Mrs. A., a woman of 40, was given tacrolimus 2 mg daily.",
        "Strength was 30 points. Tacrolimus 2 mg daily was added.",
    ],
)
def test_a_section_goes_on_with_its_own_patient(more):
    """The same age, a relative's, or none."""
    first, _ = records_of(read_text(SEVERAL.format(more=more), "two.txt")).cases
    assert "tacrolimus" in [one.drug.value for one in first.therapies]
