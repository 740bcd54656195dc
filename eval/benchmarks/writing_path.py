"""Where the milliseconds of a stored passage go: the stages of `casebook index`.

    python -m eval.benchmarks.writing_path --docs FOLDER/pubmedqa/docs.jsonl --texts 300
    python -m eval.benchmarks.writing_path --texts 100

Without `--docs` the texts are synthetic reports (`eval.benchmarks.synthetic`), which are longer.
Milliseconds of this process's processor, by passage; a stage that calls another is charged for its
own part alone. What starting a process takes is in `eval.benchmarks.builds`, not here.
"""

from __future__ import annotations

import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated, Any
from unittest.mock import patch

import typer

import rag.cases.keeping
import rag.formats.text
import rag.index
import rag.intake
import rag.upkeep
from eval.benchmarks.builds import written
from eval.benchmarks.speed import Stopwatch
from eval.benchmarks.tables import machine, table
from rag.dense import DenseIndex
from rag.embed import SentenceEncoder
from rag.library import Library

CLEANING = ("normalise_characters", "join_lines", "drop_marks", "vocabulary")
# (where a function is looked up, its name, the stage that it is)
STAGES: tuple[tuple[Any, str, str], ...] = (
    (rag.intake, "parse_safely", "parse"),
    *((rag.formats.text, name, "clean") for name in CLEANING),
    (rag.index, "split", "chunk (sentences, tokens)"),
    (rag.index, "contexts", "what is searched besides"),
    (rag.index, "embedded", "what is searched besides"),
    (rag.index, "vectors_of_all", "chunk (sentences, tokens)"),
    (rag.index, "facets", "values to filter by"),
    (rag.index, "alike", "look-alikes"),
    (rag.cases.keeping, "_read", "records of patients"),
    (rag.cases.keeping, "rows_of", "rows of records"),
    (Library, "put", "SQLite (words, vectors)"),
    (Library, "transaction", "SQLite (commit)"),
    (rag.upkeep, "_build_next", "Chroma"),
)


def main(
    texts: Annotated[int, typer.Option(min=1, help="How many.")] = 300,
    docs: Annotated[Path | None, typer.Option(help="A docs.jsonl with 'id' and 'text'.")] = None,
) -> None:
    """Build a library and print a table."""
    encoder = SentenceEncoder()
    encoder.reading.encode(["Tables and patterns of the first text are not a passage's cost."])
    with tempfile.TemporaryDirectory(prefix="casebook-writing-") as name:
        files = written(Path(name) / "texts", texts, docs)
        size = sum(len(path.read_text("utf-8")) for path in files) / len(files)
        watch = Stopwatch(time.process_time)
        with ExitStack() as stack, Library(Path(name) / "library", create=True) as library:
            _watch(stack, watch, encoder)
            watch.switch()
            watch.seconds.clear()
            for _ in rag.index.index(files, library, encoder):
                pass
            dense = DenseIndex(library.folder, library.meta("library_id"))
            rag.index.refresh_dense(library, dense, force=True)
            dense.close()
            watch.switch()
            count = library.count_passages()
    print(f"{machine()}; {len(files)} texts of {size:.0f} characters on average, "
          f"{count} passages\n")  # fmt: skip
    print(table(["", "ms of processor a passage", "share"], _rows(watch, count)))


def _watch(stack: ExitStack, watch: Stopwatch, encoder: SentenceEncoder) -> None:
    for owner, name, stage in STAGES:
        timed = watch.entered if name == "transaction" else watch.timed
        stack.enter_context(patch.object(owner, name, timed(getattr(owner, name), stage)))
    for one, stage in ((encoder, "embed passages"), (encoder.reading, "embed sentences")):
        stack.enter_context(patch.object(one, "encode", watch.timed(one.encode, stage)))


def _rows(watch: Stopwatch, count: int) -> list[list[str]]:
    total = sum(watch.seconds.values())
    rows = [
        [stage, f"{1000 * seconds / count:.2f}", f"{seconds / total:.1%}"]
        for stage, seconds in watch.seconds.most_common()
    ]
    return [*rows, ["all", f"{1000 * total / count:.2f}", "100%"]]


if __name__ == "__main__":
    typer.run(main)
