"""Casebook for LangChain: the search as a retriever, the whole path as a chain of Runnables.

retriever = CasebookRetriever(casebook=casebook)
documents = retriever.invoke("dapsone for skin disease")
answer = answer_chain(casebook).invoke({"question": "Which dose?", "history": []})
"""

from __future__ import annotations

from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import Runnable, RunnableLambda, RunnablePassthrough
from pydantic import ConfigDict

from rag.chat import Casebook
from rag.config import DEFAULT_K
from rag.conversation.question import check_question
from rag.conversation.resolve import Resolved
from rag.embed import SentenceEncoder
from rag.schema import Answer, Hit, Report

Wish = dict[str, Any]
"""question (str), history (list of Turn, default none), k (int), filters (key → values),
include_retracted (bool)."""


class Encoding(Embeddings):
    """Casebook's encoder as LangChain's `Embeddings`."""

    def __init__(self, encoder: SentenceEncoder) -> None:
        self._encoder = encoder

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """One unit vector for each text."""
        return self._encoder.embed_documents(texts)

    def embed_query(self, text: str) -> list[float]:
        """The unit vector of a question."""
        return self._encoder.embed_query(text)


class CasebookRetriever(BaseRetriever):
    """Documents for a query, best first: the passage's own words; `metadata` says where."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    casebook: Casebook
    k: int = DEFAULT_K
    filters: dict[str, list[str]] = {}

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[Document]:
        hits = self.casebook.find(query, k=self.k, filters=self.filters)
        return [document(hit, self.casebook.library.report(hit.passage.report_id)) for hit in hits]


def document(hit: Hit, report: Report) -> Document:
    """A hit as a LangChain document; ``text[start:end]`` of the report is its content."""
    return Document(
        id=hit.passage.id,
        page_content=hit.text,
        metadata={
            "report_id": report.id,
            "title": report.title,
            "section": hit.passage.section,
            "patient": hit.passage.patient,
            "start": hit.passage.start,
            "end": hit.passage.end,
            "source_kind": report.source_kind,
            "basis": report.basis,
            "score": hit.score,
            "ranks": hit.ranks,
            "work": hit.of_work,
            "retracted": bool(hit.editorial and hit.editorial.retracts),
        },
    )


def answer_chain(casebook: Casebook) -> Runnable[Any, Answer]:
    """A `Wish` (or a question alone) → Answer, through the stages resolve, search, answer.

    Each stage is a named step of the chain, so that others can trace, replace or extend it. For
    concurrent writers use `Casebook.ask`, whose stages see one state of the library.
    """

    def resolved(wish: Wish) -> Resolved:
        return casebook.resolve(wish["question"], wish["history"])

    def search(wish: Wish) -> list[Hit]:
        resolved: Resolved = wish["resolved"]
        return casebook.search(
            resolved,
            wish["k"],
            wish["filters"],
            include_retracted=wish["include_retracted"],
        )

    def answer(wish: Wish) -> Answer:
        return casebook.answer(
            wish["question"], wish["resolved"], wish["hits"], wish["k"], wish["filters"]
        )

    return (
        RunnableLambda(_wish, name="wish")
        | RunnablePassthrough.assign(resolved=RunnableLambda(resolved, name="resolve"))
        | RunnablePassthrough.assign(hits=RunnableLambda(search, name="search"))
        | RunnableLambda(answer, name="answer")
    )


def _wish(given: str | Wish) -> Wish:
    wish: Wish = {"question": given} if isinstance(given, str) else dict(given)
    check_question(wish["question"])
    usual: Wish = {"history": (), "k": DEFAULT_K, "filters": None, "include_retracted": False}
    return usual | wish
