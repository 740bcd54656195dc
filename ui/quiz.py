"""Questions for students, made from fields of the records whose words stand in a report.

Nothing is invented: the right answer is a stored value with its span, the wrong ones are the values
of other stored patients.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rag.cases.grouping import NOT_REPORTED, values_of
from rag.cases.quoting import AnyField
from rag.records.record import CaseRecord

CHOICES = 4


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a patient; `right` is one of `choices`, `fields` have the words for it."""

    about: CaseRecord
    asked: str
    choices: tuple[str, ...]
    right: str
    fields: tuple[AnyField, ...]


@dataclass(frozen=True, slots=True)
class _Form:
    asked: str
    values: Callable[[CaseRecord], list[str]]
    fields: Callable[[CaseRecord], list[AnyField]]


def _treatments(case: CaseRecord) -> list[str]:
    return [v for v in values_of(case, "treatment") if v != NOT_REPORTED]


def _antibodies(case: CaseRecord) -> list[str]:
    return [v for v in values_of(case, "antibody") if v != NOT_REPORTED]


def _responses(case: CaseRecord) -> list[str]:
    return [v for v in values_of(case, "response") if v != NOT_REPORTED]


def _times(case: CaseRecord) -> list[str]:
    return [case.time_to_response.value] if case.time_to_response else []


_FORMS = (
    _Form(
        "Which treatment does the report describe?",
        _treatments,
        lambda c: [t.drug for t in c.therapies if not t.prior],
    ),
    _Form(
        "Which antibody was found?",
        _antibodies,
        lambda c: [
            f.state for f in c.findings if f.kind == "antibody" and f.state.value == "present"
        ],
    ),
    _Form(
        "How did the patient respond to the reported treatment?",
        _responses,
        lambda c: [c.response] if c.response else [],
    ),
    _Form(
        "When was the response seen?",
        _times,
        lambda c: [c.time_to_response] if c.time_to_response else [],
    ),
)


def questions(cases: Sequence[CaseRecord]) -> list[Question]:
    """Every question that can be proved and has enough wrong answers; the order is fixed."""
    found: list[Question] = []
    for form in _FORMS:
        every = sorted({value for case in cases for value in form.values(case)})
        for case in cases:
            fields = [field for field in form.fields(case) if field.supported]
            own = form.values(case)
            others = [value for value in every if value not in own]
            # One answer, wholly proved: with two, a wrong choice could be right as well.
            if len(own) != 1 or len(fields) != 1 or len(others) < CHOICES - 1:
                continue
            chance = random.Random(f"{case.id} {form.asked}")  # the same in every visit
            choices = (own[0], *chance.sample(others, CHOICES - 1))
            found.append(Question(case, form.asked, tuple(sorted(choices)), own[0], tuple(fields)))
    random.Random(0).shuffle(found)
    return found


def stem(question: Question) -> str:
    """Who the patient is, without what is asked."""
    case = question.about
    asked = question.asked
    parts = [
        f"{case.age.value:g} years" if case.age else "",
        case.sex.value if case.sex else "",
        case.subtype.value if case.subtype and "antibody" not in asked else "",
    ]
    hidden = question.right.lower()
    given = [t.drug.value for t in case.therapies if not t.prior]
    told = [part for part in parts if part and hidden not in part.lower()]
    if given and "treatment does" not in asked and "antibody" not in asked:
        told.append(f"given {', '.join(given[:3])}")
    return ", ".join(told) or "A patient"
