"""Casebook without one of its parts: what each part is worth."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from eval.damage import empty_vocabulary, replaced
from eval.ranked import DEPTH, Texts
from eval.systems import LibraryTexts
from rag.reader.reader import Reader
from rag.schema import Answer
from rag.search import Weights

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from rag.chat import Casebook


class Lessened:
    """The product with something taken away while it answers, and put back afterwards."""

    def __init__(
        self,
        name: str,
        casebook: Casebook,
        take: Callable[[Casebook], AbstractContextManager[None]],
    ) -> None:
        self.name = name
        self.casebook = casebook
        self.texts: Texts = LibraryTexts(casebook.library)
        self._take = take

    def converse(self, turns: Sequence[str], filters: Mapping[str, Sequence[str]]) -> Answer:
        """As a user would get it without the part."""
        with self._take(self.casebook):
            return self.casebook.converse(turns, k=DEPTH, filters=filters)


@contextmanager
def without_records(casebook: Casebook) -> Iterator[None]:
    """Without the patients' records: what asks for all patients is read as any other question."""
    with replaced(casebook._counting, "told", lambda *_, **__: None):
        yield


@contextmanager
def without_bm25(casebook: Casebook) -> Iterator[None]:
    """Without the word search: the reader reads what is nearest by cosine."""
    with replaced(casebook.searcher, "weights", Weights(1.0, 0.0, 0.0)):
        yield


@contextmanager
def without_vectors(casebook: Casebook) -> Iterator[None]:
    """Without vectors in the search: the reader reads what BM25 finds."""
    with replaced(casebook.searcher, "weights", Weights(0.0, 1.0, 0.0)):
        yield


def without_lexicon(_: Casebook) -> AbstractContextManager[None]:
    """Without the vocabulary: no abbreviation, brand or typo is understood."""
    return empty_vocabulary()


@contextmanager
def without_second_reading(casebook: Casebook) -> Iterator[None]:
    """Without the network that reads the best sentences again: vectors and words decide alone."""
    with replaced(casebook, "reader", Reader(casebook.encoder, None)):
        yield


@contextmanager
def without_resolution(casebook: Casebook) -> Iterator[None]:
    """Without reference resolution: each turn is read by itself, with no conversation before it."""
    resolve = casebook.resolve
    with replaced(casebook, "resolve", lambda question, _=(): resolve(question)):
        yield


PARTS: dict[str, Callable[[Casebook], AbstractContextManager[None]]] = {
    "without-lexicon": without_lexicon,
    "without-records": without_records,
    "without-bm25": without_bm25,
    "without-vectors": without_vectors,
    "without-second-reading": without_second_reading,
    "without-resolution": without_resolution,
}
