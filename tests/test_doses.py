"""When a question wants a dose, whose, and whether the sentences quoted give it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rag.reader.short.doses import (
    asks_for_dose,
    dosed_drugs,
    gives_the_dose,
    of_dosed_drug,
    told_doses,
    without_other_doses,
)
from rag.refusals import NO_DOSE, not_given
from rag.schema import Evidence, Passage

WANTED = (
    "dose?",
    "IVIG dose in the woman of 56?",
    "What was the initial dose?",
    "How much prednisolone did she get?",
    "MMF: dose and duration",
    "how often was it given?",
    "pred dose before/after LEF?",
    "MTX 10 mg or 15 mg?",
    "What was the dose reduced to after the second course?",
    "At what dose was she on rituximab?",
)
NOT_WANTED = (
    "What regimen worked and how fast?",
    "Tofacitinib by mouth or on the skin: any difference between big and small doses?",
    "low-dose naltrexone in ADM - how many pts?",
    "What symptoms followed the second dose?",
    "What came on top of the rash after the second AZD1222 dose?",
    "skin signs after dose 1?",
    "2nd dose when?",
    "How long before the starting steroid dose could be cut by half?",
    "classic DM on rituximab - was the dose changed?",
    "JAK inhibitor raised from 15 to 30 mg. What went wrong?",
    "What is the usual outcome on high-dose steroids?",
    "How much had been published on it before?",
    "How much evidence for tofacitinib was there?",
    "Was the steroid given in a low, medium or high dose?",
    "What is the strength of these observations?",
)


@pytest.mark.parametrize("question", WANTED)
def test_a_dose_is_wanted(question: str) -> None:
    """In the words of a clinician in a hurry, too."""
    assert asks_for_dose(question)


@pytest.mark.parametrize("question", NOT_WANTED)
def test_a_dose_is_only_spoken_of(question: str) -> None:
    """It says which treatment or what kind of dose is meant; something else is asked."""
    assert not asks_for_dose(question)


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


def test_the_doses_of_whoever_had_it_are_of_the_drug_itself() -> None:
    """What gives no dose goes, and so does what gives that of another form of the drug."""
    passage = Passage("r", "case", 0, 0, 90)
    own, none, other = (
        Evidence(passage, n, n + 1, text, 0.5)
        for n, text in enumerate(
            (
                "Intravenous immunoglobulin was given at 2 g/kg.",
                "Intravenous immunoglobulin helped.",
                "Subcutaneous immunoglobulin was given at 1.7 g/kg.",
            )
        )
    )
    assert told_doses("IVIG dose in DM?", (none, other, own)) == (own,)
    assert told_doses("IVIG dose in DM?", (none, other)) == (none, other)


def test_another_drugs_dose_is_no_further_sentence():
    """Beside the dose asked for; where there is none of that drug, its own rule says why."""
    told = [
        Evidence(Passage("r", "case", 1, 0, 500), 100 * n, 100 * n + len(text), text, 0.5)
        for n, text in enumerate(
            (
                "Methotrexate 15 mg weekly was given.",
                "Prednisone was lowered to 5 mg a day.",
                "The rash cleared.",
            )
        )
    ]
    asked = "Which dose of methotrexate?"
    assert list(without_other_doses(asked, "", told)) == [told[0], told[2]]
    assert list(without_other_doses("At what dose?", asked, told)) == [told[0], told[2]]
    assert without_other_doses("Which dose of dapsone?", "", told) == told
    beneath, vein = (
        replace(told[0], text=text)
        for text in (
            "She took subcutaneous immunoglobulin, 1.7 g/kg per month.",
            "Intravenous immunoglobulin 2 g/kg monthly was begun.",
        )
    )
    asked = "subcutaneous immunoglobulin: g/kg per month?"
    assert list(without_other_doses(asked, "", [beneath, vein])) == [beneath]
    assert without_other_doses("Did methotrexate help?", "", told) == told


def test_the_word_dose_need_not_stand_in_the_report() -> None:
    """Nor 'how often': all other words of the question must."""
    told = "Rituximab (2 x 1 g) brought her strength back."
    assert gives_the_dose("ritux dose and how often?", told, told)
    assert not gives_the_dose("ritux dose for the ulcers?", told, told)


def test_a_share_of_patients_is_no_dose() -> None:
    """The strength of an ointment is, beside its name."""
    assert not of_dosed_drug("how much prednisone?", "It occurs in only 1.5% to 8.0% of patients.")
    assert of_dosed_drug("how much prednisone?", "She took 20 mg daily, and 5% of them less.")
    assert of_dosed_drug("tacrolimus strength?", "Tacrolimus 0.1% ointment was used.")
