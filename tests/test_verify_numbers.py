"""`rag.verify.numbers`, `.frequency`, `.units`: what a number is a number of."""

from __future__ import annotations

import pytest

from rag.verify.frequency import frequencies
from rag.verify.numbers import quantities


def read(text: str) -> list[tuple[float, str, float | None]]:
    return [(q.value, q.unit, q.high) for q in quantities(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 g", [(1000, "mg", None)]),
        ("2 g per kg body weight", [(2000, "mg/kg", None)]),
        ("29 133 U/l", [(29.133, "u/ml", None)]),
        ("1,289", [(1289, "", None)]),
        ("twenty-one weeks", [(147, "day", None)]),
        ("a fortnight", [(14, "day", None)]),
        ("one year", [(12, "month", None)]),
        ("2.5-30 mg", [(2.5, "mg", 30)]),
        ("between 5 and 8 ng/mL", [(5e-6, "mg/ml", 8e-6)]),
        ("from 27 to 8", [(27, "", 8)]),
        ("months 1 and 7", [(1, "month", None), (7, "month", None)]),
        ("1 x 10^6 cells/kg", [(1e6, "cells/kg", None)]),
        ("anti-MDA5, IL-6 and CD19", []),
    ],
)
def test_values_come_in_base_units(text, expected):
    """Equal things are equal numbers, names are none."""
    found = read(text)
    assert [(pytest.approx(v), u, h and pytest.approx(h)) for v, u, h in expected] == found


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("a 47-year-old woman", "age"),
        ("a boy of 12", "age"),
        ("aged 74", "age"),
        ("for 12 years", "time"),
        ("in 1995", "year"),
        ("12 of them", "count"),
    ],
)
def test_an_age_is_no_duration(text, kind):
    """The same figure in another role is another fact."""
    assert [q.kind for q in quantities(text)][0] == kind


@pytest.mark.parametrize(
    ("text", "bound"), [("over 20 mg", "up"), ("up to 20 mg", "down"), ("20 mg", ""),
                        ("20 mg or more", "up"), ("fewer than 20%", "down")],
)  # fmt: skip
def test_bounds(text, bound):
    """'Over 20 mg' is not '20 mg'."""
    assert quantities(text)[0].bound == bound


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        ("60 mg daily", "1/day"),
        ("60 mg a day", "1/day"),
        ("10 mg/day", "1/day"),
        ("1 g bid", "2/day"),
        ("1 g two times a day", "2/day"),
        ("1 g tds", "3/day"),
        ("once a week", "1/week"),
        ("every other week", "every 14 day"),
        ("fortnightly", "every 14 day"),
        ("every four weeks", "every 28 day"),
        ("on alternate days", "every 2 day"),
        ("three times a week", "3/week"),
        ("monthly", "1/month"),
    ],
)
def test_frequencies_have_one_spelling(text, rate):
    """Latin, English and figures."""
    assert [f.rate for f in frequencies(text)] == [rate]


def test_four_weeks_are_not_a_month():
    """Only exact equalities count."""
    assert read("4 weeks") != read("1 month")
