"""Europe PMC → the library: the only thing that the page sends, and only when it is asked to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rag.errors import FetchError, ServiceUnavailable
from rag.fetch.identifiers import parse
from rag.fetch.plan import PATIENCE, Item, Plan, Shelf, Stored, Wishes, plan
from rag.fetch.texts import text_of
from rag.fetch.transport import Service
from rag.index import keep, refresh_dense
from rag.intake import Draft
from rag.library import Library
from ui.adding import alone
from ui.opened import Opened


@dataclass(frozen=True, slots=True)
class Fetched:
    """What became of one article, in a line; `good` says that it is stored."""

    said: str
    good: bool


def looked_up(words: str, most: int, opened: Opened) -> Plan:
    """What Europe PMC has for a query or numbers. Raises FetchError."""
    identifiers, query = parse(words.split())
    with opened.reading() as library:
        shelf = Shelf(Stored(*row) for row in library.sources())
    with Service(opened.settings) as service:
        return plan(Wishes(identifiers, query, most), service, shelf)


def described(item: Item) -> str:
    """An article in a line: year, title, what there is of it, licence."""
    known = item.record
    text = "full text" if known.full_text else "abstract" if known.abstract else "no text"
    parts = [str(known.year or "no year"), known.title, text, known.licence or "no licence named"]
    parts += ["RETRACTED"] if known.retracted else []
    parts += ["stored already"] if item.settled else []
    return " · ".join(parts)


def fetched(items: Sequence[Item], opened: Opened) -> Iterator[Fetched]:
    """Fetch and store one article after the other, so that each is kept whatever comes later.

    Raises LibraryError.
    """
    in_a_row = 0
    with alone(opened), Service(opened.settings) as service, Library(opened.folder) as library:
        for item in items:
            try:
                text = text_of(item.record, service, item.known)
                draft = Draft(Path(text.name), text.report, text.original)
                with opened.encoding:
                    outcome = keep(draft, library, opened.casebook.encoder)
                in_a_row = 0
                note = f"; {text.note}" if text.note else ""
                yield Fetched(f"{outcome.status} {outcome.report_id}: {text.report.basis}{note}",
                              good=True)  # fmt: skip
            except FetchError as error:
                in_a_row += isinstance(error, ServiceUnavailable)
                yield Fetched(f"{item.record.title}: {error}", good=False)
            if in_a_row == PATIENCE:
                yield Fetched("The service failed again and again and is left alone now.",
                              good=False)  # fmt: skip
                break
        with opened.encoding:
            refresh_dense(library, opened.casebook.dense)
