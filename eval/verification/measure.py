"""Samples → how many false ones each system catches, and how many true ones it wrongly flags."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from eval.verification.answers import Sample, citations, report
from eval.verification.naive import MATCHERS, threshold
from rag.verify.check import verify
from rag.verify.likeness import Likeness
from rag.verify.support import Support
from rag.verify.verdict import SentenceVerdict

Matcher = Callable[[str, str], float]

TRUE_KINDS = ("paraphrase", "extract", "quotation")
RETELLING = "retelling"
HALVES = ("development", "report")
OURS = "Casebook"
STRUCK = "struck out"
"""Of what Casebook flags, what it shows struck out; the rest stands with a remark."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One sample and who flagged it (anything but 'supported'); `kinds` are its reasons'."""

    sample: Sample
    flagged: frozenset[str]
    seconds: float  # of processor time, for verification alone
    kinds: frozenset[str] = frozenset()


def judge(
    samples: Sequence[Sample],
    likeness: Likeness | None = None,
    support: Support | None = None,
    matchers: Mapping[str, Matcher] = MATCHERS,
) -> list[Judged]:
    """Verification (with an encoder where there is one) and the `matchers` on each sample.

    The matchers' thresholds are the best for the development half, the kindest choice for them.
    """
    scores = {name: [_score(s, of) for s in samples] for name, of in matchers.items()}
    cuts = {name: _cut(samples, values) for name, values in scores.items()}
    judged = []
    for at, sample in enumerate(samples):
        verdicts, seconds = _verified(sample, likeness, support)
        flagged = {name for name in matchers if scores[name][at] < cuts[name]}
        flagged |= {OURS} if any(v.verdict != "supported" for v in verdicts) else set()
        flagged |= {STRUCK} if any(v.verdict == "unsupported" for v in verdicts) else set()
        kinds = frozenset(reason.kind for v in verdicts for reason in v.reasons)
        judged.append(Judged(sample, frozenset(flagged), seconds, kinds))
    return judged


def _verified(
    sample: Sample, likeness: Likeness | None, support: Support | None
) -> tuple[tuple[SentenceVerdict, ...], float]:
    reports = {r: report(r) for r, _, _ in sample.spans}
    cited = citations(sample, reports)
    start = time.process_time()
    verdicts = verify(sample.text, cited, reports, support, likeness)
    return verdicts, time.process_time() - start


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


def _part(
    rows: Sequence[Judged], title: str, systems: Sequence[str] = (OURS, STRUCK, *MATCHERS)
) -> list[str]:
    head = f"{title:24}{'n':>6}" + "".join(f"{name:>18}" for name in systems)
    kinds = list(dict.fromkeys(one.sample.kind for one in rows))
    lines = [head]
    for kind in (*sorted(kinds), "all"):
        group = [one for one in rows if kind in (one.sample.kind, "all")]
        cells = [sum(name in one.flagged for one in group) for name in systems]
        shares = "".join(f"{f'{c} ({c / max(1, len(group)):.1%})':>18}" for c in cells)
        lines.append(f"{kind:24}{len(group):>6}{shares}")
    return lines


def alone(judged: Sequence[Judged]) -> str:
    """For each kind of reason how many samples it flags, and how many no other kind flags: true
    sentences, false ones by one change, and false ones in words of their own.
    """
    groups = {
        "true": [one for one in judged if one.sample.true],
        "one change": [j for j in judged if not j.sample.true and j.sample.kind != RETELLING],
        "own words": [one for one in judged if one.sample.kind == RETELLING],
    }
    titles = (f"{name} (n {len(rows)})" for name, rows in groups.items())
    lines = _part(judged, "flagged", (OURS, STRUCK)) + [""]
    lines += [f"{'flagged by, and by it alone':28}" + "".join(f"{title:>22}" for title in titles)]
    every = sorted({kind for one in judged for kind in one.kinds})
    for kind in every:
        cells = [
            f"{sum(kind in j.kinds for j in rows)} / {sum(j.kinds == {kind} for j in rows)}"
            for rows in groups.values()
        ]
        lines.append(f"{kind:28}" + "".join(f"{cell:>22}" for cell in cells))
    return "\n".join(lines)
