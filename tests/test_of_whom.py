"""'And the lawyer?' asks of the lawyer what was asked before."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.chat import Casebook
from rag.config import Settings
from rag.conversation.follow_up import Told, is_follow_up
from rag.conversation.of_whom import asked_of_anybody, asked_of_patient
from rag.conversation.resolve import resolve
from rag.conversation.turns import turn
from rag.index import index
from rag.library import Library
from rag.schema import Case, Turn

CALLINGS = {
    1: "A 27-year-old pastry cook, ",
    2: "The second, a retired bus inspector of 58, ",
    3: "A 41-year-old librarian ",
}
COOK = Case(number=1, age=27, sex="female")
INSPECTOR = Case(number=2, age=58, sex="male", antibodies=("anti-PL-7",))


@pytest.mark.parametrize(
    ("before", "question", "asked"),
    [
        ("infections?", "and the cook?", "infections?"),
        ("infections?", "bus inspector?", "infections?"),
        ("any side effects?", "and in the man with PL-7?", "any side effects?"),
        ("CDASI in the librarian?", "the inspector?", "CDASI?"),
        ("trough in the pastry cook at work?", "bus inspector?", "trough at work?"),
        ("how did the cook do?", "and the inspector's?", "how did he do?"),
        ("why did she stop?", "and the bus inspector?", "why did he stop?"),
        ("the cook, how long?", "and the inspector?", "how long?"),
        ("what did he take?", "PL-7 in him?", "PL-7 in him?"),
        ("ferritin in case 1?", "case 2?", "ferritin?"),
        ("infections?", "and the inspector, what dose?", "and the inspector, what dose?"),
        ("what antibody did patient 1 have?", "how old?", "how old?"),
    ],
)
def test_what_is_asked_of_one_who_is_called_so(before: str, question: str, asked: str) -> None:
    """The question before, without the one whom it was of."""
    patient = COOK if "cook?" in question else INSPECTOR
    query = f"{question} (about: {before.rstrip('?')})"
    assert asked_of_patient(question, query, patient, CALLINGS) == asked


def test_a_question_of_nobody_alone_is_filled_in_as_before() -> None:
    """But 'how old?' says what it asks, though all its words may point."""
    assert asked_of_anybody("and the other?", "and the other? (about: dose)") == "dose?"
    assert asked_of_anybody("how old?", "how old? (about: which antibody)") == "how old?"


def test_a_pronoun_before_the_disease_goes_on() -> None:
    """'How long had he had DM?' is of him; 'which drugs help in DM?' of nobody."""
    assert is_follow_up("how long had he had DM?", Told())
    assert not is_follow_up("how long does DM last?", Told())


def test_one_who_is_described_with_another_drug_is_somebody_new() -> None:
    """His own pronoun follows; a drug that the report speaks of is no new one."""
    question = "now the rituximab bus driver in mexico, did he have a reaction?"
    assert not is_follow_up(question, Told(frozenset({"azathioprine"})))
    assert is_follow_up(question, Told(frozenset({"azathioprine", "rituximab"})))


def test_before_or_after_is_of_what_was_asked_about() -> None:
    """'Before or after the surgery?': the infusions; of 'that' it is left as it is."""
    history = [Turn("how many infusions?", "how many infusions?", ("r",))]
    resolved = resolve("before or after the surgery?", history)
    assert resolved.asked == "infusions, before or after the surgery?"
    assert resolve("before or after that?", history).asked == ""


TWO_STORIES = """Dapsone in two patients with dermatomyositis

Case 1

A 41-year-old librarian had a rash of the scalp. Dapsone 50 mg daily was given. Haemolysis forced
us to stop it after nine days. The rash went on, and mycophenolate mofetil was begun in its place.

Case 2

A 58-year-old man, a former bus inspector, had papules of the palms. Dapsone 100 mg daily was given
for a year. Nausea was the only harm, and his haemoglobin stayed at 13.4 g/dL. The papules
were flat at week ten.
"""


def test_who_is_called_is_asked_what_was_asked_before(encoder, tmp_path: Path) -> None:
    """Over the whole path: the answer is of him, and its query says what was understood."""
    (tmp_path / "two.txt").write_text(TWO_STORIES, encoding="utf-8")
    with Library(tmp_path / "library", create=True) as library:
        (outcome,) = index([tmp_path / "two.txt"], library, encoder)
        assert outcome.status == "added"
    with Casebook(tmp_path / "library", Settings(), encoder=encoder) as casebook:
        first = casebook.ask("Dose of dapsone in the librarian?")
        other = casebook.ask("and the inspector?", history=[turn(first)])
        again = casebook.ask("palms?", history=[turn(other)])
    assert {c.patient for c in first.citations} == {1}
    assert {c.patient for c in other.citations} == {2}
    assert "100 mg daily" in " ".join(c.quote for c in other.citations)
    assert other.query.startswith("Dose of dapsone? (about: ")
    assert {c.patient for c in again.citations} <= {2} and "patient 2, " in again.query


def test_a_refusal_keeps_the_patient_whom_it_was_about(encoder, tmp_path: Path) -> None:
    """What follows it goes on about her, not about all."""
    (tmp_path / "two.txt").write_text(TWO_STORIES, encoding="utf-8")
    with Library(tmp_path / "library", create=True) as library:
        (outcome,) = index([tmp_path / "two.txt"], library, encoder)
        assert outcome.status == "added"
    with Casebook(tmp_path / "library", Settings(), encoder=encoder) as casebook:
        first = casebook.ask("Dose of dapsone in the librarian?")
        silent = casebook.ask("ferritin in the inspector?", history=[turn(first)])
    assert silent.status == "abstained" and not silent.citations
    assert turn(silent).patient == 2
