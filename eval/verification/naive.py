"""What others do: accept a sentence that looks like its span. Three matchers, for comparison."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from difflib import SequenceMatcher

from rapidfuzz import fuzz

Score = Callable[[str, str], float]


def ratio(claim: str, proof: str) -> float:
    """Rapidfuzz's ratio of the two texts, 0 to 1."""
    return float(fuzz.ratio(claim, proof)) / 100


def letters(claim: str, proof: str) -> float:
    """1 where the claim's letters, and nothing else of it, stand in the span in one run."""
    return float(_letters(claim) in _letters(proof))


def block(claim: str, proof: str) -> float:
    """The longest common block (difflib), as a share of the claim."""
    matcher = SequenceMatcher(None, claim, proof, autojunk=False)
    return matcher.find_longest_match().size / max(1, len(claim))


def _letters(text: str) -> str:
    return re.sub(r"[^a-z]", "", text.lower())


MATCHERS: dict[str, Score] = {
    "rapidfuzz ratio": ratio,
    "letters only": letters,
    "longest block": block,
}


def threshold(true: Sequence[float], false: Sequence[float]) -> float:
    """The score from which on to accept that tells true from false best (balanced accuracy)."""
    best = (0.0, 0.0)
    for cut in sorted({0.0, 1.01, *true, *false}):
        kept = sum(s >= cut for s in true) / max(1, len(true))
        caught = sum(s < cut for s in false) / max(1, len(false))
        best = max(best, (kept + caught, -cut))
    return -best[1]
