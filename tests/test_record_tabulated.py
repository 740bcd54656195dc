"""Tables whose rows are patients, or drugs: what they say of a patient is in the record."""

# ruff: noqa: E501  (a table's head is one line)

from __future__ import annotations

import pytest
from case_stories import report as single

from rag.formats.text import read_text
from rag.records.columns import given_to_the_only, rows_of
from rag.records.make import records_of
from rag.records.record import CaseRecord

HEAD = "| Patient | Age/sex | Antibody | Prednisolone | Other drugs | Response | Time to response | Follow-up (months) |"
ROWS = f"""Table 1. Patients
{HEAD}
| 1 | 67/F | TIF1-gamma | 60 mg daily | azathioprine 100 mg daily | complete | 6 weeks | 12 |
| 2 | 72/M | negative | none | IVIG | partial | 3 weeks | 30 |
"""
LADDER = """Table 1. Treatments that she was given.
| Drug | Dose | Response |
| Hydroxychloroquine | 400 mg/day | none |
| Methotrexate | 20 mg/week | lost its effect |
| Tofacitinib | 5 mg twice daily | clearance |
"""


def patients(table: str) -> tuple[CaseRecord, ...]:
    """The records of a report that has nothing but a table to tell its patients by."""
    text = f"Dysphagia in two patients\n\nA. Author\n\nThey were treated.\n\n{table}"
    return records_of(read_text(text, "rows.txt")).cases


def given(record: CaseRecord) -> dict[str, tuple[str, bool]]:
    """Drug → its dose as said, and whether it came before."""
    return {
        one.drug.value: (one.dose.value.said if one.dose else "", one.prior)
        for one in record.therapies
    }


def test_a_row_gives_its_patient_what_its_columns_are_about() -> None:
    """A drug in the label, or in the cell; 'none' is none."""
    first, second = patients(ROWS)
    assert given(first) == {
        "prednisolone": ("60 mg daily", False),
        "azathioprine": ("100 mg daily", False),
    }
    assert [*given(second)] == ["intravenous immunoglobulin"]
    assert [f.name for f in first.findings if f.kind == "antibody"] == ["anti-TIF1-γ"]
    assert not [f for f in second.findings if f.kind == "antibody"]


def test_a_row_gives_response_and_times() -> None:
    """A bare figure has the unit of its label."""
    first, second = patients(ROWS)
    assert [one.response and one.response.value for one in (first, second)] == [
        "complete",
        "partial",
    ]
    assert [one.time_to_response and one.time_to_response.value for one in (first, second)] == [
        "6 weeks",
        "3 weeks",
    ]
    assert [one.follow_up and one.follow_up.value for one in (first, second)] == [
        "12 months",
        "30 months",
    ]


def test_every_value_of_a_table_has_its_place_in_the_text() -> None:
    """The drug's is its label and its cell."""
    found = read_text(f"Two patients\n\nA. Author\n\nThey were treated.\n\n{ROWS}", "rows.txt")
    prednisolone = next(
        one for one in records_of(found).cases[0].therapies if one.drug.value == "prednisolone"
    )
    assert [found.text[a:b] for a, b in prednisolone.drug.spans] == ["Prednisolone", "60 mg daily"]
    assert prednisolone.dose is not None
    assert [found.text[a:b] for a, b in prednisolone.dose.spans] == ["60 mg daily"]


@pytest.mark.parametrize(
    "table",
    [
        ROWS.replace("Patient |", "Patient | Author |", 1)
        .replace("| 1 |", "| 1 | Lee |")
        .replace("| 2 |", "| 2 | Roe |"),  # the cases of others
        ROWS.replace("| 2 |", "| 3 |"),  # a gap
        ROWS.replace("| Patient |", "| Week |"),  # no patients
    ],
)
def test_other_tables_have_no_row_for_each_patient(table: str) -> None:
    """Whose they are is not said."""
    assert rows_of(read_text(f"A title\n\nText.\n\n{table}", "rows.txt").text) == {}


def test_a_list_of_drugs_is_that_of_the_only_patient() -> None:
    """All but the last came before; the doses of the table complete those of the text."""
    story = "A woman of 44 had dermatomyositis. Tofacitinib cleared the rash. See Table 1."
    (record,) = records_of(single(f"{story}\n\n{LADDER}")).cases
    assert given(record) == {
        "tofacitinib": ("5 mg twice daily", False),
        "hydroxychloroquine": ("400 mg/day", True),
        "methotrexate": ("20 mg/week", True),
    }


@pytest.mark.parametrize(
    "table",
    [
        LADDER.replace("Treatments that she was given.", "Usual doses."),
        LADDER.replace("| Response |", "| Reference |"),
        LADDER.replace("| Drug |", "| Visit |"),
        LADDER.replace("Treatments that she was given.", "Drugs.").replace("Response", "Class"),
    ],
)
def test_a_list_that_does_not_say_that_they_were_given_is_nobodys(table: str) -> None:
    """What is usual, what others wrote, what a drug is."""
    assert given_to_the_only(read_text(f"A title\n\nText.\n\n{table}", "t.txt").text) == ()


def test_what_the_text_tells_goes_before_the_table() -> None:
    """Its dose is not overwritten."""
    story = "A woman of 44 had dermatomyositis. She was given tofacitinib 11 mg daily."
    (record,) = records_of(single(f"{story}\n\n{LADDER}")).cases
    assert given(record)["tofacitinib"][0] == "11 mg daily"
