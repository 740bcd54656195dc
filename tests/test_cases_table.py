"""Tables of patients: cells, files for spreadsheets, and groups."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest
from case_records import RECORDS, shelf

from rag.cases.charts import response_matrix, response_rows, timeline, timeline_rows
from rag.cases.grouping import days, group_key, grouped, spelling, time_words
from rag.cases.sheet import to_excel
from rag.cases.table import (
    COLUMNS,
    chosen_columns,
    defused,
    row_of,
    table_of,
    to_csv,
    to_markdown,
)
from rag.cases.wish import wish
from rag.cases.wording import group_words
from rag.errors import FilterError
from rag.records.record import Share

WOMAN, MAN = RECORDS["alpha-2001"].cases
BOY = RECORDS["beta-2002"].cases[0]
SERIES = RECORDS["delta-2004"].groups[0]


def test_a_group_is_told_by_how_it_fared():
    """Not by how many of it were girls, though that stands first; else by what there is."""
    span = SERIES.outcomes[0]
    girls = replace(span, value=Share("11 of 25 were girls", 11, 25))
    better = replace(span, value=Share("Rash improved in 9 of 25", 9, 25))
    assert "improved" in group_words(replace(SERIES, outcomes=(girls, better)))
    assert "girls" in group_words(replace(SERIES, outcomes=(girls,)))


def test_a_patients_row():
    """Values in words; what is not reported is empty, the response says so."""
    row = row_of(WOMAN, [3])
    assert set(row) == set(COLUMNS)
    assert (row["age"], row["sex"], row["treatment"]) == (30, "female", "IVIg 2 g/kg")
    assert (row["features"], row["response"], row["citations"]) == ("skin ulcer", "complete", [3])
    assert row_of(MAN)["response"] == "not reported"
    assert row_of(BOY)["prior"] == "IVIg"
    assert row_of(BOY)["absent"] == "muscle weakness"


def test_a_groups_row():
    """Size and outcomes; no patient number."""
    row = row_of(SERIES)
    assert (row["patient"], row["group"], row["size"]) == (None, 1, 12)
    assert row["outcomes"] == "improved 7 of 12"


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =cmd|' /C calc'!A0"])
def test_no_cell_is_a_formula(text):
    """Spreadsheets compute what begins with these signs; a quote before it stops that."""
    assert defused(text).startswith("'")
    written = to_csv({"a": [text]})
    assert list(csv.reader(io.StringIO(written)))[1][0].startswith("'")


def test_numbers_stay_numbers():
    """A negative number is no formula."""
    assert (defused(-5), defused(3.5), defused(None)) == ("-5", "3.5", "")


def test_csv_reads_back():
    """Commas, quotes and line breaks in a cell harm no row."""
    table = {"a": ['x, "y"', "two\nlines"], "b": [1, [2, 3]]}
    rows = list(csv.reader(io.StringIO(to_csv(table))))
    assert rows == [["a", "b"], ['x, "y"', "1"], ["two lines", "2, 3"]]


def test_markdown_escapes_markup():
    """A bar or link in a value is no column and no link."""
    text = to_markdown({"a": ["x|y", "[l](http://e.org) <b> `c`"]})
    assert text.splitlines()[2] == "| x\\|y |"
    assert "\\[l\\](http" in text
    assert "\\<b\\>" in text


def test_excel_reads_back():
    """Openpyxl finds the values; what looks like a formula is words, control signs are gone."""
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(to_excel({"a": ["=1+1", "x\x07y"], "age": [30, None]})))
    rows = list(book.active.iter_rows(values_only=True))
    assert rows == [("a", "age"), ("=1+1", 30), ("xy", None)]
    assert book.active["A2"].data_type == "s"


def test_columns_are_chosen_by_name():
    """In the order given, each once; an unknown one is refused with the known ones."""
    assert chosen_columns("age, report-id,age") == ("age", "report_id")
    with pytest.raises(FilterError, match="no column 'weight'"):
        chosen_columns("age,weight")


def test_rows_become_columns():
    """All of one length."""
    table = table_of([row_of(WOMAN), row_of(MAN)], ("age", "sex"))
    assert table == {"age": [30, 50], "sex": ["female", "male"]}


def test_groups_by_treatment():
    """Counts, reports, responses, and the median of the stated times."""
    found = shelf()
    cases = found.cases(found.patients())
    first, second = grouped(cases, "treatment")
    assert first.value == "intravenous immunoglobulin"
    assert (len(first.patients), first.reports) == (3, ("alpha-2001", "gamma-2003"))
    assert first.responses == {"complete": 1, "died": 1, "not reported": 1}
    assert (first.days, first.timed) == (14.0, 1)
    assert (second.value, second.days) == ("rituximab", 21.0)


def test_groups_by_another_key():
    """Who has no such value stands under 'not reported', last."""
    found = shelf()
    cases = found.cases(found.patients())
    assert [g.value for g in grouped(cases, "antibody")] == ["anti-mda5", "not reported"]
    assert [g.value for g in grouped(cases, "age group")] == ["adult", "child", "elderly"]


def test_an_unknown_key_is_refused():
    """With the known ones."""
    assert group_key("Treatments") == "treatment"
    assert group_key("age-group") == "age group"
    with pytest.raises(FilterError, match="--group-by colour"):
        group_key("colour")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("2 days for pain, then weeks", 2.0),
        ("within a week", 7.0),
        ("8-12 weeks", 70.0),
        ("three months", 91.32),
        ("1 year", 365.25),
        ("soon", None),
    ],
)
def test_times_in_days(words, expected):
    """The first time that is stated; a range counts by its middle."""
    assert days(words) == (pytest.approx(expected) if expected else None)


def test_times_for_people():
    """In the unit that suits."""
    assert [time_words(d) for d in (2.0, 70.0, 91.32, None)] == [
        "2 days",
        "10 weeks",
        "3 months",
        "",
    ]


def test_treatments_by_response():
    """The matrix holds each count; the chart is a valid Vega-Lite one with the same numbers."""
    found = shelf()
    cases = found.cases(found.patients([wish("drug", "IVIg")]))
    rows = response_rows(cases)
    assert {"treatment": "rituximab", "response": "partial", "patients": 1} in rows
    drawn = response_matrix(cases).to_dict()
    assert rows in list(drawn["datasets"].values())
    assert "not rates" in drawn["title"]


def test_groups_are_written_as_people_write_them():
    """Values are compared in lower case; charts and tables show the lexicon's name."""
    assert spelling("anti-mda5") == "anti-MDA5"
    assert spelling("rituximab") == "rituximab"
    assert spelling("a drug that nobody knows") == "a drug that nobody knows"
    found = shelf()
    cases = found.cases(found.patients([wish("antibody", "anti-MDA5")]))
    assert "anti-MDA5" in {row["antibody"] for row in response_rows(cases, "antibody")}
    # As the page asks: by the values as they are spelt in the table of groups.
    rows = response_rows(cases, "antibody", ["anti-MDA5"])
    assert {row["antibody"] for row in rows} == {"anti-MDA5"}


def test_a_patients_course():
    """What came before, what was given, the response at its time."""
    rows = timeline_rows(BOY)
    assert [row["lane"] for row in rows] == ["before", "treatment", "response"]
    assert rows[0]["end"] == 0.0
    assert not rows[0]["timed"]
    assert (rows[2]["start"], rows[2]["timed"]) == (21.0, True)
    assert timeline(BOY).to_dict()["title"] == "beta-2002#patient/1"
