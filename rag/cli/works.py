"""Commands about works and their editions: list, merge, split; and what `doctor` says of them."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from rag.cli.opening import LIBRARY_HELP, open_library, say, settings_for
from rag.errors import RetractionsError

if TYPE_CHECKING:
    from rag.config import Settings
    from rag.doctor import Finding
    from rag.library import Library
    from rag.schema import EditorialNotice, Report
    from rag.works.alike import Alike
    from rag.works.same_patient import SamePatient

_LIBRARY = typer.Option(None, "--library", help=LIBRARY_HELP)


def list_reports(
    as_json: bool = typer.Option(False, "--json", help="Print one JSON array."),
    duplicates: bool = typer.Option(
        False, "--duplicates", help="List patients who may have been published twice."
    ),
    library: Path = _LIBRARY,
) -> None:
    """List the reports of the library, the editions of one work together.

    With --duplicates: pairs of patients of two works with one age and sex who share at least three
    of drugs, antibodies, features, year (within 2) and first author. Nothing is merged.

    Example: casebook list --json
    """
    with open_library(library) as opened:
        if duplicates:
            rows, lines = _duplicates(opened)
        else:
            rows, lines = _reports(opened, settings_for(library))
    if as_json:
        sys.stdout.write(json.dumps(rows, ensure_ascii=False, indent=1) + "\n")
        return
    from rag.render import plain

    for line in lines:
        typer.echo(plain(line))


def merge(
    first: str = typer.Argument(metavar="REPORT_ID"),
    second: str = typer.Argument(metavar="REPORT_ID"),
    library: Path = _LIBRARY,
) -> None:
    """Make two reports editions of one work; the decision is kept, also when a file is added anew.

    Example: casebook merge chen-2024-digest chen-2024-pdf
    """
    from rag.index import merge_works

    with open_library(library) as opened:
        merge_works(first, second, opened)
        editions = opened.editions(opened.work_of(first))
    say(f"one work now: {', '.join(editions)} (the first is quoted where several say the same)")


def split(
    report_id: str = typer.Argument(metavar="REPORT_ID"),
    library: Path = _LIBRARY,
) -> None:
    """Take a report out of its work; from then on only 'casebook merge' joins it with another.

    Example: casebook split chen-2024-pdf
    """
    from rag.index import split_work

    with open_library(library) as opened:
        split_work(report_id, opened)
    say(f"{report_id} is a work of its own now (to take that back: casebook merge)")


def proposed(report_id: str, proposal: Alike) -> str:
    """What is said of a report that looks like another edition."""
    other = proposal.report_id
    why = (
        f"{proposal.share:.0%} of the sentences of the shorter one are the same"
        if proposal.share
        else "same title and first author, but another year, DOI or PMID"
    )
    return (
        f"looks like {other} ({why}); not merged: if they are one publication, "
        f"casebook merge {report_id} {other}"
    )


def look(library: Library, settings: Settings) -> list[Finding]:
    """What `doctor` says of works: the list of retractions, patients who look alike."""
    from rag.doctor import Finding
    from rag.works.standing import Standing, retracted

    findings: list[Finding] = []
    if settings.retractions:
        findings.append(_list_of_retractions(settings))
        gone = retracted(Standing(library, settings.retractions).now())
        if gone:
            findings.append(Finding("retracted reports", True, ", ".join(gone)))
    rows, _ = _duplicates(library)
    if rows:
        count = f"{len(rows)} pair{'s' if len(rows) > 1 else ''} of patients to look at"
        findings.append(Finding("published twice", True, f"{count}: casebook list --duplicates"))
    return findings


def _list_of_retractions(settings: Settings) -> Finding:
    from rag.doctor import Finding
    from rag.works.retractions import read_retractions

    what = "list of retractions"
    try:
        table = read_retractions(Path(settings.retractions).expanduser())
    except RetractionsError as error:
        return Finding(what, False, str(error))
    detail = f"{len(table.lines):,} DOIs and PMIDs; {len(table.problems)} rows could not be used"
    return Finding(
        what, not table.problems, f"{detail}{': ' + table.problems[0] if table.problems else ''}"
    )


def _reports(library: Library, settings: Settings) -> tuple[list[dict[str, Any]], list[str]]:
    from rag.works.standing import Standing

    counts, works = library.passage_counts(), library.all_works()
    standing = Standing(library, settings.retractions).now()
    together: dict[str, list[str]] = {}
    for report_id, work in works.items():
        together.setdefault(work, []).append(report_id)
    reports = {report.id: report for report in library.reports()}
    rows = [
        _row(report, counts.get(report.id, 0), works[report.id], together, standing)
        for report in reports.values()
    ]
    by_id = {str(row["report_id"]): row for row in rows}
    lines: list[str] = []
    for ids in together.values():
        first, *others = _fullest(library, works[ids[0]], ids)
        lines.append(_line(by_id[first]))
        lines += [f"  {_line(by_id[other])}" for other in others]
    return rows, lines


def _fullest(library: Library, work: str, ids: list[str]) -> list[str]:
    return list(library.editions(work)) if len(ids) > 1 else ids


def _row(
    report: Report,
    passages: int,
    work: str,
    together: Mapping[str, list[str]],
    standing: Mapping[str, EditorialNotice],
) -> dict[str, Any]:
    from rag.works.editions import edition_name

    notice = standing.get(report.id)
    return {
        "report_id": report.id,
        "title": report.title,
        "year": report.year,
        "source": report.source,
        "source_kind": report.source_kind,
        "licence": report.licence,
        "passages": passages,
        "patients": report.patients,
        "work": work,
        "edition": edition_name(report),
        "editions": together[work],
        "retracted": bool(notice and notice.retracts),
        "editorial": notice.nature if notice else None,
    }


def _line(row: Mapping[str, Any]) -> str:
    several = f"  {row['edition']}" * (len(row["editions"]) > 1)
    mark = "  RETRACTED" if row["retracted"] else f"  {row['editorial']}" * bool(row["editorial"])
    return (
        f"{row['report_id']}  {row['year'] or '----'}  {row['source_kind']}{several}{mark}  "
        f"{row['title']}"
    )


def _duplicates(library: Library) -> tuple[list[dict[str, Any]], list[str]]:
    from rag.works.same_patient import same_patients

    pairs = same_patients(library.reports(), library.all_works())
    return [_pair(pair) for pair in pairs], [
        f"{_who(pair.first)} and {_who(pair.second)}: both {pair.age:g} years, {pair.sex}; "
        f"alike: {', '.join(pair.shared)}"
        for pair in pairs
    ]


def _pair(pair: SamePatient) -> dict[str, Any]:
    return {
        "patients": [
            {"report_id": report_id, "patient": number}
            for report_id, number in (pair.first, pair.second)
        ],
        "age": pair.age,
        "sex": pair.sex,
        "shared": list(pair.shared),
    }


def _who(place: tuple[str, int]) -> str:
    return f"{place[0]}, patient {place[1]},"
