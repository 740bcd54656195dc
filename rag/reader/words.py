"""Words and concepts of a text, and how much of a question's they cover."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from rag.lexicon import Mention, lexicon
from rag.library.words import STOP_WORDS

Matrix = np.ndarray[Any, np.dtype[np.float64]]

WORD = re.compile(r"\w+", re.UNICODE)
_SENTENCE_ENDS = (".", "?", "!")


def word_overlap(question: str, texts: Sequence[str]) -> Matrix:
    """For each text the share of the question's word weight that it holds, in 0…1.

    A word's weight falls with the number of texts that hold it; inflections count as one word.
    """
    held = [set(stems(text)) for text in texts]
    counts = Counter(word for words in held for word in words)
    weights = {
        word: math.log(1 + len(texts) / (0.5 + counts[word]))
        for word in dict.fromkeys(stems(question))
    }
    total = sum(weights.values()) or 1.0
    return np.asarray(
        [sum(w for word, w in weights.items() if word in words) / total for words in held],
        dtype=np.float64,
    )


def with_wider(text: str) -> frozenset[str]:
    """The concepts that a text names, and all that these are kinds of."""
    found = {mention.concept.name for mention in lexicon().find(text)}
    waiting = list(found)
    while waiting:
        concept = lexicon().concept(waiting.pop())
        wider = [one for one in (concept.broader if concept else ()) if one not in found]
        found.update(wider)
        waiting.extend(wider)
    return frozenset(found)


def concept_overlap(question: str, texts: Sequence[str]) -> Matrix:
    """For each text the share of the question's lexicon concepts that it names, in 0…1."""
    wanted = concept_names(question, typos=True)
    if not wanted:
        return np.zeros(len(texts), dtype=np.float64)
    return np.asarray(
        [len(wanted & concept_names(text)) / len(wanted) for text in texts], dtype=np.float64
    )


_ENDINGS = ("ations", "ation", "ingly", "ings", "ing", "edly", "ies", "ed", "es", "s", "ly")


@lru_cache(maxsize=50_000)
def stems(text: str) -> tuple[str, ...]:
    """The content words of a text without their commonest English endings, in order."""
    return tuple(stem(word) for word in WORD.findall(text.lower()) if word not in STOP_WORDS)


def stem(word: str) -> str:
    """A word without its commonest English ending; numbers stay."""
    if word.isdigit():
        return word
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word


def stems_of_all(texts: Sequence[str]) -> frozenset[str]:
    """The stems of several texts together: those of the texts joined by blanks."""
    return frozenset(word for text in texts for word in stems(text))


@lru_cache(maxsize=4096)
def mentions(text: str) -> tuple[Mention, ...]:
    """The lexicon's mentions in a sentence that is looked at again and again."""
    return lexicon().find(text)


@lru_cache(maxsize=50_000)
def concept_names(text: str, *, typos: bool = False, shorthand: bool = False) -> frozenset[str]:
    """The preferred names of a text's concepts; general words only with `shorthand`."""
    return frozenset(
        mention.concept.name
        for mention in lexicon().find(text, typos=typos)
        if shorthand or mention.concept.kind != "shorthand"
    )


def concept_names_of_all(texts: Sequence[str]) -> frozenset[str]:
    """The concepts of several texts together: those of the texts joined by blanks.

    Each text is looked at once in a process, not once for each question. No wording crosses the
    end of a sentence; where a text ends without one, the next is read along with it.
    """
    found: set[str] = set()
    open_end: list[str] = []
    for text in texts:
        open_end.append(text)
        if text.endswith(_SENTENCE_ENDS):
            found |= concept_names(" ".join(open_end))
            open_end.clear()
    return frozenset(found | concept_names(" ".join(open_end)))
