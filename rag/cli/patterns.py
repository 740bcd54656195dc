"""Regular expressions compiled once and kept between processes, as Python keeps its modules.

A question needs some 670 patterns, which take a fifth of a second to compile: a seventh of a cold
question. CPython compiles in two steps: Python code turns a pattern into a list of numbers, and C
code checks the numbers and makes the `re.Pattern` of them. The numbers are written into the user's
cache folder (`rag.config.cache_folder`) by the first process that has made them; with them the
second step takes ten microseconds.

Both steps are CPython's own business. So only the command line does this, for its own process;
programs that import `rag` have the standard library as it is. It is used with versions of Python
for which it was tried (`TRIED`). What is new is written only if every pattern made of it equals the
one that `re` made (`re.Pattern` compares its numbers), and a file of another Python, a damaged one
and numbers that the C code refuses are as if there were none. Whoever may write there could harm
its owner, as with Python's own bytecode.

Patterns of modules alone are kept. One that is compiled later may hold words of a question or of a
report, which are never written here.
"""

from __future__ import annotations

import atexit
import logging
import re
import sys
from array import array
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rag import plain_values
from rag.config import cache_folder

log = logging.getLogger(__name__)

TRIED = ((3, 11), (3, 12), (3, 13))
MOST = 3_000
"""Patterns of a file; with more, those that this process did not use are left out."""

Key = tuple[str, int]
Numbers = tuple[int, bytes, int, dict[str, int], tuple[str | None, ...]]
"""Flags, code, number of groups, their numbers by name, their names by number."""

_COMPREHENSIONS = ("<genexpr>", "<listcomp>", "<dictcomp>", "<setcomp>")


def keep_patterns() -> None:
    """From now on compile from what is kept, and write what is not, when this process ends."""
    folder = cache_folder()
    if folder is None or sys.implementation.name != "cpython" or sys.version_info[:2] not in TRIED:
        return
    path = folder / "patterns" / plain_values.file_name(str(_magic()))
    kept = Kept(read(path))
    compiler: Any = re._compiler  # type: ignore[attr-defined]
    kept.standard, compiler.compile = compiler.compile, kept.compile
    atexit.register(kept.write, path)


class Kept:
    """Takes the place of the compiler of `re` in this process."""

    def __init__(self, known: dict[Key, Numbers]) -> None:
        self._known = known
        self._used: set[Key] = set()
        self._new: dict[Key, None] = {}
        self.standard: Callable[[Any, int], re.Pattern[str]] = re.compile

    def compile(self, pattern: object, flags: int = 0) -> re.Pattern[str]:
        """The same pattern as the standard library makes, from its numbers where they are kept.

        Raises re.error as it does.
        """
        if not isinstance(pattern, str):
            return self.standard(pattern, flags)
        key = (pattern, int(flags))
        if numbers := self._known.get(key):
            try:
                made = _made(pattern, numbers)
            except Exception:  # the C code has a kind of error for each thing that it refuses
                del self._known[key]
            else:
                self._used.add(key)
                return made
        if _of_a_module():
            self._new[key] = None
        return self.standard(pattern, flags)

    def write(self, path: Path) -> None:
        """Write what is known and what was new to `path`, whole or not at all."""
        if not self._new:
            return
        try:
            made = {key: numbers_of(*key) for key in self._new}
            kept = self._known | made
            if len(kept) > MOST:
                kept = {key: self._known[key] for key in sorted(self._used)} | made
            if all(_made(key[0], kept[key]) == self.standard(*key) for key in made):
                plain_values.write(path, kept)
        except Exception as error:  # a full disk, another Python: the next process compiles again
            log.info("%s: patterns are not kept (%s)", path, error)


def numbers_of(pattern: str, flags: int) -> Numbers:
    """What CPython's compiler makes of a pattern, as `re._compiler.compile` hands it to C."""
    parser: Any = re._parser  # type: ignore[attr-defined]
    compiler: Any = re._compiler  # type: ignore[attr-defined]
    parsed = parser.parse(pattern, flags)
    groups: dict[str, int] = parsed.state.groupdict
    names: list[str | None] = [None] * parsed.state.groups
    for name, number in groups.items():
        names[number] = name
    code = array("I", compiler._code(parsed, flags)).tobytes()
    return flags | parsed.state.flags, code, parsed.state.groups - 1, dict(groups), tuple(names)


def read(path: Path) -> dict[Key, Numbers]:
    """What `path` holds; nothing where there is no such file or it is not as it was written."""
    found = plain_values.read(path)
    return found if isinstance(found, dict) else {}


def _made(pattern: str, numbers: Numbers) -> re.Pattern[str]:
    import _sre  # type: ignore[import-not-found]

    flags, code, groups, group_index, names = numbers
    listed = array("I")
    listed.frombytes(code)
    made: re.Pattern[str] = _sre.compile(
        pattern, flags, listed.tolist(), groups, group_index, names
    )
    return made


def _magic() -> int:
    import _sre

    return int(_sre.MAGIC)


def _of_a_module() -> bool:
    """Whether a line of a module itself compiles the pattern, while it is imported."""
    frame = sys._getframe(2)
    while frame.f_back and (
        frame.f_code.co_filename == re.__file__ or frame.f_code.co_name in _COMPREHENSIONS
    ):
        frame = frame.f_back
    return frame.f_code.co_name == "<module>"
