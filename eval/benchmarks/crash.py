"""Processes killed while they build a library → a table of what they left, and its verdict.

    python -m eval.benchmarks.crash --kills 20 --aimed 10

Random kills hit `casebook index` and `casebook add` of the shipped corpus at any moment, the aimed
ones an `add` that builds a large dense index at the moment at which Chroma saves it. SIGKILL each
time. Afterwards every report that was acknowledged ('added ID' on stderr) must be stored whole,
the library must answer, and its dense index must answer or be built again. What the aimed kills
left of the generation under construction is opened too, in a process of its own, to show that
they hit something.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import astuple, dataclass, fields
from pathlib import Path

import numpy as np

from eval.benchmarks.moments import (
    FILE_LIMIT,
    Moment,
    at,
    saving,
    unfinished,
    vector_file,
    victim,
)
from rag.chat import Casebook
from rag.cli.opening import shipped_reports
from rag.config import Settings
from rag.dense import DenseIndex, folders
from rag.embed import SentenceEncoder
from rag.formats import read_file
from rag.index import dense_trouble, refresh_dense
from rag.library import Entry, Library, database, exists
from rag.schema import Passage, Report, Section

FILLER = 10_000  # passages
SAVE_SECONDS = 0.15  # what Chroma takes to save so many
QUESTION = "Which dose of IVIG was given for skin ulcers?"
DEADLINE = 900.0  # seconds that a run may take before the experiment itself is broken


@dataclass(frozen=True)
class Row:
    """One kill: what ran, when it was hit, what was there afterwards.

    `owed` are the reports acknowledged by this run or stored before it; fillers count, too.
    """

    run: str
    after_s: float
    owed: int
    stored: int
    lost: int
    file: str
    answers: str
    dense: str
    repaired: str
    torn: str


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the experiment; 0 when nothing was lost and every library answered."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--aimed", type=int, default=10)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--reports", type=int, default=0, help="0: the whole shipped corpus")
    parser.add_argument("--probe", nargs=2, metavar=("FOLDER", "NUMBER"), help=argparse.SUPPRESS)
    wish = parser.parse_args(arguments)
    if wish.probe:
        return probe(Path(wish.probe[0]), int(wish.probe[1]))
    with tempfile.TemporaryDirectory(prefix="casebook-crash-") as name:
        rows = Experiment(Path(name), wish.reports, wish.seed).run(wish.kills, wish.aimed)
    bad = [row for row in rows if row.lost or "no" in (row.answers, row.repaired, row.file)]
    print(f"\n{len(rows)} kills; {sum(row.lost for row in rows)} acknowledged reports lost; "
          f"{len(bad)} libraries that neither answered nor repaired themselves; torn generations "
          f"under construction: {sum(row.torn == 'torn' for row in rows)}")  # fmt: skip
    return 1 if bad else 0


class Experiment:
    """Runs of the real commands on the shipped files, and the examination of what is left."""

    def __init__(self, place: Path, reports: int, seed: int) -> None:
        self.place, self.random = place, random.Random(seed)
        paths = sorted(shipped_reports().glob("*.md"))
        paths = paths[:reports] if reports else paths
        self.texts = {read_file(path)[0].id: path.read_bytes() for path in paths}
        self.first, self.second, self.late = (place / n for n in ("first", "second", "late"))
        for folder, part in ((self.first, paths[::2]), (self.second, paths[1::2])):
            folder.mkdir()
            for path in part:
                shutil.copy(path, folder)
        self.late.mkdir()
        (self.late / "late-note.md").write_text("# A late note\n\nOne ulcer healed.\n", "utf-8")
        self.texts["late-note"] = (self.late / "late-note.md").read_bytes()
        self.encoder = SentenceEncoder()

    def run(self, kills: int, aimed: int) -> list[Row]:
        """All kills in turn; each row is printed as it comes."""
        half = self.built(self.place / "half")
        seconds = {kind: self.measure(kind, half) for kind in ("index", "add")}
        print(f"unharmed runs: {', '.join(f'{k} {s:.0f} s' for k, s in seconds.items())}")
        print(" | ".join(field.name for field in fields(Row)), flush=True)
        rows: list[Row] = []
        for number in range(kills):
            kind = ("index", "add")[number % 2]
            moment = self.random.uniform(0, seconds[kind])
            folder = self.prepared(None if kind == "index" else half)
            rows.append(self.hit(kind, folder, at(moment)))
        if aimed:
            swell(half, FILLER)
        for _ in range(aimed):
            moment = self.random.uniform(0, SAVE_SECONDS)
            rows.append(self.hit("add, saving", self.prepared(half), saving(moment)))
        return rows

    def built(self, folder: Path) -> Path:
        """A library of the first half of the reports."""
        folder.mkdir()
        self.finish(self.start("index", folder / "library", self.first), folder)
        return folder / "library"

    def measure(self, kind: str, half: Path) -> float:
        """Seconds of a run that nobody kills."""
        folder = self.prepared(None if kind == "index" else half)
        started = time.monotonic()
        self.finish(self.command(kind, folder), folder.parent)
        seconds = time.monotonic() - started
        shutil.rmtree(folder.parent)
        return seconds

    def finish(self, process: subprocess.Popen[bytes], place: Path) -> None:
        """Wait for a run that must succeed."""
        if process.wait(DEADLINE):
            raise RuntimeError((place / "stderr").read_text("utf-8", "replace"))

    def prepared(self, library: Path | None) -> Path:
        """A new place, with a copy of a library; its dense index is not copied but built anew."""
        folder = Path(tempfile.mkdtemp(dir=self.place)) / "library"
        if library is not None:
            folder.mkdir()
            with Library(library) as opened:
                opened.back_up(folder / database.FILE)
            with Library(folder) as copy, closing(dense_of(copy)) as dense:
                copy.set_meta(generation=0, generation_revision=0, generation_size=0)
                if copy.count_passages() < FILLER:
                    refresh_dense(copy, dense, force=True)
        return folder

    def command(self, kind: str, folder: Path) -> subprocess.Popen[bytes]:
        """The run of a kind: everything anew, the second half, or one note too many."""
        if kind == "index":
            return self.start("index", folder, self.first, self.second)
        return self.start("add", folder, self.second if kind == "add" else self.late)

    def start(self, command: str, folder: Path, *files: Path) -> subprocess.Popen[bytes]:
        """`casebook` in a process of its own; what it says goes into a file beside the library."""
        with (folder.parent / "stderr").open("wb") as stderr:
            return subprocess.Popen(
                [sys.executable, "-m", "rag", command, *files, "--library", folder],
                stdout=subprocess.DEVNULL, stderr=stderr, preexec_fn=victim,
            )  # fmt: skip

    def hit(self, kind: str, folder: Path, now: Moment) -> Row:
        """Kill one run when `now` says so, and examine what it left."""
        expected = stored(folder)
        started = time.monotonic()
        process = self.command(kind, folder)
        while process.poll() is None and not now(time.monotonic() - started, folder):
            time.sleep(0.0005)
        ended = process.poll() is not None
        after = time.monotonic() - started
        process.send_signal(signal.SIGKILL)
        process.wait()
        said = (folder.parent / "stderr").read_text("utf-8", "replace").splitlines(keepends=True)
        # A line is an acknowledgement once it is complete.
        told = {s.split()[1] for s in said if s.startswith("added ") and s.endswith("\n")}
        expected |= {name: self.texts[name] for name in told}
        row = self.examined(f"{kind}{' (had ended)' if ended else ''}", after, folder, expected)
        print(" | ".join(str(value) for value in astuple(row)), flush=True)
        shutil.rmtree(folder.parent)
        return row

    def examined(self, run: str, after: float, folder: Path, expected: dict[str, bytes]) -> Row:
        """Open what is left as the next process would, ask it, and look at every stored text."""
        torn = torn_generation(folder)
        if not exists(folder):
            return Row(run, round(after, 2), len(expected), 0, len(expected), "none yet", "-", "-",
                       "-", torn)  # fmt: skip
        with Casebook(folder, Settings(), encoder=self.encoder) as casebook:
            library, dense = casebook.library, casebook.dense
            found = stored(folder)
            lost = [name for name in expected if found.get(name) != expected[name]]
            sound = "sound" if not library.check() else "no"
            trouble = dense_trouble(library, dense)
            state = f"generation {library.meta('generation')}"
            answers = "empty"
            if found:
                answers = "yes" if casebook.ask(QUESTION).hits else "no"
            refresh_dense(library, dense)
            repaired = "no" if dense_trouble(library, dense) else "yes" if trouble else "-"
        state += f": {trouble}" if trouble else ""
        return Row(run, round(after, 2), len(expected), len(found), len(lost), sound, answers,
                   state, repaired, torn)  # fmt: skip


def swell(folder: Path, passages: int) -> None:
    """Add passages with invented vectors: the save of the shipped corpus alone is over too soon."""
    random_vectors = np.random.default_rng(0).normal(size=(passages, 384)).astype(np.float32)
    vectors = random_vectors / np.linalg.norm(random_vectors, axis=1, keepdims=True)
    text = "Filler of the crash experiment. " * 20
    with Library(folder) as library, library.transaction():
        for at_row in range(0, passages, 20):
            name = f"filler-{at_row:06d}"
            report = Report(name, "Filler", text, (Section("text", "", "other", 0, len(text)),),
                            f"{name}.md", "user file", "excerpt")  # fmt: skip
            entries = [
                Entry(Passage(name, "text", n + 1, n * 32, n * 32 + 31), "", vectors[at_row + n])
                for n in range(20)
            ]
            library.put(report, b"filler", entries, [])


def stored(folder: Path) -> dict[str, bytes]:
    """Report id → the bytes of its file, as the library has them; nothing without a library."""
    if not exists(folder):
        return {}
    with Library(folder) as library:
        counts = library.passage_counts()
        return {i: library.original(i)[1] for i in library.report_ids() if counts.get(i)}


def dense_of(library: Library) -> DenseIndex:
    """The embedded dense index of a library."""
    return DenseIndex(library.folder, library.meta("library_id"))


def torn_generation(folder: Path) -> str:
    """Whether the generation under construction could be asked: 'torn', 'answers' or '-'."""
    if vector_file(folder) is None:
        return "-"
    number = str(unfinished(folder)).rpartition("-")[2]
    module = ["-m", "eval.benchmarks.crash", "--probe", str(folder), number]
    done = subprocess.run([sys.executable, *module], capture_output=True)
    return "answers" if done.returncode == 0 else "torn"


def probe(folder: Path, number: int) -> int:
    """Ask an unfinished generation, its missing seal aside. Chroma may take the process down."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (FILE_LIMIT, FILE_LIMIT))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    folders._check_seal = lambda folder: None
    with Library(folder) as library:
        dense = dense_of(library)
        rows, vectors = library.vectors_since(0)
        places = library.places(rows)
        try:
            dense.verify(number, [places[row] for row in rows][::40], vectors[::40])
        except Exception as error:
            print(error)
            return 1
    return 0


if __name__ == "__main__":
    os.environ.setdefault("PYTHONPATH", str(Path(__file__).parents[2]))
    sys.exit(main())
