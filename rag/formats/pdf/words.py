"""Glyphs → words, each on its line's base; raised reference marks are gone, exponents spelt out."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from rag.formats.pdf.page import Glyph
from rag.formats.superscripts import power

# In parts of the type size. Spaces are narrowest in justified lines (0.2), gaps between letters
# widest where a heading is spread out (0.1).
SPACE = 0.15
# What pdfium takes for a space, which looks at the font, too, may be narrower.
_HINTED = 0.06
_SAME_BASE = 0.08
_SMALLER = 0.86
_RAISED = (0.12, 0.9)
_LOWERED = (0.03, 0.5)
_NEAR = 0.6

_SUPERSCRIPT = str.maketrans("0123456789+-–−n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁻ⁿ")
_CHARGE = re.compile(r"\d?[+−–-]")
_ELEMENT = re.compile(r"\b(?:Ca|Na|K|Mg|Fe|Cl|Zn|Cu|H|CD\d+|Ki|HCO3)$")
_MARK = re.compile(r"[\d\s,;.*†‡§¶#|–—−\[\]()a-z∗-]+")
_ORDINAL = re.compile(r"(?:st|nd|rd|th|er|e|o|a)\b", re.IGNORECASE)
_ISOTOPE = re.compile(r"\d{2,3}m?")
_ACCENTS = dict(
    zip(
        "´`ˆ¨˜¸ˇ˘˙˚¯",
        map(chr, (769, 768, 770, 776, 771, 807, 780, 774, 775, 778, 772)),
        strict=True,
    )
)
_KEPT = "®™©°"


@dataclass(slots=True)
class Word:
    """A run of glyphs without a gap; `spaced` says that the file has a space before it."""

    text: str
    left: float
    right: float
    base: float
    size: float
    bold: bool = False
    italic: bool = False
    spaced: bool = False
    font: str = ""

    @property
    def top(self) -> float:
        """The upper edge, about."""
        return self.base - 0.75 * self.size

    @property
    def bottom(self) -> float:
        """The lower edge, about."""
        return self.base + 0.25 * self.size

    @property
    def middle(self) -> float:
        """Half way between left and right."""
        return (self.left + self.right) / 2


def read_words(glyphs: list[Glyph]) -> list[Word]:
    """The words of a page in the order of the file, raised and lowered ones set on their line."""
    return _levelled(_words(glyphs))


def _words(glyphs: list[Glyph]) -> list[Word]:
    words: list[Word] = []
    current: Word | None = None
    spaced = False
    for glyph in glyphs:
        if glyph.text.isspace():
            current, spaced = None, True
            continue
        if current is None or not _goes_on(current, glyph):
            current = Word(
                "", glyph.left, glyph.right, glyph.base, glyph.size, glyph.bold, glyph.italic
            )
            current.spaced = spaced or glyph.apart
            current.font = glyph.font
            words.append(current)
        accented = _accented(current.text, glyph, current)
        current.text = accented or current.text + glyph.text
        current.right = max(current.right, glyph.right)
        spaced = False
    return words


def _accented(text: str, glyph: Glyph, word: Word) -> str:
    """`text` with the letter under its last accent, or the accent over its last letter; else ''.

    Old TeX draws 'é' as two glyphs, one above the other.
    """
    if not text or glyph.left > word.right - 0.1 * word.size:
        return ""
    if text[-1] in _ACCENTS and glyph.text.isalpha():
        letter = {"ı": "i", "ȷ": "j"}.get(glyph.text, glyph.text)
        return text[:-1] + unicodedata.normalize("NFC", letter + _ACCENTS[text[-1]])
    if glyph.text in _ACCENTS and text[-1].isalpha():
        composed = unicodedata.normalize("NFC", text[-1] + _ACCENTS[glyph.text])
        return text[:-1] + composed if len(composed) == 1 else ""
    return ""


def _goes_on(word: Word, glyph: Glyph) -> bool:
    size = max(word.size, glyph.size)
    space = _HINTED if glyph.apart else SPACE
    return (
        abs(word.base - glyph.base) <= _SAME_BASE * size
        and min(word.size, glyph.size) >= _SMALLER * size
        and -0.6 * size <= glyph.left - word.right <= space * size
        and word.bold == glyph.bold
    )


def _levelled(words: list[Word]) -> list[Word]:
    """The words with small raised or lowered ones judged by the word beside them."""
    kept: list[Word] = []
    host: Word | None = None
    for number, word in enumerate(words):
        following = words[number + 1] if number + 1 < len(words) else None
        beside = host if host and _is_off(word, host) else None
        if beside is None and following and _is_off(word, following):
            beside = following
        if beside is None:
            kept.append(word)
            host = word
            continue
        raised = word.base < beside.base
        text = _spelt(word.text, beside, before=beside is host) if raised else word.text
        if text:
            word.text, word.base = text, beside.base
            if beside is host and not word.spaced:
                _glue(host, word)
            else:
                word.size = beside.size
                kept.append(word)
        else:
            # The place of a dropped mark is no gap: 'Roe¹, J' must not become 'Roe , J'.
            beside.left = min(beside.left, word.left)
            beside.right = max(beside.right, word.right)
    return kept


def _is_off(word: Word, host: Word) -> bool:
    """Whether a word is set small, above or below the line of the word beside it."""
    if word.size > _SMALLER * host.size:
        return False
    gap = max(word.left - host.right, host.left - word.right)
    rise = (host.base - word.base) / host.size
    raised = _RAISED[0] <= rise <= _RAISED[1]
    lowered = _LOWERED[0] <= -rise <= _LOWERED[1]
    return gap <= _NEAR * host.size and (raised or lowered)


def _glue(host: Word, word: Word) -> None:
    host.text += word.text
    host.right = max(host.right, word.right)


def _spelt(text: str, host: Word, *, before: bool) -> str:
    """A raised text as it stands on the line; '' for a mark that points at a reference."""
    if before:
        said = host.text
        if exponent := power(said, text):
            return exponent
        if _CHARGE.fullmatch(text) and _ELEMENT.search(said):
            return text.translate(_SUPERSCRIPT) if text[0].isdigit() else text
        if said[-1:].isdigit() and _ORDINAL.fullmatch(text):
            return "°" if text == "o" else text
    elif _ISOTOPE.fullmatch(text) and re.match(r"(?:I|Tc|F|Ga|In|Y|Lu|C)\b", host.text):
        return text
    if any(sign in text for sign in _KEPT):
        return text
    return "" if _MARK.fullmatch(text) and not re.search(r"[a-z]{3}", text) else text
