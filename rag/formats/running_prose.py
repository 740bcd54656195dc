"""Patients who follow one another in running prose → a section for each.

Letters report two patients without a heading between them: 'Our first patient, a 52-year-old …
The second was …'. Where each begins can be read off such sentences; until the next one begins, or
the authors turn to all of them, the text is about that patient. In doubt nothing is split.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from rag.formats.patients import age_and_sex
from rag.schema import Section, SectionKind
from rag.sentences import sentence_spans

_TOLD_IN: tuple[SectionKind, ...] = ("case", "background", "results", "methods", "other")
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")
_ORDINAL = "|".join((*_ORDINALS, "other", "last", "final"))
_PERSON = "patient|case|woman|man|girl|boy|child|infant|teenager|brother|sister|twin"

# 'Our second patient, …', 'The third, a …', 'In the fourth patient', 'The last was …'
_NUMBERED = re.compile(
    rf"(?:(?:In|With|As for|For) )?(?:the|our) (?P<ordinal>{_ORDINAL})"
    rf"(?: (?:and (?:last|youngest|oldest|eldest)|of (?:them|these|our patients)))?"
    rf"(?: (?:[\w-]+ ){{0,2}}?(?:{_PERSON})\b|(?=,? (?:an? |aged |(?:was|is) (?:an?|his|her) )))",
    re.IGNORECASE,
)
# 'Quite another story is that of the last patient, a man of 64 …'
_INSIDE = re.compile(
    rf"\b(?:the|our) (?P<ordinal>{_ORDINAL}) (?:{_PERSON}),? (?:was )?an? ", re.IGNORECASE
)
_LABELLED = re.compile(r"(?:Case|Patient) (?:No\.? ?)?(?P<number>[1-9])\b(?! (?:and|to)\b|[,-]\d)")
_AGED = re.compile(
    rf"(?:An?|Another|The other) (?:[\w-]+ ){{0,3}}?(?:(?:{_PERSON}) (?:aged|of) )?\d{{1,3}}"
    r"[ -](?:year|month)s?[ -]old\b|"
    rf"An?(?:nother)? (?:[\w-]+ ){{0,2}}?(?:{_PERSON}),? (?:aged|of) \d{{1,3}}\b"
)
# A single patient's story begins like this; a cited one's does not.
_CAME = re.compile(
    r"\b(?:presented|developed|consulted|came|visited|attended|noticed|noted|referred|admitted|seen"
    r"|suffer\w+|complain\w+|hospitali[sz]ed|observed|had (?:had|been|noticed|developed)|with)\b"
)
# What is said of all of them, or of other people's patients.
_ALL = re.compile(
    rf"\b(?:both|neither|either|all|none|each|these|our) (?:of (?:our|the|these) )?"
    rf"(?:(?:two|three|four|five|six|seven|eight) )?(?:{_PERSON}|m[ae]n|wom[ae]n|children|histor|"
    r"lad(?:y|ies)|sibling|observation|report|letter|experience|serie)\w*\b|"
    r"\bthe (?:former|latter)\b|\bin (?:conclusion|summary)\b|\bto our knowledge\b|\bin our \w+\b|"
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
    stretches: dict[str, list[_Stretch]] = {}
    last = 0
    for section in sections:
        if section.kind in _TOLD_IN:
            stretches[section.slug], last = _stretches(text, section, last)
    if not last or (last == 1 and not _is_one_story(text, stretches)):
        return sections
    found: list[Section] = []
    taken = {section.slug for section in sections}
    for section in sections:
        found += _cut(text, section, stretches.get(section.slug, []), taken)
    return tuple(found)


def _stretches(text: str, section: Section, last: int) -> tuple[list[_Stretch], int]:
    """Where in a section another patient begins, `last` being the number of the one before."""
    found: list[_Stretch] = []
    for a, b in _paragraphs(text, section):
        spans = sentence_spans(text, a, b)
        for n, (start, end) in enumerate(spans):
            number = _introduces(text[start:end], last, opens=n == 0)
            if number:
                found.append(_Stretch(start, number))
                last = number
        begun = bool(found) and not found[-1].closing
        if begun and found[-1].start < a and _ALL.search(text, a, b):
            found.append(_Stretch(a, None, closing=True))
    return found, last


def _is_one_story(text: str, stretches: dict[str, list[_Stretch]]) -> bool:
    """Whether the only patient introduced is the authors' own, not one whom they cite."""
    start = next(one.start for found in stretches.values() for one in found if one.patient)
    sentence = text[start : start + 300]
    return bool(_AGED.match(sentence) or _NUMBERED.match(sentence)) and bool(_CAME.search(sentence))


def _paragraphs(text: str, section: Section) -> Iterator[tuple[int, int]]:
    for match in re.finditer(r"[^\n]+(?:\n[^\n]+)*", text[section.start : section.end]):
        yield section.start + match.start(), section.start + match.end()


def _introduces(sentence: str, last: int, *, opens: bool) -> int | None:
    """The number of the patient whom a sentence introduces, after the `last` one; else None."""
    labelled = _LABELLED.match(sentence)
    if labelled:
        number = int(labelled["number"])
        return number if number == last + 1 else None
    match = _NUMBERED.match(sentence) or (_INSIDE.search(sentence) if opens else None)
    if match:
        word = match["ordinal"].lower()
        number = _ORDINALS.index(word) + 1 if word in _ORDINALS else last + 1
        return number if number == last + 1 and number > (word not in _ORDINALS) else None
    aged = _AGED.match(sentence)
    if aged and (opens or last) and age_and_sex(sentence)[0] is not None:
        return last + 1
    return None


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
