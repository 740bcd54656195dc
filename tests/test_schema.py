"""Values that flow are frozen, and a passage's id is its place."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, fields, is_dataclass

import pytest

from rag import schema
from rag.schema import Case, Passage, Report

VALUES = [
    value
    for value in vars(schema).values()
    if isinstance(value, type) and is_dataclass(value) and value.__module__ == "rag.schema"
]


@pytest.mark.parametrize("value", VALUES, ids=lambda value: value.__name__)
def test_values_are_frozen_and_small(value: type) -> None:
    """Nothing that flows can be changed on its way, or carry what its type does not name."""
    made = object.__new__(value)
    with pytest.raises((FrozenInstanceError, TypeError)):
        setattr(made, fields(value)[0].name, "changed")
    assert not hasattr(made, "__dict__")


def test_the_path_has_its_values() -> None:
    """The names of the path stand in this one file."""
    names = {value.__name__ for value in VALUES}
    assert {
        "Report",
        "Section",
        "Case",
        "Passage",
        "Hit",
        "Evidence",
        "Citation",
        "Answer",
    } <= names


def test_a_passage_is_known_by_its_place() -> None:
    """Report, section and number make the id; the offsets do not."""
    assert Passage("a-1", "case-2", 3, 10, 20).id == "a-1#case-2/3"
    assert Passage("a-1", "case-2", 3, 11, 21).id == "a-1#case-2/3"


def test_a_report_counts_its_single_patients() -> None:
    """A cohort has none."""
    report = Report("a-1", "A", "", (), "a.md", "digest", "abstract")
    assert report.patients == 0
    assert Report(**{**{f.name: getattr(report, f.name) for f in fields(report)},
                     "cases": (Case(1), Case(2))}).patients == 2  # fmt: skip
