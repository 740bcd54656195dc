"""`casebook eval external`: figures on public sets, which lie in a folder and never ship."""

from __future__ import annotations

from pathlib import Path

import typer

from eval.cli.asking import say


def external(
    data: Path = typer.Option(
        ..., "--data", metavar="DIR", help="Holds some of pubmedqa, bioasq, covidqa, squad2dev."
    ),
    sets: list[str] = typer.Option(
        None, "--set", metavar="NAME", help="Only this set; may be repeated [default: all there]."
    ),
    tasks: list[str] = typer.Option(
        None,
        "--task",
        metavar="NAME",
        help="Only this task: documents, snippets, sentences or 'no answer'; may be repeated.",
    ),
    model: str = typer.Option(
        "", "--model", help="'base' for the packaged model without Casebook's adapter."
    ),
    limit: int = typer.Option(
        None, "--limit", min=1, help="Ask only the first so many questions of each task."
    ),
    json_file: Path = typer.Option(
        None, "--json", metavar="FILE", help="Write the figures here too."
    ),
) -> None:
    """Measure search and sentence selection on public question sets.

    The sets are not part of Casebook; eval/external/sets.py says in what files it wants them.
    Progress goes to the standard error.

    Examples:
    casebook eval external --data ../shared/data

    casebook eval external --data ../shared/data --set covidqa --model base --limit 100

    casebook eval external --data ../shared/data --task sentences --task "no answer"
    """
    import json
    import time

    from eval.external.measures import Result, ir_measures
    from eval.external.run import check_tasks, measured
    from eval.external.sets import folders
    from eval.external.shelf import RememberingEncoder
    from eval.external.table import to_json, to_text
    from rag.config import load_settings
    from rag.embed import SentenceEncoder

    ir_measures()  # an hour of embedding must not end in a missing package
    chosen = folders(data, sets or ())
    check_tasks(tasks or ())
    encoder = SentenceEncoder(model, threads=load_settings().threads)
    begun, results = time.perf_counter(), list[Result]()

    def timed(line: str) -> None:
        say(f"{time.perf_counter() - begun:7.0f} s  {line}")

    for folder in chosen:
        # Sets share no text: what one remembers is let go before the next.
        results += measured(folder, RememberingEncoder(encoder), limit, timed, tasks=tasks or ())
    if json_file is not None:
        found = to_json(results, encoder.name, limit, time.perf_counter() - begun)
        text = json.dumps(found, indent=1, ensure_ascii=False)
        json_file.write_text(text + "\n", "utf-8", newline="\n")
    typer.echo(f"model: {encoder.name}\n\n{to_text(results)}")
