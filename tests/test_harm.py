"""What tells of harm and of whose, and what denies it."""

from __future__ import annotations

import pytest

from rag.cases.blamed import of_another_drug
from rag.cases.facets import of_case
from rag.cases.quoting import fields_for
from rag.cases.wish import Wish
from rag.cases.wording import case_words
from rag.formats.markdown import read_markdown
from rag.formats.text import read_text
from rag.records.harm import denies_harm, harm_of
from rag.records.make import records_of

REPORT = """---
id: a-report
title: "Subcutaneous immunoglobulin"
authors: []
journal: "J"
year: 2020
article_type: case report
basis: abstract
cases:
  - age: 8
    sex: female
    subtype: juvenile DM
    antibodies: []
    features: [rash, FEATURE]
    prior_treatments: [{drug: PRIOR, dose: "", route: ""}]
    treatment: [{drug: subcutaneous immunoglobulin, dose: "", route: ""}]
    response: partial
    time_to_response: ""
    follow_up: ""
    adverse_events: "EVENTS"
---

## Case
A girl of 8 with juvenile dermatomyositis had systemic reactions to intravenous immunoglobulin.
Subcutaneous immunoglobulin was given. The rash faded, with a very low rate of adverse effects.
"""


def record(feature="fever", prior="methotrexate", events=""):
    text = REPORT.replace("FEATURE", feature).replace("PRIOR", prior).replace("EVENTS", events)
    (found,) = records_of(read_markdown(text, "a-report.md")).cases
    return found


@pytest.mark.parametrize(
    "words",
    [
        "no adverse events",
        "none noted",
        "well tolerated",
        "infusions were generally well tolerated",
        "described as safe",
        "the abstract calls the adverse-effect rate of the method very low",
        "a very low rate of adverse effects",
        "without any side effects",
    ],
)
def test_words_that_deny_harm(words):
    """However they put it, nothing befell anybody."""
    assert denies_harm(words)


@pytest.mark.parametrize(
    "words",
    [
        "not tolerated",
        "not well tolerated",
        "no side effects apart from nausea",
        "no serious adverse events but mild headache",
        "low platelets",
        "lowered blood pressure",
        "nausea",
        "systemic corticosteroid not tolerated",
    ],
)
def test_words_that_tell_of_harm(words):
    """Even where they begin with a denial."""
    assert not denies_harm(words)


@pytest.mark.parametrize(
    ("words", "drugs"),
    [
        ("systemic reactions to intravenous immunoglobulin", {"intravenous immunoglobulin"}),
        ("intravenous immunoglobulin (not tolerated)", {"intravenous immunoglobulin"}),
        ("allergy to hydroxychloroquine", {"hydroxychloroquine"}),
        ("response to rituximab", set()),
        ("a reaction, and then methotrexate", set()),
        ("rash after methotrexate", set()),
    ],
)
def test_whose_harm_words_tell_of(words, drugs):
    """A reaction to a drug is its harm; what came after it need not be."""
    assert harm_of(words) == drugs


def test_a_reaction_noted_as_a_feature_is_an_adverse_event():
    """With the words of the text, beside what the author noted as adverse."""
    found = record("systemic reactions to intravenous immunoglobulin", events="a very low rate")
    assert [one.value for one in found.adverse_events] == [
        "a very low rate",
        "systemic reactions to intravenous immunoglobulin",
    ]
    assert found.adverse_events[1].supported
    assert ("adverse", "any") in of_case(found)


def test_a_drug_noted_as_not_tolerated_did_harm():
    """Unless an event that was noted already tells of it."""
    prior = "intravenous immunoglobulin (not tolerated)"
    assert [one.value for one in record(prior=prior, events="none").adverse_events] == [
        "none",
        prior,
    ]
    told = record(prior=prior, events="fever under intravenous immunoglobulin")
    assert len(told.adverse_events) == 1


def test_a_denial_of_harm_is_no_adverse_event():
    """Neither in a count nor in the words of an answer."""
    found = record(events="a very low rate of adverse effects")
    assert ("adverse", "none") in of_case(found)
    assert ("adverse", "any") not in of_case(found)
    asked = Wish("adverse", "an adverse event", ("any",))
    assert "low rate" not in case_words(found, [asked])


def test_a_denial_beside_the_harm_of_another_drug():
    """It is neither quoted as harm, nor does it make the harm the drug's that was praised."""
    events = ("a very low rate of adverse effects", "reactions to intravenous immunoglobulin")
    found = record(events="; ".join(events))
    asked = Wish("adverse", "an adverse event", ("any",))
    assert [one.value for one in fields_for(found, asked)] == [events[1]]
    whole = {"a-report": read_markdown(REPORT.replace("PRIOR", "methotrexate"), "a-report.md")}
    assert of_another_drug(found, frozenset({"methotrexate"}), whole)
    assert not of_another_drug(found, frozenset({"intravenous immunoglobulin"}), whole)


def test_a_reaction_to_a_drug_is_read_from_a_text():
    """In its own words; a reaction that did not come is none."""
    told = """A case

Case report

A 40-year-old woman with a rash took methotrexate 15 mg weekly. She had an allergic reaction to
hydroxychloroquine and no reaction to quinacrine. The rash cleared.
"""
    (found,) = records_of(read_text(told, "one.txt")).cases
    assert [" ".join(one.value.split()) for one in found.adverse_events] == [
        "allergic reaction to hydroxychloroquine"
    ]
