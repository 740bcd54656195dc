"""File → Report: one reader per suffix, one door for what can be wrong with a file."""

from __future__ import annotations

import stat
from collections.abc import Callable
from contextvars import ContextVar
from importlib import import_module
from pathlib import Path

from rag.config import MAX_FILE_BYTES, MAX_PAGES
from rag.errors import InvalidReport, UnknownFormat, UnreadableFile
from rag.formats.markdown import read_markdown
from rag.formats.text import read_text
from rag.schema import Report

Reader = Callable[[bytes, Path], Report]


def _decoded(read: Callable[[str, str], Report]) -> Reader:
    """A reader of (text, base name of the file) as a reader of bytes."""
    return lambda data, path: read(decode(data, path), path.name)


def _lazy(module: str, name: str) -> Reader:
    """A reader that is imported when it first reads: most libraries of formats are heavy."""

    def read(data: bytes, path: Path) -> Report:
        found: Reader = getattr(import_module(f"rag.formats.{module}"), name)
        return found(data, path)

    return read


READERS: dict[str, Reader] = {
    ".md": _decoded(read_markdown),
    ".markdown": _decoded(read_markdown),
    ".txt": _decoded(read_text),
    ".docx": _lazy("docx", "read_docx"),
    ".docm": _lazy("docx", "read_docx"),
    ".pdf": _lazy("pdf", "read_pdf"),
    ".xml": _lazy("jats", "read_jats"),
    ".nxml": _lazy("jats", "read_jats"),
    ".html": _lazy("html", "read_html"),
    ".htm": _lazy("html", "read_html"),
    ".xhtml": _lazy("html", "read_html"),
}
"""Suffix → reader of the file's bytes and its path, which is for messages and the name alone."""

most_pages: ContextVar[int] = ContextVar("most_pages", default=MAX_PAGES)
"""How many pages a reader may begin to read; `read_bytes` sets it."""

APART = frozenset(READERS) - {".md", ".markdown", ".txt"}
"""Suffixes of formats that a program reads, not a person: they are parsed in a process of their own
(`rag.formats.sandbox`), which a hostile or broken file may crash without harm. So are large
texts."""


def read_file(path: Path) -> tuple[Report, bytes]:
    """The report in a file, and the file's bytes as they are.

    Raises FileError (missing, empty, binary, wrongly encoded, too large, unknown suffix, not a
    report), naming the file and what to do.
    """
    reader(path)
    try:
        refuse_special(path)
        if path.stat().st_size > MAX_FILE_BYTES:
            raise UnreadableFile(path, too_large(path.stat().st_size))
        data = path.read_bytes()
    except OSError as error:
        raise UnreadableFile(path, f"cannot be read ({error.strerror}); check the path") from error
    return read_bytes(data, path), data


def read_bytes(data: bytes, path: Path, *, pages: int = MAX_PAGES) -> Report:
    """The report in the bytes of a file; `path` gives the suffix and the name in messages.

    A PDF of more than `pages` is not begun. Raises FileError.
    """
    before = most_pages.set(pages)
    try:
        return reader(path)(data, path)
    except InvalidReport as error:
        raise InvalidReport(path, error.reason) from None
    finally:
        most_pages.reset(before)


def reader(path: Path) -> Reader:
    """The reader for a file name. Raises UnknownFormat."""
    try:
        return READERS[path.suffix.lower()]
    except KeyError:
        known = ", ".join(sorted(READERS))
        raise UnknownFormat(
            path,
            f"no reader for '{path.suffix or 'no suffix'}'; known: {known}; convert the file first",
        ) from None


def refuse_special(path: Path) -> None:
    """Raises UnreadableFile for a pipe, socket or device: it may never end, or never begin.

    Folders and what is missing are left to the read itself, which names them. Raises OSError.
    """
    mode = path.stat().st_mode
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
        raise UnreadableFile(
            path, "is no ordinary file (a pipe, socket or device); save its content as a file"
        )


def decode(data: bytes, path: Path) -> str:
    """Text of UTF-8 (with or without a mark) or marked UTF-16 bytes.

    Other encodings are refused: a guess would garble 'µg' or 'γ' without a word. Raises
    UnreadableFile.
    """
    if not data.strip():
        raise UnreadableFile(path, "the file is empty; nothing to add")
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encoding = "utf-16"
    else:
        encoding = "utf-8-sig"
        if b"\x00" in data:
            raise UnreadableFile(path, "the file is binary, not text; add the report as text")
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise UnreadableFile(
            path,
            f"not {'UTF-16' if encoding == 'utf-16' else 'UTF-8'} (byte {error.start}); convert it "
            "first, e.g.: "
            "iconv -f WINDOWS-1252 -t UTF-8 IN > OUT",
        ) from None


def too_large(size: int) -> str:
    """The complaint about a file of `size` bytes."""
    return (
        f"{size / 1e6:.0f} MB is more than the {MAX_FILE_BYTES / 1e6:.0f} MB that a report may "
        "have; split the file"
    )
