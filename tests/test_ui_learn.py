"""The page Learn: terms, quiz and cases, each with its proof."""

from __future__ import annotations

import pytest
from visiting import body, press

from rag.cases.grouping import values_of
from ui import glossary, quiz, steps
from ui.cases_found import everybody

pytest.importorskip("streamlit")


def test_each_term_is_shown_by_a_sentence_that_names_it(opened):
    """The glossary quotes; it explains nothing of its own."""
    found_terms = glossary.mentions(opened)
    for kind in ("sign", "drug"):
        for concept in glossary.terms(found_terms, kind)[:5]:
            for proof in glossary.shown(opened, found_terms[concept.name]):
                named = {m.concept.name for m in glossary.lexicon().find(proof.citation.quote)}
                assert concept.name in named


def test_terms_are_found_by_any_of_their_names(opened):
    """'IVIG' leads to its preferred name."""
    found_terms = glossary.mentions(opened)
    named = [c.name for c in glossary.terms(found_terms, "drug", "IVIG")]
    assert "intravenous immunoglobulin" in named
    assert glossary.terms(found_terms, "drug", "no such drug") == []


def test_quiz_answers_are_the_patients_and_the_others_are_not(opened):
    """One choice is right, the rest belong to other patients, and the stem does not tell."""
    cases = everybody(opened)
    questions = quiz.questions(cases)
    assert questions == quiz.questions(cases)
    for one in questions:
        assert one.choices.count(one.right) == 1
        assert len(set(one.choices)) == quiz.CHOICES
        for key in ("treatment", "antibody", "response"):
            own = values_of(one.about, key)
            if one.right in own:
                assert not set(one.choices) - {one.right} & set(own)
        assert one.right.lower() not in quiz.stem(one).lower()
        proofs = steps.proofs_for(one.about, one.fields, opened)
        assert proofs[0].citation.report_id == one.about.report_id


def test_a_case_is_told_in_steps_with_their_proof(opened):
    """Every step that says something of the digest's facts points to a sentence."""
    case = next(c for c in everybody(opened) if c.report_id == "kuwano-2006-ivig-ulcers")
    told, proofs = steps.steps(case, opened)
    numbers = {p.citation.number for p in proofs}
    given = next(step for step in told if "given" in step.asked)
    assert "immunoglobulin" in given.said
    assert given.numbers
    assert {n for step in told for n in step.numbers} == numbers


def test_learn_asks_checks_and_proves(visit):
    """The answer is hidden until it is wanted, then stands with its passage."""
    page = visit("learn")
    assert "<mark" in body(page)  # the glossary
    page.button_group[0].set_value("Quiz").run()
    assert "<mark" not in body(page)
    page.radio[0].set_value(page.radio[0].options[0]).run()
    press(page, "Check")
    assert "<mark" in body(page)
    assert page.success or page.error
    press(page, "Next question")
    assert "<mark" not in body(page)


@pytest.mark.parametrize("part", ["A case step by step", "Two cases compared"])
def test_learn_shows_cases_with_marks(visit, part):
    """Every part is cited."""
    page = visit("learn")
    page.button_group[0].set_value(part).run()
    assert not page.exception
    assert not page.error
    assert "cb-mark" in body(page)
