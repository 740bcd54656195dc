"""Casebook for LangChain: the search as a retriever, the whole path as a Runnable.

retriever = CasebookRetriever(casebook=Casebook(folder, Settings()))
documents = retriever.invoke("dapsone for skin disease")
answer = answer_chain(casebook).invoke({"question": "…", "history": []})
"""

from __future__ import annotations

from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import Runnable, RunnableLambda
from pydantic import ConfigDict

from rag.chat import Casebook
from rag.config import DEFAULT_K
from rag.schema import Answer, Hit, Report


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
        },
    )


def answer_chain(casebook: Casebook) -> Runnable[Any, Answer]:
    """``{"question": str, "history": [Turn]?, "filters": {…}?, "k": int?}`` or a str → Answer."""

    def answered(given: Any) -> Answer:  # noqa: ANN401 (LangChain's door takes anything)
        wish: dict[str, Any] = {"question": given} if isinstance(given, str) else dict(given)
        return casebook.ask(
            wish["question"],
            history=wish.get("history", ()),
            k=wish.get("k", DEFAULT_K),
            filters=wish.get("filters"),
        )

    return RunnableLambda(answered, name="casebook")
