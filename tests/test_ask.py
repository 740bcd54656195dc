"""What of a question asks, and what only says who is meant."""

from __future__ import annotations

import pytest

from rag.reader.ask import asked_part


@pytest.mark.parametrize(
    ("question", "part"),
    [
        ("Ulcer pt on IVIG: LDH?", "LDH?"),
        ("46F, dapsone - how much?", "how much?"),
        ("In the man with ulcers, what was the dose?", "what was the dose?"),
        ("A woman had ulcers. She was given IVIG. Did they heal?", "Did they heal?"),
        ("Did the rash clear (46F, dapsone)?", "Did the rash clear ?"),
        ("Did the rash clear?", "Did the rash clear?"),
        ("dose of dapsone", "dose of dapsone"),
        ("Anti-MDA5 patient: CK?", "CK?"),
        ("What was the dose? Asking for a talk.", "What was the dose?"),
        ("anti-TIF1-gamma, dose?", "anti-TIF1-gamma, dose?"),
        ("(?)", "(?)"),
        ("", ""),
    ],
)
def test_the_asking_part(question, part):
    """Setting, patient and small talk fall away; a hyphen inside a name parts nothing."""
    assert asked_part(question) == part
