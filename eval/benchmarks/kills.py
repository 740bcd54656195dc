"""One library through hundreds of kills: is everything there that was acknowledged?

    python -m eval.benchmarks.kills --kills 1000

A process adds, replaces and removes small reports of one library and now and then builds its dense
index. It says what it is about to do, and that it is done, through a pipe; SIGKILL hits it at a
moment by chance. Then the library is opened as the next process would: SQLite must find nothing
wrong, each report must be as it was acknowledged, and the one that was being changed must be as
before or as after. The same library goes into the next round, with whatever the kill left.

`eval.benchmarks.crash` kills the real commands with the real model, a dozen times; this one forks a
process that has all imported and embeds by chance, so that a kill costs a fraction of a second.
"""

from __future__ import annotations

import os
import random
import select
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, cast

import typer

from eval.benchmarks.growth import Hashed
from eval.benchmarks.tables import machine, table
from rag.dense import DenseIndex, load_chroma
from rag.embed import SentenceEncoder
from rag.index import add, dense_trouble, refresh_dense, remove
from rag.library import Library

REPORTS = 40
"""The library holds about so many: small enough to be looked at whole after each kill."""
STEPS = 12
"""A process changes so many reports when nobody kills it."""
LONGEST = 0.08
"""Seconds between the last line that is waited for and the kill, at most: a change takes less."""
SILENCE = 120.0
"""Seconds without a line after which the experiment itself is broken."""
GONE = b""
_MOMENTS = {
    "start": "before the first change",
    "begin": "in a change",
    "done": "between two changes",
    "dense": "building the dense index, or after it",
    "end": "after the last change",
}
"""The last that was said before a kill, and what was going on then."""
ENCODER = cast("SentenceEncoder", Hashed())


@dataclass(slots=True)
class Ledger:
    """What the library owes: report id → the bytes that were acknowledged (GONE: removed)."""

    owed: dict[str, bytes] = field(default_factory=dict)
    begun: tuple[str, bytes] | None = None

    def read(self, line: str) -> None:
        """A line of the process: 'begin ID TEXT' or 'done ID', TEXT in hexadecimal."""
        word, _, rest = line.partition(" ")
        name, _, text = rest.partition(" ")
        if word == "begin":
            self.begun = name, bytes.fromhex(text)
        elif self.begun:
            self.owed[name], self.begun = self.begun[1], None

    def settle(self, found: dict[str, bytes]) -> list[str]:
        """What is not as it was acknowledged; what a kill left of the change begun is owed next."""
        name, wanted = self.begun or ("", GONE)
        if name and found.get(name, GONE) == wanted:
            self.owed[name] = wanted  # it was stored, and the word of it was lost
        self.begun = None
        names = sorted({*self.owed, *found})
        return [one for one in names if found.get(one, GONE) != self.owed.get(one, GONE)]


def main(
    kills: Annotated[int, typer.Option(min=1)] = 1000,
    seed: int = 0,
    seconds: Annotated[float, typer.Option(help="Stop after so long, whatever is left.")] = 1e9,
) -> None:
    """Kill, look, go on; ends with 1 when something acknowledged was lost."""
    print(f"{machine()}; seed {seed}\n", flush=True)
    _load()
    place = Path(tempfile.mkdtemp(prefix="casebook-kills-"))
    began, dice, ledger, seen = time.monotonic(), random.Random(seed), Ledger(), Counter[str]()
    faults: list[str] = []
    for number in range(1, kills + 1):
        if time.monotonic() - began > seconds:
            break
        seen[_killed(place, dice, ledger, number)] += 1
        found = _found(place, number % 10 == 0, faults)
        faults += [f"kill {number}: {name} is not as acknowledged" for name in ledger.settle(found)]
        if number % 25 == 0:
            print(f"{number} kills, {len(found)} reports, {len(faults)} faults", flush=True)
        if faults:
            break
    rows = [[moment, str(count)] for moment, count in seen.most_common()]
    print("\n" + table(["killed", "times"], rows))
    print(f"\n{seen.total()} kills in {time.monotonic() - began:.0f} s; {len(ledger.owed)} reports "
          f"named; faults: {faults or 'none'}")  # fmt: skip
    if not faults:
        shutil.rmtree(place)
    raise typer.Exit(bool(faults))


def _load() -> None:
    """Import all that a change needs, once for all processes; no Chroma client may be open yet."""
    load_chroma()
    with tempfile.TemporaryDirectory() as name:
        note = Path(name) / "note.md"
        note.write_bytes(_text("note", random.Random(0)))
        with Library(Path(name) / "library", create=True) as library:
            list(add([note], library, ENCODER))


def _killed(place: Path, dice: random.Random, ledger: Ledger, number: int) -> str:
    """Run a process until the moment comes; where it was hit, in words."""
    lines, moment = dice.randrange(2 * STEPS), dice.uniform(0, LONGEST)
    seed = dice.randrange(2**31)  # here: what the process draws from `dice`, this one draws again
    reading, writing = os.pipe()
    process = os.fork()
    if not process:
        os.close(reading)
        _victim(place, writing, seed)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        said = b""
        while said.count(b"\n") < lines and (more := _more(pipe.fileno())):
            said += more
        time.sleep(moment)
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)
        said += pipe.read()
    for line in said.decode().split("\n")[:-1]:
        if line.startswith("fault"):
            raise RuntimeError(f"round {number}: {line}")
        if line.startswith(("begin", "done")):
            ledger.read(line)
    last = said.decode().split("\n")[-2:-1] or ["start"]
    return _MOMENTS[last[0].partition(" ")[0]]


def _more(pipe: int) -> bytes:
    """What the process says next; nothing when it has ended."""
    if not select.select([pipe], [], [], SILENCE)[0]:
        raise RuntimeError(f"nothing was said for {SILENCE:.0f} seconds")
    return os.read(pipe, 1 << 16)


def _victim(place: Path, pipe: int, seed: int) -> None:
    """Change the library step by step, and say so; never returns."""
    try:
        _change(place, pipe, random.Random(seed))
        os.write(pipe, b"end\n")
        time.sleep(SILENCE)
    except BaseException as error:
        os.write(pipe, f"fault {type(error).__name__}: {error}\n".encode())
    os._exit(0)


def _change(place: Path, pipe: int, dice: random.Random) -> None:
    folder, files = place / "library", place / "files"
    files.mkdir(exist_ok=True)
    with Library(folder, create=True) as library:
        dense = DenseIndex(folder, library.meta("library_id"))
        for _ in range(STEPS):
            name = f"note-{dice.randrange(REPORTS):03d}"
            if name in library.report_ids() and dice.random() < 0.3:
                os.write(pipe, f"begin {name} \n".encode())
                remove(name, library)
            else:
                text = _text(name, dice)
                (files / f"{name}.md").write_bytes(text)
                os.write(pipe, f"begin {name} {text.hex()}\n".encode())
                (outcome,) = add([files / f"{name}.md"], library, ENCODER)
                if outcome.status not in ("added", "replaced"):
                    raise RuntimeError(f"{name}: {outcome.status} {outcome.message}")
            os.write(pipe, f"done {name}\n".encode())
            if dice.random() < 0.1:
                os.write(pipe, b"dense\n")
                refresh_dense(library, dense, force=True)


def _text(name: str, dice: random.Random) -> bytes:
    """A report that differs from every other."""
    weeks = [dice.randrange(1, 10_000) for _ in range(6)]
    course = " ".join(
        f"After {week} weeks the ulcers of the {week}th finger healed." for week in weeks
    )
    return f"---\nid: {name}\ntitle: Note {weeks}\n---\n## Case report\n\n{course}\n".encode()


def _found(place: Path, thorough: bool, faults: list[str]) -> dict[str, bytes]:
    """Report id → its file, as the library has it now; what is wrong goes to `faults`.

    `thorough` also asks the dense index, in a process of its own, and has it mended.
    """
    folder = place / "library"
    if not (folder / "casebook.sqlite3").exists():
        return {}
    with Library(folder) as library:
        faults += library.check()
        passages = library.passage_counts()
        found = {name: library.original(name)[1] for name in library.report_ids()}
        faults += [f"{name} has no passages" for name in found if not passages.get(name)]
    if thorough and not _dense_answers(folder):
        faults.append("the dense index does not answer, and was not mended")
    return found


def _dense_answers(folder: Path) -> bool:
    """Whether Chroma answers, or does once it was built again; it may take its process down."""
    process = os.fork()
    if not process:
        with (
            Library(folder) as library,
            closing(DenseIndex(folder, library.meta("library_id"))) as dense,
        ):
            refresh_dense(library, dense)
            sys.stdout.flush()
            os._exit(bool(dense_trouble(library, dense)))
    return os.waitpid(process, 0)[1] == 0


if __name__ == "__main__":
    typer.run(main)
