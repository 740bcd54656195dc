"""A patient's record → the case step by step, each step with the sentences that say it."""

from __future__ import annotations

from dataclasses import dataclass

from rag.cases.compare import fields_of
from rag.cases.narrowing import Stored
from rag.cases.quoting import AnyField, Cited
from rag.cases.table import row_of
from rag.records.record import CaseRecord
from ui.opened import Opened
from ui.proof import Proof, proofs_of

STEPS = (
    ("Who was it?", ("age", "sex", "subtype")),
    ("What was found?", ("features", "absent")),
    ("Which antibodies?", ("antibodies",)),
    ("What was tried before?", ("prior",)),
    ("What was given then?", ("treatment",)),
    ("How did it go?", ("response", "time_to_response")),
    ("And afterwards?", ("follow_up", "relapse", "adverse_events")),
)
"""Each step's question, and the columns of the record that answer it."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step: `said` from the record, '' where the report says nothing; the proofs' numbers."""

    asked: str
    said: str
    numbers: tuple[int, ...]


def steps(record: CaseRecord, opened: Opened) -> tuple[list[Step], list[Proof]]:
    """The case from beginning to end; values without words in the report are marked as such."""
    with opened.reading() as library:
        cited = Cited(Stored(library))
        row = row_of(record)
        told = []
        for asked, columns in STEPS:
            parts = []
            fields: list[AnyField] = []
            for name in columns:
                value = row[name]
                if value in (None, "", "not reported", "not stated"):
                    continue
                behind = fields_of(record, name)
                fields += behind
                doubt = "" if all(f.supported for f in behind) else " (not all found in the text)"
                label = {"absent": "not there: ", "age": "age "}.get(name, "")
                parts.append(f"{label}{value}{doubt}")
            numbers = tuple(cited.add_fields(record, fields, len(fields)))
            told.append(Step(asked, "; ".join(parts), numbers))
        return told, proofs_of(cited.citations(), library, opened.shelf())


def proofs_for(record: CaseRecord, fields: tuple[AnyField, ...], opened: Opened) -> list[Proof]:
    """The sentences that say some fields of a record."""
    with opened.reading() as library:
        cited = Cited(Stored(library))
        cited.add_fields(record, fields)
        return proofs_of(cited.citations(), library, opened.shelf())
