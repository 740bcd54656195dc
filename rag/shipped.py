"""The shipped reports, and the default library, which builds itself from them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from rag.config import Settings, user_folder

if TYPE_CHECKING:
    from rag.embed import SentenceEncoder

Tell = Callable[[str], None]
Count = Callable[[int, int], None]
"""Takes how many files are done, and how many there are."""


def folder_of(settings: Settings) -> tuple[Path, bool]:
    """The library folder, and whether it is the default one."""
    if settings.library:
        return Path(settings.library).expanduser(), False
    return user_folder() / "library", True


def shipped_reports() -> Path:
    """The folder of the shipped digests, in a checkout or in an installed wheel."""
    from importlib.resources import files

    return Path(str(files("corpus") / "reports"))


def stands(folder: Path) -> bool:
    """Whether the default library was built to the end, or is not ours to build (read-only)."""
    from rag.library import Library, exists

    if not exists(folder):
        return False
    with Library(folder) as found:
        return found.meta("complete") == "yes" or found.read_only


def build_default(
    folder: Path,
    settings: Settings,
    encoder: SentenceEncoder,
    reports: Path,
    tell: Tell,
    count: Count = lambda done, total: None,
) -> None:
    """Build the library of `folder` from the files in `reports`, unless it stands already.

    `tell` is given a line before and after (a minute or more), `count` the progress between them.
    Raises LibraryError.
    """
    from rag.library import Library

    if stands(folder):
        return
    # Only here: the readers of files cost a question of a library that stands .15 s for nothing.
    from rag.dense import DenseIndex
    from rag.index import add, files, refresh_dense

    tell(f"First use: building the library from the shipped reports in {folder} …")
    total = len(list(files([reports])))
    count(0, total)
    stored = 0
    with Library(folder, create=True) as library:
        for done, outcome in enumerate(add([reports], library, encoder), 1):
            stored += outcome.status != "refused"
            count(done, total)
        dense = DenseIndex(folder, library.meta("library_id"), settings.chroma_url)
        refresh_dense(library, dense, force=True)
        dense.close()
        library.set_meta(complete="yes")
    tell(f"{stored} reports are ready.")
