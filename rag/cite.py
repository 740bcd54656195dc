"""Evidence → citations: exact spans of stored texts, numbered in the order of the answer."""

# ruff: noqa: E501  (a pattern reads best on one line)

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from rag.schema import Citation, EditorialNotice, Evidence, Report, Section
from rag.search_text import patient_as_shown
from rag.works.editions import edition_name


@dataclass(frozen=True, slots=True)
class Provenance:
    """What is known of reports beside what stands in them, each by report id.

    works: its work; a report that is not there is a work of its own. editions: how many editions
    of it are stored. editorial: what its journal said of it afterwards.
    """

    works: Mapping[str, str] = field(default_factory=dict)
    editions: Mapping[str, int] = field(default_factory=dict)
    editorial: Mapping[str, EditorialNotice] = field(default_factory=dict)


NOTHING_MORE = Provenance()

# What such a sentence says in the section of one patient is of the others, too.
_OF_ALL = re.compile(
    r"(?:[-–•*]\s*)?(?:both(?: (?:of them|of the|patients|children|girls|boys|women|men|had|were|received|recovered|improved|died))\b|"
    r"neither (?:of|patient|child)\b|all (?:of them|three|four|five|six|patients|children)\b|"
    r"the (?:two|three|four|five|six) (?:patients|children|girls|boys|women|men|siblings)\b)",
    re.IGNORECASE,
)


def cite(
    evidence: Sequence[Evidence],
    reports: Mapping[str, Report],
    provenance: Provenance = NOTHING_MORE,
) -> list[Citation]:
    """One citation per piece of evidence, numbered from 1.

    Raises ValueError when a quotation is not the slice of its report's text: a fault of ours that
    must never reach a user as a citation.
    """
    citations: list[Citation] = []
    for number, item in enumerate(evidence, 1):
        report = reports[item.passage.report_id]
        quote = report.text[item.start : item.end]
        if not quote or quote != item.text:
            raise ValueError(f"{item.passage.id}: evidence is not text[{item.start}:{item.end}]")
        section = section_at(report, item.start)
        of_all = report.patients > 1 and bool(_OF_ALL.match(quote))
        citations.append(
            Citation(
                number=number,
                report_id=report.id,
                title=report.title,
                authors=report.authors,
                journal=report.journal,
                year=report.year,
                doi=report.doi,
                pmid=report.pmid,
                source_kind=report.source_kind,
                basis=report.basis,
                section=section.heading if section and section.heading else item.passage.section,
                page=(section.page_at(item.start) if section else None) or item.passage.page,
                start=item.start,
                end=item.end,
                quote=quote,
                patient=None if of_all else item.passage.patient,
                who="" if of_all else _who(report, item),
                of_several=report.patients > 1,
                work=provenance.works.get(report.id, report.id),
                edition=edition_name(report),
                editions=provenance.editions.get(report.id, 1),
                editorial=provenance.editorial.get(report.id),
            )
        )
    return citations


def _who(report: Report, item: Evidence) -> str:
    """Age, sex, subtype and antibodies of the patient whom a sentence is about; '' when unknown.

    In a report of one patient its summary is about that patient, too.
    """
    number = item.passage.patient
    if number is None and len(report.cases) == 1 and item.passage.kind in ("summary", "case"):
        number = report.cases[0].number
    case = next((c for c in report.cases if c.number == number), None)
    return patient_as_shown(case) if case and (case.age is not None or case.sex) else ""


def lines_of(citations: Sequence[Citation]) -> list[list[Citation]]:
    """The citations of each line of an answer: of one report and, where it has several, patient.

    What such a report says of nobody in particular has a line of its own: under the name of a
    patient it would be taken for theirs.
    """
    lines: list[list[Citation]] = []
    for report_id in dict.fromkeys(c.report_id for c in citations):
        group = [c for c in citations if c.report_id == report_id]
        if not any(c.of_several for c in group):
            lines.append(group)
            continue
        for patient in dict.fromkeys(c.patient for c in group):
            lines.append([c for c in group if c.patient == patient])
    return lines


def heading(said: Sequence[Citation]) -> str:
    """Whose words a line shows, and of whom: 'Chen 2024, patient 2, 56-year-old woman'."""
    numbers = {c.patient for c in said} - {None}
    who = list(dict.fromkeys(c.who for c in said if c.who))
    parts = [source_phrase(said[0])]
    if len(numbers) == 1 and said[0].of_several:
        parts.append(f"patient {numbers.pop()}")
    return ", ".join([*parts, *who[:1]] if len(who) == 1 else parts)


def section_at(report: Report, place: int) -> Section | None:
    """The section that holds an offset of the text."""
    return next((s for s in report.sections if s.start <= place < s.end), None)


def family_name(author: str) -> str:
    """'Ogawa Y' (a digest's) and 'Yoshihiro Ogawa' (a paper's) → 'Ogawa'."""
    parts, initials = author.split(), False
    while len(parts) > 1 and parts[-1].isupper() and len(parts[-1]) <= 3:
        parts.pop()
        initials = True
    return " ".join(parts) if initials else parts[-1]


def short_name(report: Report | Citation) -> str:
    """'Ogawa 2017', or the id of a report whose authors are unknown."""
    if not report.authors:
        return report.id if isinstance(report, Report) else report.report_id
    family = family_name(report.authors[0])
    return f"{family} {report.year}" if report.year else family


def source_phrase(citation: Citation) -> str:
    """Whose words a citation shows: 'Casebook digest of Ogawa 2017 (from the abstract)'."""
    name = short_name(citation)
    if citation.editorial and citation.editorial.retracts:
        name += ", RETRACTED"
    if citation.source_kind == "digest":
        origin = {
            "abstract": "from the abstract",
            "excerpt": "from an excerpt",
            "full text": "from the full text",
        }[citation.basis]
        return f"Casebook digest of {name} ({origin})"
    if citation.source_kind == "paper":
        return name
    return f"{name} (user file)"
