"""The YAML files of the vocabulary → concepts, checked: a contradiction is a LexiconError."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.resources.abc import Traversable

from rag.errors import LexiconError
from rag.lexicon.concept import Concept

FILES = {
    "drugs.yaml": "drug",
    "antibodies.yaml": "antibody",
    "signs.yaml": "sign",
    "subtypes.yaml": "subtype",
    "laboratory.yaml": "laboratory",
    "shorthand.yaml": "shorthand",
}
_WORDINGS = ("synonyms", "brands", "lay")
_KEYS = frozenset({"name", "broader", *_WORDINGS})


def read(folder: Traversable) -> tuple[Concept, ...]:
    """The concepts of all files of a folder, in file order; an absent file holds none."""
    concepts: list[Concept] = []
    for name, kind in FILES.items():
        file = folder / name
        if file.is_file():
            concepts.extend(parse(file.read_text(encoding="utf-8"), kind, name))
    check(concepts)
    return tuple(concepts)


def parse(text: str, kind: str, where: str) -> list[Concept]:
    """The concepts of one file; `where` is its name in messages. An empty file holds none."""
    import yaml  # not needed where the tables are kept (`rag.lexicon.kept`)

    # The C parser reads the six files some eight times faster than the Python one; both are safe.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        entries = yaml.load(text, Loader=loader)
    except yaml.YAMLError as error:
        raise LexiconError(f"{where}: not readable as YAML ({error}); correct the file") from error
    if not isinstance(entries, list | None):
        raise LexiconError(f"{where}: must be a list of entries, each with a name")
    return [
        _concept(entry, kind, f"{where}, entry {n}") for n, entry in enumerate(entries or (), 1)
    ]


def check(concepts: Iterable[Concept]) -> None:
    """Raises LexiconError where a name stands twice or `broader` names no concept or a circle."""
    broader: dict[str, tuple[str, ...]] = {}
    for concept in concepts:
        if concept.name in broader:
            raise LexiconError(f"{concept.name!r} is the name of two entries; merge or rename one")
        broader[concept.name] = concept.broader
    for name, above in broader.items():
        for one in above:
            if one not in broader:
                raise LexiconError(f"{name!r}: broader {one!r} is no entry; add it or correct it")
        if name in ancestors(name, broader):
            raise LexiconError(f"{name!r} is broader than itself; break the circle")


def ancestors(name: str, broader: dict[str, tuple[str, ...]]) -> frozenset[str]:
    """All that `name` is a kind of, however far up; `name` itself only if it is in a circle."""
    found: set[str] = set()
    waiting = list(broader.get(name, ()))
    while waiting:
        above = waiting.pop()
        if above not in found:
            found.add(above)
            waiting.extend(broader.get(above, ()))
    return frozenset(found)


def _concept(entry: object, kind: str, where: str) -> Concept:
    if not isinstance(entry, dict) or not isinstance(entry.get("name"), str):
        raise LexiconError(f"{where}: needs a name in words (quote it if YAML reads it otherwise)")
    where = f"{where} ({entry['name']})"
    if unknown := sorted(str(key) for key in entry.keys() - _KEYS):
        raise LexiconError(
            f"{where}: unknown key {unknown[0]!r}; known: {', '.join(sorted(_KEYS))}"
        )
    if kind != "drug" and "brands" in entry:
        raise LexiconError(f"{where}: only drugs have brands; use synonyms")
    terms = [entry["name"]]
    for key in _WORDINGS:
        terms.extend(_strings(entry.get(key), f"{where}, {key}"))
    if len(set(terms)) < len(terms):
        twice = next(term for term in terms if terms.count(term) > 1)
        raise LexiconError(f"{where}: {twice!r} stands twice; remove one")
    broader = _strings(entry.get("broader"), f"{where}, broader")
    brands = tuple(_strings(entry.get("brands"), f"{where}, brands"))
    return Concept(entry["name"], kind, tuple(terms), tuple(broader), brands)


def _strings(value: object, where: str) -> list[str]:
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(one, str) and one for one in value):
        raise LexiconError(f"{where}: must be a list of words (quote what YAML reads otherwise)")
    return list(value)
