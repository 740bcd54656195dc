"""One open library for many callers at once: REST, MCP and the OpenAI-compatible endpoint.

The encoder answers one question at a time. Who waits for it holds no thread, so that health and
short readings are answered meanwhile; who would wait too long is told to come later.
"""

from __future__ import annotations

import tempfile
import threading
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from anyio import CapacityLimiter, fail_after, to_thread

from rag.casebook import Casebook
from rag.cases.listing import Listing
from rag.cases.query import Query
from rag.config import Settings
from rag.engine import Engine, Event, Question, engine_of
from rag.errors import LibraryError, ServiceBusy
from rag.intake import Outcome
from rag.library import Library
from rag.listed import Listed, listed
from rag.privacy import warning
from rag.schema import Answer, EditorialNotice, Hit, Passage
from rag.works.standing import Standing

# Questions that may wait for the encoder. At five a second the last of them waits 13 seconds.
MOST_WAITING = 64
# Answers that may wait for a language model at once, each in a thread. Not those that every program
# has by default: a page that is served by the same process needs them for its files.
MOST_WRITTEN = 64
# Threads for what only reads the library, each with a connection of its own.
READERS = 4

Made = TypeVar("Made")


@dataclass
class Service:
    """What all callers share. `patience` are the seconds that one waits for the encoder.

    `alone` is held by whoever uses it: a page in the same process that does so, too, gives its own.
    """

    casebook: Casebook
    engines: dict[str, Engine]
    patience: float = 60.0
    alone: threading.Lock = field(default_factory=threading.Lock)
    _encoder: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(1))
    _models: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(MOST_WRITTEN))
    _readers: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(READERS))

    @property
    def engine(self) -> Engine:
        """The engine that answers unless another is named."""
        return next(iter(self.engines.values()))

    async def answer(self, question: Question, engine: Engine | None = None) -> Answer:
        """The answer. Raises QuestionError, FilterError, ServiceBusy, LibraryError."""
        last: Event | None = None
        async for event in self.events(question, engine):
            last = event
        assert isinstance(last, Answer)  # the last event
        return last

    async def events(
        self, question: Question, engine: Engine | None = None
    ) -> AsyncGenerator[Event]:
        """What can be shown meanwhile, then the Answer. A caller who leaves stops the model.

        Raises as `answer` does.
        """
        left = threading.Event()
        coming = (engine or self.engine).events(question, left)
        try:
            # Until the first event the library is read, for which there is one encoder.
            event = await self._encoding(lambda: next(coming, None))
            while event is not None:
                yield event
                # Whoever leaves does not wait for the model: `left` ends what is abandoned.
                event = await to_thread.run_sync(
                    lambda: next(coming, None), abandon_on_cancel=True, limiter=self._models
                )
        finally:
            left.set()

    async def search(
        self, query: str, k: int, filters: dict[str, list[str]], *, include_retracted: bool
    ) -> list[Hit]:
        """The `k` best passages. Raises as `answer` does."""
        return await self._encoding(
            lambda: self.casebook.find(
                query, k=k, filters=filters, include_retracted=include_retracted
            )
        )

    async def cases(self, query: Query) -> Listing:
        """Every patient who fits. Raises FilterError, LibraryError."""
        return await self._reading(lambda: self.casebook.cases(query))

    async def reports(self, offset: int = 0, limit: int | None = None) -> tuple[int, list[Listed]]:
        """How many reports there are, and those from `offset` on, by id."""

        def read() -> tuple[int, list[Listed]]:
            with self._library() as library:
                ids = library.report_ids()
                wanted = ids[offset:] if limit is None else ids[offset : offset + limit]
                counts, standing = library.passage_counts(), self._standing(library)
                return len(ids), [listed(i, library, counts, standing) for i in wanted]

        return await self._reading(read)

    async def report(self, report_id: str) -> Listed:
        """One report. Raises ReportNotFound."""

        def read() -> Listed:
            with self._library() as library:
                counts = library.passage_counts()
                return listed(report_id, library, counts, self._standing(library))

        return await self._reading(read)

    async def passages(self, report_id: str) -> list[tuple[Passage, str]]:
        """The passages of a report with their texts, in reading order. Raises ReportNotFound."""

        def read() -> list[tuple[Passage, str]]:
            with self._library() as library:
                library.report(report_id)
                return library.report_passages(report_id)

        return await self._reading(read)

    async def add(self, name: str, data: bytes) -> Outcome:
        """What became of one file. Raises LibraryError."""

        def store() -> Outcome:
            with _written(name, data) as path:
                return self.casebook.add(path)[0]

        # The facade takes the encoder between two questions; who adds waits in a thread.
        return await self._reading(store)

    async def size(self) -> int:
        """The number of reports. Raises LibraryError when the library cannot be read."""

        def read() -> int:
            with self._library() as library:
                return len(library.report_ids())

        return await self._reading(read)

    def identifies(self, words: str) -> str:
        """A warning when a text seems to identify a patient, else ''."""
        return warning(words) or ""

    def close(self) -> None:
        """Let go of the library."""
        self.casebook.close()

    @contextmanager
    def _library(self) -> Iterator[Library]:
        with Library(self.casebook.library.folder) as library, library.snapshot():
            yield library

    def _standing(self, library: Library) -> dict[str, EditorialNotice]:
        return dict(Standing(library, self.casebook.settings.retractions).now())

    async def _encoding(self, work: Callable[[], Made]) -> Made:
        """Work that needs the encoder, when its turn comes."""
        if self._encoder.statistics().tasks_waiting >= MOST_WAITING:
            raise ServiceBusy("Too many questions wait for their turn; ask again in some seconds")
        try:
            with fail_after(self.patience):
                await self._encoder.acquire_on_behalf_of(turn := object())
        except TimeoutError:
            raise ServiceBusy(
                f"This question has waited {self.patience:g} seconds for its turn; ask again later"
            ) from None
        try:
            return await to_thread.run_sync(lambda: self._alone(work), limiter=CapacityLimiter(1))
        finally:
            self._encoder.release_on_behalf_of(turn)

    def _alone(self, work: Callable[[], Made]) -> Made:
        if not self.alone.acquire(timeout=self.patience):
            raise ServiceBusy("The page of this server is reading a file; ask again in a minute")
        try:
            return work()
        finally:
            self.alone.release()

    async def _reading(self, work: Callable[[], Made]) -> Made:
        return await to_thread.run_sync(work, limiter=self._readers)


def open_service(
    casebook: Casebook,
    settings: Settings,
    patience: float = 60.0,
    alone: threading.Lock | None = None,
) -> Service:
    """The service with the engines that the settings ask for, the usual one first.

    Raises LanguageModelError, ConfigError.
    """
    engines = {"casebook": engine_of(casebook, settings, "none")}
    if settings.llm:
        plain = engines["casebook"]
        engines = {"casebook": engine_of(casebook, settings), "casebook-extractive": plain}
    return Service(casebook, engines, patience, alone or threading.Lock())


@contextmanager
def _written(name: str, data: bytes) -> Iterator[Path]:
    """Bytes as a file of their name, in a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="casebook-") as folder:
        # The base name alone, so that none leaves the folder.
        base = Path(name.replace("\\", "/")).name
        path = Path(folder) / (base or "file")
        try:
            path.write_bytes(data)
        except (OSError, ValueError) as error:  # a name that the system does not take
            raise LibraryError(f"'{base}' is no name for a file; choose another") from error
        yield path
