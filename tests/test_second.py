"""The second reading: which passages are read again, and what is made of both readings."""

from __future__ import annotations

import numpy as np
import pytest

from rag.reader.evidence import PassageScores, Short
from rag.reader.features import Candidate
from rag.reader.question_features import QUESTION_FEATURES
from rag.reader.rerank import read_again
from rag.reader.second import (
    ANSWERABLE_FEATURES,
    CLOSE,
    FINAL_FEATURES,
    READ_AGAIN,
    answerable_features,
    passages_to_read_again,
    second_reading,
    shorts_of,
    texts_of,
)
from rag.schema import Case, Hit, Passage, Report, Section

TEXT = "One is here. Two is there.\n"


def report(name: str) -> Report:
    return Report(
        id=name, title=f"Title {name}", text=TEXT,
        sections=(Section("case-1", "Case 1", "case", 0, 26, 1),),
        source="a.md", source_kind="paper", basis="full text",
        cases=(Case(number=1, age=58, sex="female"),),
    )  # fmt: skip


def hit(name: str, number: int = 0, score: float = 1.0) -> Hit:
    return Hit(Passage(name, "case-1", number, 0, 26, "case", 1), TEXT.strip(), score, {})


def candidates(*hits: Hit) -> list[Candidate]:
    return [
        Candidate(one, place, start, end, TEXT[start:end], True)
        for place, one in enumerate(hits)
        for start, end in ((0, 12), (13, 26))
    ]


def scores(*logits: float, relevant: float = 0.0, answers: float = 0.0) -> PassageScores:
    return PassageScores(
        np.asarray(logits), relevant, answers, tuple(Short(0, 3, 0.5) for _ in logits)
    )


def test_the_first_passages_that_were_read_are_read_again():
    """In their order, not more than so many; with `spread` the best of each report."""
    every = [hit(f"r{n // 2}", n) for n in range(2 * READ_AGAIN + 2)]
    read = candidates(*every[1:])
    assert passages_to_read_again(every, read, spread=False) == every[1 : READ_AGAIN + 1]
    spread = passages_to_read_again(every, read, spread=True)
    assert [one.passage.report_id for one in spread] == [f"r{n}" for n in range(READ_AGAIN)]
    assert spread[0] == every[1]


def test_the_network_reads_what_it_read_in_training():
    """Title, patient and heading before the sentences."""
    one = hit("a")
    (text,) = texts_of([one], candidates(one), {"a": report("a")})
    assert text.sentences == ("One is here.", "Two is there.")
    assert text.header == "Title a. 58-year-old woman. Case 1"


def test_each_sentence_gets_the_scores_of_its_place():
    """Rows follow the candidates, whatever order the passages were read in."""
    first, second, third = hit("a"), hit("b"), hit("c")
    found = candidates(first, second, third)
    read = second_reading(
        [third, first],
        [scores(5.0, 6.0, relevant=1.0), scores(-40.0, 2.0, relevant=3.0)],
        found,
        np.arange(6.0),
    )
    assert read.rows == (0, 1, 4, 5)
    columns = dict(zip(FINAL_FEATURES, read.features.T, strict=True))
    assert columns["first"].tolist() == [0, 1, 4, 5]
    assert columns["network"].tolist() == [-CLOSE, 2, 5, 6]
    assert columns["network_gap"].tolist() == [-CLOSE - 6, -4, -1, 0]
    assert columns["relevant"].tolist() == [3, 3, 1, 1]
    assert columns["first_x_network"].tolist() == [0, 2, 20, 30]
    assert shorts_of(read, found) == [(0, 3, 0.5)] * 4


def test_a_question_is_described_by_the_best_of_both_readings():
    one, other = hit("a"), hit("b")
    read = second_reading(
        [one, other],
        [scores(1.0, 2.0, relevant=4.0, answers=-3.0), scores(5.0, 0.0, relevant=1.0, answers=9.0)],
        candidates(one, other),
        np.asarray([9.0, 1.0, 2.0, 3.0]),
    )
    row = answerable_features(
        np.zeros(len(QUESTION_FEATURES)), np.asarray(0.7), read, np.asarray([0.0, 1.0, 4.0, 2.0])
    )
    assert len(row) == len(ANSWERABLE_FEATURES)
    known = dict(zip(ANSWERABLE_FEATURES, row, strict=True))
    assert (known["first_answerable"], known["network_best"]) == (0.7, 5.0)
    # Of the passage that is most likely to hold evidence, not of the one that is surest to answer.
    assert (known["relevant_best"], known["answers_best"]) == (4.0, -3.0)
    assert (known["final_best"], known["final_gap"], known["agree"]) == (4.0, 4.0, 0.0)


def test_relevance_moves_passages_and_the_unread_stay_behind():
    """Ties end in the id."""
    hits = [hit("a", score=3.0), hit("b", score=2.5), hit("c", score=2.4), hit("d", score=2.4)]
    order = read_again(hits, {"a#case-1/0": -2.0, "b#case-1/0": 2.0}, weight=0.5)
    assert [one.passage.report_id for one in order] == ["b", "a", "c", "d"]
    assert [one.score for one in order] == pytest.approx([3.5, 2.0, 1.4, 1.4])
    assert [h.passage.report_id for h in read_again(hits, {}, weight=0.5)] == ["a", "b", "c", "d"]
