"""`casebook eval run` and `systems`: ask gold questions of a system, print what came of it."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from eval.gold import Item
    from eval.records import Record
    from eval.shelves import Shelves
    from eval.systems import Kind

GOLD_HELP = "A gold file; may be repeated [default: the development gold of Casebook]."
PROCESSES_HELP = (
    "Ask in so many processes at once, each with one thread [default: one for each core, fewer for "
    "few questions; one with --library]. The answers are the same; with 1, times are those of a "
    "user alone."
)
WITH_HELP = "Also take in this report, or all of this folder; may be repeated."


def run(
    gold: list[Path] = typer.Option(None, "--gold", metavar="FILE", help=GOLD_HELP),
    system: list[str] = typer.Option(
        ["casebook"],
        metavar="NAME",
        help="What to measure, see `casebook eval systems`; may be repeated. 'all': all of those "
        "that were not made to be refused.",
    ),
    out: Path = typer.Option(
        None,
        metavar="DIR",
        help="Keep the records here (of several systems, in a folder each); a run that was "
        "interrupted goes on.",
    ),
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
    processes: int = typer.Option(None, min=1, help=PROCESSES_HELP),
) -> None:
    """Ask every gold question and print how the answers did.

    The questions are asked of a temporary library: the shipped reports, those --with, but not
    those --without; those about the case texts of eval/texts, of a second one that holds them,
    too. Questions about reports that it lacks are not run. Of several systems, a table is printed.

    Examples:
    casebook eval run

    casebook eval run --system dense --out runs/dense

    casebook eval run --system all --out runs/systems

    casebook eval run --with papers/ --without kim-2011-topical-pimecrolimus --json figures.json
    """
    from eval.gold import load_all, shipped_gold
    from eval.release_log import note
    from eval.systems import asked_for

    if library is not None and (with_ or without):
        raise typer.BadParameter(
            "a library is measured as it stands: leave out --with and --without",
            param_hint="--library",
        )
    names = asked_for(system)
    if json_file is not None and len(names) > 1:
        raise typer.BadParameter("one system fits in a file", param_hint="--json")
    paths = gold or shipped_gold()
    items = load_all(paths)
    # Release gold that is named by hand stays as secret, and leaves its line in the log.
    secret = frozenset(path.stem for path in paths if path.resolve() in shipped_gold("release"))
    runs = []
    with opened(library, with_ or [], without or [], items) as shelves:
        for name in names:
            folder = out / name.replace(":", "-") if out and len(names) > 1 else out
            records, left, under = measured(
                shelves, items, name, folder, secret=secret, processes=processes
            )
            runs.append((records, left, under))
            if secret:
                note("run", name, under)
    _show(runs, json_file)


def _show(
    runs: Sequence[tuple[list[Record], dict[str, tuple[str, ...]], dict[str, str | int]]],
    json_file: Path | None,
) -> None:
    """All figures of one run, or the headline figures of several."""
    import json

    from eval.headline import to_table
    from eval.records import Run
    from eval.report import to_json, to_text

    if len(runs) > 1:
        typer.echo(to_table([Run(under, tuple(records)) for records, _, under in runs]))
        return
    ((records, left, under),) = runs
    if json_file is not None:
        found = json.dumps(to_json(records, left, under), indent=1, ensure_ascii=False)
        json_file.write_text(found + "\n", "utf-8", newline="\n")
    typer.echo(to_text(records, left, under))


def systems() -> None:
    """List the systems that can be measured.

    Example: casebook eval systems
    """
    from eval.systems import systems as known

    for name, kind in known().items():
        typer.echo(f"{name:28} {kind.about}")


def say(line: str) -> None:
    """Progress goes to the standard error."""
    typer.echo(line, err=True)


def measured(
    shelves: Shelves,
    gold: Mapping[str, Sequence[Item]],
    name: str,
    out: Path | None = None,
    *,
    secret: frozenset[str] = frozenset(),
    kind: Kind | None = None,
    processes: int | None = None,
) -> tuple[list[Record], dict[str, tuple[str, ...]], dict[str, str | int]]:
    """The records of a system, the questions not run, and the conditions; `out` keeps them.

    `secret` are the gold files whose questions are not to be kept; `kind` stands in for the system
    of that name. `processes`: how many ask at once, None for as many as are worth while.
    """
    from eval.records import append, begin, write_cost
    from eval.report import peak_memory
    from eval.run import items_to_ask
    from eval.systems import named

    under = shelves.conditions(name, gold)
    items, left = items_to_ask(gold, shelves.known())
    done = begin(out, under) if out else ()
    if done:
        say(f"{out}: {len(done)} of {len(items)} questions were asked before; the run goes on")

    def keep(record: Record) -> None:
        if out:
            append(out, record)

    if kind is None:
        count = _processes(shelves, named(name), len(items) - len(done), processes)
    else:  # one that has no name, so that no other process can make it
        count = 1
    if count > 1:
        asked = shelves.ask_at_once(gold, items, name, count, done=done, secret=secret, keep=keep)
    else:
        asked = shelves.ask(gold, items, kind or named(name), done=done, secret=secret, keep=keep)
    records: list[Record] = []
    try:
        with (
            closing(asked),
            typer.progressbar(asked, length=len(items), label=name, file=sys.stderr) as bar,
        ):
            records.extend(bar)
    except KeyboardInterrupt:
        kept = f"are in {out}; the same command goes on there" if out else "are lost without --out"
        say(f"\nStopped: {len(records)} of {len(items)} questions {kept}")
        raise
    if out:
        write_cost(out, {"peak memory MB": round(peak_memory(), 1)})
    return records, left, under


def _processes(shelves: Shelves, kind: Kind, questions: int, wanted: int | None) -> int:
    """How many processes are to ask so many questions; `wanted` is what the user said, if so."""
    from eval.processes import worth_while
    from rag.embed.onnx_network import usable_threads

    if shelves.settings is None or kind.alone:
        return 1
    return wanted or worth_while(questions, shelves.settings.threads or usable_threads())


@contextmanager
def opened(
    library: Path | None,
    extra: list[Path],
    without: list[str],
    gold: Mapping[str, Sequence[Item]],
) -> Iterator[Shelves]:
    """A user's library, or temporary ones of what the shipped gold is about and `extra`."""
    from eval.shelves import Shelves, temporary_shelves
    from rag.cli.opening import open_casebook, shipped_reports
    from rag.config import load_settings

    if library is not None:
        with open_casebook(library) as casebook:
            yield Shelves(casebook)
        return
    say("Building a temporary library …")
    paths = [shipped_reports(), *extra]
    with temporary_shelves(paths, gold, load_settings(), without=without) as shelves:
        yield shelves
