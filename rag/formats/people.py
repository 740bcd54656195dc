"""Lines of authors → their names, without marks, degrees and addresses."""

from __future__ import annotations

import re

from rag.clean import join_lines
from rag.formats.layout import strip_markup

AFFILIATION = re.compile(
    r"\b(?:departments?|divisions?|universit\w+|hospitals?|institut\w+|school of|faculty"
    r"|medical (?:cent(?:er|re)|college|school)|college of|klinik\w*|h[ôo]pital)\b|@|\be-?mail\b",
    re.IGNORECASE,
)
_DEGREE = re.compile(
    r"(?:M\.?D|Ph\.?D|M\.?Sc|B\.?Sc|M\.?S|B\.?A|M\.?A|D\.?O|M\.?P\.?H|MBBS|MBChB|FRCP\w*|MRCP\w*"
    r"|FAAD|R\.?N|Prof|Dr)\.?"
)
_INITIALS = re.compile(r"[A-Z]{1,3}")
_PARTICLE = r"(?:de|da|dos|del|della|di|du|van|von|der|den|ter|la|le|el|al|bin|ibn|y)"
_NAME = re.compile(
    rf"(?:(?i:{_PARTICLE}) ){{0,3}}[^\W\d_a-z][\w.'’-]*"
    rf"(?: {_PARTICLE}| (?:[A-Z]\.?-?){{1,3}}| [^\W\d_a-z][\w.'’-]+){{1,4}}"
)
# Words of titles, which can look like names otherwise ('Heliotrope Rash, Muscle Weakness').
_TOPIC = re.compile(
    r"\b(?:case|cases|report|reports|review|treatment|therapy|patients?|syndrome|disease|rash"
    r"|dermatomyositis|myositis|weakness|literature|study|response|refractory|topical|cutaneous)\b",
    re.IGNORECASE,
)


def names(lines: list[str]) -> tuple[str, ...]:
    """The names in lines that hold nothing else; () when they hold anything else."""
    if not lines or len(lines) > 12:
        return ()
    end = next((i for i, line in enumerate(lines) if AFFILIATION.search(line)), len(lines))
    text = re.sub(
        r"^(?:by|authors?:?)\s+", "", join_lines("\n".join(lines[:end])), flags=re.IGNORECASE
    )
    if not text or len(text) > 2000 or _TOPIC.search(text):
        return ()
    parts = re.split(r"\s*[,;]\s*(?:and\s+)?|\s+(?:and|&|und)\s+", _unmarked(text))
    initials = _ends_in_initials(parts)
    found = [part for part in (_bare_name(part, initials=initials) for part in parts) if part]
    if not found or not all(_NAME.fullmatch(name) for name in found):
        return ()
    return tuple(found)


def _unmarked(text: str) -> str:
    """Names without the marks that point at affiliations ('Roe1,2*' → 'Roe')."""
    text = strip_markup(text)
    text = re.sub(r"(?<=[^\W\d_.])\s?[\d¹²³⁴⁵⁶⁷⁸⁹*†‡§¶#]+(?:,[\d¹²³⁴⁵⁶⁷⁸⁹*†‡§¶#]+)*", "", text)
    return text


def _ends_in_initials(parts: list[str]) -> bool:
    """Whether the names are written 'Said MS, Roe J': then MS is nobody's degree."""
    ends = [words[-1] for part in parts if len(words := part.split()) > 1]
    sure = [end for end in ends if not _DEGREE.fullmatch(end)]
    return bool(sure) and sum(map(bool, map(_INITIALS.fullmatch, sure))) > len(sure) / 2


def _bare_name(part: str, *, initials: bool) -> str:
    words = part.strip(" .*†‡").split()
    if initials and len(words) > 1 and _INITIALS.fullmatch(words[-1]):
        return " ".join(words)
    return " ".join(word for word in words if not _DEGREE.fullmatch(word))
