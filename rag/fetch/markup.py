"""The few HTML tags of an abstract (<h4>, <i>, <sup> …) → plain words, or inline JATS."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from xml.sax.saxutils import escape

_INLINE = {"i": "italic", "em": "italic", "b": "bold", "strong": "bold", "sub": "sub", "sup": "sup"}
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6", "title")
_BREAKS = ("p", "br", "div", "li", "ul", "ol", "sec", "section")
_SILENT = ("span", "a", "u", "sc", "small", "abstract", "abstracttext")
_NAMES = "|".join((*_INLINE, *_HEADINGS, *_BREAKS, *_SILENT))
# Only what is a tag beyond doubt: in 'n <b and c> d' and 'P <0.05' the brackets are signs.
_TAG = re.compile(
    rf"<(?P<end>/?)(?P<name>{_NAMES})(?:\s+[\w:-]+\s*=\s*(?:\"[^\"<>]*\"|'[^'<>]*'))*\s*/?>",
    re.IGNORECASE,
)
# What XML 1.0 cannot hold, nor any text should.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Part:
    """A labelled part of an abstract ('Background'; '' without one); its paragraphs as JATS."""

    label: str
    paragraphs: tuple[str, ...]


def words(text: str) -> str:
    """`text` in one line, without the tags that are known and with its entities resolved."""
    plain = _TAG.sub(lambda tag: "" if tag["name"].lower() in (*_INLINE, *_SILENT) else " ", text)
    return " ".join(_characters(plain).split())


def parts(abstract: str) -> list[Part]:
    """The parts of an abstract in order, paragraphs as sound XML; [] where there are no words."""
    reader = _Reader()
    place = 0
    for tag in _TAG.finditer(abstract):
        reader.text(abstract[place : tag.start()])
        reader.tag(tag["name"].lower(), closing=bool(tag["end"]))
        place = tag.end()
    reader.text(abstract[place:])
    reader.end_part()
    return reader.parts


def _characters(text: str) -> str:
    return _CONTROL.sub(" ", html.unescape(text))


class _Reader:
    """Collects paragraphs below headings; inline tags are closed in the order of their opening."""

    def __init__(self) -> None:
        self.parts: list[Part] = []
        self._label = ""
        self._in_heading = False
        self._paragraphs: list[str] = []
        self._written: list[str] = []
        self._open: list[str] = []

    def text(self, text: str) -> None:
        self._written.append(escape(_characters(text)))

    def tag(self, name: str, *, closing: bool) -> None:
        if name in _HEADINGS:
            self._end_heading() if closing else self._begin_heading()
        elif name in _BREAKS:
            self._end_paragraph()
        elif name in _INLINE and not closing:
            self._open.append(name)
            self._written.append(f"<{_INLINE[name]}>")
        elif name in self._open:
            while self._close() != name:
                pass

    def end_part(self) -> None:
        """Close the part that is being read."""
        self._end_paragraph()
        if self._paragraphs:
            self.parts.append(Part(self._label, tuple(self._paragraphs)))
        self._label, self._paragraphs, self._in_heading = "", [], False

    def _begin_heading(self) -> None:
        self.end_part()
        self._in_heading = True

    def _end_heading(self) -> None:
        if self._in_heading:
            said = re.sub(r"<[^>]*>", "", "".join(self._written))
            self._label = " ".join(said.split()).rstrip(":. ")
            self._written, self._open, self._in_heading = [], [], False

    def _end_paragraph(self) -> None:
        while self._open:
            self._close()
        written = " ".join("".join(self._written).split())
        self._written = []
        if re.sub(r"<[^>]*>", "", written).strip():
            self._paragraphs.append(written)

    def _close(self) -> str:
        """Write the end of the inline tag that was opened last; its name."""
        name = self._open.pop()
        self._written.append(f"</{_INLINE[name]}>")
        return name
