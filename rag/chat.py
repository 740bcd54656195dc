"""The read spine: question (+ conversation) → resolve → search → read → answer.

`Casebook` is the open library with all that it takes to answer; `rag.chain` offers its stages to
LangChain.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Self

from rag.answer import ENGINE, Consulted
from rag.cases.counting import RECORDS_ENGINE, Counting
from rag.config import DEFAULT_K, Settings
from rag.conversation.courtesies import NOTHING_ASKED, asks_nothing
from rag.conversation.question import check_question
from rag.conversation.resolve import Resolved
from rag.conversation.resolve_stage import ResolveStage
from rag.conversation.turns import turn
from rag.dense import DenseIndex
from rag.derivation import has_older_records, is_outdated, require_model
from rag.embed import SentenceEncoder, Vectors
from rag.errors import LibraryBusy, LibraryError, QuestionError
from rag.filters import Filters
from rag.library import Library
from rag.parts_stage import PartsStage
from rag.read_stage import ReadStage
from rag.reader.networks.reading_again import second_reader
from rag.reader.reader import Reader
from rag.schema import Answer, Hit, Turn
from rag.search import Searcher
from rag.search_stage import SearchStage, followed
from rag.topic_stage import TopicQuestion, TopicStage
from rag.topics.topic import topic_of
from rag.understood import readings
from rag.upkeep import refresh_dense
from rag.works.standing import Standing, left_out

if TYPE_CHECKING:
    from rag.cases.told import Told

log = logging.getLogger(__name__)


class Casebook:
    """An open library, ready to answer. One question at a time; threads wait for each other."""

    def __init__(
        self,
        folder: Path,
        settings: Settings,
        *,
        encoder: SentenceEncoder | None = None,
        exact_up_to: int = 0,
    ) -> None:
        """Open the library in `folder` and bring it up to date.

        One of at most `exact_up_to` passages is searched exactly, from the vectors in its file,
        and Chroma is not loaded. Raises LibraryError, ModelError.
        """
        self.library = Library(folder)
        try:
            self.encoder = encoder or SentenceEncoder.of(settings)
            require_model(self.library, self.encoder)
            self.dense = DenseIndex(folder, self.library.meta("library_id"), settings.chroma_url)
            self._bring_up_to_date(settings)
        except BaseException:
            self.library.close()
            raise
        self.standing = Standing(self.library, settings.retractions)
        self.searcher = Searcher(self.library, self.encoder, self.dense, exact_up_to=exact_up_to)
        self.reader = Reader(self.encoder, second_reader(settings.reader))
        self._counting = Counting(self.library)
        self._resolve_stage = ResolveStage(self.library)
        self._search_stage = SearchStage(self.library, self.searcher, self.standing)
        self._parts_stage = PartsStage(ReadStage(self.library, self.standing), self._search_stage)
        self._topic_stage = TopicStage(self.library, self.standing)
        self._lock = threading.Lock()
        self._mended = False

    def _bring_up_to_date(self, settings: Settings) -> None:
        if self.library.read_only:
            return
        if is_outdated(self.library, self.encoder):
            log.warning("the library was made by an older Casebook: reading its files again")
            from rag.index import rederive  # the readers of files, which no question needs

            rederive(self.library, self.encoder, settings.limits)
            refresh_dense(self.library, self.dense)
        if not has_older_records(self.library):
            return
        from rag.cases import keeping  # what makes records, which no question needs

        try:
            keeping.bring_up_to_date(self.library)
        except LibraryBusy:
            log.info("another process writes: the patients' records are made in memory for now")

    def close(self) -> None:
        """Let go of Chroma and the file."""
        self.dense.close()
        self.library.close()

    def __enter__(self) -> Self:
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
        include_retracted: bool = False,
    ) -> Answer:
        """The answer to one question; `history` holds the turns before it, oldest first.

        Retracted reports are left out unless `include_retracted`, or a filter names them.

        Raises QuestionError for an empty or overlong question, FilterError, LibraryError.
        """
        return self.consult(
            question, history=history, k=k, filters=filters, include_retracted=include_retracted
        ).answer

    def consult(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        k: int = DEFAULT_K,
        filters: Filters | None = None,
        include_retracted: bool = False,
    ) -> Consulted:
        """The answer of `ask` together with the evidence behind it. Raises as `ask` does."""
        check_question(question)
        resolved = self.resolve(question, history)
        with self._lock:
            with self.library.snapshot():
                hits = self.search(resolved, k, filters, include_retracted=include_retracted)
                consulted = self._consulted(
                    question, resolved, hits, k, filters, include_retracted=include_retracted
                )
                answer = consulted.answer
                silent = answer.status == "abstained" and not asks_nothing(question)
                if silent and not include_retracted:
                    # Silence would hide that something was not looked at.
                    missed = left_out(len(self._search_stage.left_out(filters or {})))
                    answer = replace(answer, notice=f"{answer.notice} {missed}".strip())
            self._mend_dense()
        return replace(consulted, answer=answer)

    def encode(self, sentences: Sequence[str]) -> Vectors:
        """A unit vector for each sentence, by the encoder that reads.

        Waits while a question is being answered: the encoder serves one thread at a time.
        """
        with self._lock:
            return self.encoder.reading.encode(sentences)

    def find(
        self,
        query: str,
        *,
        k: int = DEFAULT_K,
        filters: Filters | None = None,
        include_retracted: bool = False,
    ) -> list[Hit]:
        """The `k` best passages for a query. Raises as `ask` does."""
        check_question(query)
        with self._lock, self.library.snapshot():
            return self._search_stage.hits(query, k, filters or {}, include_retracted)

    def converse(
        self,
        turns: Sequence[str],
        *,
        k: int = DEFAULT_K,
        filters: Filters | None = None,
        include_retracted: bool = False,
    ) -> Answer:
        """The answer to the last of `turns`, each asked after the ones before it.

        Raises as `ask` does.
        """
        if not turns:
            raise QuestionError("There is no question; give at least one turn")
        history: list[Turn] = []
        for question in turns:
            answer = self.ask(
                question,
                history=history,
                k=k,
                filters=filters,
                include_retracted=include_retracted,
            )
            history.append(turn(answer))
        return answer

    # -- the stages, for `ask` and for rag.chain ------------------------------------------------

    def resolve(self, question: str, history: Sequence[Turn] = ()) -> Resolved:
        """The question as it must be read after `history`, without its courtesies."""
        return self._resolve_stage.resolve(question, history)

    def search(
        self,
        resolved: Resolved,
        k: int,
        filters: Filters | None = None,
        *,
        include_retracted: bool = False,
    ) -> list[Hit]:
        """The passages to read for a resolved question: at least `k`, best first."""
        return self._search_stage.search(
            resolved, k, filters or {}, include_retracted=include_retracted
        )

    def answer(
        self,
        question: str,
        resolved: Resolved,
        hits: Sequence[Hit],
        k: int,
        filters: Filters | None = None,
        *,
        include_retracted: bool = False,
    ) -> Answer:
        """Counts patients or reads the hits, and answers; the `k` best hits go with the answer."""
        return self._consulted(
            question, resolved, hits, k, filters, include_retracted=include_retracted
        ).answer

    def _consulted(
        self,
        question: str,
        resolved: Resolved,
        hits: Sequence[Hit],
        k: int,
        filters: Filters | None,
        *,
        include_retracted: bool,
    ) -> Consulted:
        if asks_nothing(question):
            return Consulted(_unasked(question, resolved))
        without = [] if include_retracted else self._search_stage.left_out(filters or {})
        counted = self._counted(question, resolved, hits[:k], filters or {}, without)
        if counted:
            found = Consulted(counted)
        else:
            read = partial(
                self._parts_stage.answer,
                self.reader,
                question,
                resolved,
                hits,
                k,
                filters or {},
                include_retracted=include_retracted,
            )
            asked = TopicQuestion(question, resolved, hits, k, filters or {}, without)
            found = self._topic_stage.answer(asked, read)
        answer = found.answer
        if len(answer.hits) < k and resolved.report_ids and "report" not in (filters or {}):
            # A short report has fewer passages than are asked for.
            query, stage = resolved.query, self._search_stage
            others = stage.hits(query, 2 * k, filters or {}, include_retracted)
            answer = replace(answer, hits=followed(answer.hits, others)[:k])
            found = replace(found, answer=answer)
        return found

    def _counted(
        self,
        question: str,
        resolved: Resolved,
        hits: Sequence[Hit],
        filters: Filters,
        without: Collection[str],
    ) -> Answer | None:
        """The answer from the patients' records; None for a question that is not about all."""
        if resolved.report_ids:
            return None
        counted = self._counting.told(resolved.query, filters, without)
        if counted is None or _is_of_one(counted) and topic_of(resolved.query):
            return None  # of one patient the sentences say more than a count of one
        return Answer(
            question=question,
            query=resolved.query,
            status="answered",
            text=counted.text,
            short_answer=counted.short_answer,
            citations=counted.citations,
            hits=tuple(hits),
            engine=RECORDS_ENGINE,
            notice=counted.notice,
            readings=readings(resolved.query),
            table=counted.table,
        )

    def _mend_dense(self) -> None:
        """Build the dense index again when it did not answer; the answer itself was exact.

        Once only: a server that stays away must not cost time at every question.
        """
        if not self.searcher.dense_problem or self.library.read_only or self._mended:
            return
        self._mended = True
        try:
            refresh_dense(self.library, self.dense, wait=0.0)
        except LibraryError as error:
            log.warning("the dense index stays as it is, search is exact: %s", error)


def _is_of_one(counted: Told) -> bool:
    """Whether one patient or group alone was counted."""
    return len(counted.table["report_id"]) == 1


def _unasked(question: str, resolved: Resolved) -> Answer:
    """The answer to a courtesy: no passage is near what asks nothing."""
    return Answer(
        question=question,
        query=resolved.query,
        status="abstained",
        text=NOTHING_ASKED,
        short_answer=None,
        citations=(),
        hits=(),
        engine=ENGINE,
        notice="",
    )
