"""Purpose-made regressions against the gate: each must be refused, with the measure named.

    python -m eval.benchmarks.regressions --out runs/damaged

Asks the development gold of every damaged system (`eval.damage`) and of the top-passage shortcut,
and judges each against the undamaged product in the same run of this script. Finished runs in
`--out` are not asked again.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from eval.benchmarks.tables import table
from eval.cli.asking import measured, opened
from eval.damage import DAMAGES
from eval.gate import judge
from eval.gate_rules import load_rules, shipped_rules
from eval.gold import load_all, shipped_gold
from eval.records import Run
from eval.systems import DAMAGED

REASONS_SHOWN = 3


def main(
    out: Annotated[Path, typer.Option(help="Folder for the runs.")],
) -> None:
    """Run them all and print a Markdown table."""
    gold = load_all(shipped_gold("development"))
    runs = {}
    with opened(None, [], [], gold) as shelves:
        for name in ("casebook", "top-passage", *(f"{DAMAGED}{damage}" for damage in DAMAGES)):
            records, _, under = measured(shelves, gold, name, out / name.replace(":", "-"))
            runs[name] = Run(under, tuple(records))
    rules = load_rules(shipped_rules())
    rows = []
    for name, run in runs.items():
        verdict = judge(runs["casebook"], run, rules)
        shown = "; ".join(verdict.reasons[:REASONS_SHOWN]) or "–"
        rows.append([name, "refused" if verdict.refused else "passed", shown])
    print(table(["System", "Gate", "First reasons"], rows))


if __name__ == "__main__":
    typer.run(main)
