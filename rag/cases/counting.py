"""A question about all patients or reports → what the records say; None for any other question."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from rag.cases.answering import Told, tell
from rag.cases.asking import asked_of_records
from rag.cases.narrowing import Stored, narrowed
from rag.cases.shelf import Shelf
from rag.library import Library

RECORDS_ENGINE = "records"


class Counting:
    """The records of an open library, read again whenever it has changed."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._shelf: tuple[int, Shelf] | None = None

    def told(
        self, query: str, filters: Mapping[str, Sequence[str]], without: Collection[str] = ()
    ) -> Told | None:
        """What the records answer to a resolved question, reports `without` left out.

        One that is narrowed to single reports is answered from their words, as any other.
        """
        asked = asked_of_records(query)
        if asked is None or "report" in filters:
            return None
        asked, among = narrowed(asked, self._library, filters)
        if without:
            known = self._library.report_ids() if among is None else among
            among = [report_id for report_id in known if report_id not in without]
        return tell(asked, self.shelf(), Stored(self._library), among)

    def shelf(self) -> Shelf:
        """The records of the library as it is now."""
        if self._shelf is None or self._shelf[0] != self._library.revision:
            self._shelf = self._library.revision, Shelf.of(self._library)
        return self._shelf[1]
