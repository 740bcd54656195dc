"""A text → its words with stem, clause and whether a negation governs them."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from rag.verify.negation import listed, negating, reach

_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?|\d+(?:[.,]\d+)*")
_CLAUSE_END = re.compile(
    r"[;:]|[.!?](?=\s|$)|"
    r",?\s(?=(?:but|whereas|although|though|while|however|(?<!not\s)yet|except)\b)|"
    r",\s(?=and\b)|,\s(?=(?:who|which|the other|nor)\b)|"
    r"\s(?=and\s(?:then\s|later\s)?(?:the|he|she|it|"
    r"they|his|her|both|all|its|their|there|these|no|none|was|were|had|has|did|died|survived|is|are|improved|became|then)\b)|"
    r",\s(?=an?\s(?:normal|raised|elevated|high|low|mild)\s)|"
    r"\s(?=or\s(?:(?:(?:the|his|her|its)\s[a-z]+|they|he|she|it|both)\s)?(?:had|were|did|is|are|was|has|have)\b)|"
    r"\s(?=and\s[a-z]+ed(?:[,.;]|$|\s\[|\s(?:to|by|in|on|with|the|an?|his|her|for|at|after|from|"
    r"within|again|when|more|only|\w+ly)\b))|"
    r",\s(?=with\b|in which\b|when\b|she\b|he\b|it\b|they\b)|"
    r",\s(?=[a-z]+ed\s(?:to|by|in|on|with|at|after|for|from|the|a|an|and|his|her|within|\w+ly)\b)|"
    r"\s(?=and\s(?:one|two|three|four|five|six|seven|eight|nine|ten|\d+)\s)|"
    r"\s(?=and\s(?:\w+ly\s|often\s)?(?:tends?|may|can|could|might|should|would|will|must)\b)|"
    r"\s(?=and\swith(?:out)?\b)|\s(?=and\s(?:[\w-]+\s){1,3}(?:was|is|has)\b)|"
    r",\s(?=(?:\(?[\w-]+\)?\s){1,3}(?:could|was|is|has|had)\b)|,\s(?=the\s[\w-]+\sbeing\b)|,\s(?=(?:is|was|are|were|has|had|have)\b)|"
    r",\s(?=(?:one|two|three|four|five|six|seven|eight|nine|ten|\d+)\s(?:[a-z]+ed|came|had|was|were)\b)",
    re.IGNORECASE,
)


_FRONTED = re.compile(
    r"(?:^|(?<=[.;]\s))\s*(?:Although|Though|While|Whereas|Because|Since|When|Once|After|As|If|Despite)\b"
    r"[^,;.]*,\s"
)
"""'Because creatinine rose, the dose was lowered': two clauses."""


@dataclass(frozen=True, slots=True)
class Word:
    """``[start, end)`` of the text, in small letters; `stem` stands for its synonyms, too."""

    start: int
    end: int
    text: str
    stem: str
    clause: int
    negated: bool

    @property
    def content(self) -> bool:
        """Whether the word says something of its own."""
        return self.text not in listed("stop") and len(self.text) > 1

    @property
    def telling(self) -> bool:
        """Whether the word is content that not every report shares."""
        return self.content and self.stem not in _generic() and not self.text[0].isdecimal()


# A stemmer keeps its place in the word that it works on: each thread has one of its own.
_OWN = threading.local()


def _stemmer() -> Any:  # noqa: ANN401 - the library has no types
    if not hasattr(_OWN, "stemmer"):
        import snowballstemmer

        _OWN.stemmer = snowballstemmer.stemmer("english")
    return _OWN.stemmer


@cache
def _generic() -> frozenset[str]:
    return frozenset(stem(word) for word in listed("generic"))


@cache
def _groups() -> dict[str, str]:
    """Stem → the stem that stands for its group of synonyms; the first group of a word counts."""
    text = (files("rag.verify") / "synonyms.txt").read_text("utf-8")
    groups: dict[str, str] = {}
    for line in text.splitlines():
        if not line.startswith("#"):
            stems = [plain_stem(word) for word in line.split()]
            for one in stems:
                groups.setdefault(one, stems[0])
    return groups


_BRITISH = (("aemia", "emia"), ("oe", "e"), ("ae", "e"), ("our", "or"), ("isation", "ization"),
            ("ise", "ize"), ("yse", "yze"), ("phth", "pht"), ("litre", "liter"))  # fmt: skip


@lru_cache(maxsize=50_000)
def plain_stem(word: str) -> str:
    """The stem of a word in small letters, in American spelling, without its synonyms."""
    folded = word.lower()
    folded = folded.removesuffix("'s")
    for british, american in _BRITISH:
        folded = folded.replace(british, american)
    return str(_stemmer().stemWord(folded))


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """The stem that stands for a word and its synonyms."""
    plain = plain_stem(word)
    return _groups().get(plain, plain)


def clause_starts(text: str) -> tuple[int, ...]:
    """Where the clauses of a text begin: at marks, 'but', 'whereas', ', and' and the like."""
    ends = [match.end() for match in _CLAUSE_END.finditer(text)]
    ends += [match.end() for match in _FRONTED.finditer(text)]
    return (0, *sorted(set(ends)))


@lru_cache(maxsize=4_000)
def words(text: str) -> tuple[Word, ...]:
    """The words and numbers of a text in order."""
    starts = clause_starts(text)
    raw = [(m.start(), m.end(), _folded(m.group())) for m in _WORD.finditer(text)]
    clauses = [sum(start <= a for start in starts) - 1 for a, _, _ in raw]
    negated = reach([word for _, _, word in raw], clauses)
    return tuple(
        Word(a, b, word, stem(word), clause, no)
        for (a, b, word), clause, no in zip(raw, clauses, negated, strict=True)
    )


def _folded(word: str) -> str:
    lowered = word.lower().replace("\u2019", "'")
    return lowered.removesuffix("'s")


def cues(text: str) -> tuple[int, ...]:
    """The indices of the words that negate, as `words` counts them."""
    found = words(text)
    return negating([w.text for w in found], [w.clause for w in found])
