"""A remedy that no report mentions is named as missing; a known word never is."""

from __future__ import annotations

import pytest

from rag.unheard_of import unheard_of


@pytest.mark.parametrize(
    ("question", "remedy"),
    [
        ("does acupuncture do anything for the weakness?", "acupuncture"),
        ("Can homeopathy help with the rash?", "homeopathy"),
        ("is yoga any good?", "yoga"),
        ("and has turmeric been tried?", "turmeric"),
        ("does taking cbd oil help? (about: dapsone for the rash)", "cbd oil"),
    ],
)
def test_a_remedy_of_which_no_report_speaks_is_found(casebook, question: str, remedy: str):
    """Whatever the question goes on with, and whatever was talked about before."""
    assert unheard_of(casebook.library, question) == remedy


@pytest.mark.parametrize(
    "question",
    [
        "does methotrexate help?",
        "does methotrexat help?",  # a slip is no other drug
        "did it help?",
        "do most patients improve?",
        "does her skin improve?",
        "what helps?",
        "which acupuncture points help?",
        "does treatment help?",
        "does the acupuncturist help?",
    ],
)
def test_what_may_be_known_is_not_named_as_missing(casebook, question: str):
    """Drugs of the lexicon, pronouns, people, words that reports have, and other questions."""
    assert unheard_of(casebook.library, question) == ""


def test_the_refusal_names_it(casebook):
    """Another complaint's sentence is no answer."""
    answer = casebook.ask("does acupuncture do anything for the weakness?")
    assert answer.status == "abstained"
    assert "No report in this library mentions acupuncture." in answer.text
