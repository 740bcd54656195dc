"""`weights.json` → the reader's small models, a set for each encoder they were trained with."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

from rag.embed import SentenceEncoder

Vector = np.ndarray[Any, np.dtype[np.float64]]
Weights = Mapping[str, dict[str, Any]]

CUT = 5.0


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


@dataclass(frozen=True, slots=True)
class Networks:
    """A few small networks of one hidden layer (tanh) over standardised features; their mean.

    `hidden` has the shape (networks, units, features), `bias` and `output` (networks, units),
    `intercept` (networks,). Features further than CUT standard deviations out count as that far.
    """

    mean: Vector
    scale: Vector
    hidden: Vector
    bias: Vector
    output: Vector
    intercept: Vector

    def logits(self, features: Vector) -> Vector:
        """The log-odds of each row."""
        rows = np.clip((features - self.mean) / self.scale, -CUT, CUT)
        each = [
            np.tanh(rows @ hidden.T + bias) @ output + intercept
            for hidden, bias, output, intercept in zip(
                self.hidden, self.bias, self.output, self.intercept, strict=True
            )
        ]
        values: Vector = np.mean(each, axis=0)
        return values


def weights_for(encoder: SentenceEncoder) -> Weights:
    """The weights that read best with an encoder: cosines mean something else in each.

    A model that a user brings is nearer to the packaged one than to the adapted one.
    """
    return _weights()["adapted" if encoder.adapted else "base"]


def load_model(weights: Weights, name: str, features: Sequence[str]) -> Model | Networks | None:
    """One of the trained models, None where it is lacking.

    Its features must be those that the code computes, or ValueError is raised.
    """
    if name not in weights:
        return None
    stored = weights[name]
    if list(stored["features"]) != list(features):
        raise ValueError(f"weights.json was trained for other features of '{name}'; train again")
    if "hidden" in stored:
        return load_networks(stored, name, features)
    mean, scale = np.asarray(stored["mean"]), np.asarray(stored["scale"])
    return Model(mean, scale, np.asarray(stored["coefficients"]), float(stored["intercept"]))


def load_networks(stored: Mapping[str, Any], name: str, features: Sequence[str]) -> Networks:
    """Networks as they are stored. Raises ValueError where they were trained for other features."""
    if list(stored["features"]) != list(features):
        raise ValueError(f"the weights of '{name}' were trained for other features; train again")
    parts = ("mean", "scale", "hidden", "bias", "output", "intercept")
    return Networks(*(np.asarray(stored[part]) for part in parts))


def log_share(logits: Vector) -> Vector:
    """Log-softmax."""
    shifted = logits - logits.max()
    values: Vector = shifted - np.log(np.exp(shifted).sum())
    return values


def threshold(weights: Weights, name: str) -> float:
    """Below this probability of being answerable the reader declines (set on validation)."""
    return float(weights[name]["threshold"])


def sigmoid(value: float) -> float:
    """Log-odds → probability."""
    return 1 / (1 + math.exp(-max(-60.0, min(60.0, value))))


@cache
def _weights() -> dict[str, Weights]:
    content: dict[str, Weights] = json.loads(
        files("rag.reader").joinpath("weights.json").read_text("utf-8")
    )
    return content
