"""A sentence with a dose for each of several groups: one of them alone is a wrong answer.

'Below 25 kg 2.5 mg twice daily; 25 kg or more 5 mg twice daily; one child needed 7.5 mg' gives
three doses of one drug, and which is whose is said by the words around them.
"""

from __future__ import annotations

import re

from rag.reader.question.asked import DOSE
from rag.reader.short.clauses import clause_of
from rag.reader.short.doses import asks_for_dose
from rag.reader.words import mentions, stems

_UNIT = re.compile(r"(?:mg|g|µg|mcg|ml|mL|U|IU|units?)\b")


def is_one_of_several_doses(question: str, sentence: str, start: int, end: int) -> bool:
    """Whether ``sentence[start:end]`` is one of several doses of a drug, and no word of the
    question says that it is the one asked for.

    Doses with another drug's name before them do not count, nor do those in the same clause (a
    course of treatment: 'from 60 to 10 mg').
    """
    if not asks_for_dose(question) or not _is_dose(sentence[start:end]):
        return False
    own_drug = _drug_before(sentence, start)
    own = clause_of(sentence, start, end)
    others = [
        clause
        for m in DOSE.finditer(sentence)
        if _is_dose(m.group()) and not (m.start() < end and m.end() > start)
        if (clause := clause_of(sentence, *m.span())) != own
        and _drug_before(sentence, m.start()) == own_drug
    ]
    if not others:
        return False
    drugs = {s for m in mentions(question) if m.concept.kind == "drug" for s in stems(m.text)}
    asked = set(stems(question)) - drugs
    here = asked & set(stems(sentence[slice(*own)]))
    return any(here <= set(stems(sentence[slice(*clause)])) for clause in others)


def _is_dose(words: str) -> bool:
    return bool(DOSE.search(words) and _UNIT.search(words))


def _drug_before(sentence: str, place: int) -> str:
    """The drug last named before a place; '' for none."""
    named = [m for m in mentions(sentence) if m.concept.kind == "drug"]
    before = [m.concept.name for m in named if m.end <= place]
    return before[-1] if before else ""
