"""What a question names and the report that is nearest never speaks of."""

from __future__ import annotations

import pytest
from drafted import FIVE, answer, evidence, report

from rag.reader.kinds.aspects import said_of, untold
from rag.refusals import NOT_ANSWERED
from rag.schema import Passage

TOLD = "She was 41 and weak. CK was 900 U/L. Tacrolimus 3 mg was given. The rash cleared in May."

UNTOLD = [
    ("was an echo done?", "echocardiography"),
    ("lipids on tacrolimus?", "lipids"),
    ("Did they rebiopsy?", "a biopsy"),
    ("tac level?", "a trough or blood level"),
    ("61F on tacrolimus: did she pull through?", "whether the patient lived"),
    ("What did the anti-Ro52 test show?", "anti-Ro52"),
    ("How high was ferritin?", "ferritin"),
    ("EMG and MRI?", "electromyography"),
    ("Which organism grew?", "an organism"),
    ("skin phototype?", "skin phototype"),
    # One of two is told of; or there are other words for it.
    ("CK and ferritin?", None),
    ("What was her CK?", None),
    ("How long until the rash cleared?", None),
]


@pytest.mark.parametrize(("question", "missing"), UNTOLD)
def test_what_is_told_of_nowhere_is_named(question: str, missing: str | None) -> None:
    assert untold(question, [TOLD]) == missing


HINTED = [
    ("was an echo done?", "The heart was normal."),
    ("What did the autopsy find?", "She died in May."),
    ("lipids?", "A statin was given for hypercholesterolaemia."),
    ("Did it come back?", "She has remained well."),
    ("What of her anti-MDA5?", "Anti-MDA5 dermatomyositis was diagnosed."),
    ("anti-SAE titre?", "4 | F/71 | SAE | dysphagia"),
    ("ANA?", "Antinuclear antibodies were found."),
    ("CK?", "The muscle enzymes were raised."),
    ("smoking status?", "He was a non-smoker."),
    ("Was calcinosis seen?", "Hard lumps came up."),
    ("hair?", "The scalp was red."),
]


@pytest.mark.parametrize(("question", "told"), HINTED)
def test_a_report_that_may_tell_of_it_is_not_called_silent(question: str, told: str) -> None:
    assert untold(question, [told]) is None


def test_only_what_is_said_of_the_patient_and_of_nobody_counts() -> None:
    """Another patient's biopsy is none of hers; the discussion is about all."""
    one = report("a", {"Case 1": "She had a biopsy.", "Case 2": "He smoked.", "Discussion": "CK."})
    read = [
        Passage("a", s.slug, 1, s.start, s.end, patient=number)
        for s, number in zip(one.sections, (1, 2, None), strict=True)
    ]
    assert untold("biopsy?", said_of(one, 1, read)) is None
    assert untold("biopsy?", said_of(one, 2, read)) == "a biopsy"
    assert untold("biopsy?", said_of(one, None, read)) is None
    assert untold("CK?", said_of(one, 2, read)) is None
    # What was not read may be about her.
    assert untold("biopsy?", said_of(one, 2, read[1:])) is None


def test_the_refusal_names_the_report_and_what_it_does_not_speak_of() -> None:
    """However likely the nearest sentence seems."""
    one = report("a", {"Case": TOLD})
    item = evidence(one, "CK was 900 U/L.", 0.99)
    draft = answer("Was an echo done?", [one], item)
    assert draft.status == "abstained"
    assert "nearest (Kim 2011, a): echocardiography." in draft.text
    assert answer("CK?", [one], item).status == "answered"


def test_a_question_for_several_reports_is_not_measured_by_one() -> None:
    one = report("a", {"Case": TOLD})
    draft = answer("Which reports tell of smoking?", [one], evidence(one, "CK was 900 U/L.", 0.9))
    assert "Not spoken of" not in draft.text


def test_of_several_reports_none_of_which_is_meant_the_nearest_is_not_named() -> None:
    """Where silence is likely anyway; and not where another of them speaks of the thing."""
    one, two = report("a", {"Case": TOLD}), report("b", {"Case": FIVE})
    three = report("c", {"Case": "Smoking was denied."})
    item, other = evidence(one, "CK was 900 U/L.", 0.2), evidence(two, "CK fell.", 0.1)
    draft = answer("does smoking matter?", [one, two], item, other, answerable=-1.0)
    assert draft.text.startswith("None of the reports that were found speaks of smoking.")
    third = evidence(three, "Smoking was denied.", 0.05)
    draft = answer("does smoking matter?", [one, two, three], item, other, third, answerable=-1.0)
    assert draft.text == NOT_ANSWERED
