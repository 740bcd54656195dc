"""What was asked for, and what the library has → what is to be fetched."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from rag.errors import FetchError, ServiceUnavailable
from rag.fetch.identifiers import Identifier
from rag.fetch.record import Record
from rag.fetch.search import look_up, narrowed, search
from rag.fetch.transport import Service

PATIENCE = 3
"""Failures of the service one after the other, after which it is left alone."""


class Stored(NamedTuple):
    """What a library says of one of its reports (`Library.sources`)."""

    id: str
    source: str
    doi: str | None
    pmid: str | None


class Shelf:
    """The reports of a library, and those that were fetched by their numbers.

    A digest of an article, or a PDF under a name of the user's, is not the text that is fetched.
    """

    def __init__(self, stored: Iterable[Stored] = ()) -> None:
        every = list(stored)
        fetched = [one for one in every if one.source == f"{one.id}.xml"]
        self._ids = {one.id: one for one in every}
        self._fetched = {one.id for one in fetched}
        self._pmids = {one.pmid: one.id for one in fetched if one.pmid}
        self._dois = {one.doi.lower(): one.id for one in fetched if one.doi}

    def asked(self, identifier: Identifier) -> str | None:
        """The id of the report with this identifier, else None."""
        if identifier.kind == "pmcid":
            own = identifier.value.lower()
            return own if own in self._fetched else None
        return (self._pmids if identifier.kind == "pmid" else self._dois).get(identifier.value)

    def known(self, record: Record) -> str | None:
        """The id under which this article was stored when it was fetched, else None."""
        by_number = self._pmids.get(record.pmid or "") or self._dois.get((record.doi or "").lower())
        own = record.report_id if record.report_id in self._ids else None
        return by_number or (own if own and not self.taken(record) else None)

    def was_fetched(self, report_id: str) -> bool:
        """Whether a report may be replaced by what is fetched: a user's own file never is."""
        return report_id in self._fetched

    def taken(self, record: Record) -> str:
        """Why the record's id cannot be used for it: it belongs to another article; '' if not."""
        other = self._ids.get(record.report_id)
        if other is None:
            return ""
        pairs = [(other.doi, record.doi), (other.pmid, record.pmid)]
        differ = [a.lower() != b.lower() for a, b in pairs if a and b]
        if not (differ and all(differ)):
            return ""
        return (
            f"the id '{other.id}' belongs to the report from '{other.source}'; to have this one "
            f"instead, first: casebook remove {other.id}"
        )


@dataclass(frozen=True, slots=True)
class Item:
    """One article that was asked for: by an identifier, or by the query ('').

    `known` is the id under which the library has it already, else ''; `settled` says that it stays
    as it is there, and nothing is asked.
    """

    record: Record
    asked: str = ""
    known: str = ""
    settled: bool = False


@dataclass(frozen=True, slots=True)
class Failure:
    """What was asked for and cannot be fetched, and why."""

    asked: str
    reason: str


@dataclass(slots=True)
class Plan:
    """`stored` are identifiers whose reports are in the library, so that nothing is asked.

    `hits` is how many the service finds for the query.
    """

    items: list[Item] = field(default_factory=list)
    stored: list[tuple[str, str]] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    hits: int = 0


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a user asks for: `most` articles of the query, `since` a year, `open_access` alone.

    With `refresh`, what is stored is asked for again.
    """

    identifiers: Sequence[Identifier] = ()
    query: str = ""
    most: int = 25
    since: int | None = None
    open_access: bool = False
    refresh: bool = False


def plan(wishes: Wishes, service: Service, shelf: Shelf) -> Plan:
    """Each article once, those with identifiers first. Raises FetchError where nothing comes."""
    made = Plan()
    _identified(wishes, service, shelf, made)
    if wishes.query:
        query = narrowed(wishes.query, wishes.since, open_access=wishes.open_access)
        found = search(service, query, wishes.most)
        made.hits = found.hits
        for record in found.records:
            if not _unwanted(record, wishes):
                _append(made, record, "", shelf, wishes)
        if found.stopped:
            made.failures.append(Failure(wishes.query, f"the search broke off: {found.stopped}"))
    return made


def _identified(wishes: Wishes, service: Service, shelf: Shelf, made: Plan) -> None:
    failed = 0
    for identifier in wishes.identifiers:
        asked = str(identifier)
        if (stored := shelf.asked(identifier)) and not wishes.refresh:
            made.stored.append((asked, stored))
            continue
        try:
            record = look_up(service, identifier)
        except ServiceUnavailable as error:
            failed += 1
            if failed == PATIENCE or failed == len(wishes.identifiers):
                raise
            made.failures.append(Failure(asked, str(error)))
            continue
        except FetchError as error:
            made.failures.append(Failure(asked, str(error)))
            continue
        failed = 0
        if record is None:
            made.failures.append(Failure(asked, "Europe PMC does not know it; check the number"))
        elif reason := _unwanted(record, wishes):
            made.failures.append(Failure(asked, reason))
        else:
            _append(made, record, asked, shelf, wishes)


def _append(made: Plan, record: Record, asked: str, shelf: Shelf, wishes: Wishes) -> None:
    """Add an article, unless it was named or found before."""
    if any(item.record.report_id == record.report_id for item in made.items):
        return
    known = shelf.known(record) or ""
    if known in (report_id for _, report_id in made.stored):
        return
    if not known and (reason := shelf.taken(record)):
        made.failures.append(Failure(asked or record.report_id, reason))
        return
    settled = bool(known) and not (wishes.refresh and shelf.was_fetched(known))
    made.items.append(Item(record, asked, known, settled))


def _unwanted(record: Record, wishes: Wishes) -> str:
    """Why an article is not what the options ask for; '' when it is."""
    if wishes.open_access and not record.open_access:
        return "it is not open access, which --open-access-only asks for"
    if wishes.since is not None and record.year is not None and record.year < wishes.since:
        return f"it is of {record.year}, before --since {wishes.since}"
    return ""
