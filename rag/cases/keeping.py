"""Records into the library and out of it: stored with their report, derived again when outdated."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from functools import cache
from typing import TYPE_CHECKING

from rag.cases.facets import of_case, of_group, of_title
from rag.cases.said import said_in
from rag.derivation import has_older_records, remember_records
from rag.library import CaseRow, CaseRows, Library
from rag.records.record import CaseRecord, GroupRecord, Records
from rag.schema import Report

if TYPE_CHECKING:
    from pydantic import TypeAdapter

log = logging.getLogger(__name__)

Read = Callable[[Report], Records]
"""What makes the records of a report."""


def records_of(report: Report) -> Records:
    """The records of a report; what makes them is loaded first here, since most questions only
    read stored ones.
    """
    from rag.records.make import records_of as make

    return make(report)


def rows_of(records: Records, report: Report) -> list[CaseRow]:
    """The rows of a report's patients and groups; one with its topics where it gives none.

    A report without single patients has one more, of what its words say of its patients.
    """
    words = tuple(sorted(said_in(report)))
    said = [CaseRow(report.id, "text", 0, None, "{}", words)] if words else []
    if not records.cases and not records.groups:
        facets = tuple(sorted(of_title(report.title)))
        return [CaseRow(report.id, "report", 0, None, "{}", facets), *said]
    title = report.title if len(records.cases) == 1 and not records.groups else ""
    return [
        *said,
        *(
            CaseRow(
                case.report_id,
                "patient",
                case.number,
                case.age.value if case.age is not None else None,
                _of_cases().dump_json(case, exclude_defaults=True).decode(),
                tuple(sorted(of_case(case, title))),
            )
            for case in records.cases
        ),
        *(
            CaseRow(
                group.report_id,
                "group",
                group.number,
                None,
                _of_groups().dump_json(group, exclude_defaults=True).decode(),
                tuple(sorted(of_group(group, report.title))),
            )
            for group in records.groups
        ),
    ]


def as_case(stored: str) -> CaseRecord:
    """The patient of a stored record."""
    return _of_cases().validate_json(stored)


def as_group(stored: str) -> GroupRecord:
    """The group of a stored record."""
    return _of_groups().validate_json(stored)


def keep(reports: Iterable[Report], library: Library, read: Read = records_of) -> None:
    """Store the records of reports that are (being) stored. Call it inside `transaction()`.

    A report whose records cannot be made has none, with a warning: its text is what counts.
    """
    rows = library.case_rows()
    if rows is None:
        return
    for report in reports:
        rows.delete(report.id)
        rows.put(rows_of(_read(report, read), report))


def bring_up_to_date(library: Library, read: Read = records_of) -> int:
    """Make the records of all stored reports again when they are outdated; the number of reports.

    Texts and vectors stay as they are. Raises LibraryBusy, LibraryReadOnly.
    """
    if not has_older_records(library):
        return 0
    with library.writer():
        if not has_older_records(library):
            return 0  # another process was faster
        reports = library.reports()
        with library.transaction():
            rows = library.case_rows()
            if rows is not None:
                rows.clear()
            keep(reports, library, read)
            remember_records(library)
    return len(reports)


def stored_or_derived(library: Library, read: Read = records_of) -> CaseRows:
    """The library's rows; for an outdated one, rows in memory, made from its reports."""
    rows = library.case_rows()
    if rows is not None and not has_older_records(library):
        return rows
    made = (row for report in library.reports() for row in rows_of(_read(report, read), report))
    return CaseRows.in_memory(made)


def _read(report: Report, read: Read) -> Records:
    try:
        return read(report)
    except Exception as error:
        log.warning(
            "%s: its patients could not be read (%s: %s); the report itself is stored; please "
            "report this",
            report.id,
            type(error).__name__,
            error,
        )
        return Records(report.id)


@cache
def _of_cases() -> TypeAdapter[CaseRecord]:
    from pydantic import TypeAdapter

    return TypeAdapter(CaseRecord)


@cache
def _of_groups() -> TypeAdapter[GroupRecord]:
    from pydantic import TypeAdapter

    return TypeAdapter(GroupRecord)
