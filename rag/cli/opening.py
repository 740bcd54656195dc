"""Options → an open library: which folder is meant, and what may build itself."""

from __future__ import annotations

import atexit
import gc
import logging
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from rag import shipped
from rag.config import EXACT_UP_TO, Settings, load_settings
from rag.errors import CasebookError
from rag.shipped import folder_of, shipped_reports

if TYPE_CHECKING:
    from rag.chat import Casebook
    from rag.dense import DenseIndex
    from rag.embed import SentenceEncoder
    from rag.library import Library

__all__ = [
    "LIBRARY_HELP", "build_default", "folder_of", "internal_error", "log_to_stderr",
    "make_encoder", "open_casebook", "open_dense", "open_library", "say", "settings_for",
    "shipped_reports",
]  # fmt: skip

LIBRARY_HELP = "Folder of the library [default: CASEBOOK_LIBRARY, else your own data folder]."


def say(message: str) -> None:
    """Progress, on stderr: stdout carries results only."""
    typer.echo(message, err=True)


def internal_error(error: Exception) -> str:
    """What a user is told of an error that nobody foresaw."""
    return (
        f"Internal error ({type(error).__name__}: {error}); this is a fault of Casebook: "
        "set CASEBOOK_DEBUG=1 to see where, and please report it"
    )


def settings_for(library: Path | None) -> Settings:
    """The settings in force with `--library` on top."""
    return load_settings(library=str(library) if library else None)


def make_encoder(settings: Settings) -> SentenceEncoder:
    """The embedding model (seconds)."""
    from rag.embed import SentenceEncoder

    return SentenceEncoder.of(settings)


@contextmanager
def open_casebook(library: Path | None, *, once: bool = False) -> Iterator[Casebook]:
    """A library ready to answer; the default one is built from the shipped corpus when missing.

    For a process that asks `once`, a library is searched without Chroma unless it is large.
    """
    log_to_stderr()
    if once:
        _collect_less()
    settings = settings_for(library)
    folder, default = folder_of(settings)
    with ThreadPoolExecutor(1) as beside:
        # Opening the networks is work outside the interpreter, importing the rest is work inside.
        opened = beside.submit(make_encoder, settings)
        from rag.chat import Casebook
        from rag.reader.networks.evidence import shipped_reader

        if not settings.reader:
            beside.submit(shipped_reader)  # what is wrong with it, the library says when it opens
        _load_language()
        exact_up_to = EXACT_UP_TO if once else 0
        if _passages(folder) > exact_up_to:
            from rag.dense import load_chroma

            load_chroma()
        encoder = opened.result()
    if default:
        build_default(folder, settings, encoder)
    with Casebook(folder, settings, encoder=encoder, exact_up_to=exact_up_to) as casebook:
        if casebook.library.report_ids() == []:
            raise CasebookError(
                f"The library {folder} holds no reports; add some with: "
                f"casebook add PATH… --library {folder}"
            )
        yield casebook


COLLECTED_EVERY = 100_000
"""New objects after which Python looks for circles among them, in a process that asks once; 700 is
its own number, with which the objects of two hundred modules are looked through again and again."""


def _collect_less() -> None:
    """For a process that ends with one answer: a tenth of its time went into looking for circles.

    What is still there at its end dies with it; Python would look through all of it once more.
    """
    gc.set_threshold(COLLECTED_EVERY)
    atexit.register(gc.freeze)


def _load_language() -> None:
    """Read and compile now what the first question needs beside the networks (0.3 s).

    The lexicon with its typos, what cuts sentences, and the patterns that know a question about
    all patients.
    """
    from rag.cases.asking import asked_of_records
    from rag.lexicon import lexicon
    from rag.sentences import sentence_spans

    lexicon().expand("dermatomyositis")
    sentence_spans("She came. She went.")
    asked_of_records("How many patients were given IVIG?")


def _passages(folder: Path) -> int:
    """How many passages the library in `folder` holds; 0 where there is none yet."""
    from rag.library import Library, exists

    if not exists(folder):
        return 0
    with Library(folder) as library:
        return library.count_passages()


@contextmanager
def open_library(library: Path | None, *, create: bool = False) -> Iterator[Library]:
    """The bare library, without the model; the default one must be built by `ask` or `index`."""
    from rag.library import Library, exists

    settings = settings_for(library)
    folder, default = folder_of(settings)
    if default and not create and not exists(folder):
        build_default(folder, settings, make_encoder(settings))
    with Library(folder, create=create) as opened:
        yield opened


@contextmanager
def open_dense(library: Library, url: str) -> Iterator[DenseIndex]:
    """The dense index of an open library, closed at the end."""
    from rag.dense import DenseIndex

    dense = DenseIndex(library.folder, library.meta("library_id"), url)
    try:
        yield dense
    finally:
        dense.close()


def build_default(
    folder: Path,
    settings: Settings,
    encoder: SentenceEncoder,
    count: shipped.Count = lambda done, total: None,
) -> None:
    """Build the default library from the shipped corpus, unless it stands already.

    `count` is given how many reports of how many are read.
    """
    shipped.build_default(folder, settings, encoder, shipped_reports(), say, count)


def log_to_stderr() -> None:
    """Show warnings of `rag` (search is exact, a rollback journal …) as lines of Casebook's."""
    logging.basicConfig(
        stream=sys.stderr, level=logging.WARNING, format="casebook: %(message)s", force=True
    )
    for noisy in ("chromadb", "sentence_transformers", "transformers", "httpx", "urllib3"):
        logging.getLogger(noisy).setLevel(logging.ERROR)
