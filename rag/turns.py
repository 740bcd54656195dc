"""What a question must be to be asked, and what the next one needs to know of its answer."""

from __future__ import annotations

from rag.config import MAX_QUESTION_CHARACTERS
from rag.errors import QuestionError
from rag.schema import Answer, Turn


def check_question(question: str) -> None:
    """Raises QuestionError for a question that is empty or too long to be one."""
    if not question.strip():
        raise QuestionError("The question is empty; ask something about the reports")
    if len(question) > MAX_QUESTION_CHARACTERS:
        raise QuestionError(
            f"The question has {len(question):,} characters, more than the "
            f"{MAX_QUESTION_CHARACTERS:,} that are read; shorten it, or add the text as a report"
        )


def turn(answer: Answer) -> Turn:
    """What a later question needs to know of an answer.

    A refusal that names a report ('the dose is not in the abstract of …') is about that report.
    """
    cited = tuple(dict.fromkeys(c.report_id for c in answer.citations))
    if not cited:
        near = dict.fromkeys(hit.passage.report_id for hit in answer.hits)
        cited = tuple(report_id for report_id in near if report_id in answer.text)
    patients = {c.patient for c in answer.citations if c.of_several}
    patient = patients.pop() if len(patients) == 1 else None
    return Turn(answer.question, answer.query, cited, patient)
