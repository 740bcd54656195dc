"""Small reports with records made by hand, so that every count and span can be worked out."""

from __future__ import annotations

from collections.abc import Iterable

from rag.cases.keeping import rows_of
from rag.cases.shelf import Shelf
from rag.library import CaseRows
from rag.records.record import (
    CaseRecord,
    Dose,
    Field,
    Finding,
    GroupRecord,
    Records,
    Share,
    Span,
    Therapy,
)
from rag.schema import Report, Section

TEXTS = {
    # patient 1: IVIg, complete; patient 2: IVIg, response not said
    "alpha-2001": "A woman of 30 had skin ulcers. She was given IVIg. The ulcers healed "
    "completely. A man of 50 had calcinosis. He was given IVIg.",
    # IVIg before, rituximab now, partial; weakness denied
    "beta-2002": "A boy of 9 had a rash but no weakness. IVIg had failed. Rituximab was given. He "
    "improved in part after 3 weeks.",
    # died, after IVIg
    "gamma-2003": "A woman of 71 with anti-MDA5 was given IVIg. She died.",
    # 12 patients together
    "delta-2004": "Twelve patients were given IVIg. Seven of 12 improved.",
    # about IVIg, but nobody in it
    "epsilon-2005": "Intravenous immunoglobulin is discussed.",
    # counts the cases of others
    "zeta-2006": "We counted 40 published patients given IVIg.",
}
TITLES = {"epsilon-2005": "Intravenous immunoglobulin in dermatomyositis"}


def report(name: str, **changes: object) -> Report:
    text = TEXTS[name]
    known: dict[str, object] = {
        "title": TITLES.get(name, f"A report of {name}"),
        "sections": (Section("text", "", "case", 0, len(text)),),
        "source": f"{name}.txt",
        "source_kind": "paper",
        "basis": "full text",
        "authors": (f"{name.split('-')[0].capitalize()} A",),
        "journal": "Journal of Examples",
        "year": int(name.split("-")[1]),
        "doi": f"10.1000/{name}",
    }
    return Report(id=name, text=text, **(known | changes))  # type: ignore[arg-type]


def said(name: str, words: str) -> tuple[Span, ...]:
    """The span of words in a report's text."""
    start = TEXTS[name].index(words)
    return ((start, start + len(words)),)


def field(name: str, value: object, words: str = "") -> Field:
    return Field(value, said(name, words) if words else ())


def given(name: str, drug: str, words: str, *, prior: bool = False, dose: str = "") -> Therapy:
    said_dose = Field(Dose(dose)) if dose else None
    return Therapy(field(name, drug, words), prior, said_dose)


def sign(name: str, sign: str, words: str, state: str = "present", kind: str = "sign") -> Finding:
    return Finding(sign, kind, field(name, state, words))  # type: ignore[arg-type]


def _records() -> dict[str, Records]:
    a, b, c, d, z = "alpha-2001", "beta-2002", "gamma-2003", "delta-2004", "zeta-2006"
    return {
        a: Records(
            a,
            (
                CaseRecord(
                    a, 1, field(a, 30.0, "30"), field(a, "female", "woman"),
                    findings=(sign(a, "skin ulcer", "skin ulcers"),),
                    therapies=(given(a, "IVIg", "IVIg", dose="2 g/kg"),),
                    response=field(a, "complete", "healed completely"),
                    time_to_response=field(a, "2 weeks"),
                ),
                CaseRecord(
                    a, 2, field(a, 50.0, "50"), field(a, "male", "man of"),
                    findings=(sign(a, "calcinosis", "calcinosis"),),
                    therapies=(given(a, "intravenous immunoglobulin", "He was given IVIg"),),
                ),
            ),
        ),
        b: Records(
            b,
            (
                CaseRecord(
                    b, 1, field(b, 9.0, "9"), field(b, "male", "boy"),
                    subtype=field(b, "juvenile DM"),
                    findings=(
                        sign(b, "rash", "rash"),
                        sign(b, "muscle weakness", "no weakness", "absent"),
                    ),
                    therapies=(
                        given(b, "IVIg", "IVIg had failed", prior=True),
                        given(b, "rituximab", "Rituximab was given"),
                    ),
                    response=field(b, "partial", "improved in part"),
                    time_to_response=field(b, "3 weeks", "after 3 weeks"),
                ),
            ),
        ),
        c: Records(
            c,
            (
                CaseRecord(
                    c, 1, field(c, 71.0, "71"), field(c, "female", "woman"),
                    findings=(sign(c, "anti-MDA5", "anti-MDA5", kind="antibody"),),
                    therapies=(given(c, "IVIg", "IVIg"),),
                    response=field(c, "died", "She died"),
                ),
            ),
        ),
        d: Records(
            d,
            groups=(
                GroupRecord(
                    d, 1, field(d, 12, "Twelve patients"),
                    therapies=(given(d, "IVIg", "IVIg"),),
                    outcomes=(Field(Share("improved", 7, 12), said(d, "Seven of 12 improved")),),
                ),
            ),
        ),
        z: Records(
            z,
            groups=(
                GroupRecord(
                    z, 1, field(z, 40, "40"), therapies=(given(z, "IVIg", "IVIg"),), cited=True
                ),
            ),
        ),
    }  # fmt: skip


RECORDS = _records()


def records(found: Report) -> Records:
    """What stands for the reading of records."""
    return RECORDS.get(found.id, Records(found.id))


def reports(names: Iterable[str] = TEXTS) -> dict[str, Report]:
    return {name: report(name) for name in names}


def shelf(names: Iterable[str] = TEXTS, **options: object) -> Shelf:
    """The records of these reports, in memory."""
    rows = [row for r in reports(names).values() for row in rows_of(records(r), r)]
    return Shelf(CaseRows.in_memory(rows), **options)  # type: ignore[arg-type]
