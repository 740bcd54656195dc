"""Response, time to response, follow-up, relapse and adverse events of one patient."""

from __future__ import annotations

import pytest
from case_stories import WOMAN, record, report

from rag.records.make import records_of

GIVEN = f"{WOMAN}Rituximab 1 g was given twice. "
RESPONSES = {
    "The rash cleared completely within 8 weeks.": "complete",
    "Complete resolution of the rash except for poikiloderma was seen.": "partial",
    "The rash improved, but the itch persisted.": "partial",
    "The rash was unchanged.": "none",
    "The rash worsened and spread to the back.": "worsened",
    "She died of pneumonia 3 months later.": "died",
}


@pytest.mark.parametrize("sentence", RESPONSES)
def test_response_and_the_sentence_it_is_judged_from(sentence):
    """The span is the whole sentence."""
    told = report(GIVEN + sentence)
    (found,) = records_of(told).cases
    assert found.response.value == RESPONSES[sentence]
    ((start, end),) = found.response.spans
    assert told.text[start:end] == sentence


@pytest.mark.parametrize("sentence", ["Her mother died of cancer.", "Her haemoglobin improved."])
def test_what_says_nothing_of_the_disease_gives_no_response(sentence):
    """A relative's death, a blood count: nothing is guessed."""
    assert record(GIVEN + sentence).response is None


def test_a_life_that_goes_on_is_a_response():
    """No sign of the disease is named; the sentence that tells of the gain is the span."""
    told = report(GIVEN + "Two months later she danced at a wedding and was well.")
    (found,) = records_of(told).cases
    assert found.response is not None and found.response.value in ("complete", "partial")
    ((start, end),) = found.response.spans
    assert told.text[start:end].startswith("Two months later")


def test_a_gain_in_words_that_no_rule_knows_is_judged_from_its_sentence():
    """Which sentence tells of it is found out by the model."""
    told = report(
        f"{GIVEN}Her sister visited her. By Easter she conducted the choir as in her best years, "
        "with not a mark on her hands. She lives in Turku."
    )
    (found,) = records_of(told).cases
    assert found.response is not None and found.response.value in ("complete", "partial")
    ((start, end),) = found.response.spans
    assert told.text[start:end].startswith("By Easter")


def test_one_gain_alone_is_weighed():
    """What else is told counts beside the only sentence that names the disease."""
    slight = "The rash became slightly paler."
    found = [record(f"{GIVEN}{more}{slight}").response for more in ("", "She drove home. ")]
    assert [one.value for one in found] == ["partial", "partial"]
    assert found[0].confidence == 0.6 != found[1].confidence


def test_time_to_response_is_that_of_the_improvement():
    """Neither the frequency of a dose nor the time until the drug was stopped."""
    found = record(
        f"{GIVEN}It was repeated every 6 months. The rash faded within 8 weeks. She is well."
    )
    assert found.time_to_response.value == "within 8 weeks"


def test_follow_up_is_the_last_visit():
    """With its words."""
    found = record(
        f"{GIVEN}The rash faded within 8 weeks. At follow-up 18 months later she was well."
    )
    assert found.follow_up.value == "18 months later"


@pytest.mark.parametrize(
    "sentence", ["There was no relapse in 2 years.", "The rash recurred after 3 months."]
)
def test_relapse_is_told_in_the_words_of_the_text(sentence):
    """That there was none is told as well."""
    assert record(GIVEN + sentence).relapse.value == sentence.rstrip(".")


def test_a_recurrence_of_the_tumour_is_no_relapse():
    """The disease is dermatomyositis."""
    assert record(f"{GIVEN}The tumour recurred after 3 months.").relapse is None


def test_adverse_events_follow_the_treatment():
    """Why a drug was stopped; not what the patient came with."""
    found = record(f"{GIVEN}Rituximab was stopped because of severe neutropenia.")
    assert [one.value for one in found.adverse_events] == ["severe neutropenia"]
    found = record("A 61-year-old woman with hypertension and headache presented with a rash.")
    assert found.adverse_events == ()
