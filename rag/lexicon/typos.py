"""A misspelt word → the one drug, antibody or sign it must have meant, or nothing.

Strict on purpose: a wrong drug in an answer is worse than a question not understood.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib.resources import files

from rag.lexicon.concept import Concept
from rag.lexicon.wording import Atom, atoms

_SHORTEST = 6
_LONGEST = 40  # no wording is longer; a pasted sequence is no misspelling
_TWO_EDITS_FROM = 9
_KINDS = ("drug", "antibody", "sign")


class Typos:
    """The single words of the vocabulary that a typo may stand for, in file order."""

    def __init__(self, known: frozenset[str], targets: dict[str, Concept]) -> None:
        self.known = known
        self.targets = targets
        self._wordings = list(targets)

    @classmethod
    def of(cls, concepts: Iterable[Concept]) -> Typos:
        """Those of the drugs, antibodies and signs among `concepts`."""
        known = set(ordinary())
        targets: dict[str, Concept] = {}
        for concept in concepts:
            for term in concept.terms:
                parts = list(atoms(term))
                known.update(part for atom in parts for part in (atom.raw, atom.stem))
                if concept.kind in _KINDS and len(parts) == 1 and len(parts[0].stem) >= _SHORTEST:
                    targets[parts[0].stem] = concept
        return cls(frozenset(known), targets)

    def meant(self, word: Atom) -> Concept | None:
        """The concept of the one nearest wording; None when the word is known or two are near.

        The first letter must be right, and swapped neighbours count as one edit.
        """
        if not _SHORTEST <= len(word.stem) <= _LONGEST or {word.raw, word.stem} & self.known:
            return None
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        # All wordings compete, those with another first letter too: "sacrolimus" is a slip in
        # tacrolimus and must not become sirolimus because of its s.
        near = process.extract(
            word.stem, self._wordings, scorer=OSA.distance, score_cutoff=2, limit=None
        )
        allowed = [
            (distance, target)
            for target, distance, _ in near
            if distance <= _edits(min(len(target), len(word.stem)))
        ]
        best = min((distance for distance, _ in allowed), default=0)
        nearest = [target for distance, target in allowed if distance == best]
        meant = {self.targets[target].name for target in nearest}
        if len(meant) != 1 or nearest[0][0] != word.stem[0]:
            return None
        return self.targets[nearest[0]]


def ordinary() -> tuple[str, ...]:
    """Ordinary words and other drugs' names that lie near a wording, in alphabetical order."""
    text = (files("rag.lexicon") / "ordinary.txt").read_text(encoding="utf-8")
    lines = (line.partition("#")[0] for line in text.splitlines())
    return tuple(sorted({word for line in lines for word in line.split()}))


def _edits(length: int) -> int:
    return 2 if length >= _TWO_EDITS_FROM else 1
