"""Whether a claim stands at the end of a matter where its spans do: outcome, direction."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rag.verify.figures import figures
from rag.verify.grounds import Grounds
from rag.verify.names import named
from rag.verify.poles import Axis, Pole, axes, poles
from rag.verify.verdict import Kind, Reason

_MUCH = 2  # so many more shared words make a contradiction nearer than the proof
_FROM = re.compile(r"^(?:\s[\w-]+){0,3}?\sfrom\s$")
_FROM_TO = re.compile(r"\bto\b")


def check_poles(claim: str, grounds: Grounds) -> Iterator[Reason]:
    """Reasons for words of a claim whose opposite its spans say of the same thing.

    Each word is matched with one of the spans that says the same; what is left over on both
    sides contradicts each other: 'both improved' against 'one improved, one worsened'.
    """
    mine_all = [p for p in poles(claim) if _is_claimed(p, claim)]
    theirs_all = poles(grounds.text)
    moved = any(p.axis == "direction" and not p.weak for p in theirs_all)
    for axis in axes().values():
        mine = [p for p in mine_all if p.axis == axis.name]
        theirs = [p for p in theirs_all if p.axis == axis.name]
        kind: Kind = "response" if axis.name in ("response", "death", "degree") else "opposite"
        flagged: set[str] = set()
        for one, rival in _wrong(mine, theirs, axis):
            if one.pole in flagged:
                continue
            said = claim[one.start : one.end]
            if rival and _numbers_show(one, claim, grounds):
                continue
            if rival:
                message = _against(said, one, rival, grounds)
            elif _may_be_silent(one, axis, moved, claim, grounds):
                continue
            else:
                message = f"{grounds.place} does not say {said!r}"
            flagged.add(one.pole)
            yield Reason(kind, message, one.start, one.end)


def _against(said: str, one: Pole, rival: Pole, grounds: Grounds) -> str:
    """What to tell of a word that spans contradict, with the 'not' of either side."""
    told = grounds.text[rival.start : rival.end]
    if told.lower() == said.lower() and one.denied == rival.denied:
        return f"{grounds.place} says {told!r} of something else"
    here, there = (f"not … {w}" if p.denied else w for w, p in ((said, one), (told, rival)))
    return f"{grounds.place} says {there!r}, and here is {here!r}"


def _is_claimed(one: Pole, claim: str) -> bool:
    """Whether a word of a claim may not be contradicted: what 'did not fade until' did later."""
    later = _NOT.search(claim[: one.start]) and _UNTIL.match(claim[one.end :])
    return not one.weak and not one.pole.startswith("not_") and not later


_NOT = re.compile(r"(?:\bnot|\bnever|n't)\s(?:\w+\s)?$", re.IGNORECASE)
_UNTIL = re.compile(r"[^.;]{0,60}\buntil\b", re.IGNORECASE)


def check_moves(claim: str, grounds: Grounds) -> Iterator[Reason]:
    """Reasons for a direction that the claim's own numbers belie: 'rose from 6.0 to 2.0'."""
    for one in poles(claim):
        if place := _belied_by_grades(one, claim):
            message = f"{claim[one.start : one.end]!r} is not what the grades show"
            yield Reason("opposite", message, *place)
        if one.axis == "direction" and one.denied and (place := _denied_move(one, claim)):
            message = f"{claim[one.start : one.end]!r} is denied, and is what the numbers show"
            yield Reason("opposite", message, *place)
        if one.axis != "direction" or one.weak or one.pole not in ("up", "down"):
            continue
        if place := _later(one, claim):
            message = f"{claim[one.start : one.end]!r} is not what the numbers show"
            yield Reason("opposite", message, *place)
            continue
        for q in figures(claim)[0]:
            behind = claim[one.end : q.start]
            if q.high is None or q.start < one.end or not _FROM.search(behind):
                continue
            if _FROM_TO.search(claim[q.start : q.end]) and (q.high > q.value) != (one.pole == "up"):
                said = claim[one.start : one.end]
                message = f"{said!r} is not what {claim[q.start : q.end]} in {grounds.place} shows"
                yield Reason("opposite", message, one.start, one.end)


def _belied_by_grades(one: Pole, claim: str) -> tuple[int, int] | None:
    """'Fell from 3/5 to 4/5': where grades behind a direction go the other way, its place."""
    plain = one.axis == "direction" and not one.denied and one.pole in ("up", "down")
    grades = _GRADES.match(claim[one.end :]) if plain else None
    if not grades or grades["first"] == grades["last"]:
        return None
    up = float(grades["last"]) > float(grades["first"])
    return None if up == (one.pole == "up") else (one.start, one.end + grades.end())


_GRADES = re.compile(
    r"(?:\s[\w-]+){0,3}?\sfrom\s(?P<first>\d+(?:\.\d)?)[+-]?/(?P<of>\d+)\sto\s"
    r"(?P<last>\d+(?:\.\d)?)[+-]?/(?P=of)\b"
)
"""'From 3/5 to 4/5', as strength is graded."""


def _denied_move(one: Pole, claim: str) -> tuple[int, int] | None:
    """'Had not dropped from 8 to 3': a move that is denied, and the numbers that make it."""
    wanted = {"not_up": True, "not_down": False}.get(one.pole)
    for q in figures(claim)[0]:
        if wanted is None or q.high is None or q.start < one.end:
            continue
        to = _FROM_TO.search(claim[q.start : q.end])
        if to and _FROM.search(claim[one.end : q.start]) and (q.high > q.value) == wanted:
            return one.start, q.end
    return None


def _later(one: Pole, claim: str) -> tuple[int, int] | None:
    """'Started at 40 mg and later increased to 10 mg': where a direction is not that of the two
    numbers around it, of one unit and with no other drug between them.
    """
    found = [q for q in figures(claim)[0] if q.high is None and q.unit and q.kind == "measure"]
    then = next((q for q in found if q.start >= one.end), None)
    first = next((q for q in reversed(found) if q.end <= one.start), None)
    if then is None or first is None or first.unit != then.unit or first.value == then.value:
        return None
    between = claim[first.end : one.start]
    other = any(n.kind == "drug" and first.end <= n.start < then.start for n in named(claim))
    if other or re.search(r"[.;]\s", between) or not _TO.search(claim[one.end : then.start]):
        return None
    return None if (then.value > first.value) == (one.pole == "up") else (one.start, then.end)


_TO = re.compile(r"^(?:\s[\w-]+){0,2}?\sto\s(?:[\w-]+\s)?$")


def _numbers_show(one: Pole, claim: str, grounds: Grounds) -> bool:
    """'Started at 40 mg and later lowered to 10 mg' where the spans give both, in this order."""
    if one.axis != "direction":
        return False
    moved = next((q for q in figures(claim)[0] if q.start >= one.end and q.high is not None), None)
    if moved and moved.high is not None and _FROM.search(claim[one.end : moved.start]):
        both = [q.value for q in figures(grounds.text)[0] if q.unit == moved.unit]
        ends = [both.index(v) if v in both else -1 for v in (moved.value, moved.high)]
        return 0 <= ends[0] < ends[1] and (moved.high > moved.value) == (one.pole == "up")
    around = [q for q in figures(claim)[0] if q.high is None and q.unit]
    first = [q for q in around if q.end <= one.start][-1:]
    then = [q for q in around if q.start >= one.end][:1]
    if not first or not then or first[0].unit != then[0].unit:
        return False
    told = [q.value for q in figures(grounds.text)[0] if q.unit == then[0].unit]
    values = (first[0].value, then[0].value)
    return all(v in told for v in values) and (values[1] > values[0]) == (one.pole == "up")


def _may_be_silent(one: Pole, axis: Axis, moved: bool, claim: str, grounds: Grounds) -> bool:
    """Whether a word needs no proof by a word: 'improved' is also said by 'CK fell to 200'."""
    if one.denied and one.pole == "better":
        return True  # 'no recurrence of dysphagia': `rag.verify.denials` asks for the 'no'
    if _OPEN.search(claim[: one.start]):
        return True  # 'cannot tell whether it helped'
    if axis.name == "giving" and not _is_said_of_a_drug(one, claim):
        return True
    if one.pole not in axis.needed or one.pole in ("same", "recovered", "ill"):
        return True
    if axis.name == "death":
        return False
    if axis.name == "giving":
        return _heading_says(one, axis, claim, grounds)
    return moved or _figures_say(claim, grounds) or _heading_says(one, axis, claim, grounds)


_OPEN = re.compile(r"\b(?:whether|which of (?:them|these|those|the \w+)|how)\s[^.;,]{0,60}$", re.I)


def _is_said_of_a_drug(one: Pole, claim: str) -> bool:
    """'Ciclosporin was stopped', 'she stopped ciclosporin'; not 'the lump was removed', nor 'two
    weeks after stopping it'.
    """
    said = claim[one.start : one.end].lower()
    drugs = [n for n in named(claim) if n.kind == "drug"]
    if said in _ENDED and any(one.end < n.start <= one.end + len(" the ") for n in drugs):
        return True
    drug = any(0 <= one.start - n.end < _NEAR for n in drugs)
    return drug and said not in ("removed", "held", "halted") and not said.endswith("ing")


_NEAR = 40  # characters
_ENDED = ("stopped", "discontinued", "withdrew", "abandoned")


def _heading_says(one: Pole, axis: Axis, claim: str, grounds: Grounds) -> bool:
    """'20-40% (minimal): 3 patients.' in a list of how many improved by how much."""
    if not any(q.unit == "%" for q in figures(claim)[0]):
        return False
    around = [p for p in poles(grounds.context) if p.axis == axis.name and not p.weak]
    agreeing = sum(axis.agrees(one, p) for p in around)
    return agreeing > len(around) - agreeing


def _figures_say(claim: str, grounds: Grounds) -> bool:
    """Whether the numbers themselves show a change ('from 27 to 8')."""
    ranges = [q for q in figures(claim)[0] if q.high is not None]
    told = any(_FROM_TO.search(claim[q.start : q.end]) for q in ranges)
    return told and bool(figures(grounds.text)[0])


def _wrong(
    mine: Sequence[Pole], theirs: Sequence[Pole], axis: Axis
) -> Iterator[tuple[Pole, Pole | None]]:
    """The words of a claim that have no proof of their own, each with what contradicts it."""
    proof = _matched(mine, theirs, axis)
    used = set(proof.values())
    left = [t for at, t in enumerate(theirs) if at not in used and not t.weak]
    strong = [t for t in theirs if not t.weak]
    for at, one in enumerate(mine):
        against = sorted(
            (t for t in left if not axis.agrees(one, t) and _may_contradict(one, t)),
            key=lambda t: (-_shared(one, t), t.start),
        )
        rival = against[0] if against else None
        if at in proof:
            proved = theirs[proof[at]]
            more = 0 if proved.weak else 1 if one.beside else _MUCH
            same = one.beside & proved.beside and not (rival and one.beside & rival.beside)
            if rival and not same and _shared(one, rival) >= max(1, _shared(one, proved) + more):
                yield one, rival
            continue
        agreeing = [t for t in theirs if axis.agrees(one, t)]
        if agreeing:
            best = max(_shared(one, t) for t in agreeing)
            even = len(mine) == len(strong)
            if rival and _shared(one, rival) >= max(1, best + (0 if even else 1)):
                yield one, rival
        elif strong:
            nearest = rival or max(strong, key=lambda t: (_shared(one, t), -t.start))
            lone = axis.name == "giving" and len(mine) == len(strong) == 1
            apart = axis.apart or one.pole == "same"
            if not apart or lone or (rival and _shared(one, rival)):
                yield one, nearest
        else:
            near = [t for t in theirs if _shared(one, t)]
            plain = one.pole in ("better", "worse", "start")
            yield one, (near[0] if near and plain else None)


def _may_contradict(one: Pole, other: Pole) -> bool:
    """'Unchanged' is said of so much that it contradicts a move only of the very same thing."""
    return "flat" not in (one.pole, other.pole) or _shared(one, other) >= _MUCH


def _matched(mine: Sequence[Pole], theirs: Sequence[Pole], axis: Axis) -> dict[int, int]:
    """Index of a claim's pole → index of the span's that proves it, one for each."""
    pairs = [
        (one.pole != other.pole, -_likeness(one, other), a, b)
        for a, one in enumerate(mine)
        for b, other in enumerate(theirs)
        if axis.agrees(one, other)
    ]
    found: dict[int, int] = {}
    for _, _, a, b in sorted(pairs):
        if a not in found and b not in found.values():
            found[a] = b
    return found


def _likeness(one: Pole, other: Pole) -> int:
    exact = 2 * (one.stem == other.stem) + (one.pole == other.pole) + (not other.weak)
    return 4 * min(4, _shared(one, other)) + exact


def _shared(one: Pole, other: Pole) -> int:
    return len(one.near & other.near) + 2 * len(one.beside & other.beside)
