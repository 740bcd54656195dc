"""`weights.json` → the reader's logistic models, a set for each encoder they were trained with."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

from rag.embed import SentenceEncoder

Vector = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True, slots=True)
class Model:
    """A logistic model: standardised features, coefficients, intercept."""

    mean: Vector
    scale: Vector
    coefficients: Vector
    intercept: float

    def logits(self, features: Vector) -> Vector:
        """The log-odds of each row."""
        values: Vector = (features - self.mean) / self.scale @ self.coefficients + self.intercept
        return values


def weights_for(encoder: SentenceEncoder) -> str:
    """Which set of weights reads best with an encoder: cosines mean something else in each.

    A model that a user brings is nearer to the packaged one than to the adapted one.
    """
    return "adapted" if getattr(encoder, "adapted", False) else "base"


def load_model(kind: str, name: str, features: Sequence[str]) -> Model:
    """One of the trained models; its features must be those that the code computes."""
    stored = _weights()[kind][name]
    if list(stored["features"]) != list(features):
        raise ValueError(f"weights.json was trained for other features of '{name}'; train again")
    return Model(
        mean=np.asarray(stored["mean"]),
        scale=np.asarray(stored["scale"]),
        coefficients=np.asarray(stored["coefficients"]),
        intercept=float(stored["intercept"]),
    )


def threshold(kind: str, name: str) -> float:
    """Below this probability of being answerable the reader declines (set on validation)."""
    return float(_weights()[kind][name]["threshold"])


def sigmoid(value: float) -> float:
    """Log-odds → probability."""
    return 1 / (1 + math.exp(-max(-60.0, min(60.0, value))))


@cache
def _weights() -> dict[str, dict[str, Any]]:
    content: dict[str, dict[str, Any]] = json.loads(
        files("rag.reader").joinpath("weights.json").read_text("utf-8")
    )
    return content
