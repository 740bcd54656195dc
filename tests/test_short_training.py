"""Which proposed short answers are called right, and what is learnt from them."""

from __future__ import annotations

import numpy as np

from rag.training.listwise import fit_networks
from rag.training.weighing import (
    LEAST_RIGHT,
    LEAST_SURE,
    Chosen,
    Proposed,
    choice,
    fit_thresholds,
    holds,
    labels,
    token_f1,
)


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


def test_a_stretch_with_more_than_the_short_answer_holds_it():
    """All its words and numbers, in their order, and as a whole."""
    assert holds("about 15 mg weekly, by mouth", "15 mg")
    assert not holds("1.15 mg", "15 mg")
    assert not holds("mg 15", "15 mg")
    assert not holds("15 mg", "")


def test_a_refused_stretch_is_never_shown_and_never_right():
    """A rule forbids it, whatever the networks think."""
    one = Proposed(
        "a", np.zeros((2, 1)), np.array([1.0, 0.0]), "dose",
        np.array([True, False]), np.array([True, False]),
    )  # fmt: skip
    assert choice(one, np.array([3.0, 0.0])) == Chosen("dose", 0.0, 0.0, False, True)
    assert not choice(one, np.array([0.0, 3.0])).right


def _chosen(kind: str, chance: float, right: int, wrong: int) -> list[Chosen]:
    shown = [Chosen(kind, chance, 1.0, True, True)] * right
    return shown + [Chosen(kind, chance, 0.0, False, True)] * wrong


def test_precision_is_bought_where_it_costs_least():
    """The kind whose unsure answers are mostly wrong is cut; the other keeps its own."""
    sure = _chosen("dose", 0.45, 40, 10)
    unsure = _chosen("why", 0.45, 10, 40) + _chosen("why", 0.75, 30, 10)
    thresholds, _ = fit_thresholds(sure + unsure)
    given = [one for one in sure + unsure if one.chance >= thresholds[one.kind]]
    assert thresholds["dose"] == LEAST_SURE
    assert 0.45 < thresholds["why"] <= 0.75
    assert sum(one.right for one in given) >= LEAST_RIGHT * len(given)


def test_a_kind_with_few_questions_shares_the_threshold_of_all():
    """Its own would follow chance."""
    thresholds, every = fit_thresholds(_chosen("dose", 0.5, 40, 10) + _chosen("who", 0.5, 0, 3))
    assert thresholds.keys() == {"dose"}
    assert every >= LEAST_SURE
