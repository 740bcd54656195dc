"""The committed baseline: the run that a change is judged against, and the log of why it moved.

The folder is a run folder (`eval.records`) without texts: ids, figures, statuses and cited spans.
`accepted.jsonl` has one line for each time that a run was accepted. Its last line carries a digest
of the other two files, so a baseline cannot be changed without a reason, nor half-written.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date as Date
from pathlib import Path

from eval.compare import by_id, figures_of
from eval.gate_rules import load_rules, shipped_rules
from eval.records import CONDITIONS, RECORDS, Record, Run, read, to_line
from rag.errors import CasebookError
from rag.render import plain

ACCEPTED = "accepted.jsonl"


class BaselineError(CasebookError):
    """A run cannot be accepted, or the baseline's files do not belong together."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """One line of the log: when and why, the code's hash, and measure → (n, mean) of the gated.

    Small falls that each pass the gate add up; in these means they can be seen.
    """

    date: str
    reason: str
    code: str
    headline: dict[str, tuple[int, float]]
    digest: str


def accept(run: Run, reason: str, date: Date, folder: Path) -> None:
    """Make `run`, without its texts, the baseline in `folder`, and log the reason.

    Each file is replaced whole, the log last: until then `load` refuses the folder. Raises
    BaselineError for an empty reason, a run without records or a folder that cannot be written,
    CompareError for a run with an id twice or a figure that is no number.
    """
    if not reason.strip():
        raise BaselineError(
            f"{folder}: a baseline is accepted for a reason; say why the new figures are right"
        )
    kept = [reduced(record) for record in by_id(run, "the run to accept").values()]
    if not kept:
        raise BaselineError(f"{folder}: the run has no records; run it to its end first")
    conditions = json.dumps(dict(run.conditions), indent=1, ensure_ascii=False) + "\n"
    records = "".join(to_line(record) + "\n" for record in kept)
    entry = {
        "date": date.isoformat(),
        "reason": reason.strip(),
        "code": str(run.conditions.get("code", "unknown")),
        "headline": headline(run),
        "digest": _digest(conditions, records),
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        earlier = "".join(f"{line}\n" for line in _log_lines(folder))
        _write(folder / RECORDS, records)
        _write(folder / CONDITIONS, conditions)
        _write(folder / ACCEPTED, earlier + json.dumps(entry, ensure_ascii=False) + "\n")
    except OSError as error:
        raise BaselineError(
            f"{folder}: cannot be written ({error.strerror}); free the folder and accept again"
        ) from error


def load(folder: Path) -> Run:
    """The baseline in `folder`; its records have no texts.

    Raises RunError when it cannot be read, BaselineError when its files differ from the last
    acceptance.
    """
    run = read(folder)
    accepted = log(folder)
    texts = [(folder / name).read_text("utf-8") for name in (CONDITIONS, RECORDS)]
    if not accepted or accepted[-1].digest != _digest(*texts):
        raise BaselineError(
            f"{folder}: is not what was accepted last (edited, or half-written); restore the "
            "folder from version control, or accept a run again"
        )
    return run


def log(folder: Path) -> tuple[Accepted, ...]:
    """Every acceptance, oldest first; empty where none was. Raises BaselineError."""
    found = []
    for number, line in enumerate(_log_lines(folder), 1):
        try:
            entry = json.loads(line)
            means = {name: (int(n), float(mean)) for name, (n, mean) in entry["headline"].items()}
            found.append(Accepted(**(entry | {"headline": means})))
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise BaselineError(
                f"{folder / ACCEPTED}: line {number} is no acceptance ({error!r}); restore the "
                "file from version control"
            ) from None
    return tuple(found)


def to_text(accepted: tuple[Accepted, ...]) -> str:
    """The log for a terminal: one line for each acceptance, with its gated means."""
    lines = []
    for entry in accepted:
        means = ", ".join(
            f"{name} {mean:.3f} (n {n})" for name, (n, mean) in entry.headline.items()
        )
        lines.append(plain(f"{entry.date}  {entry.code}  {entry.reason}  [{means}]"))
    return "\n".join(lines) or "no baseline was accepted yet"


def reduced(record: Record) -> Record:
    """The record with its texts, passages and timing left out."""
    return replace(
        record,
        passages=(),
        cited=tuple(replace(cited, quote="") for cited in record.cited),
        text="",
        short_answer=None,
        elapsed_ms=0.0,
        question=(),
    )


def headline(run: Run) -> Mapping[str, tuple[int, float]]:
    """Gated measure → (number of questions, mean to 4 digits), in the order of the rules."""
    figures = [figures_of(record) for record in run.records]
    found = {}
    for rule in load_rules(shipped_rules()):
        values = [own[rule.measure] for own in figures if rule.measure in own]
        if values:
            found[rule.measure] = (len(values), round(sum(values) / len(values), 4))
    return found


def _log_lines(folder: Path) -> list[str]:
    path = folder / ACCEPTED
    try:
        # Only a line feed ends an entry: a reason may hold other line separators.
        return [line for line in path.read_text("utf-8").split("\n") if line]
    except FileNotFoundError:
        return []
    except UnicodeDecodeError as error:
        raise BaselineError(
            f"{path}: cannot be read ({error}); restore the file from version control"
        ) from error


def _digest(conditions: str, records: str) -> str:
    return hashlib.sha256(f"{conditions}\0{records}".encode()).hexdigest()[:16]


def _write(path: Path, text: str) -> None:
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}.draft")
    try:
        draft.write_text(text, "utf-8", newline="\n")
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)
