"""A follow-up question + the conversation → a question that stands alone, and its reports.

Rules, not a model: a follow-up is recognised by what it leaves out, and gets the subject of the
question before it. What was understood is shown to the user as the answer's `query`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.conversation.elliptic import (
    before_or_after,
    drugs_in,
    exchanged,
    of_another_drug_there,
    of_another_patient,
    of_the_drug,
    parts,
)
from rag.conversation.follow_up import DISEASE, NOTHING_TOLD, OTHER, Told, is_follow_up
from rag.conversation.someone_else import (
    OPENS,
    asked_of,
    asks_by_itself,
    goes_on,
    is_someone_else,
    is_unheard_of,
    names_a_person,
    sex_named,
    without_persons,
)
from rag.lexicon import lexicon
from rag.reader.whom.patients import described
from rag.schema import Turn

_OTHER_REPORT = re.compile(
    r"\b(?:other|another|different) (?:report|paper)s?\b|\belsewhere\b", re.I
)
# Of one patient nobody is the younger.
_OTHER_PERSON = re.compile(
    r"\b(?:younger|older|other|second|third) (?:\w+ )?"
    r"(?:one|patient|case|woman|man|girl|boy|lady|child)\b",
    re.IGNORECASE,
)

_CLAUSE = re.compile(r"[,;:]\s+|\s[-–—]\s|\?\s+")


@dataclass(frozen=True, slots=True)
class Resolved:
    """`query` stands alone; `report_ids` are the reports it is about (empty: all).

    `patient` is whom the turn before was about, in a report of several; `besides` are the reports
    that a question for others has had already, `nobody` the authors it names who have no report,
    `authors` the names by which it means `report_ids`. `asked` is the question to be answered,
    where its own words leave out what is asked. `said` is the last question as it was typed.
    """

    query: str
    report_ids: tuple[str, ...] = ()
    follows: bool = False
    patient: int | None = None
    besides: tuple[str, ...] = ()
    nobody: tuple[str, ...] = ()
    asked: str = ""
    authors: tuple[str, ...] = ()
    said: str = ""


def resolve(question: str, history: Sequence[Turn], told: Told = NOTHING_TOLD) -> Resolved:
    """The question as it must be read after `history` (oldest first).

    `told` is what the first report of the last turn speaks of: a drug that it names is no new
    subject.
    """
    question = question.strip()
    if not history:
        return Resolved(question)
    last = history[-1]
    follows = is_follow_up(question, told)
    if is_someone_else(question, told.persons):
        return _of_someone_else(question, last, follows, last.report_ids[:1])
    if follows and is_unheard_of(question, told.words, told.names):
        return _of_someone_else(question, last, follows)
    if not follows:
        return _of_one_more(question, last) or Resolved(question)
    if (of_another := _of_another_drug(question, last, told)) is not None:
        return of_another
    subject = _subject(last.query)
    if OTHER.search(question) or (told.patients == 1 and _OTHER_PERSON.search(question)):
        besides = last.report_ids[:1] if told.patients == 1 else ()
        if _OTHER_REPORT.search(question):
            besides = last.report_ids
        return Resolved(f"{question} (after: {subject})", follows=True, besides=besides)
    asked = of_another_drug_there(question, last) or before_or_after(question, last)
    query = f"{asked or question} (about: {subject})"
    asked = asked or of_another_patient(question, query) or of_the_drug(question, last)
    return Resolved(
        query,
        last.report_ids[:1],
        follows=True,
        patient=last.patient,
        asked=asked,
        said=last.question,
    )


def _of_someone_else(
    question: str, last: Turn, follows: bool, besides: tuple[str, ...] = ()
) -> Resolved:
    """A question about a person of whom the last report does not speak, in other reports."""
    asked = _asked_before(question, last)
    # A matter of its own takes the place of the other: 'the girl on IVIG?', 'the one who bled?'
    own = _subjects(question) or (asked and without_persons(OPENS.sub("", question, count=1)))
    topic = (follows or goes_on(question)) and not own
    opened = without_persons(parts(last.query)[0]) if topic else ""
    query = f"{asked or question}{f' (after: {opened})' if opened else ''}"
    return Resolved(query, follows=True, besides=besides, asked=asked)


def _of_one_more(question: str, last: Turn) -> Resolved | None:
    """'And the ovarian one?' asks of another patient what was asked last; else None."""
    if not goes_on(question) or not names_a_person(question):
        return None
    asked = _asked_before(question, last)
    return Resolved(asked, follows=True, asked=asked) if asked else None


def _asked_before(question: str, last: Turn) -> str:
    """The question of a person that leaves out what is asked; '' if it says so itself.

    It asks what the last question asked, and where that only named somebody, who that person is.
    """
    if asks_by_itself(question):
        return ""
    whom = OPENS.sub("", question, count=1).strip().rstrip("?.! ")
    asked = _asking(parts(last.query)[-1])
    if not asks_by_itself(asked):
        return f"Tell me about {whom}?"
    return f"{whom}: {asked_of(sex_named(question), without_persons(asked))}?"


def _asking(asked: str) -> str:
    """Of 'IVIG in the three from Bonn, what dose?' the clause that asks, where one stands apart."""
    last = _CLAUSE.split(asked)[-1]
    return last if asks_by_itself(last) else asked


def _of_another_drug(question: str, last: Turn, told: Told) -> Resolved | None:
    """'And methotrexate?' after 'Leflunomide for the skin, any good?' asks the same of that drug.

    Not of a drug that the last report speaks of, nor where the talk is about one patient.
    """
    if not told.names or asks_by_itself(question) or not goes_on(question):
        return None
    new, said = drugs_in(question), parts(last.query)
    person = last.patient is not None or any(_singles_out(part) for part in (*said, question))
    old = {drug.concept.name for part in said for drug in drugs_in(part)}
    if len(new) != 1 or new[0].concept.name in told.names or len(old) != 1 or person:
        return None
    asked = ": ".join(dict.fromkeys(exchanged(part, new[0].text) for part in said))
    return Resolved(f"{asked}?", follows=True, asked=f"{asked}?")


def _subjects(text: str) -> set[str]:
    """The drugs, antibodies, forms and findings that a text names, but for the disease."""
    kinds = ("drug", "antibody", "subtype", "sign")
    found = [m.concept for m in lexicon().find(text, typos=True)]
    return {one.name for one in found if one.kind in kinds} - {DISEASE}


def _singles_out(text: str) -> bool:
    whom = described(text)
    return bool(whom) or whom.sex is not None or names_a_person(text)


def _subject(query: str) -> str:
    """What a conversation is about: the question that opened it, and the last one asked.

    The words for a patient go: whom a new question means is found anew.
    """
    return "; ".join(parts(query))
