"""Filters: ``key=value`` wishes → the passages that may be ranked, decided before any ranking.

A report's patients keep their own values: with ``drug=dapsone`` a passage about another patient
of the same report is not searched, while passages about the report as a whole are.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping, Sequence

from rag.clean import normalise_characters
from rag.errors import FilterError
from rag.lexicon import lexicon
from rag.library import Library
from rag.library.cache import Revision
from rag.library.words import Rows, as_array

KEYS = ("report", "year", "article_type", "subtype", "drug", "antibody", "age_group", "sex")
_KINDS = frozenset({"drug", "antibody", "subtype"})
# Short wordings of subtypes that the lexicon does not list, or knows as an antibody.
_SUBTYPES = {
    "juvenile": "juvenile dm",
    "classic": "classic dm",
    "classical": "classic dm",
    "mda5": "anti-mda5 dm",
    "anti-mda5": "anti-mda5 dm",
    "unspecified": "unspecified dm",
}
_SPAN = re.compile(r"(?P<first>[0-9]{4})?(?P<dash>[-–])?(?P<last>(?<=[-–])[0-9]{4})?")

Filters = Mapping[str, Sequence[str]]
"""Key → accepted values; keys are joined by and, the values of one key by or."""


def parse_filters(pairs: Sequence[str]) -> dict[str, list[str]]:
    """``["drug=dapsone", "year=2010-2020"]`` as filters. Raises FilterError."""
    found: dict[str, list[str]] = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        key, value = key.strip().lower().replace("-", "_"), value.strip()
        if not equals or not value:
            raise FilterError(f"'{pair}' is not a filter; write key=value, e.g. drug=dapsone")
        found.setdefault(key, []).append(value)
    check_filters(found)
    return found


def check_filters(filters: Filters) -> None:
    """Raises FilterError for a key that no filter has, a key without values, or a bad year."""
    for key, values in filters.items():
        if key not in KEYS:
            raise FilterError(f"Unknown filter '{key}'; known: {', '.join(KEYS)}")
        if isinstance(values, str) or not values:
            raise FilterError(f"The filter '{key}' needs a list of values, not {values!r}")
        if key == "year":
            for value in values:
                _years(value)


def allowed_rows(
    library: Library, filters: Filters, without: Collection[str] = ()
) -> list[int] | None:
    """The rows of the passages that every filter lets through, sorted; None for all of them.

    Those of the reports `without` are left out. Raises FilterError.
    """
    rows = _passing_rows(library, filters)
    if not without:
        return rows
    among = json.dumps(sorted(without))
    if rows is None:
        query = (
            "SELECT row FROM passages "
            "WHERE report_id NOT IN (SELECT value FROM json_each(?)) ORDER BY row"
        )
        return [int(row[0]) for row in library.db.execute(query, (among,))]
    query = "SELECT row FROM passages WHERE report_id IN (SELECT value FROM json_each(?))"
    gone = {int(row[0]) for row in library.db.execute(query, (among,))}
    return [row for row in rows if row not in gone]


def _passing_rows(library: Library, filters: Filters) -> list[int] | None:
    check_filters(filters)
    if not filters:
        return None
    passing: list[set[int]] = []
    if "year" in filters:
        passing.append(_of_years(library, filters["year"]))
    wanted = {
        key: [_value(key, value) for value in values]
        for key, values in sorted(filters.items())
        if key != "year"
    }
    if wanted:
        passing.append(_of_patients(library, wanted))
    return sorted(set.intersection(*passing))


KEPT_FILTERS = 16
"""Combinations of filters whose rows are remembered: half a megabyte each of 65,000 passages."""


class AllowedRows:
    """`allowed_rows` of one library as arrays, remembered while it stays as it is.

    Who filters asks several questions with the same filters; over 100,000 passages the rows of a
    wide one take a quarter of a second. Read it inside a snapshot.
    """

    def __init__(self, library: Library) -> None:
        self._library = library
        self._revision = Revision(library)
        self._known: dict[tuple[object, ...], Rows | None] = {}

    def of(self, filters: Filters, without: Collection[str]) -> Rows | None:
        """As `allowed_rows`. Raises FilterError."""
        if self._revision.changed() or len(self._known) >= KEPT_FILTERS:
            self._known = {}
        check_filters(filters)
        wanted = tuple((key, tuple(values)) for key, values in sorted(filters.items()))
        key = (wanted, tuple(sorted(without)))
        if key not in self._known:
            rows = allowed_rows(self._library, filters, without)
            self._known[key] = None if rows is None else as_array(rows)
        return self._known[key]


def report_ids_of(library: Library, filters: Filters) -> list[str]:
    """The ids of the reports that filters on reports (report, year, article_type) let through.

    Raises FilterError.
    """
    check_filters(filters)
    rows = allowed_rows(library, filters)
    if rows is None:
        return library.report_ids()
    return sorted({place.split("#", 1)[0] for place in library.places(rows).values()})


def _of_years(library: Library, values: Sequence[str]) -> set[int]:
    spans = [_years(value) for value in values]
    condition = " OR ".join("r.year BETWEEN ? AND ?" for _ in spans)
    query = f"SELECT p.row FROM passages p JOIN reports r ON r.id = p.report_id WHERE {condition}"
    bounds = [bound for span in spans for bound in span]
    return {int(row[0]) for row in library.db.execute(query, bounds)}


def _of_patients(library: Library, wanted: Mapping[str, Sequence[str]]) -> set[int]:
    """The passages about a patient who has every wanted value (patient 0: the report itself).

    A passage of one patient must be that patient's; one of the whole report passes when some
    patient of the report has all of the values.
    """
    terms = {key: f"key = ? AND value IN ({', '.join('?' * len(v))})" for key, v in wanted.items()}
    bound = [item for key, values in wanted.items() for item in (key, *values)]
    anyone = " OR ".join(f"({term})" for term in terms.values())
    everything = " AND ".join(
        "EXISTS (SELECT 1 FROM facets f WHERE f.report_id = who.report_id "
        f"AND f.patient IN (0, who.patient) AND {term})"
        for term in terms.values()
    )
    query = (
        f"WITH who AS (SELECT DISTINCT report_id, patient FROM facets WHERE {anyone}) "
        "SELECT DISTINCT p.row FROM who JOIN passages p ON p.report_id = who.report_id "
        "AND (who.patient = 0 OR p.patient IS NULL OR p.patient = who.patient) "
        f"WHERE {everything}"
    )
    return {int(row[0]) for row in library.db.execute(query, [*bound, *bound])}


def _value(key: str, value: str) -> str:
    """A value as facets hold it: 'HCQ' → 'hydroxychloroquine'."""
    # A byte of the command line that is no UTF-8 arrives as a lone surrogate, which SQLite refuses.
    value = value.encode("utf-8", "replace").decode()
    value = normalise_characters(value).strip().lower()
    if key == "report":
        return value
    value = value.replace("_", " ")
    if key == "subtype":
        value = _SUBTYPES.get(value, value)
    if key in _KINDS:
        concept = lexicon().concept(value)
        if concept is not None and concept.kind == key:
            return concept.name.lower()
    return value


def _years(value: str) -> tuple[int, int]:
    """'2017' → (2017, 2017); '2010-2020', '2010-' and '-2020' as spans. Raises FilterError."""
    match = _SPAN.fullmatch(value.strip())
    if match is None or not (match["first"] or match["last"]):
        raise FilterError(f"year={value}: write a year (2017) or a span (2010-2020, 2010-, -2020)")
    low = int(match["first"] or 0)
    return low, int(match["last"] or 9999) if match["dash"] else low
