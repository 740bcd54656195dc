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

Introductions = Mapping[int, str]
"""Patient number → the words that introduce this patient, as they stand in the text."""

# Where the introduction ends and the story begins. 'was' alone does not end it: 'was a beekeeper'.
_ENDS = re.compile(
    r"[;:(.]\s|\b(?:had|has|have|presented|noticed|developed|fell|differed|complained|suffered|with|"
    r"because|who|whose|whom|which|when|since|for|began|came|attended|consulted|sought|died|"
    r"underwent|received|started|reported|described|"
    r"(?:was|were|is) (?!(?:an?|the|our|also an?|also the)\b)(?!\d))",
    re.IGNORECASE,
)
_LABEL = re.compile(r"\s*\w+(?: \w+)?:\s")  # 'Presentation: '
_LONGEST = 220  # characters: beyond it nobody is being introduced
_GENERAL_WORDS = """
patient patients case cases woman women man men girl boy child lady gentleman female male person
first second third fourth fifth sixth last other another aged years year months month old older
younger elder also former formerly same next final previously otherwise healthy unrelated
white black asian caucasian
"""
_GENERAL = frozenset(_GENERAL_WORDS.split())
_SHORTEST = 4


def person_words(introduced: Introductions) -> PersonWords:
    """The words of each patient's introduction that are nobody else's in the report."""
    own = {number: _introducing(words) for number, words in introduced.items()}
    counts = Counter(word for words in own.values() for word in words)
    return {
        number: frozenset(word for word in words if counts[word] == 1)
        for number, words in own.items()
    }


def introductions(passages: Iterable[tuple[Passage, str]]) -> Introductions:
    """Where the story of each patient begins: 'The first patient, a retired beekeeper,'.

    `passages` of one report with their texts, in reading order; a patient's first passage
    introduces them.
    """
    own: dict[int, str] = {}
    for passage, text in passages:
        if passage.patient is not None and passage.patient not in own:
            label = _LABEL.match(text)
            start = text[label.end() if label else 0 :][:_LONGEST]
            ends = _ENDS.search(start)
            own[passage.patient] = start[: ends.start()] if ends else start
    return own


def _introducing(words: str) -> frozenset[str]:
    known = [m for m in lexicon().find(words) if m.concept.kind != "shorthand"]
    return frozenset(
        stem(match.group())
        for match in WORD.finditer(words.lower())
        if match.group().isalpha()
        and len(match.group()) >= _SHORTEST
        and match.group() not in _GENERAL
        and not any(m.start <= match.start() < m.end for m in known)
    )
