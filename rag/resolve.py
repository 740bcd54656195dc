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
_GOES_ON = re.compile(r"^\s*(?:and|but|so|also|then|what about|how about|ok)\b", re.IGNORECASE)
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
_OTHER_REPORT = re.compile(
    r"\b(?:other|another|different) (?:report|paper)s?\b|\belsewhere\b", re.I
)
# Of one patient nobody is the younger.
_OTHER_PERSON = re.compile(
    r"\b(?:younger|older|other|second|third) (?:\w+ )?"
    r"(?:one|patient|case|woman|man|girl|boy|lady|child)\b",
    re.IGNORECASE,
)

# A change of topic that says so, and questions about the library as a whole.
_TURNS = re.compile(
    r"\b(?:different (?:matter|topic|question|subject)|another (?:topic|question|subject|matter)|"
    r"new (?:question|topic|patient)|something else|do (?:we|you) have (?:any|some)\w*|"
    r"(?:is|are) there (?:an?|any)\b[^.?]{0,30}\b(?:reports?|cases?|papers?|trials?)|"
    r"which (?:\w+ )?(?:reports?|papers?|studies|publications)|has any(?:one|body)|"
    r"in the literature|"
    r"(?:paper|report|series|cohort|study|article) (?:of|on|about|from|by|with)|"
    r"define)\b",
    re.IGNORECASE,
)
_DISEASE = "dermatomyositis"
_SHORT = 5  # words

# As `rag.reader.refer.naming` adds it.
_PATIENT = re.compile(r"patient \d+, ")


@dataclass(frozen=True, slots=True)
class Resolved:
    """`query` stands alone; `report_ids` are the reports it is about (empty: all).

    `patient` is whom the turn before was about, in a report of several; `besides` are the reports
    that a question for others has had already, `nobody` the authors it names who have no report,
    `authors` the names by which it means `report_ids`.
    """

    query: str
    report_ids: tuple[str, ...] = ()
    follows: bool = False
    patient: int | None = None
    besides: tuple[str, ...] = ()
    nobody: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """What the report of the last answer speaks of: names of concepts, and its patients' ages.

    `patients` is how many it describes singly; None when nothing is known of it.
    """

    names: frozenset[str] = frozenset()
    ages: frozenset[int] = frozenset()
    patients: int | None = None


def resolve(question: str, history: Sequence[Turn], told: Told = Told()) -> Resolved:
    """The question as it must be read after `history` (oldest first).

    `told` is what the first report of the last turn speaks of: a drug that it names is no new
    subject.
    """
    question = question.strip()
    if not history or not _is_follow_up(question, told):
        return Resolved(question)
    last = history[-1]
    subject = _subject(last.query)
    if _OTHER.search(question) or (told.patients == 1 and _OTHER_PERSON.search(question)):
        besides = last.report_ids[:1] if told.patients == 1 else ()
        if _OTHER_REPORT.search(question):
            besides = last.report_ids
        return Resolved(f"{question} (after: {subject})", follows=True, besides=besides)
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


def _is_follow_up(question: str, told: Told) -> bool:
    """Whether a question is about what the conversation is about.

    One that names its own subject is none, whatever word it opens with; one that names nothing is,
    and so is one that names only what the last report speaks of.
    """
    if _TURNS.search(question):
        return False
    found = [m.concept for m in lexicon().find(question, typos=True)]
    names = {c.name for c in found if c.kind in ("drug", "antibody", "subtype")} - {_DISEASE}
    findings = {c.name for c in found if c.kind in ("sign", "laboratory")}
    age = described(question).age
    if age is not None and age not in told.ages:
        return False
    # In the middle of a talk nobody says what disease it is about.
    if _DISEASE in {c.name for c in found} and not _GOES_ON.search(question):
        return False
    if (names or findings) and names | findings <= told.names:
        return True
    # A sign alone ('side effects?') may be asked of anybody; with a drug it names a subject.
    if age is None and (len(names) >= 2 or (names and findings)):
        return False
    points = _OPENS.search(question) or _POINTS.search(question)
    if points or described(question).number is not None or age is not None:
        return True
    if not names and _POINTS_UNLESS_NAMED.search(question):
        return True
    return not names and (not findings or len(question.split()) <= _SHORT)
