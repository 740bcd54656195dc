"""Any sentence-transformers model through torch; training, and models that a user names.

This module alone imports sentence_transformers, and transformers.
"""

from __future__ import annotations

import copy
import hashlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.adapter import apply_adapter
from rag.embed.model_files import model_hash, packaged_folder
from rag.embed.onnx_network import Array, Row, unit
from rag.embed.packaged import packaged_hash, packaged_tokenizer
from rag.errors import ModelError

if TYPE_CHECKING:
    import torch
    from sentence_transformers import SentenceTransformer
    from tokenizers import Tokenizer

BATCH = 32  # 128 was slower in every precision (measured on two cores)


class SentenceNetwork:
    """A sentence-transformers model: texts → unit vectors."""

    any_batch = False  # padding, and the library's choice of a product, change last bits

    def __init__(self, model: str, folder: Path, threads: int = 0) -> None:
        """`folder` is where `model` lies; where that is no folder, `model` is a name to look up.

        `threads`: 0 for torch's own choice. Raises ModelError.
        """
        local = folder.is_dir()
        self._model = _load(str(folder) if local else model, offline=local)
        self.hash = model_hash(folder) if local else _weights_hash(self._model)
        if threads:
            import torch

            torch.set_num_threads(threads)

    def twin(self, adapter: Path) -> SentenceNetwork:
        """The same model with an adapter added; the word vectors are shared. Raises ModelError."""
        twin = copy.copy(self)
        words = self.module.get_input_embeddings()  # type: ignore[operator]
        twin._model = copy.deepcopy(self._model, {id(words): words})
        apply_adapter(twin.module, adapter, self.hash)
        return twin

    def adapt(self, adapter: Path) -> None:
        """Add an adapter to the weights. Raises ModelError."""
        apply_adapter(self.module, adapter, self.hash)

    def halve(self) -> None:
        """Compute in bfloat16 from now on: 1.7 to 3.4 times as fast where the processor has it.

        Vectors stay within 1e-2 of the others (cosine .9999), but their last bits depend on what
        else is in a batch.
        """
        self._model.bfloat16()

    @property
    def module(self) -> torch.nn.Module:
        """The network inside, for training."""
        module: torch.nn.Module = self._model[0].auto_model  # type: ignore[assignment]
        return module

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

    def tokens(self, texts: Sequence[str], limit: int) -> dict[str, torch.Tensor]:
        """What the network reads of `texts`, at most `limit` tokens of each, for training."""
        return dict(
            self._model.tokenizer(
                list(texts), padding=True, truncation=True, max_length=limit, return_tensors="pt"
            )
        )

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """The number of word pieces of each text, special ones not counted."""
        encoded = self._model.tokenizer(
            list(texts), add_special_tokens=False, truncation=False, verbose=False
        )
        return [len(ids) for ids in encoded["input_ids"]]

    def encode(self, texts: Sequence[str]) -> Array:
        """One unit vector per text, in order; what a text has beyond `max_tokens` is not read."""
        vectors = self._model.encode(
            list(texts), batch_size=BATCH, convert_to_tensor=True, show_progress_bar=False
        )
        # The mean of a text's states is as it comes; its length is 1 in float32 alone.
        return unit(vectors.float().numpy())


class PackagedNetwork:
    """What `OnnxNetwork` is for a reader, through torch: where ONNX Runtime is missing."""

    def __init__(self, adapter: Path) -> None:
        """The packaged network with `adapter` added. Raises ModelError."""
        self._body, self.tokenizer, base_hash = packaged_network()
        apply_adapter(self._body, adapter, base_hash)

    def states(self, rows: Sequence[Row]) -> list[Array]:
        """The last layer's states of each row's wanted tokens, in order, (wanted, dimensions)."""
        import torch

        found = []
        with torch.inference_mode():
            for ids, segments, wanted in rows:
                read = self._body(
                    input_ids=torch.tensor([ids]), token_type_ids=torch.tensor([segments])
                )
                found.append(read.last_hidden_state[0, list(wanted)].numpy())
        return found


def packaged_network() -> tuple[torch.nn.Module, Tokenizer, str]:
    """The packaged model's bare network and tokeniser, and the hash of its folder.

    Raises ModelError when the package is missing.
    """
    from transformers import AutoModel
    from transformers.utils import logging

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    folder = packaged_folder()
    network = AutoModel.from_pretrained(str(folder), local_files_only=True)
    return network.eval(), packaged_tokenizer(), packaged_hash()


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
