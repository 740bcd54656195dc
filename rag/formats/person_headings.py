"""Headings that name a person ('The woman with ulcers') → a patient for each of their sections.

Such a heading has no number. One alone may be a figure of speech; where two or more stand in a
report, each begins somebody's story, in the order of the text.
"""
# ruff: noqa: E501  (a table of patterns reads best one pattern to the line)

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.formats.introductions import PERSON

_LONGEST = 80
_PERSON = re.compile(
    rf"(?:The|A|An|Our) (?:[\w-]+ ){{0,3}}?(?:{PERSON}|(?![a-z]*ment\b)[a-z]+(?:man|woman|er|ist|or|ian|ent|ant|wife))(?:,? (?:aged|of) \d{{1,3}})?"
    r" (?:with|without|who|whose|in|on|from|under|after)\b[^.;:?!]*",
    re.IGNORECASE,
)
_NOBODY = re.compile(
    r"\b(?:cancer|tumou?r|ulcer|matter|factor|disorder|number|order|marker|other|literature|patients|"
    r"cases|children|however|answer|error|member|centre|center|paper|letter|whether|never)\b",
    re.IGNORECASE,
)
# A line of its own without a full stop: what stands over a part of the text.
_TITLE = re.compile(r"[A-Z][^.;:?!]*[^.;:?!,\s]")
# 'Elder sister. From 2013 on …': a label at the head of a paragraph.
_LABEL = re.compile(
    r"(?:The )?(?:elder|older|eldest|younger|youngest|first|second|third|fourth) (?:sister|brother|twin|sibling|child|girl|boy|daughter|son|man|woman|patient)(?:\.|:| [–—-]) ?(?=[A-Z])",
    re.IGNORECASE,
)
_FEWEST = 2


@dataclass(frozen=True, slots=True)
class Headed:
    """A heading line at `start` of the text; `person` says whether it names one."""

    start: int
    person: bool


def names_person(heading: str) -> bool:
    """Whether a heading names one person, and what this person has or did."""
    named = _PERSON.fullmatch(heading) is not None and len(heading) <= _LONGEST
    return named and not _NOBODY.search(heading.split(" with")[0])


def headed(
    text: str, paragraphs: Iterator[tuple[int, int]] | Sequence[tuple[int, int]]
) -> list[Headed]:
    """The heading lines among `paragraphs`, from the first person's on; none below two persons."""
    found: list[Headed] = []
    for start, end in paragraphs:
        line = text[start:end]
        if _LABEL.match(line):
            found.append(Headed(start, person=True))
            continue
        if len(line) > _LONGEST or "\n" in line or not _TITLE.fullmatch(line):
            continue
        person = names_person(line)
        if person or found:
            found.append(Headed(start, person))
    return found if sum(one.person for one in found) >= _FEWEST else []
