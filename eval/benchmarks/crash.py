"""Processes killed while they build a library → a table of what they left, and its verdict.

    python -m eval.benchmarks.crash --kills 20 --aimed 10

Random kills hit `casebook index` and `casebook add` of the shipped corpus at any moment, the aimed
ones the moment at which Chroma saves its index. SIGKILL each time. Afterwards every report that
was acknowledged ('added ID' on stderr) must be stored whole, the library must answer, and its
dense index must answer or be built again. What the aimed kills left of the generation under
construction is opened too, in a process of its own, to show that they hit something.
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
from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path

from rag.chat import Casebook
from rag.cli.opening import shipped_reports
from rag.config import Settings
from rag.dense import DenseIndex
from rag.embed import SentenceEncoder
from rag.formats import read_file
from rag.index import dense_trouble, refresh_dense
from rag.library import Library, exists

# A torn HNSW file has been seen to grow to terabytes of apparent size.
FILE_LIMIT = 1 << 30
QUESTION = "Which dose of IVIG was given for skin ulcers?"
DEADLINE = 900.0  # seconds that a run may take before the experiment itself is broken


@dataclass(frozen=True)
class Row:
    """One kill: what ran, when it was hit, what was there afterwards."""

    run: str
    after_s: float
    acknowledged: int
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
    """Two kinds of runs on copies of the shipped files, and the examination of what is left."""

    def __init__(self, place: Path, reports: int, seed: int) -> None:
        self.place, self.random = place, random.Random(seed)
        paths = sorted(shipped_reports().glob("*.md"))
        paths = paths[:reports] if reports else paths
        self.texts = {read_file(path)[0].id: path.read_bytes() for path in paths}
        self.first, self.second = place / "first", place / "second"
        for folder, part in ((self.first, paths[::2]), (self.second, paths[1::2])):
            folder.mkdir()
            for path in part:
                shutil.copy(path, folder)
        self.encoder = SentenceEncoder()

    def run(self, kills: int, aimed: int) -> list[Row]:
        """All kills in turn; each row is printed as it comes."""
        seconds = {kind: self.measure(kind) for kind in ("index", "add")}
        print(f"unharmed runs: {', '.join(f'{k} {s:.0f} s' for k, s in seconds.items())}")
        print(" | ".join(field.name for field in fields(Row)), flush=True)
        rows: list[Row] = []
        for number in range(kills):
            kind = ("index", "add")[number % 2]
            moment = self.random.uniform(0, seconds[kind])
            rows.append(self.hit(kind, lambda started, _, m=moment: time.monotonic() - started > m))
        for number in range(aimed):
            rows.append(self.hit(("index", "replace")[number % 2], self.saving()))
        return rows

    def saving(self) -> Callable[[float, Path], bool]:
        """True once Chroma writes its index files, after a delay of 0 to 10 ms."""
        seen: list[float] = []
        delay = self.random.uniform(0, 0.01)

        def hit(_: float, folder: Path) -> bool:
            if not seen and any(size > 100_000 for size in index_files(folder)):
                seen.append(time.monotonic())
            return bool(seen) and time.monotonic() - seen[0] >= delay

        return hit

    def measure(self, kind: str) -> float:
        """Seconds of a run that nobody kills."""
        folder = self.prepared(kind)
        started = time.monotonic()
        process = self.start(kind, folder)
        if process.wait(DEADLINE):
            raise RuntimeError((folder.parent / "stderr").read_text())
        seconds = time.monotonic() - started
        shutil.rmtree(folder.parent)
        return seconds

    def prepared(self, kind: str) -> Path:
        """A new folder, with a library of the first half of the reports unless it is built anew."""
        folder = Path(tempfile.mkdtemp(dir=self.place)) / "library"
        if kind != "index":
            process = self.start("index", folder, self.first)
            if process.wait(DEADLINE):
                raise RuntimeError((folder.parent / "stderr").read_text())
        return folder

    def start(self, kind: str, folder: Path, *paths: Path) -> subprocess.Popen[bytes]:
        """`casebook` in a process of its own; what it says goes into a file beside the library."""
        command = ["add"] if kind == "add" else ["index"]
        files = paths or ((self.second,) if kind == "add" else (self.first, self.second))
        replace = ["--replace"] if kind == "replace" else []
        with (folder.parent / "stderr").open("wb") as stderr:
            return subprocess.Popen(
                [sys.executable, "-m", "rag", *command, *files, "--library", folder, *replace],
                stdout=subprocess.DEVNULL, stderr=stderr,
                preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (FILE_LIMIT,) * 2),
            )  # fmt: skip

    def hit(self, kind: str, now: Callable[[float, Path], bool]) -> Row:
        """Kill one run when `now` says so, and examine what it left."""
        folder = self.prepared(kind)
        before = set(stored(folder))
        started = time.monotonic()
        process = self.start(kind, folder)
        while process.poll() is None and not now(started, folder):
            time.sleep(0 if index_files(folder) else 0.001)
        ended = process.poll() is not None
        after = time.monotonic() - started
        process.send_signal(signal.SIGKILL)
        process.wait()
        said = (folder.parent / "stderr").read_text("utf-8", "replace").splitlines(keepends=True)
        # A line is an acknowledgement once it is complete.
        told = {s.split()[1] for s in said if s.startswith("added ") and s.endswith("\n")}
        expected = told if kind == "replace" and told else told | before
        row = self.examined(f"{kind}{' (had ended)' if ended else ''}", after, folder, expected)
        print(" | ".join(str(value) for value in astuple(row)), flush=True)
        shutil.rmtree(folder.parent)
        return row

    def examined(self, run: str, after: float, folder: Path, expected: set[str]) -> Row:
        """Open what is left as the next process would, ask it, and look at every stored text."""
        torn = torn_generation(folder)
        if not exists(folder):
            return Row(run, round(after, 2), len(expected), 0, len(expected), "none yet", "-", "-",
                       "-", torn)  # fmt: skip
        with Casebook(folder, Settings(), encoder=self.encoder) as casebook:
            library, dense = casebook.library, casebook.dense
            found = stored(folder)
            lost = [name for name in expected if found.get(name) != self.texts[name]]
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


def stored(folder: Path) -> dict[str, bytes]:
    """Report id → the bytes of its file, as the library has them; nothing without a library."""
    if not exists(folder):
        return {}
    with Library(folder) as library:
        counts = library.passage_counts()
        return {i: library.original(i)[1] for i in library.report_ids() if counts.get(i)}


def index_files(folder: Path) -> list[int]:
    """The sizes of the vector files of the generation under construction."""
    try:
        newest = max((folder / "chroma").iterdir(), default=None)
        if newest is None or (newest / "checksums.json").exists():
            return []
        return [path.stat().st_size for path in newest.glob("*/*") if path.is_file()]
    except OSError:
        return []


def torn_generation(folder: Path) -> str:
    """Whether the newest unfinished generation could be asked: 'torn', 'answers' or '-'."""
    if not index_files(folder):
        return "-"
    number = max((folder / "chroma").iterdir()).name.rpartition("-")[2]
    command = [sys.executable, "-m", "eval.benchmarks.crash", "--probe", folder, number]
    done = subprocess.run(command, capture_output=True)
    return "answers" if done.returncode == 0 else "torn"


def probe(folder: Path, number: int) -> int:
    """Ask an unfinished generation, its missing seal aside. Chroma may take the process down."""
    from rag.dense import folders

    resource.setrlimit(resource.RLIMIT_FSIZE, (FILE_LIMIT, FILE_LIMIT))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    folders._check_seal = lambda _: None
    with Library(folder) as library:
        dense = DenseIndex(folder, library.meta("library_id"))
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
