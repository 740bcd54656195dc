"""`casebook eval`: measure the answers on gold questions, or check the gold itself.

Loaded with every `casebook --help`, so all but typer is imported inside the functions.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from rag.chat import Casebook

app = typer.Typer(
    help="Measure the answers on gold questions (eval/README.md).",
    no_args_is_help=True,
    rich_markup_mode=None,
)

GOLD_HELP = "A gold file; may be repeated [default: all that come with Casebook]."
WITH_HELP = "Also take in this report, or all of this folder; may be repeated."


@app.command("run")
def run(
    gold: list[Path] = typer.Option(None, "--gold", metavar="FILE", help=GOLD_HELP),
    with_: list[Path] = typer.Option(None, "--with", metavar="PATH", help=WITH_HELP),
    without: list[str] = typer.Option(
        None, "--without", metavar="ID", help="Leave out this report; may be repeated."
    ),
    library: Path = typer.Option(
        None, "--library", help="Measure this library as it stands, instead of a temporary one."
    ),
    json_file: Path = typer.Option(
        None, "--json", metavar="FILE", help="Write figures and records here too (no questions)."
    ),
) -> None:
    """Ask every gold question and print how the answers did.

    The questions are asked of a temporary library: the shipped reports, those --with, but not
    those --without. Questions about reports that it lacks are not run.

    Examples:
    casebook eval run

    casebook eval run --with papers/ --without kim-2011-topical-pimecrolimus --json figures.json
    """
    import json

    from eval.gold import load_all, shipped_gold
    from eval.report import to_json, to_text
    from eval.run import conditions
    from eval.run import run as ask_all

    if library is not None and (with_ or without):
        raise typer.BadParameter(
            "a library is measured as it stands: leave out --with and --without",
            param_hint="--library",
        )
    items = load_all(gold or shipped_gold())
    with _casebook(library, with_ or [], without or []) as casebook:
        under = conditions(casebook)
        runs = ask_all(items, casebook, say=_say)
    if json_file is not None:
        found = json.dumps(to_json(runs, under), indent=1, ensure_ascii=False)
        json_file.write_text(found + "\n", "utf-8", newline="\n")
    typer.echo(to_text(runs, under))


@app.command("check")
def check(
    gold: list[Path] = typer.Option(None, "--gold", metavar="FILE", help=GOLD_HELP),
    with_: list[Path] = typer.Option(None, "--with", metavar="PATH", help=WITH_HELP),
    write_schema: bool = typer.Option(
        False, "--write-schema", help="First write gold.schema.json beside each gold file."
    ),
) -> None:
    """Check that gold files are well formed and fit the reports that they quote.

    Evidence without a quote is checked only when its report is given --with.

    Example: casebook eval check --gold eval/gold/digests.yaml
    """
    from importlib.resources import files

    from eval import gold as door
    from eval.check import allowed_reports, canonical_texts, problems
    from rag.cli.opening import shipped_reports
    from rag.index import files as report_files

    paths = gold or door.shipped_gold()
    for folder in sorted({path.parent for path in paths}) if write_schema else []:
        door.write_schema(folder / "gold.schema.json")
    texts = canonical_texts(report_files([shipped_reports(), *(with_ or [])]))
    allowed = allowed_reports(Path(str(files("eval") / "splits.yaml")))
    found: list[str] = []
    for name, items in door.load_all(paths).items():
        misfits = problems(items, texts, allowed)
        typer.echo(f"{name}: {len(items)} items, {len(misfits)} problems")
        found += misfits
    if found:
        raise door.GoldError("\n".join(found))


def _say(line: str) -> None:
    typer.echo(line, err=True)


@contextmanager
def _casebook(library: Path | None, extra: list[Path], without: list[str]) -> Iterator[Casebook]:
    from eval.run import temporary_casebook
    from rag.cli.opening import open_casebook, shipped_reports
    from rag.config import load_settings

    if library is not None:
        with open_casebook(library) as casebook:
            yield casebook
        return
    _say("Building a temporary library …")
    paths = [shipped_reports(), *extra]
    with temporary_casebook(paths, load_settings(), without=without) as casebook:
        yield casebook
