"""The caution of the spans (hedges, exceptions), and how much of a claim they speak of at all."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rag.verify.derived import follows, shares
from rag.verify.figures import figures
from rag.verify.grounds import Grounds
from rag.verify.names import named, wider
from rag.verify.verdict import Reason
from rag.verify.words import clause_starts, words

_HEDGE = re.compile(
    r"\b(?:may|might|perhaps|possibl[ey]|probabl[ey]|"
    r"(?:^|(?<=\. ))(?:May|Perhaps|Possibly|Probably))\b"
)
_HEDGED = re.compile(
    r"\b(?:may|might|could|can|perhaps|possibl[ey]|potential\w*|probabl[ey]|suggest\w*|appear\w*|"
    r"seem\w*|likely|propos\w*|consider\w*|deserv\w*|should|if|hint\w*|believe\w*|thought|risk|"
    r"promising|mention\w*|cited|makes?|warn\w*|raise[ds]?|question|associated|predispos\w*|plan\w*|"
    r"read|expect\w*|float\w*|need(?:s|ed)? not|attribut\w*|often|some|sometimes|"
    r"presumab\w*|about)\b",
    re.IGNORECASE,
)
_EXCEPT = re.compile(r"\b(?:except|apart from|other than|but for|excluding)\b", re.IGNORECASE)
_ALL = re.compile(r"\b(?:all|every|each|none|no|always|never|any)\b", re.IGNORECASE)


def check_caution(claim: str, grounds: Grounds) -> Iterator[Reason]:
    """Reasons for a 'may' or an 'except' of the spans that the claim leaves out."""
    hedge = None if _HEDGED.search(claim) else _hedge(claim, grounds.quotes)
    if hedge:
        yield Reason("hedge", f"{grounds.place} says only {hedge!r}", 0, len(claim.rstrip()))
    elif not _UNSURE.search(claim) and all(_is_undecided(quote) for quote in grounds.quotes):
        yield Reason("hedge", f"{grounds.place} leaves it open", 0, len(claim.rstrip()))
    left_out = _EXCEPT.search(grounds.text)
    every = _ALL.search(claim)
    only = left_out and _names_exception(claim, grounds.text[left_out.end() :])
    if left_out and every and not only and not _EXCEPT.search(claim):
        yield Reason(
            "exception", f"{grounds.place} makes an exception ({left_out.group()!r})",
            every.start(), every.end(),
        )  # fmt: skip


_UNDECIDED = re.compile(
    r"\b(?:cannot (?:say|tell|be (?:decided|determined|said))|could not (?:be )?"
    r"(?:decided?|determined?)|(?:is|was|remains?) (?:unknown|unclear|uncertain|unsettled))\b",
    re.IGNORECASE,
)
_UNSURE = re.compile(
    r"\b(?:cannot|could not|whether|unknown|unclear|uncertain|unsettled|open|not|nobody|may|might|"
    r"doubt\w*|if|chance|riddle|nor|neither|perhaps|possibl\w+)\b|n't\b",
    re.IGNORECASE,
)


def _is_undecided(quote: str) -> bool:
    """'Whether it contributed cannot be decided': a sentence that asks and does not answer."""
    return bool(re.search(r"\bwhether\b", quote, re.IGNORECASE) and _UNDECIDED.search(quote))


def _names_exception(claim: str, behind: str) -> bool:
    """Whether a claim speaks of what the spans except: 'hives were all she had'."""
    excepted = {w.stem for w in words(behind.split(".")[0]) if w.telling}
    return bool(excepted & {w.stem for w in words(claim) if w.telling and not w.negated})


def _hedge(claim: str, quotes: Sequence[str]) -> str:
    """The 'may' of the clause that the claim comes from, or ''."""
    mine = {w.stem for w in words(claim) if w.telling}
    best: tuple[int, str] = (0, "")
    for quote in quotes:
        starts = [*clause_starts(quote), len(quote)]
        for start, end in zip(starts, starts[1:], strict=False):
            shared = len(mine & {w.stem for w in words(quote) if start <= w.start < end})
            found = _HEDGE.search(quote, start, end)
            if shared > best[0]:
                best = (shared, found.group() if found else "")
    return best[1]


def coverage(claim: str, grounds: Grounds) -> float:
    """The share, 0 to 1, of a claim's telling words, names and numbers of which its spans speak.

    A claim without any is not covered at all unless the spans hold all of its other words.
    """
    stems = {w.stem for w in words(grounds.text)} | {w.stem for w in words(grounds.about)}
    names = {n.name for n in named(grounds.text)} | {n.name for n in named(grounds.about)}
    names |= {broader for name in names for broader in wider(name)}
    counted = [(q.start, q.end) for q in figures(claim)[0] if q.kind == "time"]
    halves = [w for w in words(claim) if w.text == "half"]  # of 'two and a half years'
    inside = {w.start for w in halves for a, b in counted if a <= w.start < b}
    found = [w.stem in stems for w in words(claim) if w.telling and w.start not in inside]
    for one in named(claim):
        if one.kind != "shorthand" and one.name in names:
            # A known wording counts with as many words as it has, whatever the span calls it.
            own = [w for w in words(claim) if one.start <= w.start < one.end and w.telling]
            own = [w for w in own if w.start not in inside]
            found += [True] * sum(w.stem not in stems for w in own)
            for _ in range(sum(w.stem not in stems for w in own)):
                found.remove(False)
    theirs = figures(grounds.text)[0]
    values = {(q.unit, q.value) for q in theirs}
    worked = shares(claim, grounds, theirs)
    found += [
        (q.unit, q.value) in values
        or any(start <= q.start < end for start, end in worked)
        or follows(q, claim, theirs, grounds)
        for q in figures(claim)[0]
        if q.value != 1
    ]
    if not found:
        plain = [w.stem in stems for w in words(claim) if w.content]
        return sum(plain) / len(plain) if plain else 1.0
    return sum(found) / len(found)
