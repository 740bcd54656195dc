"""The read spine: question (+ conversation) → resolve → search → read → answer.

`Casebook` is the open library with all that it takes to answer; `rag.retriever` offers the same
path to LangChain.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

from rag.answer import ENGINE, extract
from rag.config import DEFAULT_K, MAX_QUESTION_CHARACTERS, Settings
from rag.dense import DenseIndex, DenseUnavailable
from rag.embed import SentenceEncoder
from rag.errors import QuestionError
from rag.filters import Filters
from rag.index import is_outdated, rederive, refresh_dense
from rag.lexicon import lexicon
from rag.library import Library
from rag.library.words import match_expression, search_passages
from rag.reader.reader import Reader
from rag.resolve import Resolved, resolve
from rag.schema import Answer, Hit, Reading, Report, Turn
from rag.search import Searcher

log = logging.getLogger(__name__)

READ_HITS = 12
"""Passages whose sentences are read; more than are shown, since the answer may hide low."""


class Casebook:
    """An open library, ready to answer. One question at a time; threads wait for each other."""

    def __init__(
        self, folder: Path, settings: Settings, *, encoder: SentenceEncoder | None = None
    ) -> None:
        """Open the library in `folder`, bring it up to date, and check its dense index.

        Raises LibraryError, ModelError.
        """
        self.library = Library(folder)
        self.encoder = encoder or SentenceEncoder(settings.model, threads=settings.threads)
        self.library.require_model(self.encoder.hash, self.encoder.name)
        self.dense = DenseIndex(folder, self.library.meta("library_id"), settings.chroma_url)
        if is_outdated(self.library) and not self.library.read_only:
            log.warning("the library was made by an older Casebook: reading its files again")
            rederive(self.library, self.encoder)
        self.searcher = Searcher(self.library, self.encoder, self.dense)
        self.reader = Reader(self.encoder)
        self._lock = threading.Lock()

    def close(self) -> None:
        """Let go of Chroma and the file."""
        self.dense.close()
        self.library.close()

    def __enter__(self) -> Casebook:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def ask(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        k: int = DEFAULT_K,
        filters: Filters | None = None,
    ) -> Answer:
        """The answer to one question; `history` holds the turns before it, oldest first.

        Raises QuestionError for an empty or overlong question, FilterError, LibraryError.
        """
        check_question(question)
        with self._lock:
            self._mend_dense()
            with self.library.snapshot():
                return self._answer(question, resolve(question, history), k, dict(filters or {}))

    def find(self, query: str, *, k: int = DEFAULT_K, filters: Filters | None = None) -> list[Hit]:
        """The `k` best passages for a query. Raises as `ask` does."""
        check_question(query)
        with self._lock:
            self._mend_dense()
            with self.library.snapshot():
                return self.searcher.search(query, k, filters)

    def converse(
        self, turns: Sequence[str], *, k: int = DEFAULT_K, filters: Filters | None = None
    ) -> Answer:
        """The answer to the last of `turns`, each asked after the ones before it."""
        history: list[Turn] = []
        for question in turns[:-1]:
            history.append(turn(self.ask(question, history=history, k=k, filters=filters)))
        return self.ask(turns[-1], history=history, k=k, filters=filters)

    def _answer(
        self, question: str, resolved: Resolved, k: int, filters: dict[str, Sequence[str]]
    ) -> Answer:
        if resolved.report_ids and "report" not in filters:
            filters["report"] = resolved.report_ids
        known = lexicon().expand(resolved.query)
        hits = self.searcher.search(resolved.query, max(k, READ_HITS), filters, known)
        reports = self._reports(hits)
        reading = self.reader.read(resolved.query, hits[:READ_HITS], reports)
        shown = hits[:k]
        draft = extract(resolved.query, shown, reading, reports, known=self._knows(resolved.query))
        return Answer(
            question=question,
            query=resolved.query,
            status="answered" if draft.status == "answered" else "abstained",
            text=draft.text,
            short_answer=draft.short_answer,
            citations=draft.citations,
            hits=tuple(shown),
            engine=ENGINE,
            notice=draft.notice,
            readings=tuple(
                Reading(e.text, e.name, e.corrected)
                for e in known
                if e.corrected or e.name.lower() != e.text.lower()
            ),
        )

    def _reports(self, hits: Sequence[Hit]) -> Mapping[str, Report]:
        ids = dict.fromkeys(hit.passage.report_id for hit in hits)
        return {report_id: self.library.report(report_id) for report_id in ids}

    def _knows(self, query: str) -> bool:
        """Whether every drug and antibody that the question names occurs in some report."""
        for expansion in lexicon().expand(query):
            concept = lexicon().concept(expansion.name)
            if concept is None or concept.kind not in ("drug", "antibody"):
                continue
            wordings = [
                *concept.terms,
                *(
                    n
                    for name in lexicon().narrower(concept.name)
                    if (c := lexicon().concept(name))
                    for n in c.terms
                ),
            ]
            expression = match_expression((), wordings)
            if not search_passages(self.library.db, expression, 1):
                return False
        return True

    def _mend_dense(self) -> None:
        """Build the dense index again when it did not answer the last question."""
        if not self.searcher.dense_problem or self.library.read_only:
            return
        log.warning("the dense index does not answer; building it again from the stored vectors")
        try:
            refresh_dense(self.library, self.dense, force=True)
        except DenseUnavailable as error:
            log.warning("still exact search: %s", error)
        self.searcher.dense_problem = ""


def check_question(question: str) -> None:
    """Raises QuestionError for a question that is empty or too long to be one."""
    if not question.strip():
        raise QuestionError("The question is empty; ask something about the reports")
    if len(question) > MAX_QUESTION_CHARACTERS:
        raise QuestionError(
            f"The question has {len(question):,} characters, more than the "
            f"{MAX_QUESTION_CHARACTERS:,} that are read; shorten it, or add the text as a report"
        )


def turn(answer: Answer) -> Turn:
    """What a later question needs to know of an answer."""
    cited = tuple(dict.fromkeys(c.report_id for c in answer.citations))
    return Turn(answer.question, answer.query, cited)
