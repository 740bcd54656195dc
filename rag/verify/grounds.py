"""Citations + reports → what a claim may rest on: the cited slices, and whom they are about."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rag.schema import Case, Citation, Report, Section, Sex
from rag.sentences import sentence_spans
from rag.verify.number_words import NUMBER, value_of
from rag.verify.people import numbered, sexes


@dataclass(frozen=True, slots=True)
class Grounds:
    """The words that a part of a sentence rests on.

    `text` is the cited slices, one below the other; `quotes` are they one by one. `about` is what
    the report's front matter and title say of the patient (subtype, antibodies), `context` what
    the title and the sections of the slices say: what 'it' and 'the rash' of a slice may mean.
    `before` are, of each slice, the sentences before it in its section: what its 'it' may mean.
    `group` is how many patients the report is about. Age and sex may be the patient's as the
    report records them. `patients` are the numbers of the patients whom the slices may be about;
    None where the report does not tell.
    """

    numbers: tuple[int, ...]
    quotes: tuple[str, ...]
    about: str
    context: str
    title: str
    ages: tuple[float, ...]
    sexes: tuple[Sex, ...]
    patients: tuple[int, ...] | None
    group: tuple[float, ...]
    years: tuple[int, ...]
    authors: tuple[str, ...]
    before: tuple[tuple[str, ...], ...] = ()

    @property
    def text(self) -> str:
        """The cited slices as one text, each at least one sentence."""
        return "\n".join(
            quote if quote.rstrip().endswith(".") else f"{quote}." for quote in self.quotes
        )

    @property
    def place(self) -> str:
        """How a reason names them: '[2]', '[1], [3]'."""
        return ", ".join(f"[{number}]" for number in self.numbers)


def missing(citation: Citation, reports: Mapping[str, Report]) -> str | None:
    """Why the span of a citation cannot be relied on, or None: it must be the stored slice."""
    report = reports.get(citation.report_id)
    if report is None:
        return f"[{citation.number}] cites {citation.report_id}, which is not in this library"
    if not citation.quote or report.text[citation.start : citation.end] != citation.quote:
        return (
            f"[{citation.number}] is not the text of {report.id} at "
            f"{citation.start}-{citation.end}; index the report again"
        )
    return None


def grounds(citations: Sequence[Citation], reports: Mapping[str, Report]) -> Grounds:
    """What these citations (at least one, all of stored slices) say, and of whom."""
    cases = [case for citation in citations for case in _cases(citation, reports)]
    cited = [reports[c.report_id] for c in citations]
    about = [report.title for report in cited]
    about += [", ".join((case.subtype, *case.antibodies)) for case in cases]
    said = [sex for c in citations for sex in _said_sexes(c, reports[c.report_id])]
    alone = [_sex_by_pronouns(_told_of_one(c, reports[c.report_id])) for c in citations]
    known = [sex for sex in alone if sex] or [case.sex for case in cases if case.sex]
    patients: list[int] | None = []
    for citation in citations:
        numbers = _patients(citation, reports[citation.report_id])
        patients = None if numbers is None or patients is None else [*patients, *numbers]
    return Grounds(
        numbers=tuple(dict.fromkeys(c.number for c in citations)),
        quotes=tuple(" ".join(c.quote.split()) for c in citations),
        about=". ".join(dict.fromkeys(about)),
        context=". ".join(dict.fromkeys(_context(c, reports[c.report_id]) for c in citations)),
        title=". ".join(dict.fromkeys(report.title for report in cited)),
        ages=tuple(float(case.age) for case in cases if case.age is not None),
        sexes=tuple(dict.fromkeys([*known, *said])),
        patients=None if patients is None else tuple(dict.fromkeys(patients)),
        group=tuple(size for report in cited for size in _sizes(report.text, report.patients)),
        years=tuple(report.year for report in cited if report.year),
        authors=tuple(name for report in cited for name in report.authors),
        before=tuple(_before(c, reports[c.report_id]) for c in citations),
    )


def _cases(citation: Citation, reports: Mapping[str, Report]) -> list[Case]:
    """The patient of a citation; a report's only patient stands behind all of it."""
    report = reports[citation.report_id]
    numbers = _patients(citation, report) or ()
    return [case for case in report.cases if case.number in numbers]


def _told_of_one(citation: Citation, report: Report) -> str:
    """The text that speaks of the patient of a citation alone: the report of an only patient, or
    the section that is that patient's; '' where there is none.
    """
    if report.patients == 1:
        return report.text
    section = _section(citation, report)
    own = section is not None and section.patient is not None
    return report.text[section.start : section.end] if section and own else ""


@lru_cache(maxsize=256)
def _sex_by_pronouns(text: str) -> Sex | None:
    """The sex of the only patient of a text where nearly all its pronouns are of one: 'she was
    delivered of a healthy boy' is about a woman, whatever was read into the record.
    """
    said = Counter(one.sex for one in sexes(text) if one.pronoun).most_common()
    if not said or said[0][1] < _LEAST_PRONOUNS:
        return None
    others = sum(count for _, count in said[1:])
    return said[0][0] if others * _TIMES_AS_OFTEN <= said[0][1] else None


_LEAST_PRONOUNS, _TIMES_AS_OFTEN = 3, 4


def _said_sexes(citation: Citation, report: Report) -> list[Sex]:
    """The sexes that the slice says; where it says none, and the report does not know its
    patient's, those of its section.
    """
    said = [s.sex for s in sexes(citation.quote)]
    if report.patients == 1 and _sex_by_pronouns(report.text):
        return said
    if said or any(case.sex for case in report.cases if case.number == citation.patient):
        return said
    section = _section(citation, report)
    return [s.sex for s in sexes(report.text[section.start : section.end])] if section else []


@lru_cache(maxsize=256)
def _sizes(text: str, patients: int) -> tuple[float, ...]:
    """How many patients a report is about, as it says anywhere; 'all five' may rest on that."""
    said = {value_of(match[1]) for match in _SIZE.finditer(text)}
    said |= {value_of(m[1] or m[2]) for m in _COUNTED.finditer(text)}
    return tuple(sorted(said | ({float(patients)} if patients > 1 else set())))


_SIZE = re.compile(
    rf"({NUMBER})\s(?:[a-z-]+\s){{0,2}}(?:patients|people|adults|children|cases|women|men|participants)\b",
    re.IGNORECASE,
)


_COUNTED = re.compile(
    rf"\(n\s?=\s?(\d+)\)|\b({NUMBER})\s(?:out\s)?of\s(?:the\s)?(?:{NUMBER})\s(?:[a-z]+\s)?"
    r"(?:patients|people|adults|children|cases)\b",
    re.IGNORECASE,
)
"""'(n = 9)', 'nine of 331 patients': the nine are of whom the report tells."""


def _context(citation: Citation, report: Report) -> str:
    """The title, the opening, and the section of a slice up to `_FAR` before and behind it."""
    section = _section(citation, report)
    start, end = (section.start, section.end) if section else (citation.start, citation.end)
    start, end = max(start, citation.start - _FAR), min(end, citation.end + _FAR)
    opening = "" if start <= _OPENING else report.text[:_OPENING]
    return " ".join(f"{report.title}. {opening} {report.text[start:end]}".split())


_OPENING = 800  # characters in which a report says what it is about
_FAR = 1200  # characters; a section of a full text may be long


def _before(citation: Citation, report: Report) -> tuple[str, ...]:
    """The last sentences before a slice in its section, the nearest first."""
    section = _section(citation, report)
    if section is None:
        return ()
    spans = _sentences(report.text, section.start, section.end)
    last = [(a, b) for a, b in spans if b <= citation.start][-_BEFORE:]
    return tuple(" ".join(report.text[a:b].split()) for a, b in reversed(last))


_BEFORE = 4  # sentences


@lru_cache(maxsize=256)
def _sentences(text: str, start: int, end: int) -> tuple[tuple[int, int], ...]:
    return tuple(sentence_spans(text, start, end))


def _section(citation: Citation, report: Report) -> Section | None:
    return next((s for s in report.sections if s.start <= citation.start < s.end), None)


def _patients(citation: Citation, report: Report) -> tuple[int, ...] | None:
    """The patients whom a citation may be about: its own, those that its words name, those named
    last before it in its section; the only one of its report.
    """
    named = tuple(n for found in numbered(citation.quote) for n in found.numbers)
    if citation.patient is not None:
        return tuple(dict.fromkeys((citation.patient, *named)))
    if named:
        return named
    if report.patients == 1:
        return (report.cases[0].number,)
    section = _section(citation, report)
    if section is None:
        return None
    named_last = None
    for start, numbers in _named_in(report.text, section.start, section.end):
        if start >= citation.start:
            break
        named_last = numbers
    return named_last


@lru_cache(maxsize=256)
def _named_in(text: str, start: int, end: int) -> tuple[tuple[int, tuple[int, ...]], ...]:
    """Where the sentences of a section begin that name patients by number, and which, in order."""
    found = ((a, numbered(text[a:b])) for a, b in _sentences(text, start, end))
    return tuple((a, tuple(n for one in each for n in one.numbers)) for a, each in found if each)
