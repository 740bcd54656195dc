"""A table with a column for each patient: whose cell is whose."""

# ruff: noqa: E501  (a table's row is one line)

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


def test_one_paragraph_that_names_two_patients_of_a_table_is_not_about_one() -> None:
    """'Patient 1 …. In patient 2 …': each has the column, the drug and the outcome of its own."""
    table = (
        "| | Patient 1 | Patient 2 |\n| Age (years) | 44 | 58 |\n| Methylprednisolone pulse | "
        "1 g x 3 | 500 mg x 3 |\n| Prednisolone (mg/day) | 40 | 50 |\n| Fungal prophylaxis | none | "
        "itraconazole 200 mg daily |\n| Tofacitinib | yes | not given |\n| Outcome | remission | died |\n"
    )
    told = "Patient 1 breathed room air on day 19. In patient 2 voriconazole 200 mg was given."
    first, second = records_of(report(table, told)).cases
    doses = [
        {one.drug.value: one.dose.value.said if one.dose else "" for one in record.therapies}
        for record in (first, second)
    ]
    assert doses == [
        {"methylprednisolone": "1 g", "prednisolone": "40 mg/day", "tofacitinib": ""},
        {
            "voriconazole": "200 mg",
            "methylprednisolone": "500 mg",
            "prednisolone": "50 mg/day",
            "itraconazole": "200 mg daily",
        },
    ]
    assert [one.response and one.response.value for one in (first, second)] == ["complete", "died"]
