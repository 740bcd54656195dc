"""The hand-made questions about all patients, on the train and validation digests."""

from __future__ import annotations

import pytest
import yaml

from eval.benchmarks.case_questions import GOLD, Score, digests, score, shelf_of

# What must hold (the measured figures are in README).
LEAST = 0.95
LEAST_COUNTS = 0.90


@pytest.fixture(scope="module")
def scores() -> list[Score]:
    reports = digests()
    shelf = shelf_of(reports)
    return [score(item, shelf, reports) for item in yaml.safe_load(GOLD.read_text("utf-8"))]


def test_the_gold_names_known_reports():
    """A misspelt id would count as missed for ever."""
    known = set(digests())
    items = yaml.safe_load(GOLD.read_text("utf-8"))
    assert len(items) == len({item["id"] for item in items}) >= 40
    for item in items:
        for key in ("reports", "series", "also"):
            assert set(item.get(key, ())) <= known, item["id"]


def test_the_right_reports_are_named(scores):
    """Neither too many nor too few."""
    precision = sum(one.precision for one in scores) / len(scores)
    recall = sum(one.recall for one in scores) / len(scores)
    assert precision >= LEAST, [(one.id, one.wrong) for one in scores if one.wrong]
    assert recall >= LEAST, [(one.id, one.missed) for one in scores if one.missed]


def test_the_counts_are_right(scores):
    """Found, and of how many."""
    counts = [one.counts for one in scores if one.counts is not None]
    wrong = [(one.id, one.said) for one in scores if one.counts is False]
    assert sum(counts) / len(counts) >= LEAST_COUNTS, wrong


def test_no_answer_is_too_long(scores):
    """However many fit, the text keeps to 200 words."""
    assert max(one.words for one in scores) <= 200
