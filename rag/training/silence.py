"""Features of questions → the small networks that say whether the reports answer at all."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from rag.reader.weighing.model import CUT, Networks

UNITS, NETWORKS = 8, 3
STRENGTH = 3.0
"""Weight decay (alpha of scikit-learn's MLPClassifier). On validation, out of fold, 8 and 16 units
are alike; 32 with less restraint, and a logistic model, are worse."""
LEARNING_RATE, EPOCHS = 3e-3, 200


def fit_silence(rows: Any, labels: Any) -> Networks:  # noqa: ANN401
    """The mean of a few networks of one hidden layer; `labels` say which questions are answered.

    The same data give the same networks on the same machine.
    """
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.neural_network import MLPClassifier

    mean, scale = rows.mean(axis=0), rows.std(axis=0)
    scale = np.where(scale > 0, scale, 1.0)
    cut = np.clip((rows - mean) / scale, -CUT, CUT)
    networks = [
        MLPClassifier(
            (UNITS,), activation="tanh", alpha=STRENGTH, max_iter=EPOCHS, random_state=seed,
            learning_rate_init=LEARNING_RATE,
        )
        for seed in range(NETWORKS)
    ]  # fmt: skip
    with warnings.catch_warnings():
        # That the epochs run out is meant: it keeps the networks plain.
        warnings.simplefilter("ignore", ConvergenceWarning)
        fitted = [network.fit(cut, labels) for network in networks]
    return Networks(
        mean,
        scale,
        hidden=np.stack([one.coefs_[0].T for one in fitted]),
        bias=np.stack([one.intercepts_[0] for one in fitted]),
        output=np.stack([one.coefs_[1][:, 0] for one in fitted]),
        intercept=np.stack([one.intercepts_[1][0] for one in fitted]),
    )
