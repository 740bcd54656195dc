"""Patients of one report who are set side by side: each is answered for."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rag.chat import Casebook
from rag.config import Settings
from rag.conversation.turns import turn
from rag.index import index
from rag.library import Library
from rag.reader.choose import choose
from rag.reader.networks.again import READ_OF_EACH, with_each_side
from rag.reader.weighing.features import Candidate
from rag.reader.whom.patients import described
from rag.reader.whom.refer import patient_meant
from rag.reader.whom.sides import not_told_of, side_by_side
from rag.schema import Case, Evidence, Hit, Passage, Report

WOMAN = Case(number=1, age=58, sex="female")
MAN = Case(number=2, age=44, sex="male")
GIRL = Case(number=3, age=9, sex="female")
TWO, THREE = (WOMAN, MAN), (WOMAN, MAN, GIRL)
WORDS = {
    1: frozenset({"librarian"}),
    2: frozenset({"beekeep", "beekeeper"}),
    3: frozenset({"pupil"}),
}

SIDE_BY_SIDE = [
    ("and the women?", THREE, 2, (1, 3)),
    ("the librarian, the beekeeper and a kid", THREE, None, (1, 2, 3)),
    ("ferritin of the librarian and the man?", THREE, None, (1, 2)),
    ("the women with ulcers?", THREE, 2, ()),
    ("compare the first two", THREE, None, (1, 2)),
    ("CK of the last two?", THREE, None, (2, 3)),
    ("Compare the bladder in patient 1 and patient 2.", THREE, None, (1, 2)),
    ("CK in patients 1, 2 and 3?", THREE, None, (1, 2, 3)),
    ("pt 1 vs pt 3: dose", THREE, None, (1, 3)),
    ("cases 1 & 3 - relapse?", THREE, 2, (1, 3)),
    ("Did the first patient and the third one relapse?", THREE, None, (1, 3)),
    ("The 58-year-old or the 44-year-old, who had more CK?", THREE, None, (1, 2)),
    ("What did the librarian and the pupil take?", THREE, None, (1, 3)),
    ("Did the man or the girl relapse?", THREE, None, (2, 3)),
    ("CK of both?", TWO, None, (1, 2)),
    ("Compare the patients: ferritin?", TWO, None, (1, 2)),
    ("difference between the two lung transplant patients", TWO, None, (1, 2)),
    ("And the other two?", THREE, 2, (1, 3)),
    ("and the others?", THREE, 3, (1, 2)),
    ("Outcome in all three?", THREE, None, (1, 2, 3)),
    ("ferritin of each patient", THREE, None, (1, 2, 3)),
    # nobody, or one
    ("CK of both?", THREE, None, ()),
    ("Dose in patient 2?", THREE, None, ()),
    ("Did the man relapse?", THREE, None, ()),
    ("Were all three drugs stopped?", THREE, None, ()),
    ("Were all three drugs of the patients stopped?", THREE, None, ()),
    ("Did the two infusions help?", TWO, None, ()),
    ("Compare the two women", TWO, None, ()),
    ("the librarian's ferritin, when she was admitted after her son had died?", THREE, None, ()),
    ("Compare patients 1 and 2", (WOMAN,), None, ()),
    ("patients 1 and 7", THREE, None, ()),
]


@pytest.mark.parametrize(("question", "cases", "current", "numbers"), SIDE_BY_SIDE)
def test_who_is_set_side_by_side(question, cases, current, numbers) -> None:
    assert side_by_side(question, cases, current, WORDS) == numbers


@pytest.mark.parametrize(
    ("question", "age", "number"),
    [
        ("Compare patient 1 and patient 2.", None, None),
        ("the 58-year-old or the 44-year-old", None, None),
        ("And the 44-year-old? (about: the 58-year-old woman, patient 1)", 44, 1),
        ("patient 2, the 44-year-old", 44, 2),
    ],
)
def test_two_who_are_named_single_out_nobody(question, age, number) -> None:
    """What a conversation adds counts only where the question itself says nothing."""
    found = described(question)
    assert (found.age, found.number) == (age, number)


def test_the_part_that_asks_says_who_is_meant() -> None:
    words = {1: frozenset({"index"}), 2: frozenset({"sister"}), 3: frozenset({"cousin"})}
    question = "JDM in siblings and their cousin - CK of the index boy?"
    assert patient_meant(question, THREE, None, words) == 1
    assert patient_meant("CK of the cousin?", THREE, None, words) == 3


def said(start: int, probability: float, patient: int | None, text: str = "") -> Evidence:
    passage = Passage("r", f"p{patient}", 1, start, start + 9, "case", patient)
    return Evidence(passage, start, start + 9, text or f"Sentence {start}.", probability)


SIDES = {"r": (1, 2)}


def test_each_of_them_has_a_sentence() -> None:
    """Though the first one's is much less likely; of the second, none that is half as likely."""
    read = [said(50, 0.8, 2), said(60, 0.3, 2), said(10, 0.02, 1)]
    shown = choose("compare the two", read, one_patient=False, sides=SIDES)
    assert [item.start for item in shown] == [10, 50]
    assert choose("compare", read[:2], one_patient=False, sides=SIDES) == [read[0]]


def test_what_is_said_of_all_of_them_may_lead() -> None:
    read = [said(99, 0.8, None), said(50, 0.4, 2), said(10, 0.3, 1), said(20, 0.25, 1)]
    shown = choose("compare the two", read, one_patient=False, sides=SIDES)
    assert [item.start for item in shown] == [10, 20, 50, 99]


def test_a_sentence_that_sets_them_against_each_other_joins_a_question_for_the_difference() -> None:
    contrast = said(1, 0.03, None, "One recovered; the other died.")
    read = [said(50, 0.8, 2), said(10, 0.3, 1), said(99, 0.2, None, "Both slept."), contrast]
    shown = choose("how did the two differ?", read, one_patient=False, sides=SIDES)
    assert [item.start for item in shown] == [1, 10, 50]
    shown = choose("CK of the two?", read, one_patient=False, sides=SIDES)
    assert contrast not in shown


def test_who_is_not_told_of_is_named() -> None:
    report = Report("r", "r", "", (), "r.txt", "user file", "full text", cases=THREE)
    told = not_told_of([said(10, 0.8, 1)], SIDES, {"r": report})
    assert told == ["Nothing on this was found about patient 2 (44-year-old man)."]
    assert not_told_of([said(10, 0.8, 1), said(20, 0.5, 2)], SIDES, {"r": report}) == []
    assert not_told_of([said(10, 0.8, None)], SIDES, {"r": report}) == []
    assert not_told_of([said(10, 0.8, 1)], {}, {"r": report}) == []


def test_sentences_of_each_are_read_again() -> None:
    """Not only the likeliest, which may all be about one of them."""
    patients = [2, 2, 2, 1, 1, 1, 3]
    hits = [
        Hit(said(at * 10, 0, number).passage, "", 1.0, {}) for at, number in enumerate(patients)
    ]
    read = [Candidate(hit, at, at * 10, at * 10 + 9, "", True) for at, hit in enumerate(hits)]
    logits = np.asarray([5.0, 4.0, 3.0, -2.0, -1.0, -3.0, 2.0])
    assert READ_OF_EACH == 2
    assert with_each_side([0, 1, 2], logits, read, SIDES) == [0, 1, 2, 4, 3]
    assert with_each_side([0, 1, 2], logits, read, {"another": (1, 2)}) == [0, 1, 2]


TWO_STORIES = """Pulsed and daily cyclophosphamide in dermatomyositis

Case 1

A 49-year-old woman had a heliotrope rash and weakness. She took cyclophosphamide 100 mg daily by
mouth. After eleven months haematuria appeared and cystoscopy showed haemorrhagic cystitis.

Case 2

A 57-year-old man had swollen eyelids and dysphagia. He was given cyclophosphamide 750 mg by vein
every four weeks. His urine remained clear, but nausea was severe.
"""


def test_a_comparison_answers_for_both_and_a_follow_up_for_the_other(
    encoder, tmp_path: Path
) -> None:
    (tmp_path / "two.txt").write_text(TWO_STORIES, encoding="utf-8")
    folder = tmp_path / "library"
    with Library(folder, create=True) as library:
        (outcome,) = index([tmp_path / "two.txt"], library, encoder)
        assert outcome.status == "added"
    with Casebook(folder, Settings(), encoder=encoder) as casebook:
        answer = casebook.ask("Compare the dose of cyclophosphamide in patient 1 and patient 2.")
        assert {c.patient for c in answer.citations} == {1, 2}
        quoted = " ".join(c.quote for c in answer.citations)
        assert "100 mg daily" in quoted and "750 mg by vein" in quoted
        first = casebook.ask("Cyclophosphamide dose in patient 1?")
        other = casebook.ask("And the other one?", history=[turn(first)])
    assert [c.patient for c in first.citations] == [1]
    assert {c.patient for c in other.citations} == {2}
