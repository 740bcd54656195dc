"""Filters: ``key=value`` wishes → the passages that may be ranked, decided before any ranking.

A report's patients keep their own values: with ``drug=dapsone`` a passage about another patient
of the same report is not searched, while passages about the report as a whole are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rag.errors import FilterError
from rag.lexicon import lexicon
from rag.library import Library

KEYS = ("report", "year", "article_type", "subtype", "drug", "antibody", "age_group", "sex")
_KINDS = {"drug": "drug", "antibody": "antibody"}
_PATIENT_KEYS = frozenset({"subtype", "drug", "antibody", "age_group", "sex"})

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
    """Raises FilterError for a key that no filter has or a year that is none."""
    for key, values in filters.items():
        if key not in KEYS:
            raise FilterError(f"Unknown filter '{key}'; known: {', '.join(KEYS)}")
        if key == "year":
            for value in values:
                _years(value)


def allowed_rows(library: Library, filters: Filters) -> list[int] | None:
    """The rows of the passages that every filter lets through, sorted; None without filters.

    Raises FilterError.
    """
    check_filters(filters)
    if not filters:
        return None
    rows: set[int] | None = None
    for key, values in sorted(filters.items()):
        passing = _rows(library, key, values)
        rows = passing if rows is None else rows & passing
    return sorted(rows or set())


def _rows(library: Library, key: str, values: Sequence[str]) -> set[int]:
    if key == "year":
        spans = [_years(value) for value in values]
        condition = " OR ".join("r.year BETWEEN ? AND ?" for _ in spans)
        query = (
            f"SELECT p.row FROM passages p JOIN reports r ON r.id = p.report_id WHERE {condition}"
        )
        bounds = [bound for span in spans for bound in span]
        return {int(row[0]) for row in library.db.execute(query, bounds)}
    wanted = [_value(key, value) for value in values]
    marks = ", ".join("?" * len(wanted))
    # A passage of one patient must have the value among that patient's (or the report's own);
    # a passage of the whole report passes when any of its patients has it.
    query = (
        "SELECT DISTINCT p.row FROM passages p JOIN facets f ON f.report_id = p.report_id "
        f"WHERE f.key = ? AND f.value IN ({marks}) "
        "AND (f.patient = 0 OR p.patient IS NULL OR p.patient = f.patient)"
    )
    return {int(row[0]) for row in library.db.execute(query, [key, *wanted])}


def _value(key: str, value: str) -> str:
    """A value as facets hold it: 'HCQ' → 'hydroxychloroquine', 'amyopathic' → the subtype's name."""
    if key in _KINDS:
        concept = lexicon().concept(value)
        if concept is not None and concept.kind == _KINDS[key]:
            return concept.name.lower()
    if key == "subtype":
        return _SUBTYPES.get(value.lower(), value.lower())
    return value.lower().replace("_", " ") if key in _PATIENT_KEYS else value.lower()


_SUBTYPES = {
    "classic": "classic dm",
    "amyopathic": "clinically amyopathic dm",
    "cadm": "clinically amyopathic dm",
    "juvenile": "juvenile dm",
    "jdm": "juvenile dm",
    "mda5": "anti-mda5 dm",
    "unspecified": "unspecified dm",
}


def _years(value: str) -> tuple[int, int]:
    """'2017' → (2017, 2017); '2010-2020', '2010-' and '-2020' as spans. Raises FilterError."""
    first, dash, last = value.partition("-")
    try:
        low = int(first) if first else 0
        high = (int(last) if last else 9999) if dash else low
    except ValueError:
        raise FilterError(
            f"year={value}: write a year (2017) or a span (2010-2020, 2010-, -2020)"
        ) from None
    return low, high
