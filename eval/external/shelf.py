"""Documents of a public set → a temporary library and the product's search over it.

Passages, vectors and word index are the product's own (`rag.index`, `rag.library`). The library
has no dense index: search is then exact, and two runs give the same figures.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Protocol, cast

import numpy as np

from eval.external.sets import Document
from rag.clean import normalise_characters
from rag.dense import DenseIndex
from rag.index import store
from rag.intake import Draft
from rag.library import Entry, Facet, Library
from rag.schema import Passage, Report, Section
from rag.search import Searcher, Weights
from rag.sentences import sentence_spans

if TYPE_CHECKING:
    from rag.embed import SentenceEncoder

Vectors = np.ndarray[Any, np.dtype[np.float32]]
Say = Callable[[str], None]

ARMS: Mapping[str, Weights] = {
    "hybrid": Weights(),
    "dense": Weights(1.0, 0.0, 0.0),
    "BM25": Weights(0.0, 1.0, 0.0),
}
"""What is compared: the product's search as it ships, cosine alone, the passage's BM25 alone."""

LEXICAL = "BM25"
"""The arm that does not know a passage without a word of the question."""

GROUP = 100  # documents embedded and stored in one transaction


class Encoder(Protocol):
    """What is asked of an encoder here; `rag.embed.SentenceEncoder` has it all."""

    name: str
    hash: str
    max_tokens: int

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """The number of word pieces of each text."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One unit vector per text, in order."""


class RememberingEncoder:
    """Answers like the encoder that it wraps, and keeps every vector as long as the process runs.

    Each question is asked of several arms, and documents of several tasks.
    """

    def __init__(self, encoder: SentenceEncoder) -> None:
        self.name, self.hash = encoder.name, encoder.hash
        self.dtype, self.dimensions = encoder.dtype, encoder.dimensions
        self.max_tokens, self.count_tokens = encoder.max_tokens, encoder.count_tokens
        self.adapted = encoder.adapted  # by which the reader's weights are chosen
        self._encoder = encoder
        self._known: dict[str, Vectors] = {}
        self._reading: RememberingEncoder | None = None

    @property
    def reading(self) -> RememberingEncoder:
        """The encoder of sentences, with a memory of its own."""
        own = self._encoder.reading
        if own is self._encoder:
            return self
        if self._reading is None:
            self._reading = RememberingEncoder(own)
        return self._reading

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One unit vector per text, in order; no texts give shape (0, dimensions)."""
        missing = [text for text in dict.fromkeys(texts) if text not in self._known]
        if missing:
            self._known.update(zip(missing, self._encoder.encode(missing), strict=True))
        if not texts:
            return np.zeros((0, self.dimensions), dtype=np.float32)
        return np.stack([self._known[text] for text in texts])


def as_report(document: Document) -> Report:
    """The document as a report of one section, without cases."""
    return _report(document, normalise_characters(document.text))


def shelve(
    documents: Sequence[Document], library: Library, encoder: Encoder, say: Say = lambda _: None
) -> None:
    """Store documents as the product does: split into passages, embedded with their titles.

    `say` is told how far it is, ten times or less.
    """
    real = cast("SentenceEncoder", encoder)
    for group in _groups(documents, say):
        drafts = [Draft(Path(f"{one.id}.txt"), as_report(one), b"") for one in group]
        with library.transaction():
            library.bind_model(encoder.hash, encoder.name)
            store(drafts, library, real)


def shelve_as_written(
    documents: Sequence[Document], library: Library, encoder: Encoder, say: Say = lambda _: None
) -> None:
    """As `shelve`, with offsets that count in the documents' texts as they stand."""
    real = cast("SentenceEncoder", encoder)
    for group in _groups(documents, say):
        drafts = [Draft(Path(f"{one.id}.txt"), _report(one, one.text), b"") for one in group]
        with library.transaction():
            library.bind_model(encoder.hash, encoder.name)
            store(drafts, library, real)


def shelve_sentences(
    documents: Sequence[Document], library: Library, encoder: Encoder, say: Say = lambda _: None
) -> None:
    """Store documents so that every passage is one sentence, embedded without its title.

    Offsets count in the document's text as it stands.
    """
    for group in _groups(documents, say):
        places = [passage for one in group for passage in sentences(one)]
        texts = {one.id: one.text for one in group}
        words = [texts[place.report_id][place.start : place.end] for place in places]
        vectors = dict(zip((p.id for p in places), encoder.encode(words), strict=True))
        with library.transaction():
            library.bind_model(encoder.hash, encoder.name)
            for one in group:
                entries = [Entry(place, "", vectors[place.id]) for place in sentences(one)]
                facets = [Facet("report", one.id)]
                library.put(_report(one, one.text), b"", entries, facets)


def sentences(document: Document) -> list[Passage]:
    """The sentences of a document as passages of its only section, numbered from 1."""
    return [
        Passage(document.id, "text", number, start, end)
        for number, (start, end) in enumerate(sentence_spans(document.text), 1)
    ]


@contextmanager
def searchers(
    fill: Callable[[Library], None], encoder: Encoder
) -> Iterator[tuple[Library, dict[str, Searcher]]]:
    """A temporary library that `fill` has filled, and the product's search by arm (ARMS)."""
    real = cast("SentenceEncoder", encoder)
    with (
        TemporaryDirectory(prefix="casebook-external-") as folder,
        Library(folder, create=True) as library,
    ):
        fill(library)
        dense = DenseIndex(Path(folder), library.meta("library_id"), "")
        try:
            yield library, {a: Searcher(library, real, dense, weights=w) for a, w in ARMS.items()}
        finally:
            dense.close()


def _report(document: Document, text: str) -> Report:
    return Report(
        id=document.id,
        title=document.title,
        text=text,
        sections=(Section("text", "", "other", 0, len(text)),),
        source=f"{document.id}.txt",
        source_kind="user file",
        basis="full text",
    )


def _groups(documents: Sequence[Document], say: Say) -> Iterable[Sequence[Document]]:
    told = 0
    for at in range(0, len(documents), GROUP):
        yield documents[at : at + GROUP]
        done = min(at + GROUP, len(documents))
        if done * 10 // len(documents) > told:
            told = done * 10 // len(documents)
            say(f"{done:,} of {len(documents):,} documents embedded")
