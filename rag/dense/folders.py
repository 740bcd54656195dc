"""Embedded Chroma: each generation is a folder of its own below ``chroma/``.

Chroma's native code trusts its index files: from torn ones it answers wrongly, or it takes the
whole process down (both were seen). A finished generation therefore carries their checksums, which
are compared before Chroma opens it.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from rag.dense.errors import DenseUnavailable

if TYPE_CHECKING:
    from chromadb.api import ClientAPI

SEAL = "checksums.json"

_NAME = re.compile(r"generation-(\d{6,})")


class Folders:
    """Where the generations of an embedded Chroma lie."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def name(self, number: int) -> str:
        """The collection of a generation; it is alone in its folder."""
        return "passages"

    def make(self, number: int) -> ClientAPI:
        """A client on a new folder: what a killed build left is removed."""
        self.discard(number)
        self._folder(number).mkdir(parents=True)
        return self._client(number)

    def open(self, number: int) -> ClientAPI:
        """A client on a finished folder. Raises DenseUnavailable."""
        folder = self._folder(number)
        if not folder.is_dir():
            raise DenseUnavailable("its folder is missing")
        if not os.access(folder, os.W_OK):
            raise DenseUnavailable("Chroma needs to write in its folder, which is read-only")
        _check_seal(folder)
        return self._client(number)

    def settle(self, number: int) -> None:
        """Seal the files, and force them to the disk: a pointer to them must not outlive them."""
        folder = self._folder(number)
        (folder / SEAL).write_text(json.dumps(_checksums(folder), indent=1), "utf-8")
        if os.name != "posix":
            return
        for path in (*sorted(folder.rglob("*")), folder, folder.parent):
            handle = os.open(path, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)

    def discard(self, number: int) -> None:
        """Remove what a failed build left."""
        shutil.rmtree(self._folder(number), ignore_errors=True)

    def prune(self, oldest: int, newest: int) -> None:
        """Remove the generations outside ``oldest…newest``; other files stay."""
        for path in sorted(self._root.glob("generation-*")):
            found = _NAME.fullmatch(path.name)
            if found and not oldest <= int(found.group(1)) <= newest:
                shutil.rmtree(path, ignore_errors=True)

    def _folder(self, number: int) -> Path:
        return self._root / f"generation-{number:06d}"

    def _client(self, number: int) -> ClientAPI:
        import chromadb
        from chromadb.config import Settings

        return chromadb.PersistentClient(
            path=str(self._folder(number)), settings=Settings(anonymized_telemetry=False)
        )


def _checksums(folder: Path) -> dict[str, str]:
    """The files of the vector index that Chroma has saved; its SQLite file looks after itself.

    Before the first save (a generation of one vector) Chroma makes the files anew at each opening.
    """
    found: dict[str, str] = {}
    for saved in sorted(folder.glob("*/index_metadata.pickle")):
        for path in sorted(saved.parent.iterdir()):
            with path.open("rb") as stream:
                digest = hashlib.file_digest(stream, "sha256").hexdigest()
            found[path.relative_to(folder).as_posix()] = digest
    return found


def _check_seal(folder: Path) -> None:
    """Raises DenseUnavailable when a file is not as it was when the generation was finished."""
    try:
        wanted = json.loads((folder / SEAL).read_text("utf-8"))
        found = _checksums(folder)
    except (OSError, ValueError) as error:
        raise DenseUnavailable(f"its checksums cannot be read ({error})") from error
    if found != wanted:
        raise DenseUnavailable("its files are not as they were when it was built")
