"""The vocabulary of dermatomyositis: a text or question in, the concepts that it names out."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, cached_property, lru_cache
from importlib.resources import files

from rag.lexicon import entries, kept
from rag.lexicon.concept import KINDS, Concept, Expansion, Mention
from rag.lexicon.matcher import Index, longest, whole, words
from rag.lexicon.typos import Typos
from rag.lexicon.wording import Atom, key, stem_key

KEPT_TEXTS = 4096
"""Texts whose mentions are kept: a report's sentences and a question are looked at ten times each,
for filters, records, and all that is read of them."""

__all__ = ["KINDS", "Concept", "Expansion", "Lexicon", "Mention", "lexicon"]


class Lexicon:
    """Concepts and all their wordings; two concepts that share a wording raise LexiconError."""

    def __init__(
        self, concepts: Iterable[Concept], tables: tuple[Index, Typos] | None = None
    ) -> None:
        """`tables` are those of the same concepts, where they are at hand (`rag.lexicon.kept`)."""
        self._concepts = tuple(concepts)
        if tables:
            self._index, self._typos = tables
        else:
            entries.check(self._concepts)
            self._index = Index.of(self._concepts)
        self._broader = {one.name: one.broader for one in self._concepts}
        self._found = lru_cache(KEPT_TEXTS)(self._find)
        self._found_misspelt = lru_cache(KEPT_TEXTS)(self._find_misspelt)

    def tables(self) -> kept.Tables:
        """All that it finds wordings with, misspelt ones included."""
        return self._concepts, self._index, self._typos

    def concepts(self, kind: str | None = None) -> tuple[Concept, ...]:
        """All concepts, or those of one kind, in file order; an unknown kind has none."""
        return tuple(one for one in self._concepts if kind is None or one.kind == kind)

    def concept(self, term: str) -> Concept | None:
        """The concept with this wording, whatever its case, hyphens, plural; None if unknown."""
        return self._index.concept(key(term)) or self._index.concept(stem_key(term.lower()))

    def find(self, text: str, *, typos: bool = False) -> tuple[Mention, ...]:
        """The mentions in a text, longest first taken, none overlapping, sorted by start.

        With `typos`, a single misspelt word counts as well and is marked `corrected`.
        """
        return self._found_misspelt(text) if typos else self._found(text)

    def named_alone(self, words: str, *kinds: str) -> Concept | None:
        """The concept of one of these kinds that words name, misspelt or not, and nothing beside.

        'Skin ulcers' names one alone, 'painful skin ulcers' none.
        """
        for one in self.find(words, typos=True):
            if (one.start, one.end) == (0, len(words)) and one.concept.kind in kinds:
                return one.concept
        return None

    def expand(self, question: str) -> tuple[Expansion, ...]:
        """How each known wording of a question reads, in its order; repeats are named once."""
        seen: dict[tuple[str, str], Expansion] = {}
        for one in self.find(question, typos=True):
            name = one.concept.name
            others = _others(one)
            seen.setdefault((key(one.text), name), Expansion(one.text, name, others, one.corrected))
        return tuple(seen.values())

    def narrower(self, name: str) -> tuple[str, ...]:
        """The names of all concepts that are a kind of `name`, however far down, in file order."""
        return self._narrower.get(name, ())

    @cached_property
    def _narrower(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, list[str]] = {}
        for one in self._broader:
            for above in entries.ancestors(one, self._broader):
                found.setdefault(above, []).append(one)
        return {name: tuple(below) for name, below in found.items()}

    @cached_property
    def _typos(self) -> Typos:
        # Only questions need it; texts are read without, and loading stays short.
        return Typos.of(self._concepts)

    def _find(self, text: str) -> tuple[Mention, ...]:
        return longest(self._index.scan(text, words(text)))

    def _find_misspelt(self, text: str) -> tuple[Mention, ...]:
        stream = words(text)
        return self._corrected(text, stream, longest(self._index.scan(text, stream)))

    def _corrected(
        self, text: str, stream: list[Atom], found: tuple[Mention, ...]
    ) -> tuple[Mention, ...]:
        covered = {at for one in found for at in range(one.start, one.end)}
        added = [
            Mention(atom.start, atom.end, text[atom.start : atom.end], concept, corrected=True)
            for at, atom in enumerate(stream)
            # Letters glued to digits are a code, not a word with a typo in it.
            if atom.start not in covered and whole(stream, at)
            if (concept := self._typos.meant(atom))
        ]
        return tuple(sorted([*found, *added], key=lambda one: one.start))


def _others(mention: Mention) -> tuple[str, ...]:
    """The wordings of a concept without the one that stands there, each spelling once."""
    seen = {key(mention.text)}
    others = []
    for term in mention.concept.terms:
        if key(term) not in seen:
            seen.add(key(term))
            others.append(term)
    return tuple(others)


@cache
def lexicon() -> Lexicon:
    """The shipped vocabulary, read once per process, from its kept tables where there are any."""
    folder = files("rag.lexicon")
    path = kept.place()
    if path is None:
        return Lexicon(entries.read(folder))
    source = kept.made_from(folder)
    if tables := kept.read(path, source):
        concepts, index, typos = tables
        return Lexicon(concepts, (index, typos))
    made = Lexicon(entries.read(folder))
    kept.write(path, source, made.tables())
    return made
