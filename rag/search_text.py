"""Passage → what is searched: its words plus title, section, patient and abbreviations.

What is embedded is not what is quoted: all of this helps to find a passage, none of it is ever
shown as the report's words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from rag.abbreviations import abbreviations
from rag.lexicon import Concept, lexicon
from rag.schema import Case, Passage, Report

CountTokens = Callable[[Sequence[str]], list[int]]

SEARCH_TEXT_VERSION = "2"

AGE_GROUPS = ((18, "child"), (65, "adult"), (200, "elderly"))
"""Upper bound in years (not included) → name; adults from 18, the elderly from 65 (WHO usage)."""


def age_group(age: float | None) -> str | None:
    """The age group of an age in years, or None."""
    if age is None:
        return None
    return next(name for bound, name in AGE_GROUPS if age < bound)


def patient_words(case: Case) -> str:
    """A case in a few words: '56-year-old woman, classic DM, anti-MDA5'."""
    child = case.age is not None and case.age < 18
    noun = {
        ("female", True): "girl",
        ("female", False): "woman",
        ("male", True): "boy",
        ("male", False): "man",
    }.get((case.sex or "", child), "patient")
    age = f"{case.age}-year-old " if case.age is not None else ""
    subtype = "" if case.subtype in ("", "unspecified DM") else f", {case.subtype}"
    return f"{age}{noun}{subtype}" + "".join(f", {name}" for name in case.antibodies)


def patient_as_shown(case: Case) -> str:
    """The same for a reader; one whose age is not known may be a child: 'male patient'."""
    if case.age is not None or not case.sex:
        return patient_words(case)
    _, *rest = patient_words(case).split(", ")
    return ", ".join([f"{case.sex} patient", *rest])


def contexts(report: Report, passages: Sequence[Passage]) -> list[list[str]]:
    """For each passage the parts that are searched beside its text, the most useful first."""
    defined = abbreviations(report.text)
    return [_parts(report, passage, defined) for passage in passages]


def _parts(report: Report, passage: Passage, defined: dict[str, str]) -> list[str]:
    heading = next((s.heading for s in report.sections if s.slug == passage.section), "")
    text = report.text[passage.start : passage.end]
    parts = [report.title]
    case = patient_of_passage(report, passage)
    if case is not None:
        parts.append(patient_words(case))
    if heading:
        parts.append(heading)
    spelled = [
        f"{short}: {long}"
        for short, long in defined.items()
        if long.lower() not in text.lower() and re.search(rf"\b{re.escape(short)}\b", text)
    ]
    return parts + spelled


def patient_of_passage(report: Report, passage: Passage) -> Case | None:
    """The patient of a passage; a report's only patient also stands behind its summary."""
    number = passage.patient
    if number is None and len(report.cases) == 1 and passage.kind in ("summary", "case"):
        number = 1
    return next((case for case in report.cases if case.number == number), None)


def embedded(parts: Sequence[str], text: str, count_tokens: CountTokens, room: int) -> str:
    """Context and text as the model reads them, at most `room` tokens.

    Context parts that do not fit are left out, the last first; a title too long for the room
    loses its end. The passage itself is never shortened.
    """
    lengths = count_tokens([*parts, text])
    left = room - lengths[-1]
    kept: list[str] = []
    for part, length in zip(parts, lengths[:-1], strict=True):
        if length + 1 <= left:
            kept.append(part)
            left -= length + 1  # the full stop between the parts
        elif not kept and left > 8:
            words = _shortened(part, count_tokens, left - 1)
            kept.append(words)
            left -= count_tokens([words])[0] + 1
    return ". ".join([*(part.rstrip(".") for part in kept), text])


def _shortened(part: str, count_tokens: CountTokens, room: int) -> str:
    words = part.split()
    lengths = count_tokens(words)
    taken = 0
    for number, length in enumerate(lengths):
        if taken + length > room:
            return " ".join(words[:number])
        taken += length
    return part


def facets(report: Report) -> list[tuple[str, str, int]]:
    """The values that filters ask for, as (key, value in lower case, patient or 0), sorted.

    Where a report describes patients, drug, antibody, subtype, sex and age group are theirs; a
    report without single patients has those that its title, summary, case or methods text names.
    """
    found: set[tuple[str, str, int]] = {
        ("report", report.id, 0),
        ("article_type", report.article_type, 0),
    }
    if report.year is not None:
        found.add(("year", str(report.year), 0))
    for case in report.cases:
        found.update(_case_facets(case))
    keys = {key for key, _, _ in found}
    for concept_kind in ("drug", "antibody", "subtype"):
        if concept_kind not in keys:
            found.update(_named_facets(report, concept_kind))
    return sorted((key, value.lower(), patient) for key, value, patient in found)


def _case_facets(case: Case) -> set[tuple[str, str, int]]:
    found: set[tuple[str, str, int]] = set()
    for treatment in (*case.prior_treatments, *case.treatment):
        found.update(("drug", name, case.number) for name in concept_names(treatment.drug, "drug"))
    for antibody in case.antibodies:
        names = concept_names(antibody, "antibody")
        found.update(("antibody", name, case.number) for name in names)
    if case.age is not None:
        found.add(("age", str(int(case.age)), case.number))
    if case.subtype:
        names = [case.subtype, *concept_names(case.subtype, "subtype")]
        found.update(("subtype", name, case.number) for name in names)
    if (group := age_group(case.age)) is not None:
        found.add(("age_group", group, case.number))
    if case.sex:
        found.add(("sex", case.sex, case.number))
    return found


def concept_names(wording: str, kind: str) -> list[str]:
    """The preferred names (and their classes) of what a wording names; else the wording itself."""
    concepts = [m.concept for m in lexicon().find(wording) if m.concept.kind == kind]
    names = [name for concept in concepts for name in with_classes(concept)]
    return list(dict.fromkeys(names)) or [wording]


def with_classes(concept: Concept) -> list[str]:
    """A concept's name and the names of all its classes, near ones first, each once.

    Prednisolone is a systemic corticosteroid and, by that, a corticosteroid.
    """
    names = [concept.name]
    for name in names:
        wider = lexicon().concept(name)
        names.extend(b for b in (wider.broader if wider else ()) if b not in names)
    return names


def _named_facets(report: Report, kind: str) -> set[tuple[str, str, int]]:
    texts = [report.title] + [
        report.text[s.start : s.end]
        for s in report.sections
        if s.kind in ("summary", "case", "methods", "results", "other")
    ]
    return {
        (kind, name, 0)
        for text in texts
        for mention in lexicon().find(text)
        if mention.concept.kind == kind
        for name in with_classes(mention.concept)
    }
