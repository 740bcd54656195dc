"""Reports that are named for their words: signs and antibodies of series, figures of anything."""

from __future__ import annotations

from case_stories import report

from rag.cases.said import can_be_worded, said_in, worded
from rag.cases.wish import wish

V_SIGN = wish("feature", "V sign")
FERRITIN = wish("feature", "ferritin")


def test_what_is_denied_is_not_said() -> None:
    """'No V sign' names nobody."""
    assert ("said", "v sign") in said_in(report("A V sign was seen in 8 of 14."))
    assert ("said", "v sign") not in said_in(report("There was no V sign."))


def test_the_sentence_that_says_it_is_found() -> None:
    """The first that says all that was asked."""
    told = report("They were ill. A V sign was seen in 8 of 14.")
    span = worded(told, [V_SIGN])
    assert span is not None and told.text[slice(*span)].startswith("A V sign")


def test_what_is_measured_needs_its_figure() -> None:
    """'Ferritin was measured' tells no value."""
    assert worded(report("Ferritin was measured in all."), [FERRITIN]) is None
    assert worded(report("Ferritin was 2,400 ng/mL in all."), [FERRITIN]) is not None


def test_responses_and_absences_are_not_read_from_words() -> None:
    """Only what a sentence can say of a group."""
    assert can_be_worded([V_SIGN])
    assert not can_be_worded([V_SIGN, wish("response", "complete")])
    assert not can_be_worded([wish("feature", "rash", absent=True)])
    assert not can_be_worded([])
