"""From training questions to lessons about short answers, and to what is called right."""

from __future__ import annotations

import random

import numpy as np

from rag.reader.network import NO_SENTENCE, Tokenised
from rag.training.listwise import fit_networks
from rag.training.short import Lesson, Source, lessons, tokens_of
from rag.training.weighing import Proposed, labels, token_f1

SENTENCE = "Dapsone 100 mg was given."


def test_every_short_answer_is_read_and_some_sentences_without_one():
    """A question that no report answers gives only sentences without one."""
    some = [
        Source(f"Dose {n}?", SENTENCE, (8, 14), ("He died.", "Dose of zinc.")) for n in range(40)
    ]
    none = [Source(f"Zinc {n}?", "", None, ("He died.",)) for n in range(40)]
    drawn = lessons([*some, *none], random.Random(1))
    assert sum(one.place == (8, 14) for one in drawn) == 40
    without = [one for one in drawn if one.place is None]
    assert 10 <= len(without) <= 40
    assert {one.sentence for one in without if one.question.startswith("Dose")} == {"Dose of zinc."}


def test_the_place_is_counted_in_tokens():
    """And a sentence without a short answer points at the first token."""
    tokens = Tokenised([0] * 5, [0] * 5, [NO_SENTENCE, 0, 0, 0, NO_SENTENCE],
                       [(0, 0), (0, 7), (8, 11), (12, 14), (0, 0)])  # fmt: skip
    assert tokens_of(Lesson("?", SENTENCE, (8, 14)), tokens) == (2, 3)
    assert tokens_of(Lesson("?", SENTENCE, None), tokens) == (0, 0)
    assert tokens_of(Lesson("?", SENTENCE, (20, 25)), tokens) == (0, 0)


def test_words_shared_with_the_short_answer_make_a_stretch_right():
    """As SQuAD counts them, decimals kept."""
    assert token_f1("the 1.5 mg/kg", "1.5 mg/kg daily") == 8 / 9
    assert token_f1("15 mg", "1.5 kg") == 0.0


def test_a_stretch_much_worse_than_the_best_is_not_right():
    """Else a whole clause would do for a dose."""
    one = Proposed("a", np.zeros((4, 2)), np.array([1.0, 0.9, 0.6, 0.2]))
    assert labels(one).tolist() == [True, True, False, False]
    none = Proposed("a", np.zeros((2, 2)), np.array([0.4, 0.0]))
    assert labels(none).tolist() == [False, False]


def test_questions_without_a_right_stretch_are_learnt_from():
    """They pull all of their stretches down, and leave finite weights."""
    dice = np.random.default_rng(1)
    rows = [dice.normal(size=(6, 3)) for _ in range(40)]
    right = [row[:, 0] > 0.8 if n % 2 else np.zeros(6, dtype=bool) for n, row in enumerate(rows)]
    networks = fit_networks(rows, right)
    assert np.isfinite(networks.output).all()
    assert networks.logits(np.array([[2.0, 0, 0]])) > networks.logits(np.array([[-2.0, 0, 0]]))
