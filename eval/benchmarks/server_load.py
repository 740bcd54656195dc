"""One Chroma server, several processes that ask, one that takes reports in, and kills in between.

    python -m eval.benchmarks.server_load --reports 200 --askers 4 --kills 5

The server is killed (SIGKILL) and started again while all others go on. Each asker looks for
reports that were acknowledged before its question, by a word that only they have: another first
hit, or none, is a wrong answer. At the end every acknowledged report must be stored. Vectors
depend on words alone (`eval.benchmarks.growth`), so that the model's time does not hide the rest.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, cast
from urllib.error import URLError
from urllib.request import urlopen

import numpy as np
import typer

from eval.benchmarks.growth import Hashed
from eval.benchmarks.tables import machine, table
from rag.dense import DenseIndex
from rag.embed import SentenceEncoder
from rag.formats import read_bytes
from rag.index import Draft, refresh_dense, store
from rag.library import Library
from rag.search import Searcher

ROOT = Path(__file__).parents[2]
SELF = [sys.executable, "-m", "eval.benchmarks.server_load"]
TEXT = "A woman with dermatomyositis took drug{n}x for ulcers, which healed in week {n}."
EVERY = 5
"""Reports after which the one who writes builds the dense index on the server again."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was seen: reports acknowledged and stored, questions asked, wrong ones, milliseconds."""

    acknowledged: int
    stored: int
    kills: int
    questions: int
    wrong: int
    p50: float
    p95: float
    said: tuple[str, ...]


class Server:
    """A `chroma run` on a port of its own, which can be killed and started again."""

    def __init__(self, data: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])
        self.url = f"http://127.0.0.1:{self.port}"
        program = shutil.which("chroma", path=Path(sys.executable).parent) or shutil.which("chroma")
        if program is None:
            raise RuntimeError("the executable `chroma` comes with chromadb; install that")
        self._command = [
            program, "run", "--path", str(data), "--host", "127.0.0.1", "--port", str(self.port),
        ]  # fmt: skip

    def start(self, patience: float = 120.0) -> None:
        """Start it, and wait until it answers. Raises RuntimeError."""
        self.process = subprocess.Popen(
            self._command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env=os.environ | {"ANONYMIZED_TELEMETRY": "False"},
        )  # fmt: skip
        until = time.monotonic() + patience
        while time.monotonic() < until and self.process.poll() is None:
            try:
                with urlopen(f"{self.url}/api/v2/heartbeat", timeout=1):
                    return
            except (URLError, ConnectionError, TimeoutError):
                time.sleep(0.05)
        raise RuntimeError("the Chroma server did not start")

    def kill(self) -> None:
        """SIGKILL, as a crash or a full machine would."""
        self.process.kill()
        self.process.wait(30)


def load(folder: Path, *, reports: int, askers: int, kills: int) -> Outcome:
    """Run it all below `folder` (new or empty). Raises RuntimeError when a process fails."""
    library, acknowledged = folder / "library", folder / "acknowledged"
    Library(library, create=True).close()
    acknowledged.write_text("")
    server = Server(folder / "chroma")
    server.start()
    shared = ["--library", str(library), "--url", server.url, "--acknowledged", str(acknowledged)]
    try:
        writing = _child([*SELF, "--role", "write", "--reports", str(reports), *shared])
        asking = [_child([*SELF, "--role", "ask", "--reports", str(reports), *shared])
                  for _ in range(askers)]  # fmt: skip
        for number in range(kills):
            _wait_for(acknowledged, (number + 1) * reports // (kills + 1), writing)
            server.kill()
            _wait_for(acknowledged, (number + 1) * reports // (kills + 1) + 2, writing)
            server.start()
        results = [_ended(process) for process in (writing, *asking)]
    finally:
        server.kill()
    with Library(library) as opened:
        problems = opened.check()
        stored = len(set(opened.report_ids()) & set(acknowledged.read_text().split()))
    asked = [json.loads(output.splitlines()[-1]) for output, _ in results[1:]]
    times = [ms for one in asked for ms in one["times"]]
    said = sorted({line for _, errors in results for line in errors.splitlines()} | set(problems))
    return Outcome(
        len(acknowledged.read_text().split()), stored, kills, len(times),
        sum(one["wrong"] for one in asked), float(np.median(times)),
        float(np.percentile(times, 95)), tuple(said),
    )  # fmt: skip


def _child(command: list[str]) -> subprocess.Popen[str]:
    environment = os.environ | {"PYTHONPATH": str(ROOT), "NO_PROXY": "127.0.0.1"}
    return subprocess.Popen(
        command, cwd=ROOT, env=environment, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def _ended(process: subprocess.Popen[str]) -> tuple[str, str]:
    output, errors = process.communicate()
    if process.returncode:
        raise RuntimeError(f"a process ended with {process.returncode}: {errors[-2000:]}")
    return output, errors


def _wait_for(acknowledged: Path, count: int, writing: subprocess.Popen[str]) -> None:
    while len(acknowledged.read_text().split()) < count and writing.poll() is None:
        time.sleep(0.02)


def write(folder: Path, url: str, acknowledged: Path, reports: int) -> None:
    """Store reports one by one; each is acknowledged when it is stored, as `casebook add` does."""
    encoder = cast("SentenceEncoder", Hashed())
    with Library(folder) as library, acknowledged.open("a") as told:
        dense = DenseIndex(folder, library.meta("library_id"), url)
        for number in range(reports):
            data, path = TEXT.format(n=number).encode(), Path(f"report-{number}.txt")
            with library.writer(), library.transaction():
                library.bind_model(encoder.hash, encoder.name)
                store([Draft(path, read_bytes(data, path), data)], library, encoder)
            told.write(f"report-{number}\n")
            told.flush()
            if number % EVERY == EVERY - 1:
                refresh_dense(library, dense, force=True)
        dense.close()


def ask(folder: Path, url: str, acknowledged: Path, reports: int) -> dict[str, object]:
    """Ask for what is acknowledged until all is, newest first; milliseconds and wrong answers."""
    times, wrong, done = [], 0, False
    with Library(folder) as library:
        dense = DenseIndex(folder, library.meta("library_id"), url)
        searcher = Searcher(library, cast("SentenceEncoder", Hashed()), dense)
        while not done:
            known = acknowledged.read_text().split()
            done = len(known) >= reports
            for name in [known[-1], known[len(known) // 2], known[0]] if known else []:
                word = f"drug{name.removeprefix('report-')}x"
                began = time.perf_counter()
                hits = searcher.search(word, 3)
                times.append(1000 * (time.perf_counter() - began))
                wrong += not hits or hits[0].passage.report_id != name
        dense.close()
    return {"times": times, "wrong": wrong}


def main(
    reports: int = 100,
    askers: int = 4,
    kills: int = 3,
    role: Annotated[str, typer.Option(hidden=True)] = "",
    library: Annotated[Path, typer.Option(hidden=True)] = Path(),
    url: Annotated[str, typer.Option(hidden=True)] = "",
    acknowledged: Annotated[Path, typer.Option(hidden=True)] = Path(),
) -> None:
    """Measure and print a table."""
    if role == "write":
        write(library, url, acknowledged, reports)
    elif role == "ask":
        print(json.dumps(ask(library, url, acknowledged, reports)))
    else:
        print(f"{machine()}\n", flush=True)
        with tempfile.TemporaryDirectory(prefix="casebook-server-") as folder:
            found = asdict(load(Path(folder), reports=reports, askers=askers, kills=kills))
        said = found.pop("said")
        print(table(["", "seen"], [[name, f"{value:,.0f}"] for name, value in found.items()]))
        print("\nSaid on stderr:\n" + "\n".join(said))


if __name__ == "__main__":
    typer.run(main)
