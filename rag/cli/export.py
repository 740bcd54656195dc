"""`casebook export`: what an answer rests on, for reference managers and spreadsheets."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from rag.cli.cases import LIBRARY_OPTION, write_file
from rag.cli.opening import open_casebook, open_library
from rag.errors import QuestionError

if TYPE_CHECKING:
    from rag.schema import Answer

REFERENCES = ("bibtex", "ris", "csl-json")
TABLES = ("csv", "markdown", "xlsx")


def export(
    question: str = typer.Argument(None, metavar="QUESTION", help="Export what its answer cites."),
    reports: list[str] = typer.Option(
        None, "--report", metavar="REPORT_ID", help="Export this report instead; may be repeated."
    ),
    form: str = typer.Option(
        "bibtex", "--format", help="bibtex, ris, csl-json; or csv, markdown, xlsx for the table."
    ),
    output: Path = typer.Option(None, "--output", "-o", metavar="FILE", help="[default: stdout]"),
    library: Path = LIBRARY_OPTION,
) -> None:
    """Export citations (with their quotations) or the evidence table of an answer.

    Examples:
    casebook export "Which patients were given IVIg?" --format ris -o ivig.ris

    casebook export "Which patients were given IVIg?" --format xlsx -o ivig.xlsx

    casebook export --report ogawa-2017-rituximab-mda5 --format bibtex
    """
    if form not in (*REFERENCES, *TABLES):
        raise typer.BadParameter(f"use one of {', '.join((*REFERENCES, *TABLES))}",
                                 param_hint="--format")  # fmt: skip
    if (question is None) == (not reports):
        raise typer.BadParameter("give a QUESTION or --report, one of them", param_hint="QUESTION")
    if form == "xlsx" and output is None:
        raise typer.BadParameter("a workbook needs a file: -o FILE.xlsx", param_hint="--output")
    data = _of_question(question, form, library) if question else _of_reports(
        reports, form, library
    )  # fmt: skip
    if output is None:
        sys.stdout.write(data.decode())
    else:
        write_file(output, data)


def _of_reports(ids: list[str], form: str, library: Path | None) -> bytes:
    from rag.bibliography import entries_of, written

    if form not in REFERENCES:
        raise QuestionError(f"--format {form} is for the table of an answer; ask a QUESTION")
    with open_library(library) as opened:
        return written(entries_of(opened.report(i) for i in dict.fromkeys(ids)), form).encode()


def _of_question(question: str, form: str, library: Path | None) -> bytes:
    from rag.bibliography import entries, written
    from rag.cli.ask import warn_of_identifiers

    warn_of_identifiers(question)
    with open_casebook(library) as casebook:
        answer = casebook.ask(question)
    if form in TABLES:
        return _table(answer, form)
    if not answer.citations:
        raise QuestionError(f"Nothing is cited, so nothing is exported: {answer.text}")
    return written(entries(answer.citations), form).encode()


def _table(answer: Answer, form: str) -> bytes:
    from rag.cases.sheet import to_excel
    from rag.cases.table import to_csv, to_markdown

    if answer.table is None:
        raise QuestionError(
            "This answer has no table; ask which or how many patients, or use: casebook cases --csv"
        )
    if form == "xlsx":
        return to_excel(answer.table)
    return (to_csv(answer.table) if form == "csv" else to_markdown(answer.table)).encode()
