"""`casebook eval check` and `new`: gold that is well formed and fits the reports it quotes."""

from __future__ import annotations

from pathlib import Path

import typer

from eval.cli.asking import GOLD_HELP, WITH_HELP


def check(
    gold: list[Path] = typer.Option(None, "--gold", metavar="FILE", help=GOLD_HELP),
    with_: list[Path] = typer.Option(None, "--with", metavar="PATH", help=WITH_HELP),
    library: Path = typer.Option(
        None,
        "--library",
        help="Check the gold of this library of yours, all of whose reports count.",
    ),
    write_schema: bool = typer.Option(
        False,
        "--write-schema",
        help="First write gold.schema.json above the folder of the gold files.",
    ),
) -> None:
    """Check that gold files are well formed and fit the reports that they quote.

    Evidence without a quote is checked only when its report is given --with.

    Examples:
    casebook eval check --gold eval/gold/development/digests.yaml

    casebook eval check --gold mine.yaml --library ~/cases
    """
    from importlib.resources import files

    from eval import gold as door
    from eval.check import allowed_reports, canonical_texts, problems
    from rag.cli.opening import open_casebook, shipped_reports
    from rag.index import files as report_files

    paths = gold or [*door.shipped_gold("development"), *door.shipped_gold("release")]
    for folder in sorted({path.parent.parent for path in paths}) if write_schema else []:
        door.write_schema(folder / "gold.schema.json")
    if library is not None and not gold:
        raise typer.BadParameter("name the gold files of the library", param_hint="--gold")
    if library is not None:
        with open_casebook(library) as casebook:
            texts = {report.id: report.text for report in casebook.library.reports()}
        allowed = frozenset(texts)
    else:
        shipped = [shipped_reports(), door.shipped_texts(), *(with_ or [])]
        texts = canonical_texts(report_files(shipped))
        allowed = allowed_reports(Path(str(files("eval") / "splits.yaml")))
    found: list[str] = []
    for name, items in door.load_all(paths).items():
        misfits = problems(items, texts, allowed)
        typer.echo(f"{name}: {len(items)} items, {len(misfits)} problems")
        found += misfits
    if found:
        raise door.GoldError("\n".join(found))


def new(
    file: Path = typer.Argument(metavar="FILE", help="The gold file to add to; made when absent."),
    question: str = typer.Option(..., help="The question, as a user would ask it."),
    library: Path = typer.Option(
        None, "--library", help="Your library [default: the one that `casebook ask` uses]."
    ),
    quote: str = typer.Option(
        None, help="The words that answer, copied from `casebook show REPORT_ID --text`."
    ),
    report: str = typer.Option(None, metavar="ID", help="The report that they stand in."),
    fact: list[str] = typer.Option(
        None, help="What the answer must contain; wordings that will do, split by '|'."
    ),
    short: list[str] = typer.Option(None, help="A wording of the short answer; may be repeated."),
    forbidden: list[str] = typer.Option(
        None, help="What only an answer about the wrong patient or drug would say; may be repeated."
    ),
    before: list[str] = typer.Option(
        None, "--turn", help="A turn of the conversation before the question; may be repeated."
    ),
    in_context: bool = typer.Option(
        False, "--in-context", help="The question means nothing without --report: ask it of it."
    ),
    kind: str = typer.Option("treatment", help="Kind of question; see gold.schema.json."),
    style: str = typer.Option("clinician", help="Style of question; see gold.schema.json."),
    verdict: str = typer.Option("answerable", help="What is right: answerable, unanswerable, …"),
    author: str = typer.Option("", help="Who wrote it."),
) -> None:
    """Write gold for your own library: see passages first, then add the question with its proof.

    Without --quote and --report it lists the passages that may answer an answerable question, and
    writes nothing. With them it checks the span and adds the item. `casebook eval run --gold FILE
    --library DIR` measures; `casebook eval accept --run` and `gate --run` with a --baseline of your
    own guard what was reached. Kinds, styles and verdicts: gold.schema.json beside the file.

    Examples:
    casebook eval new mine.yaml --question "Which dose of dapsone?"

    casebook eval new mine.yaml --question "Which dose of dapsone?" --report smith-2020 --quote
    "Dapsone 100 mg daily was given." --fact "100 mg" --short "100 mg daily" --kind dose

    casebook eval new mine.yaml --question "Did rituximab help?" --verdict unanswerable
    """
    from eval.draft import Draft, add_item, candidates
    from rag.cli.opening import open_casebook

    with open_casebook(library) as casebook:
        if verdict in ("answerable", "false premise") and not (quote and report):
            for passage_id, text in candidates(casebook, question):
                typer.echo(f"{passage_id}\n    {text}\n")
            typer.echo("Nothing was written: add --report, --quote and --fact.", err=True)
            return
        facts = tuple(tuple(part.strip() for part in one.split("|")) for one in fact or ())
        draft = Draft(
            question, kind, style, verdict, report, quote, facts, author, tuple(short or ()),
            tuple(forbidden or ()), tuple(before or ()), in_context,
        )  # fmt: skip
        written = add_item(file, draft, casebook)
    typer.echo(f"{written} added to {file}")
