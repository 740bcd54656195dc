"""'How fast does IVIg work?': asked of nobody in particular.

One report's answer would be one among several: each that tells of it gives its best sentence, as
with a dose in general (`rag.reader.asked.asks_for_any_dose`).
"""
# ruff: noqa: E501  (a table of patterns reads best one pattern to the line)

from __future__ import annotations

import re

from rag.lexicon import lexicon

_END = r"(?: in (?:adult |adults|children|patients|patients with |people with )*(?:dermatomyositis|j?dm)?)?\s*[?.!]*$"
_DRUG = r"(?P<drug>[^?,:]+?)"
_SOON = tuple(
    re.compile(pattern + _END, re.IGNORECASE)
    for pattern in (
        rf"^how (?:fast|quick(?:ly)?|soon|long) (?:does|do|will|until|till|before|for) {_DRUG} (?:take |need )?(?:to )?(?:works?|act|kicks? in|take effect|helps?|have an effect|show an effect)",
        rf"^how (?:fast|quick(?:ly)?|soon) (?:is|are) (?:the )?(?:response|effect|improvement) (?:to|of|on|with) {_DRUG}",
        rf"^(?:what(?:'s| is) the )?(?:usual |typical |median |mean )?(?:time|latency) to (?:response|effect|improvement|benefit)(?: seen)? (?:with|on|of|to|for|after) {_DRUG}",
        rf"^{_DRUG}[:,]? (?:time to (?:response|effect|improvement|benefit|work)|onset of (?:action|effect|response)|how (?:fast|quick(?:ly)?|soon)(?: does it work)?)",
    )
)


def general_speed(question: str) -> str | None:
    """The name of the drug of which it is asked how fast it works, in anybody; else None."""
    for pattern in _SOON:
        if (found := pattern.match(" ".join(question.split()))) and (
            name := _alone(found["drug"], "drug")
        ):
            return name
    return None


def _alone(words: str, kind: str) -> str | None:
    """The concept of a kind that words name and nothing beside it; None where there is more."""
    found = lexicon().find(words, typos=True)
    whole = len(found) == 1 and (found[0].start, found[0].end) == (0, len(words))
    return found[0].concept.name if whole and found[0].concept.kind == kind else None
