"""Libraries of 1,000 passages and more: what building costs, and what a question costs in them.

    python -m eval.benchmarks.scale --passages 1000 --passages 10000
    python -m eval.benchmarks.scale --passages 10000 --passages 100000 --without-model
    python -m eval.benchmarks.scale --passages 100000 --copies 33 --without-model

The reports are synthetic (`eval.benchmarks.synthetic`). Each library is built and asked in
processes of their own, so that peak memory is that of one of them. Without the model, vectors
depend on words alone and cost nothing to build: everything else is measured, in the time that the
model would have taken for a hundredth of it. A question pays for the model all the same.

With `--copies`, each report is read once and stored so often, under other ids and with vectors a
little aside: a library to be asked, when there is no time to read so many reports. What building it
takes is then no figure.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, cast

import numpy as np
import typer

from eval.benchmarks import synthetic
from eval.benchmarks.growth import Hashed
from eval.benchmarks.load import own_memory
from eval.benchmarks.tables import machine, table
from eval.benchmarks.tutorial import run
from rag.embed import SentenceEncoder
from rag.library import Entry, Facet, Library
from rag.search_text import contexts, facets

PASSAGES_A_REPORT = 6.0  # of the synthetic ones, on average (measured over 208)
QUESTIONS = 40
FAR = 5_000_000
"""Passages of all open-access case reports, in round figures; nobody has built so many here."""
SELF = [sys.executable, "-m", "eval.benchmarks.scale"]
FILTERS: dict[str, dict[str, tuple[str, ...]]] = {
    "": {},
    "one drug": {"drug": ("prednisolone",)},
    "an antibody": {"antibody": ("anti-MDA5", "anti-Jo-1")},
    "women": {"sex": ("female",)},
    "adults": {"age_group": ("adult",)},
    "women, adults, a drug": {"sex": ("female",), "age_group": ("adult",), "drug": ("ivig",)},
}
ASIDE = 0.3
"""How far a copy's vector lies from the first one's: their cosine is some .96."""


class Charged(Hashed):
    """The vectors of `Hashed`, each at the price of the shipped encoder's."""

    adapted = True

    def __init__(self, encoder: SentenceEncoder) -> None:
        self._encoder = encoder

    @property
    def reading(self) -> Charged:
        """Sentences and the questions that they are compared with, by their own encoder."""
        return Charged(self._encoder.reading)

    def encode(self, texts: Sequence[str]) -> np.ndarray[Any, np.dtype[np.float32]]:
        """One unit vector per text, after the shipped encoder has made its own."""
        self._encoder.encode(texts)
        return super().encode(texts)


def main(
    passages: Annotated[list[int], typer.Option(min=100)] = [1000, 10000],  # noqa: B006
    without_model: Annotated[bool, typer.Option(help="Vectors that cost nothing.")] = False,
    copies: Annotated[int, typer.Option(min=1, help="Store each report so often.")] = 1,
    keep: Annotated[Path | None, typer.Option(help="Keep the libraries here.")] = None,
    build: Annotated[Path | None, typer.Option(hidden=True)] = None,
    ask: Annotated[Path | None, typer.Option(hidden=True)] = None,
) -> None:
    """Build and ask libraries of these sizes, and print two tables."""
    if build:
        encoder = cast("SentenceEncoder", Hashed()) if without_model else SentenceEncoder()
        print(json.dumps(_built(build, passages[0], encoder, copies)))
    elif ask:
        encoder = SentenceEncoder()
        asks = cast("SentenceEncoder", Charged(encoder)) if without_model else encoder
        print(json.dumps(_asked(ask, asks)))
    else:
        print(f"{machine()}; {'without' if without_model else 'with'} the model\n", flush=True)
        _all(sorted(passages), without_model, copies, keep)


def _all(sizes: Sequence[int], without_model: bool, copies: int, keep: Path | None) -> None:
    option = ["--without-model"] if without_model else []
    building, asking, costs, on_the_way = [], [], [], []
    for size in sizes:
        folder = Path(tempfile.mkdtemp(prefix="casebook-scale-", dir=keep))
        try:
            made = run([
                *SELF, "--build", str(folder), "--passages", str(size), "--copies", str(copies),
                *option,
            ])  # fmt: skip
            told = run([*SELF, "--ask", str(folder), *option])
            found, seconds = json.loads(made.output), json.loads(told.output)
            count = found["passages"]
            costs.append((count, made.processor, found["disk"]))
            on_the_way = found["along"]  # of the largest, in the end
            building.append([
                f"{count:,}", f"{found['reports']:,}", f"{made.seconds:.1f}",
                f"{made.processor:.1f}", f"{1000 * made.processor / count:.2f}",
                f"{found['dense']:.1f}", f"{made.megabytes:.0f}", f"{found['disk']:.0f}",
            ])  # fmt: skip
            asking += [[f"{count:,}", name, *own, f"{told.megabytes:.0f}"]
                       for name, own in seconds.items()]  # fmt: skip
        finally:
            if keep is None:
                shutil.rmtree(folder, ignore_errors=True)
        print(f"{count:,} passages: done", flush=True)
    head = ["passages", "reports", "built in, s", "s of processor", "ms of processor a passage",
            "of these the dense index, s", "peak memory, MB", "disk, MB"]  # fmt: skip
    print("\n" + table(head, building))
    head = ["passages so far", "s of processor", "memory of its own, MB"]
    print("\n" + table(head, [[f"{n:,}", f"{s:.0f}", f"{mb:.0f}"] for n, s, mb in on_the_way]))
    head = ["passages", "filter", "passages left", "answer, p50 / p95 ms", "of processor",
            "search, p50 / p95 ms", "of processor", "peak memory, MB"]  # fmt: skip
    print("\n" + table(head, asking) + "\n\n" + extrapolated(costs))


def extrapolated(costs: Sequence[tuple[int, float, float]]) -> str:
    """The straight line through the smallest and the largest library, drawn on to FAR passages."""
    if len(costs) < 2:
        return ""
    (few, short, small), (many, long, large) = costs[0], costs[-1]
    each, room = (long - short) / (many - few), (large - small) / (many - few)
    return (
        f"Each further passage costs {1000 * each:.2f} ms of processor and {1000 * room:.1f} kB; "
        f"{FAR:,} passages would cost {each * FAR / 3600:.1f} hours of one core and "
        f"{room * FAR / 1000:.0f} GB, if the line stays straight."
    )


def _built(folder: Path, passages: int, encoder: SentenceEncoder, copies: int) -> dict[str, Any]:
    """Write the reports, take them in, and build the dense index."""
    from rag.dense import DenseIndex
    from rag.formats import read_bytes
    from rag.index import Draft, refresh_dense, store

    reports = round(passages / PASSAGES_A_REPORT / copies)
    along: list[tuple[int, float, float]] = []
    with Library(folder, create=True) as library:
        for first in range(0, reports, 100):
            drafts = []
            for number in range(first, min(reports, first + 100)):
                name, text = synthetic.report(number)
                path, data = Path(name), text.encode()
                drafts.append(Draft(path, read_bytes(data, path), data))
            with library.writer(), library.transaction():
                library.bind_model(encoder.hash, encoder.name)
                store(drafts, library, encoder)
                for draft in drafts:
                    _copy(draft.report.id, library, copies)
            along += _on_the_way(library.count_passages(), along)
        dense = DenseIndex(folder, library.meta("library_id"))
        began = time.perf_counter()
        refresh_dense(library, dense, force=True)
        took = time.perf_counter() - began
        dense.close()
        count = library.count_passages()
    disk = sum(p.stat().st_blocks for p in folder.rglob("*") if p.is_file()) * 512 / 1e6
    return {
        "reports": reports * copies, "passages": count, "dense": took, "disk": disk, "along": along
    }  # fmt: skip


def _on_the_way(
    passages: int, before: Sequence[tuple[int, float, float]]
) -> list[tuple[int, float, float]]:
    """Passages stored, seconds of processor and MB of its own, once there are half as many again.

    Pages of mapped files (the networks' weights) are shared and can be dropped: not counted.
    """
    if before and passages < 1.5 * before[-1][0]:
        return []
    now = (passages, time.process_time(), own_memory(os.getpid()))
    print("{:,} passages, {:.0f} s of processor, {:.0f} MB".format(*now), file=sys.stderr)
    return [now]


def _copy(report_id: str, library: Library, copies: int) -> None:
    """Store a report again under other ids and titles, inside the caller's transaction."""
    report = library.report(report_id)
    texts = library.report_passages(report_id)
    passages = [passage for passage, _ in texts]
    found = library.rows_at([passage.id for passage in passages])
    rows, stored = library.vectors(list(found.values()))
    vectors = dict(zip(rows, stored, strict=True))
    sentences = library.sentence_vectors(list(found))
    about = ["\n".join(part) for part in contexts(report, passages)]
    values = [Facet(*one) for one in facets(report)]
    for number in range(1, copies):
        other = replace(report, id=f"{report_id}-{number}", title=f"{report.title}, {number}")
        entries = [
            Entry(replace(passage, report_id=other.id), context,
                  _aside(vectors[found[passage.id]], number, passage.id), sentences.get(passage.id))
            for passage, context in zip(passages, about, strict=True)
        ]  # fmt: skip
        library.put(other, b"", entries, values)


def _aside(
    vector: np.ndarray[Any, np.dtype[np.float32]], number: int, place: str
) -> np.ndarray[Any, np.dtype[np.float32]]:
    """A unit vector near `vector`, another one for each number."""
    (chance,) = Hashed().encode([f"{place} {number}"])
    moved = vector + ASIDE * chance
    found: np.ndarray[Any, np.dtype[np.float32]] = moved / np.linalg.norm(moved)
    return found


def _asked(folder: Path, encoder: SentenceEncoder) -> dict[str, list[str]]:
    """By filter: the passages that it leaves, and the times of answers and of searches."""
    from rag.chat import Casebook
    from rag.config import Settings
    from rag.filters import allowed_rows

    asked = synthetic.questions(QUESTIONS)
    with Casebook(folder, Settings(), encoder=encoder) as casebook:
        for question in asked[:5]:
            casebook.ask(question)
        found: dict[str, list[str]] = {}
        for name, filters in FILTERS.items():
            given: dict[str, Any] = {"filters": filters}
            left = allowed_rows(casebook.library, filters)
            found[name or "none"] = [
                f"{casebook.library.count_passages() if left is None else len(left):,}",
                *_times(lambda q, g=given: casebook.ask(q, **g), asked),
                *_times(lambda q, g=given: casebook.find(q, **g), asked),
            ]
    return found


def _times(work: Callable[[str], object], asked: Sequence[str]) -> Iterator[str]:
    """Of the wall and of the processor, p50 / p95 in ms."""
    for clock in zip(*(_time(work, question) for question in asked), strict=True):
        yield f"{statistics.median(clock):.0f} / {np.percentile(clock, 95):.0f}"


def _time(work: Callable[[str], object], question: str) -> tuple[float, float]:
    """Milliseconds of the wall and of this process's processor."""
    began, busy = time.perf_counter(), time.process_time()
    work(question)
    return 1000 * (time.perf_counter() - began), 1000 * (time.process_time() - busy)


if __name__ == "__main__":
    typer.run(main)
