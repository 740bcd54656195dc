"""One of several doses of a drug is no short answer by itself."""

from __future__ import annotations

import pytest

from rag.reader.short.misleading import misleads
from rag.reader.short.several_doses import is_one_of_several_doses

BY_WEIGHT = (
    "Dose: below 25 kg (n=11) 2.5 mg twice daily; 25 kg or more (n=14) 5 mg twice daily; "
    "one child needed 7.5 mg twice daily."
)
TWO_DRUGS = "Prednisolone 30 mg daily was given; methotrexate 15 mg weekly was added."
BY_PERSON = "The woman took dapsone 100 mg daily; the girl took 50 mg daily."


@pytest.mark.parametrize(
    ("question", "sentence", "stretch", "misleading"),
    [
        ("tofacitinib dose in children under 25 kg", BY_WEIGHT, "7.5 mg twice daily", True),
        ("tofacitinib dose in children under 25 kg", BY_WEIGHT, "5 mg twice daily", True),
        ("what dose did one child need?", BY_WEIGHT, "7.5 mg twice daily", False),
        ("dose of methotrexate?", TWO_DRUGS, "15 mg weekly", False),
        ("dose of dapsone?", BY_PERSON, "100 mg daily", True),
        ("which dose of dapsone did the girl take?", BY_PERSON, "50 mg daily", False),
        (
            "dose of dapsone?",
            "Dapsone was raised from 50 mg to 100 mg daily.",
            "100 mg daily",
            False,
        ),
        ("who took dapsone?", BY_PERSON, "the girl took 50 mg daily", False),
    ],
)
def test_which_dose_is_whose(question: str, sentence: str, stretch: str, misleading: bool) -> None:
    """Unless the question has the words that tell this dose from the others."""
    start = sentence.index(stretch)
    end = start + len(stretch)
    assert is_one_of_several_doses(question, sentence, start, end) is misleading
    if misleading:
        assert misleads(question, sentence, start, end)
