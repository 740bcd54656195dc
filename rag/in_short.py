"""Questions that no likeliest sentence answers → the sentences that do, by their form or place.

What a word means, how a drug works, how old somebody is, what a report tells, what it cannot show,
what is told of each of two drugs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rag.conversation.someone_else import only_describes
from rag.reader.kinds.ages import asks_for_age, saying_age
from rag.reader.kinds.definitions import asked_to_define, defining, spelling_out
from rag.reader.kinds.drugs_compared import compared_drugs, told_of_each
from rag.reader.kinds.limitations import asks_for_limitations, limitations
from rag.reader.kinds.mechanisms import asked_how_it_works, working, working_like
from rag.reader.kinds.overview import asks_for_overview, is_told_apart, overview
from rag.reader.kinds.premises import contradicting
from rag.reader.kinds.timeline import asks_for_timeline, timeline
from rag.reader.reader import Reading
from rag.schema import Evidence, Report

NOT_COMPARED = "Different patients in different reports: that does not say which drug is better."
NOT_SO = "The question takes for granted what this report does not say."


@dataclass(frozen=True, slots=True)
class InShort:
    """The sentences that answer a question that no likeliest sentence answers; often none.

    `sure` says that it is known without the probability that the reports answer; `brief` that one
    of them can hold a short answer; `remarks` are lines to say besides.
    """

    sentences: tuple[Evidence, ...] = ()
    sure: bool = False
    brief: bool = False
    remarks: tuple[str, ...] = ()


def in_short(question: str, reading: Reading, reports: Mapping[str, Report]) -> InShort:
    """What a word means, what a drug does, or a report told, where the question asks for that."""
    if not reading.evidence:
        return InShort()
    if (meaning := _meaning(question, reading.evidence)) is not None:
        return InShort(tuple(meaning), bool(meaning))
    if drug := asked_how_it_works(question):
        found = working(drug, reading.evidence)
        return InShort(tuple(found), bool(found), brief=True)
    if compared_drugs(question):
        return _of_each_drug(question, reading, reports)
    if asks_for_limitations(question):
        found = limitations(question, reading.evidence, reports)
        return InShort(tuple(found), bool(found))
    if asks_for_age(question):
        aged = saying_age(question, reading.evidence, reading.wanted, reports)
        return InShort(tuple(aged), bool(aged), brief=True)
    if opposite := contradicting(question, reading.evidence):
        return InShort(tuple(opposite), sure=True, remarks=(NOT_SO,))
    course = asks_for_timeline(question)
    asks = course or asks_for_overview(question)
    if not asks and not only_describes(question):
        return InShort()
    best = reading.evidence[0].passage.report_id
    others = {item.passage.report_id for item in reading.evidence} - {best}
    one = not others or is_told_apart(
        question, reports[best].text, [reports[other].text for other in sorted(others)]
    )
    if not asks and not one:
        return InShort()
    patient = reading.wanted.number_in(best)
    told = timeline(reading.evidence, patient) if course else []
    # Words that only describe may ask for something after all: whether it is told still counts.
    return InShort(tuple(told or overview(reading.evidence, patient)), one and asks)


def _meaning(question: str, evidence: Sequence[Evidence]) -> list[Evidence] | None:
    """The sentences that say what a word means; None where no meaning is asked for that is told."""
    concept = asked_to_define(question)
    if concept is None:
        return spelling_out(question, evidence) or None
    found = defining(concept, evidence)
    # A drug, or a kind of drugs, is what it does.
    found = found or working(concept, evidence) or working_like(concept, evidence)
    return found or spelling_out(question, evidence)


def asks_what_it_is(question: str) -> bool:
    """Whether it is asked what a word means, or how a drug works: no report's own matter."""
    return bool(asked_to_define(question) or asked_how_it_works(question))


def _of_each_drug(question: str, reading: Reading, reports: Mapping[str, Report]) -> InShort:
    """What is told of each of the drugs that are compared; nothing unless something is of each."""
    told = told_of_each(question, reading.evidence, reports)
    if not all(told.values()):
        return InShort()
    sentences = tuple(dict.fromkeys(item for items in told.values() for item in items))
    of_each = [
        f"{name}: {' '.join(f'[{sentences.index(item) + 1}]' for item in items)}"
        for name, items in told.items()
    ]
    remarks = (f"On {'; on '.join(of_each)}.", NOT_COMPARED)
    return InShort(sentences, sure=True, remarks=remarks)
