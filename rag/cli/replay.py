"""`casebook replay`: an answer of a language model, checked again from its manifest."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import typer

from rag.cli.opening import LIBRARY_HELP, open_casebook, say


def replay(
    file: Path = typer.Argument(metavar="MANIFEST", help="What 'ask --manifest' wrote."),
    as_json: bool = typer.Option(False, "--json", help="Print the answer as 'ask --json' does."),
    library: Path = typer.Option(None, "--library", help=LIBRARY_HELP),
) -> None:
    """Check an answer of a language model again, from what was kept of it; no model is asked.

    Says on stderr what is not as it was (the library, the prompts, the answer); exit status 1 when
    the answer is another one.

    Example: casebook replay answer.json --library ~/my-library
    """
    from rag.cli.ask import printable
    from rag.llm.manifest import read_manifest
    from rag.llm.replay import replay as again
    from rag.render import to_json, to_text

    kept = read_manifest(file)
    with open_casebook(library) as casebook:
        found = again(casebook, kept)
    if as_json:
        sys.stdout.write(printable(json.dumps(to_json(found.answer), ensure_ascii=False)) + "\n")
    else:
        typer.echo(to_text(found.answer))
    for difference in found.differences:
        say(f"casebook: {difference}")
    if found.is_same:
        say("casebook: the answer is the one that was kept")
    raise typer.Exit(0 if found.is_same else 1)
