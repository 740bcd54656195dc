"""A report's opening → the persons whom it announces together, to be told of one by one.

'We treated a waiter of 51 and a retired nurse of 70.' Later paragraphs begin 'The waiter had …' and
'The nurse …', without a number or an age: only the opening says that these are two patients.
"""
# ruff: noqa: E501  (a table of patterns reads best one pattern to the line)

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.formats.introductions import KIN, PERSON
from rag.number_words import CARDINALS, ages_in_figures, spelt
from rag.sentences import sentence_spans

_UNIT = r"(?! ?(?:mg|g|kg|%|mm|cm|patients|cases|weeks|days|hours|months|years' ))"
_PERSON = re.compile(
    rf"(?<!mother of )(?<!father of )\b(?:an?|one|the) (?:[\w'’-]+ ){{0,3}}?(?P<noun>[a-z]{{3,}})(?:,? (?:of|aged|who was)|,) \d{{1,3}}\b{_UNIT}"
    r"|\b(?:an?|one) \d{1,3}-year-old (?:[\w'’-]+ ){0,3}?(?P<other>[a-z]{3,})\b(?=[,.;:)]| (?:and|with|who|had|both)\b)",
)
_NO_PERSON = frozenset(
    (
        "age",
        "score",
        "titre",
        "titer",
        "dose",
        "level",
        "mean",
        "median",
        "range",
        "total",
        "period",
    )
)
_TO_OPEN = 3  # words before the noun: 'The retired nurse'


def announced(opening: str) -> tuple[str, ...]:
    """The nouns ('waiter', 'nurse') of the first sentence that gives several persons an age each.

    None where no sentence does, or where two have the same noun.
    """
    for start, end in sentence_spans(opening, 0, len(opening)):
        nouns = _named(opening[start:end])
        if len(nouns) > 1 and len(set(nouns)) == len(nouns):
            return nouns
    return ()


def is_announcement(sentence: str, nouns: Sequence[str]) -> bool:
    """Whether a sentence gives all these persons their ages: it is about none of them alone."""
    return len(nouns) > 1 and _named(sentence) == tuple(nouns)


def number_of(sentence: str, nouns: Sequence[str]) -> int | None:
    """Which of the announced persons a paragraph begins with, from 1; None for none of them."""
    if not nouns:
        return None
    either = "|".join(map(re.escape, nouns))
    match = re.match(rf"(?:The|Our) (?:[\w-]+ ){{0,{_TO_OPEN}}}?({either})\b(?!['’])", sentence)
    return nouns.index(match[1]) + 1 if match else None


def _named(sentence: str) -> tuple[str, ...]:
    words = ages_in_figures(" ".join(sentence.split()))
    found = [match["noun"] or match["other"] for match in _PERSON.finditer(words)]
    return tuple(noun for noun in found if noun not in _NO_PERSON)


_COUNT = "|".join(word for word in spelt(2, 12))
_MANY = (
    r"patients|cases|women|men|girls|boys|children|sisters|brothers|siblings|adults|infants|twins|"
    r"persons|people|relatives|members|adolescents|teenagers|ladies|gentlemen|males|females|histories"
)
_CLAIM = re.compile(rf"\b(?P<n>{_COUNT}|[2-9]|1[0-2])\b(?:[ -][\w-]+){{0,3}}? (?:{_MANY})\b", re.I)
# 'two boys and one girl', 'a mother, two daughters, and an unrelated man'.
_ITEM = (
    rf"(?:an?|one|her|his|{_COUNT}|[2-9]) (?:[\w-]+ ){{0,2}}?(?:{_MANY}|{PERSON}|daughters|sons)"
)
_LIST = re.compile(rf"\b{_ITEM}(?:(?:,|,? and|, and) {_ITEM})+\b", re.IGNORECASE)
_EACH = re.compile(rf"(?:^|,|\band) ?(?P<n>an?|one|her|his|{_COUNT}|[2-9])\b", re.IGNORECASE)
_SEVERAL = re.compile(
    rf"\b(?:twins|siblings|sisters|brothers|familial|family|families)\b|"
    rf"\b(?:{KIN}) and (?:an? |her |his |the |two |three )?(?:[\w-]+ )?(?:{KIN})\b|"
    rf"\bin one [^.;:]{{1,40}} in (?:another|the other)\b|\bcase series\b",
    re.IGNORECASE,
)


def claimed(words: str) -> int | None:
    """How many patients a title and an opening announce: a number, 2 for 'a mother and her son'.

    None where they announce no more than one.
    """
    found = [_number(match["n"]) for match in _CLAIM.finditer(words)][:3]
    for listed in _LIST.finditer(words):
        found.append(sum(_number(match["n"]) for match in _EACH.finditer(listed.group())))
    many = max(found, default=0)
    return many if many > 1 else 2 if _SEVERAL.search(words) else None


def _number(word: str) -> int:
    return int(word) if word.isdigit() else CARDINALS.get(word.lower(), 1)
