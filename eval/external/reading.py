"""Question → what the product's reader makes of its documents: sentences in order, and whether any.

The documents lie in a library as the product stores them (passages of several sentences, embedded
with their titles; the sentences' vectors beside them), and are searched and read as it does, both
times: by vectors and words, and the best sentences again by the shipped network.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, cast

from eval.external.shelf import Encoder, Say, searchers, sentences, shelve_as_written
from rag.config import RANKED_HITS, WHOLE_REPORTS
from rag.reader.networks.reading_again import second_reader
from rag.reader.reader import Reader
from rag.reader.weighing.candidates import places_to_read

if TYPE_CHECKING:
    from eval.external.sets import Document
    from rag.embed import SentenceEncoder
    from rag.library import Library
    from rag.search import Searcher

READER = "reader"


class Question(Protocol):
    """What is asked of which documents."""

    @property
    def id(self) -> str:
        """The name of the question."""

    @property
    def text(self) -> str:
        """Its words."""

    @property
    def documents(self) -> tuple[str, ...]:
        """The ids of the documents that are searched for it."""


@dataclass(frozen=True, slots=True)
class Read:
    """The ids of the best sentences, best first, and the probability that one of them answers."""

    ranking: list[str]
    answerable: float


def read(
    documents: Sequence[Document],
    questions: Iterable[Question],
    encoder: Encoder,
    depth: int,
    say: Say = lambda _: None,
) -> dict[str, Read]:
    """Id of the question → what was read; `depth` sentences at most. Raises LibraryError."""
    asked = list(questions)
    needed = {name for one in asked for name in one.documents}
    kept = [document for document in documents if document.id in needed]
    named = {(place.report_id, place.start): place.id for one in kept for place in sentences(one)}
    reader = Reader(cast("SentenceEncoder", encoder), second_reader(""))

    def fill(library: Library) -> None:
        shelve_as_written(kept, library, encoder, say)

    with searchers(fill, encoder) as (library, by_arm):
        say(f"{READER}: {len(asked):,} questions …")
        return {
            one.id: _read(one, reader, library, by_arm["hybrid"], named, depth) for one in asked
        }


def _read(
    one: Question,
    reader: Reader,
    library: Library,
    searcher: Searcher,
    named: dict[tuple[str, int], str],
    depth: int,
) -> Read:
    wanted = {"report": one.documents}
    hits = searcher.search(one.text, RANKED_HITS, wanted, whole_reports=WHOLE_REPORTS)
    reports = {hit.passage.report_id: library.report(hit.passage.report_id) for hit in hits}
    places = [hits[i].passage.id for i in places_to_read(hits)]
    found = reader.read(one.text, hits, reports, stored=library.sentence_vectors(places))
    # A piece of a sentence that was cut for its length has no name of its own.
    at = (named.get((e.passage.report_id, e.start)) for e in found.evidence)
    return Read([name for name in at if name][:depth], found.answerable)
