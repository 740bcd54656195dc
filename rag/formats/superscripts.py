"""Superscript text → what stays of it in a line: exponents and charges, not reference numbers.

A format that knows what was raised can tell 'm²' from 'weakness²'; a plain text cannot.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻"
_PLAIN = "0123456789+-"
_RAISE = str.maketrans(_PLAIN + "−–‐‑", RAISED + "⁻" * 4)
_LOWER = str.maketrans(RAISED, _PLAIN)
TYPED = re.compile(rf"[{RAISED}][{RAISED},–-]*(?<![,–-])")
"""Superscripts that were typed as characters of their own, with the commas and dashes between."""

_ONE = r"(?:(?:\d{1,3}[a-z]?|[a-z])[*†‡§¶#‖]*|[*†‡§¶#‖]+)"
_REFERENCE = re.compile(rf"[\[(,]?\s?{_ONE}(?:\s*[,;–‐‑−-]\s*{_ONE})*\s*[,;]?[\])]?")
_SEVERAL = re.compile(r"\d+\s*[,;–‐‑−-]\s*\d")

# What an exponent follows: a power of ten, a length, a unit that is divided by, a statistic.
_TEN = re.compile(r"(?<![\d.,])10$")
_TIMES_TEN = re.compile(r"[×x·*]\s?10$")
_POWER = re.compile(r"[−–‐‑-]?[0-9]{1,2}")
_LENGTH = re.compile(r"(?<![^\W\d_])(?:[kcdmμµn]?m)$")
_UNIT = re.compile(
    r"(?<![^\W\d_])(?:[mcdkµμn]?m|s|h|min|d|day|week|month|year|yr|[kmµμn]?g|[md]?[Ll]|[mµμn]?mol"
    r"|[mkµμ]?I?U|Hz|10)$"
)
_STATISTIC = re.compile(r"(?<![^\W\d_])(?:[rRIχησωxyz]|chi|eta)$", re.IGNORECASE)
_POWERS = range(2, 13)
_NEGATIVE = re.compile(r"[−–‐‑⁻-]\d{1,2}")
_SQUARED = re.compile(r"([23])(?:[,;\s]*\d[\d,–-]*)?")

_CHARGE = re.compile(r"\d?[+−–‐-]{1,2}|[+]\d")
_ISOTOPE = re.compile(r"\d{1,3}m?")
_ELEMENT = re.compile(r"(?:Tc|Ga|In|Xe|Lu|Cr|Tl|Kr|Cu|Zr|[FICNOPYH])(?![a-z])")
_ORDINAL = re.compile(r"(?:st|nd|rd|th)", re.IGNORECASE)
_SIGNS = {"TM": "™", "R": "®", "(R)": "®"}


def kept(before: str, raised: str, after: str) -> str:
    """What a line keeps of the superscript `raised` between the text `before` and `after` it.

    Exponents stay superscript ('10⁹/L' must not become 109/L); charges, isotopes and ordinals
    stand on the line, as people type them ('Ca2+', '18F-FDG'); reference marks give ''.
    """
    mark = raised.strip()
    if not mark:
        return raised
    if mark in ("o", "O", "0", "°", "º") and re.match(r"\s?[CF]\b", after):
        return "°"
    if mark in _SIGNS and re.search(r"\w$", before):
        return _SIGNS[mark]
    exponent = power(before, mark, after)
    if exponent:
        return exponent
    return "" if _is_reference(before, mark, after) else raised


def power(before: str, mark: str, after: str = "") -> str:
    """The exponent that `mark` is between the text `before` and `after` it; '' where it is none.

    Every format asks here: 'm²', '10⁹', 'h⁻¹' and 'R²' are the same in all of them.
    """
    if _TEN.search(before) and not _SEVERAL.match(mark) and _POWER.fullmatch(mark):
        alone = re.match(r"\s?(?:/|per\b|cells|copies|platelets)", after)
        likely = alone or _NEGATIVE.fullmatch(mark) or int(mark) in _POWERS
        if likely or _TIMES_TEN.search(before):
            return mark.translate(_RAISE)
    if _NEGATIVE.fullmatch(mark) and _UNIT.search(before):
        return mark.translate(_RAISE)
    squared = _SQUARED.fullmatch(mark)
    if squared and _LENGTH.search(before):
        return squared[1].translate(_RAISE)  # 'm²' and, right behind it, a reference
    if mark == "2" and _STATISTIC.search(before):
        return "²"
    return ""


def _is_reference(before: str, mark: str, after: str) -> bool:
    if not _REFERENCE.fullmatch(mark):
        return False
    begins = not before or before[-1] in " (/-["
    if _ISOTOPE.fullmatch(mark) and begins and _ELEMENT.match(after):
        return False
    return not (_CHARGE.fullmatch(mark) or _ORDINAL.fullmatch(mark))


def settle(pieces: list[tuple[str, bool]]) -> str:
    """One text of (text, whether it is raised) pieces, without its reference marks.

    Neighbouring raised pieces count as one ('1', ',', '2'); superscripts that were typed as
    characters ('¹²') are judged in the same way.
    """
    parts = _merged(piece for text, raised in pieces for piece in _typed(text, raised))
    done = ""
    for number, (text, raised) in enumerate(parts):
        if not raised:
            done += text
            continue
        after = "".join(other for other, _ in parts[number + 1 : number + 3])
        stays = kept(done, text.translate(_LOWER), after)
        if stays:
            # What was typed as a character was meant as one.
            done += text if text != text.translate(_LOWER) else stays
        elif re.match(r"[.,;:)\]]", after):
            done = done.rstrip(" ")
        elif re.search(r"[\w.,;:)]$", done) and re.match(r"\w", after):
            done += " "
    return done


def _typed(text: str, raised: bool) -> list[tuple[str, bool]]:
    """`text` cut where superscripts were typed as characters."""
    if raised or not TYPED.search(text):
        return [(text, raised)]
    parts, end = [], 0
    for match in TYPED.finditer(text):
        parts += [(text[end : match.start()], False), (match[0], True)]
        end = match.end()
    return [*parts, (text[end:], False)]


def _merged(pieces: Iterable[tuple[str, bool]]) -> list[tuple[str, bool]]:
    merged: list[tuple[str, bool]] = []
    for text, raised in pieces:
        if not text:
            continue
        if merged and merged[-1][1] == raised:
            merged[-1] = (merged[-1][0] + text, raised)
        else:
            merged.append((text, raised))
    return merged
