"""`casebook cases`: every patient who fits, counted and tabulated."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from rag.cli.opening import LIBRARY_HELP, open_library, say
from rag.errors import QuestionError

if TYPE_CHECKING:
    from rag.cases.listing import Listing
    from rag.schema import Citation

LIBRARY_OPTION = typer.Option(None, "--library", help=LIBRARY_HELP)
JSON_OPTION = typer.Option(False, "--json", help="Print one JSON object.")


def cases(
    treatment: list[str] = typer.Option(
        None, "--treatment", help="Given as the reported treatment (a drug, a brand or a class)."
    ),
    prior: list[str] = typer.Option(None, "--prior", help="Given before it."),
    drug: list[str] = typer.Option(None, "--drug", help="Given at any time."),
    feature: list[str] = typer.Option(None, "--feature", help="A sign, symptom or disease."),
    without: list[str] = typer.Option(None, "--without", help="Stated not to be there."),
    subtype: list[str] = typer.Option(None, "--subtype", help="A form, such as CADM."),
    antibody: list[str] = typer.Option(None, "--antibody", help="Found, such as MDA5."),
    sex: str = typer.Option(None, "--sex", help="female or male."),
    age: str = typer.Option(None, "--age", help="Years: 56, 0-17, 65- or -17."),
    response: str = typer.Option(
        None, "--response", help="complete, partial, none, worsened, died, or improved."
    ),
    group_by: str = typer.Option(
        None,
        "--group-by",
        help="Count by treatment, prior, drug, feature, antibody, subtype, sex, response or "
        "age-group.",
    ),
    columns: str = typer.Option(None, "--columns", help="Columns of the table, with commas."),
    as_json: bool = JSON_OPTION,
    as_csv: bool = typer.Option(False, "--csv", help="Print the table as CSV."),
    as_markdown: bool = typer.Option(False, "--markdown", help="Print the table as Markdown."),
    excel: Path = typer.Option(None, "--excel", metavar="FILE.xlsx", help="Write a workbook."),
    library: Path = LIBRARY_OPTION,
) -> None:
    """List every patient who fits, with the sentences that say so; groups are named apart.

    Conditions are joined by 'and'; one that is repeated must be fulfilled each time. Synonyms,
    brands and classes are understood: steroid, anti-TNF, JAK inhibitor. These are selected
    published cases, not rates.

    Examples:
    casebook cases --treatment IVIg --feature ulcer --response complete

    casebook cases --antibody MDA5 --group-by treatment

    casebook cases --age 0-17 --columns report_id,age,treatment,response --csv
    """
    if sum([as_json, as_csv, as_markdown, excel is not None]) > 1:
        raise typer.BadParameter("choose one of --json, --csv, --markdown and --excel")
    if excel is not None and excel.suffix.lower() != ".xlsx":
        raise typer.BadParameter(f"{excel}: name a file that ends in .xlsx", param_hint="--excel")
    from rag.cases.query import Query, found_for, to_json
    from rag.cases.table import chosen_columns, table_of, to_csv, to_markdown

    query = Query(
        treatment or (), prior or (), drug or (), feature or (), without or (), subtype or (),
        antibody or (), sex, age, response, group_by, columns,
    )  # fmt: skip
    shown = chosen_columns(columns)
    with open_library(library) as opened:
        tell_if_older(opened)
        found = found_for(query, opened)
    by = bool(group_by)
    rows = found.groups if by else found.rows
    table = table_of(rows, tuple(rows[0]) if by and rows else shown)
    if as_json:
        print_json(to_json(found, query))
    elif as_csv:
        sys.stdout.write(to_csv(table))
    elif as_markdown:
        sys.stdout.write(to_markdown(table))
    elif excel is not None:
        from rag.cases.sheet import to_excel

        write_file(excel, to_excel(table))
    else:
        _tell(found, grouped=by)
    raise typer.Exit(0 if found.rows else 3)


def tell_if_older(library: Any) -> None:  # noqa: ANN401 (rag.library loads late)
    """Say on stderr that another version told the patients apart, which a question mends."""
    from rag.derivation import has_older_texts

    if has_older_texts(library):
        say(
            "the library was made by an older Casebook, which may tell patients apart otherwise: "
            "its files are read again when a question is asked (casebook ask)"
        )


def records_in(library: Any) -> Any:  # noqa: ANN401 (rag.library and rag.cases load late)
    """The records of an open library, brought up to date where it can be written."""
    from rag.cases.query import records_in as records

    tell_if_older(library)
    return records(library)


def quotation(citation: Citation) -> dict[str, Any]:
    """A citation as JSON: where it stands, and its words."""
    from rag.cases.query import quotation as as_json

    return as_json(citation)


def _tell(found: Listing, *, grouped: bool) -> None:
    from rag.cases.grouping import spelling
    from rag.cases.wording import SELECTED
    from rag.render import plain, source_line

    lines = [*found.lines, ""]
    if grouped:
        for row in found.groups:
            given = ", ".join(
                f"{count} {name.replace('_', ' ')}" for name in _RESPONSE_COLUMNS
                if (count := row[name])
            )  # fmt: skip
            time = row["median_time_to_response"]
            timed = f"; median time to response {time} ({row['timed']} stated)" if time else ""
            lines.append(
                f"{spelling(str(row['value']))}: {_number(row['patients'], 'patient')} in "
                f"{_number(row['reports'], 'report')}; "
                f"{given}{timed}"
            )
    else:
        lines += [_line(row) for row in found.rows]
    if found.about:
        lines += ["", f"On the topic, without a record of patients: {', '.join(found.about)}"]
    if found.citations and not grouped:
        lines += ["", "Sources"]
        lines += [f"[{c.number}] {source_line(c)}" for c in found.citations]
    lines += ["", SELECTED]
    typer.echo("\n".join(plain(line) for line in lines))


def _number(number: object, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


_RESPONSE_COLUMNS = ("complete", "partial", "none", "worsened", "died", "not_reported")


def _line(row: dict[str, object]) -> str:
    """A patient or group in one line of text."""
    from rag.cases.query import numbers

    place = f"patient {row['patient']}" if row["patient"] else f"group of {row['size'] or '?'}"
    who = ", ".join(str(row[name]) for name in ("age", "sex", "subtype") if row[name])
    outcome = row["response"] if row["patient"] else row["outcomes"]
    parts = [who, str(row["antibodies"]), str(row["treatment"]), str(outcome)]
    marks = " ".join(f"[{number}]" for number in numbers(row))
    return f"{row['report_id']}, {place}: {' · '.join(p for p in parts if p)} {marks}"


def print_json(value: dict[str, Any]) -> None:
    """One object on a line of its own, safe for a terminal."""
    from rag.cli.ask import printable

    sys.stdout.write(printable(json.dumps(value, ensure_ascii=False)) + "\n")


def write_file(path: Path, data: bytes) -> None:
    """Write a result where the user wants it. Raises QuestionError."""
    try:
        path.write_bytes(data)
    except OSError as error:
        raise QuestionError(
            f"{path}: cannot be written ({error.strerror}); name a file in a folder that can be"
        ) from error
    say(f"written: {path}")
