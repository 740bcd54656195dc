"""The figures: arithmetic written out, and trec_eval's own code as an oracle."""

from __future__ import annotations

from math import log2
from random import Random

import pytest

from eval.metrics import (
    abstention,
    answer_tokens,
    exact_match,
    facts_found,
    holds,
    ndcg,
    overlap_grades,
    precision,
    recall,
    reciprocal_rank,
    success,
    token_f1,
)

GRADES = {"a": 2, "b": 1, "c": 1, "z": 0}


@pytest.mark.parametrize(
    ("ranking", "k", "expected"),
    [
        (["x", "b", "y"], 1, 0.0),
        (["x", "b", "y"], 2, 1.0),
        (["z", "x", "y"], 3, 0.0),
        ([], 5, 0.0),
    ],
    ids=["below the cut", "at the cut", "grade 0 is not relevant", "nothing found"],
)
def test_success_asks_for_one_relevant_place_within_k(ranking, k, expected):
    """Success@k counts ranks from 1 and needs a grade above 0."""
    assert success(ranking, GRADES, k) == expected


@pytest.mark.parametrize(
    ("ranking", "grades", "k", "expected"),
    [
        (["a", "x", "b", "c"], GRADES, 3, 2 / 3),
        (["a", "x", "b", "c"], GRADES, 4, 3 / 3),
        (["a", "b", "c"], GRADES, 1, 1 / 3),
        (["x"], {"z": 0}, 1, 0.0),
    ],
    ids=["two of three", "all", "k below their number", "nothing is relevant"],
)
def test_recall_is_the_share_of_the_relevant(ranking, grades, k, expected):
    """R@k divides by all relevant places, found or not, however small k is."""
    assert recall(ranking, grades, k) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("ranking", "k", "expected"),
    [
        (["a", "b", "c"], 10, 1.0),
        # gains 0, 2, 0, 1 against the best order 2, 1, 1
        (["x", "a", "z", "b"], 10, (2 / log2(3) + 1 / log2(5)) / (2 + 1 / log2(3) + 1 / log2(4))),
        # only two places count, in the ranking and in the best order
        (["b", "x", "a"], 2, 1 / (2 + 1 / log2(3))),
        ([], 10, 0.0),
    ],
    ids=["best order", "late and incomplete", "cut at k", "nothing found"],
)
def test_ndcg_has_linear_gain_and_log2_discount(ranking, k, expected):
    """The grade itself is the gain, divided by log2(rank + 1), over the same sum at its best."""
    assert ndcg(ranking, GRADES, k) == pytest.approx(expected)


def test_ndcg_of_a_question_without_relevant_places_is_zero():
    """Nothing to find gives no division by zero."""
    assert ndcg(["x"], {"z": 0}, 10) == 0.0


@pytest.mark.parametrize("of", [success, recall, ndcg])
def test_a_place_ranked_twice_is_refused(of):
    """A repeated place would be paid twice."""
    with pytest.raises(ValueError, match="twice"):
        of(["a", "b", "a"], GRADES, 2)


def test_figures_agree_with_trec_eval():
    """40 drawn questions, some unanswered: each figure equals ir_measures' per question."""
    import ir_measures

    random = Random(7)
    places = [f"p{n:02d}" for n in range(30)]
    grades, rankings = {}, {}
    for number in range(40):
        relevant = random.sample(places, random.randint(1, 12))
        grades[f"q{number}"] = {place: random.choice((1, 2)) for place in relevant}
        grades[f"q{number}"] |= {place: 0 for place in random.sample(places, 3)} | {relevant[0]: 2}
        rankings[f"q{number}"] = random.sample(places, random.choice((0, 3, 10, 25)))
    assert any(not ranking for ranking in rankings.values())
    scored = {
        q: {p: float(-rank) for rank, p in enumerate(ranking)}
        for q, ranking in rankings.items()
        if ranking
    }
    ours = {"Success@1": (success, 1), "Success@8": (success, 8), "R@8": (recall, 8)}
    ours |= {"R@3": (recall, 3), "nDCG@10": (ndcg, 10), "RR@10": (reciprocal_rank, 10)}
    oracle = [ir_measures.parse_measure(name) for name in ours]
    compared = 0
    for found in ir_measures.iter_calc(oracle, grades, scored):
        of, k = ours[str(found.measure)]
        value = of(rankings[found.query_id], grades[found.query_id], k)
        assert value == pytest.approx(found.value, abs=1e-9), (found.query_id, str(found.measure))
        compared += 1
    assert compared == 40 * 6


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        ([(10, 20, 2)], {"one": 2}),
        ([(90, 110, 2)], {}),
        ([(89, 110, 2)], {"one": 2}),
        ([(10, 20, 1), (30, 40, 2)], {"one": 2}),
        ([(10, 20, 1), (150, 160, 2)], {"one": 1, "two": 2}),
        ([(0, 300, 2)], {}),
        ([], {}),
    ],
    ids=["inside", "half is not enough", "more than half", "highest grade", "two", "too long", "-"],
)
def test_a_passage_is_relevant_when_it_holds_more_than_half_of_a_quote(spans, expected):
    """Passages (0-100) and (100-200): at most one of them can hold the larger part of a span."""
    assert overlap_grades([("one", 0, 100), ("two", 100, 200)], spans) == expected


@pytest.mark.parametrize(
    ("text", "wording", "expected"),
    [
        ("Applied TWICE\n daily.", "twice daily", True),
        ("over 14 months", "4 months", False),
        ("over 4 months", "4 months", True),
        ("12.5 mg", "5 mg", False),
        ("from 2,762 units", "762", False),
        ("from 2,762 units", "2,762", True),
        ("a CK of 29.5", "29", False),
        ("a CK of 29.", "29", True),
        ("the surface", "face", False),
        ("both ulcers healed", "ulcer", True),
        ("a 1% cream", "% cream", True),
        ("", "4 months", False),
    ],
)
def test_a_wording_is_found_as_words_and_whole_numbers(text, wording, expected):
    """Case and white space do not count; another number or the end of another word is no hit."""
    assert holds([text], [wording]) is expected


def test_any_text_and_any_wording_will_do_for_a_fact():
    """Facts are choices: 'and' between facts, 'or' between wordings, each within one text."""
    texts = ["given MTX", "at 15 mg weekly"]
    assert facts_found(texts, [["methotrexate", "MTX"], ["15 mg"], ["20 mg"]]) == 2
    assert not holds(texts, ["MTX at 15 mg"])


def test_abstention_is_counted_by_verdict_and_leaves_false_premises_out():
    """Of 5 declined 3 were due (one more was a false premise); of 4 due, 3 were declined."""
    outcomes = [
        ("unanswerable", True), ("unanswerable", True), ("unanswerable", False),
        ("out of domain", True),
        ("answerable", True), ("answerable", True), ("answerable", False),
        ("false premise", True), ("false premise", False),
    ]  # fmt: skip
    found = abstention(outcomes)
    assert found.precision == pytest.approx(3 / 5)
    assert found.recall == pytest.approx(3 / 4)
    assert found.abstained == {
        "answerable": 2, "false premise": 1, "out of domain": 1, "unanswerable": 2,
    }  # fmt: skip
    assert found.answered == {"answerable": 1, "false premise": 1, "unanswerable": 1}


def test_abstention_without_cases_is_undefined_not_perfect():
    """Nothing declined, nothing due: there is no precision and no recall."""
    found = abstention([("answerable", False)])
    assert (found.precision, found.recall) == (None, None)


def test_short_answers_are_compared_by_token_as_squad_does():
    """Articles, case and punctuation fall away; a decimal point and a slash do not."""
    assert answer_tokens("The dose: 1.5 mg/kg, a day.") == ["dose", "1.5", "mg", "/", "kg", "day"]
    assert exact_match("Twice daily.", "twice daily") == 1
    assert exact_match("15 mg", "1.5 mg") == 0
    # two of three given, two of four wanted
    assert token_f1("400 mg daily", "400 mg a week thrice") == pytest.approx(2 * 2 / (3 + 4))
    assert token_f1("", "400 mg") == 0
    assert token_f1("five mg five", "five mg") == pytest.approx(2 * 2 / (3 + 2))


def test_precision_of_nothing_is_nothing():
    """What was found and is relevant, over what was found."""
    assert precision(["a", "x", "b", "z"], GRADES) == 0.5
    assert precision([], GRADES) == 0
