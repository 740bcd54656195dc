"""'The insurer did pay', 'the skin does respond', 'it always helped': a claim that stresses what
might be denied needs spans that say the same, and do not deny it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from rag.verify.grounds import Grounds
from rag.verify.poles import key
from rag.verify.verdict import Reason
from rag.verify.words import clause_starts, words

_STRESSED = re.compile(
    r"\b(?P<subject>[a-z]+)\s(?P<do>did|does|do)\s(?:also\s|indeed\s|in\sfact\s|often\s|both\s)?"
    r"(?P<verb>[a-z]{2,})\b",
    re.IGNORECASE,
)
_ASKING = frozenset(
    ["nor", "neither", "then", "so", "how", "what", "why", "than", "as", "only", "to", "not",
     "never", "could", "would", "should", "can", "will", "may", "might", "must"]
)  # fmt: skip
_NO_VERB = re.compile(
    r"\w+ed|\w{2,}[^r]ing|\w+ly|he|it|she|they|we|in|to|on|at|by|of|is|as|if|or|a|an|no|up|neither|not|nothing|so|well|better|worse|good|harm|damage|this|that|the|his|her|its|"
    r"their|him|them|it|best|worst|fine|great|most|before|after|when|while|with|without|for|until|too|again|more|less|little|much|but|and"
)


_ALWAYS = re.compile(r"\balways\b", re.IGNORECASE)
_EVERY = re.compile(
    r"\b(?:always|all|each|every\w*|throughout|invariabl\w+|both|constant\w*|still|whole|"
    r"entire\w*)\b",
    re.IGNORECASE,
)
_NEVER = re.compile(
    r"\b(?:never|not|no|none|nobody|nothing|neither|without|absent)\b", re.IGNORECASE
)


def _clause(text: str, place: int) -> str:
    """The clause of a text in which a place lies."""
    starts = clause_starts(text)
    behind = [start for start in starts if start > place]
    return text[max(s for s in starts if s <= place) : min(behind, default=len(text))]


def _unproved_always(claim: str, text: str) -> re.Match[str] | None:
    """An 'always' of a claim that denies nothing, where the spans deny something and say of nothing
    that it is so at all times.
    """
    found = _ALWAYS.search(claim)
    if (
        not found
        or _NEVER.search(_clause(claim, found.start()))
        or _EVERY.search(text)
        or not _NEVER.search(text)
    ):
        return None
    return found


_FAILED = re.compile(r"\bfail(?:s|ed|ing)?\sto\s(?P<verb>[a-z]{4,})", re.IGNORECASE)


def _unproved_failure(claim: str, grounds: Grounds, affirmed: Collection[str]) -> Iterator[Reason]:
    """'Failed to respond' where the spans say that it responded, and deny it of nothing."""
    theirs = words(grounds.text)
    for match in _FAILED.finditer(claim):
        said = next(w for w in words(claim) if w.start <= match.start("verb") < w.end)
        denied = any(key(w) == key(said) and w.negated for w in theirs)
        if key(said) in affirmed and not denied and not _FAILURE.search(grounds.text):
            message = f"{grounds.place} does not say {match.group()!r}"
            yield Reason("negation", message, *match.span())


_FAILURE = re.compile(
    r"\b(?:fail\w*|refractory|resist\w*|without|un\w+|persist\w*|remain\w*|in vain|only|poor\w*|"
    r"not|no|never|despite|should|neglect\w*|omit\w*|forg[eo]t\w*)\b",
    re.IGNORECASE,
)


def check_emphasis(claim: str, grounds: Grounds) -> Iterator[Reason]:
    """Reasons for a stressed verb that the spans do not affirm, and for an 'always' of theirs that
    is not there.
    """
    if always := _unproved_always(claim, grounds.text):
        message = f"{grounds.place} does not say {always.group()!r}"
        yield Reason("negation", message, *always.span())
    affirmed = {key(w) for w in words(grounds.text) if not w.negated}
    yield from _unproved_failure(claim, grounds, affirmed)
    for match in _STRESSED.finditer(claim):
        verb = match["verb"].lower()
        if match["subject"].lower() in _ASKING or _NO_VERB.fullmatch(verb):
            continue
        said = next(w for w in words(claim) if w.start <= match.start("verb") < w.end)
        if not said.negated and key(said) not in affirmed:
            message = f"{grounds.place} does not say {match['do']!r} {match['verb']!r}"
            yield Reason("negation", message, match.start("do"), match.end())
