"""What one question came to, and a folder that holds a whole run of them.

A run folder has `conditions.json` (what the figures depend on), `records.jsonl` (one record per
line, in the order asked) and, once it has ended, `cost.json` (what it took). A record is written
as soon as it is known, so that an interrupted run can go on; a half-written last line is dropped
when the folder is read.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from rag.errors import CasebookError

CONDITIONS = "conditions.json"
RECORDS = "records.jsonl"
COST = "cost.json"

Conditions = Mapping[str, str | int]

_NO_FOLDER = "it is no run folder: name one that `casebook eval run --out` made"


class RunError(CasebookError):
    """A run folder cannot be read, or belongs to another system or gold."""


@dataclass(frozen=True, slots=True)
class Cited:
    """A citation as it was given: the report and the slice of its text."""

    report_id: str
    start: int
    end: int
    quote: str


@dataclass(frozen=True, slots=True)
class Record:
    """What one question came to.

    `gold` is the name of its gold file; `form` is 'cold', 'in context' (asked of one report) or
    'conversation'. `probability` is the system's own probability that the reports answer, None
    where it has none. `passages` are the ids of the ten best, `elapsed_ms` the time of the judged
    turn. `question` is empty for release gold, whose texts are not to be read. A figure that does
    not apply is absent from `figures`; one that applies and was missed is 0.
    """

    id: str
    gold: str
    verdict: str
    kind: str
    style: str
    form: str
    status: str
    probability: float | None
    passages: tuple[str, ...]
    cited: tuple[Cited, ...]
    text: str
    short_answer: str | None
    elapsed_ms: float
    figures: dict[str, float]
    question: tuple[str, ...] = field(default=())

    @property
    def reports(self) -> tuple[str, ...]:
        """The reports cited, each once, in order."""
        return tuple(dict.fromkeys(cited.report_id for cited in self.cited))


@dataclass(frozen=True, slots=True)
class Run:
    """Conditions and records of one run; `cost` ('peak memory MB') where that is known."""

    conditions: Conditions
    records: tuple[Record, ...]
    cost: Mapping[str, float] = field(default_factory=dict)

    def by_id(self) -> dict[str, Record]:
        """Id of the question → its record."""
        return {record.id: record for record in self.records}


def begin(folder: Path, conditions: Conditions) -> tuple[Record, ...]:
    """Make `folder` ready for a run; the records that it already has under the same conditions.

    A half-written last line is cut off. Raises RunError when the folder cannot be made, holds a run
    under other conditions, or records without any.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RunError(
            f"{folder}: cannot be made ({error.strerror}); name another folder with --out"
        ) from None
    path = folder / CONDITIONS
    if path.exists():
        stored = _object(path)
        if stored != dict(conditions):
            other = sorted(k for k in {*stored, *conditions} if stored.get(k) != conditions.get(k))
            raise RunError(
                f"{folder}: holds a run under other conditions ({', '.join(other)}); name another "
                "folder with --out"
            )
        records = read(folder).records
        _cut_unfinished(folder / RECORDS)
        return records
    kept = folder / RECORDS
    if kept.exists() and kept.stat().st_size:
        raise RunError(
            f"{folder}: has {RECORDS} but no {CONDITIONS}, so nobody knows what was run; name "
            "another folder with --out"
        )
    # The conditions last: a folder that has them has the file of records, too.
    kept.write_text("", "utf-8")
    path.write_text(json.dumps(dict(conditions), indent=1) + "\n", "utf-8", newline="\n")
    return ()


def append(folder: Path, record: Record) -> None:
    """Add one record to the run in `folder`."""
    with (folder / RECORDS).open("a", encoding="utf-8", newline="\n") as stream:
        stream.write(to_line(record) + "\n")


def write_records(folder: Path, records: Iterable[Record]) -> None:
    """Write all records of a run anew."""
    lines = "".join(to_line(record) + "\n" for record in records)
    (folder / RECORDS).write_text(lines, "utf-8", newline="\n")


def read(folder: Path) -> Run:
    """The run in `folder`. Raises RunError."""
    path = folder / RECORDS
    conditions = _object(folder / CONDITIONS)
    try:
        # Bytes: the last line may end within a letter.
        lines = path.read_bytes().split(b"\n")
    except OSError as error:
        raise RunError(
            f"{path}: cannot be read ({error.strerror}); remove the folder and run again"
        ) from None
    records = []
    # After the last line break stands nothing, or a record that was not written to its end.
    for number, line in enumerate(lines[:-1], 1):
        try:
            records.append(from_object(json.loads(line)))
        except (ValueError, TypeError, KeyError) as error:
            raise RunError(
                f"{path}: line {number} is no record ({error}); remove the folder and run again"
            ) from None
    return Run(conditions, tuple(records), _cost(folder / COST))


def write_cost(folder: Path, cost: Mapping[str, float]) -> None:
    """Keep what a run cost; a run that went on after an interruption has its last part's."""
    (folder / COST).write_text(json.dumps(dict(cost)) + "\n", "utf-8", newline="\n")


def _cost(path: Path) -> dict[str, float]:
    """What is written there; nothing for a run that has not ended, or an older one."""
    try:
        found = json.loads(path.read_text("utf-8"))
        return {str(name): float(value) for name, value in found.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def to_line(record: Record) -> str:
    """A record as one line of JSON."""
    return json.dumps(asdict(record), ensure_ascii=False)


def from_object(values: dict[str, Any]) -> Record:
    """A record from its JSON object. Raises KeyError, TypeError."""
    known = dict(values)
    known["passages"] = tuple(known["passages"])
    known["question"] = tuple(known.get("question", ()))
    known["cited"] = tuple(Cited(**cited) for cited in known["cited"])
    return Record(**known)


def _cut_unfinished(path: Path) -> None:
    """Cut off what stands after the last line break; whole records are never written anew."""
    with path.open("r+b") as stream:
        stream.truncate(stream.read().rfind(b"\n") + 1)


def _object(path: Path) -> dict[str, str | int]:
    try:
        value = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise RunError(f"{path}: cannot be read ({error}); {_NO_FOLDER}") from None
    if not isinstance(value, dict):
        raise RunError(f"{path}: is no JSON object; {_NO_FOLDER}")
    return value
