"""Which time of a story is the time to response, and which the follow-up; the fitted weights."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from case_stories import WOMAN, report

from rag.records import timing
from rag.records.linear import chances, models, shares
from rag.records.make import records_of
from rag.records.record import CaseRecord
from rag.records.story import Sentence, stories
from rag.records.therapies import therapies
from rag.records.timing import Candidate, candidates, likeliest

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
    others = [[*reversed(names)], [*names, "no such feature"]]
    assert {chances([one], weights)[0] for one in (names, *others)} == set(
        chances([names], weights)
    )


def test_the_shares_of_responses_sum_to_one() -> None:
    """And the likeliest comes first."""
    told = [frozenset({"judged complete", "last"}), frozenset({"place 0"})]
    found = shares(frozenset({"last complete", "rule complete"}), told)
    assert sum(share for share, _, _ in found) == pytest.approx(1)
    assert found == sorted(found, reverse=True)
    assert all(sum(parts) == pytest.approx(1) for _, _, parts in found)
    assert [parts for _, _, parts in shares(frozenset({"nothing given"}), [])] == [()] * len(found)


def test_an_age_at_death_is_no_follow_up() -> None:
    """'She died at 82 years' is no time after which anybody was seen."""
    found = of("The rash cleared. She was followed and remained well, and died at 82 years.")
    assert found.follow_up is None


def test_a_time_that_is_told_twice_is_surer() -> None:
    """Equal times are one answer; a third of another length takes from it."""
    weights = {"": 0.0, "good": 1.0}
    sentence = stories(report(GIVEN))[0].sentences[0]
    said = {text: sentence_of(sentence, text) for text in ("at week 8", "within 8 weeks", "3 days")}
    once = likeliest([said["at week 8"], said["3 days"]], weights, "time to response")
    twice = likeliest([*said.values()], weights, "time to response")
    assert once is not None and twice is not None
    assert once[1] == pytest.approx(math.e / (1 + 2 * math.e))
    assert twice[0].said == "at week 8"
    assert twice[1] == pytest.approx(2 * math.e / (1 + 3 * math.e))


def sentence_of(sentence: Sentence, text: str) -> Candidate:
    """A candidate that is the whole of a sentence of these words."""
    return Candidate(replace(sentence, text=text), 0, len(text), frozenset({"good"}))


def test_a_month_after_a_preposition_is_a_time() -> None:
    """'20 mg a day' is how often; 'within a month' is when."""
    story = stories(report(GIVEN + "The rash improved within a month on 20 mg a day."))[0]
    assert [one.said for one in candidates(story, ())] == ["within a month"]


def test_a_time_knows_the_drug_before_it_and_what_the_title_is_about() -> None:
    """The ulcers of the title; the itch is something else."""
    told = report(
        GIVEN + "The itch ceased within 2 weeks. Apremilast was added, and the ulcers healed by "
        "month 3.",
        title="Ulcers in dermatomyositis",
    )
    (story,) = stories(told)
    itch, ulcers = candidates(story, therapies(story))
    assert {"not in title", "drug first", "drug before"} <= itch.treated
    assert {"in title", "drug last", "drug in sentence"} <= ulcers.treated
    assert {"first improved"} <= itch.features and {"second improved"} <= ulcers.features
