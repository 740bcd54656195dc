"""Records → totals, a plain table and one JSON object; neither holds the text of a question."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from eval.compare import aligned
from eval.measure import ALL_FACTS, FACT_RECALL
from eval.metrics import SHOULD_ABSTAIN, Abstention, abstention
from eval.records import Record
from rag.config import DEFAULT_K

SHOWN = f"facts in top {DEFAULT_K}, right report"
ANSWER = ALL_FACTS

# The figures of the tables by kind and style: one for each stage.
_BRIEF = ("report Success@1", "passage nDCG@10", SHOWN, ANSWER, FACT_RECALL)


@dataclass(frozen=True, slots=True)
class Total:
    """A mean over the `n` questions to which a figure applies; `share`: each was right or wrong."""

    sum: float
    n: int
    share: bool = True

    @property
    def mean(self) -> float | None:
        """None over no question."""
        return self.sum / self.n if self.n else None


def totals(records: Sequence[Record]) -> dict[str, Total]:
    """Figure → its total over the records that have it, in the order of first appearance."""
    names = dict.fromkeys(name for record in records for name in record.figures)
    found: dict[str, Total] = {}
    for name in names:
        values = [record.figures[name] for record in records if name in record.figures]
        found[name] = Total(sum(values), len(values), set(values) <= {0.0, 1.0})
    return found


def failures(records: Sequence[Record]) -> dict[str, list[str]]:
    """What went wrong → the ids, in the order of the gold file."""
    tests: dict[str, Callable[[Record], bool]] = {
        f"facts not in top {DEFAULT_K}": lambda r: r.figures.get(SHOWN) == 0,
        "wrongly abstained": lambda r: r.verdict == "answerable" and r.status == "abstained",
        "answered, facts missing": lambda r: (
            r.verdict == "answerable" and r.status == "answered" and r.figures.get(ANSWER) == 0
        ),
        "wrongly answered": lambda r: r.verdict in SHOULD_ABSTAIN and r.status == "answered",
        "false premise accepted": lambda r: (
            r.verdict == "false premise" and r.figures["false premise handled"] == 0
        ),
        "forbidden fact": lambda r: r.figures.get("no forbidden fact") == 0,
        "inexact citation": lambda r: r.figures["citations exact"] == 0,
        "advice given": lambda r: r.figures.get("advice handled") == 0,
    }
    return {name: [r.id for r in records if test(r)] for name, test in tests.items()}


def declined(records: Sequence[Record]) -> Abstention:
    """The counts of answered and abstained."""
    return abstention((record.verdict, record.status == "abstained") for record in records)


def to_json(
    records: Sequence[Record],
    not_run: Mapping[str, Sequence[str]],
    conditions: Mapping[str, str | int],
) -> dict[str, Any]:
    """Everything that was measured: conditions, totals and one record per question, by id."""
    files = _grouped(records, "gold")
    return {
        "conditions": dict(conditions),
        "gold": {
            name: _file_json(files.get(name, []), not_run.get(name, ()))
            for name in {**files, **not_run}
        },
    }


def to_text(
    records: Sequence[Record],
    not_run: Mapping[str, Sequence[str]],
    conditions: Mapping[str, str | int],
) -> str:
    """The table for a terminal; each figure stands with the number of questions behind it."""
    lines = [", ".join(f"{key} {value}" for key, value in conditions.items()), ""]
    for name, ids in not_run.items():
        if ids:
            lines += [f"{name}: {len(ids)} not run, the library lacks their reports (see --with)"]
    answerable = [r for r in records if r.verdict == "answerable"]
    seconds = sorted(record.elapsed_ms for record in records)
    answered = [record for record in records if record.status == "answered"]
    words = sorted(len(record.text.split()) for record in answered) or [0]
    lines += [
        f"{len(records)} questions; {_nearest(seconds, 0.5):.0f} ms each (p50), "
        f"{_nearest(seconds, 0.95):.0f} ms (p95); answers of {_nearest(words, 0.5):.0f} words "
        f"(p50), {_nearest(words, 0.95):.0f} (p95); peak memory {peak_memory():.0f} MB",
        *_figures(records),
        *_abstained(records),
        *_breakdown(answerable, "gold"),
        *_breakdown(answerable, "form"),
        *_breakdown(answerable, "kind"),
        *_breakdown(answerable, "style"),
        "",
        *(f"{what}: {', '.join(ids) or 'none'}" for what, ids in failures(records).items()),
    ]
    return "\n".join(lines)


def peak_memory() -> float:
    """The most memory that one process has held so far, in MB; 0 where it is not known.

    This one, or one that it began and that has ended.
    """
    try:
        import resource
    except ImportError:  # Windows
        return 0.0
    whose = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    peak = max(resource.getrusage(who).ru_maxrss for who in whose)
    return peak / (1e6 if sys.platform == "darwin" else 1e3)


def _nearest(ordered: Sequence[float], share: float) -> float:
    """The nearest-rank quantile."""
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def _file_json(records: Sequence[Record], not_run: Sequence[str]) -> dict[str, Any]:
    groups = {
        key: {value: _totals_json(group) for value, group in _grouped(records, key).items()}
        for key in ("verdict", "kind", "style", "form")
    }
    items = [asdict(record) for record in records]
    for item in items:
        item["question"] = ()
    return {
        "asked": len(records),
        "not_run": list(not_run),
        "totals": _totals_json(records),
        "by": groups,
        "abstention": asdict(declined(records)),
        "citations": sum(len(record.cited) for record in records),
        "failures": failures(records),
        "items": items,
    }


def _totals_json(records: Sequence[Record]) -> dict[str, dict[str, float | int | None]]:
    return {
        name: {"mean": None if t.mean is None else round(t.mean, 4), "n": t.n}
        for name, t in totals(records).items()
    }


def _grouped(records: Sequence[Record], key: str) -> dict[str, list[Record]]:
    values = sorted({str(getattr(record, key)) for record in records})
    return {v: [r for r in records if getattr(r, key) == v] for v in values}


def _figures(records: Sequence[Record]) -> list[str]:
    """One row per figure, one column per verdict that has any."""
    columns = {"all": totals(records)}
    columns |= {verdict: totals(group) for verdict, group in _grouped(records, "verdict").items()}
    columns = {verdict: found for verdict, found in columns.items() if found}
    rows = [["", *columns]]
    for name in columns["all"]:
        rows.append([name, *(_cell(found.get(name)) for found in columns.values())])
    count = sum(len(record.cited) for record in records)
    return ["", *aligned(rows), f"{count} citations"]


def _abstained(records: Sequence[Record]) -> list[str]:
    found = declined(records)
    rows = [["", "answered", "abstained"]]
    for verdict in _grouped(records, "verdict"):
        rows.append(
            [verdict, *(str(by.get(verdict, 0)) for by in (found.answered, found.abstained))]
        )
    false = [r for r in records if r.verdict == "false premise" and r.status == "answered"]
    corrected = sum(record.figures["false premise handled"] for record in false)
    due = sum(r.verdict in SHOULD_ABSTAIN for r in records)
    gone = sum(n for v, n in found.abstained.items() if v in ("answerable", *SHOULD_ABSTAIN))
    return [
        "",
        *aligned(rows),
        f"abstaining: precision {_number(found.precision)} (n {gone}), "
        f"recall {_number(found.recall)} (n {due}); false premises apart: "
        f"{found.abstained.get('false premise', 0)} abstained, {corrected:.0f} corrected, "
        f"{len(false) - corrected:.0f} accepted",
    ]


def _breakdown(records: Sequence[Record], key: str) -> list[str]:
    present = [name for name in _BRIEF if name in totals(records)]
    rows = [[f"answerable by {key}", "answered", *present]]
    for value, group in _grouped(records, key).items():
        found = totals(group)
        answered = Total(sum(r.status == "answered" for r in group), len(group))
        rows.append(
            [value, *(_cell(t) for t in (answered, *(found.get(name) for name in present)))]
        )
    return ["", *aligned(rows)]


def _cell(total: Total | None) -> str:
    """'0.80 (4/5)' for a share of questions, '0.62 (n 5)' for another mean."""
    if total is None or total.mean is None:
        return "-"
    behind = f"{total.sum:.0f}/{total.n}" if total.share else f"n {total.n}"
    return f"{total.mean:.2f} ({behind})"


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"
