"""The bytes of a Word file → the XML parts that hold its words; what is unsafe is refused first.

Nothing is unpacked before the sizes that the archive declares were looked at, and then only the
parts that are asked for: pictures, macros, fonts and embedded files stay packed. `zipfile` never
gives more of a part than the archive declares, so that the sum bounds the memory.
"""

from __future__ import annotations

import posixpath
import struct
import zipfile
import zlib
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from docx.oxml import parse_xml

from rag.errors import UnreadableFile

Element = Any
"""An element of lxml, which has no types."""

# A manuscript with pictures is far below; its text alone is seldom more than 2 MB of XML.
MAX_UNPACKED = 400_000_000
MAX_PART = 60_000_000
MAX_PARTS = 10_000
# XML shrinks 10 to 30 times, an empty bitmap perhaps 100; a bomb 1,000. A small file may do as it
# likes.
MAX_RATIO = 120
_SMALL = 10_000_000

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_SAVE = "open it in Word or LibreOffice and save it as .docx"
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    RuntimeError,  # a part that is encrypted, or nests too deep
    NotImplementedError,
    SyntaxError,  # what lxml raises
    KeyError,
)
# Word's 'Strict Open XML' says the same in names of its own.
_STRICT = b"http://purl.oclc.org/ooxml/"
_NAMES = (
    (_STRICT + b"wordprocessingml/main", b"schemas.openxmlformats.org/wordprocessingml/2006/main"),
    (
        _STRICT + b"officeDocument/relationships",
        b"schemas.openxmlformats.org/officeDocument/2006/relationships",
    ),
    (
        _STRICT + b"officeDocument/math",
        b"schemas.openxmlformats.org/officeDocument/2006/math",
    ),
)


class Archive:
    """A Word file that was found safe to open. Raises UnreadableFile, also from its methods."""

    def __init__(self, data: bytes, path: Path) -> None:
        self._path = path
        _refuse_other_formats(data, path)
        try:
            self._zip = zipfile.ZipFile(BytesIO(data))
            self._parts = {info.filename: info for info in self._zip.infolist()}
        except _BROKEN as error:
            raise UnreadableFile(
                path, f"the file is damaged ({_short(error)}); {_SAVE} again, or get a new copy"
            ) from None
        self._refuse_bombs(len(data))
        self.main = self._main()

    def xml(self, name: str) -> Element | None:
        """The root element of a part; None where the archive has no such part."""
        data = self._read(name)
        if data is None:
            return None
        for strict, ordinary in _NAMES:
            data = data.replace(strict, b"http://" + ordinary)
        try:
            return parse_xml(data)
        except _BROKEN as error:
            raise UnreadableFile(
                self._path, f"{name} in it is damaged ({_short(error)}); {_SAVE} again"
            ) from None

    def related(self, kind: str) -> list[str]:
        """The parts of a kind ('styles', 'header') that the document names, in its order."""
        return self._targets(self.main, kind)

    def properties(self) -> Element | None:
        """The root of the core properties (title, author, dates), or None."""
        names = self._targets("", "core-properties")
        return self.xml(names[0]) if names else None

    def _main(self) -> str:
        names = self._targets("", "officeDocument") or ["word/document.xml"]
        if names[0] not in self._parts or not names[0].startswith("word/"):
            raise UnreadableFile(
                self._path, f"no text document is in this archive; {_SAVE}, or check the suffix"
            )
        return names[0]

    def _targets(self, source: str, kind: str) -> list[str]:
        folder, name = posixpath.split(source)
        root = self.xml(posixpath.join(folder, "_rels", f"{name}.rels"))
        found = []
        for relation in root if root is not None else ():
            if str(relation.get("Type")).endswith(f"/{kind}") and relation.get("Target"):
                target = unquote(relation.get("Target"))
                found.append(posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/"))
        return found

    def _read(self, name: str) -> bytes | None:
        info = self._parts.get(name)
        if info is None:
            return None
        if info.file_size > MAX_PART:
            raise UnreadableFile(
                self._path,
                f"{name} in it has {info.file_size / 1e6:.0f} MB, more than the "
                f"{MAX_PART / 1e6:.0f} MB that a report may have; split the file",
            )
        try:
            return self._zip.read(info)
        except _BROKEN as error:
            if info.flag_bits & 1:
                raise UnreadableFile(
                    self._path, f"the file is protected; {_SAVE} without a password"
                ) from None
            raise UnreadableFile(
                self._path, f"{name} in it is damaged ({_short(error)}); {_SAVE} again"
            ) from None

    def _refuse_bombs(self, size: int) -> None:
        unpacked = sum(info.file_size for info in self._parts.values())
        if len(self._parts) > MAX_PARTS:
            raise UnreadableFile(
                self._path,
                f"{len(self._parts):,} files in one document are no report; {_SAVE} again",
            )
        if unpacked > MAX_UNPACKED or (unpacked > _SMALL and unpacked > MAX_RATIO * size):
            raise UnreadableFile(
                self._path,
                f"it would unpack from {size / 1e6:.1f} MB to {unpacked / 1e6:,.0f} MB, which no "
                f"report does, so it was not opened; {_SAVE} again without its pictures",
            )


def _refuse_other_formats(data: bytes, path: Path) -> None:
    """Raises UnreadableFile for what bears the suffix but is something else, saying what it is."""
    if not data.strip(b"\0 \r\n\t"):
        raise UnreadableFile(path, "the file is empty; nothing to add")
    if data.startswith(_OLE):
        what = (
            "the file is protected with a password; " + _SAVE + " without one"
            if _ENCRYPTED in data
            else "this is an old Word file (.doc); " + _SAVE
        )
        raise UnreadableFile(path, what)
    if data.lstrip()[:5] == b"{\\rtf":
        raise UnreadableFile(path, f"this is an RTF file; {_SAVE}")
    if not data.startswith(b"PK"):
        raise UnreadableFile(path, f"this is no Word file or a damaged one; {_SAVE}")


def _short(error: Exception) -> str:
    """The first line of what a library says, without the bytes that it may quote."""
    return (str(error) or type(error).__name__).split("\n")[0][:100]
