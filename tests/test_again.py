"""The second reading: what is read again, as what, and what is made of both readings."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from rag.reader.networks.again import (
    AGAIN_FEATURES,
    ANSWERABLE_FEATURES,
    BEFORE,
    CLOSE,
    PERSON,
    READ_AGAIN,
    TITLE,
    again_features,
    answerable_features,
    common_scale,
    nobody,
    rows_to_read_again,
    texts_of,
    with_the_rest,
)
from rag.reader.networks.evidence import Scores
from rag.reader.reader import Reader
from rag.reader.weighing.features import SENTENCE_FEATURES, Candidate
from rag.reader.weighing.question_features import QUESTION_FEATURES
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


def test_the_likeliest_sentences_are_read_again():
    """Best first, ties in their order, no more than so many."""
    assert rows_to_read_again(np.asarray([0.0, 2.0, -1.0, 2.0])) == [1, 3, 0, 2]
    assert rows_to_read_again(np.arange(50.0)) == list(range(49, 49 - READ_AGAIN, -1))


def test_a_sentence_is_read_behind_its_report_patient_section_and_the_one_before():
    """The sentence before only where it is of the same passage."""
    found = candidates(hit("a"), hit("b"))
    people = {"a": {1: "Our first patient, a librarian "}, "b": {2: "Somebody else"}}
    texts = texts_of(
        [3, 0, 2], found, {"a": report("a"), "b": report("b")}, lambda one: people[one.id]
    )
    assert [text.sentence for text in texts] == ["Two is there.", "One is here.", "One is here."]
    assert texts[0].header == "Title b. 58-year-old woman. Case 1. One is here."
    assert texts[1].header == ("Title a. 58-year-old woman: Our first patient, a librarian. Case 1")
    assert texts[2].header == "Title b. 58-year-old woman. Case 1"


def test_of_a_long_title_the_beginning_is_read():
    """In whole words; the same of an introduction."""
    one = replace(report("a"), title="word " * 100)
    long = {1: "Our patient " + "of old age " * 50}
    (text,) = texts_of([0], candidates(hit("a")), {"a": one}, lambda _: long)
    title, person, _ = text.header.split(". ")
    assert title == " ".join(["word"] * 18) and len(title) <= TITLE
    assert person.startswith("58-year-old woman: Our patient of old age")
    assert len(person) <= len("58-year-old woman: ") + PERSON


def test_of_a_long_sentence_before_the_end_is_read():
    first, second = candidates(hit("a"))
    long = Candidate(first.hit, 0, 0, 12, "x" * 500 + " end.", True)
    (text,) = texts_of([1], [long, Candidate(first.hit, 0, 13, 26, second.text, True)],
                       {"a": report("a")}, nobody)  # fmt: skip
    assert text.header.endswith(" end.")
    assert len(text.header) == len("Title a. 58-year-old woman. Case 1. ") + BEFORE


def test_both_readings_stand_beside_each_other():
    """Rows follow the places; a network's extremes are cut."""
    first = np.zeros((4, len(SENTENCE_FEATURES)))
    first[:, 0] = [0.1, 0.2, 0.3, 0.4]
    rows = again_features(first, np.asarray([0.0, 3.0, 1.0, 2.0]), [1, 3], np.asarray([-40.0, 2.0]))
    columns = dict(zip(AGAIN_FEATURES, rows.T, strict=True))
    assert columns[SENTENCE_FEATURES[0]].tolist() == [0.2, 0.4]
    assert columns["first"].tolist() == [3, 2]
    assert columns["first_gap"].tolist() == [0, -1]
    assert columns["first_place"].tolist() == [1, 0.5]
    assert columns["network"].tolist() == [-CLOSE, 2]
    assert columns["network_gap"].tolist() == [-CLOSE - 2, 0]
    assert columns["network_place"].tolist() == [0.5, 1]


def test_what_was_not_read_again_stays_behind_what_was():
    """However likely the first reading found it."""
    found = with_the_rest(np.asarray([5.0, 4.0, 3.0, -2.0]), [0, 1], np.asarray([-1.0, 2.0]))
    assert found.tolist() == [-1.0, 2.0, -1.0, -6.0]
    low = with_the_rest(np.asarray([5.0, 4.0, -3.0, -2.0]), [0, 1], np.asarray([-1.0, 2.0]))
    assert low.tolist() == [-1.0, 2.0, -3.0, -2.0]


def test_a_question_is_described_by_what_the_network_saw():
    """Its best, its second, what it says of the sentence that is best after both, and the sum."""
    row = answerable_features(
        np.zeros(len(QUESTION_FEATURES)), np.asarray([1.0, -2.0, 3.0]), np.asarray([0.0, 5.0, 1.0])
    )
    assert len(row) == len(ANSWERABLE_FEATURES)
    known = dict(zip(ANSWERABLE_FEATURES, row, strict=True))
    assert (known["network_best"], known["network_second"]) == (3.0, 1.0)
    assert known["network_of_best"] == -2.0
    assert known["network_sum"] == pytest.approx(np.log(np.exp([1.0, -2.0, 3.0]).sum()))
    alone = answerable_features(np.zeros(len(QUESTION_FEATURES)), np.asarray([1.0]), np.zeros(1))
    assert dict(zip(ANSWERABLE_FEATURES, alone, strict=True))["network_second"] == 1.0


def test_scores_of_another_scale_are_brought_to_the_first_readings():
    """A model whose logits run to thousands moves the order, and does not drown the rest."""
    values = common_scale(np.asarray([2.0, 1.0, -3.0]), np.asarray([-1000.0, 1000.0, -1000.0]))
    assert np.argmax(values) == 1
    assert abs(values).max() < 5


class Preferring:
    """A network that finds one sentence good and all others bad."""

    fitted = True

    def __init__(self, words: str) -> None:
        self.words = words
        self.read_again: list[str] = []

    def read(self, question, texts):
        self.read_again += [text.sentence for text in texts]
        logits = [8.0 if self.words in text.sentence else -8.0 for text in texts]
        return Scores(np.asarray(logits), ())


def test_the_network_decides_between_likely_sentences(casebook):
    """And whether the reports answer: what it finds nowhere is answered with less confidence."""
    question = "What was the response to dapsone?"
    ready = casebook.search(casebook.resolve(question), 8)
    reports = {h.passage.report_id: casebook.library.report(h.passage.report_id) for h in ready}
    first = Reader(casebook.encoder, None).read(question, ready, reports)
    other = first.evidence[3]
    network = Preferring(other.text)
    with_network = Reader(casebook.encoder, network).read(question, ready, reports)
    assert len(network.read_again) == READ_AGAIN
    places = [(e.passage.report_id, e.start) for e in with_network.evidence]
    before = [(e.passage.report_id, e.start) for e in first.evidence]
    assert sorted(places) == sorted(before)
    place = (other.passage.report_id, other.start)
    assert places.index(place) < before.index(place)
    nothing = Reader(casebook.encoder, Preferring("no such words")).read(question, ready, reports)
    assert nothing.answerable < with_network.answerable


def test_with_the_network_its_own_model_says_whether_the_reports_answer(casebook, monkeypatch):
    """Not the one of the first reading, which has not seen what the network found."""

    class Sure:
        def logits(self, row):
            assert len(row) == len(ANSWERABLE_FEATURES)
            return 3.0

    question = "What was the response to dapsone?"
    hits = casebook.search(casebook.resolve(question), 8)
    reports = {h.passage.report_id: casebook.library.report(h.passage.report_id) for h in hits}
    reader = Reader(casebook.encoder, Preferring("no such words"))
    monkeypatch.setattr(reader, "_answerable", Sure())
    assert reader.read(question, hits, reports).answerable == pytest.approx(0.9526)


def test_weights_that_know_nothing_of_the_network_do_without_it(casebook):
    """As a library of a user's own encoder would."""
    from rag.reader.weighing.model import weights_for

    weights = dict(weights_for(casebook.encoder))
    del weights["again"]
    assert Reader(casebook.encoder, Preferring("x"), weights).evidence is None
