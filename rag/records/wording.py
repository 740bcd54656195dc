"""A few words of an author's → the sentence of the text that says them, in whatever order."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from rag.records.record import Span
from rag.records.story import Sentence

_EMPTY = frozenset(
    [
        "a",
        "an",
        "the",
        "of",
        "in",
        "on",
        "at",
        "to",
        "for",
        "with",
        "without",
        "and",
        "or",
        "by",
        "from",
        "as",
        "was",
        "were",
        "is",
        "are",
        "had",
        "has",
        "have",
        "been",
        "be",
        "no",
        "not",
        "both",
        "all",
        "after",
        "before",
        "during",
        "her",
        "his",
        "its",
        "their",
        "then",
        "than",
        "who",
        "that",
        "which",
        "this",
        "under",
        "over",
        "into",
        "until",
        "since",
        "later",
        "stated",
    ]
)
_WORD = re.compile(r"[^\W_]+(?:[.,]\d+)?", re.UNICODE)
_ENDINGS = re.compile(r"(?:ations?|ness|ments?|ings?|edly|ed|ies|es|s|al|ic|ous|ly|ion|y|e)$")
_SHARE = 0.6
"""So much of an author's content words must stand in one sentence for it to say the same."""


@lru_cache(maxsize=20_000)
def words_of(text: str) -> frozenset[str]:
    """The content words of a text, without endings, in small letters; numbers as they are."""
    words = (match.group().lower() for match in _WORD.finditer(text))
    return frozenset(_stem(word) for word in words if word not in _EMPTY)


def covering(
    words: str, sentences: Sequence[Sentence], *, share: float = _SHARE
) -> tuple[Span, ...]:
    """The sentence that has most of the content words; none below `share` or without a number.

    Of two equally good sentences the first one counts.
    """
    wanted = words_of(words)
    figures = {word for word in wanted if word[0].isdigit()}
    best: tuple[float, Span] | None = None
    for sentence in sentences:
        has = words_of(sentence.text)
        found = len(wanted & has) / len(wanted) if wanted else 0.0
        if found >= share and figures <= has and (best is None or found > best[0]):
            best = (found, sentence.span)
    return (best[1],) if best else ()


def _stem(word: str) -> str:
    short = _ENDINGS.sub("", word) if len(word) > 4 and not word[0].isdigit() else word
    return short if len(short) > 2 else word
