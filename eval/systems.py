"""Systems by name: Casebook, its parts alone, and the peers that it is compared with.

Every system answers with `rag.schema.Answer`, so that one set of measures judges them all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Protocol

import numpy as np

from eval.damage import replaced
from eval.quoting import quoted_answer
from eval.ranked import DEPTH, Texts
from rag.errors import CasebookError
from rag.schema import Answer, Evidence, Hit
from rag.sentences import sentence_spans

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from eval.damage import Damage
    from rag.chat import Casebook
    from rag.embed import Vectors
    from rag.library import Library
    from rag.search import Weights

DAMAGED = "damaged:"
GENERATED = "generated"

NEAR = 3
"""Passages among which a system without a reader looks for its sentence."""


class UnknownSystem(CasebookError):
    """A system is unknown, or lacks a package."""


class System(Protocol):
    """Something that answers, with the texts that its citations point into."""

    name: str
    texts: Texts

    def converse(self, turns: Sequence[str], filters: Mapping[str, Sequence[str]]) -> Answer:
        """The answer to the last turn; `filters` may name the one report that is asked."""


class LibraryTexts:
    """A library as the measures see it; texts and passages are read once."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._known = frozenset(library.report_ids())
        self._texts: dict[str, str] = {}
        self._passages: dict[str, list[tuple[str, int, int]]] = {}

    def text(self, report_id: str) -> str | None:
        """The canonical text of a report, or None for an unknown one."""
        if report_id not in self._known:
            return None
        if report_id not in self._texts:
            self._texts[report_id] = self._library.report(report_id).text
        return self._texts[report_id]

    def passages(self, report_id: str) -> Sequence[tuple[str, int, int]]:
        """All passages of a report: (id, start, end)."""
        if report_id not in self._passages:
            self._passages[report_id] = [
                (p.id, p.start, p.end) for p, _ in self._library.report_passages(report_id)
            ]
        return self._passages[report_id]


class CasebookSystem:
    """The product: hybrid search, reader, refusals."""

    name = "casebook"

    def __init__(self, casebook: Casebook) -> None:
        self.casebook = casebook
        self.texts: Texts = LibraryTexts(casebook.library)

    def converse(self, turns: Sequence[str], filters: Mapping[str, Sequence[str]]) -> Answer:
        """As a user gets it."""
        return self.casebook.converse(turns, k=DEPTH, filters=filters)


class SearchSystem:
    """Search without a reader: quotes the nearest sentence of the first passages, never declines.

    A conversation is asked as one text. `whole` quotes the first passage as it stands: the
    shortcut that scores on citations and answers nothing briefly.
    """

    def __init__(
        self, name: str, casebook: Casebook, weights: Weights, *, whole: bool = False
    ) -> None:
        self.name = name
        self.casebook = casebook
        self.texts: Texts = LibraryTexts(casebook.library)
        self._weights = weights
        self._whole = whole
        self._known: dict[str, Vectors] = {}

    def converse(self, turns: Sequence[str], filters: Mapping[str, Sequence[str]]) -> Answer:
        """The best passages, and the sentence nearest to the question."""
        query = " ".join(turns)
        with replaced(self.casebook.searcher, "weights", self._weights):
            hits = self.casebook.find(query, k=DEPTH, filters=filters)
        evidence = [self._chosen(query, hits)] if hits else []
        cited = {item.passage.report_id for item in evidence}
        reports = {report_id: self.casebook.library.report(report_id) for report_id in cited}
        return quoted_answer(self.name, turns, hits, evidence, reports)

    def _chosen(self, query: str, hits: Sequence[Hit]) -> Evidence:
        if self._whole:
            first = hits[0]
            return Evidence(first.passage, first.passage.start, first.passage.end, first.text, 1.0)
        spans = [
            (hit, start, end, self._text(hit)[start:end])
            for hit in hits[:NEAR]
            for start, end in sentence_spans(self._text(hit), hit.passage.start, hit.passage.end)
        ]
        cosines = (
            self._vectors([text for *_, text in spans]) @ self.casebook.encoder.encode([query])[0]
        ).round(6)
        best = int(cosines.argmax())  # the first of equals: better passage, earlier sentence
        hit, start, end, text = spans[best]
        return Evidence(hit.passage, start, end, text, round(float(cosines[best]), 4))

    def _vectors(self, sentences: Sequence[str]) -> Vectors:
        """One vector per sentence; each is made once, since questions share their passages."""
        missing = [text for text in dict.fromkeys(sentences) if text not in self._known]
        if missing:
            made = self.casebook.encoder.encode(missing)
            self._known.update(zip(missing, made, strict=True))
        return np.stack([self._known[text] for text in sentences])

    def _text(self, hit: Hit) -> str:
        return self.texts.text(hit.passage.report_id) or ""


@dataclass(frozen=True, slots=True)
class Kind:
    """How a system is made from an open Casebook, and what it is.

    `alone`: too heavy, or too dear, to be made once for each of several processes.
    """

    make: Callable[[Casebook], System]
    about: str
    alone: bool = False


def systems() -> dict[str, Kind]:
    """Name → system, the product first."""
    from eval.damage import DAMAGES
    from eval.parts import PARTS
    from eval.tutorial_system import TutorialSystem
    from rag.search import Weights

    found = {
        "casebook": Kind(CasebookSystem, "hybrid search and reader: the product"),
        "hybrid": Kind(lambda c: SearchSystem("hybrid", c, Weights()), "search without the reader"),
        "dense": Kind(lambda c: SearchSystem("dense", c, Weights(1.0, 0.0, 0.0)), "cosine alone"),
        "lexical": Kind(lambda c: SearchSystem("lexical", c, Weights(0.0, 1.0, 0.0)), "BM25 alone"),
        "top-passage": Kind(
            lambda c: SearchSystem("top-passage", c, Weights(), whole=True),
            "quotes the first passage whole; the gate must refuse it",
        ),
        "tutorial": Kind(
            TutorialSystem, "the LangChain tutorial pipeline (needs langchain-chroma)", alone=True
        ),
        GENERATED: _generated(""),
        f"{GENERATED}:inventing": _generated("inventing"),
    }
    for name, take in PARTS.items():
        said = (take.__doc__ or "").splitlines()[0].rstrip(".")
        found[name] = Kind(partial(_lessened, name, take), said[:1].lower() + said[1:])
    for name, damage in DAMAGES.items():
        found[f"{DAMAGED}{name}"] = Kind(
            partial(_damaged, name, damage),
            f"made to be refused: {(damage.__doc__ or '').splitlines()[0]}",
        )
    return found


def named(name: str) -> Kind:
    """The system of that name; 'generated:PROVIDER:MODEL' is any chat model of LangChain.

    Raises UnknownSystem with the names that there are.
    """
    known = systems()
    if name not in known and name.startswith(f"{GENERATED}:") and name.count(":") > 1:
        return _generated(name.partition(":")[2])
    if name not in known:
        raise UnknownSystem(f"There is no system '{name}'; known: {', '.join(known)}")
    return known[name]


def asked_for(names: Sequence[str]) -> list[str]:
    """The systems that were asked for, each once; 'all' is every one that can run here, undamaged.

    Raises UnknownSystem.
    """
    found = []
    for name in names:
        if name == "all":
            found += [one for one in systems() if not one.startswith(DAMAGED) and can_run(one)]
        else:
            named(name)
            found.append(name)
    return list(dict.fromkeys(found))


def can_run(name: str) -> bool:
    """Whether the packages are there that only this system needs."""
    from importlib.util import find_spec

    needed = ("langchain_chroma", "langchain_text_splitters") if name == "tutorial" else ()
    return all(find_spec(package) for package in needed)


def _generated(model: str) -> Kind:
    from eval.generated import GeneratedSystem, model_named

    name = f"{GENERATED}:{model}" if model else GENERATED
    make = model_named(model)
    said = {
        "": "a chat model writes from the evidence, and every sentence is checked; scripted to "
        "quote, or 'generated:PROVIDER:MODEL'",
        "inventing": "the same, with a model that invents",
    }
    return Kind(
        lambda c: GeneratedSystem(name, c, make()),
        said.get(model, "a chat model of LangChain"),
        alone=model not in said,
    )


def _lessened(
    name: str, take: Callable[[Casebook], AbstractContextManager[None]], casebook: Casebook
) -> System:
    from eval.parts import Lessened

    return Lessened(name, casebook, take)


def _damaged(name: str, damage: Damage, casebook: Casebook) -> System:
    from eval.damage import Damaged

    return Damaged(name, CasebookSystem(casebook), damage)
