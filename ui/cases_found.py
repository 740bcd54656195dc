"""Conditions that a visitor chooses → the patients who fit, with what the page shows of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from rag.cases.compare import Comparison, compare
from rag.cases.grouping import NOT_REPORTED, GroupKey, grouped
from rag.cases.listing import Listing, listing
from rag.cases.narrowing import Stored
from rag.cases.similar import Similar, similar, vignette
from rag.cases.wish import Key, Wish, wish
from rag.records.record import CaseRecord
from rag.schema import Citation
from ui.opened import Opened
from ui.proof import Proof, proofs_of

CHOICES: tuple[tuple[Key, GroupKey, str], ...] = (
    ("treatment", "treatment", "Treatment"),
    ("prior", "prior", "Given before"),
    ("feature", "feature", "Sign or disease"),
    ("antibody", "antibody", "Antibody"),
    ("subtype", "subtype", "Form of the disease"),
    ("sex", "sex", "Sex"),
    ("response", "response", "Response"),
    ("age group", "age group", "Age group"),
)
"""Condition, the grouping that lists its values, and its name on the page."""


@dataclass(frozen=True, slots=True)
class Found:
    """Who fits: the listing, and the records of the single patients behind its rows."""

    listing: Listing
    cases: tuple[CaseRecord, ...]


def choices(opened: Opened) -> dict[Key, list[tuple[str, int]]]:
    """Condition → its values among the stored patients and how many have each, most first."""

    def counted() -> dict[Key, list[tuple[str, int]]]:
        cases = everybody(opened)
        return {
            key: [(g.value, len(g.patients)) for g in grouped(cases, by) if g.value != NOT_REPORTED]
            for key, by, _ in CHOICES
        }

    with opened.reading():
        return opened.once("choices", counted)


def everybody(opened: Opened) -> list[CaseRecord]:
    """Every patient who is described alone, each counted once, sorted by report and number."""
    with opened.reading():
        shelf = opened.shelf()
        return opened.once("cases", lambda: shelf.cases(shelf.distinct(shelf.patients())))


def wishes(chosen: Mapping[Key, Sequence[str]], absent: str = "", age: str = "") -> list[Wish]:
    """Any of the values of a condition, all of the conditions. Raises FilterError."""
    found = [_any_of([wish(key, value) for value in values]) for key, values in chosen.items()]
    found += [wish("feature", absent, absent=True)] if absent.strip() else []
    return found + ([wish("age", age)] if age.strip() else [])


def _any_of(several: Sequence[Wish]) -> Wish:
    said = " or ".join(one.said for one in several)
    return replace(several[0], said=said, values=tuple(v for one in several for v in one.values))


def found(opened: Opened, conditions: Sequence[Wish], by: GroupKey | None = None) -> Found:
    """Everybody who fits."""
    with opened.reading() as library:
        shelf = opened.shelf()
        told = listing(shelf, Stored(library), conditions, by=by)
        return Found(told, tuple(shelf.cases(told.count.found)))


def place_of(row: Mapping[str, object]) -> str:
    """The place of a row's patient or group, as `compare` takes it."""
    kind = "patient" if row["patient"] else "group"
    return f"{row['report_id']}#{kind}/{row[kind]}"


def compared(opened: Opened, places: Sequence[str]) -> tuple[Comparison, list[Proof]]:
    """Patients side by side, each cell cited. Raises ReportNotFound."""
    with opened.reading() as library:
        told = compare(places, opened.shelf(), Stored(library))
        return told, proofs_of(told.citations, library, opened.shelf())


def alike(
    opened: Opened, text: str, most: int = 8
) -> tuple[list[Wish], list[Similar], list[Citation], list[Proof]]:
    """What a vignette says, the nearest patients, and the proof of what they share."""
    told = vignette(text)
    with opened.reading() as library:
        near, citations = similar(told, opened.shelf(), Stored(library), most)
        proofs = proofs_of(citations, library, opened.shelf())
    return list(told.findings), near, citations, proofs
