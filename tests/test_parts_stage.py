"""Two questions in one, asked of a library: each is answered, in one report."""

from __future__ import annotations

import rag.read_stage
from rag.reader.question.asked import asks_for_several


def test_both_parts_are_answered_from_one_report(casebook):
    """Read as one question, the drugs that had failed were left out."""
    answer = casebook.ask(
        "the man with anti-MDA5: which drugs had failed, and what did rituximab do?"
    )
    quotes = " ".join(c.quote for c in answer.citations)
    assert {c.report_id for c in answer.citations} == {"ogawa-2017-rituximab-mda5"}
    assert "cyclophosphamide" in quotes and "remission" in quotes
    assert [c.number for c in answer.citations] == list(range(1, len(answer.citations) + 1))


def test_the_part_that_is_there_is_given_and_the_other_one_named(casebook):
    """The report has no dose of acitretin."""
    answer = casebook.ask("Did acitretin help in Wong-type dermatomyositis? And what dose?")
    assert answer.status == "answered"
    assert any("citretin" in c.quote for c in answer.citations)
    *_, last = answer.text.splitlines()
    assert last.startswith(("Dose", "No dose"))


def test_what_names_nothing_in_any_part_is_sent_back(casebook):
    """And so is the whole."""
    answer = casebook.ask("Any side effects and how long?")
    assert answer.status == "abstained"
    assert answer.text.startswith("Which drug, patient or report is meant?")


def test_several_reports_are_asked_as_one(casebook):
    """Of reports that have a thing, no first one is the one that is meant."""
    question = "Which reports describe rituximab, and what did it do?"
    assert asks_for_several(question)
    assert casebook.ask(question).status == "answered"


def test_a_second_report_stands_beside_no_part(casebook, monkeypatch):
    """The parts are joined in one report: another one would leave them unread."""
    told, kept = [], rag.read_stage.extract

    def extract(*known, one_report):
        told.append(one_report)
        return kept(*known, one_report=one_report)

    monkeypatch.setattr(rag.read_stage, "extract", extract)
    casebook.ask("the man with anti-MDA5: which drugs had failed, and what did rituximab do?")
    assert (len(told), set(told)) == (3, {True})
    told.clear()
    casebook.ask("What did rituximab do in the man with anti-MDA5?")
    assert told == [False]
