"""The shares of a sentence's tokens as begin and end of a short answer → the likeliest stretches.

The evidence reader gives the shares: at which token the short answer may begin and end, or that
there is none (extractive question answering with a no-answer option: Devlin et al. 2019,
arXiv:1810.04805; Rajpurkar et al. 2018, arXiv:1806.03822).

What is found is a proposal: `rag.reader.short.briefly` says whether it may be shown by itself.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from rag.reader.weighing.model import log_share

if TYPE_CHECKING:
    from rag.reader.networks.tokens import Tokenised

LONGEST = 24  # tokens of a short answer; longer ones are sentences
KEPT = 6
"""Stretches kept of each sentence."""
TRIED = 12  # begins, and ends, that are combined
EDGES = " \t\n,.;:'\"“”‘’"
Vector = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True, slots=True)
class Span:
    """``sentence[start:end]`` may be the short answer: the log of its share among all stretches.

    `nothing` is the log of the share of there being no short answer in the sentence.
    """

    start: int
    end: int
    share: float
    nothing: float


@dataclass(frozen=True, slots=True)
class ReadSentence:
    """A sentence with the log of the share of each token as begin, and as end, of the answer.

    `tokens` are its tokens' characters; `nothing` is the log of the share of 'no short answer'.
    """

    text: str
    tokens: tuple[tuple[int, int], ...]
    begins: Vector
    ends: Vector
    nothing: float

    def span(self, start: int, end: int) -> Span | None:
        """The stretch from `start` to `end` with its share; None where it was not read."""
        inside = [i for i, (a, b) in enumerate(self.tokens) if a < end and b > start]
        if not inside:
            return None
        share = float(self.begins[inside[0]] + self.ends[inside[-1]])
        return Span(start, end, share, self.nothing)

    def likeliest(self) -> list[Span]:
        """The likeliest stretches, best first; they are whole words.

        Stretches that differ in a half word or a comma are one.
        """
        found: dict[tuple[int, int], float] = {}
        for a in np.argsort(-self.begins, kind="stable")[:TRIED]:
            for b in np.argsort(-self.ends, kind="stable")[:TRIED]:
                if not a <= b < a + LONGEST:
                    continue
                span = whole_words(self.text, self.tokens[a][0], self.tokens[b][1])
                if span[0] < span[1]:
                    found[span] = found.get(span, 0.0) + math.exp(self.begins[a] + self.ends[b])
        order = sorted(found, key=lambda span: (-found[span], span))[:KEPT]
        return [Span(*span, math.log(found[span] + 1e-12), self.nothing) for span in order]


def read_sentence(sentence: str, pair: Tokenised, logits: Vector) -> ReadSentence:
    """One sentence with the logits of the pair's first token and of the sentence's own, as begin
    and end. The first token stands for 'none'.
    """
    begins, ends = (log_share(logits[:, column]) for column in (0, 1))
    nothing = float(begins[0] + ends[0])
    return ReadSentence(sentence, pair.characters, begins[1:], ends[1:], nothing)


def whole_words(sentence: str, start: int, end: int) -> tuple[int, int]:
    """The stretch with the words at its edges made whole, and without marks around it."""
    while start > 0 and not sentence[start - 1].isspace() and not sentence[start].isspace():
        start -= 1
    while end < len(sentence) and not sentence[end].isspace() and not sentence[end - 1].isspace():
        end += 1
    return without_marks(sentence, start, end)


def without_marks(sentence: str, start: int, end: int) -> tuple[int, int]:
    """The stretch without marks and unpaired brackets at its edges."""
    while start < end:
        words = sentence[start:end]
        if words[0] in EDGES or (words[0] in "([" and not _paired(words)):
            start += 1
        elif words[-1] in EDGES or (words[-1] in ")]" and not _paired(words)):
            end -= 1
        elif words[0] in "([" and words[-1] in ")]" and _paired(words[1:-1]):
            start, end = start + 1, end - 1
        else:
            break
    return start, end


def _paired(words: str) -> bool:
    """Whether each closing bracket has an opening one before it, and none is left open."""
    depth = 0
    for character in words:
        depth += (character in "([") - (character in ")]")
        if depth < 0:
            return False
    return depth == 0
