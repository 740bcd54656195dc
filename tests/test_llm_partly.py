"""A sentence of a model that is proved in part: it stands, marked, and may be mended."""

from __future__ import annotations

import pytest

from eval.red_team.invented import QUESTION, TRUE, consulted, evidence_of
from eval.red_team.obedient import Obedient
from rag.llm.answering import written_answer
from rag.llm.options import Options
from rag.llm.writing import Writer
from rag.schema import Answer
from rag.verify.grounds import Grounds
from rag.verify.verdict import Verdict

OTHER = "Clinicians were pleased with what became of everybody [1]."
FALSE = "Clinicians were pleased with what became of 17 people [1]."


def partly(claim: str, proof: Grounds) -> Verdict:
    """A support score by which no more can be said of anything."""
    return "partly"


def written(reply: str) -> tuple[Answer, Obedient]:
    """The answer of a model that says so, and nonsense when it is asked again."""
    evidence = evidence_of(TRUE)
    talk = Obedient(reply)
    writer = Writer(talk, evidence, QUESTION, QUESTION, Options(), support=partly)
    list(writer.sentences())
    return written_answer(consulted(TRUE), evidence, writer.written, "m", "here"), talk


def test_it_stands_with_its_mark() -> None:
    """It is never silently kept: in the text, in the reasons and in the notice."""
    answer, _ = written(f"{TRUE} [1] {OTHER}")
    first, second = answer.checked or ()
    assert (first.verdict, second.verdict, second.struck) == ("supported", "partly", False)
    assert answer.text[second.end :].startswith(" (only partly proved)")
    assert "not found there: 'clinicians'" in second.reasons[0]
    assert "1 sentence only partly proved: marked." in answer.notice


def test_a_wrong_figure_in_it_is_struck_out() -> None:
    answer, _ = written(f"{TRUE} [1] {FALSE}")
    assert [(c.verdict, c.struck) for c in answer.checked or ()][1] == ("unsupported", True)


@pytest.mark.parametrize(("reply", "asked"), [(f"{TRUE} [1]", 1), (f"{TRUE} [1] {OTHER}", 2)])
def test_the_model_may_say_it_in_the_words_of_the_report(reply: str, asked: int) -> None:
    """Only where there is something to mend is it asked again; what cannot be mended stands."""
    answer, talk = written(reply)
    assert len(talk.replies) == asked
    assert not any(c.struck for c in answer.checked or ())
