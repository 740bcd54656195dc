"""Texts → unit vectors: the encoder of passages and sentences, and the networks behind it.

`encoder` is what the rest of Casebook uses. Behind it stands either `onnx_network` (the packaged
model through ONNX Runtime, ready in a fraction of a second) or `sentence_network` (any
sentence-transformers model through torch, which takes seconds to import).
"""

from pathlib import Path

from rag.adapter import ADAPTED
from rag.embed.encoder import SentenceEncoder, Vectors
from rag.embed.model_files import BASE, PACKAGED, model_hash, packaged_folder
from rag.embed.onnx_network import OnnxNetwork, available
from rag.embed.packaged import packaged_tokenizer, special_tokens
from rag.embed.sentence_network import PackagedNetwork, packaged_network, question_model

__all__ = [
    "ADAPTED",
    "BASE",
    "PACKAGED",
    "SentenceEncoder",
    "Vectors",
    "model_hash",
    "packaged_folder",
    "packaged_network",
    "packaged_reader",
    "packaged_tokenizer",
    "question_model",
    "special_tokens",
]


def packaged_reader(adapter: Path) -> OnnxNetwork | PackagedNetwork:
    """The packaged network with `adapter` added, for a reader: token rows → states.

    Through ONNX Runtime where it is installed, else through torch. Raises ModelError.
    """
    return OnnxNetwork(adapter) if available() else PackagedNetwork(adapter)
