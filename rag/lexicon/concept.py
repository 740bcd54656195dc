"""What the lexicon hands out: a concept, a mention of it in a text, a question's expansion."""

from __future__ import annotations

from dataclasses import dataclass

KINDS = ("drug", "antibody", "sign", "subtype", "laboratory", "shorthand")


@dataclass(frozen=True, slots=True)
class Concept:
    """One thing and its wordings: `terms` has the name first, then the others in file order.

    `brands` are those of a drug's wordings under which it is sold.
    """

    name: str
    kind: str
    terms: tuple[str, ...]
    broader: tuple[str, ...] = ()
    brands: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mention:
    """``[start, end)`` of a text names `concept`; `corrected` says that a typo was read as it."""

    start: int
    end: int
    text: str
    concept: Concept
    corrected: bool = False


@dataclass(frozen=True, slots=True)
class Expansion:
    """What stood in the question, its preferred name, and the other wordings to search for."""

    text: str
    name: str
    terms: tuple[str, ...]
    corrected: bool = False
