"""Words in quotation marks: each must be a verbatim slice of what is cited."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_QUOTED = re.compile(
    r"[\"“”„]([^\"“”„]+)[\"“”„]|«([^»]+)»|(?<!\w)'((?:[^']|(?<=\w)'(?=\w))+)'(?!\w)"
)
_GAP = re.compile(r"\s*(?:\[\s*)?(?:…|\.\s?\.\s?\.)(?:\s*\])?\s*")
_SPACE = re.compile(r"\s+")
_SAME = str.maketrans({"“": '"', "”": '"', "„": '"', "’": "'", "‘": "'", "\u00a0": " "})


@dataclass(frozen=True, slots=True)
class Quotation:
    """``[start, end)`` of a claim stands in quotation marks (these not included)."""

    start: int
    end: int
    text: str


def quotations(text: str) -> tuple[Quotation, ...]:
    """What a text quotes, in order. A lone mark (an inch sign) quotes nothing."""
    found = []
    for match in _QUOTED.finditer(text):
        group = next(n for n in (1, 2, 3) if match[n] is not None)
        if re.search(r"\w", match[group]):
            found.append(Quotation(match.start(group), match.end(group), match[group]))
    return tuple(found)


def is_verbatim(quoted: str, sentences: Sequence[str]) -> bool:
    """Whether the words stand so in one of the sentences.

    '…' may stand for what was left out between two pieces of one sentence. White space, the
    typographic form of quotation marks, a first capital, and the quoting sentence's own last mark
    do not count;
    every letter and digit does.
    """
    pieces = [_flat(piece) for piece in _GAP.split(quoted)]
    pieces = [piece for piece in pieces if piece]
    if not pieces:
        return False
    pieces[-1] = pieces[-1].rstrip(".,;:!?") or pieces[-1]
    if pieces[0][:1].isupper():  # 'Hydroxyurea-induced …' at the head of a sentence
        small = [pieces[0][0].lower() + pieces[0][1:], *pieces[1:]]
        if any(_in_order(small, _flat(sentence)) for sentence in sentences):
            return True
    return any(_in_order(pieces, _flat(sentence)) for sentence in sentences)


def _in_order(pieces: Sequence[str], sentence: str) -> bool:
    at = 0
    for piece in pieces:
        found = re.compile(rf"(?<!\w){re.escape(piece)}(?!\w)").search(sentence, at)
        if not found:
            return False
        at = found.end()
    return True


def _flat(text: str) -> str:
    return _SPACE.sub(" ", text.translate(_SAME)).strip()
