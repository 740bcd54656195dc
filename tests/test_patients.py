"""rag.formats.patients: age and sex, where the first sentence about a patient says them plainly."""

from __future__ import annotations

import pytest

from rag.formats.patients import age_and_sex


@pytest.mark.parametrize(
    ("sentence", "age", "sex"),
    [
        ("A 33 year-old woman with a rash came.", 33, "female"),
        ("A 9-month-old boy came.", 0, "male"),
        ("An 18-month-old girl came.", 1, "female"),
        ("A 56-year-old Japanese woman came.", 56, "female"),
        ("A previously healthy man, 45 years old, came.", 45, "male"),
        ("A woman aged 62 years came.", 62, "female"),
        ("The 40-year-old mother of a boy came.", 40, None),
        ("A woman came with a man.", None, None),
        ("A man came. He was a 30-year-old baker.", None, "male"),
        ("After 5 years a rash came.", None, None),
    ],
)
def test_age_and_sex_are_those_of_the_first_sentence(
    sentence: str, age: int | None, sex: str | None
) -> None:
    """What is not said plainly stays empty."""
    assert age_and_sex(sentence) == (age, sex)
