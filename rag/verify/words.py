"""A text → its words with stem, clause and whether a negation governs them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?|\d+(?:[.,]\d+)*")
_CLAUSE_END = re.compile(
    r"[;:]|[.!?](?=\s|$)|,?\s(?=(?:but|whereas|although|though|while|however|(?<!not\s)yet|except)\b)|"
    r",\s(?=and\b)|,\s(?=(?:who|which|the other|nor)\b)|\s(?=and\s(?:then\s|later\s)?(?:the|he|she|it|"
    r"they|his|her|no|none|was|were|had|has|did|died|survived|is|are|improved|became|then)\b)|"
    r"\s(?=or\s(?:had|were|did|is|are|was|has|have)\b)|\s(?=and\s[a-z]+ed\b)|,\s(?=with\b|in which\b|she\b|he\b|it\b|they\b|[a-z]+ed\b)",
    re.IGNORECASE,
)
# What ends the reach of a 'not' inside its clause: a reason, a time, a condition.
_ENDS_REACH = frozenset(
    [
        "because",
        "since",
        "due",
        "owing",
        "after",
        "when",
        "before",
        "until",
        "till",
        "despite",
        "although",
        "which",
        "who",
        "if",
        "so",
        "once",
        "during",
        "following",
        "where",
    ]
)
_FORWARD = frozenset(
    [
        "no",
        "not",
        "never",
        "without",
        "nor",
        "neither",
        "cannot",
        "non",
        "lack",
        "lacked",
        "lacks",
        "lacking",
        "unable",
        "inability",
        "refused",
        "declined",
        "beyond",
    ]
)
_WHOLE = frozenset(["none", "nobody", "nothing", "absent", "absence"])
_SHORT_REACH = 6  # words that 'without' governs at most
_NOT_ONLY = frozenset(["only", "just", "merely", "until"])
_STOP = frozenset(
    [
        "a",
        "about",
        "above",
        "after",
        "again",
        "all",
        "also",
        "am",
        "an",
        "and",
        "any",
        "are",
        "as",
        "at",
        "be",
        "been",
        "being",
        "but",
        "by",
        "can",
        "could",
        "did",
        "do",
        "does",
        "doing",
        "down",
        "each",
        "either",
        "else",
        "even",
        "ever",
        "for",
        "from",
        "further",
        "had",
        "has",
        "have",
        "having",
        "he",
        "her",
        "here",
        "hers",
        "him",
        "his",
        "how",
        "i",
        "if",
        "in",
        "into",
        "is",
        "it",
        "its",
        "itself",
        "just",
        "me",
        "more",
        "most",
        "much",
        "my",
        "no",
        "nor",
        "not",
        "now",
        "of",
        "off",
        "on",
        "once",
        "one",
        "only",
        "onto",
        "or",
        "other",
        "our",
        "out",
        "over",
        "own",
        "per",
        "s",
        "same",
        "she",
        "should",
        "so",
        "some",
        "still",
        "such",
        "than",
        "that",
        "the",
        "their",
        "them",
        "then",
        "there",
        "these",
        "they",
        "this",
        "those",
        "through",
        "to",
        "too",
        "under",
        "until",
        "up",
        "upon",
        "us",
        "very",
        "was",
        "we",
        "were",
        "what",
        "when",
        "where",
        "which",
        "while",
        "who",
        "whom",
        "whose",
        "will",
        "with",
        "within",
        "without",
        "would",
        "you",
        "your",
        "cannot",
        "none",
        "never",
        "neither",
        "yet",
        "well",
        "quite",
        "rather",
        "nearly",
        "almost",
        "however",
        "although",
        "though",
        "whereas",
        "because",
        "despite",
        "during",
        "between",
        "among",
        "against",
        "along",
        "across",
        "another",
        "besides",
        "both",
    ]
)
# Said of anything in a case report: they tie no claim to its span.
_GENERIC = frozenset(
    [
        "patient",
        "dermatomyositis",
        "dm",
        "disease",
        "treatment",
        "therapy",
        "case",
        "report",
        "study",
        "author",
        "paper",
        "year",
        "month",
        "week",
        "day",
        "time",
        "woman",
        "man",
        "show",
        "use",
        "give",
        "describe",
        "state",
        "accord",
        "say",
        "regard",
        "account",
        "way",
        "thing",
        "number",
        "series",
        "digest",
        "casebook",
        "abstract",
        "excerpt",
        "text",
        "full",
    ]
)


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
        return self.text not in _STOP and len(self.text) > 1

    @property
    def telling(self) -> bool:
        """Whether the word is content that not every report shares."""
        return self.content and self.stem not in _generic() and not self.text[0].isdigit()


@cache
def _stemmer() -> Any:  # noqa: ANN401 - the library has no types
    import snowballstemmer

    return snowballstemmer.stemmer("english")


@cache
def _generic() -> frozenset[str]:
    return frozenset(stem(word) for word in _GENERIC)


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
    return (0, *(match.end() for match in _CLAUSE_END.finditer(text)))


@lru_cache(maxsize=4_000)
def words(text: str) -> tuple[Word, ...]:
    """The words and numbers of a text in order."""
    starts = clause_starts(text)
    raw = [(m.start(), m.end(), _folded(m.group())) for m in _WORD.finditer(text)]
    clauses = [sum(start <= a for start in starts) - 1 for a, _, _ in raw]
    negated = _reach([word for _, _, word in raw], clauses)
    return tuple(
        Word(a, b, word, stem(word), clause, no)
        for (a, b, word), clause, no in zip(raw, clauses, negated, strict=True)
    )


def _folded(word: str) -> str:
    lowered = word.lower().replace("\u2019", "'")
    return lowered.removesuffix("'s")


def _reach(tokens: Sequence[str], clauses: Sequence[int]) -> list[bool]:
    """For each word whether a negation governs it; 'neither … nor' counts once."""
    counts = [0] * len(tokens)
    for at, token in enumerate(tokens):
        following = tokens[at + 1] if at + 1 < len(tokens) else ""
        if token in _WHOLE:
            for other in _around(tokens, clauses, at):
                counts[other] += 1
        elif token == "free" and at and following not in ("of", "from"):
            counts[at - 1] += 1  # 'drug-free'
        elif (
            (_is_cue(token) or _fails(tokens, at))
            and following not in _NOT_ONLY
            and not _until(tokens, clauses, at)
        ):
            for other in _forward(tokens, clauses, at):
                counts[other] += 1
    return [count > 0 for count in counts]


def _is_cue(token: str) -> bool:
    return token in _FORWARD or token.endswith("n't")


def _fails(tokens: Sequence[str], at: int) -> bool:
    """'Failed to improve', 'free of fever': two words that negate."""
    pair = tuple(tokens[at : at + 2])
    return len(pair) == 2 and (pair[0][:4], pair[1]) in _TWO_WORDS


_TWO_WORDS = frozenset({("fail", "to"), ("free", "of"), ("free", "from")})


def _around(tokens: Sequence[str], clauses: Sequence[int], at: int) -> list[int]:
    """What 'none' governs: its clause, and the one before where it stands alone ('harm: none')."""
    if at and tokens[at - 1] == "to":
        return []
    own = [n for n, clause in enumerate(clauses) if clause == clauses[at] and n != at]
    if all(tokens[n] in _STOP for n in own):
        own += [n for n, clause in enumerate(clauses) if clause == clauses[at] - 1]
    return own


def _until(tokens: Sequence[str], clauses: Sequence[int], at: int) -> bool:
    """'Not … until': what follows did happen, later."""
    if tokens[at] not in ("not", "no", "never") and not tokens[at].endswith("n't"):
        return False
    rest = [t for t, c in zip(tokens[at:], clauses[at:], strict=True) if c == clauses[at]]
    return "until" in rest


def _forward(tokens: Sequence[str], clauses: Sequence[int], at: int) -> list[int]:
    if tokens[at] == "non":
        return [at + 1] if at + 1 < len(tokens) else []
    reached = []
    for other in range(at + 1, len(tokens)):
        same = clauses[other] == clauses[at] or (
            tokens[at] == "neither" and clauses[other] == clauses[at] + 1
        )
        if not same or tokens[other] in _ENDS_REACH or _ends(tokens, at, other):
            break
        reached.append(other)
    return reached


def _ends(tokens: Sequence[str], at: int, other: int) -> bool:
    """'Those who did not respond died', 'an inability to swallow that led to …'."""
    if tokens[at] in ("inability", "unable"):
        return tokens[other] in ("that", "and")
    if tokens[at] in ("without", "lack", "lacking") and other > at + 1:
        return tokens[other] == "the" or other > at + _SHORT_REACH
    if tokens[other] in ("improved", "worsened"):
        return tokens[at] == "not" and other > at + 3 and tokens[other - 1] not in ("or", "nor")
    if tokens[other] == "as":
        return bool(tokens[other + 1 : other + 2]) and tokens[other + 1] in (
            "he",
            "she",
            "it",
            "they",
        )
    return tokens[at] == "not" and other > at + 1 and tokens[other] in ("died", "survived")


def cues(text: str) -> tuple[int, ...]:
    """The indices of the words that negate, as `words` counts them."""
    found = words(text)
    tokens, clauses = [w.text for w in found], [w.clause for w in found]
    return tuple(
        at
        for at, token in enumerate(tokens)
        if (token in _WHOLE or _is_cue(token))
        and (tokens[at + 1 : at + 2] or [""])[0] not in _NOT_ONLY
        and not _until(tokens, clauses, at)
        and not (token in _WHOLE and at and tokens[at - 1] == "to")
    )
