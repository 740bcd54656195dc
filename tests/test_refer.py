"""Which patient of a report a question means."""

from __future__ import annotations

import pytest

from rag.reader.refer import patient_meant
from rag.schema import Case

WOMAN = Case(number=1, age=58, sex="female", antibodies=("anti-TIF1-gamma",))
MAN = Case(number=2, age=44, sex="male", antibodies=("anti-MDA5",))
GIRL = Case(number=3, age=9, sex="female")
TWO, THREE = (WOMAN, MAN), (WOMAN, MAN, GIRL)

MEANT = [
    ("Dose in patient 2?", TWO, None, 2),
    ("case 1: outcome?", TWO, 2, 1),
    ("And the second one?", TWO, 1, 2),
    ("What about the third?", THREE, 1, 3),
    ("the 2nd pt - steroids?", THREE, 1, 2),
    ("And the last patient?", THREE, None, 3),
    ("And the older one?", TWO, 2, 1),
    ("what did the younger patient get?", THREE, None, 3),
    ("And the other one?", TWO, 1, 2),
    ("the other?", TWO, 2, 1),
    ("Did the man relapse?", THREE, None, 2),
    ("the old lady, any relapse?", TWO, None, 1),
    ("What did the 44-year-old receive?", TWO, None, 2),
    ("58F: CK?", TWO, 2, 1),
    ("The MDA5 one, how long on tofacitinib?", TWO, None, 2),
    ("Did she relapse?", TWO, None, 1),
    ("Did he relapse?", THREE, 1, 2),
    ("Did she relapse?", THREE, 3, 3),
    ("How was it given?", TWO, 2, 2),
    ("Any side effects?", THREE, 1, 1),
]
NOBODY = [
    ("How was it given?", TWO, None),
    ("Did she relapse?", THREE, None),
    ("And the woman?", THREE, None),
    ("Did both improve?", TWO, 1),
    ("How many relapsed?", THREE, 2),
    ("Which patient had cancer?", THREE, 2),
    ("Compare the two", TWO, 1),
    ("And the other one?", THREE, 1),
    ("Dose in patient 7?", TWO, None),
    ("What did the 30-year-old receive?", TWO, 1),
    ("And the older one?", (WOMAN, Case(number=2)), 1),
    ("Dose in patient 1?", (WOMAN,), None),
]


@pytest.mark.parametrize(("question", "cases", "current", "number"), MEANT)
def test_who_is_meant(question: str, cases: tuple, current: int | None, number: int) -> None:
    """By number, order, age, sex, antibody, or because the conversation is about them."""
    assert patient_meant(question, cases, current) == number


@pytest.mark.parametrize(("question", "cases", "current"), NOBODY)
def test_nobody_in_particular(question: str, cases: tuple, current: int | None) -> None:
    """All of them, nobody in the report, or more than one whom it could be."""
    assert patient_meant(question, cases, current) is None
