"""`casebook eval compare`, `gate`, `accept`, `report`: what a run is worth against another."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from eval.cli.asking import PROCESSES_HELP, measured, opened, say

if TYPE_CHECKING:
    from eval.records import Record, Run

REFUSED = 4
"""Exit status of `eval gate` when a regression or a breach is refused."""

BASELINE_HELP = "Folder of the accepted run [default: the one that comes with Casebook]."


def compare(
    before: Path = typer.Argument(metavar="BEFORE", help="Run folder (eval run --out)."),
    after: Path = typer.Argument(metavar="AFTER", help="Run folder (eval run --out)."),
) -> None:
    """Show what changed between two runs: each measure with interval and p, each question.

    Example: casebook eval compare runs/before runs/after
    """
    from eval.compare import compare as compared
    from eval.compare import to_text
    from eval.records import read

    typer.echo(to_text(compared(read(before), read(after))))


def gate(
    run: Path = typer.Option(
        None, "--run", metavar="DIR", help="Judge this run instead of asking all questions now."
    ),
    system: str = typer.Option("casebook", help="What to measure; see `casebook eval systems`."),
    baseline: Path = typer.Option(None, metavar="DIR", help=BASELINE_HELP),
    rules: Path = typer.Option(None, metavar="FILE", help="Other rules than eval/gate.yaml."),
    out: Path = typer.Option(None, metavar="DIR", help="Keep the run and its report here."),
    processes: int = typer.Option(None, min=1, help=PROCESSES_HELP),
) -> None:
    """Refuse a regression: exit 4 on a significant fall, a figure under its floor, or a breach.

    Asks the development and the release gold of the shipped reports; the texts of the release
    gold are neither printed nor kept. A run over other gold, such as your own, is judged with --run
    against a --baseline that you accepted.

    Then the red team has its turn: passages of hostile reports (orders, forged sources, links,
    hidden characters), and a stand-in for a language model that obeys them. A passage that is
    obeyed, leaks the prompt, passes for proved or becomes a link is named, and ends with 4, too.

    Last come written sentences, true and made false by one change: where verification catches
    fewer of a kind than were accepted, or flags more true ones, that ends with 4 as well.

    Examples:
    casebook eval gate

    casebook eval gate --run runs/today --baseline accepted/
    """
    from eval.baseline import load
    from eval.gate import judge, to_text
    from eval.gate_rules import load_rules, shipped_rules
    from eval.records import read

    # All that can be wrong with the options comes before the minutes of asking.
    accepted = load(baseline or shipped_baseline())
    judged_by = load_rules(rules or shipped_rules())
    candidate = read(run) if run else ask_everything(system, out, why="gate", processes=processes)
    if run and baseline is None:
        require_common(accepted, candidate, run)
    shipped = _is_over_shipped_gold(candidate)
    verdict = judge(accepted, candidate, judged_by, shipped=shipped)
    verdict = replace(verdict, reasons=(*verdict.reasons, *attacked(), *let_stand()))
    typer.echo(to_text(verdict))
    if not shipped and any(rule.shipped_floor is not None for rule in judged_by):
        say("Other gold than all that comes with Casebook: its floors are not held against it")
    if accepted.conditions.get("gold hash") != candidate.conditions.get("gold hash"):
        say("The gold is not the one of the accepted run: accept a new one (casebook eval accept)")
    if out is not None:
        write_report(candidate, accepted, out)
    if verdict.refused:
        raise typer.Exit(REFUSED)


def attacked() -> tuple[str, ...]:
    """A reason to refuse for each hostile passage that gets through; says how many were tried."""
    from eval.red_team.attack import attack
    from eval.red_team.passages import passages

    hostile = passages()
    say(f"Trying the defences against {len(hostile)} hostile passages …")
    breaches = attack(hostile)
    typer.echo(f"red team: {len(hostile)} hostile passages, {len(breaches) or 'none'} got through")
    return tuple(one.told for one in breaches)


def let_stand() -> tuple[str, ...]:
    """A reason to refuse for each kind of false sentence of which verification lets more stand than
    was accepted, and for true ones of which it flags more; says how many were judged.
    """
    from eval.verification.regression import accepted, falls, figures, suite, to_text

    before = accepted()
    samples = suite()
    say(f"Verifying {len(samples)} written sentences …")
    now = figures(samples)
    typer.echo(to_text(now))
    return tuple(one.told for one in falls(now, before))


def accept(
    reason: str = typer.Option(..., help="Why the new figures are right; it is logged."),
    date: str = typer.Option(..., metavar="YYYY-MM-DD", help="Today."),
    run: Path = typer.Option(
        None, "--run", metavar="DIR", help="Accept this run of `eval gate --out` as it is."
    ),
    baseline: Path = typer.Option(None, metavar="DIR", help=BASELINE_HELP),
    processes: int = typer.Option(None, min=1, help=PROCESSES_HELP),
) -> None:
    """Make a run over all gold, development and release, the baseline of the gate.

    With the baseline that comes with Casebook, what verification catches is accepted, too.

    Example: casebook eval accept --date 2026-11-21 --reason "Adapted encoder"
    """
    from datetime import date as Date

    from eval.baseline import accept as accepted
    from eval.baseline import log, to_text
    from eval.records import read

    try:
        day = Date.fromisoformat(date)
    except ValueError:
        raise typer.BadParameter("write it as 2026-11-21", param_hint="--date") from None
    if not reason.strip():
        raise typer.BadParameter("say why the new figures are right", param_hint="--reason")
    folder = baseline or shipped_baseline()
    chosen = (
        read(run) if run else ask_everything("casebook", None, why="accept", processes=processes)
    )
    if run and baseline is None:
        require_whole(chosen, run)
    accepted(chosen, reason, day, folder)
    if baseline is None:
        accept_verification()
    typer.echo(to_text(log(folder)))


def accept_verification() -> None:
    """Makes what verification catches and flags today the accepted figures."""
    from eval.verification.regression import accept, figures, suite, to_text

    now = figures(suite())
    accept(now)
    typer.echo(to_text(now))


def report(
    run: Path = typer.Argument(metavar="DIR", help="Run folder (eval run --out)."),
    against: Path = typer.Option(None, metavar="DIR", help="Run folder to compare with."),
    also: list[Path] = typer.Option(
        None, "--also", metavar="DIR", help="Another system's run, for the table of systems."
    ),
) -> None:
    """Write report.html (one page, no network) and report.md into a run folder.

    Example: casebook eval report runs/after --against runs/before --also runs/dense
    """
    from eval.records import read

    before = read(against) if against else None
    for path in write_report(read(run), before, run, [read(folder) for folder in also or ()]):
        typer.echo(str(path))


def require_whole(run: Run, folder: Path) -> None:
    """Raises RunError unless `run` is the product's own over all of today's shipped gold."""
    from eval.records import RunError

    system = run.conditions.get("system")
    if system != "casebook" or not _is_over_shipped_gold(run):
        raise RunError(
            f"{folder}: is a run of '{system}' over other gold than all of today's; make one with "
            "`casebook eval gate --out DIR`, or name a baseline of your own with --baseline DIR"
        )


def require_common(accepted: Run, run: Run, folder: Path) -> None:
    """Raises RunError where the shipped baseline has none of the run's questions."""
    from eval.records import RunError

    if not accepted.by_id().keys() & run.by_id().keys():
        raise RunError(
            f"{folder}: has no question of the baseline that comes with Casebook; name your own "
            "with --baseline DIR (`casebook eval accept --run … --baseline DIR` makes one)"
        )


def _is_over_shipped_gold(run: Run) -> bool:
    """Whether a run was over all of today's gold, development and release."""
    from eval.gold import load_all, shipped_gold
    from eval.run import gold_hash

    gold = load_all([*shipped_gold("development"), *shipped_gold("release")])
    return run.conditions.get("gold hash") == gold_hash(gold)


def shipped_baseline() -> Path:
    """The folder of the accepted run that comes with Casebook."""
    from importlib.resources import files

    return Path(str(files("eval") / "baseline"))


def ask_everything(system: str, out: Path | None, *, why: str, processes: int | None = None) -> Run:
    """A run over all gold of the shipped reports. Every such run is logged beside the gold."""
    from eval.gold import load_all, shipped_gold
    from eval.records import Run
    from eval.release_log import note
    from eval.report import peak_memory
    from eval.systems import named

    named(system)  # an unknown one is refused before the library is built
    gold = load_all([*shipped_gold("development"), *shipped_gold("release")])
    secret = frozenset(path.stem for path in shipped_gold("release"))
    with opened(None, [], [], gold) as shelves:
        records, left, under = measured(
            shelves, gold, system, out, secret=secret, processes=processes
        )
    for name, ids in left.items():
        if ids:
            say(f"{name}: {len(ids)} questions are about reports that do not ship")
    note(why, system, under)
    return Run(under, tuple(records), {"peak memory MB": peak_memory()})


def write_report(
    run: Run, before: Run | None, folder: Path, others: list[Run] | None = None
) -> tuple[Path, Path]:
    """Write the page and the Markdown into `folder`; their paths."""
    from eval.headline import ablation, headline
    from eval.markdown import to_markdown
    from eval.page import Report, to_html
    from eval.report import failures

    rows = headline(run, before)
    causes = failures(run.records)
    page = to_html(
        Report(
            title="Casebook: what the answers are worth",
            run=run,
            headline=rows,
            before=_worded(before, run) if before else None,
            ablation=ablation([run, *(others or [])]) if others else None,
            failures=causes,
        )
    )
    paths = (folder / "report.html", folder / "report.md")
    folder.mkdir(parents=True, exist_ok=True)
    paths[0].write_text(page, "utf-8", newline="\n")
    paths[1].write_text(to_markdown(rows, run.records, causes), "utf-8", newline="\n")
    return paths


def _worded(before: Run, run: Run) -> Run:
    """An accepted run has no texts: where it cited the same as `run`, it said the same.

    Without them the page would show every answered question as changed.
    """
    from eval.baseline import reduced
    from eval.records import Run

    after = run.by_id()
    records = []
    for record in before.records:
        other = after.get(record.id)
        if other is not None and record == reduced(record) and _did(record) == _did(other):
            record = replace(
                record, text=other.text, short_answer=other.short_answer, cited=other.cited
            )
        records.append(record)
    return Run(before.conditions, tuple(records))


def _did(record: Record) -> tuple[object, ...]:
    spans = [(cited.report_id, cited.start, cited.end) for cited in record.cited]
    return record.status, spans
