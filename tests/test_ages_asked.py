"""How old the patient is whom a question means."""

from __future__ import annotations

import pytest

from rag.reader.kinds.ages import asks_for_age, saying_age
from rag.reader.whom.patients import Described
from rag.schema import Case, Evidence, Passage, Report

TEXT = "A boy of 14 had chalky lumps. At age 2 he was weak. Alendronate 14 mg was given."
OTHER = "A woman of 50 had a rash. Dapsone was given."


@pytest.mark.parametrize(
    "question",
    [
        "how old was the boy given alendronate?",
        "What is the age of the alendronate patient?",
        "age and sex of the alendronate patient",
        "The boy given alendronate: age?",
    ],
)
def test_an_age_is_asked_for(question: str) -> None:
    assert asks_for_age(question)


@pytest.mark.parametrize(
    "question",
    [
        "how old was she when the rash began?",
        "age at onset of the alendronate patient",
        "how old were the patients?",
        "what is the mean age of the children?",
        "did old age matter?",
    ],
)
def test_another_age_or_that_of_many_is_not(question: str) -> None:
    assert not asks_for_age(question)


def _read(*, ages: tuple[int, ...] = (14,), number: int | None = None):
    reports = {
        "a": Report("a", "", TEXT, (), "a", "paper", "full text",
                    cases=tuple(Case(n, age) for n, age in enumerate(ages, 1))),
        "b": Report("b", "", OTHER, (), "b", "paper", "full text", cases=(Case(1, 50),)),
    }  # fmt: skip
    found = []
    for one in reports.values():
        passage, start = Passage(one.id, "case", 1, 0, len(one.text)), 0
        for text in one.text.split(". "):
            found.append(Evidence(passage, start, start + len(text), text, 0.5))
            start += len(text) + 2
    best = [found[2], *found[:2], *found[3:]]  # what names the drug comes first
    return best, Described(number=number), reports


def test_the_sentence_that_introduces_the_patient_says_it() -> None:
    """Neither another age of the same patient, nor a dose of that number."""
    evidence, wanted, reports = _read()
    found = saying_age("how old was the boy given alendronate?", evidence, wanted, reports)
    assert [item.text for item in found] == ["A boy of 14 had chalky lumps"]


def test_nobody_is_guessed() -> None:
    """A report that the question does not tell apart, one of several patients, an unknown age."""
    evidence, wanted, reports = _read()
    assert not saying_age("how old was the patient given it?", evidence, wanted, reports)
    evidence, wanted, reports = _read(ages=(14, 14))
    assert not saying_age("how old was the boy given alendronate?", evidence, wanted, reports)
    evidence, wanted, reports = _read(ages=(33,))
    assert not saying_age("how old was the boy given alendronate?", evidence, wanted, reports)
