"""The bytes of a web page → its text, in the encoding that a browser would take."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from rag.errors import UnreadableFile

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED = re.compile(
    rb"<meta[^>]{0,300}?charset\s*=\s*[\"']?\s*([\w.:-]{2,40})"
    rb"|^\s*<\?xml[^>]{0,100}?encoding\s*=\s*[\"']([\w.:-]{2,40})",
    re.IGNORECASE,
)
_SEARCHED = 8192
# Encodings of pages; Python knows others ('unicode_escape', 'utf-7') that would garble or hide.
_KNOWN = re.compile(
    r"utf-?8|windows-?\d{3,4}|cp\d{3,4}|iso-?8859-?\d{1,2}|latin-?\d|us-ascii|ascii|koi8-[ru]"
    r"|gb2312|gbk|gb18030|big5(?:-hkscs)?|shift[_-]?jis|sjis|euc-(?:jp|kr|cn)|ks_c_5601\S*"
    r"|iso-2022-jp|tis-620|macintosh",
    re.IGNORECASE,
)
_SMALL = re.compile(r"windows-?\d+|cp12\d\d|iso-?8859-?\d+|latin-?\d|us-ascii|ascii", re.IGNORECASE)
# What the web calls Latin-1 and ASCII has always been read as this.
_WESTERN = re.compile(r"iso-?8859-?1|latin-?1|us-ascii|ascii|windows-?1252", re.IGNORECASE)
_NOT_TEXT = (
    b"%PDF",
    b"PK\x03\x04",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"\x1f\x8b",
    b"\xd0\xcf",
)


def decode_page(data: bytes, path: Path) -> str:
    """The text of a page, by its mark, its declaration, or as UTF-8, else Windows-1252.

    NUL characters go. Raises UnreadableFile (empty, not text, not in the encoding that it names).
    """
    if not data.strip(b"\0 \t\r\n"):
        raise UnreadableFile(path, "the file is empty; nothing to add")
    if data.startswith(_NOT_TEXT):
        raise UnreadableFile(path, "the file is no web page but binary; save the page as HTML")
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _decoded(data[len(mark) :], encoding, path)
    if data[:_SEARCHED].count(0) > len(data[:_SEARCHED]) // 4:
        little = data[1:_SEARCHED:2].count(0) > data[0:_SEARCHED:2].count(0)
        return _decoded(data, "utf-16-le" if little else "utf-16-be", path)
    declared = _declared(data)
    # A page of Latin letters that is sound UTF-8 beyond ASCII was declared wrongly.
    if not declared or _SMALL.fullmatch(declared):
        try:
            return data.decode("utf-8").replace("\0", "")
        except UnicodeDecodeError:
            declared = declared or "windows-1252"
    return _decoded(data, "cp1252" if _WESTERN.fullmatch(declared) else declared, path)


def _declared(data: bytes) -> str:
    """The encoding that a page names, if it is one of pages."""
    match = _DECLARED.search(data[:_SEARCHED])
    name = (match[1] or match[2]).decode("ascii", "ignore") if match else ""
    return name if _KNOWN.fullmatch(name) else ""


def _decoded(data: bytes, encoding: str, path: Path) -> str:
    try:
        return data.decode(encoding).replace("\0", "")
    except (UnicodeDecodeError, LookupError):
        raise UnreadableFile(
            path, f"not {encoding}, as it should be; open the page and save it again as UTF-8"
        ) from None
