"""What a caller asks of the patients' records, whichever way in, and the list as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rag.cases.grouping import group_key
from rag.cases.keeping import bring_up_to_date
from rag.cases.listing import Listing, listing
from rag.cases.narrowing import Stored
from rag.cases.shelf import Shelf
from rag.cases.table import chosen_columns
from rag.cases.wish import Key, Wish, wish
from rag.cases.wording import SELECTED
from rag.library import Library
from rag.schema import Citation


@dataclass(frozen=True, slots=True)
class Query:
    """Conditions as typed, joined by 'and'; one that is repeated must be fulfilled each time.

    The fields are the options of `casebook cases`; `columns` are names with commas between them.
    """

    treatment: Sequence[str] = ()
    prior: Sequence[str] = ()
    drug: Sequence[str] = ()
    feature: Sequence[str] = ()
    without: Sequence[str] = ()
    subtype: Sequence[str] = ()
    antibody: Sequence[str] = ()
    sex: str | None = None
    age: str | None = None
    response: str | None = None
    group_by: str | None = None
    columns: str | None = None

    def wishes(self) -> list[Wish]:
        """The conditions as records hold them. Raises FilterError."""
        several: dict[Key, Sequence[str]] = {
            "treatment": self.treatment, "prior": self.prior, "drug": self.drug,
            "feature": self.feature, "subtype": self.subtype, "antibody": self.antibody,
        }  # fmt: skip
        single: dict[Key, str | None] = {
            "sex": self.sex, "age": self.age, "response": self.response,
        }  # fmt: skip
        found = [wish(key, said) for key, values in several.items() for said in values]
        found += [wish("feature", said, absent=True) for said in self.without]
        return found + [wish(key, said) for key, said in single.items() if said]


def records_in(library: Library) -> Shelf:
    """The records of an open library, brought up to date where it can be written."""
    if not library.read_only:
        bring_up_to_date(library)
    return Shelf.of(library)


def found_for(query: Query, library: Library) -> Listing:
    """Everybody who fits, with the sentences that say so. Raises FilterError, LibraryError."""
    wishes = query.wishes()
    by = group_key(query.group_by) if query.group_by else None
    chosen_columns(query.columns)  # a wrong name is told before anything is read
    return listing(records_in(library), Stored(library), wishes, by=by)


def to_json(found: Listing, query: Query) -> dict[str, Any]:
    """The object of `casebook cases --json`. Raises FilterError for an unknown column."""
    quoted = {citation.number: citation for citation in found.citations}
    shown = chosen_columns(query.columns)
    columns = (*shown, "link") if "link" not in shown else shown
    return {
        "summary": list(found.lines),
        "patients": len(found.count.found),
        "out_of": len(found.count.population),
        "not_reported": len(found.count.silent),
        "reports": sorted({str(row["report_id"]) for row in found.rows if row["patient"]}),
        "rows": [
            {name: row[name] for name in columns if name != "quotations"}
            | {"group": row["group"], "quotations": [quotation(quoted[n]) for n in numbers(row)]}
            for row in found.rows
        ],
        "groups": list(found.groups) or None,
        "without_records": list(found.about),
        "notice": SELECTED,
    }


def numbers(row: dict[str, object]) -> list[int]:
    """The numbers of the citations of a row."""
    cited = row["citations"]
    return list(cited) if isinstance(cited, list) else []


def quotation(citation: Citation) -> dict[str, Any]:
    """A citation as JSON: where it stands, and its words."""
    return {
        "number": citation.number,
        "report_id": citation.report_id,
        "section": citation.section,
        "page": citation.page,
        "start": citation.start,
        "end": citation.end,
        "quote": citation.quote,
        "source_kind": citation.source_kind,
    }
