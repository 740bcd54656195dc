"""Patients → HTML and tables: rows for the grid, a comparison side by side, similar patients."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from rag.cases.compare import Comparison
from rag.cases.similar import Shared, Similar
from rag.cases.table import age_words
from rag.schema import Citation
from ui import answer_view
from ui.escape import as_html
from ui.marks import marks
from ui.proof import Proof

GRID = {
    "report_id": "Report",
    "patient": "Patient",
    "size": "Group of",
    "age": "Age",
    "sex": "Sex",
    "subtype": "Form",
    "antibodies": "Antibodies",
    "treatment": "Treatment",
    "response": "Response",
    "time_to_response": "After",
    "prior": "Before",
    "features": "Findings",
    "quotations": "What the report says",
}
"""Columns of the grid and their names: who, what was given and what came of it first."""


def grid(rows: Sequence[Mapping[str, object]]) -> dict[str, list[object]]:
    """The rows as columns; those that nobody has are left out."""
    columns = {
        title: [row[name] for row in rows]
        for name, title in GRID.items()
        if any(row[name] not in (None, "", []) for row in rows)
    }
    # One kind of value in a column: a grid sorts numbers as numbers.
    return {
        title: [str(v) for v in values] if title not in ("Patient", "Group of", "Age") else values
        for title, values in columns.items()
    }


def side_by_side(told: Comparison, proofs: Sequence[Proof]) -> str:
    """A row for each field, a column for each patient, each cell with its marks."""
    known = {c.number: c for c in told.citations}
    head = "".join(f'<th scope="col">{as_html(_who(place))}</th>' for place in told.places)
    rows = "".join(
        f'<tr><th scope="row">{as_html(name.replace("_", " "))}</th>'
        + "".join(
            f"<td>{as_html(cell.shown)} {marks(cell.citations, known, 'compare')}</td>"
            for cell in cells
        )
        + "</tr>"
        for name, cells in told.rows.items()
    )
    return (
        '<div class="cb-answer"><div class="cb-table cb-compare" tabindex="0" role="region" '
        'aria-label="Patients side by side"><table>'
        f'<tr><th scope="col">Field</th>{head}</tr>{rows}</table></div>'
        f"{answer_view.proofs(proofs, 'compare')}</div>"
    )


def _who(place: str) -> str:
    return place.replace("#patient/", ", patient ").replace("#group/", ", group ")


def alike(near: Sequence[Similar], citations: Iterable[Citation], proofs: Sequence[Proof]) -> str:
    """The nearest patients, what they share with the vignette and where they differ."""
    known = {c.number: c for c in citations}
    parts = []
    for number, one in enumerate(near, 1):
        who = ", ".join(
            str(p)
            for p in (
                f"{age_words(one.record)} years" if one.record.age else "",
                one.record.sex.value if one.record.sex else "",
                one.record.subtype.value if one.record.subtype else "",
            )
            if p
        )
        lines = [
            ("Shared", _shared(one.matched, known)),
            ("Different", _shared(one.mismatched, known)),
            ("Not reported", as_html("; ".join(one.unreported))),
        ]
        body = "".join(f"<div><dt>{name}</dt><dd>{said}</dd></div>" for name, said in lines if said)
        parts.append(
            f'<div class="cb-evidence"><p class="cb-place"><b>{number}. '
            f"{as_html(_who(one.record.id))}</b> {as_html(who)}</p>"
            f'<dl class="cb-card cb-wide">{body}</dl></div>'
        )
    shown = answer_view.proofs(proofs, "similar")
    return (
        f'<div class="cb-answer">{"".join(parts)}<p class="cb-who">Where it stands</p>{shown}</div>'
    )


def _shared(shared: Iterable[Shared], known: Mapping[int, Citation]) -> str:
    return "; ".join(
        f"{as_html(one.shown)} {marks(one.citations, known, 'similar')}".strip() for one in shared
    )
