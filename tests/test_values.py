"""A dose or a measured value is asked for, and another one, or none, is quoted."""

from __future__ import annotations

import pytest

from rag.reader.asked import asks_for_dose
from rag.reader.patients import described
from rag.reader.reader import Reading
from rag.reader.subject import dosed_drugs, of_dosed_drug, on_subject, unmentioned
from rag.reader.values import time_missing, value_missing
from rag.refusals import NO_DOSE, NO_VALUE, NOTHING_UNKNOWN, not_given, refusal
from rag.schema import Report

TEXT = "Prednisolone was tapered to 5 mg on alternate days."
REPORT = Report("r", "r", TEXT, (), "r.txt", "user file", "full text")

GIVEN = [
    ("What was her ferritin?", "Ferritin was 890 ng/mL.", None),
    ("What was her ferritin?", "Her ferritin was raised.", None),
    ("What was her ferritin?", "CK was 890 U/L.", "ferritin"),
    ("How high was the ferritin?", "Her ferritin was raised.", "ferritin"),
    ("How high was the ferritin?", "Hyperferritinaemia of 1,502 ng/ml.", None),
    ("61F: CK?", "The muscle enzymes were normal.", None),
    ("61F: CK at baseline?", "Creatine kinase 8108 IU/L, LDH 900 U/L.", None),
    ("61F: CK at baseline?", "Lactate dehydrogenase was 900 U/L.", "creatine kinase"),
    ("ferritin? plts? CK?", "CK was 94 U/L.", None),
    ("What was behind the streaks? (43yo, CK 8108 IU/L)", "It was dermatomyositis.", None),
    # Not the figure is asked for.
    ("When did the CK level fall?", "After two weeks she walked.", None),
    ("Was the CK raised?", "She was weak.", None),
    ("What did the biopsy show?", "She was weak.", None),
    ("Which drug lowered the ferritin?", "Tofacitinib was given.", None),
]


@pytest.mark.parametrize(("question", "sentence", "missing"), GIVEN)
def test_a_value_is_of_what_was_measured(question, sentence, missing) -> None:
    assert value_missing(question, [sentence]) == missing


TIMES = [
    ("How old was she?", "A 58-year-old woman had a rash.", None),
    ("How old was she?", "A woman had a rash for 3 weeks.", "age"),
    ("age/sex?", "Four girls and a boy, aged 3.3 to 9.5.", None),
    ("What happened at the age of 12?", "He relapsed.", None),
    ("How long was she followed?", "Follow-up lasted 22 months.", None),
    ("How long was she followed?", "She went home.", "time"),
    ("How fast did it settle?", "Her symptoms settled quickly.", None),
    ("Was it how long she took it that mattered (duration 3 weeks)?", "Yes.", None),
]


@pytest.mark.parametrize(("question", "sentence", "missing"), TIMES)
def test_an_age_or_a_time_must_be_in_the_answer(question, sentence, missing) -> None:
    assert time_missing(question, [sentence]) == missing


def test_one_of_the_sentences_is_enough() -> None:
    assert value_missing("Ferritin?", ["CK was 94 U/L.", "Ferritin was 890 ng/mL."]) is None


DOSED = [
    ("dose of tacrolimus after methotrexate had failed?", {"tacrolimus"}),
    ("What strength of tacrolimus ointment, as MTX 15 mg failed?", {"topical tacrolimus"}),
    ("methotrexate dose before rituximab?", {"methotrexate"}),
    ("How much oral prednisolone did the woman on IVIG take?", {"prednisolone"}),
    ("Which dose worked, methotrexate or azathioprine?", {"methotrexate", "azathioprine"}),
]


@pytest.mark.parametrize(("question", "drugs"), DOSED)
def test_whose_dose_is_asked_for(question: str, drugs: set[str]) -> None:
    """The drug beside the word; in doubt all that are named."""
    found = dosed_drugs(question)
    assert found & drugs
    others = {"methotrexate", "rituximab", "intravenous immunoglobulin", "azathioprine"} - drugs
    assert not found & others


def test_a_question_that_states_a_dose_asks_for_none() -> None:
    assert not asks_for_dose("JAK inhibitor raised from 15 to 30 mg. What went wrong?")
    assert asks_for_dose("upadacitinib mg?") and asks_for_dose("How many mg did she take?")


def test_no_drug_of_the_question_in_any_report_is_said_so() -> None:
    """A way of giving steroids may be told of by the drug's name; another drug may not."""
    told = {"r": REPORT}
    assert on_subject("The cousin's oral steroid?", told) == {"r"}
    assert on_subject("Which steroid pulses?", told) == {"r"}
    assert unmentioned("The cousin's oral steroid?", told) == ()
    assert unmentioned("Why was ciclosporin stopped?", told) == ("ciclosporin",)
    assert unmentioned("Did he relapse?", told) == ()
    reading = Reading((), (), 0.9, described("patient 3"), 0.5)
    said = refusal("Why was ciclosporin stopped?", reading, told, NOTHING_UNKNOWN)
    assert said is not None and "mentions ciclosporin" in said


def test_another_drugs_dose_is_no_answer() -> None:
    question = "What strength of tacrolimus ointment did she use when MTX had failed?"
    mtx, ointment = "Methotrexate 15 mg/week was given.", "Tacrolimus 0.1% ointment was applied."
    assert not of_dosed_drug(question, mtx) and of_dosed_drug(question, ointment)
    assert of_dosed_drug(question, "It was applied as 0.1% twice daily.")
    assert of_dosed_drug("Prednisolone dose?", "Steroids were begun at 60 mg daily.")
    assert not_given(question, [mtx]) == NO_DOSE
    assert not_given(question, [mtx, ointment]) is None
    assert not_given("At what dose?", [mtx], "What was her ointment?") is None
    assert not_given("At what dose?", [mtx], "Did tacrolimus ointment help?") == NO_DOSE
    assert not_given("MTX dose?", [mtx], "Did tacrolimus ointment help?") is None
    told = not_given("What was her ferritin?", [mtx])
    assert told is not None and told.startswith(NO_VALUE) and "ferritin" in told
