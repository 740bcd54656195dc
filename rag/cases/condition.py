"""One condition of a question, with its place in the words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rag.cases.wish import Wish


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition and where the question names it; `prior` says that it came before."""

    start: int
    end: int
    wish: Wish
    kind: str
    prior: bool = False

    def overlaps(self, others: Iterable[Condition]) -> bool:
        """Whether another condition takes some of the same words."""
        return any(self.start < other.end and other.start < self.end for other in others)


def without(text: str, parts: Sequence[Condition], filler: str = " ") -> str:
    """The text with `filler` in place of each letter that a condition takes."""
    for part in parts:
        text = text[: part.start] + filler * (part.end - part.start) + text[part.end :]
    return text
