"""rag.formats.cells: cells that span rows and columns, honest or not."""

from __future__ import annotations

import pytest

from rag.formats.cells import Cell, grid, span


def test_spans_are_filled_so_that_each_row_stands_alone() -> None:
    rows = [
        [Cell("Patient", 1, 2), Cell("CK", 2)],
        [Cell("before"), Cell("after")],
        [Cell("1"), Cell("900"), Cell("90")],
        [Cell("Adults", 3)],
        [Cell("2", 1, 0), Cell("x", 0, 1)],
    ]
    assert grid(rows) == [
        ["Patient", "CK", "CK"],
        ["Patient", "before", "after"],
        ["1", "900", "90"],
        ["Adults"],
        ["2"],
    ]


def test_a_table_that_claims_a_thousand_columns_is_cut() -> None:
    wide = grid([[Cell("a", 1000, 1000)], [Cell("b", 1000, 1000), Cell("c")], [Cell("d")]])
    assert max(map(len, wide)) <= 60


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("2", 2),
        (" 2", 1),
        ("0", 1),
        ("-3", 1),
        ("9999999", 1000),
        ("9" * 5000, 1),
        ("²", 1),
        (None, 1),
    ],
)
def test_a_span_is_a_small_number(said: str | None, number: int) -> None:
    assert span(said) == number
