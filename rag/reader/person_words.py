"""The passages of a report → the words by which it introduces each of its patients.

'A 61-year-old male baker', 'the second patient was a retired beekeeper', 'Elif, the sister': nobody
else is called so, and a question may say 'the baker' and nothing more.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping

from rag.lexicon import lexicon
from rag.reader.words import WORD, stem
from rag.schema import Passage

PersonWords = Mapping[int, frozenset[str]]
"""Patient number → stems of the words that introduce this patient and no other."""

# Where the introduction ends and the story begins. 'was' alone does not end it: 'was a beekeeper'.
_ENDS = re.compile(
    r"[;:(.]\s|\b(?:had|has|have|presented|noticed|developed|fell|differed|complained|suffered|with|"
    r"because|who|whose|whom|which|when|since|for|began|came|attended|consulted|sought|died|"
    r"underwent|received|started|reported|described|"
    r"(?:was|were|is) (?!(?:an?|the|our|also an?|also the)\b)(?!\d))",
    re.IGNORECASE,
)
_LONGEST = 220  # characters: beyond it nobody is being introduced
_GENERAL_WORDS = """
patient patients case cases woman women man men girl boy child lady gentleman female male person
first second third fourth fifth sixth last other another aged years year months month old older
younger elder index also former formerly same next final previously otherwise healthy unrelated
white black asian caucasian
"""
_GENERAL = frozenset(_GENERAL_WORDS.split())
_SHORTEST = 4


def person_words(passages: Iterable[tuple[Passage, str]]) -> PersonWords:
    """`passages` with their texts, in reading order; a patient's first passage introduces them."""
    own: dict[int, frozenset[str]] = {}
    for passage, text in passages:
        if passage.patient is not None and passage.patient not in own:
            own[passage.patient] = _introducing(text)
    counts = Counter(word for words in own.values() for word in words)
    return {
        number: frozenset(word for word in words if counts[word] == 1)
        for number, words in own.items()
    }


def _introducing(text: str) -> frozenset[str]:
    start = text[:_LONGEST]
    ends = _ENDS.search(start)
    start = start[: ends.start()] if ends else start
    known = [m for m in lexicon().find(start) if m.concept.kind != "shorthand"]
    return frozenset(
        stem(match.group())
        for match in WORD.finditer(start.lower())
        if match.group().isalpha()
        and len(match.group()) >= _SHORTEST
        and match.group() not in _GENERAL
        and not any(m.start <= match.start() < m.end for m in known)
    )
