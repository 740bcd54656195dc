"""Document retrieval of the product's search on public sets: systems, weights, passage lengths.

    python -m eval.benchmarks.retrieval --data ../shared/data/pubmedqa
    python -m eval.benchmarks.retrieval --data …/bioasq --data …/covidqa --tune
    python -m eval.benchmarks.retrieval --data …/covidqa --tokens 120 --tokens 180

Weights are chosen on the 'tune' half of each set (`eval.benchmarks.sets.half`); the 'report' half
and all of PubMedQA take no part. A limited BioASQ (`--limit-docs`) is an easier task and is named.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from eval.benchmarks.arms import Found, built, find, read_documents, warm
from eval.benchmarks.cache import CachedEncoder
from eval.benchmarks.fusion import (
    FLOORS,
    PRODUCT,
    PRODUCT_FLOORS,
    SYSTEMS,
    System,
    check,
    documents,
    weighted,
)
from eval.benchmarks.measures import Judge, Measured, difference
from eval.benchmarks.sets import BenchmarkSet, half, load
from eval.benchmarks.tables import figure, machine, signed, table
from rag.config import PASSAGE_TOKENS
from rag.embed import SentenceEncoder

NEVER_TUNED = ("pubmedqa",)
CHECKED = 20  # queries for which our fusion must equal the product's
STEP = 10  # weights in tenths


@dataclass(frozen=True, slots=True)
class Searched:
    """What was found in one set, by query id: candidates with and without the lexicon, and read."""

    data: BenchmarkSet
    found: dict[bool, dict[str, Found]]
    read: dict[str, list[str]]  # documents in the reader's order, for the queries that were read

    def measure(self, system: System, judge: Judge) -> Measured:
        """A system's measures on the judge's queries."""
        found = self.found[system.expand]
        return judge.measure({q: documents(found[q], system) for q in judge.queries})

    def judge(self, part: str) -> Judge:
        """The judge of 'tune', 'report' or 'all' queries."""
        chosen = [q for q in self.data.queries if part == "all" or half(q) == part]
        return Judge(self.data.relevant, chosen)


def main(
    data: Annotated[list[Path], typer.Option(help="Folder of a set; may be repeated.")],
    systems: Annotated[
        str, typer.Option(help="Only systems with one of these words, by comma.")
    ] = "",
    limit_docs: Annotated[
        int | None, typer.Option(help="Only so many documents of each set.")
    ] = None,
    tune: Annotated[bool, typer.Option(help="Choose weights on the tune halves.")] = False,
    read: Annotated[int, typer.Option(help="Also read so many queries of each set (slow).")] = 0,
    tokens: Annotated[list[int] | None, typer.Option(help="Passage lengths to compare.")] = None,
) -> None:
    """Measure document retrieval and print Markdown tables."""
    encoder = CachedEncoder(SentenceEncoder())
    print(f"{machine()}; model {encoder.name}\n")
    sets = [load(folder, limit_docs) for folder in data]
    if tokens:
        for one in sets:
            print(_lengths(one, tokens, encoder), flush=True)
        return
    wanted = [word.strip().lower() for word in systems.split(",") if word.strip()]
    chosen = [s for s in SYSTEMS if not wanted or any(w in s.name.lower() for w in wanted)]
    searched = []
    for one in sets:
        searched.append(_searched(one, encoder, PASSAGE_TOKENS, both=True, read=read))
        print(_systems(searched[-1], chosen), flush=True)
        if read:
            print(_reading(searched[-1]), flush=True)
    if tune:
        print(_tuned(searched))


def _searched(
    data: BenchmarkSet, encoder: CachedEncoder, tokens: int, *, both: bool, read: int = 0
) -> Searched:
    """Every query searched once in a fresh library (twice with `both`: also without expansion)."""
    started = time.perf_counter()
    with (
        tempfile.TemporaryDirectory(prefix="casebook-benchmark-") as folder,
        built(data, Path(folder), encoder, tokens) as casebook,
    ):
        warm(encoder, list(data.queries.values()))
        searcher, begun = casebook.searcher, time.perf_counter()
        passages = searcher.library.count_passages()
        check(searcher, [data.queries[q] for q in sorted(data.queries)[:CHECKED]])
        found = {
            expand: {q: find(searcher, t, expand=expand) for q, t in sorted(data.queries.items())}
            for expand in ((True, False) if both else (True,))
        }
        ordered = read_documents(casebook, {q: data.queries[q] for q in _first(data, read)})
    size = f"{len(data.documents):,} of {data.whole:,} documents"
    print(
        f"{data.name}: {size}, {passages:,} passages of at most {tokens} tokens, "
        f"{len(data.queries):,} queries; {begun - started:.0f} s to build and embed, "
        f"{time.perf_counter() - begun:.0f} s to search\n",
        flush=True,
    )
    return Searched(data, found, ordered)


def _systems(searched: Searched, chosen: Sequence[System]) -> str:
    parts = ("all",) if searched.data.name in NEVER_TUNED else ("report", "all")
    judges = {part: searched.judge(part) for part in parts}
    base = {part: searched.measure(PRODUCT, judge) for part, judge in judges.items()}
    rows = []
    for system in chosen:
        cells = [system.name]
        for part, judge in judges.items():
            measured = searched.measure(system, judge)
            cells.append(f"{figure(measured.mean('ndcg'))} / {figure(measured.mean('recall'))}")
            if part == parts[0]:
                cells.append(_gap(base[part], measured) if system is not PRODUCT else "")
        rows.append(cells)
    head = [searched.data.name]
    for part, judge in judges.items():
        head.append(f"{part}, n = {len(judge.queries):,}: nDCG@10 / R@10")
        if part == parts[0]:
            head.append("product − system, nDCG@10 (95 %)")
    return table(head, rows) + "\n"


def _first(data: BenchmarkSet, number: int) -> list[str]:
    """So many queries, none of a tune half but for sets that are never tuned on."""
    kept = [q for q in data.queries if data.name in NEVER_TUNED or half(q) == "report"]
    return sorted(kept)[:number]


def _reading(searched: Searched) -> str:
    """What the reader's order does to the product's ranking of documents."""
    judge = Judge(searched.data.relevant, list(searched.read))
    before, after = searched.measure(PRODUCT, judge), judge.measure(searched.read)
    rows = [
        [name, figure(one.mean("ndcg")), figure(one.mean("recall"))]
        for name, one in (("product: searched only", before), ("searched, then read", after))
    ]
    head = [f"{searched.data.name}, n = {len(judge.queries):,}", "nDCG@10", "R@10"]
    return f"{table(head, rows)}\n\nread − searched, nDCG@10: {_gap(after, before)}\n"


def _gap(one: Measured, other: Measured) -> str:
    mean, low, high = difference(one, other)
    return f"{signed(mean)} ({signed(low)} to {signed(high)})"


def _tuned(searched: Sequence[Searched]) -> str:
    """For each normalisation the best weights on the tune halves, then the halves kept apart."""
    learnt = [one for one in searched if one.data.name not in NEVER_TUNED]
    judges = {(one.data.name, part): one.judge(part) for one in searched for part in
              ("tune", "report", "all")}  # fmt: skip
    lines = [f"Weights chosen on the tune halves of {' and '.join(s.data.name for s in learnt)}\n"]
    head = ["normalisation; dense, BM25 passage, BM25 report", "tune, mean nDCG@10"]
    kept = [(s, "all" if s.data.name in NEVER_TUNED else "report") for s in searched]
    head += [f"{one.data.name}, {part}" for one, part in kept]
    rows = []
    for floors in FLOORS:
        for mean, system in _best(learnt, floors, judges)[: 10 if floors == PRODUCT_FLOORS else 3]:
            name = ", ".join(figure(w, 1) for w in system.weights.values())
            figures = [
                figure(one.measure(system, judges[one.data.name, part]).mean("ndcg"), 4)
                for one, part in kept
            ]
            rows.append([f"{floors}; {name}", figure(mean, 4), *figures])
    return "\n".join([*lines, table(head, rows)])


def _best(
    learnt: Sequence[Searched], floors: str, judges: dict[tuple[str, str], Judge]
) -> list[tuple[float, System]]:
    """Every weighting with its mean over the sets of nDCG@10 on the tune halves, best first."""
    scored = []
    for system in _grid(floors):
        values = [one.measure(system, judges[one.data.name, "tune"]).mean("ndcg") for one in learnt]
        scored.append((sum(values) / len(values), system))
    return sorted(scored, key=lambda pair: (-pair[0], tuple(pair[1].weights.values())))


def _grid(floors: str) -> Iterator[System]:
    for dense in range(STEP + 1):
        for lexical in range(STEP + 1 - dense):
            weights = (dense / STEP, lexical / STEP, (STEP - dense - lexical) / STEP)
            yield System("", weighted(*weights), floors=floors)


def _lengths(data: BenchmarkSet, tokens: Sequence[int], encoder: CachedEncoder) -> str:
    """Passage lengths on the tune half: the product's weights and each arm alone."""
    chosen = [s for s in SYSTEMS if s.expand and s.method == "sum"]
    columns: list[list[str]] = []
    for limit in tokens:
        searched = _searched(data, encoder, limit, both=False)
        judge = searched.judge("tune")
        columns.append([figure(searched.measure(s, judge).mean("ndcg"), 4) for s in chosen])
    rows = [[s.name, *(column[i] for column in columns)] for i, s in enumerate(chosen)]
    head = [f"{data.name}, tune half, nDCG@10", *(f"{limit} tokens" for limit in tokens)]
    return table(head, rows) + "\n"


if __name__ == "__main__":
    typer.run(main)
