"""Case texts with the records that people wrote for them → what the extraction is scored on.

Two sources: a folder of texts (`x.txt` beside `x.patients.yaml`), and digests, whose front matter
is the record and is hidden from the extraction.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from rag.errors import CasebookError
from rag.records.record import CaseRecord
from rag.schema import Case

SUFFIX = ".patients.yaml"
# The C parser reads these files some eight times faster than the Python one.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class ExtractionError(CasebookError):
    """There is nothing to score, or a record of it cannot be read."""


@dataclass(frozen=True, slots=True)
class Given:
    """A therapy as somebody noted it; an empty dose or route was not noted."""

    drug: str
    dose: str = ""
    route: str = ""


@dataclass(frozen=True, slots=True)
class Patient:
    """One patient as somebody noted this patient from the text; empty is not in the text."""

    number: int
    age: float | None
    sex: str | None
    subtype: str
    antibodies: tuple[str, ...]
    features: tuple[str, ...]
    absent: tuple[str, ...]
    prior: tuple[Given, ...]
    treatment: tuple[Given, ...]
    response: str
    time_to_response: str
    follow_up: str


@dataclass(frozen=True, slots=True)
class Scored:
    """A report's patients as noted, and as extracted from its text alone."""

    report_id: str
    noted: tuple[Patient, ...]
    extracted: tuple[CaseRecord, ...]


def from_folder(folder: Path, suffix: str = ".txt") -> list[Scored]:
    """The texts of a folder that have a record beside them, by name.

    `suffix` '.pdf' reads the papers of these names instead. Raises ExtractionError when there is
    none, or a record is broken.
    """
    from rag.formats import read_file
    from rag.records.make import records_of

    scored = []
    for path in sorted(folder.glob(f"*{suffix}")):
        record = path.with_name(path.stem + SUFFIX)
        if record.is_file():
            report, _ = read_file(path)
            scored.append(Scored(path.stem, read_patients(record), records_of(report).cases))
    if not scored:
        raise ExtractionError(
            f"{folder}: no *{suffix} with a *{SUFFIX} beside it; name another folder"
        )
    return scored


def from_digests(paths: Iterable[Path]) -> list[Scored]:
    """Digests that have patients, each read as a plain text without its front matter."""
    from rag.formats import read_file
    from rag.formats.front_matter import split_head
    from rag.formats.text import read_text
    from rag.records.make import records_of

    scored = []
    for path in sorted(paths):
        report, _ = read_file(path)
        if report.cases:
            _, body = split_head(path.read_text("utf-8"))
            bare = read_text(f"{report.title}\n\n{body}", f"{path.stem}.txt")
            noted = tuple(_of_case(case) for case in report.cases)
            scored.append(Scored(report.id, noted, records_of(bare).cases))
    return scored


def read_patients(path: Path) -> tuple[Patient, ...]:
    """The patients of one record file. Raises ExtractionError, naming the file."""
    try:
        entries: list[dict[str, Any]] = yaml.load(path.read_text("utf-8"), Loader=_LOADER)
        return tuple(_patient(entry) for entry in entries)
    except (OSError, yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
        raise ExtractionError(f"{path}: not a list of patients ({error}); mend the file") from error


def _patient(entry: dict[str, Any]) -> Patient:
    return Patient(
        number=entry["number"],
        age=entry["age"],
        sex=entry["sex"],
        subtype=entry["subtype"] or "",
        antibodies=tuple(entry["antibodies"]),
        features=tuple(entry["features"]),
        absent=tuple(entry["absent"]),
        prior=_givens(entry["prior_treatments"]),
        treatment=_givens(entry["treatment"]),
        response=entry["response"] or "not stated",
        time_to_response=entry["time_to_response"] or "",
        follow_up=entry["follow_up"] or "",
    )


def _givens(entries: Sequence[dict[str, Any]]) -> tuple[Given, ...]:
    return tuple(Given(one["drug"], _said(one["dose"]), _said(one["route"])) for one in entries)


def _said(words: str | None) -> str:
    return "" if words in (None, "not stated") else str(words)


def _of_case(case: Case) -> Patient:
    return Patient(
        number=case.number,
        age=case.age,
        sex=case.sex,
        subtype=case.subtype,
        antibodies=case.antibodies,
        features=case.features,
        absent=(),
        prior=tuple(Given(t.drug, t.dose, t.route) for t in case.prior_treatments),
        treatment=tuple(Given(t.drug, t.dose, t.route) for t in case.treatment),
        response=case.response,
        time_to_response=case.time_to_response,
        follow_up=case.follow_up,
    )
