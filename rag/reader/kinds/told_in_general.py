"""Evidence → that which can answer a question about nobody in particular: for each report its own.

A dose of the drug, or how soon it worked.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from rag.lexicon import lexicon
from rag.reader.question.asked import TIME, shown
from rag.reader.question.asked_in_general import asks_for_any_dose, general_speed
from rag.reader.short.doses import told_doses
from rag.reader.short.misleading import is_a_course
from rag.reader.words import concept_names
from rag.schema import Evidence, Report


def told_in_general(
    question: str, evidence: Sequence[Evidence], reports: Mapping[str, Report]
) -> Sequence[Evidence]:
    """The sentences that give what is asked of anybody; none where none does.

    For a dose all of them then: their own rules say why there is none. Any other question keeps
    its evidence as it is.
    """
    if asks_for_any_dose(question):
        return told_doses(question, evidence)
    if drug := general_speed(question):
        return [e for e in evidence if _says_when(e) and _is_on(drug, e, reports)]
    return evidence


# 'After two or three infusions' is a time, too.
_AFTER_COURSES = re.compile(
    r"\b(?:after|within|by) (?:the |only |just )?(?:[\w-]+ ){1,3}"
    r"(?:infusion|dose|cycle|course|injection|session|pulse)s?\b",
    re.IGNORECASE,
)
_CAME = re.compile(
    r"\b(?:after|within|by|at|over|in|until|took|was|were|to)\s+(?:week |month |day )?$|:\s*$",
    re.IGNORECASE,
)


def _says_when(item: Evidence) -> bool:
    """Whether a sentence tells of an effect and when it came; the length of a course is no such."""
    times = [m.span() for m in TIME.finditer(item.text)]
    if "outcome" in shown(item.text) and _AFTER_COURSES.search(item.text):
        return True
    return "outcome" in shown(item.text) and any(
        _comes(item.text, start) and not is_a_course(item.text, start, end) for start, end in times
    )


def _comes(text: str, start: int) -> bool:
    """Whether a time is one after which something came: not an age, nor how long it was watched."""
    return bool(_CAME.search(text[:start]) or re.match(r"(?:after|within)\b", text[start:]))


def _is_on(name: str, item: Evidence, reports: Mapping[str, Report]) -> bool:
    """Whether a sentence names a thing, or its report's title does."""
    wanted = {name, *lexicon().narrower(name)}
    title = reports[item.passage.report_id].title
    return bool(wanted & concept_names(item.text)) or bool(wanted & concept_names(title))
