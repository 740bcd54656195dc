"""One wording → the keys under which it is found: the spellings nobody should have to list."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.lexicon.wording import GREEK_NAMES, atoms, gap

# "TIF1-γ" is also typed "TIF1g": a Greek letter that is glued on may be its Latin initial.
_GREEK_ENDING = re.compile(rf"(?<=[A-Za-z0-9])-?([αβγδκ]|{'|'.join(GREEK_NAMES)})\b", re.IGNORECASE)
_LATIN = {"α": "a", "β": "b", "γ": "g", "δ": "d", "κ": "k"}


@dataclass(frozen=True, slots=True)
class Variant:
    """A key, and the offsets in it at which a space may stand in the text."""

    key: str
    boundaries: frozenset[int]


def variants(term: str, kind: str) -> tuple[Variant, ...]:
    """The keys of a wording, as written first; a wording without letter or digit has none."""
    spellings = [term]
    latin = _GREEK_ENDING.sub(lambda m: _LATIN.get(m[1], m[1][0].lower()), term)
    if latin != term:
        spellings.append(latin)
    if kind == "antibody" and "antibod" not in term:
        spellings = [form for one in spellings for form in _antibody_forms(one)]
    found: dict[Variant, None] = {}
    for spelling in spellings:
        for stemmed in (False, True):
            if (one := _variant(spelling, stemmed=stemmed)).key:
                found[one] = None
    return tuple(found)


def _antibody_forms(term: str) -> list[str]:
    """The bare target, "anti-X", and both with the word antibody."""
    bare = [term] if term.lower().startswith("anti") else [term, f"anti-{term}"]
    return [form for one in bare for form in (one, f"{one} antibody", f"{one} autoantibody")]


def _variant(term: str, *, stemmed: bool) -> Variant:
    compact = ""
    boundaries: set[int] = set()
    end = 0
    for atom in atoms(term):
        # Letters meet digits at a boundary too: "MDA5" is also "MDA 5" and "MDA-5".
        if compact and gap(term, end, atom.start) in ("none", "hyphen", "space"):
            boundaries.add(len(compact))
        compact += atom.stem if stemmed else atom.raw
        end = atom.end
    if compact.startswith("anti") and len(compact) > len("anti"):
        boundaries.add(len("anti"))
    return Variant(compact, frozenset(boundaries))
