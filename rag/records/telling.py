"""A sentence under treatment → plain features by which it tells how the patient fared."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.records.duration import times
from rag.records.fared import said_in, stems
from rag.records.organs import state
from rag.records.story import Sentence
from rag.records.words_of_course import DIED, ELSE, TARGET

_CLAUSE = re.compile(r"[;,:]| but ")
_WORD = re.compile(r"[A-Za-z]+")
_DENIALS = frozenset(
    ["no", "not", "nor", "never", "without", "none", "neither", "nothing", "nobody"]
)
_REACH = 3
"""Words behind a denial that it may deny."""
_STEM = 6


def telling_features(
    told: Sequence[Sentence], judged: Sequence[frozenset[str]]
) -> list[frozenset[str]]:
    """The features of each sentence of `told`; `judged` says which kinds of course each tells."""
    return [
        frozenset(_place(at, len(told)) | {f"judged {one}" for one in kinds} | _of(sentence.text))
        for at, (sentence, kinds) in enumerate(zip(told, judged, strict=True))
    ]


def _place(at: int, count: int) -> set[str]:
    found = {f"place {min(3, 4 * at // count)}"}
    if at >= count - 2:
        found.add("last" if at == count - 1 else "last but one")
    return found


def _of(text: str) -> set[str]:
    found = {f"said {name}" for name in said_in(text)}
    found |= {f"state {one}" for part in _CLAUSE.split(text) if (one := state(part))}
    for name, pattern in (("target", TARGET), ("else", ELSE), ("died", DIED)):
        if pattern.search(text):
            found.add(name)
    if times(text):
        found.add("time")
    return found | {f"word {stem}" for stem in stems(text)} | _denied(text)


def _denied(text: str) -> set[str]:
    words = [word.lower()[:_STEM] for word in _WORD.findall(text)]
    return {
        f"denied {word}"
        for at, denial in enumerate(words)
        if denial in _DENIALS
        for word in words[at + 1 : at + 1 + _REACH]
    }
