"""After an answer from several reports: the second one, the 79-year-old."""

from __future__ import annotations

from dataclasses import replace

import pytest
from case_records import reports

from rag.chat import Casebook
from rag.conversation.among_shown import only_picks, shown_one
from rag.schema import Case, Report

SHOWN = ["alpha-2001", "beta-2002", "gamma-2003"]


def known() -> dict[str, Report]:
    """Three reports, the first of two patients."""
    found = {name: reports()[name] for name in SHOWN}
    cases = {
        "alpha-2001": (Case(number=1, age=30, sex="female"), Case(number=2, age=50, sex="male")),
        "beta-2002": (Case(number=1, age=9, sex="male"),),
        "gamma-2003": (Case(number=1, age=50, sex="female"),),
    }
    return {name: replace(one, cases=cases[name]) for name, one in found.items()}


@pytest.mark.parametrize(
    ("question", "meant"),
    [
        ("tell me more about the second one", ("beta-2002", None)),
        ("the last report?", ("gamma-2003", None)),
        ("report 3", ("gamma-2003", None)),
        ("[2]", ("beta-2002", None)),
        ("the first case: what dose?", ("alpha-2001", None)),
        ("what about the 9-year-old?", ("beta-2002", None)),
        ("and the 30-year-old woman?", ("alpha-2001", 1)),
        ("the 50-year-old woman?", ("gamma-2003", None)),
        ("the 50-year-old?", None),
        ("what about the 71-year-old?", None),
        ("the fifth one?", None),
        ("after the first dose?", None),
        ("the second patient?", None),
        ("what about the woman?", None),
        ("any side effects?", None),
    ],
)
def test_which_of_the_reports_is_meant(question: str, meant: tuple[str, int | None] | None) -> None:
    """By its place among those shown, or by an age that one patient alone has."""
    assert shown_one(question, SHOWN, known()) == meant


def test_one_report_has_no_second() -> None:
    assert shown_one("tell me about the second one", SHOWN[:1], known()) is None


@pytest.mark.parametrize(
    ("question", "alone"),
    [
        ("tell me more about the second one", True),
        ("what about the 79-year-old?", True),
        ("report 2", True),
        ("more on the last report", True),
        ("the second case: how long did it take?", False),
        ("how old was the first one?", False),
    ],
)
def test_whether_anything_is_asked_of_it(question: str, alone: bool) -> None:
    assert only_picks(question) is alone


def test_a_conversation_goes_on_about_the_second_report(casebook: Casebook) -> None:
    """It is told in short where nothing else is asked; the name stands in the question as read."""
    shown = casebook.ask("rash")
    ids = list(dict.fromkeys(citation.report_id for citation in shown.citations))
    assert len(ids) > 1
    answer = casebook.converse(["rash", "tell me more about the second one"])
    assert {citation.report_id for citation in answer.citations} == {ids[1]}
    assert answer.query.startswith("tell me more about the second one (")
