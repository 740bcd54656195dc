"""How fast each engine encodes the same texts, and what share of the processor's peak that is.

    python -m eval.benchmarks.encoding --texts 96 --rounds 3

The engines take turns in every round, in one process and one thread, by seconds of processor, so
that what else the machine does falls on all of them. The peak is a product of matrices of the
network's shapes, through torch in the same number type.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from eval.benchmarks.tables import machine, table
from rag.config import ENGINES
from rag.embed import SentenceEncoder
from rag.formats import read_file

ROOT = Path(__file__).parents[2]
WIDTH, INNER, LAYERS = 384, 1536, 6
ROWS = 6400
"""Tokens of a full batch: 32 texts of 200."""


def main(
    texts: Annotated[int, typer.Option(min=1)] = 96,
    rounds: Annotated[int, typer.Option(min=1)] = 3,
) -> None:
    """Measure and print a table."""
    import torch

    torch.set_num_threads(1)
    for name, found in (("passages", _passages(texts)), ("sentences", _sentences(texts))):
        print(f"{machine()}; {len(found)} {name}\n", flush=True)
        print(_compared(found, rounds) + "\n", flush=True)


def _compared(texts: list[str], rounds: int) -> str:
    encoders = {engine: SentenceEncoder(threads=1, engine=engine) for engine in ENGINES}
    vectors = {engine: encoder.encode(texts) for engine, encoder in encoders.items()}
    lengths = np.asarray(encoders[""].count_tokens(texts)) + 2
    work = sum(operations(int(length)) for length in np.minimum(lengths, 256))
    seconds: dict[str, list[float]] = {engine: [] for engine in ENGINES}
    for _ in range(rounds):
        for engine, encoder in encoders.items():
            seconds[engine].append(_cost(lambda one=encoder: one.encode(texts)))
    rows = []
    for engine in ENGINES:
        took = statistics.median(seconds[engine])
        ratio = statistics.median(
            theirs / ours for ours, theirs in zip(seconds[engine], seconds["torch"], strict=True)
        )
        best = peak(encoders[engine].dtype)
        nearest = float((vectors[engine] * vectors["torch"]).sum(axis=1).min())
        rows.append([
            engine or "ONNX Runtime", encoders[engine].dtype, f"{len(texts) / took:.1f}",
            f"{ratio:.2f}", f"{work / took / 1e9:.0f}", f"{best / 1e9:.0f}",
            f"{work / took / best:.0%}", f"{nearest:.6f}",
        ])  # fmt: skip
    head = ["engine", "numbers", "texts a second", "x torch", "GFLOP/s", "peak of such products",
            "share", "least cosine to torch"]  # fmt: skip
    return table(head, rows)


def operations(tokens: int) -> int:
    """Floating point operations of one text: the products of matrices, all else is small."""
    dense = 2 * tokens * (4 * WIDTH * WIDTH + 2 * WIDTH * INNER)
    attention = 2 * 2 * tokens * tokens * WIDTH
    return LAYERS * (dense + attention)


def peak(dtype: str) -> float:
    """Operations a second of (ROWS, WIDTH) x (WIDTH, INNER), the best of five."""
    import torch

    left = torch.randn(ROWS, WIDTH, dtype=getattr(torch, dtype))
    right = torch.randn(INNER, WIDTH, dtype=getattr(torch, dtype)).T
    best = min(_cost(lambda: left @ right) for _ in range(5))
    return 2 * ROWS * WIDTH * INNER / best


def _cost(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def _passages(count: int) -> list[str]:
    """Stretches of 900 characters of the shipped digests."""
    found = []
    for path in sorted((ROOT / "corpus" / "reports").glob("*.md")):
        report, _ = read_file(path)
        found += [report.text[at : at + 900] for at in range(0, len(report.text) - 900, 900)]
        if len(found) >= count:
            break
    return found[:count]


def _sentences(count: int) -> list[str]:
    """As many lines of the digests as `count`, short and long mixed."""
    return [part for text in _passages(count) for part in text.split(". ")][:count]


if __name__ == "__main__":
    typer.run(main)
