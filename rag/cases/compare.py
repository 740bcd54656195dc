"""Two or more reports or patients side by side: a row for each field, each cell cited."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rag.cases.grouping import NOT_REPORTED
from rag.cases.quoting import UNFOUND, AnyField, Cited
from rag.cases.shelf import Shelf
from rag.cases.table import row_of
from rag.errors import ReportNotFound
from rag.records.record import CaseRecord, GroupRecord
from rag.schema import Citation, Report

FIELDS = (
    "size", "age", "sex", "subtype", "antibodies", "features", "absent", "prior", "treatment",
    "response", "time_to_response", "follow_up", "relapse", "adverse_events", "outcomes",
)  # fmt: skip

_PLACE = re.compile(r"(?P<report>[^#:]+)(?:(?:#(?P<kind>patient|case|group)/|:)(?P<number>\d+))?")


@dataclass(frozen=True, slots=True)
class Cell:
    """What is said of one patient in one field, and the citations that say it."""

    text: str
    citations: tuple[int, ...]

    @property
    def shown(self) -> str:
        """The text as a reader sees it: said so where nothing is, or nothing proves it."""
        if not self.text:
            return NOT_REPORTED
        return (
            self.text if self.citations or self.text == NOT_REPORTED else f"{self.text} {UNFOUND}"
        )


@dataclass(frozen=True, slots=True)
class Comparison:
    """`places` are the columns (report#patient/n); `rows` maps each field to its cells.

    Fields that nobody reports are left out.
    """

    places: tuple[str, ...]
    rows: dict[str, tuple[Cell, ...]]
    citations: tuple[Citation, ...]


def compare(places: Sequence[str], shelf: Shelf, reports: Mapping[str, Report]) -> Comparison:
    """The patients and groups at `places` ('report', 'report:2', 'report#patient/2').

    A report stands for all its patients, or its groups. Raises ReportNotFound for a report or a
    patient who is not there, and for a report without any.
    """
    records = [record for place in places for record in _at(place, shelf, reports)]
    records = list({record.id: record for record in records}.values())
    cited = Cited(reports)
    rows = {name: tuple(_cell(record, name, cited) for record in records) for name in FIELDS}
    said = {name: cells for name, cells in rows.items() if any(c.text for c in cells)}
    return Comparison(tuple(r.id for r in records), said, tuple(cited.citations()))


def _at(
    place: str, shelf: Shelf, reports: Mapping[str, Report]
) -> Sequence[CaseRecord | GroupRecord]:
    match = _PLACE.fullmatch(place.strip())
    if match is None:
        raise ReportNotFound(f"'{place}' is no report or patient; write REPORT_ID or REPORT_ID:2")
    report = reports[match["report"]]
    rows = shelf.rows.rows_of([report.id])
    cases = shelf.cases(rows & shelf.rows.rows("patient"))
    groups = shelf.group_records(rows & shelf.rows.rows("group"))
    if match["number"] is None:
        if not cases and not groups:
            raise ReportNotFound(
                f"{report.id} gives no record of patients; read it with: casebook show {report.id}"
            )
        return cases or groups
    among = groups if match["kind"] == "group" else cases
    found = [record for record in among if record.number == int(match["number"])]
    if not found:
        raise ReportNotFound(
            f"{report.id} has no patient {match['number']}; it has {len(cases)} described alone "
            f"and {len(groups)} groups: casebook show {report.id}"
        )
    return found


def _cell(record: CaseRecord | GroupRecord, name: str, cited: Cited) -> Cell:
    value = row_of(record)[name]
    text = "" if value is None else str(value)
    return Cell(text, tuple(cited.add_fields(record, fields_of(record, name))) if text else ())


def fields_of(record: CaseRecord | GroupRecord, name: str) -> list[AnyField]:
    """The fields behind a column of the table."""
    if name in ("antibodies", "features", "absent"):
        state = "absent" if name == "absent" else "present"
        return [
            finding.state
            for finding in record.findings
            if finding.state.value == state
            and (name == "absent" or (finding.kind == "antibody") == (name == "antibodies"))
        ]
    if name in ("prior", "treatment"):
        return [t.drug for t in record.therapies if t.prior == (name == "prior")]
    if name in ("adverse_events", "outcomes"):
        return list(getattr(record, name, ()))
    if isinstance(record, GroupRecord) and name == "subtype":
        name = "population"
    found = getattr(record, name, None)
    return [found] if found is not None else []
