"""The LangChain tutorial pipeline as a system: split by characters, embed, Chroma, best chunk.

It reads the same canonical texts as Casebook and answers as such a pipeline can without a language
model: by quoting its best chunk.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from eval.quoting import quoted_answer
from eval.ranked import DEPTH, Texts
from rag.errors import CasebookError
from rag.schema import Answer, Evidence, Hit, Passage

if TYPE_CHECKING:
    from rag.chat import Casebook


CHUNK_CHARACTERS, OVERLAP = 1000, 200  # the tutorials' values


class TutorialSystem:
    """Raises TutorialMissing without langchain-chroma and langchain-text-splitters."""

    name = "tutorial"

    def __init__(self, casebook: Casebook) -> None:
        self.texts: Texts = self
        self._reports = {report.id: report for report in casebook.library.reports()}
        self._chunks = self._split()
        self._store = self._filled(casebook)

    def text(self, report_id: str) -> str | None:
        """The canonical text of a report, or None for an unknown one."""
        report = self._reports.get(report_id)
        return report.text if report else None

    def passages(self, report_id: str) -> Sequence[tuple[str, int, int]]:
        """The chunks of a report."""
        return [(p.id, p.start, p.end) for p in self._chunks.values() if p.report_id == report_id]

    def converse(self, turns: Sequence[str], filters: Mapping[str, Sequence[str]]) -> Answer:
        """The best chunks; the answer quotes the first."""
        query = " ".join(turns)
        asked = list(filters.get("report", ()))
        where = {"report": asked[0]} if asked else None
        found = self._store.similarity_search_with_score(query, k=DEPTH, filter=where)
        hits = []
        for rank, (document, distance) in enumerate(found, 1):
            passage = self._chunks[document.metadata["place"]]
            hits.append(
                Hit(passage, document.page_content, round(1 - distance, 4), {"dense": rank})
            )
        evidence = [
            Evidence(h.passage, h.passage.start, h.passage.end, h.text, h.score) for h in hits[:1]
        ]
        return quoted_answer(self.name, turns, hits, evidence, self._reports)

    def _split(self) -> dict[str, Passage]:
        try:
            from langchain_text_splitters import RecursiveCharacterTextSplitter
        except ImportError:
            raise _missing() from None
        splitter = RecursiveCharacterTextSplitter(
            chunk_size=CHUNK_CHARACTERS, chunk_overlap=OVERLAP, add_start_index=True
        )
        chunks = {}
        for report_id, report in sorted(self._reports.items()):
            for number, chunk in enumerate(splitter.create_documents([report.text]), 1):
                start = chunk.metadata["start_index"]
                passage = Passage(
                    report_id, "chunk", number, start, start + len(chunk.page_content)
                )
                chunks[passage.id] = passage
        return chunks

    def _filled(self, casebook: Casebook):  # type: ignore[no-untyped-def]  # noqa: ANN202
        try:
            from langchain_chroma import Chroma
        except ImportError:
            raise _missing() from None
        store = Chroma(
            collection_name="tutorial",
            embedding_function=casebook.encoder,
            collection_metadata={"hnsw:space": "cosine"},
        )
        chunks = sorted(self._chunks.values(), key=lambda p: p.id)
        store.add_texts(
            [self._reports[p.report_id].text[p.start : p.end] for p in chunks],
            metadatas=[{"place": p.id, "report": p.report_id} for p in chunks],
            ids=[p.id for p in chunks],
        )
        return store


class TutorialMissing(CasebookError):
    """The packages of the tutorial pipeline are not installed."""


def _missing() -> TutorialMissing:
    return TutorialMissing(
        "The tutorial pipeline needs packages that Casebook does not; run: "
        "pip install langchain-chroma langchain-text-splitters"
    )
