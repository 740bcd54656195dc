"""A question → how its words were understood, as far as that tells the user something."""

from __future__ import annotations

from rag.lexicon import Expansion, lexicon
from rag.schema import Reading


def readings(query: str) -> tuple[Reading, ...]:
    """The words of a query that were read as something else: typos, abbreviations, other names."""
    known = lexicon().expand(query)
    return tuple(Reading(e.text, e.name, e.corrected) for e in known if is_worth_showing(e))


def is_worth_showing(expansion: Expansion) -> bool:
    """Whether a reading tells the user something: a typo, an abbreviation, another name."""
    concept = lexicon().concept(expansion.name)
    if expansion.corrected:
        return True
    general = concept is None or concept.kind == "shorthand"
    same = expansion.name.lower().rstrip("s") == expansion.text.lower().rstrip("s")
    return not general and not same
