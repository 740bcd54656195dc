"""Records → a table: one row for each patient or group, columns of plain values."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

from rag.errors import FilterError
from rag.records.record import CaseRecord, Field, GroupRecord, Share, Therapy

Table = dict[str, list[object]]
"""Column → its cells, from the first row to the last; all columns are equally long."""

COLUMNS = (
    "report_id", "patient", "group", "size", "age", "sex", "subtype", "antibodies", "features",
    "absent", "prior", "treatment", "response", "time_to_response", "follow_up", "relapse",
    "adverse_events", "outcomes", "unsupported", "citations", "link", "quotations",
)  # fmt: skip
"""All columns. `citations` are the marks [n] of an answer; `link` and `quotations` stand in lists
that are to be read without one. `patient` and `group` are numbers within the report, one of them
None."""

SHOWN = (
    "report_id", "patient", "size", "age", "sex", "subtype", "antibodies", "features", "prior",
    "treatment", "response", "time_to_response", "quotations",
)  # fmt: skip
"""The columns of a table for people, unless others are asked for."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A cell that begins with one of these would be computed by a spreadsheet."""


def row_of(record: CaseRecord | GroupRecord, citations: Sequence[int] = ()) -> dict[str, object]:
    """The cells of a record under all columns; None or '' for what was not reported."""
    row: dict[str, object] = dict.fromkeys(COLUMNS, "")
    row |= {"report_id": record.report_id, "patient": None, "group": None, "size": None}
    row |= {
        "age": None,
        "antibodies": _findings(record, "present", antibodies=True),
        "features": _findings(record, "present", antibodies=False),
        "absent": "; ".join(f.name for f in record.findings if f.state.value == "absent"),
        "prior": "; ".join(therapy_words(t) for t in record.therapies if t.prior),
        "treatment": "; ".join(therapy_words(t) for t in record.therapies if not t.prior),
        "unsupported": ", ".join(unsupported(record)),
        "citations": list(citations),
    }
    if isinstance(record, GroupRecord):
        return row | {
            "group": record.number,
            "size": _value(record.size),
            "subtype": _value(record.population) or "",
            "outcomes": "; ".join(outcome_words(field) for field in record.outcomes),
        }
    return row | {
        "patient": record.number,
        "age": age_words(record),
        "sex": _value(record.sex) or "",
        "subtype": _value(record.subtype) or "",
        "response": _value(record.response) or "not reported",
        "time_to_response": _value(record.time_to_response) or "",
        "follow_up": _value(record.follow_up) or "",
        "relapse": _value(record.relapse) or "",
        "adverse_events": "; ".join(field.value for field in record.adverse_events),
    }


def age_words(record: CaseRecord) -> int | float | None:
    """The age as a whole number where it is one."""
    if record.age is None:
        return None
    return int(record.age.value) if record.age.value.is_integer() else record.age.value


def therapy_words(therapy: Therapy) -> str:
    """'prednisolone 60 mg daily oral': what is known of a therapy in one line."""
    dose = therapy.dose.value.said if therapy.dose else ""
    parts = [
        therapy.drug.value,
        dose,
        *(_value(f) or "" for f in (therapy.route, therapy.duration)),
    ]
    return " ".join(part for part in parts if part)


def outcome_words(field: Field[Share]) -> str:
    """'improved 14 of 23': a share of a group."""
    share = field.value
    words = " ".join(share.what.split()).rstrip(".")
    if str(share.count) in words and (share.out_of is None or str(share.out_of) in words):
        return words
    of = f" of {share.out_of}" if share.out_of is not None else ""
    return f"{words} {share.count}{of}".strip()


def unsupported(record: CaseRecord | GroupRecord) -> list[str]:
    """The fields whose value the text was not found to say, each named once."""
    named: list[tuple[str, Field[Any] | None]] = [
        *((f.name, f.state) for f in record.findings),
        *((t.drug.value, t.drug) for t in record.therapies),
        *((f"dose of {t.drug.value}", t.dose) for t in record.therapies),
    ]
    if isinstance(record, CaseRecord):
        names = ("age", "sex", "subtype", "response", "time_to_response", "follow_up", "relapse")
        named = [*((n.replace("_", " "), getattr(record, n)) for n in names), *named]
    else:
        named = [("size", record.size), *named]
    return list(dict.fromkeys(name for name, field in named if field and not field.supported))


def table_of(rows: Sequence[Mapping[str, object]], columns: Sequence[str] = COLUMNS) -> Table:
    """Rows as columns."""
    return {column: [row.get(column) for row in rows] for column in columns}


def chosen_columns(names: str | None) -> tuple[str, ...]:
    """'report_id,age,response' → the columns. Raises FilterError for one that is not there."""
    if not names:
        return SHOWN
    chosen = [name.strip().lower().replace("-", "_") for name in names.split(",") if name.strip()]
    unknown = [name for name in chosen if name not in COLUMNS]
    if unknown or not chosen:
        raise FilterError(
            f"--columns {names}: no column '{unknown[0] if unknown else ''}'; known: "
            f"{', '.join(COLUMNS)}"
        )
    return tuple(dict.fromkeys(chosen))


def to_csv(table: Table) -> str:
    """The table as CSV with a heading line (RFC 4180); no cell is taken for a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(table)
    for row in zip(*table.values(), strict=True):
        writer.writerow([defused(cell) for cell in row])
    return out.getvalue()


def defused(cell: object) -> str:
    """A cell as text that no spreadsheet computes: a quote goes before '=', '+', '-' and '@'.

    The remedy is OWASP's ('CSV Injection'). Numbers stay numbers.
    """
    text = cell_text(cell)
    if isinstance(cell, int | float):
        return text
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text


def cell_text(cell: object) -> str:
    """A cell in words: nothing for None, '1, 2' for a list; on one line."""
    if cell is None:
        return ""
    if isinstance(cell, list | tuple):
        return ", ".join(str(item) for item in cell)
    return " ".join(str(cell).split()) if isinstance(cell, str) and "\n" in cell else str(cell)


def to_markdown(table: Table) -> str:
    """The table as GitHub-flavoured Markdown; what would be markup in a cell is escaped."""
    lines = ["| " + " | ".join(table) + " |", "|" + " --- |" * len(table)]
    for row in zip(*table.values(), strict=True):
        lines.append("| " + " | ".join(_markdown(cell) for cell in row) + " |")
    return "\n".join(lines) + "\n"


def _markdown(cell: object) -> str:
    text = cell_text(cell).replace("\\", "\\\\")
    for mark in "|*_`[]<>#":
        text = text.replace(mark, "\\" + mark)
    return text


def _findings(record: CaseRecord | GroupRecord, state: str, *, antibodies: bool) -> str:
    names = [
        finding.name
        for finding in record.findings
        if finding.state.value == state and (finding.kind == "antibody") == antibodies
    ]
    return "; ".join(dict.fromkeys(names))


def _value(field: Field[Any] | None) -> Any:  # noqa: ANN401 (whatever the field holds)
    return field.value if field is not None else None
