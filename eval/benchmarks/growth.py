"""What one report more or less costs in a library of 100, 1,000 and 10,000 reports.

    python -m eval.benchmarks.growth --sizes 100 --sizes 1000 --sizes 10000

The library is generated, with vectors that depend on the words alone (no model): measured are the
writing spine, SQLite, the word index and the check of the dense index, not the embedding, whose
cost does not know the library. `casebook add` loads the model besides, which takes seconds. All
reports share the words of one sentence, which is the worst case of the search for near duplicates.
"""

from __future__ import annotations

import hashlib
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Any, cast

import numpy as np
import typer

from eval.benchmarks.tables import machine, table
from rag.dense import DenseIndex
from rag.embed import SentenceEncoder
from rag.formats import read_bytes
from rag.index import Draft, add, refresh_dense, remove, store
from rag.library import Library

WIDTH = 384
ROUNDS = 5
PARAGRAPH = (
    "A {n}-year-old woman of ward {n} took drug{n} 100 mg daily for dermatomyositis with ulcer{n}. "
    "Creatine kinase fell from {n}00 U/L in week {n}. Later, sign{n} came back, and drug{n} was "
    "given again; nothing else was changed, and she went home. "
)


class Hashed:
    """The face of `SentenceEncoder` without a model: a direction by chance for each text."""

    name, hash, dtype, dimensions, max_tokens = "hashed", "hashed-1", "float32", WIDTH, 254

    @property
    def reading(self) -> Hashed:
        """Sentences get their directions in the same way."""
        return self

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """A token is a word."""
        return [len(text.split()) for text in texts]

    def encode(self, texts: Sequence[str]) -> np.ndarray[Any, np.dtype[np.float32]]:
        """One unit vector per text."""
        seeds = [int.from_bytes(hashlib.blake2b(t.encode(), digest_size=8).digest()) for t in texts]
        rows = [np.random.default_rng(seed).standard_normal(WIDTH) for seed in seeds]
        found = np.asarray(rows, dtype=np.float32).reshape(len(texts), WIDTH)
        return found / np.linalg.norm(found, axis=1, keepdims=True)


def main(
    sizes: Annotated[list[int], typer.Option(help="Reports in the library.")] = [100, 1000, 10000],  # noqa: B006
) -> None:
    """Measure at each size and print a table."""
    encoder = cast("SentenceEncoder", Hashed())
    rows = []
    print(f"{machine()}; medians of {ROUNDS}\n", flush=True)
    for size in sizes:
        with tempfile.TemporaryDirectory(prefix="casebook-benchmark-") as name:
            rows.append(_measured(Path(name), size, encoder))
        print(f"{size}: done", flush=True)
    head = [
        "Reports, ms of processor", "passages", "open", "add one", "the same again",
        "check of the dense index", "remove one", "generation built anew",
    ]  # fmt: skip
    print(table(head, rows))


def _measured(folder: Path, size: int, encoder: SentenceEncoder) -> list[str]:
    _fill(folder, size, encoder)
    opening = _median(lambda _: Library(folder).close())
    with Library(folder) as library:
        dense = DenseIndex(folder, library.meta("library_id"))
        refresh_dense(library, dense, force=True)
        before = library.meta("generation")
        files = [folder / f"new-{number}.txt" for number in range(ROUNDS)]
        for number, file in enumerate(files):
            file.write_text(PARAGRAPH.format(n=size + number), "utf-8")
        adding = _median(lambda n: list(add([files[n]], library, encoder)))
        again = _median(lambda n: list(add([files[n]], library, encoder)))
        checking = _median(lambda _: refresh_dense(library, dense))
        passages = library.count_passages()
        removing = _median(lambda n: remove(f"new-{n}", library))
        built = "no" if library.meta("generation") == before else "yes"
        dense.close()
    times = [f"{seconds * 1000:.1f}" for seconds in (opening, adding, again, checking, removing)]
    return [f"{size:,}", f"{passages:,}", *times, built]


def _fill(folder: Path, size: int, encoder: SentenceEncoder) -> None:
    """A library of `size` short reports."""
    with Library(folder, create=True) as library:
        for start in range(0, size, 500):
            drafts = []
            for number in range(start, min(size, start + 500)):
                data = "\n\n".join([PARAGRAPH.format(n=number)] * 2).encode()
                path = Path(f"report-{number}.txt")
                drafts.append(Draft(path, read_bytes(data, path), data))
            with library.transaction():
                library.bind_model(encoder.hash, encoder.name)
                store(drafts, library, encoder)


def _median(work: Callable[[int], object]) -> float:
    """The median seconds of processor of `ROUNDS` runs; `work` gets the number of the run."""
    times = []
    for number in range(ROUNDS):
        began = time.process_time()
        work(number)
        times.append(time.process_time() - began)
    return statistics.median(times)


if __name__ == "__main__":
    typer.run(main)
