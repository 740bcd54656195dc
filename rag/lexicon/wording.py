"""A text becomes atoms (runs of letters, runs of digits, "/", "&"); a wording becomes a key.

Two streams of keys run side by side: as written and with plurals and possessives taken off,
so that "Gottrons papule" meets "Gottron's papules" while "AIDS" never meets "aid".
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Literal, NamedTuple

Gap = Literal["none", "hyphen", "space", "dot", "wide"]

_APOSTROPHES = "'\u2019\u2018\u02bc\u00b4`\u2032\uff07"
_HYPHENS = "-\u00ad\u2010\u2011\u2012\u2013\u2014\u2015\u2212_"
_ATOM = re.compile(
    r"(?P<letters>[^\W\d_]+(?:[\u0300-\u036f]+[^\W\d_]*)*)"
    rf"(?P<possessive>[{_APOSTROPHES}][sS](?![^\W_]))?"
    rf"(?P<negation>(?<=[nN])[{_APOSTROPHES}][tT](?![^\W_]))?|\d+|[/&]"
)
_SPACED = re.compile(rf"[{_APOSTROPHES}+]?(?:[ \t\u00a0\u2009\u202f]{{1,2}}|[ \t]?\n[ \t]?)")
_BROKEN = re.compile(rf"[{_APOSTROPHES}]? ?[{_HYPHENS}]\s?")
_GREEK = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "κ": "kappa",
    "λ": "lambda", "ζ": "zeta", "η": "eta", "θ": "theta", "μ": "mu", "ω": "omega",
}  # fmt: skip
_SHOUTED = 6
JOINERS = frozenset("/&")  # atoms of their own that also part words: "s/p", "MTX/AZA"
GREEK_NAMES = tuple(sorted(set(_GREEK.values())))


class Atom(NamedTuple):
    """``[start, end)`` of the text, folded as `raw` and, without plural ending, as `stem`."""

    start: int
    end: int
    raw: str
    stem: str


def atoms(text: str) -> Iterator[Atom]:
    """Yields the atoms of a text from left to right; everything between them is a gap."""
    for found in _ATOM.finditer(text):
        letters = found["letters"]
        if letters is None:
            digits = _plain(found[0])
            yield Atom(found.start(), found.end(), digits, digits)
        else:
            raw, stem = _folded(letters)
            if found["possessive"]:
                raw, stem = raw + "s", raw
            elif found["negation"]:
                raw = stem = raw + "t"
            yield Atom(found.start(), found.end(), raw, stem)


def gap(text: str, end: int, start: int) -> Gap:
    """Says what stands between two atoms: only "wide" parts them for good."""
    between = text[end:start]
    if not between:
        return "none"
    if between == ".":
        return "dot"
    if len(between) == 1 and between in _HYPHENS:
        return "hyphen"
    if _SPACED.fullmatch(between) or _BROKEN.fullmatch(between):
        return "space"
    return "wide"


def key(wording: str) -> str:
    """The wording as compared: folded atoms without what stands between them; "" if wordless."""
    return "".join(atom.raw for atom in atoms(wording))


def stem_key(wording: str) -> str:
    """The same without plural and possessive endings."""
    return "".join(atom.stem for atom in atoms(wording))


@lru_cache(maxsize=65536)
def _folded(word: str) -> tuple[str, str]:
    raw = _plain(word)
    # A final capital S belongs to an abbreviation (ARDS, CMAS), unless a long word is shouted.
    plural = word[-1] == "s" or (word[-1] == "S" and len(word) >= _SHOUTED)
    return raw, _singular(raw) if plural else raw


def _plain(word: str) -> str:
    if word.isascii():
        return word.lower()
    decomposed = unicodedata.normalize("NFKD", word).casefold()
    letters = (letter for letter in decomposed if not unicodedata.combining(letter))
    return "".join(_GREEK.get(letter, letter) for letter in letters)


def _singular(word: str) -> str:
    if len(word) < 4 or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(("shes", "sses", "xes")) or (
        word.endswith("ches") and not word.endswith("aches")
    ):
        return word[:-2]
    return word[:-1]
