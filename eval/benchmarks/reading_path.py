"""Where the milliseconds of a question go: the stages of a cold process, and of a warm answer.

    casebook index corpus/reports --library FOLDER
    python -m eval.benchmarks.reading_path FOLDER

Seconds of this process's processor, not of the wall, so that other work on the machine counts
little. A stage that calls another is charged for its own part alone. The cold process does what
`casebook ask` does, one thing after the other; warm answers are given with Chroma, as in the UI.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated, Any
from unittest.mock import patch

import typer

from eval.benchmarks.speed import Stopwatch
from eval.benchmarks.tables import machine, table
from eval.benchmarks.tutorial import questions

ROUNDS = 3


def main(
    library: Annotated[Path, typer.Argument(help="A library; it is not changed.")],
    engine: Annotated[str, typer.Option(help="CASEBOOK_ENGINE, '' or 'torch'.")] = "",
) -> None:
    """Print both tables."""
    os.environ["CASEBOOK_ENGINE"] = engine
    print(f"{machine()}; engine {engine or 'ONNX Runtime'}\n", flush=True)
    cold = Laps()
    casebook, asked = _cold(library, cold), questions()
    print(table(["a cold process", "ms of processor"], cold.rows()) + "\n", flush=True)
    print(table([f"a warm answer, mean of {len(asked)} questions", "ms of processor", "share"],
                _warm(casebook, asked)))  # fmt: skip


class Laps:
    """Seconds of processor between one call and the next."""

    def __init__(self) -> None:
        self._found: list[tuple[str, float]] = [("Python and this benchmark", time.process_time())]
        self._since = time.process_time()

    def lap(self, what: str) -> None:
        """Charge the time since the last call to `what`."""
        now = time.process_time()
        self._found.append((what, now - self._since))
        self._since = time.process_time()

    def rows(self) -> list[list[str]]:
        """Milliseconds by what was done, and all together."""
        rows = [[what, f"{1000 * seconds:.0f}"] for what, seconds in self._found]
        return [*rows, ["all", f"{1000 * sum(seconds for _, seconds in self._found):.0f}"]]


def _cold(library: Path, laps: Laps) -> Any:  # noqa: ANN401 (imported inside)
    import rag.cli.main  # noqa: F401

    laps.lap("import the command line")
    import numpy as np  # noqa: F401

    laps.lap("import numpy")
    from rag.chat import Casebook
    from rag.config import EXACT_UP_TO, load_settings
    from rag.embed import SentenceEncoder
    from rag.reader.networks.evidence import shipped_reader

    laps.lap("import the rest of rag (its regular expressions)")
    settings = load_settings(library=str(library))
    encoder = SentenceEncoder.of(settings)
    laps.lap("open the two encoders")
    shipped_reader()
    laps.lap("open the second reader")
    from rag.lexicon import lexicon

    lexicon()
    laps.lap("read the lexicon")
    casebook = Casebook(library, settings, encoder=encoder, exact_up_to=EXACT_UP_TO)
    laps.lap("open the library")
    casebook.find("ulcers", k=8)
    laps.lap("first search")
    casebook.ask(questions()[0])
    laps.lap("first answer")
    casebook.close()
    return Casebook(library, settings, encoder=encoder)


def stages(casebook: Any) -> tuple[tuple[Any, str, str], ...]:  # noqa: ANN401
    """Where a function of the reading path is looked up, its name, and the stage that it is."""
    import rag.read_stage
    from rag.embed import SentenceEncoder
    from rag.library.phrases import PhraseScores
    from rag.search import Searcher

    return (
        (SentenceEncoder, "encode", "encode the question (and sentences without stored vectors)"),
        (PhraseScores, "search", "words of passages and reports (FTS5)"),
        (type(casebook.dense), "query", "Chroma"),
        (Searcher, "search", "the rest of the search (vectors from SQLite, fusion)"),
        (type(casebook.reader.evidence), "read", "second reading (network)"),
        (type(casebook.reader), "read", "choose sentences (features, small models)"),
        (rag.read_stage, "short_of", "short answer (weighing)"),
        (type(casebook._counting), "told", "is it a question about all patients?"),
        (type(casebook), "ask", "the rest (resolving, citing, notices)"),
    )


def _warm(casebook: Any, asked: list[str]) -> list[list[str]]:  # noqa: ANN401
    watch = Stopwatch(time.process_time)
    with ExitStack() as stack:
        for owner, name, stage in stages(casebook):
            timed = watch.timed(getattr(owner, name), stage)
            stack.enter_context(patch.object(owner, name, timed))
        _repeat(casebook.ask, asked)
        watch.switch()
        watch.seconds.clear()
        for _ in range(ROUNDS):
            _repeat(casebook.ask, asked)
    count = ROUNDS * len(asked)
    total = sum(watch.seconds.values())
    rows = [
        [stage, f"{1000 * seconds / count:.1f}", f"{seconds / total:.0%}"]
        for stage, seconds in watch.seconds.most_common()
    ]
    return [*rows, ["all", f"{1000 * total / count:.1f}", "100%"]]


def _repeat(work: Callable[[str], object], asked: list[str]) -> None:
    for question in asked:
        work(question)


if __name__ == "__main__":
    typer.run(main)
