"""Records → how far a system's own probability can be trusted, and how long it took.

A record's `probability` says how sure the system was that the reports answer. Here it is held
against what came of the question: whether answering first what it is surest of keeps the risk low
(risk and coverage), whether it tells questions apart (AUROC), and whether 0.8 means eight in ten
(reliability). A record without a probability is left out and counted.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from eval.measure import ALL_FACTS
from eval.metrics import SHOULD_ABSTAIN
from eval.records import Record
from rag.errors import CasebookError


class CurveError(CasebookError):
    """A record's probability is none."""


@dataclass(frozen=True, slots=True)
class RiskCoverage:
    """`points` are (coverage, risk), both shares, by rising coverage; `area` is the mean risk.

    `left_out` records had no probability; `apart` ones have no single right outcome (`right`).
    `area` is None over no question.
    """

    points: tuple[tuple[float, float], ...]
    area: float | None
    left_out: int
    apart: int


@dataclass(frozen=True, slots=True)
class Separation:
    """AUROC of the probability: `answerable` questions against `other` ones, whose verdict is
    `against`. `value` is None where either is missing; `left_out` records had no probability.
    """

    against: str
    value: float | None
    answerable: int
    other: int
    left_out: int


@dataclass(frozen=True, slots=True)
class Bin:
    """Of `n` questions, the mean probability and the share that was answered right."""

    n: int
    probability: float
    right: float


@dataclass(frozen=True, slots=True)
class Reliability:
    """Bins by rising probability; `error` is the expected calibration error, None over nothing.

    `left_out` and `apart` as in RiskCoverage.
    """

    bins: tuple[Bin, ...]
    error: float | None
    left_out: int
    apart: int


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds of the judged turn: median and 95th percentile over `n` questions."""

    p50: float
    p95: float
    n: int


def right(record: Record) -> bool | None:
    """Whether answering this question was right; None where that cannot be said.

    An answer to an unanswerable or out-of-domain question is wrong, whatever it says; one to an
    answerable question is wrong when no text of a right report gave the facts. False premises and
    requests for advice may be answered or declined, and lists of reports are judged by other
    figures: None.
    """
    if record.verdict in SHOULD_ABSTAIN:
        return False
    if record.verdict == "answerable" and ALL_FACTS in record.figures:
        return record.figures[ALL_FACTS] > 0
    return None


def risk_coverage(records: Sequence[Record]) -> RiskCoverage:
    """The risk when the system answers only what it is surest of, at each coverage.

    Selective risk after Geifman & El-Yaniv (2017), its mean over all coverages (AURC) after
    Geifman, Uziel & El-Yaniv (2019). Questions of one probability are taken by id. A question that
    the system declined counts with the empty answer that it gave, so the far end of the curve
    says what the system would do, not what another reader could. Raises CurveError.
    """
    judged, left_out, apart = _judged(records)
    ranked = sorted(judged, key=lambda case: (-case[0], case[1]))
    wrong = accumulate(int(not was_right) for _, _, was_right in ranked)
    points = tuple((n / len(ranked), count / n) for n, count in enumerate(wrong, 1))
    area = sum(risk for _, risk in points) / len(points) if points else None
    return RiskCoverage(points, area, left_out, apart)


def auroc(records: Sequence[Record], *, against: str) -> Separation:
    """How well the probability tells answerable questions from those of the verdict `against`.

    The chance that an answerable question has the higher one, a tie counting one half: the
    Mann-Whitney statistic (Hanley & McNeil 1982). Raises CurveError.
    """
    asked = [record for record in records if record.verdict in ("answerable", against)]
    known = [(record.verdict, p) for record in asked if (p := _probability(record)) is not None]
    high = [p for verdict, p in known if verdict == "answerable"]
    low = sorted(p for verdict, p in known if verdict == against)
    # Twice the wins, so that ties stay whole numbers and the sum is exact.
    wins = sum(bisect_left(low, p) + bisect_right(low, p) for p in high)
    value = wins / (2 * len(high) * len(low)) if high and low else None
    return Separation(against, value, len(high), len(low), len(asked) - len(known))


def reliability(records: Sequence[Record], bins: int = 10) -> Reliability:
    """Probability against the share answered right, in at most `bins` bins of nearly equal count.

    Expected calibration error after Naeini, Cooper & Hauskrecht (2015): the bins' distances
    between the two, weighted by count. Questions of one probability share a bin, so that ids do
    not move the figure. Raises CurveError; ValueError for less than one bin.
    """
    if bins < 1:
        raise ValueError(f"bins must be at least 1, not {bins}")
    judged, left_out, apart = _judged(records)
    ranked = sorted(judged)
    found = []
    for start, end in pairwise(_edges([p for p, _, _ in ranked], bins)):
        part = ranked[start:end]
        mean = sum(p for p, _, _ in part) / len(part)
        found.append(Bin(len(part), mean, sum(ok for _, _, ok in part) / len(part)))
    total = sum(b.n for b in found)
    gaps = sum(b.n * abs(b.probability - b.right) for b in found)
    return Reliability(tuple(found), gaps / total if total else None, left_out, apart)


def latency(records: Sequence[Record]) -> Latency | None:
    """Median and 95th percentile by nearest rank: times that were measured. None over nothing."""
    times = sorted(record.elapsed_ms for record in records)
    if not times:
        return None
    return Latency(_nearest_rank(times, 50), _nearest_rank(times, 95), len(times))


def answer_words(records: Sequence[Record]) -> tuple[float, float] | None:
    """Words of the answers that were given: median and 95th percentile by nearest rank.

    None where no answer has a text, as in an accepted run.
    """
    words = [len(record.text.split()) for record in records if record.status == "answered"]
    counts = [float(n) for n in sorted(words) if n]
    return (_nearest_rank(counts, 50), _nearest_rank(counts, 95)) if counts else None


def _nearest_rank(ascending: Sequence[float], percent: int) -> float:
    return ascending[-(-percent * len(ascending) // 100) - 1]


def _edges(ascending: Sequence[float], bins: int) -> list[int]:
    """Where bins begin and the last one ends; an edge within equal values moves behind them."""
    total = len(ascending)
    edges = [0]
    for number in range(1, bins + 1):
        planned = number * total // bins
        edge = bisect_right(ascending, ascending[planned - 1]) if planned else 0
        if edge > edges[-1]:
            edges.append(edge)
    return edges


def _judged(records: Sequence[Record]) -> tuple[list[tuple[float, str, bool]], int, int]:
    """(probability, id, whether right) of each judged record; how many lack the first, the last."""
    known = [(p, record) for record in records if (p := _probability(record)) is not None]
    judged = [(p, r.id, ok) for p, r in known if (ok := right(r)) is not None]
    return judged, len(records) - len(known), len(known) - len(judged)


def _probability(record: Record) -> float | None:
    """Raises CurveError for a number that is no probability, NaN included."""
    value = record.probability
    if value is not None and not 0 <= value <= 1:
        raise CurveError(
            f"{record.id}: the probability {value} is not between 0 and 1; mend the system's "
            "adapter and run it again"
        )
    return value
