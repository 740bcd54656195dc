"""The same gold questions of the same reports in every format: what a format costs the answers.

    PYTHONPATH=.:tests python tests/make_formats.py FOLDER
    python -m eval.benchmarks.formats FOLDER --out RUN

For each folder of FOLDER one library; measured is whether all facts asked for stand in sentences
quoted from the right report. Gold quotes are left aside: an offset holds for one format only.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Annotated, cast

import typer

from eval.benchmarks.cache import CachedEncoder
from eval.benchmarks.tables import figure, machine, signed, table
from eval.gold import HAS_EVIDENCE, Item, load
from eval.measure import ALL_FACTS, FACT_RECALL
from eval.run import ask_all
from eval.shelves import temporary_shelves
from eval.statistics import SEED, paired_bootstrap
from eval.systems import named
from rag.config import Settings
from rag.embed import SentenceEncoder

GOLD = Path(__file__).parents[1] / "gold" / "development"
FILES = ("digests", "reports_a", "reports_b", "reports_c", "case_texts_a")
FORMATS = ("original", "text", "pdf", "jats", "html", "word")
Figures = Mapping[str, Mapping[str, float]]
"""Id of the question → its figures."""


def main(
    made: Annotated[Path, typer.Argument(help="What tests/make_formats.py wrote.")],
    every: Annotated[int, typer.Option(help="Ask every n-th question only.")] = 1,
    out: Annotated[
        Path | None, typer.Option(help="Keeps figures and vectors here, and goes on from them.")
    ] = None,
) -> None:
    """Ask, and print one row for each format, against the originals."""
    known = frozenset(path.stem for path in (made / "original").iterdir())
    items = [item for name in FILES for item in _asked(name, known)][::every]
    print(f"{machine()}; {len(items)} questions over {len(known)} reports\n", flush=True)
    with _encoder(out) as encoder:
        found = {name: _figures(made / name, items, encoder, out) for name in FORMATS}
    print(_table(found, [item.id for _, item in items]))


def _asked(name: str, known: frozenset[str]) -> list[tuple[str, Item]]:
    """The questions of a gold file that these reports answer, without the quotes."""
    return [
        (name, replace(item, evidence=tuple(replace(j, quote=None) for j in item.evidence)))
        for item in load(GOLD / f"{name}.yaml")
        if item.verdict in HAS_EVIDENCE
        and item.kind != "exhaustive"
        and all(judgement.report in known for judgement in item.evidence)
    ]


@contextmanager
def _encoder(out: Path | None) -> Iterator[SentenceEncoder]:
    """The product's encoder; a sentence that several formats share is embedded once."""
    with tempfile.TemporaryDirectory(prefix="casebook-benchmark-") as folder:
        yield cast("SentenceEncoder", CachedEncoder(SentenceEncoder(), out or Path(folder)))


def _figures(
    folder: Path, items: Sequence[tuple[str, Item]], encoder: SentenceEncoder, out: Path | None
) -> Figures:
    """The figures of one format; those of a run that was stopped are read from `out`."""
    kept = out / f"{folder.name}-{len(items)}.json" if out else None
    if kept and kept.exists():
        return cast("Figures", json.loads(kept.read_text("utf-8")))
    with temporary_shelves([folder], {}, Settings(), encoder=encoder) as shelves:
        records = ask_all(items, named("casebook").make(shelves.reports))
        found = {record.id: dict(record.figures) for record in records}
    if kept:
        kept.write_text(json.dumps(found), "utf-8")
    print(f"{folder.name}: asked", flush=True)
    return found


def _table(found: Mapping[str, Figures], ids: Sequence[str]) -> str:
    rows = []
    for name, figures in found.items():
        before = [found["original"][one][ALL_FACTS] for one in ids]
        after = [figures[one][ALL_FACTS] for one in ids]
        recall = sum(figures[one][FACT_RECALL] for one in ids) / len(ids)
        change = paired_bootstrap(before, after, seed=SEED)
        against = f"{signed(change.mean)} ({signed(change.low)} to {signed(change.high)})"
        row = [figure(sum(after) / len(ids)), figure(recall)]
        rows.append([name, *row, "" if name == "original" else against])
    head = [f"n = {len(ids)}", "all facts in the answer", "fact recall", "against the original"]
    return table(head, rows)


if __name__ == "__main__":
    typer.run(main)
