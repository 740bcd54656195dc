"""Embedded Chroma: each generation is a folder of its own below ``chroma/``."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from rag.dense.errors import DenseUnavailable

if TYPE_CHECKING:
    from chromadb.api import ClientAPI

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
        """A client on a folder that was made before. Raises DenseUnavailable."""
        folder = self._folder(number)
        if not (folder / "chroma.sqlite3").is_file():
            raise DenseUnavailable("its folder is missing")
        if not os.access(folder, os.W_OK):
            raise DenseUnavailable("Chroma needs to write in its folder, which is read-only")
        return self._client(number)

    def settle(self, number: int) -> None:
        """Force the files to the disk: the pointer must not survive a power cut alone."""
        if os.name != "posix":
            return
        folder = self._folder(number)
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
