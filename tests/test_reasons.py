"""A question for a reason: whether a sentence gives one, and what that does to the answer."""

from __future__ import annotations

import numpy as np
import pytest

import rag.reader.reader
from rag.reader.reasons import reason_told

WHY = "Why was azathioprine stopped?"


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("Because of two carcinomas of the ear azathioprine was ended.", 1.0),
        ("Azathioprine had been planned, but the enzyme was deficient.", 1.0),
        ("The authors attribute this to the dose.", 1.0),
        ("Azathioprine 100 mg daily was added in May.", -1.0),
        ("He keeps bees in the north.", -1.0),
    ],
)
def test_a_reason_is_known_by_its_words(sentence: str, told: float) -> None:
    """What was done is not why."""
    assert reason_told(WHY, sentence) == told


def test_other_questions_ask_for_none() -> None:
    """A dose needs no because."""
    for sentence in ("Because of fever 10 mg were given.", "She took 10 mg."):
        assert reason_told("What dose of azathioprine?", sentence) == 0.0


def test_a_best_sentence_without_a_reason_makes_silence_likelier(casebook, monkeypatch) -> None:
    """It is the sentence that both readings put first that is looked at."""
    question = "Why was rituximab given?"
    hits = casebook.find(question)
    reports = {h.passage.report_id: casebook.library.report(h.passage.report_id) for h in hits}
    first = casebook.reader.first_reading(question, hits, reports)
    again = casebook.reader.second_reading(question, first, reports)
    looked_at, odds = [], []
    for told in (1.0, 0.0, -1.0):
        monkeypatch.setattr(
            rag.reader.reader,
            "reason_told",
            lambda asked, sentence, told=told: looked_at.append((asked, sentence)) or told,
        )
        odds.append(casebook.reader.answerable(question, question, first, again))
    assert odds[0] > odds[1] > odds[2]
    best = first.candidates[int(np.argmax(again.logits))].text
    assert set(looked_at) == {(question, best)}
