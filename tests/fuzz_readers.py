"""Fuzzing of the readers: `make fuzz`, or `python tests/fuzz_readers.py --help`.

Contract: whatever the bytes, a reader returns a report that can be stored and sent, or raises one
of Casebook's file errors, within the limit. Each input follows from (seed, suffix, number), so
that a finding is repeated by its number. The inputs run in a child process, because a fault in C
ends it; the parent notes which input that was and goes on behind it. The state is kept in a file,
from which an interrupted run goes on.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import re
import select
import signal
import subprocess
import sys
import time
import traceback
from pathlib import Path

from fuzz_documents import SUFFIXES
from fuzz_mutations import mutated
from places import ROOT

from rag.errors import FileError
from rag.formats import read_bytes
from rag.formats.frames import report_as_json, report_of_json
from rag.schema import Report

SECONDS = 10.0
"""Processor time that one small file may take; a larger one may take the product's 60 s."""
WALL = 120.0
# Each share of the inputs, by what a reader costs and by how much of it is other people's C.
SHARES = {".md": 22, ".txt": 18, ".xml": 22, ".html": 18, ".docx": 10, ".pdf": 10}
_ODD = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


class Broken(Exception):
    """A reader returned something that cannot be a report."""


class Late(BaseException):
    """The time is over; no reader may catch it."""


def made(suffix: str, seed: int, number: int) -> bytes:
    """The input of this number."""
    return mutated(suffix, random.Random(f"{seed}/{suffix}/{number}"))


def judge(data: bytes, path: Path) -> str:
    """'read' or 'refused'. Raises whatever the reader did not foresee, and Broken."""
    try:
        report = read_bytes(data, path)
    except FileError as error:
        if not error.reason.strip() or error.path != path:
            raise Broken(f"a complaint without a reason or a path: {error!r}") from error
        return "refused"
    _check(report)
    return "read"


def _check(report: Report) -> None:
    """Raises Broken for a report that cannot be stored, sent to another process, or shown."""
    if report_of_json(report_as_json(report)) != report:
        raise Broken("it comes back changed from another process")
    if not _ID.fullmatch(report.id):
        raise Broken(f"id {report.id!r}")
    if not any(map(str.isalpha, report.text)):
        raise Broken("no words")
    place = 0
    for section in report.sections:
        if not place <= section.start < section.end <= len(report.text):
            raise Broken(f"section {section.slug} stands outside")
        place = section.end
    if len({section.slug for section in report.sections}) < len(report.sections):
        raise Broken("two sections of one name")
    beside = [report.title, report.journal or "", report.doi or "", *report.authors]
    for text in (report.text, *beside, *(section.heading for section in report.sections)):
        if found := _ODD.search(text):
            raise Broken(f"{found[0]!r} in {text[max(0, found.start() - 20) : found.end() + 20]!r}")


def attempt(suffix: str, seed: int, number: int, seconds: float = SECONDS) -> tuple[str, float]:
    """What came of one input ('read', 'refused', or a traceback), and its processor seconds."""
    data = made(suffix, seed, number)
    began = time.process_time()
    try:
        with _within(seconds):
            outcome = judge(data, Path(f"roe-2021{suffix}"))
    except Late:
        outcome = f"hang: more than {seconds:g} s of {len(data)} bytes"
    except Exception:
        outcome = traceback.format_exc()
    return outcome, time.process_time() - began


@contextlib.contextmanager
def _within(seconds: float):
    """Raise Late after this much processor time, where the system can count it."""
    if not hasattr(signal, "setitimer"):
        yield
        return

    def late(*_):
        raise Late

    before = signal.signal(signal.SIGVTALRM, late)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def child(suffix: str, seed: int, start: int, stop: int) -> None:
    """Try the inputs from `start` to `stop`, a line of JSON for each."""
    for number in range(start, stop):
        outcome, seconds = attempt(suffix, seed, number)
        print(json.dumps([number, outcome, round(seconds, 3)]), flush=True)


def run(suffix: str, seed: int, stop: int, state: dict, keep) -> None:
    """Try inputs until `stop`, from where `state` ends; `keep` is called now and then."""
    while state["next"] < stop:
        command = [sys.executable, __file__, "--child", suffix, str(seed), str(state["next"])]
        process = subprocess.Popen(
            [*command, str(stop)], stdout=subprocess.PIPE, env=_environment()
        )
        try:
            end = _follow(process, state, keep)
        finally:
            process.kill()
            process.wait()
        if state["next"] < stop:
            _find(state, state["next"], f"{end}, exit status {process.returncode}")
            state["next"] += 1
        keep()


def _follow(process: subprocess.Popen, state: dict, keep) -> str:
    """Take in the child's lines; how it ended."""
    rest = b""
    while True:
        if not select.select([process.stdout], [], [], WALL)[0]:
            return f"hang: no answer for {WALL:g} s"
        got = os.read(process.stdout.fileno(), 65536)
        if not got:
            process.wait()
            return "crash"
        *lines, rest = (rest + got).split(b"\n")
        for line in lines:
            number, outcome, seconds = json.loads(line)
            state["next"] = number + 1
            state["seconds"] += seconds
            state["slowest"] = max(state["slowest"], [seconds, number])
            if outcome in ("read", "refused"):
                state[outcome] += 1
            else:
                _find(state, number, outcome)
            if number % 500 == 499:
                keep()


def _find(state: dict, number: int, outcome: str) -> None:
    state["findings"].append([number, outcome])


def _environment() -> dict[str, str]:
    paths = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
    return {**os.environ, "PYTHONPATH": paths, "PYTHONWARNINGS": "ignore"}


def table(states: dict[str, dict]) -> str:
    """The run as Markdown."""
    lines = [
        "| Format | inputs | read | refused | findings | slowest input, CPU s | CPU ms each |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    for suffix, s in states.items():
        each = 1000 * s["seconds"] / max(1, s["next"])
        lines.append(
            f"| {suffix} | {s['next']:,} | {s['read']:,} | {s['refused']:,} | {len(s['findings'])} "
            f"| {s['slowest'][0]:.2f} (no. {s['slowest'][1]}) | {each:.1f} |"
        )
    total = sum(s["next"] for s in states.values())
    return "\n".join([*lines, f"\n{total:,} inputs in total"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--count", type=int, default=100_000, help="inputs in total")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--state", type=Path, default=Path("fuzz.json"), help="goes on from here")
    parser.add_argument("--only", choices=SUFFIXES, help="this format alone")
    parser.add_argument("--show", type=int, metavar="N", help="write input N of --only to stdout")
    arguments = parser.parse_args()
    if arguments.show is not None:
        sys.stdout.buffer.write(made(arguments.only or ".md", arguments.seed, arguments.show))
        return
    known = json.loads(arguments.state.read_text()) if arguments.state.exists() else {}
    states = known.get(str(arguments.seed), {})
    known[str(arguments.seed)] = states

    def keep() -> None:
        draft = arguments.state.with_suffix(".new")
        draft.write_text(json.dumps(known, indent=1))
        draft.replace(arguments.state)

    for suffix in [arguments.only] if arguments.only else SUFFIXES:
        fresh = {
            "next": 0,
            "read": 0,
            "refused": 0,
            "seconds": 0,
            "slowest": [0, 0],
            "findings": [],
        }
        state = states.setdefault(suffix, fresh)
        run(suffix, arguments.seed, arguments.count * SHARES[suffix] // 100, state, keep)
    print(table(states))
    for suffix, state in states.items():
        for number, outcome in state["findings"]:
            print(f"\n--only {suffix} --seed {arguments.seed} --show {number}\n{outcome}")
    sys.exit(any(state["findings"] for state in states.values()))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        child(sys.argv[2], *map(int, sys.argv[3:6]))
    else:
        main()
