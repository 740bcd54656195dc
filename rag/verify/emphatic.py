"""'The insurer did pay', 'the skin does respond': a claim that stresses what might be denied needs
spans that say the same verb, and do not deny it.
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
    r"(?P<verb>[a-z]{3,})\b",
    re.IGNORECASE,
)
_ASKING = frozenset(
    ["nor", "neither", "then", "so", "how", "what", "why", "than", "as", "only", "to", "not",
     "never", "could", "would", "should", "can", "will", "may", "might", "must"]
)  # fmt: skip
_NO_VERB = re.compile(
    r"\w+(?:ed|ing|ly)|neither|not|nothing|so|well|better|worse|good|harm|damage|this|that|the|his|her|its|"
    r"their|him|them|it|best|worst|fine|great|most|before|after|when|while|with|without|for|until|too|again|more|less|little|much|but|and"
)


def check_emphasis(claim: str, grounds: Grounds) -> Iterator[Reason]:
    """Reasons for a stressed verb that the spans do not affirm."""
    affirmed = {key(w) for w in words(grounds.text) if not w.negated}
    for match in _STRESSED.finditer(claim):
        verb = match["verb"].lower()
        if match["subject"].lower() in _ASKING or _NO_VERB.fullmatch(verb):
            continue
        said = next(w for w in words(claim) if w.start <= match.start("verb") < w.end)
        if not said.negated and key(said) not in affirmed:
            message = f"{grounds.place} does not say {match['do']!r} {match['verb']!r}"
            yield Reason("negation", message, match.start("do"), match.end())
