"""Filters of a question → conditions and reports; the reports of a library, read when needed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from rag.cases.asking import Asked
from rag.cases.wish import Key, Wish, wish
from rag.filters import Filters, check_filters, report_ids_of
from rag.library import Library
from rag.schema import Report

_KEYS: dict[str, Key] = {
    "subtype": "subtype",
    "drug": "drug",
    "antibody": "antibody",
    "age_group": "age group",
    "sex": "sex",
}


def narrowed(
    asked: Asked, library: Library, filters: Filters
) -> tuple[Asked, Sequence[str] | None]:
    """What is asked with the filters' conditions of whom, and the reports that may answer.

    None stands for all reports. Raises FilterError.
    """
    check_filters(filters)
    wishes = [
        _any_of([wish(_KEYS[key], value) for value in values])
        for key, values in sorted(filters.items())
        if key in _KEYS
    ]
    of_reports = {key: values for key, values in filters.items() if key not in _KEYS}
    among = report_ids_of(library, of_reports) if of_reports else None
    return replace(asked, population=(*asked.population, *wishes)), among


def _any_of(wishes: Sequence[Wish]) -> Wish:
    said = " or ".join(one.said for one in wishes)
    return replace(wishes[0], said=said, values=tuple(v for one in wishes for v in one.values))


class Stored(Mapping[str, Report]):
    """The reports of a library by id, each read once, when it is needed."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._read: dict[str, Report] = {}

    def __getitem__(self, report_id: str) -> Report:
        """One report. Raises ReportNotFound, naming the nearest ids."""
        if report_id not in self._read:
            self._read[report_id] = self._library.report(report_id)
        return self._read[report_id]

    def __contains__(self, report_id: object) -> bool:
        return report_id in self._library.report_ids()

    def __iter__(self) -> Iterator[str]:
        return iter(self._library.report_ids())

    def __len__(self) -> int:
        return len(self._library.report_ids())
