"""What a question must be to be asked. Imports next to nothing: a question that cannot be asked is
refused before anything is opened, and one that can does not wait for the rest here.
"""

from __future__ import annotations

from rag.config import MAX_QUESTION_CHARACTERS
from rag.errors import QuestionError


def check_question(question: str) -> None:
    """Raises QuestionError for a question that is empty or too long to be one."""
    if not question.strip():
        raise QuestionError("The question is empty; ask something about the reports")
    if len(question) > MAX_QUESTION_CHARACTERS:
        raise QuestionError(
            f"The question has {len(question):,} characters, more than the "
            f"{MAX_QUESTION_CHARACTERS:,} that are read; shorten it, or add the text as a report"
        )
