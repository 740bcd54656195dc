"""A follow-up question + the conversation → a question that stands alone, and its reports.

Rules, not a model: a follow-up is recognised by what it leaves out, and gets the subject of the
question before it. What was understood is shown to the user as the answer's `query`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.lexicon import lexicon
from rag.reader.patients import described
from rag.schema import Turn

_OPENS = re.compile(
    r"^\s*(?:and|but|so|also|then|what about|how about|why|any(?:thing)? else|same|ok|"
    r"in that case)\b",
    re.IGNORECASE,
)
_POINTS = re.compile(
    r"\b(?:he|she|him|her|his|hers|they|them|their|it|its|this|these|same|"
    r"the (?:patient|woman|man|girl|boy|child|case|report|paper|authors?|drug|dose|treatment|lady|"
    r"other|second|first|third))\b",
    re.IGNORECASE,
)
# 'Is that drug safe?' points back, 'patients that took methotrexate' does not.
_POINTS_UNLESS_NAMED = re.compile(r"\b(?:that|those)\b", re.IGNORECASE)
_OTHER = re.compile(
    r"\b(?:other|another|else|elsewhere|different) (?:report|case|patient|paper)s?\b", re.I
)

# As `rag.chat.naming` adds it.
_PATIENT = re.compile(r"patient \d+, ")


@dataclass(frozen=True, slots=True)
class Resolved:
    """`query` stands alone; `report_ids` are the reports it is about (empty: all).

    `patient` is whom the turn before was about, in a report of several.
    """

    query: str
    report_ids: tuple[str, ...] = ()
    follows: bool = False
    patient: int | None = None


def resolve(question: str, history: Sequence[Turn]) -> Resolved:
    """The question as it must be read after `history` (oldest first)."""
    question = question.strip()
    if not history or not _is_follow_up(question):
        return Resolved(question)
    last = history[-1]
    subject = _subject(last.query)
    if _OTHER.search(question):
        return Resolved(f"{question} (after: {subject})", follows=True)
    query = f"{question} (about: {subject})"
    return Resolved(query, last.report_ids[:1], follows=True, patient=last.patient)


def _subject(query: str) -> str:
    """What a conversation is about: the question that opened it, and the last one asked.

    The words for a patient go: whom a new question means is found anew.
    """
    asked, opened, rest = query.strip().partition(" (about: ")
    parts = [*(rest.rstrip(")").split("; ") if opened else ()), asked]
    kept = [part.strip().rstrip("?.! ") for part in parts if not _PATIENT.match(part)]
    return "; ".join(dict.fromkeys(part for part in (kept[0], kept[-1]) if part))


def _is_follow_up(question: str) -> bool:
    """A question that names its own subject is none, whatever word it opens with."""
    kinds = [m.concept.kind for m in lexicon().find(question, typos=True)]
    names = [kind for kind in kinds if kind in ("drug", "antibody", "subtype")]
    findings = [kind for kind in kinds if kind in ("sign", "laboratory")]
    wanted = described(question)
    # A sign alone ('side effects?') may be asked of anybody; with a drug it names a subject.
    if wanted.age is not None or len(names) >= 2 or (names and findings):
        return False
    points = _OPENS.search(question) or _POINTS.search(question) or wanted.number is not None
    if points or (not names and _POINTS_UNLESS_NAMED.search(question)):
        return True
    return len(question.split()) <= 5 and not names
