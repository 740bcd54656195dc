"""The times of a story → the time to response and the follow-up, where they are likely enough.

Times to response are weighed against each other and against none of them; then a second model says
whether the one that leads is right: by how far it leads, by what follows it, and by what it is
itself (stacking, Wolpert 1992). It was fitted on leaders of stories that the first had not seen,
because a time that leads is right in four of five, whatever its lead. The follow-up is judged by
itself.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from rag.records.linear import Question, Weights, chances, likelihood, likelihood_of, models
from rag.records.timing import Candidate, said_of

THRESHOLD: dict[Question, float] = {"time to response": 0.78, "follow-up": 0.45}
"""Below it nothing is said: a wrong time is worse than none. In cross-validation by text (389
patients, 279 with a time to response, 265 with a follow-up) these give a precision of .93 and .89
at a recall of .53 and .77; the time to response of the 113 patients of the longer texts .89 and
.44."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """The times of a story by likelihood: (share, place among the candidates), the first leads.

    Times that say the same ('at week 8', 'within 8 weeks') stand there once. `none` is the share
    of there being no time to response among them.
    """

    times: tuple[tuple[float, int], ...]
    none: float


def chosen(found: Sequence[Candidate], question: Question) -> tuple[Candidate, float] | None:
    """The likeliest time with its likelihood; None when none is likelier than the threshold."""
    best = likeliest(found, question, models(question)["yes"], models("leader")["yes"])
    return None if best is None or best[1] < THRESHOLD[question] else best


def likeliest(
    found: Sequence[Candidate], question: Question, weights: Weights, leader: Weights
) -> tuple[Candidate, float] | None:
    """The likeliest time and how likely it is right, from 0 to 1; None where there is no time."""
    if not found:
        return None
    if question == "follow-up":
        judged = [likelihood(one.known(question), weights) for one in found]
        sure, at = max((one, -at) for at, one in enumerate(judged))
        return found[-at], sure
    ranking = ranked(found, weights)
    return found[ranking.times[0][1]], likelihood_of(leader_values(found, ranking), leader)


def ranked(found: Sequence[Candidate], weights: Weights) -> Ranking:
    """The times of a story as times to response; one that is told twice counts together."""
    judged = chances([one.known("time to response") for one in found], weights)
    together: dict[Hashable, list[tuple[float, int]]] = defaultdict(list)
    for at, (one, sure) in enumerate(zip(found, judged, strict=True)):
        together[said_of(one.said)].append((sure, -at))
    pooled = [(math.fsum(sure for sure, _ in same), -max(same)[1]) for same in together.values()]
    order = sorted(pooled, key=lambda one: (-one[0], one[1]))
    return Ranking(tuple(order), max(0.0, 1 - math.fsum(judged)))


# What a leader is by itself, but not the single words around it.
_OF_LEADER = (
    "clause ", "none improved", "first improved", "second improved", "later improved", "drug",
    "since drug", "in ", "not in ", "opens sentence", "unit", "counted", "long", "before ",
    "behind ", "part ", "last", "rule", "date",
)  # fmt: skip
_OF_NEXT = (
    "clause improved", "clause complete", "clause partial", "clause none", "under treatment",
    "before treatment", "since drug", "first improved",
)  # fmt: skip
_FEW, _MANY = 4, 6


def leader_values(found: Sequence[Candidate], ranking: Ranking) -> dict[str, float]:
    """What tells whether the leading time is right: feature → value, 1 for what merely holds."""
    share, at = ranking.times[0]
    after, behind = ranking.times[1] if len(ranking.times) > 1 else (0.0, at)
    features = found[at].known("time to response")
    held = {name for name in features if name.startswith(_OF_LEADER)}
    improved = {
        said_of(one.said) for one in found if {"clause improved", "under treatment"} <= one.features
    }
    held |= {f"times {min(_MANY, len(ranking.times))}", f"improved {min(_FEW, len(improved))}"}
    if behind != at:
        one, other = found[at], found[behind]
        held |= {f"next {n}" for n in other.known("time to response") if n.startswith(_OF_NEXT)}
        held.add("next in sentence" if one.sentence.start == other.sentence.start else "next apart")
        held.add("next before" if behind < at else "next behind")
    odds = {"odds": _odds(share), "odds of next": _odds(after), "odds of none": _odds(ranking.none)}
    return odds | dict.fromkeys(sorted(held), 1.0)


_LEAST = 1e-4
"""Shares are kept so far from 0 and 1, where their odds would say more than is known."""


def _odds(share: float) -> float:
    kept = max(_LEAST, min(1 - _LEAST, share))
    return math.log(kept / (1 - kept))
