"""Concepts → an index of keys; a text → every place where a wording of a concept stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rag.errors import LexiconError
from rag.lexicon.concept import Concept, Mention
from rag.lexicon.english import SILENT, only_in_capitals, stands_as_abbreviation
from rag.lexicon.variants import Variant, variants
from rag.lexicon.wording import JOINERS, Atom, Gap, atoms, gap

# Beyond this a prefix decides nothing any more, and the table of prefixes stays small.
_PREFIX = 12
# A hyphen may stand inside a longer word ("cyclo-phosphamide"), not inside "IV" or "ANA".
_HYPHENABLE = 5
_MOST_ATOMS = 24


@dataclass(slots=True)
class Reading:
    """What a key is read as: its concept, and where in it a space may stand."""

    concept: Concept
    boundaries: frozenset[int]
    only_as: str | None  # an abbreviation that must stand in capitals, or None


class Index:
    """All keys of all wordings, and the walk over a text that finds them."""

    def __init__(self, readings: dict[str, Reading], prefixes: frozenset[str]) -> None:
        self.readings = readings
        self.prefixes = prefixes

    @classmethod
    def of(cls, concepts: Iterable[Concept]) -> Index:
        """Raises LexiconError where two concepts share a wording."""
        readings: dict[str, Reading] = {}
        every = [(concept, term) for concept in concepts for term in concept.terms]
        for concept, term in every:
            made = variants(term, concept.kind)
            if not made:
                raise LexiconError(f"{concept.name!r}: {term!r} has no letter or digit; remove it")
            for variant in made:
                _enter(readings, variant, concept, term)
        prefixes = frozenset(
            key[:length] for key in readings for length in range(1, min(len(key), _PREFIX) + 1)
        )
        return cls(readings, prefixes)

    def concept(self, compact: str) -> Concept | None:
        """The concept that has this key, or None."""
        reading = self.readings.get(compact)
        return reading.concept if reading else None

    def scan(self, text: str, stream: list[Atom]) -> Iterator[Mention]:
        """Yields all mentions, overlapping ones too, from left to right."""
        for first, atom in enumerate(stream):
            # Most words begin no wording at all, and most of the others none with the next word:
            # the cheap tests stand before the walk.
            raw, stem = atom.raw, atom.stem
            if not (raw[:_PREFIX] in self.prefixes or stem[:_PREFIX] in self.prefixes):
                continue
            if raw in self.readings or stem in self.readings or self._goes_on(stream, first):
                yield from self._from(text, stream, first)

    def _goes_on(self, stream: list[Atom], at: int) -> bool:
        """Whether a wording may begin with this atom and the next one."""
        if at + 1 == len(stream):
            return False
        one, other = stream[at], stream[at + 1]
        raw, stem = one.raw + other.raw, one.stem + other.stem
        return raw[:_PREFIX] in self.prefixes or stem[:_PREFIX] in self.prefixes

    def _from(self, text: str, stream: list[Atom], first: int) -> Iterator[Mention]:
        start = stream[first].start
        follows = _follows(stream, first)
        if follows == "inside":
            return
        raw = stem = ""
        gaps_raw: list[tuple[int, Gap]] = []
        gaps_stem: list[tuple[int, Gap]] = []
        for last in range(first, min(first + _MOST_ATOMS, len(stream))):
            atom = stream[last]
            if last > first:
                between = gap(text, stream[last - 1].end, atom.start)
                if between == "wide":
                    return
                gaps_raw.append((len(raw), between))
                gaps_stem.append((len(stem), between))
            raw += atom.raw
            stem += atom.stem
            if not (raw[:_PREFIX] in self.prefixes or stem[:_PREFIX] in self.prefixes):
                return
            if not _ends_word(stream, last):
                continue
            reading = self._fitting(raw, gaps_raw) or self._fitting(stem, gaps_stem)
            if reading is None or raw in SILENT:
                continue
            if follows == "number" and reading.concept.kind != "shorthand":
                continue
            wording = text[start : atom.end]
            alone = last == first
            if alone and reading.only_as and not stands_as_abbreviation(wording, reading.only_as):
                continue
            yield Mention(start, atom.end, wording, reading.concept)

    def _fitting(self, compact: str, gaps: list[tuple[int, Gap]]) -> Reading | None:
        reading = self.readings.get(compact)
        if reading is None:
            return None
        for at, between in gaps:
            if between == "space" and at not in reading.boundaries:
                return None
            if between == "hyphen" and at not in reading.boundaries and len(compact) < _HYPHENABLE:
                return None
            # "b.i.d." is one wording; "steroids.In" are two sentences glued together.
            if between == "dot" and len(compact) != len(gaps) + 1:
                return None
        return reading


def _enter(readings: dict[str, Reading], variant: Variant, concept: Concept, term: str) -> None:
    only_as = term if only_in_capitals(variant.key, term) else None
    known = readings.get(variant.key)
    if known is None:
        readings[variant.key] = Reading(concept, variant.boundaries, only_as)
    elif known.concept is not concept:
        raise LexiconError(
            f"{term!r} means both {known.concept.name!r} and {concept.name!r}; keep one"
        )
    else:
        known.boundaries |= variant.boundaries
        known.only_as = known.only_as and only_as


def longest(mentions: Iterable[Mention]) -> tuple[Mention, ...]:
    """The mentions that stay when longer ones win and none overlap, sorted by start."""
    taken: list[Mention] = []
    covered: set[int] = set()
    for one in sorted(mentions, key=lambda m: (m.start - m.end, m.start)):
        if covered.isdisjoint(range(one.start, one.end)):
            covered.update(range(one.start, one.end))
            taken.append(one)
    return tuple(sorted(taken, key=lambda m: m.start))


def words(text: str) -> list[Atom]:
    """The atoms of a text as a list, as `Index.scan` needs them."""
    return list(atoms(text))


def whole(stream: list[Atom], at: int) -> bool:
    """Says whether the atom is a word of its own."""
    return _follows(stream, at) == "nothing" and _ends_word(stream, at)


def _glued(left: Atom, right: Atom) -> bool:
    return left.end == right.start and JOINERS.isdisjoint((left.raw, right.raw))


def _follows(stream: list[Atom], at: int) -> str:
    """Says what the atom is glued to on its left: nothing, a number ("45yo") or a word."""
    if at == 0 or not _glued(stream[at - 1], stream[at]):
        return "nothing"
    return "number" if stream[at - 1].raw.isdigit() else "inside"


def _ends_word(stream: list[Atom], at: int) -> bool:
    return at + 1 == len(stream) or not _glued(stream[at], stream[at + 1])
