"""The same questions asked again: of two separate builds, with one and two threads, three times.

    python -m eval.benchmarks.repeat --questions 60

Builds and runs are processes of their own, each with another hash seed. An answer is its JSON
without ``elapsed_ms``, to the byte.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Annotated

import typer
import yaml

from eval.benchmarks.tables import machine

ROOT = Path(__file__).parents[2]
GOLD = ROOT / "eval" / "gold" / "development"
FILES = ("digests.yaml", "corpus_wide.yaml")  # the sets over the shipped corpus
CONVERSATIONS = (
    ["How long until the skin ulcers healed on IVIG?", "How old was she?", "Any side effects?"],
    ["Did pimecrolimus cream help the face?", "And the second patient?", "Which drugs before?"],
    ["What was the response to rituximab?", "And his antibody level?"],
    ["Which patients were given IVIg?", "And dapsone?"],
    ["How did the rash do on acitretin?", "what about ruxolitinib"],
    ["What is the capital of Mongolia?", "And dapsone dose?"],
)
CASEBOOK = [sys.executable, "-m", "rag"]
BUILDS = {"first": 1, "second": 2}  # threads that each was built with
THREADS = (1, 2, 1)  # of the three runs over each build


def main(
    questions: Annotated[int, typer.Option(min=1, help="How many, spread over the gold.")] = 60,
) -> None:
    """Build twice, ask, compare; exit status 1 when an answer differs."""
    lines = asked(questions)
    turns = sum("turns" in json.loads(line) for line in lines)
    print(f"{machine()}; {len(lines)} questions, {turns} of them conversations", flush=True)
    runs: dict[str, list[str]] = {}
    with tempfile.TemporaryDirectory(prefix="casebook-repeat-") as folder:
        for name, threads in BUILDS.items():
            library = f"{folder}/{name}"
            casebook(["index", "--library", library], threads, seed=len(runs))
            for number, own in enumerate(THREADS, 1):
                run = f"{name} build ({threads} threads), run {number} ({own} threads)"
                runs[run] = answers(library, lines, own, seed=10 + len(runs))
                print(f"{run}: {len(runs[run])} answers", flush=True)
    (first, expected), *others = runs.items()
    differ = {name: different(expected, found) for name, found in others}
    for name, numbers in differ.items():
        said = f"differs in {numbers}" if numbers else "the same to the byte"
        print(f"{name} against {first}: {said}")
    raise typer.Exit(1 if any(differ.values()) else 0)


def asked(number: int) -> list[str]:
    """Lines for `casebook ask --batch`: gold questions, evenly spread, then CONVERSATIONS."""
    items = [item for name in FILES for item in yaml.safe_load((GOLD / name).read_text("utf-8"))]
    step = max(1, len(items) // number)
    chosen = items[::step][:number]
    talks = [{"id": f"talk-{n}", "turns": turns} for n, turns in enumerate(CONVERSATIONS, 1)]
    keys = ("id", "question", "turns")
    rows = [{key: item[key] for key in keys if key in item} for item in [*chosen, *talks]]
    return [json.dumps(row) for row in rows]


def answers(library: str, lines: list[str], threads: int, seed: int) -> list[str]:
    """The answers in one process, as JSON without ``elapsed_ms``."""
    out = casebook(
        ["ask", "--batch", "-", "--json", "--library", library], threads, seed, "\n".join(lines)
    )
    found = [json.loads(line) for line in out.splitlines()]
    if any("error" in row for row in found) or len(found) != len(lines):
        raise RuntimeError(f"not every question was answered: {len(found)} of {len(lines)}")
    for row in found:
        del row["elapsed_ms"]
    return [json.dumps(row, ensure_ascii=False) for row in found]


def different(expected: list[str], found: list[str]) -> list[int]:
    """The numbers (from 1) of the answers that are not the same."""
    pairs = zip(expected, found, strict=True)
    return [number for number, (one, other) in enumerate(pairs, 1) if one != other]


def casebook(arguments: list[str], threads: int, seed: int, text: str = "") -> str:
    """What `casebook` prints. Raises RuntimeError with its stderr when it fails."""
    environment = {k: v for k, v in os.environ.items() if k != "OMP_NUM_THREADS"} | {
        "PYTHONPATH": str(ROOT),
        "PYTHONHASHSEED": str(seed),
        "CASEBOOK_THREADS": str(threads),
        "HF_HUB_OFFLINE": "1",
    }
    done = subprocess.run(
        [*CASEBOOK, *arguments], input=text, capture_output=True, text=True, env=environment
    )
    if done.returncode:
        raise RuntimeError(f"casebook {' '.join(arguments)}: {done.stderr[-2000:]}")
    return done.stdout


if __name__ == "__main__":
    typer.run(main)
