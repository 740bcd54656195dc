"""Whose death a sentence tells of."""

from __future__ import annotations

import pytest

from rag.reader.whom.relatives import death_of_a_relative

MOTHER = "A hairdresser, whose mother had died of lupus, presented with ulcers."
BOTH = "Her father died young; she died on day 29."


@pytest.mark.parametrize(
    ("question", "sentence", "relative"),
    [
        ("who died?", MOTHER, True),
        ("did she survive?", MOTHER, True),
        ("who died?", BOTH, False),
        ("who died?", "He died of respiratory failure on day 29.", False),
        ("what did her mother die of?", MOTHER, False),
        ("who died?", "Her sister died on day 29.", False),
        ("who died?", "A search was negative, although his sister had died of cancer.", True),
        ("how old was the hairdresser?", MOTHER, False),
    ],
)
def test_the_death_of_a_relative_is_not_the_patients(
    question: str, sentence: str, relative: bool
) -> None:
    assert death_of_a_relative(question, sentence) is relative
