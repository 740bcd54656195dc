"""Reports → pairs of patients of different works who may be one person, for a person to decide.

The same patient is sometimes published twice: as a letter and in a series, or by two departments.
Nothing is merged here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations

from rag.lexicon import lexicon
from rag.schema import Case, Report
from rag.works.editions import family_name

YEARS = 2
"""Publications about one patient seldom lie further apart."""
LEAST_SHARED = 3
SHARE = 0.5
"""Drugs, antibodies and features coincide when the two lists have this share (Jaccard) in common:
everybody gets prednisone for a rash."""


@dataclass(frozen=True, slots=True)
class SamePatient:
    """Two patients (report id, number) of different works, and what they have in common."""

    first: tuple[str, int]
    second: tuple[str, int]
    age: float
    sex: str
    shared: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Patient:
    report: Report
    case: Case
    work: str
    lists: Mapping[str, frozenset[str]]


def same_patients(reports: Iterable[Report], works: Mapping[str, str]) -> list[SamePatient]:
    """The pairs of one age and sex that share at least LEAST_SHARED of: drugs, antibodies,
    features, year (within YEARS), first author. The likeliest first, ties by report and number.

    Of a patient in several editions of one work each is compared; one pair of works and ages is
    told once.
    """
    groups: dict[tuple[float, str], list[_Patient]] = {}
    for report in reports:
        for case in report.cases:
            if case.age is not None and case.sex:
                patient = _Patient(report, case, works.get(report.id, report.id), _lists(case))
                groups.setdefault((case.age, case.sex), []).append(patient)
    found: dict[tuple[object, ...], SamePatient] = {}
    for (age, sex), patients in groups.items():
        for a, b in combinations(sorted(patients, key=_place), 2):
            shared = _shared(a, b) if a.work != b.work else ()
            if len(shared) >= LEAST_SHARED:
                key = (*sorted((a.work, b.work)), age, sex)
                pair = SamePatient(_place(a), _place(b), age, sex, shared)
                if key not in found or len(shared) > len(found[key].shared):
                    found[key] = pair
    return sorted(found.values(), key=lambda pair: (-len(pair.shared), pair.first, pair.second))


def _place(patient: _Patient) -> tuple[str, int]:
    return patient.report.id, patient.case.number


def _shared(a: _Patient, b: _Patient) -> tuple[str, ...]:
    found = [kind for kind in a.lists if _coincide(a.lists[kind], b.lists[kind])]
    one, other = a.report, b.report
    if one.year and other.year and abs(one.year - other.year) <= YEARS:
        found.append("year")
    authors = [family_name(report.authors[0]) if report.authors else "" for report in (one, other)]
    if authors[0] and authors[0] == authors[1]:
        found.append("first author")
    return tuple(found)


def _coincide(a: frozenset[str], b: frozenset[str]) -> bool:
    return bool(a & b) and len(a & b) >= SHARE * len(a | b)


def _lists(case: Case) -> dict[str, frozenset[str]]:
    drugs = [treatment.drug for treatment in (*case.prior_treatments, *case.treatment)]
    return {
        "drugs": _names(drugs),
        "antibodies": _names(case.antibodies),
        "features": _names(case.features),
    }


def _names(values: Iterable[str]) -> frozenset[str]:
    """Values in the lexicon's names: 'HCQ' and 'hydroxychloroquine' are one."""
    names: set[str] = set()
    for value in values:
        known = {mention.concept.name.lower() for mention in lexicon().find(value)}
        names |= known or {" ".join(value.lower().split())}
    return frozenset(names - {""})
