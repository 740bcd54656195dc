"""`casebook check`: how well files became reports, before they are added."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from rag.errors import FileError

if TYPE_CHECKING:
    from rag.formats.quality import Quality
    from rag.schema import Report


def check(
    paths: list[Path] = typer.Argument(metavar="FILE…", help="Files or folders."),
    as_json: bool = typer.Option(False, "--json", help="Print one JSON array."),
) -> None:
    """Check how well files can be read, without adding them to a library.

    Says what was found in each (characters, sections, patients, metadata) and what looks wrong:
    letters that no font shows, columns read across, torn lines. Each file is read in a process of
    its own, within limits. Exit status 1 when a file cannot be read or looks wrong.

    Example: casebook check paper.docx scan.pdf --json
    """
    rows = []
    suspicious = False
    for row, lines in _checked(paths):
        suspicious = suspicious or not row["ok"]
        rows.append(row)
        if not as_json:
            typer.echo("\n".join(lines))
    if as_json:
        sys.stdout.write(json.dumps(rows, ensure_ascii=False, indent=1) + "\n")
    elif not rows:
        typer.echo("no file with a known suffix was found in these folders", err=True)
    raise typer.Exit(1 if suspicious or not rows else 0)


def _checked(paths: list[Path]) -> Iterator[tuple[dict[str, object], list[str]]]:
    """For each file its row of the JSON array and its lines of the text."""
    from rag.config import load_settings
    from rag.formats.quality import quality
    from rag.formats.sandbox import read_apart
    from rag.intake import files
    from rag.render import plain

    limits = load_settings().limits
    for path in files(paths):
        try:
            report, _ = read_apart(path, limits)
        except FileError as error:
            row: dict[str, object] = {"file": str(path), "ok": False, "error": error.reason}
            lines = [f"{path}: cannot be read", f"  {error.reason}"]
        else:
            found = quality(report)
            row = _row(path, report, found)
            lines = _lines(path, report, found)
        yield row, [plain(line) for line in lines]


def _row(path: Path, report: Report, found: Quality) -> dict[str, object]:
    shares = {name: round(getattr(found, name), 4) for name in ("odd", "mixed", "fragments")}
    return {
        "file": str(path),
        "ok": not found.warnings,
        "error": None,
        "report_id": report.id,
        "title": report.title,
        **(asdict(found) | shares),
    }


def _lines(path: Path, report: Report, found: Quality) -> list[str]:
    missing = f"; missing: {', '.join(found.missing)}" if found.missing else ""
    return [
        f"{path}: {'looks right' if not found.warnings else 'LOOK AT IT'}",
        f"  {report.title}",
        f"  {_counted(found.characters, 'character')}, {_counted(found.sections, 'section')}, "
        f"{_counted(found.patients, 'patient')}{missing}",
        f"  odd characters {found.odd:.2%}, sentences that break off {found.mixed:.1%}, "
        f"fragments {found.fragments:.1%}",
        *(f"  ! {warning}" for warning in found.warnings),
    ]


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
