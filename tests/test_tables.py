"""Tables in plain text: rows stay rows, and leave the running text."""

from __future__ import annotations

import pytest

from rag.formats.tables import mark_tables
from rag.formats.text import read_text
from rag.sentences import sentence_spans

PROSE = (
    "CASE REPORT\n\nA 56-year-old woman had an ulcer.\n\n{}\n\n"
    "She was given dapsone 100 mg daily.\n"
)
ROWS = ("Patient | CK, U/L | Outcome", "1 | 6,410 | Normal", "2 | 140 | Improved")

LAYOUTS = {
    "aligned by blanks": "Patient   CK, U/L   Outcome\n1   6,410   Normal\n2   140   Improved",
    "tabs": "Patient\tCK, U/L\tOutcome\n1\t6,410\tNormal\n2\t140\tImproved",
    "blank lines between": "Patient  CK, U/L  Outcome\n\n1  6,410  Normal\n\n2  140  Improved",
    "bars": "Patient | CK, U/L | Outcome\n1 | 6,410 | Normal\n2 | 140 | Improved",
    "Markdown": "| Patient | CK, U/L | Outcome |\n|---|:---:|---|\n| 1 | 6,410 | Normal |\n"
    "| 2 | 140 | Improved |",
}


@pytest.mark.parametrize("table", LAYOUTS.values(), ids=LAYOUTS)
def test_each_row_is_a_sentence_behind_the_body(table: str) -> None:
    """A value can be told from its neighbour, and the case goes on where it was interrupted."""
    report = read_text(PROSE.format(f"Table 1. Findings in both.\n\n{table}"), "a.txt")
    legends = next(s for s in report.sections if s.kind == "legend")
    spans = sentence_spans(report.text, legends.start, legends.end)
    assert [report.text[a:b] for a, b in spans] == ["Table 1. Findings in both.", *ROWS]
    case = next(s for s in report.sections if s.kind == "case")
    assert report.text[case.start : case.end] == (
        "A 56-year-old woman had an ulcer.\n\nShe was given dapsone 100 mg daily."
    )


NO_TABLES = {
    "one spaced line": "Dose  was  high.\nShe improved.",
    "two columns": "left side  right side\nmore left  more right",
    "a bar in prose": "P(A | B) was low.\nA | B",
    "justified prose": "She  was given\ndapsone.",
}


@pytest.mark.parametrize("text", NO_TABLES.values(), ids=NO_TABLES)
def test_prose_is_no_table(text: str) -> None:
    """Too few cells, or no second row: the words stay where they are."""
    assert mark_tables(text) == text
    report = read_text(PROSE.format(text), "a.txt")
    assert all(section.kind != "legend" for section in report.sections)
