"""English number words: their values, in order."""

from __future__ import annotations

import pytest

from rag.number_words import CARDINALS, ORDINALS, TENS, ages_in_figures, spelt


def test_cardinals_have_their_values() -> None:
    """From nought to nineteen, then the tens."""
    assert list(CARDINALS.values()) == [*range(20), *range(20, 100, 10)]
    assert (CARDINALS["zero"], CARDINALS["twelve"], TENS["forty"]) == (0, 12, 40)


def test_ordinals_are_spelt_as_they_are() -> None:
    """The irregular ones too; up to the twentieth, and the thirtieth."""
    assert list(ORDINALS.values()) == [*range(1, 21), 30]
    for word, number in {"first": 1, "fifth": 5, "twelfth": 12, "thirtieth": 30}.items():
        assert ORDINALS[word] == number


def test_a_run_of_words_is_in_order() -> None:
    """Both ends included."""
    assert spelt(2, 4) == ("two", "three", "four")


@pytest.mark.parametrize(
    ("words", "figures"),
    [
        ("a weaver of sixty-three", "a weaver of 63"),
        ("a girl of fifteen, a boy of seven", "a girl of 15, a boy of 7"),
        ("four years of age", "4 years of age"),
        ("two women of three", "two women of three"),
    ],
)
def test_ages_in_words_become_figures(words: str, figures: str) -> None:
    """Small numbers only where they are plainly an age."""
    assert ages_in_figures(words) == figures
