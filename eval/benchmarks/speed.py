"""How fast files become a library: PDF pages per second, and short reports stage by stage.

    PYTHONPATH=.:tests python tests/make_formats.py FOLDER
    python -m eval.benchmarks.speed FOLDER --reports 1000

The reports are the shipped digests again and again under ids of their own, one process, as
`casebook add` takes them in; the PDFs are the made ones, read in this process. The stages are
counted in seconds of processor, which a busy machine does not stretch.
"""

from __future__ import annotations

import re
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Annotated, Any
from unittest.mock import patch

import typer

import rag.formats.layout
import rag.formats.text
import rag.index
import rag.intake
from eval.benchmarks.tables import machine, table
from rag.embed import SentenceEncoder
from rag.formats.pdf import read_pdf
from rag.index import add
from rag.library import Library

_PAGE = re.compile(rb"/Type\s*/Page\b")
# (where a function is looked up, its name, the stage that it is)
STAGES: tuple[tuple[Any, str, str], ...] = (
    (rag.intake, "parse_safely", "parse"),
    (rag.formats.text, "normalise_characters", "clean"),
    (rag.formats.text, "join_lines", "clean"),
    (rag.formats.text, "drop_marks", "clean"),
    (rag.formats.text, "vocabulary", "clean"),
    (rag.index, "split", "chunk"),
    (rag.index, "contexts", "chunk"),
    (rag.index, "embedded", "chunk"),
    (rag.index, "vectors_of_all", "embed"),
    (SentenceEncoder, "encode", "embed"),
    (rag.index, "_put", "store"),
    (Library, "transaction", "store"),
)


class Stopwatch:
    """Seconds by stage; a stage that calls another is charged for its own part alone."""

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        """`clock` gives seconds: of the wall, or of this process's processor."""
        self.seconds: Counter[str] = Counter()
        self._running: list[str] = []
        self._clock = clock
        self._since = clock()

    def switch(self) -> None:
        """Charge the time since the last switch to the running stage."""
        now = self._clock()
        self.seconds[self._running[-1] if self._running else "the rest"] += now - self._since
        self._since = now

    def timed(self, work: Callable[..., Any], stage: str) -> Callable[..., Any]:
        """The function with its time charged to `stage`."""

        def run(*args: Any, **options: Any) -> Any:  # noqa: ANN401 (any function)
            with self.charge(stage):
                return work(*args, **options)

        return run

    def entered(self, work: Callable[..., Any], stage: str) -> Callable[..., Any]:
        """The context manager with entering and leaving charged to `stage`, not its block."""

        @contextmanager
        def run(*args: Any) -> Iterator[Any]:  # noqa: ANN401
            context = work(*args)
            with self.charge(stage):
                value = context.__enter__()
            yield value
            with self.charge(stage):
                context.__exit__(None, None, None)

        return run

    @contextmanager
    def charge(self, stage: str) -> Iterator[None]:
        """Charge the block to `stage`."""
        self.switch()
        self._running.append(stage)
        try:
            yield
        finally:
            self.switch()
            self._running.pop()


def main(
    made: Annotated[Path, typer.Argument(help="What tests/make_formats.py wrote.")],
    reports: Annotated[int, typer.Option(help="How many short reports to take in.")] = 1000,
) -> None:
    """Measure and print both."""
    print(f"{machine()}\n")
    print(_pdf(made / "pdf"), flush=True)
    with tempfile.TemporaryDirectory(prefix="casebook-benchmark-") as folder:
        print(_stages(made / "original", Path(folder), reports))


def _pdf(folder: Path) -> str:
    files = {path: path.read_bytes() for path in sorted(folder.glob("*.pdf"))}
    pages = sum(len(_PAGE.findall(data)) for data in files.values())
    began = time.perf_counter(), time.process_time()
    for path, data in files.items():
        read_pdf(data, path)
    wall, busy = time.perf_counter() - began[0], time.process_time() - began[1]
    return (
        f"PDF: {len(files)} files, {pages} pages, {wall:.1f} s ({busy:.1f} s of processor): "
        f"{pages / wall:.1f} pages/s ({pages / busy:.1f} per second of processor)\n"
    )


def _stages(originals: Path, folder: Path, count: int) -> str:
    digests = sorted(originals.glob("*.md"))
    for number in range(count):
        source = digests[number % len(digests)]
        text = re.sub(r"(?m)^id: .*$", f"id: report-{number}", source.read_text("utf-8"), count=1)
        (folder / f"report-{number}.md").write_text(text, "utf-8")
    encoder = SentenceEncoder()
    encoder.encode(["warm"])
    watch = Stopwatch(time.process_time)
    with Library(folder / "library", create=True) as library, ExitStack() as stack:
        for owner, name, stage in STAGES:
            timed = watch.entered if name == "transaction" else watch.timed
            stack.enter_context(patch.object(owner, name, timed(getattr(owner, name), stage)))
        watch.switch()
        watch.seconds.clear()
        began = time.perf_counter()
        added = [o for o in add([folder], library, encoder) if o.status == "added"]
        watch.switch()
        passages, wall = library.count_passages(), time.perf_counter() - began
    total = sum(watch.seconds.values())
    rows = [
        [stage, f"{watch.seconds[stage]:.1f}", f"{watch.seconds[stage] / total:.1%}"]
        for stage in ("parse", "clean", "chunk", "embed", "store", "the rest")
    ]
    rows.append(["all", f"{total:.1f}", f"{len(added) / total:.1f} reports per second of it"])
    rows.append(["by the clock", f"{wall:.1f}", f"{len(added) / wall:.1f} reports/s"])
    head = [f"{len(added):,} short reports, {passages:,} passages", "s of processor", "share"]
    return table(head, rows)


if __name__ == "__main__":
    typer.run(main)
