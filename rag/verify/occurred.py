"""Whether a claim says that something occurred which its spans say did not, in other verbs."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.verify.denials import OCCURS, Denial
from rag.verify.poles import key
from rag.verify.words import Word, words


def occurred(claim: str, left: Sequence[Denial], spans: str) -> str:
    """What a claim says to have occurred and its spans say did not, in words of other verbs."""
    said = words(claim)
    if any(w.negated for w in said):
        return ""
    theirs = words(spans)
    for one in (d for d in left if d.occurs and 0 < len(d.subject) <= _SUBJECTS):
        clauses = {w.clause for w in theirs if key(w) in one.subject and not w.negated}
        elsewhere = any(w.stem in OCCURS and not w.negated and w.clause in clauses for w in theirs)
        if elsewhere:
            continue
        for word in said:
            had = bool(_HAD.search(claim[: word.start]))
            if word.telling and key(word) in one.subject and (had or _occurs_with(word, said)):
                return word.text
    return ""


_SUBJECTS = 2  # words of what did not occur: 'an infusion reaction'
_HAD = re.compile(
    r"\b(?:had|has|have|experienced|suffered|was|were)\s(?:(?:an?|some|the|several)\s)?(?:\w+\s)?$",
    re.IGNORECASE,
)


def _occurs_with(word: Word, said: Sequence[Word]) -> bool:
    """Whether a word's clause says that it occurred, right behind it."""
    behind = [w for w in said if w.clause == word.clause and w.start > word.start and w.content]
    return any(w.stem in OCCURS for w in behind[:3])
