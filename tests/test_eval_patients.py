"""Whose sentence is cited: judged by the notes of the texts' writers, not by the parser."""

from __future__ import annotations

import pytest
from places import ROOT

from eval.patients import patients_at, right_patient, sentences_of_patients
from rag.formats import read_file

NAME = "syn-a02"  # a development text: four patients


@pytest.fixture(scope="module")
def text() -> str:
    return read_file(ROOT / "eval" / "texts" / f"{NAME}.txt")[0].text


def span_of(text: str, numbers: set[int]) -> tuple[int, int]:
    """The first sentence that is about exactly these patients."""
    for sentence, owners in sentences_of_patients(NAME):
        if owners == numbers and sentence in text:
            return text.index(sentence), text.index(sentence) + len(sentence)
    raise AssertionError(f"no sentence about {numbers}")


def test_a_sentence_knows_its_patient(text):
    one = span_of(text, {1})
    assert patients_at(NAME, text, one) == {1}
    assert patients_at(NAME, text, (one[0] + 5, one[0] + 9)) == {1}
    assert patients_at(NAME, text, (0, 5)) == frozenset()
    assert sentences_of_patients("cohen-nd-dapsone-two-patients") == ()


def test_another_patients_sentence_is_wrong(text):
    """One wrong sentence among right ones is enough; nobody's sentence does no harm."""
    one, two = span_of(text, {1}), span_of(text, {2})
    assert right_patient(NAME, text, [one], [one]) == 1
    assert right_patient(NAME, text, [one], [one, two]) == 0
    assert right_patient(NAME, text, [one], [two]) == 0
    assert right_patient(NAME, text, [one], [one, (0, 5)]) == 1
    assert right_patient(NAME, text, [one, two], [two]) == 1


def test_where_it_cannot_be_said_it_is_not(text):
    """Nothing cited, gold about nobody, or a report without notes."""
    one = span_of(text, {1})
    assert right_patient(NAME, text, [one], []) is None
    assert right_patient(NAME, text, [(0, 5)], [one]) is None
    assert right_patient("cohen-nd-dapsone-two-patients", text, [one], [one]) is None
