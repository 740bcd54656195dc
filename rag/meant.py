"""Question + the reports that were found → which of their patients it means.

A question about one report may point ('the older one', 'she'); one to the whole library can only
describe ('the 58-year-old', 'the beekeeper').
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from rag.conversation.elliptic import talk
from rag.conversation.resolve import Resolved
from rag.reader.networks.again import Introduced
from rag.reader.whom.patients import Sides
from rag.reader.whom.person_nouns import KIN
from rag.reader.whom.person_words import Introductions, PersonWords, callings, person_words
from rag.reader.whom.refer import patient_meant, singled_out
from rag.reader.whom.sides import side_by_side
from rag.schema import Report


@dataclass(frozen=True, slots=True)
class Meant:
    """Whom a question is about.

    `patient` is the number of the one who is meant, where there is one report; `among` and `sides`
    hold, by the report's id, who is described, and who are set side by side.
    """

    patient: int | None = None
    among: Mapping[str, int] = field(default_factory=dict)
    sides: Sides = field(default_factory=dict)
    callings: Introductions = field(default_factory=dict)
    """What the one report calls each of its patients."""


def meant(
    introduced: Introduced, question: str, resolved: Resolved, reports: Mapping[str, Report]
) -> Meant:
    """Whom a question to `reports` is about; of a report of one patient there is nothing to say."""
    several = [report for report in reports.values() if report.patients > 1]
    words = {report.id: words_of(report, introduced) for report in several}
    current = resolved.patient if len(reports) == 1 else None
    sides = {
        report.id: numbers
        for report in several
        if (numbers := side_by_side(question, report.cases, current, words[report.id]))
    }
    alone = [report for report in several if report.id not in sides]
    if len(reports) == 1 and alone:
        (report,) = alone
        found = patient_meant(
            question,
            report.cases,
            current,
            words[report.id],
            talk=talk(resolved.query),
            said=resolved.said,
            related=_related(report, _called(report, introduced)),
            stories=_stories(report),
        )
        if found is not None:
            return Meant(found, callings=_called(report, introduced))
    among = {
        report.id: number
        for report in alone
        if (number := singled_out(question, report, words[report.id])) is not None
    }
    return Meant(None, among, sides)


def words_of(report: Report, introduced: Introduced) -> PersonWords:
    """The words of a report by which each of its patients is known."""
    return person_words(_called(report, introduced))


def _called(report: Report, introduced: Introduced) -> Introductions:
    """What a report calls its patients, where each has a story; else how it introduces them."""
    return {**introduced(report), **callings(_stories(report))}


def _stories(report: Report) -> Mapping[int, str]:
    """Patient number → the text of the sections about that patient alone."""
    told: dict[int, str] = {}
    for section in report.sections:
        if section.patient is not None:
            text = report.text[section.start : section.end]
            told[section.patient] = f"{told.get(section.patient, '')}\n{text}"
    return told


def _related(report: Report, introduced: Introductions) -> bool:
    """Whether a report of several patients says that they are of one family."""
    return any(KIN.search(words) for words in (report.title, *introduced.values()))
