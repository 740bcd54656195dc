"""A question that names nothing is sent back where there are many reports."""

from __future__ import annotations

import pytest

from rag.reader.whom.unspecific import names_nothing


@pytest.mark.parametrize(
    "question",
    ["any side effects and how long?", "What dose?", "Did it work?", "outcome?", "is it bad?"],
)
def test_who_names_nothing_can_mean_anybody(question):
    """Only words that ask, and that point at nothing in sight."""
    assert names_nothing(question)


@pytest.mark.parametrize(
    "question",
    [
        "dose of IVIG?",
        "Kuwano: dose?",
        "side effects in children?",
        "did the woman respond?",
        "how long did the 12-year-old take it?",
        "what happened to the baby?",
        "what do the authors conclude?",
        "outcome of patient 2?",
        "calcinosis, what was given?",
    ],
)
def test_a_drug_a_sign_a_person_or_any_other_word_is_something(question):
    """A word that only some reports have finds them."""
    assert not names_nothing(question)
