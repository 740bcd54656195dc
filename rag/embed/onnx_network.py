"""The packaged network through ONNX Runtime and tokenizers, without torch.

Importing torch and sentence-transformers takes longer than everything else that a question costs.
The graph comes with Casebook and has no weights (`rag.training.graph` makes it); the weights are
read from the package's own file, the adapter is added to them here, and both are handed over. The
same arithmetic in the same float32: vectors differ from sentence-transformers' by 1e-6 or less
(tests/test_onnx_network.py).

Texts of as many tokens are read together and others apart. So nothing is padded, which saves a
third of the work on mixed texts, and a text's vector does not depend on what else is encoded.

Each run has one thread, and as many run beside each other as there are cores to use: products of
matrices as small as these gain little from being cut up, and ONNX Runtime works outside the
interpreter.
"""

from __future__ import annotations

import importlib.util
import os
from collections import defaultdict, deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from rag.adapter import adapted, adapter_hash
from rag.embed import kept
from rag.embed.model_files import packaged_folder
from rag.embed.packaged import (
    packaged_hash,
    packaged_tokenizer,
    packaged_weights,
    special_tokens,
)
from rag.errors import ModelError

if TYPE_CHECKING:
    from onnxruntime import InferenceSession, SessionOptions
    from tokenizers import Encoding

GRAPH = "minilm.onnx"
WORDS = "embeddings.word_embeddings.weight"
"""The table of word pieces' vectors, shape (word pieces, DIMENSIONS)."""
MAX_TOKENS = 256
"""`max_seq_length` of the packaged model, its two special tokens included."""
DIMENSIONS = 384
TOGETHER = 4096
"""Tokens that are read at one time at most, in all threads: the states of a layer then stay within
the processor's caches, and memory does not grow with the threads."""
AHEAD = 2
"""Runs for each thread that are begun before the first of them is taken."""

Array = np.ndarray[Any, np.dtype[np.float32]]
Row = tuple[Sequence[int], Sequence[int], Sequence[int]]
"""Token ids and segment ids of one text, special tokens included, and the places of the tokens
whose states are wanted."""


def available() -> bool:
    """Whether the packages and the graph are there; without them torch does the same."""
    packages = ("onnxruntime", "tokenizers", "safetensors")
    found = all(importlib.util.find_spec(name) for name in packages)
    return found and files("rag.embed").joinpath(GRAPH).is_file()


class OnnxNetwork:
    """The packaged network with one adapter or none: texts → unit vectors, rows → states."""

    dtype = "float32"
    any_batch = True  # texts of as many tokens stand together, so that nothing is padded
    dimensions = DIMENSIONS
    max_tokens = MAX_TOKENS - 2

    def __init__(self, adapter: Path | None = None, threads: int = 0) -> None:
        """`adapter`: the change to add to the packaged weights, or None for these alone.

        `threads`: 0 for OMP_NUM_THREADS, else one for each core that this process may use. Raises
        ModelError.
        """
        self.hash = packaged_hash()
        self._words = packaged_weights()[WORDS]
        graph = files("rag.embed").joinpath(GRAPH).read_bytes()
        self._threads = threads or usable_threads()
        place = kept.place_of(graph, _hash_of(adapter), self.hash)
        session = kept.find(place, self._words, _options) if place else None
        self._session = session or self._made(graph, adapter, place)
        self.tokenizer = packaged_tokenizer()

    def _made(self, graph: bytes, adapter: Path | None, place: Path | None) -> InferenceSession:
        """The session made from the package's weights, and kept at `place` for the next process."""
        weights = packaged_weights()
        if adapter:
            weights = adapted(weights, adapter, self.hash)
            self._words = weights[WORDS]
        session = _session(graph, weights, _options())
        if place and self._words is packaged_weights()[WORDS]:
            write = partial(_session, graph, weights)
            kept.keep(place, session, self._words, _options, write)
        return session

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """The number of word pieces of each text, special ones not counted."""
        return [len(one.ids) for one in self._pieces(texts)]

    def encode(self, texts: Sequence[str]) -> Array:
        """One unit vector per text, in order; what a text has beyond `max_tokens` is not read."""
        start, stop, _ = special_tokens(self.tokenizer)
        rows = [(start, *one.ids[: self.max_tokens], stop) for one in self._pieces(texts)]
        # Once each: a question and the part of it that asks are often the same words.
        different = list(dict.fromkeys(rows))
        means = np.empty((len(different), DIMENSIONS), dtype=np.float32)
        wanted: list[Row] = [(row, [0] * len(row), range(len(row))) for row in different]
        # One run after another: the states of a book's tokens would be half a gigabyte.
        for numbers, states in self._runs(wanted):
            for number, own in zip(numbers, states, strict=True):
                means[number] = own.mean(axis=0)
        at = {row: number for number, row in enumerate(different)}
        return unit(means[[at[row] for row in rows]])

    def states(self, rows: Sequence[Row]) -> list[Array]:
        """The last layer's states of each row's wanted tokens, in order, (wanted, DIMENSIONS)."""
        found: dict[int, Array] = {}
        for numbers, states in self._runs(rows):
            found |= dict(zip(numbers, states, strict=True))
        return [found[number] for number in range(len(rows))]

    def _runs(self, rows: Sequence[Row]) -> Iterator[tuple[list[int], Array]]:
        """Numbers of rows that are read together, with their states, until all were read.

        Always in the same order, however many threads there are.
        """
        runs = list(_read_together(rows, TOGETHER // self._threads))
        if self._threads == 1 or len(runs) < 2:
            for numbers in runs:
                yield numbers, self._read(rows, numbers)
            return
        with ThreadPoolExecutor(min(self._threads, len(runs))) as beside:
            begun: deque[tuple[list[int], Future[Array]]] = deque()
            for numbers in runs:
                begun.append((numbers, beside.submit(self._read, rows, numbers)))
                # Not all at once: the states of a book's tokens would be half a gigabyte.
                if len(begun) > AHEAD * self._threads:
                    first, states = begun.popleft()
                    yield first, states.result()
            for numbers, states in begun:
                yield numbers, states.result()

    def _read(self, rows: Sequence[Row], numbers: Sequence[int]) -> Array:
        """The states of rows of as many tokens, (rows, wanted, DIMENSIONS)."""
        pieces, segments, places = (
            np.asarray([rows[number][part] for number in numbers], dtype=np.int64)
            for part in range(3)
        )
        taken = places + pieces.shape[1] * np.arange(len(numbers))[:, None]
        feeds = {"words": self._words[pieces], "segments": segments, "kept": taken}
        states: Array
        (states,) = self._session.run(["states"], feeds)
        return states

    def _pieces(self, texts: Sequence[str]) -> list[Encoding]:
        return self.tokenizer.encode_batch(list(texts), add_special_tokens=False)


def _hash_of(adapter: Path | None) -> str:
    return kept.hash_of(adapter, adapter_hash) if adapter else ""


def _read_together(rows: Sequence[Row], tokens: int) -> Iterator[list[int]]:
    """Numbers of rows of as many tokens and wanted ones, `tokens` at most (one row at least)."""
    by_length: dict[tuple[int, int], list[int]] = defaultdict(list)
    for number, (ids, _, wanted) in enumerate(rows):
        by_length[len(ids), len(wanted)].append(number)
    for (length, _), numbers in sorted(by_length.items()):
        step = max(1, tokens // length)
        for at in range(0, len(numbers), step):
            yield numbers[at : at + step]


def _options() -> SessionOptions:
    """How a session computes: in one thread, which the caller's are (`OnnxNetwork._runs`)."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    # What ALL adds is for images: it takes half as long again to open, and runs no faster.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
    options.intra_op_num_threads = 1
    # A plan of memory for each shape that was ever seen is never given back, and texts have
    # hundreds of lengths: 45 MB more after 1,700 passages, for no time saved.
    options.enable_mem_pattern = False
    return options


def _session(graph: bytes, weights: dict[str, Array], options: SessionOptions) -> InferenceSession:
    """The graph with these weights. Raises ModelError."""
    import onnxruntime

    names = _weights_of(graph, weights)
    # Copied while the session is opened (AddExternalInitializers in onnxruntime_c_api.h).
    values = {name: onnxruntime.OrtValue.ortvalue_from_numpy(weights[name]) for name in names}
    options.add_external_initializers(list(values), list(values.values()))
    try:
        return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # it has many kinds, the user gets one line
        raise ModelError(
            f"{packaged_folder()}: ONNX Runtime cannot open the packaged model "
            f"({str(error).splitlines()[0]}); install Casebook again, or set "
            "CASEBOOK_ENGINE=torch to do without it"
        ) from error


def unit(vectors: Array) -> Array:
    """The rows brought to length 1, in float32; a row of noughts stays one."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    found: Array = (vectors / np.maximum(lengths, 1e-12)).astype(np.float32)
    return found


def usable_threads() -> int:
    """OMP_NUM_THREADS, which torch heeds too, else the cores that this process may use."""
    named = os.environ.get("OMP_NUM_THREADS", "")
    if named.isdigit() and int(named):
        return int(named)
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _weights_of(graph: bytes, weights: dict[str, Array]) -> list[str]:
    """The weights that the graph takes: all that its bytes name."""
    return [name for name in sorted(weights) if name.encode() in graph]
