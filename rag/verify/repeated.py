"""What a claim says twice and its spans once, of two things: 'nine by mouth and one into a vein'
does not prove 'nine into a vein and one into a vein'.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Sequence

from rag.verify.figures import figures
from rag.verify.grounds import Grounds
from rag.verify.names import claimed_routes
from rag.verify.quantity import Quantity
from rag.verify.verdict import Kind, Reason


def check_repeated(claim: str, grounds: Grounds) -> Iterator[Reason]:
    """Reasons for a number, frequency or route that stands where the spans have another one."""
    mine, my_often = figures(claim)
    theirs, their_often = figures(grounds.text)
    sorts: tuple[tuple[Kind, Sequence[_Said], Sequence[_Said]], ...] = (
        ("number", _times(mine), _times(theirs)),
        (
            "frequency",
            [(f.rate, "", f.start, f.end) for f in my_often],
            [(f.rate, "", f.start, f.end) for f in their_often],
        ),
        (
            "route",
            [(route, "", a, b) for route, a, b in claimed_routes(claim)],
            [(route, "", a, b) for route, a, b in claimed_routes(grounds.text)],
        ),
    )
    for kind, own, told in sorts:
        found = _taken_for_another(own, told)
        if found:
            said = claim[found[2] : found[3]]
            yield Reason(kind, f"{grounds.place} has {said} only once", found[2], found[3])


_Said = tuple[Hashable, str, int, int]
"""What is said, of which sort it is, and where."""


def _times(found: Sequence[Quantity]) -> list[_Said]:
    return [
        ((q.unit, q.value), f"{q.raw:g}", q.start, q.end)
        for q in found
        if q.kind == "time" and q.high is None
    ]


def _taken_for_another(own: Sequence[_Said], told: Sequence[_Said]) -> _Said | None:
    """The second of two equal things, where the spans have it once and, of as many things, another
    one (of times: with the same number) that the claim lacks.
    """
    mine, theirs = Counter(w for w, *_ in own), Counter(w for w, *_ in told)
    for what, sort, start, end in reversed(own):
        left = [w for w, other, *_ in told if other == sort and w != what and w not in mine]
        if mine[what] > 1 and theirs[what] == 1 and left and len(own) == len(told):
            return what, sort, start, end
    return None
