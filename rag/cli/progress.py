"""Outcomes of files as they come → lines on stderr, with a bar where a person watches."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer

from rag.cli.opening import say

if TYPE_CHECKING:
    from rag.intake import Outcome

EXIT_INTERRUPTED = 130
"""What shells call a program that Ctrl-C ended: 128 + SIGINT."""

Advance = Callable[[str], None]


def follow(outcomes: Iterable[Outcome], total: int, *, at_once: bool = False) -> bool:
    """Say what became of each of `total` files as it happens; whether any was refused.

    Ctrl-C ends the process with 130, after it was said what is stored: all that was told, or,
    `at_once`, nothing. What files are called and what is wrong with them is shown without control
    characters.
    """
    from rag.render import plain

    found: Counter[str] = Counter()
    try:
        with _bar(total) as advance:
            for outcome in outcomes:
                found[outcome.status] += 1
                advance("\n".join(plain(line) for line in _lines(outcome)))
    except KeyboardInterrupt:
        say(_stopped(found, total, at_once=at_once))
        raise typer.Exit(EXIT_INTERRUPTED) from None
    if not found:
        say("no file with a known suffix was found in these folders; nothing was added")
    elif total > 1:
        say(", ".join(f"{number} {status}" for status, number in sorted(found.items())))
    return not found or found["refused"] > 0


def _lines(outcome: Outcome) -> list[str]:
    """What became of a file, and which reports look like it."""
    from rag.cli.works import proposed

    if outcome.status == "refused":
        return [f"refused {outcome.path}: {' '.join(outcome.message.split())}"]
    other = f" as another edition of {outcome.edition_of}" * bool(outcome.edition_of)
    said = f"{outcome.status} {outcome.report_id} ({outcome.path.name}){other}"
    return [said, *(f"  {proposed(outcome.report_id, one)}" for one in outcome.looks_like)]


def _stopped(found: Counter[str], total: int, *, at_once: bool) -> str:
    if at_once:
        return "stopped: nothing was changed, the library is as it was before"
    stored = found["added"] + found["replaced"]
    return (
        f"stopped after {found.total()} of {total} files: what was stored ({stored}) is kept; the "
        "same command goes on with the rest"
    )


@contextmanager
def _bar(total: int) -> Iterator[Advance]:
    """What to call with each line: above a bar with rate and remaining time on a terminal."""
    if not sys.stderr.isatty():
        yield say
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    console = Console(stderr=True)
    columns = (
        BarColumn(), MofNCompleteColumn(), TextColumn("files"), TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(), TextColumn("left"),
    )  # fmt: skip
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("", total=total, rate="")

        def advance(line: str) -> None:
            console.print(line, markup=False, highlight=False, soft_wrap=True)
            speed = progress.tasks[0].speed
            progress.update(task, advance=1, rate=f"{speed:.1f} files/s" if speed else "")

        yield advance
