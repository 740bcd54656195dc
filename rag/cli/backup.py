"""`casebook backup` and `casebook restore`: the library's one file, copied and brought back."""

from __future__ import annotations

from pathlib import Path

import typer

from rag.cli.opening import (
    LIBRARY_HELP,
    folder_of,
    open_dense,
    open_library,
    say,
    settings_for,
)

_LIBRARY = typer.Option(None, "--library", help=LIBRARY_HELP)


def backup(
    file: Path = typer.Argument(help="The file to write; one that is there is replaced."),
    library: Path = _LIBRARY,
) -> None:
    """Copy the library to one file, while others use it; the copy is checked before it counts.

    The dense index is derived and not copied. Restore with: casebook restore FILE.

    Example: casebook backup /backups/casebook.sqlite3
    """
    from rag.library.backups import back_up

    with open_library(library) as opened:
        reports = back_up(opened, file)
    say(f"{reports} reports are in {file}")


def restore(
    file: Path = typer.Argument(help="What casebook backup wrote."),
    library: Path = _LIBRARY,
) -> None:
    """Make a backup the library; what stood there before is kept under another name.

    Processes that have the library open (casebook ui) must be started again afterwards.

    Example: casebook restore /backups/casebook.sqlite3 --library ~/my-library
    """
    from rag.index import refresh_dense
    from rag.library.backups import restore as restored

    settings = settings_for(library)
    folder, _ = folder_of(settings)
    reports, kept = restored(folder, file)
    if kept:
        say(f"What stood there before is kept as {kept}")
    with open_library(library) as opened, open_dense(opened, settings.chroma_url) as dense:
        refresh_dense(opened, dense, force=True)
    say(f"{reports} reports are in {folder}; start again what has it open, such as casebook ui")
