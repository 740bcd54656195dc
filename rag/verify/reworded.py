"""A claim → the same said in other words, for denials that are worded in more ways than one.

'She could not get up without help' is 'she needed help to get up'. A claim whose sense rules find
wrong stands where they find nothing wrong with it as it is worded here, and its spans have the
words that are put in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.verify.words import words

_REWORDED: tuple[tuple[str, str], ...] = (
    (
        r"\b(?:could not|couldn't|cannot|can not|(?:was|were) (?:not able|unable) to)\s"
        r"(?P<do>[^.;,]{3,50}?)\swithout\s(?P<help>help|assistance|aid|support)\b",
        r"needed \g<help> to \g<do>",
    ),
    (
        r"\b(?:with|despite) an? (?:incomplete|partial|insufficient|inadequate) response to\b",
        "that has not responded fully to",
    ),
    (
        r"\bonly (?P<one>[\w\s-]{3,40}?) (?P<was>was|were) (?P<did>needed|required|used|given|"
        r"found|seen|reported|noted)(?: (?:as|for) (?P<of>[\w-]+))?",
        r"no \g<of> \g<was> \g<did> other than \g<one>",
    ),
    (
        r"\b(?:is|was|are|were) not associated with (?:an? |any )?(?=increased|higher|raised)",
        "carries no ",
    ),
    (r"\b(?:was|were|had) never (?:been )?weak\b", "never had weakness"),
    (r"\b(?:he|she|the patient) (?:was|had) never (?:been )?weak\b", "strength was normal"),
    (r"\bnever (?:rose|went|was|were|had been) (?:above|over)\b", "never exceeded"),
    (r"\bhad no other (?:illness(?:es)?|diseases?|medical conditions?)\b", "was otherwise healthy"),
    (r"\bdid not become (?:any )?(?:smaller|less)\b", "did not diminish in size"),
)
_COMPILED = tuple((re.compile(found, re.IGNORECASE), made) for found, made in _REWORDED)


def rewordings(claim: str, text: str) -> Iterator[str]:
    """What a claim says, worded otherwise, where its spans (`text`) have each word put in."""
    theirs = {w.stem for w in words(text)}
    for pattern, made in _COMPILED:
        found = pattern.search(claim)
        if not found:
            continue
        other = claim[: found.start()] + found.expand(made) + claim[found.end() :]
        before = {w.stem for w in words(claim)}
        if all(w.stem in theirs or w.stem in before for w in words(other) if w.telling):
            yield other
