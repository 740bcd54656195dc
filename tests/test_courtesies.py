"""Courtesies ask nothing, and a question behind one is asked without it."""

from __future__ import annotations

import pytest

from rag.conversation.courtesies import NOTHING_ASKED, asking, asks_nothing, corrects, question_in
from rag.conversation.turns import turn
from rag.schema import Turn


@pytest.mark.parametrize(
    "said",
    [
        "ok",
        "Thanks!",
        "great, thank you very much.",
        "I see",
        "Hello!",
        "that's all, bye",
        "thx :)",
        "help",
        "What can you do?",
        "how does this work?",
    ],
)
def test_a_courtesy_asks_nothing(said: str) -> None:
    """However many there are in a row."""
    assert asks_nothing(said) and question_in(said) == said


@pytest.mark.parametrize(
    "said",
    [
        "why?",
        "good response?",
        "ok dose?",
        "no rash?",
        "fine needle biopsy",
        "great toe ulcers",
        "what can you do for calcinosis?",
        "how does rituximab work?",
    ],
)
def test_words_of_courtesy_in_a_question_are_its_own(said: str) -> None:
    """'Good response?' asks for the response."""
    assert not asks_nothing(said) and question_in(said) == said


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("thx. what about the girl?", "what about the girl?"),
        ("ok, and the dose?", "and the dose?"),
        ("Great, thanks! Did he relapse?", "Did he relapse?"),
        ("thanks and the other one?", "and the other one?"),
        ("no i meant the older woman", "the older woman"),
        ("No, I mean after the jab", "after the jab"),
        ("sorry, not him, the girl", "the girl"),
        ("hi, which drugs cleared the nails?", "which drugs cleared the nails?"),
    ],
)
def test_what_is_left_is_the_question(said: str, left: str) -> None:
    """Without the politeness, and without what only says that something was misunderstood."""
    assert question_in(said) == left


def test_a_correction_is_known() -> None:
    """'I meant' says that the last answer was about somebody else."""
    assert corrects("ok, no I meant the boy") and corrects("no, the boy")
    assert not corrects("what did he mean?") and not corrects("no rash?")


def test_a_courtesy_is_no_part_of_a_conversation() -> None:
    """What is asked next goes on with the question before it."""
    turns = [Turn("CK?", "CK?", ("a",)), Turn("ok thanks", "ok thanks", ())]
    assert asking(turns) == turns[:1]


def test_the_product_answers_no_courtesy(casebook) -> None:
    """No sentence of a report is an answer to thanks, and the talk goes on behind them."""
    first = casebook.ask("How were the skin ulcers of the woman treated?")
    thanks = casebook.ask("great, thanks!", history=[turn(first)])
    assert (thanks.status, thanks.text, thanks.citations, thanks.hits) == (
        "abstained", NOTHING_ASKED, (), (),
    )  # fmt: skip
    after = casebook.ask("thx. and her age?", history=[turn(first), turn(thanks)])
    assert after.question == "thx. and her age?"
    assert after.query.startswith("and her age? (about: How were the skin ulcers")
