"""Which proposed short answers are called right, and what is learnt from them."""

from __future__ import annotations

import numpy as np

from rag.training.listwise import fit_networks
from rag.training.weighing import Proposed, labels, token_f1


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
