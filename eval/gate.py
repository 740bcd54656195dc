"""Baseline run + candidate run + rules → may the candidate be taken in, and if not, why.

Each measure is judged on its own: better citations never make up for fewer right answers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import get_args

from eval.compare import aligned, by_id, figures_of
from eval.gate_rules import GateError, Group, Rule
from eval.records import Run
from eval.statistics import SEED, holm, permutation_p
from rag.render import plain

ALPHA = 0.05
"""A fall is refused when chance alone makes one so large, on any gated measure, more rarely."""

# Sums in another order differ in their last bits; these must not cross a limit.
_SAME = 1e-9


@dataclass(frozen=True, slots=True)
class Judged:
    """One gated measure over the `n` questions that have it in the baseline.

    `floor` is the one that holds here, or None. `gain` is after - before, positive when better;
    `adjusted` the one-sided Holm-adjusted p value of a fall. `missing` are the questions whose
    figure the candidate lacks (they count as the worst), `new` how many have it in the candidate
    only (they count for the floor alone), `reach` is the mean held against the floor. `may_fall` of
    the `n` were not at the worst before. Means and p values are None where there is no question.
    """

    rule: Rule
    floor: float | None
    n: int
    before: float | None
    after: float | None
    gain: float
    adjusted: float | None
    reach: float | None
    missing: tuple[str, ...]
    new: int
    may_fall: int
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """All gated measures in the order of the rules, and each reason to refuse the candidate."""

    judged: tuple[Judged, ...]
    missing: tuple[str, ...]
    new: tuple[str, ...]
    reasons: tuple[str, ...]

    @property
    def refused(self) -> bool:
        """Whether the candidate must not be taken in."""
        return bool(self.reasons)

    @property
    def enough(self) -> int:
        """How many questions must fall, all of them, for a measure to be refused for it alone.

        Then the least p value, 1 in 2 to their number, stays below ALPHA after Holm's correction.
        """
        gated = sum(one.n > 0 for one in self.judged)
        return next(many for many in range(1, 64) if gated * 0.5**many < ALPHA)

    @property
    def unguarded(self) -> tuple[Judged, ...]:
        """Measures without a floor, on too few questions for any fall to be refused."""
        return tuple(
            one for one in self.judged if one.n and one.floor is None and one.may_fall < self.enough
        )


def judge(
    baseline: Run,
    candidate: Run,
    rules: Sequence[Rule],
    *,
    shipped: bool = False,
    seed: int = SEED,
) -> Verdict:
    """Whether the candidate is refused, and for what.

    A measure is refused under its floor (`shipped`: the run is over the gold that comes with
    Casebook, whose floors hold, too); for a fall beyond its tolerance whose one-sided paired
    permutation p value, Holm-adjusted over all gated measures, is below 0.05; or for a figure that
    the candidate lacks. So is a question that the candidate lacks. A measure that no question of
    either run has is not judged. Raises GateError for a baseline without any gated figure or a
    gated figure outside 0–1, CompareError for unusable records.
    """
    old = {k: figures_of(r) for k, r in by_id(baseline, "the baseline").items()}
    new = {k: figures_of(r) for k, r in by_id(candidate, "the candidate").items()}
    samples = [_Sample.of(rule, old, new) for rule in rules]
    if not any(sample.before for sample in samples):
        raise GateError("The baseline has no gated figure; accept a run as baseline first")
    adjusted = holm({s.rule.measure: s.p(seed) for s in samples if s.before})
    judged = tuple(
        _judged(sample, adjusted.get(sample.rule.measure), sample.rule.floor_of(shipped=shipped))
        for sample in samples
    )
    missing = tuple(name for name in old if name not in new)
    reasons = [reason for one in judged for reason in one.reasons]
    if missing:
        reasons.append(f"{len(missing)} of {len(old)} questions missing: {', '.join(missing)}")
    return Verdict(judged, missing, tuple(name for name in new if name not in old), tuple(reasons))


def to_text(verdict: Verdict) -> str:
    """The verdict for a terminal: every gated measure, what moved by group, and the reasons."""
    head = ["", "n", "before", "after", "change", "tolerance", "floor", "p of a fall (Holm)", ""]
    lines = aligned([head, *(_cells(one) for one in verdict.judged)])
    lines += ["", *(_moved(group, verdict.judged) for group in get_args(Group))]
    if verdict.new:
        lines.append(f"not in the baseline, so not compared: {', '.join(verdict.new)}")
    if verdict.unguarded:
        few = ", ".join(f"{one.rule.measure} ({one.may_fall})" for one in verdict.unguarded)
        lines.append(
            f"too few questions to refuse a fall, however deep: {few}; it takes {verdict.enough} "
            "that were not at the worst before: write more gold, or give a floor with --rules"
        )
    lines += ["", "REFUSED" if verdict.refused else "passed"]
    lines += [f"- {reason}" for reason in verdict.reasons]
    return "\n".join(plain(line) for line in lines)


@dataclass(frozen=True, slots=True)
class _Sample:
    """The values of one measure: paired, and `extra` ones that only the candidate has.

    `missing` names the questions counted as the worst; `gaps` those of them that the candidate was
    asked, so that the figure itself is what it lacks.
    """

    rule: Rule
    before: list[float]
    after: list[float]
    extra: list[float]
    missing: tuple[str, ...]
    gaps: tuple[str, ...]

    @classmethod
    def of(cls, rule: Rule, old: _Figures, new: _Figures) -> _Sample:
        name = rule.measure
        asked = [key for key in old if name in old[key]]
        missing = tuple(key for key in asked if name not in new.get(key, {}))
        sample = cls(
            rule,
            [old[key][name] for key in asked],
            [new.get(key, {}).get(name, rule.worst) for key in asked],
            [new[key][name] for key in new if name in new[key] and name not in old.get(key, {})],
            missing,
            tuple(key for key in missing if key in new),
        )
        if not all(0 <= value <= 1 for value in (*sample.before, *sample.after, *sample.extra)):
            raise GateError(f"'{name}' has a figure outside 0 to 1; mend the measure or its rule")
        return sample

    def p(self, seed: int) -> float:
        """The one-sided p value of getting worse."""
        sign = self.rule.sign
        pair = ([sign * v for v in values] for values in (self.before, self.after))
        return permutation_p(*pair, seed=seed, alternative="less")


_Figures = dict[str, dict[str, float]]


def _judged(sample: _Sample, adjusted: float | None, floor: float | None) -> Judged:
    before, after = _mean(sample.before), _mean(sample.after)
    gain = sample.rule.sign * ((after or 0.0) - (before or 0.0))
    reach = _mean([*sample.after, *sample.extra])
    n, new = len(sample.before), len(sample.extra)
    may_fall = sum(abs(value - sample.rule.worst) > _SAME for value in sample.before)
    one = Judged(
        sample.rule, floor, n, before, after, gain, adjusted, reach, sample.missing, new, may_fall
    )
    return replace(one, reasons=tuple(f"{what} ({_facts(one)})" for what in _faults(one, sample)))


def _faults(one: Judged, sample: _Sample) -> list[str]:
    rule, found = one.rule, []
    name = f"{rule.group}: {rule.measure}"
    if _is_under(one):
        many = one.n + one.new
        found.append(f"{name} is {_number(one.reach)} on {many}, its floor {one.floor:g}")
    if one.adjusted is not None and one.adjusted < ALPHA and -one.gain > rule.tolerance + _SAME:
        found.append(f"{name} got worse by {-one.gain:.3f}")
    if one.n and len(one.missing) == one.n:
        found.append(f"{name} is missing altogether")
    elif sample.gaps:
        found.append(f"{name} is missing on {len(sample.gaps)}: {', '.join(sample.gaps)}")
    return found


def _is_under(one: Judged) -> bool:
    """Whether the floor is not reached; gold without such questions says nothing of it.

    Figures that the baseline has and the candidate lacks count as the worst, and are under it.
    """
    if one.floor is None or one.reach is None:
        return False
    return one.rule.sign * (one.reach - one.floor) < -_SAME


def _facts(one: Judged) -> str:
    return (
        f"n {one.n}, before {_number(one.before)}, after {_number(one.after)}, "
        f"tolerance {one.rule.tolerance:g}, adjusted p {_number(one.adjusted, 4)}"
    )


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None


def _number(value: float | None, digits: int = 3) -> str:
    return "-" if value is None else f"{value:.{digits}f}"


def _cells(one: Judged) -> list[str]:
    change = one.gain * one.rule.sign
    if one.reasons:
        word = "refused"
    elif not one.n:
        word = "not in baseline"
    else:
        word = "fell, passes" if one.gain < -_SAME else "passes"
    return [
        one.rule.measure,
        str(one.n),
        _number(one.before),
        _number(one.after),
        f"{change:+.3f}" if one.n else "-",
        f"{one.rule.tolerance:g}",
        "-" if one.floor is None else f"{one.floor:g}",
        _number(one.adjusted, 4),
        word,
    ]


def _moved(group: str, judged: Sequence[Judged]) -> str:
    """'correctness: worse: fact recall -0.050; better: short answer F1 +0.020'."""
    own = [one for one in judged if one.rule.group == group and one.n]
    sides = {
        "worse": [one for one in own if one.gain < -_SAME],
        "better": [one for one in own if one.gain > _SAME],
    }
    parts = [
        f"{word}: " + ", ".join(f"{o.rule.measure} {o.gain * o.rule.sign:+.3f}" for o in side)
        for word, side in sides.items()
        if side
    ]
    return f"{group}: {'; '.join(parts) or ('nothing moved' if own else 'nothing measured')}"
