"""Options → an open library: which folder is meant, and what may build itself."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from rag.config import Settings, load_settings, user_folder
from rag.errors import CasebookError

if TYPE_CHECKING:
    from rag.chat import Casebook
    from rag.dense import DenseIndex
    from rag.embed import SentenceEncoder
    from rag.library import Library

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


def folder_of(settings: Settings) -> tuple[Path, bool]:
    """The library folder, and whether it is the default one."""
    if settings.library:
        return Path(settings.library).expanduser(), False
    return user_folder() / "library", True


def make_encoder(settings: Settings) -> SentenceEncoder:
    """The embedding model (seconds)."""
    from rag.embed import SentenceEncoder

    return SentenceEncoder(settings.model, threads=settings.threads)


@contextmanager
def open_casebook(library: Path | None) -> Iterator[Casebook]:
    """A library ready to answer; the default one is built from the shipped corpus when missing."""
    from rag.chat import Casebook

    log_to_stderr()
    settings = settings_for(library)
    folder, default = folder_of(settings)
    encoder = None
    if default:
        encoder = make_encoder(settings)
        build_default(folder, settings, encoder)
    with Casebook(folder, settings, encoder=encoder) as casebook:
        if casebook.library.report_ids() == []:
            raise CasebookError(
                f"The library {folder} holds no reports; add some with: "
                f"casebook add PATH… --library {folder}"
            )
        yield casebook


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


def build_default(folder: Path, settings: Settings, encoder: SentenceEncoder) -> None:
    """Build the default library from the shipped corpus, unless it stands already."""
    from rag.dense import DenseIndex
    from rag.index import add, refresh_dense
    from rag.library import Library, exists

    if exists(folder):
        with Library(folder) as found:
            if found.meta("complete") == "yes" or found.read_only:
                return
    say(f"First use: building the library from the shipped reports in {folder} …")
    with Library(folder, create=True) as library:
        stored = sum(o.status != "refused" for o in add([shipped_reports()], library, encoder))
        dense = DenseIndex(folder, library.meta("library_id"), settings.chroma_url)
        refresh_dense(library, dense, force=True)
        dense.close()
        library.set_meta(complete="yes")
    say(f"{stored} reports are ready.")


def shipped_reports() -> Path:
    """The folder of the shipped digests, in a checkout or in an installed wheel."""
    from importlib.resources import files

    return Path(str(files("corpus") / "reports"))


def log_to_stderr() -> None:
    """Show warnings of `rag` (search is exact, a rollback journal …) as lines of Casebook's."""
    logging.basicConfig(
        stream=sys.stderr, level=logging.WARNING, format="casebook: %(message)s", force=True
    )
    for noisy in ("chromadb", "sentence_transformers", "transformers", "httpx", "urllib3"):
        logging.getLogger(noisy).setLevel(logging.ERROR)
