"""Samples → how many false ones each system catches, and how many true ones it wrongly flags."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from eval.verification.answers import Sample, citations, report
from eval.verification.naive import MATCHERS, threshold
from rag.verify.check import verify
from rag.verify.likeness import Likeness
from rag.verify.support import Support

TRUE_KINDS = ("paraphrase", "extract", "quotation")
HALVES = ("development", "report")
OURS = "Casebook"


@dataclass(frozen=True, slots=True)
class Judged:
    """One sample and who flagged it (anything but 'supported')."""

    sample: Sample
    flagged: frozenset[str]
    seconds: float  # of processor time, for verification alone


def judge(
    samples: Sequence[Sample],
    likeness: Likeness | None = None,
    support: Support | None = None,
) -> list[Judged]:
    """Verification (with an encoder where there is one) and the three matchers on each sample.

    The matchers' thresholds are the best for the development half, the kindest choice for them.
    """
    scores = {name: [_score(s, of) for s in samples] for name, of in MATCHERS.items()}
    cuts = {name: _cut(samples, values) for name, values in scores.items()}
    judged = []
    for at, sample in enumerate(samples):
        wrong, seconds = _verified(sample, likeness, support)
        flagged = {name for name in MATCHERS if scores[name][at] < cuts[name]}
        judged.append(Judged(sample, frozenset(flagged | ({OURS} if wrong else set())), seconds))
    return judged


def _verified(
    sample: Sample, likeness: Likeness | None, support: Support | None
) -> tuple[bool, float]:
    reports = {r: report(r) for r, _, _ in sample.spans}
    cited = citations(sample, reports)
    start = time.process_time()
    verdicts = verify(sample.text, cited, reports, support, likeness)
    return any(v.verdict != "supported" for v in verdicts), time.process_time() - start


def _score(sample: Sample, of: Callable[[str, str], float]) -> float:
    """A matcher's score of the sentence against the spans whose numbers stand in it."""
    numbers = dict.fromkeys(int(n) for n in re.findall(r"\[(\d+)\]", sample.text))
    claim = re.sub(r"\s*\[\d+\]", "", sample.text)
    if any(not 1 <= n <= len(sample.spans) for n in numbers):
        return 0.0
    spans = [sample.spans[n - 1] for n in numbers]
    return of(claim, " ".join(report(r).text[a:b] for r, a, b in spans))


def _cut(samples: Sequence[Sample], values: Sequence[float]) -> float:
    known = [(s, v) for s, v in zip(samples, values, strict=True) if s.half == HALVES[0]]
    return threshold([v for s, v in known if s.true], [v for s, v in known if not s.true])


def table(judged: Sequence[Judged]) -> str:
    """The table of both halves, and the time per answer, as text."""
    lines: list[str] = []
    for half in HALVES:
        rows = [one for one in judged if one.sample.half == half]
        lines += [f"{half} part: {len(rows)} answers of "
                  f"{len({one.sample.report for one in rows})} reports", ""]  # fmt: skip
        lines += _part([r for r in rows if not r.sample.true], "false, caught") + [""]
        lines += _part([r for r in rows if r.sample.true], "true, wrongly flagged") + [""]
    times = sorted(one.seconds * 1000 for one in judged)
    lines.append(
        f"processor time per answer: median {times[len(times) // 2]:.1f} ms, "
        f"95 % within {times[int(len(times) * 0.95)]:.1f} ms (n = {len(times)})"
    )
    return "\n".join(lines)


def _part(rows: Sequence[Judged], title: str) -> list[str]:
    systems = (OURS, *MATCHERS)
    head = f"{title:24}{'n':>6}" + "".join(f"{name:>18}" for name in systems)
    kinds = list(dict.fromkeys(one.sample.kind for one in rows))
    lines = [head]
    for kind in (*sorted(kinds), "all"):
        group = [one for one in rows if kind in (one.sample.kind, "all")]
        cells = [sum(name in one.flagged for one in group) for name in systems]
        shares = "".join(f"{f'{c} ({c / max(1, len(group)):.1%})':>18}" for c in cells)
        lines.append(f"{kind:24}{len(group):>6}{shares}")
    return lines
