"""Rankings, texts and verdicts → figures: pure functions, named as TREC names them.

Ranks count from 1. What a system leaves out counts as zero: a relevant place that was not found,
a question that was not answered.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

SHOULD_ABSTAIN = ("unanswerable", "out of domain")
"""Verdicts on which declining is right. A false premise is counted apart: it may be declined or
corrected, and both are right."""


def success(ranking: Sequence[str], grades: Mapping[str, int], k: int) -> float:
    """Success@k: 1 when a relevant place is among the `k` first, else 0."""
    return float(any(grades.get(place, 0) > 0 for place in _first(ranking, k)))


def recall(ranking: Sequence[str], grades: Mapping[str, int], k: int) -> float:
    """R@k: the share of the relevant places that are among the `k` first; 0 when none is relevant.

    With more than `k` relevant places 1 cannot be reached, as in trec_eval.
    """
    relevant = {place for place, grade in grades.items() if grade > 0}
    found = relevant.intersection(_first(ranking, k))
    return len(found) / len(relevant) if relevant else 0.0


def ndcg(ranking: Sequence[str], grades: Mapping[str, int], k: int) -> float:
    """nDCG@k with the grade itself as gain (linear, as trec_eval) and a log2(rank + 1) discount.

    0 when nothing is relevant.
    """
    ideal = _dcg(sorted((g for g in grades.values() if g > 0), reverse=True)[:k])
    return _dcg([grades.get(place, 0) for place in _first(ranking, k)]) / ideal if ideal else 0.0


def reciprocal_rank(ranking: Sequence[str], grades: Mapping[str, int], k: int) -> float:
    """RR@k: 1 / rank of the first relevant place among the `k` first, else 0."""
    places = enumerate(_first(ranking, k), 1)
    return next((1 / rank for rank, place in places if grades.get(place, 0) > 0), 0.0)


def precision(found: Sequence[str], grades: Mapping[str, int]) -> float:
    """The share of what was found that is relevant; 0 when nothing was found."""
    return sum(grades.get(place, 0) > 0 for place in found) / len(found) if found else 0.0


def _dcg(gains: Sequence[int]) -> float:
    return sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains, 1))


def _first(ranking: Sequence[str], k: int) -> Sequence[str]:
    if len(set(ranking)) != len(ranking):
        raise ValueError("a ranking names no place twice")
    return ranking[:k]


def overlap_grades(
    passages: Iterable[tuple[str, int, int]], spans: Iterable[tuple[int, int, int]]
) -> dict[str, int]:
    """Passage id → grade, for passages that hold more than half of a graded span's characters.

    `passages` are (id, start, end) and `spans` (start, end, grade) of one text. A passage that
    holds several spans has the highest of their grades.
    """
    wanted = list(spans)
    grades: dict[str, int] = {}
    for place, start, end in passages:
        held = [g for a, b, g in wanted if 2 * (min(b, end) - max(a, start)) > b - a]
        if held:
            grades[place] = max(held)
    return grades


# -- facts --------------------------------------------------------------------------------------


def holds(texts: Iterable[str], wordings: Sequence[str]) -> bool:
    """Whether one of the texts has one of the wordings.

    Case and the kind of white space do not count. A wording stands at the beginning of a word and
    never inside a number: '4 months' is not in '14 months', 'face' is not in 'surface', but
    'ulcer' is in 'ulcers'.
    """
    patterns = [_pattern(wording) for wording in wordings]
    return any(pattern.search(_folded(text)) for text in texts for pattern in patterns)


def facts_found(texts: Sequence[str], facts: Sequence[Sequence[str]]) -> int:
    """How many of the facts (each a choice of wordings) the texts hold."""
    return sum(holds(texts, fact) for fact in facts)


@lru_cache(maxsize=4096)
def _pattern(wording: str) -> re.Pattern[str]:
    folded = _folded(wording)
    # '5 mg' in '12.5 mg' and '762' in '2,762' are other numbers.
    before = r"(?<!\w)(?<!\d[.,])" if folded[0].isdigit() else r"(?<!\w)"
    after = r"(?![.,]?\d)" if folded[-1].isdigit() else ""
    return re.compile((before if folded[0].isalnum() else "") + re.escape(folded) + after)


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


# -- short answers ------------------------------------------------------------------------------


def exact_match(given: str, wanted: str) -> float:
    """1 when both are the same after SQuAD's normalisation (Rajpurkar et al. 2016)."""
    return float(answer_tokens(given) == answer_tokens(wanted))


def token_f1(given: str, wanted: str) -> float:
    """F1 over the tokens of both, as SQuAD counts them; 1 when both are empty."""
    mine, theirs = answer_tokens(given), answer_tokens(wanted)
    if not mine or not theirs:
        return float(mine == theirs)
    shared = sum((Counter(mine) & Counter(theirs)).values())
    return 2 * shared / (len(mine) + len(theirs))


def answer_tokens(text: str) -> list[str]:
    """Lower-case words and numbers without articles and punctuation.

    Unlike SQuAD's script, a decimal point, a slash and a percent sign stay: '1.5 mg/kg' is not
    '15 mgkg'.
    """
    words = re.findall(r"\d+(?:[.,]\d+)*|[^\W\d_]+|[%/+]", text.casefold())
    return [word for word in words if word not in ("a", "an", "the")]


# -- abstention ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Abstention:
    """How often the system declined; `precision` and `recall` leave false premises out.

    precision: of the declined, the share that had to be; recall: of those that had to be, the
    share declined. None where there is nothing to divide by.
    """

    answered: dict[str, int]
    abstained: dict[str, int]
    precision: float | None
    recall: float | None


def abstention(outcomes: Iterable[tuple[str, bool]]) -> Abstention:
    """Counts by verdict from pairs of (verdict, whether the system declined)."""
    counts = Counter(outcomes)
    answered = {v: n for (v, declined), n in sorted(counts.items()) if not declined}
    abstained = {v: n for (v, declined), n in sorted(counts.items()) if declined}
    right = sum(abstained.get(v, 0) for v in SHOULD_ABSTAIN)
    due = right + sum(answered.get(v, 0) for v in SHOULD_ABSTAIN)
    declined = right + abstained.get("answerable", 0)
    return Abstention(answered, abstained, _share(right, declined), _share(right, due))


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
