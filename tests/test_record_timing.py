"""Which time of a story is the time to response, and which the follow-up; the fitted weights."""

from __future__ import annotations

import pytest
from case_stories import WOMAN, report

from rag.records import timing
from rag.records.linear import likelihood, models, shares
from rag.records.make import records_of
from rag.records.record import CaseRecord

GIVEN = WOMAN + "She was given prednisone 60 mg daily. "


def of(text: str) -> CaseRecord:
    """The record of a short story."""
    (found,) = records_of(report(GIVEN + text)).cases
    return found


def test_the_first_improvement_and_the_last_visit() -> None:
    """Each by its words; the span holds them."""
    told = report(
        GIVEN + "The rash improved within 6 weeks and cleared at 5 months. Prednisone was reduced. "
        "At the last visit, 3 years later, she was well without relapse."
    )
    (found,) = records_of(told).cases
    assert found.time_to_response is not None and "6 weeks" in found.time_to_response.value
    assert found.follow_up is not None and "3 years" in found.follow_up.value
    for field in (found.time_to_response, found.follow_up):
        ((start, end),) = field.spans
        assert told.text[start:end] == field.value


def test_no_time_is_guessed() -> None:
    """A history and a dose interval are neither."""
    found = of("She had had a rash for 6 years. The drug was given every 4 weeks.")
    assert found.time_to_response is None
    assert found.follow_up is None


def test_a_time_that_is_not_sure_enough_is_not_given(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same sentence, a threshold on either side of its likelihood."""
    told = "The rash improved within 6 weeks."
    sure = of(told).time_to_response
    assert sure is not None and sure.confidence is not None
    monkeypatch.setitem(timing.THRESHOLD, "time to response", sure.confidence + 0.01)
    assert of(told).time_to_response is None


def test_weights_are_summed_without_regard_to_order() -> None:
    """The same features give the same likelihood; unknown ones count nothing."""
    weights = models("follow-up")["yes"]
    names = sorted(weights)[:40]
    assert likelihood(names, weights) == likelihood(reversed(names), weights)
    assert likelihood([*names, "no such feature"], weights) == likelihood(names, weights)


def test_the_shares_of_responses_sum_to_one() -> None:
    """And the likeliest comes first."""
    found = shares(frozenset({"last complete", "rule complete"}), "response")
    assert sum(share for share, _ in found) == pytest.approx(1)
    assert found == sorted(found, reverse=True)


def test_an_age_at_death_is_no_follow_up() -> None:
    """'She died at 82 years' is no time after which anybody was seen."""
    found = of("The rash cleared. She was followed and remained well, and died at 82 years.")
    assert found.follow_up is None
