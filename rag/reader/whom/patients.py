"""Question → the patient that it describes; passage → whether it can be about that patient."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from rag.schema import Case, Passage, Report, Sex

_PERSON = r"woman|man|girl|boy|lady|gentleman|guy|child|kid|sister|brother"
_AGE = re.compile(
    r"\b(?P<years>\d{1,3})\s*[- ]?(?:y/?o\b|years?[- ]?olds?\b|yr[- ]?olds?\b|yrs?\b(?=\s+old)|"
    r"yo\b|[- ]?year[- ]?old|[fm]\b)|\baged?\s+(?P<aged>\d{1,3})\b",
    re.IGNORECASE,
)
# 'A girl of 11', 'the little girl, 3, whose …', but not 'a child of 20 kg'.
_OF_AGE = re.compile(
    rf"\b(?:{_PERSON})(?: of (?P<of>\d{{1,3}})\b"
    r"(?!\s*(?:mg|g|kg|cm|%|[-/]|\.\d|months?|weeks?|days?|and \d))|"
    r", (?P<apart>\d{1,3})(?=\s*(?:[,;:?!)]|$)))",
    re.IGNORECASE,
)
_FEMALE = re.compile(r"\b(?:woman|women|girl|female|lady|mother|she|her|\d{1,3}\s?f)\b", re.I)
_MALE = re.compile(r"\b(?:man|men|boy|male|gentleman|father|he|his|him|\d{1,3}\s?m)\b", re.I)
_NUMBERED = re.compile(r"\b(?:case|patient|pt)\s*(?:no\.?|number|#)?\s*([1-9])\b", re.IGNORECASE)
_ORDINAL = re.compile(
    r"\b(first|second|third|fourth|fifth)\s+"
    r"(?:(?:[\w-]+\s+){0,2}?(?:case|patient|woman|man|girl|boy)\b|one\b(?!\s+(?:of|to|that|who)\b))"
)
# How `rag.conversation.resolve` adds to a question what its conversation was about.
_CONVERSATION = re.compile(r" \((?:about|after): ")
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5}


Sides = Mapping[str, tuple[int, ...]]
"""Report id → the numbers of its patients who are set side by side."""


@dataclass(frozen=True, slots=True)
class Described:
    """What a question says of its patient; None where it says nothing."""

    age: int | None = None
    sex: Sex | None = None
    number: int | None = None
    among: Mapping[str, int] = field(default_factory=dict)
    """Report id → the patient of it who is meant, where the report tells."""
    sides: Sides = field(default_factory=dict)

    def __bool__(self) -> bool:
        return self.age is not None or self.number is not None

    def number_in(self, report_id: str) -> int | None:
        """The patient of a report who is meant, None where that is not known."""
        return self.number if self.number is not None else self.among.get(report_id)


def described(question: str) -> Described:
    """The patient that a question singles out by age, sex or number; two of a kind are nobody."""
    asked, *before = _CONVERSATION.split(question, maxsplit=1)
    ages = ages_named(asked) or (ages_named(before[0])[:1] if before else ())
    age = ages[0] if len(ages) == 1 else None
    female, male = bool(_FEMALE.search(question)), bool(_MALE.search(question))
    sex: Sex | None = None if female == male else ("female" if female else "male")
    numbers = _numbers(asked) or (_numbers(before[0])[:1] if before else ())
    return Described(age, sex, numbers[0] if len(numbers) == 1 else None)


def _numbers(question: str) -> tuple[int, ...]:
    """The different numbers of patients in a question: 'patient 2', else 'the second woman'."""
    found = [int(number) for number in _NUMBERED.findall(question)]
    found = found or [_ORDINALS[word] for word in _ORDINAL.findall(question.lower())]
    return tuple(dict.fromkeys(found))


def ages_named(question: str) -> tuple[int, ...]:
    """The different ages in years of the patients whom a question names, in its order."""
    found = (int(m["years"] or m["aged"]) for m in _AGE.finditer(question))
    return tuple(dict.fromkeys(found))


def told_by_age(question: str) -> Described:
    """As `described`; 'the girl of 11' singles out among the patients of a report as well.

    What is read of a question without its report knows the other wordings alone: its weights were
    fitted to these.
    """
    found = described(question)
    ages = {int(m["of"] or m["apart"]) for m in _OF_AGE.finditer(question)}
    return replace(found, age=ages.pop()) if found.age is None and len(ages) == 1 else found


_OWN = re.compile(
    r"\b(?:my|our)\b|\b(?:i|we)(?:'ve| have| am| are|'m|'re)?\b|\ba patient of (?:mine|ours)\b",
    re.I,
)
_DEFINITE = re.compile(
    r"\b(?:the|this|that|these|which)\s+(?:\w+\s+){0,2}?\d{1,3}\b", re.IGNORECASE
)


def definite_patient(question: str) -> Described | None:
    """The patient of 'the 33-year-old woman', who must be in the reports; None for the asker's own.

    'A 50-year-old with …' may be a vignette of the user's, so it presupposes nobody.
    """
    if _OWN.search(question) or not _DEFINITE.search(question):
        return None
    return described(question)


def fits(case: Case, wanted: Described) -> bool:
    """Whether a case can be the patient described: nothing known of it says otherwise."""
    if wanted.number is not None and case.number != wanted.number:
        return False
    if wanted.age is not None and case.age is not None and int(case.age) != wanted.age:
        return False
    return not (wanted.sex and case.sex and wanted.sex != case.sex)


# 'Man, 58: ventilated', 'The 58-year-old woman': whom a sentence tells of by age.
_AGED = re.compile(
    rf"\b(?:{_PERSON})(?:,| of) (\d{{1,3}})(?=[:,;. ])|\b(\d{{1,3}})-year-old\b", re.I
)


def is_of_another_patient(text: str, cases: Sequence[Case], patient: int | None) -> bool:
    """Whether a sentence tells by age of another one of `cases` than the one with a number.

    A list of patients that no heading divides ('Man, 44: …') is about nobody in particular as a
    whole; its sentences are not.
    """
    meant = next((case for case in cases if case.number == patient), None)
    if meant is None or meant.age is None or len(cases) < 2:
        return False
    said = {int(match[1] or match[2]) for match in _AGED.finditer(text)}
    others = {int(case.age) for case in cases if case.age is not None} - {int(meant.age)}
    return bool(said & others) and int(meant.age) not in said


def matching_cases(reports: Iterable[Report], wanted: Described) -> list[tuple[str, int]]:
    """(report, case number) of the cases whose stated age is the one described, sorted."""
    return sorted(
        (report.id, case.number)
        for report in reports
        for case in report.cases
        if wanted.age is not None
        and case.age is not None
        and int(case.age) == wanted.age
        and fits(case, wanted)
    )


def passage_fits(passage: Passage, report: Report, wanted: Described) -> bool:
    """Whether a passage can be about the patient described.

    A passage of one patient must be that patient's; one of the whole report passes when any
    patient of the report fits, or when the report describes none singly.
    """
    if not report.cases:
        return True
    meant = wanted.number_in(report.id)
    if passage.patient is not None and meant is not None:
        return passage.patient == meant
    if passage.patient is not None:
        return any(c.number == passage.patient and fits(c, wanted) for c in report.cases)
    return any(fits(case, wanted) for case in report.cases)
