"""The sentences of an answer → the stretches of them that may be its short answer.

The evidence reader proposes some, patterns and lists others;
`rag.reader.short.clauses` takes along what belongs to each.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.lexicon import lexicon
from rag.reader.networks.spans import ReadSentence, Span, without_marks
from rag.reader.question.ask import asked_part
from rag.reader.question.asked import DOSE, TIME, asked
from rag.reader.short.clauses import standing_alone
from rag.reader.short.shorten import short_answer
from rag.reader.words import stems

_PATTERNS = {
    "dose": DOSE,
    "time": TIME,
    "age": re.compile(r"\b\d{1,3}(?=[- ]years?[- ]old|[- ]month)|(?<=aged )\d+"),
    "number": re.compile(
        r"\b(?:\d[\d.,:]*|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\b"
        r"(?:\s*%|\s+(?:patients|children|women|men|cases|adults|[a-zA-Z]{1,4}/[a-zA-Z]+|of \d+))?"
    ),
}  # fmt: skip
_ITEM_END = re.compile(r",\s+(?:and\s+)?|;\s+|\s+(?:and|or|with)\s+")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the answer, the probability that it is evidence, and how it was read."""

    text: str
    probability: float
    read: ReadSentence


@dataclass(frozen=True, slots=True)
class Candidate:
    """``text[start:end]`` of the sentence of this number may be the short answer."""

    sentence: int
    start: int
    end: int
    share: float
    nothing: float
    by_rule: bool = False
    taken_along: bool = False


def candidates(question: str, sentences: Sequence[Sentence]) -> list[Candidate]:
    """The stretches that may answer, each with what belongs to it; in order of sentence, place."""
    found: dict[tuple[int, int, int], Candidate] = {}
    for number, one in enumerate(sentence.read for sentence in sentences):
        best = one.likeliest()
        by_rule = _proposed(question, one.text, best)
        spans = [(span, False) for span in best]
        spans += [(span, True) for place in by_rule if (span := one.span(*place))]
        for span, ruled in spans:
            whole = standing_alone(one.text, span.start, span.end)
            if whole is None or _is_idle(one.text[slice(*whole)]):
                continue
            place = (number, *whole)
            along = whole != (span.start, span.end)
            new = Candidate(number, *whole, span.share, span.nothing, ruled, along)
            before = found.get(place)
            found[place] = _joined(before, new) if before else new
    return [found[place] for place in sorted(found)]


def _proposed(question: str, text: str, best: Sequence[Span]) -> list[tuple[int, int]]:
    """Stretches that rules propose: of the kind asked for, and the items of lists."""
    wanted = asked(asked_part(question)) or asked(question)
    found = [m.span() for kind, p in _PATTERNS.items() if kind in wanted for m in p.finditer(text)]
    if words := short_answer(question, text):
        start = text.find(words)
        found.append((start, start + len(words)))
    if wanted & {"drug", "antibody", "sign", "laboratory"} or not wanted:
        found += [(m.start, m.end) for m in lexicon().find(text) if m.concept.kind != "shorthand"]
    for span in best[:3]:
        found += _items(text, span.start, span.end)
    return [place for place in dict.fromkeys(without_marks(text, a, b) for a, b in found)
            if place[0] < place[1]]  # fmt: skip


def _items(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The items of a list in a stretch, and the stretch up to and from each of them."""
    edges = [m.span() for m in _ITEM_END.finditer(text, start, end)][:4]
    begins, ends = [start, *(b for _, b in edges)], [*(a for a, _ in edges), end]
    return [(a, b) for a in begins for b in ends if a < b] if edges else []


def _joined(one: Candidate, other: Candidate) -> Candidate:
    """Two proposals of the same stretch."""
    share = max(one.share, other.share)
    return replace(
        one,
        share=share,
        by_rule=one.by_rule or other.by_rule,
        taken_along=one.taken_along and other.taken_along,
    )


_TELLS = re.compile(r"\w{2,}|\d")


def _is_idle(words: str) -> bool:
    """Whether a stretch says nothing by itself: 'the', 'was', an odd bracket."""
    return not stems(words) and not _TELLS.search(words)
