"""Words of a claim that hang in the air, because the word that they go with is not there: 'did heal
until IVIG was given', 'the neck improved but the scalp', 'it was measured after'.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.verify.grounds import Grounds
from rag.verify.poles import poles
from rag.verify.verdict import Reason

_UNTIL = re.compile(
    r"\b(?P<do>did|does|do)\s(?:really\s|fully\s)?[a-z]+\b[^.;,]{0,40}\buntil\b", re.IGNORECASE
)
_ASKED = re.compile(r"\b(?:not|never|no|nor|neither|how|what)\b|n't", re.IGNORECASE)
_ONLY = re.compile(r"\b(?:only|not|never|no|until|without)\b", re.IGNORECASE)
_BUT = re.compile(
    r"\bbut\s(?:in\s|of\s|on\s|with\s|to\s|for\s|from\s|by\s)?(?:the|his|her|its|their|an?)\s"
    r"(?P<things>[a-z-]+(?:(?:\s|,\s|\sor\s|\sand\s)[a-z-]+){0,3})\s*(?:[.;(]|,\s(?:so|which|who)\b|$)",
    re.IGNORECASE,
)
_DENIED = re.compile(
    r"\b(?:not|no|never|none|nothing|nobody|neither|nor|without|all|any\w*|every\w*|each|only|"
    r"hardly|little|few|less|cannot)\b|n't",
    re.IGNORECASE,
)
_VERB = re.compile(
    r"\b(?:\w+ed|was|were|is|are|had|has|have|did|does|do|could|can|may|came|back|grew|fell|rose|got|"
    r"went|took|kept|became|left|lost|felt|began|held|stood|spread|hurt|bled|alone|too|so|later)\b",
    re.IGNORECASE,
)
_AFTER = re.compile(r"\bafter\s*(?:[.,;(\[]|$|and\b)", re.IGNORECASE)
_LATER = re.compile(r"\b(?:after\w*|later|then|follow\w*|subsequent\w*|post\w*|next|since)\b", re.I)
_FIRST = re.compile(r"\b(?:before|prior|previous\w*|preced\w*|earlier|pre)\b", re.IGNORECASE)


def check_dangling(claim: str, grounds: Grounds) -> Iterator[Reason]:
    """Reasons for a 'did … until' and a 'but the scalp' that have lost their 'not', and for an
    'after' with nothing behind it that the spans do not have, or have as a 'before'.
    """
    if (until := _UNTIL.search(claim)) and _has_lost_its_not(until, claim, grounds.text):
        message = f"'until' goes with a 'not', and here is none ({until['do']!r})"
        yield Reason("negation", message, *until.span("do"))
    if but := _lone_but(claim):
        message = f"'but' goes with a 'not', and here is none ({but.group().strip()!r})"
        yield Reason("negation", message, *but.span())
    theirs = grounds.text
    first = _FIRST.search(theirs)
    if (after := _AFTER.search(claim)) and not _LATER.search(theirs):
        yield Reason("opposite", f"{grounds.place} does not say 'after'", *after.span())
    elif first and (twice := _second_after(claim, theirs)):
        message = f"{grounds.place} says {first.group()!r} of one of them"
        yield Reason("opposite", message, *twice.span())


def _has_lost_its_not(until: re.Match[str], claim: str, text: str) -> bool:
    asked = _ASKED.search(claim[max(0, until.start() - _NEAR) : until.end()])
    return not asked and bool(_ONLY.search(text))


def _second_after(claim: str, text: str) -> re.Match[str] | None:
    """'After and six weeks after' where the spans say so only once, and 'before' besides."""
    mine = [*_LATER.finditer(claim)]
    more = len(mine) > max(1, len(_LATER.findall(text)))
    return mine[0] if more and not _FIRST.search(claim) else None


_NEAR = 30  # characters before 'did'


def _lone_but(claim: str) -> re.Match[str] | None:
    """'Improved the neck but the scalp': a thing after 'but' of which nothing is said, where
    nothing before it is denied or counted.
    """
    for found in _BUT.finditer(claim):
        said = any(found.start() <= p.start < found.end() for p in poles(claim))
        if not said and not _VERB.search(found["things"]) and not _DENIED.search(claim):
            return found
    return None
