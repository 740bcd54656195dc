"""What the next question needs to know of an answer."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rag.conversation.turns import turn
from rag.refusals import NO_DOSE, NO_VALUE, NOT_ANSWERED
from rag.schema import Answer, Hit, Passage


def declined(text: str, *reports: str) -> Answer:
    """A refusal whose nearest passages are of these reports."""
    hits = tuple(
        Hit(Passage(name, "s", number, 0, 5, "case"), "text", 1.0, {})
        for number, name in enumerate(reports)
    )
    return Answer(
        question="Antibody?", query="Antibody?", status="abstained", text=text,
        short_answer=None, citations=(), hits=hits, engine="extractive", notice="",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("near", "about"),
    [
        (("ito-2001", "ono-2003", "ito-2001"), ("ito-2001",)),
        (("ito-2001", "ono-2003"), ("ito-2001",)),
        (("ito-2001", "ono-2003", "ono-2003"), ()),
        ((), ()),
    ],
)
def test_silence_is_about_the_report_that_is_nearest(near, about) -> None:
    """Where the first passage is of the report that most are of."""
    assert turn(declined(NOT_ANSWERED, *near)).report_ids == about


def test_other_refusals_are_about_no_report_but_one_that_they_name() -> None:
    """Advice, an unknown drug: nothing was looked for in the reports that happen to be near."""
    assert turn(declined(NO_DOSE, "ito-2001", "ito-2001")).report_ids == ()
    named = "Dose: not in the abstract (Ono 2003, ono-2003)."
    assert turn(declined(named, "ito-2001", "ono-2003")).report_ids == ("ono-2003",)
    noted = replace(declined(NOT_ANSWERED, "ito-2001"), text=f"{NOT_ANSWERED} More.")
    assert turn(noted).report_ids == ("ito-2001",)


def test_a_value_that_is_not_given_is_missing_of_the_nearest_report() -> None:
    """'CK?', no value of it, 'and ferritin?': the same patient's."""
    assert turn(declined(f"{NO_VALUE}: creatine kinase.", "ito-2001")).report_ids == ("ito-2001",)


@pytest.mark.parametrize(
    ("patients", "meant"), [((1, None), 1), ((1, 2), None), ((None,), None), ((2, 2), 2)]
)
def test_what_is_said_of_nobody_in_particular_changes_not_whom_it_is_about(
    casebook, patients, meant
) -> None:
    """'And the other two?' after an answer that also quotes the discussion."""
    answer = casebook.ask("What was the response to rituximab?")
    one = replace(answer.citations[0], of_several=True)
    cited = tuple(replace(one, patient=number) for number in patients)
    assert turn(replace(answer, citations=cited)).patient == meant


def test_what_follows_is_about_the_first_of_two_reports(casebook) -> None:
    """The other one's patient 2 is not the first one's."""
    answer = casebook.ask("What was the response to rituximab?")
    first = replace(answer.citations[0], of_several=True, patient=None)
    other = replace(first, report_id="another", patient=2)
    found = turn(replace(answer, citations=(first, other)))
    assert (found.report_ids, found.patient) == ((first.report_id, "another"), None)
