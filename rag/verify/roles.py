"""Which number belongs to what: '60 mg prednisolone and 15 mg methotrexate' does not prove
'15 mg prednisolone'.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from rag.verify.figures import figures
from rag.verify.grounds import Grounds
from rag.verify.names import Named, named, related
from rag.verify.number_words import WORDS
from rag.verify.people import numbered
from rag.verify.poles import poles
from rag.verify.quantity import Quantity
from rag.verify.units import is_dose
from rag.verify.verdict import Reason
from rag.verify.words import plain_stem, stem, words

_PART = re.compile(r"[,;:()]|\band\b|\bthen\b|\bplus\b|\bbut\b|\bwhereas\b")
_BESIDE = 4.5  # the same for '0.1% tacrolimus ointment': other percentages are no doses
_TOO_FAR = 16  # words and (five each) separators between a dose and its drug


def check_roles(claim: str, grounds: Grounds) -> Iterator[Reason]:
    """Reasons for numbers that the spans say of something else."""
    wrong = list(_wrong_drug(claim, grounds))
    yield from wrong
    if not wrong:
        yield from _swapped(claim, grounds)


def _wrong_drug(claim: str, grounds: Grounds) -> Iterator[Reason]:
    theirs = figures(grounds.text)[0]
    for one in figures(claim)[0]:
        drug = _drug_of(one, claim)
        if drug is None:
            continue
        equal = [q for q in theirs if q.unit == one.unit and _meets(one, q)]
        bound = [d for q in equal if (d := _drug_of(q, grounds.text))]
        if (
            bound
            and len(bound) == len(equal)
            and not any(related(drug.name, d.name) for d in bound)
        ):
            said = claim[one.start : one.end]
            yield Reason(
                "role", f"{grounds.place} gives {said} of {bound[0].text}, not of {drug.text}",
                one.start, one.end,
            )  # fmt: skip


def _meets(one: Quantity, other: Quantity) -> bool:
    ends = {other.value, other.high}
    return one.value in ends or one.high in ends - {None}


def _drug_of(one: Quantity, text: str) -> Named | None:
    """The drug whose dose a quantity is: the nearer one, with no other dose between."""
    if not is_dose(one.unit):
        return None
    drugs = [n for n in named(text) if n.kind == "drug"]
    doses = [q for q in figures(text)[0] if is_dose(q.unit) and q is not one]
    ranked: list[tuple[float, Named]] = []
    for drug in drugs:
        a, b = (drug.end, one.start) if drug.end <= one.start else (one.end, drug.start)
        if a > b or any(a <= q.start < b for q in doses):
            continue
        between = text[a:b]
        if re.search(r"[.;]\s|\n", between) or (drug.start > one.start and _WITH.search(between)):
            continue
        cost = len(between.split()) + 5.0 * len(_PART.findall(between))
        ranked.append((cost + (0.5 if drug.start > one.start else 0.0), drug))
    ranked.sort(key=lambda r: (r[0], r[1].start))
    if not ranked or ranked[0][0] > (_BESIDE if one.unit == "%" else _TOO_FAR):
        return None
    return ranked[0][1]


_WITH = re.compile(r"\b(?:with|along|alongside|plus)\b")  # '50 mg daily together with cimetidine'


def _swapped(claim: str, grounds: Grounds) -> Iterator[Reason]:
    """Two numbers of one sort, each nearer to what the spans say of the other."""
    if (found := claim.find("respectively")) >= 0:
        words_so, numbers_so = _in_order(claim, grounds.text)
        if words_so and numbers_so:
            return
        if words_so and numbers_so is False:
            message = f"{grounds.place} has the numbers in another order"
            yield Reason("role", message, found, found + len("respectively"))
            return
    wholes = {q.of for q in figures(claim)[0]}
    mine = [q for q in figures(claim)[0] if q.high is None and q.value not in wholes]
    theirs = [q for q in figures(grounds.text)[0] if q.high is None]
    for at, one in enumerate(mine):
        for two in mine[at + 1 :]:
            whole = two.value in (one.of, one.value)
            if whole or one.unit != two.unit or one.kind != two.kind:
                continue
            first, second = _same_as(one, theirs), _same_as(two, theirs)
            if _crossed(claim, (one, two), grounds.text, (first, second)):
                said = f"{claim[one.start : one.end]} and {claim[two.start : two.end]}"
                yield Reason(
                    "role", f"{said} stand the other way round in {grounds.place}",
                    one.start, two.end,
                )  # fmt: skip
                return


def _in_order(claim: str, text: str) -> tuple[bool | None, bool | None]:
    """'Itch and sleep improved in one and two patients, respectively': whether the words, and the
    numbers, that a claim shares with its spans, each once in both, stand in their order; None where
    fewer than two are shared.
    """
    stems = [[w.stem for w in words(one) if w.telling] for one in (claim, text)]
    values = [[q.value for q in figures(one)[0]] for one in (claim, text)]
    return _follows(*stems), _follows(*values)


def _follows(said: Sequence[object], told: Sequence[object]) -> bool | None:
    shared = [one for one in said if said.count(one) == told.count(one) == 1]
    return [one for one in told if one in shared] == shared if len(shared) > 1 else None


def _same_as(one: Quantity, theirs: Sequence[Quantity]) -> list[Quantity]:
    return [
        q
        for q in theirs
        if (q.unit == one.unit and q.value == one.value)
        or (one.kind == "count" and q.kind in ("time", "age") and q.raw == one.value)
        or (q.kind == "ordinal" and one.kind == "time" and one.raw == q.value > 2)
    ]


def _crossed(
    claim: str,
    mine: tuple[Quantity, Quantity],
    text: str,
    theirs: tuple[Sequence[Quantity], Sequence[Quantity]],
) -> bool:
    if not theirs[0] or not theirs[1]:
        return False
    contexts = [_context(claim, q) for q in mine]
    proofs = [[_context(text, q) for q in found] for found in theirs]
    own = [_best(contexts[at], proofs[at]) for at in (0, 1)]
    other = [_best(contexts[at], proofs[1 - at]) for at in (0, 1)]
    straight, crossed = sum(own), sum(other)
    if other[0] < own[0] or other[1] < own[1]:
        crossed -= 2  # one of them stands as well where it belongs
    ordered = (theirs[0][0].start < theirs[1][0].start) == (mine[0].start < mine[1].start)
    once = len(theirs[0]) == len(theirs[1]) == 1
    return crossed > straight + (1 if ordered else 0) + (0 if once else 1)


def _best(context: frozenset[str], proofs: Sequence[frozenset[str]]) -> int:
    return max(_shared(context, proof) for proof in proofs)


def _shared(left: frozenset[str], right: frozenset[str]) -> int:
    """How much two contexts have in common; what stands right beside a number counts thrice."""
    weights = {"|": 3, ">": 2, "=": 2}
    return sum(3 if ":" in one else weights.get(one[0], 1) for one in left & right)


def _beside(text: str, one: Quantity) -> set[str]:
    """The telling words right before and right behind a number: '|cycle'."""
    said = [w for w in words(text) if w.content]
    left, right = _window(text, one)
    after = [w for w in said if one.end <= w.start < right][:1]
    before = [w for w in said if left <= w.start and w.end <= one.start][-1:]
    beside = {f"|{plain_stem(w.text)}" for w in (*before, *after) if w.telling}
    return beside | {
        f">{w.stem}" for w in after if w.stem in _things() and w.start - one.end < _COUNTED
    }


def _context(text: str, one: Quantity) -> frozenset[str]:
    """The telling words around a number, up to the next mark, and what they say of an outcome."""
    left, right = _window(text, one)
    inside = [w for w in words(text) if left <= w.start < right and w.content]
    said = {w.stem for w in inside if not w.text[0].isdecimal() and w.text not in WORDS}
    said |= {f"{p.axis}:{p.pole}" for p in poles(text) if left <= p.start < right}
    said -= {"order:before", "order:after"}
    said |= {n.name for n in named(text) if left <= n.start < right}
    said |= {f"={q.value:g}" for q in figures(text)[0] if q is not one and left <= q.start < right}
    people = [n for n in numbered(text) if 0 <= one.start - n.end < _NEAR_PATIENT]
    said |= {f"patient:{number}" for n in people[-1:] for number in n.numbers}
    if one.kind == "age":
        near = text[max(left, one.start - 28) : one.start]
        said |= {"onset:"} if _ONSET.search(near) else {"present:"}
    return frozenset(said | _beside(text, one))


@cache
def _things() -> frozenset[str]:
    """What is counted, of words that every report shares; not the patients, who always are."""
    return frozenset(stem(word) for word in ("report", "study", "day", "week", "month", "time"))


_COUNTED = 12  # characters from a number to what it counts: '17 further cases'
_NEAR_PATIENT = 60  # characters from 'patients 2 and 4' to a number that is theirs
_ONSET = re.compile(r"\b(?:since|from|onset|began|diagnosed|diagnosis|started)\b", re.I)
_MARK = re.compile(r"[,;:.](?=\s)|\n|\s(?=and\b|but\b|whereas\b|while\b|against\b|compared\b)")
_OPEN = re.compile(r"[()]")
_NUMBERED = re.compile(r"\([^()]*\d[^()]*\)")


def _window(text: str, one: Quantity) -> tuple[int, int]:
    """What stands around a number: up to the next mark, and of brackets with numbers, its own."""
    marks: Sequence[re.Match[str]] = list(_MARK.finditer(text))
    lefts = [m.end() for m in (*marks, *_NUMBERED.finditer(text)) if m.end() <= one.start]
    rights = [m.start() for m in (*marks, *_OPEN.finditer(text)) if m.start() >= one.end]
    return max(lefts, default=0), min(rights, default=len(text))
