"""rag.formats.patients: age and sex, where the first sentence about a patient says them plainly."""

from __future__ import annotations

import subprocess
import sys

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
        ("2.1. History. A 58-year-old woman came.", 58, "female"),
        ("Presentation. A 58-year-old woman came.", 58, "female"),
        ("Nobody came. A 58-year-old woman left.", None, None),
    ],
)
def test_age_and_sex_are_those_of_the_first_sentence(
    sentence: str, age: int | None, sex: str | None
) -> None:
    """What is not said plainly stays empty."""
    assert age_and_sex(sentence) == (age, sex)


RULED = """
from rag.formats.patients import age_and_sex
for line in ("-" * 560, " -" * 280, "a-" * 280, ", " * 280, "- " * 280, "'-" * 280):
    assert age_and_sex(f"The first, a 44-year-old {line}") == (44, None), line
"""


def test_a_ruled_line_behind_an_age_is_read() -> None:
    """It was tried in so many ways that a text of four thousand characters never ended.

    In a process of its own, which can be ended: this one would wait for ever.
    """
    done = subprocess.run(
        [sys.executable, "-c", RULED], timeout=120, capture_output=True, text=True
    )
    assert done.stderr == ""


def test_words_between_age_and_sex_may_be_joined_or_set_off() -> None:
    """By hyphens, commas and dashes."""
    assert age_and_sex("A 44-year-old, previously-healthy Japanese woman") == (44, "female")
    assert age_and_sex("A 61-year-old - retired - man") == (61, "male")
    assert age_and_sex("A 40-year-old mother of a boy") == (40, None)
