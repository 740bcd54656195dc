"""The methods of data classes compiled once and kept between processes, as patterns are.

`dataclasses` writes `__init__`, `__eq__` and the other methods of a class as Python text and has it
compiled, anew in each process: some ninety classes of a question have five hundred methods, of
which compiling takes 40 ms. What `compile` makes of a text is kept in the user's cache folder
(`rag.config.cache_folder`), so that the next process only runs it.

How `dataclasses` does this is CPython's own business; see `rag.cli.patterns` for who may use it and
when. Here it is enough that the module calls `exec` with a text: what it calls so is looked up in
the module itself first, and is ours from then on. A text that is not kept is compiled as ever.
"""

from __future__ import annotations

import atexit
import builtins
import dataclasses
import importlib.util
import logging
import sys
from functools import cached_property
from pathlib import Path
from types import CodeType
from typing import Any

from rag import plain_values
from rag.cli.patterns import TRIED
from rag.config import cache_folder

log = logging.getLogger(__name__)

MOST = 3_000
"""Texts of a file; with more, those that this process did not use are left out."""


def keep_methods() -> None:
    """From now on run what is kept, and write what is not, when this process ends."""
    folder = cache_folder()
    if folder is None or sys.implementation.name != "cpython" or sys.version_info[:2] not in TRIED:
        return
    path = folder / "methods" / plain_values.file_name(importlib.util.MAGIC_NUMBER.hex())
    kept = Kept(path)
    module: Any = dataclasses
    module.exec = kept.run
    atexit.register(kept.write)


class Kept:
    """Takes the place of `exec` in `dataclasses`; `path` is read when the first class is made."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._used: dict[str, CodeType] = {}
        self._is_new = False

    @cached_property
    def _known(self) -> dict[str, CodeType]:
        found = plain_values.read(self._path)
        return found if isinstance(found, dict) else {}

    def run(self, text: str, *names: dict[str, Any]) -> None:
        """As `exec` of a text that defines functions; raises what that raises."""
        code = self._known.get(text)
        if code is None:
            code = self._compiled(text)
        self._used[text] = code
        builtins.exec(code, *names)

    def _compiled(self, text: str) -> CodeType:
        self._is_new = True
        code: CodeType = compile(text, "<string>", "exec", dont_inherit=True)
        return code

    def write(self) -> None:
        """Write what is known and what was new, whole or not at all."""
        if not self._is_new:
            return
        kept = self._known | self._used
        try:
            plain_values.write(self._path, kept if len(kept) <= MOST else self._used)
        except (OSError, ValueError) as error:  # a full disk: the next process compiles again
            log.info("%s: methods of data classes are not kept (%s)", self._path, error)
