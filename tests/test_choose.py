"""Which of the sentences that were read are shown beside the best one."""

from __future__ import annotations

import pytest

from rag.reader.choose import choose
from rag.reader.whom.introductions import introduces
from rag.schema import Evidence, Passage


def said(text: str, start: int, probability: float, patient: int | None) -> Evidence:
    passage = Passage("ito-2001", f"p{start}", 1, start, start + len(text), "case", patient)
    return Evidence(passage, start, start + len(text), text, probability)


COUSIN = said("The third patient was a cousin of the siblings.", 0, 0.6, 3)
ALL = said("All three children carried HLA-DQA1*0501.", 100, 0.5, None)
SISTER = said("His sister was nine when he died.", 200, 0.3, 2)


def test_what_is_said_of_nobody_in_particular_is_left_out_beside_a_patient() -> None:
    """It may be about the other patients, whether their sentences were read or not; in a report
    of one it cannot be.
    """
    question, several = "The cousin's tissue type?", {"ito-2001"}
    for one_patient in (True, False):
        for read in ([COUSIN, ALL, SISTER], [COUSIN, ALL]):
            found = choose(question, read, one_patient=one_patient, of_several=several)
            assert found == [COUSIN]
        alone = choose(question, [COUSIN, ALL], one_patient=one_patient)
        assert alone == [COUSIN, ALL]


def test_those_who_are_asked_about_together_each_have_their_sentence() -> None:
    """'Which two' asks for two patients, 'which one' for whoever it is."""
    shown = choose("Which two died, and when?", [COUSIN, ALL, SISTER], one_patient=False)
    assert shown == [COUSIN, SISTER]


def test_an_introduction_is_no_second_sentence() -> None:
    """Unless it is asked who it was or how it began, or nothing is likelier."""
    dose = said("Dapsone 100 mg daily was given, and the rash faded.", 100, 0.6, None)
    whose = said("A 58-year-old man had had a rash for two years.", 0, 0.5, None)
    later = said("It was then stopped without a relapse.", 200, 0.2, None)
    evidence = [dose, whose, later]
    assert choose("Dapsone: dose and effect?", evidence, one_patient=True) == [dose, later]
    assert choose("Dapsone dose in the 58-year-old man?", evidence, one_patient=True)[0] == whose
    assert choose("Dapsone?", [whose, dose], one_patient=True) == [whose, dose]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("A 9-year-old girl had calcinosis.", True),
        ("- Presentation: rash and weakness.", True),
        ("The second patient, aged 43, had papules.", True),
        ("An 80 year old was admitted.", True),
        ("Our patient was a nurse.", True),
        ("The patient's CK fell to 80 U/L.", False),
        ("The patient was given prednisone.", False),
        ("The rash of the woman faded.", False),
        ("After a week the girl walked again.", False),
        ("Prednisone was given to a man.", False),
    ],
)
def test_introductions_are_known_by_how_they_begin(sentence: str, expected: bool) -> None:
    assert introduces(sentence) is expected
