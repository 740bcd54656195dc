"""`Casebook` for Python programs: open a library, add files, ask, search, count, show.

    from rag import Casebook

The class of the read spine (`rag.chat`) with the library's other doors beside it; whatever takes
one (`rag.chain`, `rag.llm.chain`) takes the other.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from rag import chat, shipped
from rag.cases.listing import Listing
from rag.cases.query import Query, found_for
from rag.config import DEFAULT_K, RANKED_HITS, Settings, load_settings
from rag.conversation.resolve import Resolved
from rag.embed import SentenceEncoder
from rag.filters import Filters
from rag.index import add, refresh_dense
from rag.intake import Outcome
from rag.library import Library
from rag.schema import Hit, Report

log = logging.getLogger(__name__)


class Casebook(chat.Casebook):
    """An open library. Close it, or use it as a context manager; threads wait for each other."""

    def __init__(
        self, folder: Path, settings: Settings, *, encoder: SentenceEncoder | None = None
    ) -> None:
        """As `rag.chat.Casebook`; `open` finds folder and settings by itself."""
        super().__init__(folder, settings, encoder=encoder)
        self.settings = settings
        self._limits = settings.limits
        self._writing = threading.Lock()

    @classmethod
    def open(cls, library: Path | str | None = None, **settings: str | int | None) -> Casebook:
        """The library in a folder; None stands for that of CASEBOOK_LIBRARY, else the default one.

        The default library is built from the shipped reports when it is opened first (minutes).
        `settings` are those of `rag.config.Settings`, by name, before environment and file.
        Raises ConfigError, LibraryError, ModelError.
        """
        chosen = load_settings(library=str(library) if library else None, **settings)
        folder, default = shipped.folder_of(chosen)
        encoder = None
        if default:
            encoder = SentenceEncoder.of(chosen)
            shipped.build_default(folder, chosen, encoder, shipped.shipped_reports(), log.info)
        return cls(folder, chosen, encoder=encoder)

    def add(self, paths: Path | str | Iterable[Path | str]) -> list[Outcome]:
        """Add files and folders; what became of each file. A bad file is refused, the rest go on.

        Raises LibraryError.
        """
        several = [paths] if isinstance(paths, Path | str) else list(paths)
        outcomes: list[Outcome] = []
        with self._writing, Library(self.library.folder) as library:
            coming = add([Path(path) for path in several], library, self.encoder, self._limits)
            while (outcome := self._next(coming)) is not None:
                outcomes.append(outcome)
            with self._lock:
                refresh_dense(library, self.dense)
        return outcomes

    def _next(self, coming: Iterator[Outcome]) -> Outcome | None:
        """The next outcome; between two of them, other threads' questions have their turn."""
        with self._lock:
            return next(coming, None)

    def search(
        self,
        query: str | Resolved,
        k: int | None = None,
        filters: Filters | None = None,
        *,
        include_retracted: bool = False,
    ) -> list[Hit]:
        """The `k` best passages for a query (default 8), best first. Raises as `ask` does.

        A question that is resolved already is the stage of `ask`: then at least `k` come back.
        """
        if isinstance(query, Resolved):
            return super().search(
                query, k or RANKED_HITS, filters, include_retracted=include_retracted
            )
        return self.find(
            query, k=k or DEFAULT_K, filters=filters, include_retracted=include_retracted
        )

    def cases(
        self, query: Query | None = None, **conditions: str | Sequence[str] | None
    ) -> Listing:
        """Every patient who fits, with the sentences that say so.

        Give a Query, or its fields; there one text stands for a list of one:
        ``cases(treatment="IVIg", response="complete")``. Raises FilterError, LibraryError.
        """
        with Library(self.library.folder) as library:
            return found_for(query or Query(**_as_fields(conditions)), library)

    def show(self, report_id: str) -> Report:
        """One report, with its canonical text. Raises ReportNotFound, naming the nearest ids."""
        with Library(self.library.folder) as library:
            return library.report(report_id)


_SINGLE = frozenset({"sex", "age", "response", "group_by", "columns"})


def _as_fields(conditions: dict[str, str | Sequence[str] | None]) -> dict[str, Any]:
    return {
        key: [said] if isinstance(said, str) and key not in _SINGLE else said
        for key, said in conditions.items()
        if said is not None
    }
