"""Antibodies that are named side by side, or of several patients together → whose they are.

'Negative anti-Mi-2, anti-NXP2 and anti-SAE' denies all three; a title of 'anti-MDA5 disease in five
patients' tells of each of the five.
"""

# ruff: noqa: E501  (a pattern reads best on one line)

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache

from rag.lexicon import lexicon
from rag.records.context import context
from rag.records.record import CaseRecord, Field, Finding
from rag.records.story import Sentence, Story

GROUPS = frozenset(
    [
        "autoantibody",
        "myositis-specific antibody",
        "myositis-associated antibody",
        "extractable nuclear antigen antibodies",
        "seronegative",
    ]
)
"""The lexicon's names of several antibodies: who has one of them has none that could be named."""

_BETWEEN = re.compile(
    r"\s*(?:(?:auto)?antibod(?:y|ies)\s*)?(?:,\s*(?:and|or|nor)?|and|or|nor|/)\s+"
    r"(?:antibodies (?:to|against) )?",
    re.IGNORECASE,
)
_NEGATIVE_BEFORE = re.compile(r"\bnegative (?:for )?$", re.IGNORECASE)


@cache
def antibody_of(form: str) -> str | None:
    """The antibody that a form of the disease is named after, if it is."""
    names = {one.name for one in lexicon().concepts("antibody")}
    first = form.removesuffix(" dermatomyositis")
    return first if first != form and first in names else None


@cache
def specific() -> frozenset[str]:
    """The antibodies specific to myositis: nobody has two of them, but for rare exceptions."""
    return frozenset(lexicon().narrower("myositis-specific antibody")) - GROUPS


def denied_in_list(sentence: Sentence) -> frozenset[int]:
    """Where the antibodies start that are denied as part of a list: what denies one denies all."""
    named = sorted((start, end) for _, start, end in _named(sentence))
    lists: list[list[tuple[int, int]]] = []
    for place in named:
        joined = lists and _BETWEEN.fullmatch(sentence.text, lists[-1][-1][1], place[0])
        if joined:
            lists[-1].append(place)
        else:
            lists.append([place])
    together = frozenset(start for start, end in named if _all_negative(sentence.text, start, end))
    return together | frozenset(
        start
        for places in lists
        if _NEGATIVE_BEFORE.search(sentence.text, max(0, places[0][0] - 20), places[0][0])
        or (len(places) > 1 and context(sentence.text, *places[-1]).denied)
        for start, _ in places
    )


# '…, the blot (Mi-2, TIF1-gamma) and ANA were all negative.': said of everything in the clause.
_NEGATIVE_END = re.compile(
    r"[^;:]*?\b(?:(?:was|were|is|are|remained) (?:all |both |repeatedly )?(?:normal (?:or|and) |unremarkable or )?)?"
    r"(?P<end>negative|absent|undetectable|not (?:found|detected|present)|neg)(?=\)*(?:[.;]|$))",
    re.IGNORECASE,
)
_OTHERWISE = re.compile(
    r"(?<!not )\b(?:positive|present|found|detected|pos|titres?|titers?|strong\w*|weak\w*|but|except|although|though|however|"
    r"showed|revealed|while|whereas|with|without|who|which|had|has|only|raised|elevated|she|he|patient)\b|\+|\d:\d",
    re.IGNORECASE,
)


def _all_negative(text: str, start: int, end: int) -> bool:
    """Whether the clause from an antibody on says in its last word that all of it was negative."""
    match = _NEGATIVE_END.match(text, end)
    return match is not None and not _OTHERWISE.search(text, end, match.start("end"))


_SAE = re.compile(r"\bSAE\b")
_ON_A_PANEL = re.compile(
    r"\b(?:blot|immunoblot\w*|antibod\w+|Mi-?2\w*|MDA-?5|TIF-?1\w*|NXP-?2|Jo-?1)\b", re.IGNORECASE
)


def sae(sentence: Sentence) -> tuple[int, int] | None:
    """Where 'SAE' names an antibody: beside others or on a blot; elsewhere it is an adverse event."""
    match = _SAE.search(sentence.text)
    if match is None or not _ON_A_PANEL.search(sentence.text):
        return None
    inside = any(one.start <= match.start() < one.end for one in sentence.mentions)
    return None if inside else match.span()


def _named(sentence: Sentence) -> Iterator[tuple[str, int, int]]:
    if (place := sae(sentence)) is not None:
        yield "anti-SAE", *place
    for mention in sentence.mentions:
        name, kind = mention.concept.name, mention.concept.kind
        if kind == "subtype" and (inside := antibody_of(name)):  # 'anti-MDA5 DM'
            name, kind = inside, "antibody"
        if kind == "antibody" and name not in GROUPS and not mention.corrected:
            yield name, mention.start, mention.end


def of_all(story: Story, found: Sequence[Finding]) -> tuple[Finding, ...]:
    """The antibody that the title or the opening gives to all patients, as a finding of this one.

    Empty where several are named there, or where this patient was found to lack it or to have
    another one that is specific to myositis.
    """
    told = [story.heading] if story.heading else []
    told += [one for one in story.before if _ALL.search(one.text)]
    named: dict[str, tuple[int, int]] = {}
    for sentence in told:
        if _NOT_ALL.search(sentence.text):
            continue
        for name, start, end in _named(sentence):
            said = context(sentence.text, start, end)
            if name in specific() and said.asserted and not said.denied:
                named.setdefault(name, sentence.at(start, end))
    if len(named) != 1:
        return ()
    ((name, span),) = named.items()
    own = {one.name for one in found if one.kind == "antibody" and one.state.value == "present"}
    if own & specific() or any(one.name == name for one in found):
        return ()
    return (Finding(name, "antibody", Field("present", (span,), "extracted", _SURE)),)


_SURE = 0.6
_ALL = re.compile(
    r"\b(?:all|both|each|every)\b|\b(?:two|three|four|five|six|seven|eight|nine|ten|\d+) "
    r"(?:[\w-]+ ){0,3}?(?:patients|men|women|boys|girls|children|adults|cases|siblings|brothers|"
    r"sisters)\b",
    re.IGNORECASE,
)
_NOT_ALL = re.compile(
    r"\bwithout\b|\bnegative\b|\bversus\b|\bone of\b|\b(?:two|three|four|five|\d+) of\b|"
    r"\b(?:some|most|others?|remaining)\b|\?",
    re.IGNORECASE,
)
_SAME = re.compile(r"\bthe same (?:auto-?)?antibod(?:y|ies)\b", re.IGNORECASE)


def shared(records: Sequence[CaseRecord], stories: Sequence[Story]) -> tuple[CaseRecord, ...]:
    """The records with what 'the same antibody' means: that of the patient told of before."""
    found: list[CaseRecord] = []
    for record, story in zip(records, stories, strict=True):
        before = _present(found[-1]) if found else ()
        if before and not _present(record) and (same := _same(story)):
            more = (replace(one, state=replace(one.state, spans=same)) for one in before)
            record = replace(record, findings=(*record.findings, *more))
        found.append(record)
    return tuple(found)


def _present(record: CaseRecord) -> tuple[Finding, ...]:
    return tuple(
        one for one in record.findings if one.name in specific() and one.state.value == "present"
    )


def _same(story: Story) -> tuple[tuple[int, int], ...]:
    for sentence in story.sentences:
        match = None if sentence.cited else _SAME.search(sentence.text)
        if match and not context(sentence.text, *match.span()).denied:
            return (sentence.at(*match.span()),)
    return ()
