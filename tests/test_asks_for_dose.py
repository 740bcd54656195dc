"""When a question wants a dose, so that silence about it answers the question."""

from __future__ import annotations

import pytest

from rag.reader.asked import asks_for_dose

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
