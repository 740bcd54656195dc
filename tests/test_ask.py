"""What of a question asks, and what only says who is meant."""

from __future__ import annotations

import pytest

from rag.reader.question.ask import asked_part, filled_in


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


@pytest.mark.parametrize(
    ("question", "query", "filled"),
    [
        (
            "And the girl?",
            "And the girl? (about: Two children on diltiazem; What did diltiazem do for the boy)",
            "What did diltiazem do for the boy?",
        ),
        ("case 2?", "case 2? (about: Two sisters: CK of case 1)", "CK of case 1?"),
        (
            "and the man?",
            "and the man? (about: Four patients: NXP2 in case 1; case 2; patient 4, man)",
            "NXP2 in case 1?",
        ),
        ("And her CK?", "And her CK? (about: A woman with ulcers; Did she relapse)", "And her CK?"),
        ("And the other?", "And the other?", "And the other?"),
        (
            "and in children?",
            "and in children? (about: Kasteler methotrexate dose)",
            "Kasteler methotrexate dose in children?",
        ),
    ],
)
def test_a_question_that_only_points_asks_what_was_asked_before(question, query, filled):
    """One that asks something of its own stays as it is, and so does one with nothing before it."""
    assert filled_in(question, query) == filled
