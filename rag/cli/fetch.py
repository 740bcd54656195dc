"""`casebook fetch`: case reports from Europe PMC into the library. The only command that sends."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from rag.cli.fetched import Tally, failed, found, line, stored
from rag.cli.opening import (
    LIBRARY_HELP,
    build_default,
    folder_of,
    make_encoder,
    open_dense,
    say,
    settings_for,
)
from rag.errors import FetchError, ServiceUnavailable

if TYPE_CHECKING:
    from rag.config import Settings
    from rag.embed import SentenceEncoder
    from rag.fetch.plan import Item, Plan, Shelf, Wishes
    from rag.fetch.texts import Text
    from rag.fetch.transport import Service
    from rag.index import Outcome
    from rag.library import Library

EXIT_INTERRUPTED = 130


def fetch(
    wanted: list[str] = typer.Argument(
        metavar="QUERY|ID…",
        help="PMCIDs, PMID:number, DOIs or their addresses; all other words are one query in "
        "Europe PMC's syntax.",
    ),
    most: int = typer.Option(
        25, "--max", min=1, max=10_000, help="At most so many articles of the query."
    ),
    since: int = typer.Option(
        None, "--since", metavar="YEAR", min=1800, max=2100, help="Nothing published before."
    ),
    open_access_only: bool = typer.Option(
        False, "--open-access-only", help="No abstracts of articles whose text is not open."
    ),
    dry_run: bool = typer.Option(
        False, "--dry-run", help="List what would be fetched, its size and licence; store nothing."
    ),
    refresh: bool = typer.Option(
        False, "--refresh", help="Ask again for what was fetched before, and replace it."
    ),
    as_json: bool = typer.Option(False, "--json", help="Print one JSON array."),
    library: Path = typer.Option(None, "--library", help=LIBRARY_HELP),
) -> None:
    """Fetch articles from Europe PMC into the library: open full texts, else abstracts.

    The licence is stored with each report. What the library has is not asked for again, so the
    same command goes on where it was stopped. Only this command sends anything: the words of the
    query and the numbers of articles, to the address in CASEBOOK_EUROPE_PMC.

    Examples:
    casebook fetch "dermatomyositis IVIG ulcers" --max 50 --dry-run

    casebook fetch PMC3162266 PMID:21862738 10.1001/archderm.142.1.65
    """
    from rag.fetch.identifiers import parse
    from rag.fetch.plan import Wishes

    identifiers, query = parse(wanted)
    if not identifiers and not query:
        raise typer.BadParameter("what is to be fetched?", param_hint="QUERY|ID…")
    wishes = Wishes(identifiers, query, most, since, open_access_only, refresh)
    raise typer.Exit(_run(wishes, settings_for(library), dry_run=dry_run, as_json=as_json))


def open_service(settings: Settings) -> Service:
    """The service that the settings name; nothing is sent yet."""
    from rag.fetch.transport import Service

    return Service(settings)


def _run(wishes: Wishes, settings: Settings, *, dry_run: bool, as_json: bool) -> int:
    """Plan, fetch and tell; the exit status."""
    from rag.fetch.plan import plan

    tally = Tally()
    status = 0
    try:
        with open_service(settings) as service, Storage(settings) as storage:
            say(f"Asking {service.base} …")
            made = plan(wishes, service, storage.shelf())
            _tell_plan(made, wishes, tally)
            if dry_run:
                _list(made, service, tally)
            else:
                _fetch(made, service, storage, tally)
    except KeyboardInterrupt:
        say("stopped; what was fetched is kept, and the same command goes on from there")
        status = EXIT_INTERRUPTED
    finally:
        if as_json:
            rows = json.dumps(tally.rows, ensure_ascii=False, indent=1)
            sys.stdout.write(rows + "\n")
        elif dry_run:
            # What cannot be fetched was said on stderr already.
            listed = [row for row in tally.rows if row["status"] != "failed"]
            sys.stdout.write("".join(f"{line(row)}\n" for row in listed))
        sys.stdout.flush()
    if not dry_run:
        say(tally.summary())
    return status or int(tally.failures > 0)


def _tell_plan(made: Plan, wishes: Wishes, tally: Tally) -> None:
    """Say what the service knows; what cannot be fetched and what is there needs no request."""
    if wishes.query:
        shown = sum(not item.asked for item in made.items)
        say(f"{made.hits} found for the query; the first {shown} are looked at")
    for failure in made.failures:
        tally.add(failed(failure.asked, failure.reason))
    for asked, report_id in made.stored:
        tally.add(stored(asked, report_id))


def _list(made: Plan, service: Service, tally: Tally) -> None:
    """Rows of what would be fetched; the size of a full text is asked for."""
    for item in made.items:
        row = found(item)
        if item.settled:
            row["status"] = "unchanged"
        else:
            row["status"] = "would fetch"
            text = item.record.full_text
            row["basis"] = "full text" if text else "abstract"
            row["bytes"] = (
                service.size(f"{text}/fullTextXML") if text else len(item.record.abstract.encode())
            )
            if not text and not item.record.abstract:
                row["status"], row["message"] = "nothing", "neither an open text nor an abstract"
        tally.add(row, quiet=True)


def _fetch(made: Plan, service: Service, storage: Storage, tally: Tally) -> None:
    """Fetch and store one article after the other, so that each is kept whatever comes later."""
    from rag.fetch.plan import PATIENCE

    tally.begin(sum(not item.settled for item in made.items))
    in_a_row = 0
    for item in made.items:
        row = found(item)
        if item.settled:
            row["status"] = "unchanged"
            tally.add(row)
            continue
        try:
            _store(item, service, storage, row)
            in_a_row = 0
        except ServiceUnavailable as error:
            in_a_row += 1
            row["status"], row["message"] = "failed", str(error)
        except FetchError as error:
            row["status"] = "failed" if item.asked else "nothing"
            row["message"] = str(error)
        tally.add(row, counted=True)
        if in_a_row == PATIENCE:
            say(f"{PATIENCE} articles failed one after the other, so the service is left alone now")
            break


def _store(item: Item, service: Service, storage: Storage, row: dict[str, Any]) -> None:
    """One article into the library. Raises FetchError, LibraryError."""
    from rag.fetch.texts import text_of

    text = text_of(item.record, service, item.known)
    outcome = storage.keep(text)
    row["status"] = "replaced" if outcome.status == "added" and item.known else outcome.status
    row["report_id"] = outcome.report_id
    row["basis"], row["licence"] = text.report.basis, text.report.licence
    row["bytes"] = len(text.original)
    row["message"] = text.note


class Storage:
    """The library that is fetched into; opened, and made, when there is something to store."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.folder, self._default = folder_of(settings)
        self._library: Library | None = None
        self._encoder: SentenceEncoder | None = None

    def __enter__(self) -> Storage:
        return self

    def __exit__(self, *_: object) -> None:
        """Bring the dense index up to date with what was stored, also after an interruption."""
        if self._library is None:
            return
        from rag.index import refresh_dense

        try:
            with open_dense(self._library, self.settings.chroma_url) as dense:
                refresh_dense(self._library, dense)
        finally:
            self._library.close()

    def shelf(self) -> Shelf:
        """What the library has; nothing is made for it."""
        from rag.fetch.plan import Shelf, Stored
        from rag.library import Library, exists

        if not exists(self.folder):
            return Shelf()
        with Library(self.folder) as library:
            return Shelf(Stored(*row) for row in library.sources())

    def keep(self, text: Text) -> Outcome:
        """Store a text in place of what is there under its id. Raises LibraryError."""
        from rag.index import Draft, keep

        library, encoder = self._opened()
        return keep(Draft(Path(text.name), text.report, text.original), library, encoder)

    def _opened(self) -> tuple[Library, SentenceEncoder]:
        from rag.library import Library, exists

        if self._library is None or self._encoder is None:
            say("Loading the embedding model …")
            self._encoder = make_encoder(self.settings)
            if self._default and not exists(self.folder):
                build_default(self.folder, self.settings, self._encoder)
            self._library = Library(self.folder, create=True)
        return self._library, self._encoder
