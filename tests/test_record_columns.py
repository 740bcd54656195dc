"""A table with a column for each patient: whose cell is whose."""

from __future__ import annotations

import pytest

from rag.formats.text import read_text
from rag.records.columns import cells_of
from rag.records.make import records_of
from rag.schema import Report

TABLE = """Table 1. Patients
| | Patient 1 | Patient 2 | Patient 3 |
| Age (years) | 37 | 52 | 64 |
| Sex | F | M | F |
| Response | complete | partial | none |
"""


def report(table: str = TABLE, told: str = "In patient 2 the rash faded.") -> Report:
    """A report whose patients stand in a table and are named by number."""
    text = f"Tofacitinib in three patients\n\nA. Author\n\nThey were treated.\n\n{told}\n\n{table}"
    return read_text(text, "table.txt")


def test_each_patient_has_the_cells_of_a_column() -> None:
    """With the label of the row, and where the cell stands."""
    found = report()
    cells = cells_of(found.text)
    assert {number: [one.text for one in row] for number, row in cells.items()} == {
        1: ["37", "F", "complete"],
        2: ["52", "M", "partial"],
        3: ["64", "F", "none"],
    }
    assert [one.label for one in cells[1]] == ["Age (years)", "Sex", "Response"]
    for row in cells.values():
        assert all(found.text[slice(*one.span)] == one.text for one in row)


def test_age_and_sex_are_those_of_the_column() -> None:
    """Also of a patient whom the text does not name."""
    records = records_of(report()).cases
    read = [(one.number, one.age and one.age.value, one.sex and one.sex.value) for one in records]
    assert read == [(1, 37, "female"), (2, 52, "male"), (3, 64, "female")]


@pytest.mark.parametrize(
    "table",
    [
        "| | Patient 1 | Patient 3 |\n| Age | 37 | 52 |\n",  # a gap: whose is the other?
        "| | Group 1 | Group 2 |\n| Age | 37 | 52 |\n",
        "| | Patient 1 | Patient 2 |\n| Age | 37 |\n",  # a cell is missing
    ],
)
def test_other_tables_say_nothing_of_single_patients(table: str) -> None:
    """No number, no patient; no cell, no value."""
    assert cells_of(report(table).text) == {}


def test_months_are_parts_of_a_year() -> None:
    """'Age (months)' says so in its label."""
    table = "| | Patient 1 | Patient 2 |\n| Age (months) | 18 | 30 |\n| Sex | M | M |\n"
    records = records_of(report(table)).cases
    assert [one.age and one.age.value for one in records] == [1.5, 2.5]
