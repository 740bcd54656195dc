"""Purpose-made regressions against the gate: each must be refused, with the measure named.

    python -m eval.benchmarks.regressions --out runs/damaged

Asks the development gold of every damaged system (`eval.damage`) and of the top-passage shortcut,
and judges each against the undamaged product in the same run of this script. Finished runs in
`--out` are not asked again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from eval.benchmarks.tables import table
from eval.cli.asking import measured, opened
from eval.damage import DAMAGES, SPOILS_THE_ANSWER, Damaged
from eval.gate import judge
from eval.gate_rules import load_rules, shipped_rules
from eval.gold import load_all, shipped_gold
from eval.records import Run
from eval.systems import DAMAGED, CasebookSystem, Kind, named
from rag.schema import Answer

if TYPE_CHECKING:
    from rag.chat import Casebook

REASONS_SHOWN = 3

Answers = dict[tuple[object, ...], Answer]


class Remembering(CasebookSystem):
    """The product, which is asked each question of each library once."""

    def __init__(self, casebook: Casebook, answers: Answers) -> None:
        super().__init__(casebook)
        self._answers = answers

    def converse(self, turns: Sequence[str], filters: Mapping[str, Sequence[str]]) -> Answer:
        """As a user gets it; the time of a repetition says nothing."""
        narrowed = tuple((key, tuple(values)) for key, values in sorted(filters.items()))
        key = (str(self.casebook.library.folder), tuple(turns), narrowed)
        if key not in self._answers:
            self._answers[key] = super().converse(turns, filters)
        return self._answers[key]


def main(
    out: Annotated[Path, typer.Option(help="Folder for the runs.")],
) -> None:
    """Run them all and print a Markdown table."""
    gold = load_all(shipped_gold("development"))
    runs = {}
    answers: Answers = {}
    with opened(None, [], [], gold) as shelves:
        for name in ("casebook", "top-passage", *(f"{DAMAGED}{damage}" for damage in DAMAGES)):
            folder = out / name.replace(":", "-")
            records, _, under = measured(shelves, gold, name, folder, kind=_kind(name, answers))
            runs[name] = Run(under, tuple(records))
    rules = load_rules(shipped_rules())
    rows = []
    for name, run in runs.items():
        verdict = judge(runs["casebook"], run, rules)
        shown = "; ".join(verdict.reasons[:REASONS_SHOWN]) or "–"
        rows.append([name, "refused" if verdict.refused else "passed", shown])
    print(table(["System", "Gate", "First reasons"], rows))


def _kind(name: str, answers: Answers) -> Kind:
    damage = name.removeprefix(DAMAGED)
    if name == CasebookSystem.name:
        return Kind(lambda casebook: Remembering(casebook, answers), "")
    if damage not in SPOILS_THE_ANSWER:
        return named(name)
    return Kind(lambda c: Damaged(damage, Remembering(c, answers), DAMAGES[damage]), "")


if __name__ == "__main__":
    typer.run(main)
