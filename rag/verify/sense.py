"""Whether a claim says yes where its spans say yes: negation, outcome, direction, hedge, exception;
and how much of what it says they speak of at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rag.verify.figures import figures
from rag.verify.grounds import Grounds
from rag.verify.names import Named, named, wider
from rag.verify.poles import Axis, Pole, axes, poles
from rag.verify.verdict import Kind, Reason
from rag.verify.words import Word, cues, words

_LICENCE = re.compile(
    r"\b(?:un(?!til|der|it|ion|iver)\w{4,}|in(?:sufficient|effective|adequate|conclusive)\w*|fail\w*|declin\w*|refus\w*|"
    r"stopp?\w*|discontinu\w*|withdr\w*|abandon\w*|lack\w*|free|limit\w*|little|useless|"
    r"disappoint\w*|prevent\w*|negative|normal|exclud\w*|avoid\w*|contraindicat\w*|too|hard|"
    r"disput\w*|debated?|silent|withst\w*|resist\w*|refractory|despite|spite|rather|instead|"
    r"inactive|beyond|disappear\w*|imposs\w*|absen\w+|uncontrolled|anecdotal|"
    r"difficult\w*|remained|stayed|throughout|constant|alone)\b",
    re.IGNORECASE,
)
_HEDGE = re.compile(r"\b(?:may|might|perhaps|possibl[ey]|probabl[ey])\b", re.IGNORECASE)
_HEDGED = re.compile(
    r"\b(?:may|might|could|can|perhaps|possibl[ey]|potential\w*|probabl[ey]|suggest\w*|appear\w*|"
    r"seem\w*|likely|propos\w*|consider\w*|deserv\w*|should|if|hint\w*|believe\w*|thought|risk|"
    r"promising|mention\w*|cited|makes?|warn\w*|raise[ds]?|question|associated|predispos\w*|plan\w*|"
    r"read|expect\w*|attribut\w*|often|some|sometimes|presumab\w*|about)\b",
    re.IGNORECASE,
)
_EXCEPT = re.compile(r"\b(?:except|apart from|other than|but for|excluding)\b", re.IGNORECASE)
_ALL = re.compile(r"\b(?:all|every|each|none|no|always|never|any)\b", re.IGNORECASE)
_STRONG_STEMS = 3


def check_negation(claim: str, grounds: Grounds) -> Iterator[Reason]:
    """Reasons for what a claim denies and its spans do not, and the other way round."""
    mine, theirs = words(claim), words(grounds.text)
    polarity: dict[str, set[bool]] = {}
    for word in theirs:
        if word.content:
            polarity.setdefault(word.stem, set()).add(word.negated)
    free = bool(cues(grounds.text)) or bool(_LICENCE.search(grounds.text))
    for at in cues(claim):
        if reason := _unlicensed(mine, at, polarity, free, grounds, named(claim)):
            yield reason
    for word in mine:
        denied = polarity.get(word.stem) == {True}
        if (
            word.telling
            and not word.negated
            and denied
            and not _denied_otherwise(mine, word, claim)
        ):
            yield Reason("negation", f"{grounds.place} denies {word.text!r}", word.start, word.end)
            return


def _unlicensed(
    mine: Sequence[Word],
    at: int,
    polarity: dict[str, set[bool]],
    free: bool,
    grounds: Grounds,
    claim_names: Sequence[Named],
) -> Reason | None:
    cue = mine[at]
    reached = [w for w in mine if w.clause == cue.clause and w.negated and w.content]
    after = [w for w in reached if w.start > cue.start] or reached
    head = [w for w in after if w.telling][:_STRONG_STEMS] or after[:_STRONG_STEMS]
    agreed = [w for w in head if True in polarity.get(w.stem, set())]
    things = [w for w in after if w.telling and not _is_thing(w, claim_names)][:2]
    against = [w for w in things if polarity.get(w.stem) == {False}]
    if agreed or (free and not against):
        return None
    if free and not head:
        return None
    said = " ".join([cue.text, *(w.text for w in head[:2])])
    return Reason("negation", f"{grounds.place} does not say {said!r}", cue.start, cue.end)


def _is_thing(word: Word, found: Sequence[Named]) -> bool:
    """Whether a word names a drug or the like: a denial is of what was done with it."""
    kinds = ("drug", "antibody", "subtype")
    return any(n.start <= word.start < n.end and n.kind in kinds for n in found)


def _denied_otherwise(mine: Sequence[Word], word: Word, claim: str) -> bool:
    """'Muscle disease was lacking': a denial without a 'not', in the clause of the word."""
    near = [w for w in mine if w.clause == word.clause]
    said = claim[near[0].start : near[-1].end]
    return bool(_LICENCE.search(said)) or any(w.negated for w in near)


def check_poles(claim: str, grounds: Grounds) -> Iterator[Reason]:
    """Reasons for words of a claim whose opposite its spans say of the same thing."""
    table = axes()
    theirs = poles(grounds.text)
    seen: set[tuple[str, str]] = set()
    for one in poles(claim):
        axis = table[one.axis]
        if (one.axis, one.pole) in seen:
            continue
        rivals = [p for p in theirs if p.axis == one.axis]
        kind: Kind = "response" if one.axis in ("response", "death", "degree") else "opposite"
        said = claim[one.start : one.end]
        if not rivals:
            moved = any(p.axis == "direction" for p in theirs)
            bare = one.pole != "same" and (one.axis == "death" or not moved)
            if axis.needed and bare and not _figures_say(claim, grounds):
                seen.add((one.axis, one.pole))
                yield Reason(kind, f"{grounds.place} does not say {said!r}", one.start, one.end)
            continue
        nearest = _nearest(one, rivals)
        if one.axis == "order" and not one.near & nearest[0].near:
            continue
        if not any(_agrees(one, p, axis) for p in nearest):
            seen.add((one.axis, one.pole))
            told = grounds.text[nearest[0].start : nearest[0].end]
            yield Reason(kind, f"{grounds.place} says {told!r}, not {said!r}", one.start, one.end)


def _nearest(one: Pole, rivals: Sequence[Pole]) -> list[Pole]:
    """The rivals whose clauses share the most with the claim's; all of them where none shares."""
    shared = [len(one.near & rival.near) for rival in rivals]
    best = max(shared)
    if best == 0:
        return list(rivals)
    return [rival for rival, count in zip(rivals, shared, strict=True) if count >= max(1, best - 1)]


def _agrees(one: Pole, other: Pole, axis: Axis) -> bool:
    return one.pole == other.pole or other.pole in axis.agree.get(one.pole, ())


def _figures_say(claim: str, grounds: Grounds) -> bool:
    """Whether the numbers themselves show a change ('from 27 to 8')."""
    return any(q.high is not None for q in figures(claim)[0]) and bool(figures(grounds.text)[0])


def check_caution(claim: str, grounds: Grounds) -> Iterator[Reason]:
    """Reasons for a 'may' or an 'except' of the spans that the claim leaves out."""
    if _HEDGE.search(grounds.text) and not _HEDGED.search(claim):
        unhedged = [q for q in grounds.quotes if not _HEDGE.search(q)]
        if not unhedged:
            hedge = _HEDGE.search(grounds.text)
            assert hedge
            yield Reason(
                "hedge", f"{grounds.place} says only {hedge.group()!r}", 0, len(claim.rstrip())
            )
    left_out = _EXCEPT.search(grounds.text)
    every = _ALL.search(claim)
    if left_out and every and not _EXCEPT.search(claim):
        yield Reason(
            "exception", f"{grounds.place} makes an exception ({left_out.group()!r})",
            every.start(), every.end(),
        )  # fmt: skip


def coverage(claim: str, grounds: Grounds) -> float:
    """The share, 0 to 1, of a claim's telling words, names and numbers of which its spans speak.

    A claim without any is not covered at all unless the spans hold all of its other words.
    """
    stems = {w.stem for w in words(grounds.text)} | {w.stem for w in words(grounds.about)}
    names = {n.name for n in named(grounds.text)} | {n.name for n in named(grounds.about)}
    names |= {broader for name in names for broader in wider(name)}
    found = [w.stem in stems for w in words(claim) if w.telling]
    for one in named(claim):
        if one.kind != "shorthand" and one.name in names:
            # A known wording counts with as many words as it has, whatever the span calls it.
            inside = [w for w in words(claim) if one.start <= w.start < one.end and w.telling]
            found += [True] * sum(w.stem not in stems for w in inside)
            for _ in range(sum(w.stem not in stems for w in inside)):
                found.remove(False)
    values = {(q.unit, q.value) for q in figures(grounds.text)[0]}
    found += [(q.unit, q.value) in values for q in figures(claim)[0] if q.value != 1]
    if not found:
        plain = [w.stem in stems for w in words(claim) if w.content]
        return sum(plain) / len(plain) if plain else 1.0
    return sum(found) / len(found)
