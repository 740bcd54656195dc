"""Text → the [start, end) of its sentences, so that a citation can point at one.

syntok finds the sentence ends; two habits of papers that it misses are mended here: a full stop
after a closing bracket or reference mark ('… in SLE (5-7). The …') and list items, where every
line of its own is at least one sentence.
"""

from __future__ import annotations

import re
from functools import lru_cache

SENTENCES_VERSION = "2"
"""Stored with a library: its sentences' vectors were made for the sentences of this version."""

# A full stop that syntok leaves inside a sentence: ') .' or a reference mark before it, then a
# capital. The lookbehind keeps abbreviations ('et al. The') out: a bracket or digit must precede.
_MISSED_END = re.compile(r"(?<=[)\]%])[.!?][\"']?\s+(?=[A-Z\"(])")

# Others: after a unit ('6,200 ng/mL. He'), a decimal ('1.05. Four') and a Greek letter ('TIF1-γ.
# Its'); and after a superscript reference glued to the full stop ('disappointing.1-3 In').
_UNIT_END = re.compile(
    r"(?:\d\s?(?:mg|g|kg|m[lL]|[lL]|mm|cm|h|U|IU|µg|ng)|°C|/(?:m[lL]|d[lL]|[lL]|kg|h|m2|m²|day|mm3)|"
    r"\d\.\d+|[α-ω])\.\s+(?=[A-Z][a-z])"
)
_REFERENCE_END = re.compile(
    r"\b(?!(?:no|nos|fig|figs|vol|pp|ref|refs|table|tab|case|eq)\.)[A-Za-z]{2,}"
    r"\.\d{1,2}(?:[,–-]\d{1,2})*\s+(?=[A-Z])",
    re.IGNORECASE,
)

# Ends that syntok sees but which are none: 'Fig. 2. (A)', 'et al. (6)', 'i.e. the', 'vs. 3'.
_FALSE_END = re.compile(
    r"\b(?:Figs?|FIGS?|Tab|al|i\.e|e\.g|vs|cf|approx|ca|resp|p\.o|i\.v|s\.c)\.$"
)
# A sentence ends in a mark; syntok also ends one at ';' and at '(MTX)' before a number.
_TERMINAL = re.compile(r"[.!?…][\"'’”)\]]*(?:\d{1,2}(?:[,–-]\d{1,2})*)?$")
# 'Fig. 1.', 'TABLE 2.', 'Results.': labels, which belong to what they label.
_LABEL = re.compile(
    r"^(?:(?:Fig(?:ure)?s?|Table|Tab)\.?\s*\d+[A-Za-z]?(?:[.:]\s*\(?(?:Case|Patient)\s+\d\)?)?|"
    r"(?:Background|Objectives?|Aims?|Purpose|Setting|Methods?|Results?|Conclusions?|Findings))\.$",
    re.IGNORECASE,
)
# 'No. 5' is a number, 'Was it malignant? No. She …' an answer.
_NUMBER_SIGN = re.compile(r"\bNo\.$")

# The panel label of a figure legend belongs to what it labels: '(C, D) Two months later …'.
_PANEL = re.compile(r"\([A-Z](?:(?:, ?|-|–| and )[A-Z0-9])*\)$")

_BULLET = re.compile(r"(?:[-*•]|\d{1,2}[.)])\s+")
_LINE = re.compile(r"[^\n]+")
_LETTER = re.compile(r"\w")


def sentence_spans(
    text: str, start: int = 0, end: int | None = None
) -> tuple[tuple[int, int], ...]:
    """The sentences of ``text[start:end]`` as offsets into `text`, in order, blank-trimmed.

    Every character that is not white space or a list mark lies in exactly one sentence. A blank
    stretch gives an empty tuple.
    """
    end = len(text) if end is None else end
    spans: list[tuple[int, int]] = []
    for line in _LINE.finditer(text[start:end]):
        spans.extend(_line_spans(line.group(), start + line.start()))
    return tuple(spans)


def _line_spans(line: str, offset: int) -> list[tuple[int, int]]:
    bullet = _BULLET.match(line.lstrip())
    skip = len(line) - len(line.lstrip()) + (bullet.end() if bullet else 0)
    if not line[skip:].strip():
        return []
    return [(offset + skip + a, offset + skip + b) for a, b in _split(line[skip:])]


@lru_cache(maxsize=20_000)
def _split(line: str) -> tuple[tuple[int, int], ...]:
    ends = _syntok_ends(line)
    for missed in (_MISSED_END, _UNIT_END, _REFERENCE_END):
        ends.update(match.end() for match in missed.finditer(line))
    cuts = [0, *sorted(cut for cut in ends if 0 < cut < len(line)), len(line)]
    spans: list[tuple[int, int]] = []
    for a, b in zip(cuts, cuts[1:], strict=False):
        piece = line[a:b]
        trimmed = (a + len(piece) - len(piece.lstrip()), b - len(piece) + len(piece.rstrip()))
        if trimmed[0] < trimmed[1]:
            spans.append(trimmed)
    return _joined(line, spans)


def _syntok_ends(line: str) -> set[int]:
    from syntok import segmenter

    starts: set[int] = set()
    for paragraph in segmenter.analyze(line):
        for sentence in paragraph:
            if sentence:
                starts.add(sentence[0].offset)
    return starts


def _joined(line: str, spans: list[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Spans with false ends and fragments without a letter joined to their neighbour."""
    joined: list[tuple[int, int]] = []
    for a, b in spans:
        before = line[joined[-1][0] : joined[-1][1]] if joined else ""
        fragment = not _LETTER.search(line[a:b])
        numbered = _NUMBER_SIGN.search(before) and line[a].isdigit()
        labels = (_FALSE_END.search(before), _PANEL.search(before), _LABEL.match(before))
        false_end = numbered or any(labels) or not _TERMINAL.search(before)
        if joined and (fragment or false_end or line[a] == "."):
            joined[-1] = (joined[-1][0], b)
        else:
            joined.append((a, b))
    return tuple(joined)
