"""Routes of drugs: 'by mouth', 'i.v.', 'under the skin' → one word, joined to the drug's name.

A patient who was given cyclophosphamide into a vein is found under 'cyclophosphamide' and under
'intravenous cyclophosphamide'.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_ROUTES = (
    ("intravenous", r"intravenous(?:ly)?|i\.?v\.?|into (?:a|the) vein", r"infusions?|infused"),
    ("oral", r"oral(?:ly)?|by mouth|p\.?o\.?", r"tablets?|pills?|capsules?"),
    ("subcutaneous", r"subcutaneous(?:ly)?|s\.?c\.?|under the skin", r"subcut"),
    ("topical", r"topical(?:ly)?|on the skin", r"creams?|ointments?"),
    ("intramuscular", r"intramuscular(?:ly)?|i\.?m\.?", r"intragluteal"),
)
"""Route → its own words, and what tells it in a record; 'steroid pills' is lay for any steroid."""

ROUTES = tuple(name for name, *_ in _ROUTES)

_BEFORE = [(n, re.compile(rf"(?<![\w.])(?:{p})[ -]$", re.IGNORECASE)) for n, p, _ in _ROUTES]
_AFTER = [
    (n, re.compile(rf"^,? (?:given |taken |used )?(?:{p})(?![\w.])", re.IGNORECASE))
    for n, p, _ in _ROUTES
]
_NAMED = [(n, re.compile(rf"(?<![\w.])(?:{p})(?![\w.])", re.IGNORECASE)) for n, p, _ in _ROUTES]
_TOLD = [
    (n, re.compile(rf"(?<![\w.])(?:{p}|{told})(?![\w.])", re.IGNORECASE)) for n, p, told in _ROUTES
]


def route_in(words: str) -> str | None:
    """The one route that the words of a question name; None for none, or for several."""
    found = [name for name, pattern in _NAMED if pattern.search(words)]
    return found[0] if len(found) == 1 else None


def route_of(words: str) -> str | None:
    """The one route that the words of a record tell; None for none, or for several."""
    found = [name for name, pattern in _TOLD if pattern.search(words)]
    return found[0] if len(found) == 1 else None


def route_beside(text: str, start: int, end: int) -> tuple[str, int, int] | None:
    """The route that stands just before or after a drug at ``[start, end)``, and where both stand.

    None where there is none, or where the drug's own wording has it ('intravenous immunoglobulin').
    """
    if route_in(text[start:end]):
        return None
    for name, pattern in _BEFORE:
        if match := pattern.search(text[:start]):
            return name, match.start(), end
    for name, pattern in _AFTER:
        if match := pattern.match(text[end:]):
            return name, start, end + match.end()
    return None


def routed(route: str, names: Iterable[str]) -> list[str]:
    """The names with the route before each."""
    return [f"{route} {name}" for name in names]


def bare(name: str) -> str | None:
    """The drug of a name that `routed` made, in small letters; None for any other name."""
    for route in ROUTES:
        if name.startswith(f"{route} "):
            return name.removeprefix(f"{route} ")
    return None
