"""'The insurer did pay', 'the skin does respond', 'it always helped': a claim that stresses what
might be denied needs spans that say the same, and do not deny it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.verify.grounds import Grounds
from rag.verify.poles import key
from rag.verify.verdict import Reason
from rag.verify.words import words

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


def _unproved_always(claim: str, text: str) -> re.Match[str] | None:
    """An 'always' of a claim that denies nothing, where the spans deny something and say of nothing
    that it is so at all times.
    """
    found = _ALWAYS.search(claim)
    if not found or _NEVER.search(claim) or _EVERY.search(text) or not _NEVER.search(text):
        return None
    return found


def check_emphasis(claim: str, grounds: Grounds) -> Iterator[Reason]:
    """Reasons for a stressed verb that the spans do not affirm, and for an 'always' of theirs that
    is not there.
    """
    if always := _unproved_always(claim, grounds.text):
        message = f"{grounds.place} does not say {always.group()!r}"
        yield Reason("negation", message, *always.span())
    affirmed = {key(w) for w in words(grounds.text) if not w.negated}
    for match in _STRESSED.finditer(claim):
        verb = match["verb"].lower()
        if match["subject"].lower() in _ASKING or _NO_VERB.fullmatch(verb):
            continue
        said = next(w for w in words(claim) if w.start <= match.start("verb") < w.end)
        if not said.negated and key(said) not in affirmed:
            message = f"{grounds.place} does not say {match['do']!r} {match['verb']!r}"
            yield Reason("negation", message, match.start("do"), match.end())
