"""Casebook against a tutorial pipeline on the same files: indexing, first answer, next answers.

    python -m eval.benchmarks.tutorial --rounds 3

Each task runs in a process of its own, both systems in turn in every round, so that what else the
machine does falls on both. The tutorial only fetches four chunks; Casebook also reads, cites and
says when it does not know: 'find' is its search alone, the like of what the tutorial does.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
import yaml

from eval.benchmarks.tables import machine, table

ROOT = Path(__file__).parents[2]
REPORTS = ROOT / "corpus" / "reports"
GOLD = ROOT / "eval" / "gold" / "development" / "digests.yaml"
QUESTIONS = 20
PIPELINE = [sys.executable, "-m", "eval.benchmarks.tutorial_pipeline"]
CASEBOOK = [sys.executable, "-m", "rag"]
NEXT = [sys.executable, "-m", "eval.benchmarks.tutorial", "--next-answers"]


@dataclass(frozen=True, slots=True)
class Run:
    """One finished process: seconds of wall and of processor, peak resident megabytes, output."""

    seconds: float
    processor: float
    megabytes: float
    output: str


def main(
    rounds: Annotated[int, typer.Option(min=1, help="How often each task runs.")] = 3,
    next_answers: Annotated[str, typer.Option(hidden=True)] = "",
) -> None:
    """Measure both systems and print a Markdown table."""
    asked = questions()
    if next_answers:
        print(json.dumps(_next_answers(Path(next_answers), asked)))
        return
    files = sorted(REPORTS.glob("*.md"))
    print(f"{machine()}; {len(files)} files, {len(asked)} questions, {rounds} rounds\n", flush=True)
    print(report([_round(files, asked) for _ in range(rounds)]))


def questions() -> list[str]:
    """The first answerable single questions of the gold set over the digests."""
    items = yaml.safe_load(GOLD.read_text("utf-8"))
    answerable = [i["question"] for i in items if i["verdict"] == "answerable" and "question" in i]
    return answerable[:QUESTIONS]


def report(results: list[dict[str, tuple[float, float]]]) -> str:
    """The medians of both systems and of the rounds' ratios, by task."""
    rows = []
    for task in results[0]:
        pairs = [result[task] for result in results]
        ratios = sorted(theirs / ours for ours, theirs in pairs)
        ours, theirs = (statistics.median(values) for values in zip(*pairs, strict=True))
        spread = f"{ratios[0]:.2f} to {ratios[-1]:.2f}"
        rows.append(
            [task, f"{ours:.3g}", f"{theirs:.3g}", f"{statistics.median(ratios):.2f}", spread]
        )
    head = ["", "Casebook", "tutorial", "tutorial / Casebook", "range over the rounds"]
    return table(head, rows)


def _round(files: list[Path], asked: list[str]) -> dict[str, tuple[float, float]]:
    """Each task once with both systems: (Casebook, tutorial)."""
    with tempfile.TemporaryDirectory(prefix="casebook-benchmark-") as folder:
        ours, theirs = f"{folder}/library", f"{folder}/tutorial"
        text = json.dumps(asked)
        names = [str(path) for path in files]
        index = (
            run([*CASEBOOK, "index", *names, "--library", ours]),
            run([*PIPELINE, "index", theirs, *names]),
        )
        first = (
            run([*CASEBOOK, "ask", asked[0], "--json", "--library", ours], accepted=(0, 3)),
            run([*PIPELINE, "first", theirs], text),
        )
        later = run([*NEXT, ours]), run([*PIPELINE, "next", theirs], text)
        own, other = (json.loads(one.output) for one in later)
        sizes = megabytes(Path(ours)), megabytes(Path(theirs))
    return {
        "index, s": (index[0].seconds, index[1].seconds),
        "index, s of processor": (index[0].processor, index[1].processor),
        "first answer of a cold process, s": (first[0].seconds, first[1].seconds),
        "first answer, s of processor": (first[0].processor, first[1].processor),
        "next answers, p50, ms": (1000 * own["ask"], 1000 * other["p50"]),
        "next searches (`find`), p50, ms": (1000 * own["find"], 1000 * other["p50"]),
        "peak memory while indexing, MB": (index[0].megabytes, index[1].megabytes),
        "peak memory of the first answer, MB": (first[0].megabytes, first[1].megabytes),
        "disk, MB": sizes,
    }


def run(command: list[str], text: str = "", accepted: tuple[int, ...] = (0,)) -> Run:
    """Run a command to its end. Raises RuntimeError with its stderr when it fails."""
    environment = os.environ | {"PYTHONPATH": str(ROOT), "HF_HUB_OFFLINE": "1"}
    with tempfile.TemporaryFile("w+") as asked, tempfile.TemporaryFile("w+") as errors, \
            tempfile.TemporaryFile("w+") as output:  # fmt: skip
        asked.write(text)
        asked.seek(0)
        started = time.perf_counter()
        process = subprocess.Popen(
            command, stdin=asked, stdout=output, stderr=errors, env=environment, cwd=ROOT
        )
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        errors.seek(0)
        if process.returncode not in accepted:
            raise RuntimeError(f"{' '.join(command)[:200]}: {errors.read()[-2000:]}")
        processor = usage.ru_utime + usage.ru_stime
        return Run(seconds, processor, usage.ru_maxrss / 1024, output.read())


def _next_answers(library: Path, asked: list[str]) -> dict[str, float]:
    """Median seconds of `ask` and of `find` in an open library."""
    from eval.benchmarks.tutorial_pipeline import p50, timed
    from rag.chat import Casebook
    from rag.config import Settings

    with Casebook(library, Settings()) as casebook:
        return {
            "ask": p50(timed(casebook.ask, asked)),
            "find": p50(timed(casebook.find, asked)),
        }


def megabytes(folder: Path) -> float:
    """Space on disk, by blocks: Chroma's files are sparse."""
    return sum(p.stat().st_blocks for p in folder.rglob("*") if p.is_file()) * 512 / 1e6


if __name__ == "__main__":
    typer.run(main)
