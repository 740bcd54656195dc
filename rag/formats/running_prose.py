"""Patients who follow one another in running prose → a section for each.

Letters report two patients without a heading between them: 'Our first patient, a 52-year-old …
The second was …'. Where each begins can be read off such sentences; until the next one begins, or
the authors turn to all of them, the text is about that patient. In doubt nothing is split.
"""
# ruff: noqa: E501  (a table of patterns reads best one pattern to the line)

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from rag.formats.announcements import announced, claimed, is_announcement, number_of
from rag.formats.introductions import (
    PERSON,
    Introduction,
    gives_age,
    gives_somebodys_age,
    introduction,
    is_ill,
)
from rag.formats.new_subjects import begins_with_person, named_with_age
from rag.formats.person_headings import headed, names_person
from rag.schema import Section, SectionKind
from rag.sentences import sentence_spans

_TOLD_IN: tuple[SectionKind, ...] = ("case", "background", "results", "methods", "other")
_EARLY: tuple[SectionKind, ...] = ("summary", "background", "case", "methods", "other")
_DOSE = re.compile(r"\d ?(?:mg|g|mcg)\b")
_POSSESSIVE = re.compile(r"(?:Her|His|Their)\b")
_TITLE = 300
_PERSONS = 2  # one heading that names a person may be a figure of speech
_LABEL = 4  # words of 'Our second patient (B).'
_OPENING = 900
# A single patient's story begins like this; a cited one's does not.
_CAME = re.compile(
    r"\b(?:presented|developed|consulted|came|visited|attended|noticed|noted|referred|admitted|seen"
    r"|suffer\w+|complain\w+|hospitali[sz]ed|observed|had (?:had|been|noticed|developed)|with)\b"
)
# What is said of all of them, or of other people's patients.
_ALL = re.compile(
    rf"\b(?:both|neither|either|all|none|each|these|our) (?:of (?:our|the|these) )?"
    rf"(?:(?:two|three|four|five|six|seven|eight) )?(?:{PERSON}|m[ae]n|wom[ae]n|children|histor|"
    r"lad(?:y|ies)|sibling|observation|report|letter|experience|serie)\w*\b|"
    rf"\bthe (?:former|latter)(?! (?!{PERSON}|two|three|was|were|had|has|is|did|received|could|who|whose|in|with|and|but)[a-z])\b|\bin (?:conclusion|summary)\b|\bto our knowledge\b|\bin our (?!hospital|clinic|unit|department|ward|cent|institution|practice|outpatient|care|emergency)\w+\b|"
    r"\bwe (?:would|believe|suggest|conclude|think|advise|recommend|propose|suspect|consider)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Part of a section: about one patient, about nobody (None), or the authors' closing words."""

    start: int
    patient: int | None
    closing: bool = False


def split_patients(text: str, sections: tuple[Section, ...]) -> tuple[Section, ...]:
    """`sections` with those that tell of several patients split; as they are when none does.

    Sections that have a patient already are left alone, and so is the rest then.
    """
    if any(section.patient is not None for section in sections):
        return sections
    if by_heading := _under_persons(sections):
        return by_heading
    told = [section for section in sections if section.kind in _TOLD_IN]
    opening = _announced(text, sections)
    nouns = announced(opening)
    count = max(claimed(opening) or 0, len(nouns)) or None
    begins = _by_heading(text, told) or _accepted(text, told, count, nouns)
    if count and len(begins) < count:
        begins = _by_paragraph(text, told, count) or begins
    begins = _by_name(text, told, begins) or begins
    if not begins or (len(begins) == 1 and not _is_one_story(text, begins[0].start)):
        return sections
    found: list[Section] = []
    taken = {section.slug for section in sections}
    for section in sections:
        stretches = _stretches(text, section, begins) if section in told else []
        found += _cut(text, section, stretches, taken)
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A sentence that may introduce a patient, perhaps with an age; its paragraph ends at `until`.

    `close` is where the next sentence ends.
    """

    start: int
    close: int
    until: int
    opens: bool
    said: Introduction
    age: bool


def _announced(text: str, sections: tuple[Section, ...]) -> str:
    """The title and what stands before the first story: there the authors say how many they saw."""
    parts = [text[s.start : min(s.end, s.start + _OPENING)] for s in sections if s.kind in _EARLY]
    return "\n".join([text[:_TITLE], *parts])


def _accepted(
    text: str, told: Sequence[Section], count: int | None, nouns: Sequence[str]
) -> list[_Stretch]:
    """Where each patient begins, numbered in the order of the text.

    `count` is how many the authors announce; without it relatives are nobody's patients. `nouns`
    are what they call those whom they announce ('the waiter').
    """
    found: list[_Stretch] = []
    taken: list[_Candidate] = []
    candidates = [one for section in told for one in _candidates(text, section, nouns)]
    for at, one in enumerate(candidates):
        after = candidates[at + 1].start if at + 1 < len(candidates) else len(text)
        last = len(found)
        before = taken[-1] if taken else None
        if before and _labels(text, before, one):
            continue
        if before and one.said.number == last and one.age and not before.opens:
            # 'The fourth patient, a man of 66': what was taken for the fourth was nobody.
            found.pop()
            taken.pop()
            last -= 1
        if _follows(text, one, last, count, min(after, one.until + _TITLE)):
            found.append(_Stretch(one.start, last + 1))
            taken.append(one)
    return _with_first(text, told, found, taken)


def _under_persons(sections: Sequence[Section]) -> tuple[Section, ...]:
    """`sections` with a patient for each whose heading names a person; () below two of them."""
    persons = [one for one in sections if one.kind in _TOLD_IN and names_person(one.heading)]
    if len(persons) < _PERSONS:
        return ()
    numbers = {one.slug: number for number, one in enumerate(persons, 1)}
    return tuple(
        replace(one, kind="case", patient=numbers[one.slug]) if one.slug in numbers else one
        for one in sections
    )


def _by_heading(text: str, told: Sequence[Section]) -> list[_Stretch]:
    """The stretches under lines that name a person each; what another line heads is nobody's."""
    lines = headed(text, [part for section in told for part in _paragraphs(text, section)])
    numbers = itertools.count(1)
    return [
        _Stretch(one.start, next(numbers) if one.person else None, closing=not one.person)
        for one in lines
    ]


def _by_paragraph(text: str, told: Sequence[Section], count: int) -> list[_Stretch]:
    """The paragraphs that begin with a person, where they are as many as the authors announce."""
    starts = [
        a
        for section in told
        for a, b in _paragraphs(text, section)
        if begins_with_person(text[a:b]) and is_ill(text[a:b])
    ]
    if len(starts) != count:
        return []
    return [_Stretch(start, number) for number, start in enumerate(starts, 1)]


def _by_name(text: str, told: Sequence[Section], known: Sequence[_Stretch]) -> list[_Stretch]:
    """The paragraphs that begin with a name and give an age, where each has a name of its own.

    Nobody need announce them ('What three families taught us'), so that two at least must be called
    so, and all who are `known` otherwise must be among them.
    """
    found = [
        (a, name)
        for section in told
        for a, b in _paragraphs(text, section)
        if (name := named_with_age(text[a:b])) is not None
    ]
    names, starts = {name for _, name in found}, {start for start, _ in found}
    fewest = max(_PERSONS, len(known) + 1)
    if not fewest <= len(found) == len(names) or not {one.start for one in known} <= starts:
        return []
    return [_Stretch(start, number) for number, (start, _) in enumerate(found, 1)]


def _labels(text: str, before: _Candidate, one: _Candidate) -> bool:
    """Whether `before` is a mere label of `one`: 'Case A.', then 'A 69-year-old man …'."""
    if before.said.sure != "numbered" or before.age or one.said.sure == "numbered":
        return False
    return len(text[before.start : one.start].split()) <= _LABEL


def _with_first(
    text: str, told: Sequence[Section], found: list[_Stretch], taken: Sequence[_Candidate]
) -> list[_Stretch]:
    """`found` with the patient whose relative comes first: 'Her son' has a mother told of before."""
    if not taken or taken[0].said.sure != "kin" or not _POSSESSIVE.match(text, taken[0].start):
        return found
    for section in told:
        for a, b in _paragraphs(text, section):
            for start, end in sentence_spans(text, a, b):
                if start >= taken[0].start:
                    return []
                if gives_somebodys_age(text[start:end]):
                    later = [replace(one, patient=(one.patient or 0) + 1) for one in found]
                    return [_Stretch(start, 1), *later]
    return []


def _follows(text: str, one: _Candidate, last: int, count: int | None, stop: int) -> bool:
    """Whether a candidate is the next patient after the `last` one."""
    number, sure = one.said.number, one.said.sure
    told = text[one.start : stop]
    awaited = count is not None and last < count
    if sure == "numbered":
        # 'The first boy' may be the second patient, behind a girl.
        return (number == last + 1 if number else last > 0) or (awaited and one.opens and one.age)
    if sure == "aged":
        return one.opens or last > 0 or bool(_CAME.search(told[:300]))
    if sure == "kin" and not one.opens and not is_ill(text[one.start : one.close]):
        return False  # 'His daughter, a girl of 9, has eczema': what follows is about the patient
    if count is None or not (sure == "compared" or is_ill(told)):
        return False
    # One more than announced only where a paragraph of its own tells of this patient's drugs.
    more = awaited or (sure == "kin" and one.opens and _DOSE.search(told) is not None)
    return more and (one.opens or last > 0 or sure == "compared")


def _candidates(text: str, section: Section, nouns: Sequence[str]) -> Iterator[_Candidate]:
    for a, b in _paragraphs(text, section):
        spans = sentence_spans(text, a, b)
        for n, (start, end) in enumerate(spans):
            close = spans[min(n + 1, len(spans) - 1)][1]
            sentence = " ".join(text[start:end].split())
            said = introduction(sentence, opens=n == 0)
            if said is None or said.sure != "numbered":
                if is_announcement(sentence, nouns):
                    continue
                number = number_of(sentence, nouns) if n == 0 else None
                said = Introduction(number, "numbered") if number else said
            if said:
                yield _Candidate(start, close, b, n == 0, said, gives_age(sentence))


def _stretches(text: str, section: Section, begins: Sequence[_Stretch]) -> list[_Stretch]:
    """The stretches of a section: its patients', and the authors' closing words behind them.

    Where another patient follows, a story is not over before a paragraph that begins with all of
    them: 'we would have preferred' in its middle is no closing.
    """
    found: list[_Stretch] = []
    own = [one for one in begins if section.start <= one.start < section.end]
    for a, b in _paragraphs(text, section):
        found += [one for one in own if a <= one.start < b]
        begun = bool(found) and not found[-1].closing
        follows = any(one.start >= b for one in own)
        until = sentence_spans(text, a, b)[0][1] if follows else b
        if begun and found[-1].start < a and _ALL.search(text, a, until):
            found.append(_Stretch(a, None, closing=True))
    return found


def _is_one_story(text: str, start: int) -> bool:
    """Whether the only patient introduced is the authors' own, not one whom they cite."""
    return bool(_CAME.search(text[start : start + 300]))


def _paragraphs(text: str, section: Section) -> Iterator[tuple[int, int]]:
    for match in re.finditer(r"[^\n]+(?:\n[^\n]+)*", text[section.start : section.end]):
        yield section.start + match.start(), section.start + match.end()


def _cut(
    text: str, section: Section, stretches: list[_Stretch], taken: set[str]
) -> Iterator[Section]:
    """The pieces of a section: what stands before the first patient keeps its name."""
    if not stretches:
        yield section
        return
    starts = [stretch.start for stretch in stretches]
    if text[section.start : starts[0]].strip():
        yield replace(section, end=_trimmed(text, section.start, starts[0]))
    for stretch, end in zip(stretches, [*starts[1:], section.end], strict=True):
        patient = stretch.patient
        name = f"case-{patient}" if patient else "closing"
        kind: SectionKind = "discussion" if stretch.closing else "case"
        slug = _free(name, taken)
        stop = _trimmed(text, stretch.start, end)
        yield Section(slug, "", kind, stretch.start, stop, patient, section.page)


def _trimmed(text: str, start: int, end: int) -> int:
    return start + len(text[start:end].rstrip())


def _free(name: str, taken: set[str]) -> str:
    slug, number = name, 2
    while slug in taken:
        slug, number = f"{name}-{number}", number + 1
    taken.add(slug)
    return slug
