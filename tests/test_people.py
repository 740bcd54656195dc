"""rag.formats.people: lines of authors are names, whatever stands around and in them."""

from __future__ import annotations

import pytest

from rag.formats.people import names


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("Jane A. Roe, John Doe", ("Jane A. Roe", "John Doe")),
        ("By Jane Roe1,2*, John Doe3 and Ann Poe", ("Jane Roe", "John Doe", "Ann Poe")),
        ("John Roe, MD, and Jane Doe, PhD", ("John Roe", "Jane Doe")),
        ("J Roe MD, K Doe MSc", ("J Roe", "K Doe")),
        ("van der Torre P, Roe J", ("van der Torre P", "Roe J")),
        ("De Vries M, ter Braak K", ("De Vries M", "ter Braak K")),
        # Initials that look like degrees, among names with initials at their end.
        ("Roe JK, Mohd Said MS, George MD", ("Roe JK", "Mohd Said MS", "George MD")),
        ("Stoica LE, Vîlcea AM, Ciurea RN", ("Stoica LE", "Vîlcea AM", "Ciurea RN")),
    ],
)
def test_names_come_without_what_stands_around_them(line: str, found: tuple[str, ...]) -> None:
    """Marks, degrees and 'By' go; particles and initials are part of the name."""
    assert names([line]) == found


@pytest.mark.parametrize(
    "line",
    ["", "Heliotrope Rash, Muscle Weakness", "Department of Dermatology", "the great, the small"],
)
def test_a_line_of_anything_else_has_no_names(line: str) -> None:
    """Topics, addresses and plain words are nobody."""
    assert names([line]) == ()
