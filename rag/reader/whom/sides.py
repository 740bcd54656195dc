"""Question + the patients of a report → those whom it sets side by side, if it does.

'Compare patients 1 and 3', 'the boy or the girl?', 'and the other two?': each of them is to be
answered for. One who is singled out is another matter (`rag.reader.whom.refer`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from rag.reader.question.ask import asked_part
from rag.reader.whom.patients import Sides, ages_named
from rag.reader.whom.person_nouns import group_named, nouns_placed, of_sex, persons_named
from rag.reader.whom.person_words import PersonWords, words_for_one, words_said
from rag.reader.whom.pointing import NO_WORDS, ORDINAL, ordinal
from rag.reader.words import WORD, stem
from rag.schema import Case, Evidence, Report
from rag.search_text import patient_as_shown

MOST = 5
"""Patients who can be set side by side: more are a table (`rag.cases`)."""

_NUMBERS = re.compile(
    r"\b(?:patients?|cases?|pts?)\s*(?:no\.?|nos\.?|#)?\s*"
    r"(?P<list>[1-9](?:\s*(?:,|/|&|and|or|vs\.?|versus|with|to|than)\s*(?:and\s+)?"
    r"(?:(?:patients?|cases?|pts?)\s*)?[1-9]\b(?!\d))*)",
    re.IGNORECASE,
)
_COUNTS = {"two": 2, "2": 2, "three": 3, "3": 3, "four": 4, "4": 4, "five": 5, "5": 5}
_COUNT = "|".join(_COUNTS)
_KIND = r"patients|cases|pts|women|men|girls|boys|ladies|children|kids|sisters|brothers|siblings"
# 'The two lung transplant patients', but not 'all three drugs in the patients'.
_OF_WHAT_KIND = (
    r"(?:(?!(?:in|of|for|with|the|and|or|to|from|on|by|at|than|drugs?|doses?)\b)[\w'-]+ ){0,3}?"
)
_SEVERAL = re.compile(
    rf"\b(?:both|all|each of|every one of|the|these|those)\b (?:of )?(?:the |these |those )?"
    rf"(?P<other>other )?(?:(?P<count>{_COUNT})\b ?(?:{_OF_WHAT_KIND}(?=(?:{_KIND})\b))?)?"
    rf"(?P<who>{_KIND})?",
    re.IGNORECASE,
)
_BOTH = re.compile(
    r"\bboth\b(?! (?:of )?(?:the )?(?:drugs|doses|eyes|hands|legs|arms))", re.IGNORECASE
)
_EACH = re.compile(
    r"\b(?:each|every) (?:patient|case|one|of them|woman|man|child)\b", re.IGNORECASE
)
# 'And the men?', but not 'the women with ulcers', who are some of them.
_OF_ONE_SEX = re.compile(
    r"\b(?:the|these|those) (?P<who>women|men|girls|boys|ladies|sisters|brothers)\b"
    r"(?=\s*(?:[?.,:;]|$|['’]))",
    re.IGNORECASE,
)
_ENDS_OF_ROW = re.compile(rf"\bthe (?P<end>first|last) (?P<count>{_COUNT})\b", re.IGNORECASE)
_OTHERS = re.compile(r"\bthe others\b", re.IGNORECASE)
_COMPARES = re.compile(
    r"\bcompar\w+|\bversus\b|\bvs\b|\bdiffer\w*|\bcontrast\w*|\brespectively\b", re.IGNORECASE
)
_JOINED = re.compile(r",|/|&|\b(?:and|or|vs|versus|than|with|from|to)\b", re.IGNORECASE)
_BETWEEN = 6  # words


def side_by_side(
    question: str,
    cases: Sequence[Case],
    current: int | None = None,
    words: PersonWords = NO_WORDS,
) -> tuple[int, ...]:
    """The numbers of the patients who are set side by side, in order; two at least, or none.

    `cases` are the patients of the report, `current` the one whom the turn before was about,
    `words` those by which the report introduces each.
    """
    known = sorted(case.number for case in cases)
    if not len(known) >= 2 or _of_one(question, words):
        return ()
    for numbers in (
        _numbered(question),
        _aged(question, cases),
        _introduced(question, words, cases),
        _named(question, cases),
        _counted(question, cases, current),
    ):
        found = tuple(number for number in known if number in numbers)
        if 2 <= len(found) <= MOST:
            return found
    return ()


def _of_one(question: str, words: PersonWords) -> bool:
    """Whether several are named, but what is asked is asked of one: 'The boy and his uncle. How did
    the uncle die?'.
    """
    part = asked_part(question)
    said = words_said(part, words) if part != " ".join(question.split()) else {}
    counted = any(m["count"] or m["who"] for m in _SEVERAL.finditer(part))
    many = counted or any(p.search(part) for p in (_BOTH, _EACH, _OTHERS, _COMPARES))
    return len(said) == 1 and not many


def _numbered(question: str) -> set[int]:
    """'Patients 1 and 2', 'pt 1 vs pt 3', 'the first and the third'."""
    lists = [match["list"] for match in _NUMBERS.finditer(question)]
    numbers = {int(digit) for digit in re.findall(r"\d", " ".join(lists))}
    for match in ORDINAL.finditer(question):
        numbers.add(ordinal(match))
    return numbers


def _aged(question: str, cases: Sequence[Case]) -> set[int]:
    """'The 44-year-old and the 60-year-old'."""
    found = set()
    for age in ages_named(question):
        own = [case.number for case in cases if case.age is not None and int(case.age) == age]
        found |= set(own if len(own) == 1 else ())
    return found


def _introduced(question: str, words: PersonWords, cases: Sequence[Case]) -> set[int]:
    """'The librarian and the bus driver', 'the driver and the kid': joined or compared."""
    said = words_for_one(question)
    owner = {word: number for number, own in words.items() for word in own & said}
    named = [
        (match.start(), match.end(), owner[stem(match.group().lower())])
        for match in WORD.finditer(question)
        if stem(match.group().lower()) in owner
    ]
    # Without anybody who is introduced, nouns are looked at by `_named`.
    named = sorted([*named, *nouns_placed(question, cases)]) if named else []
    found: set[int] = set()
    for (_, end, one), (start, _, other) in zip(named, named[1:], strict=False):
        between = question[end:start]
        near = len(between.split()) <= _BETWEEN and _JOINED.search(between)
        if one != other and (near or _COMPARES.search(question)):
            found |= {one, other}
    return found


def _named(question: str, cases: Sequence[Case]) -> set[int]:
    """'The man and the woman', 'the boy or the girl', where one only is called each."""
    return {called[0] for called in persons_named(question, cases) if len(called) == 1}


def _counted(question: str, cases: Sequence[Case], current: int | None) -> set[int]:
    """'Both', 'the two women', 'all three', 'the other two', 'compare the patients'."""
    everybody = {case.number for case in cases}
    if _BOTH.search(question) and len(everybody) == 2:
        return everybody
    if _EACH.search(question):
        return everybody
    others = everybody - {current} if current is not None else set()
    if _OTHERS.search(question):
        return others
    if match := _ENDS_OF_ROW.search(question):
        many, row = _COUNTS[match["count"].lower()], sorted(everybody)
        return set(row[:many] if match["end"].lower() == "first" else row[-many:])
    if match := _OF_ONE_SEX.search(question):
        return {case.number for case in of_sex(cases, group_named(match["who"]))}
    for match in _SEVERAL.finditer(question):
        count, who = _COUNTS.get((match["count"] or "").lower()), match["who"] or ""
        if count is None and not (who and _COMPARES.search(question)):
            continue
        if (
            count is not None
            and not who
            and not match["other"]
            and _named_else(question, match.end())
        ):
            continue
        group = others if match["other"] else everybody
        group &= {case.number for case in of_sex(cases, group_named(who))}
        if count is None or len(group) == count:
            return group
    return set()


def _named_else(question: str, end: int) -> bool:
    """Whether the counted things are no patients: 'all three drugs', 'the two drips'."""
    return bool(re.match(r"\s*[a-z]", question[end:], re.IGNORECASE))


def not_told_of(
    chosen: Sequence[Evidence], sides: Sides, reports: Mapping[str, Report]
) -> list[str]:
    """A line that names those who are set side by side and of whom none of `chosen` tells."""
    told = {item.passage.patient for item in chosen}
    if not chosen or None in told:
        return []  # what is said of nobody in particular may be about all of them
    report = reports[chosen[0].passage.report_id]
    numbers = sides.get(report.id, ())
    missing = [c for c in report.cases if c.number in numbers and c.number not in told]
    if not missing:
        return []
    names = [f"patient {case.number} ({patient_as_shown(case)})" for case in missing]
    return [f"Nothing on this was found about {' and '.join(names)}."]
