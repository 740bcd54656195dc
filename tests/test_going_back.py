"""'Back to the bladder man': the conversation goes on where that was talked about."""

from __future__ import annotations

import pytest

from rag.conversation.going_back import going_back
from rag.schema import Turn

HISTORY = [
    Turn("bladder tumour man?", "bladder tumour man?", ("kase",)),
    Turn("What about the feeding tube?", "Tell me about the feeding tube", ("omodei",)),
    Turn("her dose?", "her dose? (about: Tell me about the feeding tube)", ("omodei",)),
]
SEXES = {"kase": {"male"}, "omodei": {"female"}}


def spoken(turn: Turn):
    """The sexes told of by the report of a turn."""
    return SEXES[turn.report_ids[0]]


@pytest.mark.parametrize(
    ("question", "turns"),
    [
        ("back to the bladder guy - his CK?", 1),
        ("and the bladder patient, which dose?", 1),
        ("what was his CK?", 1),
        ("what was her CK?", 3),
        ("and the tube?", 3),
        ("the feeding tube woman's CK?", 3),
        ("back to the beekeeper", 3),
        ("the other patient?", 3),
    ],
)
def test_the_turn_to_which_a_question_goes_back(question: str, turns: int) -> None:
    """By its words, or by a pronoun that fits nobody in the last report."""
    assert list(going_back(question, HISTORY, spoken)) == HISTORY[:turns]


def test_nobody_is_gone_back_to_where_nothing_is_known() -> None:
    """Of a report that tells nobody's sex, 'he' may be the patient."""
    assert list(going_back("his CK?", HISTORY, lambda turn: ())) == HISTORY
    assert going_back("his CK?", [], spoken) == []
