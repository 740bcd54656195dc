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
    return tuple(one for spelling in spellings for one in _keys(spelling))


def _antibody_forms(term: str) -> list[str]:
    """The bare target, "anti-X", and both with the word antibody."""
    bare = [term] if term.lower().startswith("anti") else [term, f"anti-{term}"]
    return [form for one in bare for form in (one, f"{one} antibody", f"{one} autoantibody")]


def _keys(spelling: str) -> tuple[Variant, ...]:
    """The key as written and, where it differs, the one without plural endings."""
    raw = stem = ""
    raw_at: list[int] = []
    stem_at: list[int] = []
    end = 0
    for atom in atoms(spelling):
        # Letters meet digits at a boundary too: "MDA5" is also "MDA 5" and "MDA-5".
        if raw and gap(spelling, end, atom.start) in ("none", "hyphen", "space"):
            raw_at.append(len(raw))
            stem_at.append(len(stem))
        raw += atom.raw
        stem += atom.stem
        end = atom.end
    if raw.startswith("anti"):
        raw_at.append(len("anti"))
        stem_at.append(len("anti"))
    if not raw:
        return ()
    as_written = Variant(raw, frozenset(raw_at))
    return (as_written,) if stem == raw else (as_written, Variant(stem, frozenset(stem_at)))
