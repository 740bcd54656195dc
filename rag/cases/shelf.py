"""The records of a library, found by conditions: sets of rows, then the records behind them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from rag.cases.keeping import as_case, as_group, stored_or_derived
from rag.cases.routes import ROUTES, bare, routed
from rag.cases.said import can_be_worded, measured
from rag.cases.wish import Wish
from rag.library import CaseRows, Library
from rag.library.case_rows import RowKind
from rag.records.record import CaseRecord, GroupRecord

Works = Mapping[str, str]
"""Report id → the work that it is an edition of, for every report that is one of several editions.

A report that is not in it is a work of its own.
"""

TOPICAL = ("treatment", "prior", "drug", "feature", "antibody", "subtype")
"""The conditions that a title can name."""
_FEW = 2_500
"""Up to so many rows are looked up one by one: a look-up costs some three times a row read in turn
(10,000 patients, eval/benchmarks/cases.py)."""
_NOT_OF_GROUPS = ("response", "age", "sex", "relapse")


def works_of(library: Library) -> Works:
    """The reports that are one of several editions, with their works.

    The one place that decides who is counted once: every count goes through `Shelf.distinct`.
    """
    shared = library.shared_works(library.report_ids())
    return {report_id: work for work, editions in shared.items() for report_id in editions}


class Shelf:
    """The records of a library as they were when it was opened."""

    def __init__(self, rows: CaseRows, works: Works | None = None) -> None:
        self.rows = rows
        self.works = works or {}
        self._fitted: dict[Wish, frozenset[int]] = {}
        self._patients: frozenset[int] | None = None

    @classmethod
    def of(cls, library: Library) -> Shelf:
        """The stored records; those of an older library that cannot be written are made anew."""
        return cls(stored_or_derived(library), works_of(library))

    def patients(
        self, wishes: Iterable[Wish] = (), reports: Sequence[str] | None = None
    ) -> set[int]:
        """The rows of the patients who fit every condition, among `reports` where given."""
        return self._fitting("patient", wishes, reports)

    def groups(self, wishes: Iterable[Wish] = (), reports: Sequence[str] | None = None) -> set[int]:
        """The rows of the groups that fit what can be said of groups; none where nothing can.

        Responses, ages and sexes of a group are shares, which its outcomes tell.
        """
        asked = [one for one in wishes if one.key not in _NOT_OF_GROUPS]
        return self._fitting("group", asked, reports) if asked else set()

    def about(self, wishes: Iterable[Wish], reports: Sequence[str] | None = None) -> set[int]:
        """The rows of the reports without any record whose titles name all that is wished for."""
        named = [w for w in wishes if w.key in TOPICAL and not w.absent]
        found = self.rows.rows("report") if named else set()
        if reports is not None:
            found &= self.rows.rows_of(reports)
        for one in named:
            others = (value for other in one.either for value in other.values)
            found &= self.rows.rows_with("topic", (*one.values, *others))
        return found

    def said(self, wishes: Sequence[Wish], reports: Sequence[str] | None = None) -> set[int]:
        """The rows of the reports whose words name all conditions.

        Of a report with single patients the records tell, but for what is measured.
        """
        found = self.rows.rows("text") if can_be_worded(wishes) else set()
        if found and not measured(wishes):
            found -= self.rows.rows_of(self.rows.reports(self.rows.rows("patient")))
        if reports is not None:
            found &= self.rows.rows_of(reports)
        for one in wishes:
            others = (value for other in one.either for value in other.values)
            found &= self.rows.rows_with("said", (*one.values, *others))
        return found

    def _fitting(
        self, kind: RowKind, wishes: Iterable[Wish], reports: Sequence[str] | None
    ) -> set[int]:
        found: AbstractSet[int] = self._all(kind)
        if reports is not None:
            found = found & self.rows.rows_of(reports)
        for one in wishes:
            found = found & self.rows_of(one)
        return set(found)

    def _all(self, kind: RowKind) -> AbstractSet[int]:
        """Every row of a kind; all patients are asked for again and again."""
        if kind != "patient":
            return self.rows.rows(kind)
        if self._patients is None:
            self._patients = frozenset(self.rows.rows(kind))
        return self._patients

    def rows_of(self, one: Wish) -> frozenset[int]:
        """Every row that fits one condition."""
        if one not in self._fitted:
            others = (self.rows_of(other) for other in one.either)
            self._fitted[one] = frozenset(self._rows_of(one)).union(*others)
        return self._fitted[one]

    def _rows_of(self, one: Wish) -> set[int]:
        if one.ages is not None:
            return self.rows.rows_aged(*one.ages)
        if not one.absent:
            return self.rows.rows_with(one.key, one.values)
        if one.key in ("treatment", "prior", "drug"):
            # What was given is listed in full where anything is: not listed is not given.
            return self.rows.rows_with("any") - self.rows.rows_with(one.key, one.values)
        if one.key == "response":
            return self.rows.rows_with("response") - self.rows.rows_with("response", one.values)
        return self.rows.rows_with(f"no {one.key}", one.values)

    def silent(self, one: Wish, among: AbstractSet[int]) -> set[int]:
        """The rows whose report says neither yes nor no to a condition."""
        return set(among - self._spoken(one, among))

    def _spoken(self, one: Wish, among: AbstractSet[int]) -> AbstractSet[int]:
        spoken = self._spoken_of(one, among)
        for other in one.either:
            spoken = spoken & self._spoken(other, among)
        return spoken

    def _spoken_of(self, one: Wish, among: AbstractSet[int]) -> AbstractSet[int]:
        if one.ages is not None:
            few = len(among) <= _FEW
            return set(self.rows.ages(among)) if few else self.rows.rows_aged(0, 1000)
        if one.key in ("treatment", "prior", "drug"):
            return self._saying("any", among) - self._without_route(one)
        if one.key in ("feature", "antibody"):
            return self.rows.rows_with(one.key, one.values) | self.rows.rows_with(
                f"no {one.key}", one.values
            )
        return self._saying(one.key, among)

    def _saying(self, key: str, among: AbstractSet[int]) -> AbstractSet[int]:
        """The rows with a value under a key; of a few, only these are looked up."""
        if len(among) <= _FEW:
            return self.rows.rows_that_say(key, among)
        return self.rows.rows_with(key)

    def _without_route(self, one: Wish) -> set[int]:
        """Who was given the drugs of a wish for a route, where the report does not say which."""
        drugs = [drug for value in one.values if (drug := bare(value)) is not None]
        stated = [name for route in ROUTES for name in routed(route, drugs)]
        given = self.rows.rows_with(one.key, drugs) if drugs else set()
        return given - (self.rows.rows_with(one.key, stated) if stated else set())

    def cases(self, rows: Iterable[int]) -> list[CaseRecord]:
        """The patients of rows, sorted by report and number."""
        return [as_case(text) for text in self.rows.records(rows).values()]

    def group_records(self, rows: Iterable[int]) -> list[GroupRecord]:
        """The groups of rows, sorted by report and number."""
        return [as_group(text) for text in self.rows.records(rows).values()]

    def distinct(self, rows: Collection[int]) -> set[int]:
        """The rows without those of a work's further editions: nobody is counted twice.

        Of several editions the one with most of the rows counts, then the first id.
        """
        shared = self.rows.rows_of(sorted(self.works)) & set(rows) if self.works else set()
        kept = set(rows) - shared
        by_work: dict[str, dict[str, set[int]]] = {}
        for row, place in self.rows.places(shared).items():
            reports = by_work.setdefault(self.works[place.report_id], {})
            reports.setdefault(place.report_id, set()).add(row)
        for reports in by_work.values():
            kept |= min(reports.items(), key=lambda item: (-len(item[1]), item[0]))[1]
        return kept

    def reports(self, rows: Iterable[int]) -> list[str]:
        """The works behind rows, each named by the report that comes first, sorted."""
        first: dict[str, str] = {}
        for report_id in self.rows.reports(rows):
            first.setdefault(self.works.get(report_id, report_id), report_id)
        return sorted(first.values())


@dataclass(frozen=True, slots=True)
class Count:
    """How many fit, of how many, as sets of rows.

    `population` are the patients who fit the conditions that say of whom; `found` those of them
    who fit what was asked; `silent` those whose report does not say it. `groups` fit both, and are
    never added.
    """

    found: frozenset[int]
    population: frozenset[int]
    silent: frozenset[int]
    groups: frozenset[int]


def count(
    shelf: Shelf,
    population: Sequence[Wish],
    asked: Sequence[Wish],
    reports: Sequence[str] | None = None,
) -> Count:
    """Of the patients who fit `population`, how many fit `asked` as well, each counted once."""
    everyone = shelf.distinct(shelf.patients(population, reports))
    found = everyone & shelf.patients(asked, reports)
    # Who is known not to fit one condition is not silent; the narrowest comes first, so that the
    # others are looked up for the few who are left.
    possible: AbstractSet[int] = everyone
    for one in sorted(asked, key=lambda one: len(shelf.rows_of(one))):
        fits = shelf.rows_of(one)
        possible = (possible & fits) | shelf.silent(one, possible - fits)
    silent = possible - found
    groups = shelf.distinct(shelf.groups([*population, *asked], reports))
    return Count(frozenset(found), frozenset(everyone), frozenset(silent), frozenset(groups))
