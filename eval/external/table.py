"""Figures of public sets → a plain table, or one object for JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from eval.external.measures import Result


def to_text(results: Sequence[Result]) -> str:
    """A table per task: an arm in each line, its measures, and over how many questions."""
    return "\n\n".join(_block(result) for result in results)


def to_json(
    results: Sequence[Result], model: str, limit: int | None, seconds: float
) -> dict[str, object]:
    """The same with all digits; `limit` is None for a full run, `seconds` the whole of it."""
    return {
        "model": model,
        "limit": limit,
        "seconds": round(seconds, 1),
        "results": [asdict(result) for result in results],
    }


def _block(result: Result) -> str:
    measures = list(dict.fromkeys(m for found in result.figures.values() for m in found))
    lines = [f"{result.set}, {result.task}"]
    lines.append("  " + f"{'':8}" + "".join(f"{name:>11}" for name in measures) + f"{'n':>8}")
    for arm, found in result.figures.items():
        cells = (f"{found[name]:.3f}" if name in found else "-" for name in measures)
        lines.append(f"  {arm:8}" + "".join(f"{cell:>11}" for cell in cells) + f"{result.n:>8,}")
    if result.left_out:
        lines.append(f"  {result.left_out:,} questions left out: {result.why}")
    return "\n".join(lines)
