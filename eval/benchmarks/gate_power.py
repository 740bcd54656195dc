"""How often the gate refuses a run that is no worse, and how often one that is.

    python -m eval.benchmarks.gate_power RUN-FOLDER
    python -m eval.benchmarks.gate_power              # made-up records: 450 questions

False alarms: a share of the questions comes out as other questions of their sort did, and then the
two outcomes of each question are swapped at random, so that neither run is the better one. Power:
of the questions answered, a share loses all its answer figures, in a run that is otherwise the same
or that also has that noise. Refusals by the floors of gate.yaml count like all others.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from eval.benchmarks.tables import figure, table
from eval.compare import figures_of
from eval.gate import judge
from eval.gate_rules import Rule, load_rules, shipped_rules
from eval.records import Record, Run, read

NOISE = (0.05, 0.1, 0.2, 0.4)
DAMAGE = (0.01, 0.03, 0.05, 0.1)
ANSWER_FIGURES = (
    "facts in answer, right report", "fact recall", "short answer F1", "no forbidden fact",
    "citation precision", "citation recall", "follow-up right report",
)  # fmt: skip
"""Without 'citations exact': its floor refuses a single inexact one, and the power would be 1."""

MIX = {
    "answerable": 0.6, "unanswerable": 0.2, "false premise": 0.08, "out of domain": 0.07,
    "advice": 0.05,
}  # fmt: skip


def main(
    folder: Annotated[
        Path | None, typer.Argument(help="A run over all shipped gold; none: made-up records.")
    ] = None,
    draws: Annotated[int, typer.Option(help="Pairs for each figure.")] = 200,
    seed: Annotated[int, typer.Option(help="Seed of all draws.")] = 0,
) -> None:
    """Print the share of pairs refused, as Markdown tables."""
    run = made_up(450, seed) if folder is None else read(folder)
    rules = load_rules(shipped_rules())
    print(f"{folder or 'made-up records'}, {len(run.records)} questions, {draws} pairs each\n")
    rows = []
    for noise in NOISE:
        share = refused(unlike(run, noise, draws, seed), rules, shipped=folder is not None)
        rows.append([f"{noise:.0%} of the questions moved", figure(share)])
    print(table(["false alarms", "refused"], rows), "\n", flush=True)
    rows = []
    for damage in DAMAGE:
        shares = [
            refused(worse(run, damage, noise, draws, seed), rules, shipped=folder is not None)
            for noise in (0.0, NOISE[1])
        ]
        rows.append([f"{damage:.0%} of the answers damaged", *(figure(share) for share in shares)])
    print(table(["power", "refused, nothing else moved", f"with {NOISE[1]:.0%} noise"], rows))


def refused(
    pairs: Iterator[tuple[Run, Run]], rules: tuple[Rule, ...], *, shipped: bool = False
) -> float:
    """The share of (baseline, candidate) that the gate refuses."""
    verdicts = [judge(old, new, rules, shipped=shipped) for old, new in pairs]
    return float(np.mean([verdict.refused for verdict in verdicts]))


def unlike(run: Run, noise: float, draws: int, seed: int) -> Iterator[tuple[Run, Run]]:
    """Pairs of runs that differ on about a share `noise` of the questions, neither the better."""
    for draw in range(draws):
        rng = np.random.default_rng([seed, draw])
        other = noisy(run, noise, rng)
        swap = rng.random(len(run.records)) < 0.5
        both = [
            (b, a) if swapped else (a, b)
            for a, b, swapped in zip(run.records, other.records, swap, strict=True)
        ]
        old, new = zip(*both, strict=True)
        yield Run(run.conditions, tuple(old)), Run(run.conditions, tuple(new))


def worse(
    run: Run, damage: float, noise: float, draws: int, seed: int
) -> Iterator[tuple[Run, Run]]:
    """The run, and it with a share `damage` of the questions answered damaged, after the noise."""
    for draw in range(draws):
        rng = np.random.default_rng([seed, draw])
        yield run, damaged(noisy(run, noise, rng), damage, rng)


def noisy(run: Run, share: float, rng: np.random.Generator) -> Run:
    """A share of the records takes the outcome of another of the same verdict and figures."""
    pools: dict[object, list[Record]] = {}
    for record in run.records:
        pools.setdefault(_sort(record), []).append(record)
    moved = rng.random(len(run.records)) < share
    records = []
    for record, move in zip(run.records, moved, strict=True):
        pool = pools[_sort(record)]
        like = pool[int(rng.integers(len(pool)))] if move else record
        records.append(replace(record, status=like.status, figures=like.figures))
    return Run(run.conditions, tuple(records))


def damaged(run: Run, share: float, rng: np.random.Generator) -> Run:
    """A share (rounded) of the answerable questions answered loses all its answer figures."""
    can = [
        i
        for i, record in enumerate(run.records)
        if record.status == "answered" and record.verdict == "answerable"
    ]
    hit = set(rng.choice(can, size=round(share * len(can)), replace=False).tolist())
    return Run(
        run.conditions,
        tuple(_ruined(record) if i in hit else record for i, record in enumerate(run.records)),
    )


def made_up(n: int, seed: int) -> Run:
    """`n` made-up records in the mix of a gold set: right in .7 of the answerable questions."""
    rng = np.random.default_rng(seed)
    verdicts = [verdict for verdict, share in MIX.items() for _ in range(round(share * n))]
    return Run({"code": "made up"}, tuple(_made_up(i, v, rng) for i, v in enumerate(verdicts)))


def _made_up(number: int, verdict: str, rng: np.random.Generator) -> Record:
    figures = {"citations exact": 1.0}
    answered = bool(rng.random() < (0.85 if verdict == "answerable" else 0.3))
    right = answered and bool(rng.random() < 0.82)  # .85 x .82 = .7
    if verdict in ("answerable", "false premise"):
        figures |= _answer_figures(number, right, rng)
    if verdict == "false premise":
        figures["false premise handled"] = float(rng.random() < 0.7)
    if verdict == "advice":
        figures["advice handled"] = float(not answered)
    if number % 4 == 0:
        figures["no forbidden fact"] = float(rng.random() < 0.95)
    return Record(
        id=f"made-{number:03d}", gold="made up", verdict=verdict, kind="dose", style="terse",
        form="conversation" if number % 10 == 0 else "cold",
        status="answered" if answered else "abstained", probability=None, passages=(), cited=(),
        text="", short_answer=None, elapsed_ms=0.0, figures=figures,
    )  # fmt: skip


def _answer_figures(number: int, right: bool, rng: np.random.Generator) -> dict[str, float]:
    # Of one answer the figures agree mostly, as those of real answers do.
    def like(chance: float = 0.9) -> float:
        return float(right if rng.random() < chance else rng.random() < 0.7)

    found = {
        "facts in answer, right report": float(right),
        "fact recall": 1.0 if right else float(rng.choice([0.0, 1 / 3, 0.5])),
        "facts in top 8, right report": like(),
        "passage nDCG@10": round(float(rng.beta(6, 2) if right else rng.beta(2, 3)), 4),
        "report Success@1": like(),
        "citation precision": float(rng.choice([1.0, 0.5])) if right else like(),
        "citation recall": like(),
    }
    if number % 2:
        found["short answer F1"] = float(rng.choice([1.0, 0.8, 0.5])) if right else 0.0
    if number % 10 == 0:
        found["follow-up right report"] = like()
    return found


def _sort(record: Record) -> object:
    return record.verdict, record.form, tuple(sorted(figures_of(record)))


def _ruined(record: Record) -> Record:
    lost = {name: 0.0 for name in ANSWER_FIGURES if name in record.figures}
    return replace(record, figures=record.figures | lost)


if __name__ == "__main__":
    typer.run(main)
