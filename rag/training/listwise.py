"""Questions with their sentences' features → the small networks that score sentences.

Listwise: within one question's candidates the share of the evidence is raised (softmax
cross-entropy over the list, as ListNet: Cao et al. 2007), and beside it each sentence is told right
from wrong, so that the scores are log-odds and not only an order. A few networks that differ in
their start are averaged; they are small enough to be stored as numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from rag.reader.weighing.model import CUT, Networks

UNITS, NETWORKS = 32, 3
EPOCHS = 20
LEARNING_RATE, WEIGHT_DECAY, DROPOUT = 3e-3, 3e-2, 0.2
QUESTIONS = 16
"""Of a batch."""
EACH = 5.0
"""How much telling each sentence right from wrong counts beside the order."""

Matrix = np.ndarray[Any, np.dtype[np.float64]]
Labels = np.ndarray[Any, np.dtype[np.bool_]]


def fit_networks(rows: Sequence[Matrix], labels: Sequence[Labels], seed: int = 0) -> Networks:
    """Networks over the features of each question's candidates.

    A question none of whose candidates is right teaches what wrong ones look like, and no order.

    The same data and seed give the same networks on the same machine and number of threads.
    """
    every = np.vstack(rows)
    mean, scale = every.mean(axis=0), every.std(axis=0)
    scale = np.where(scale > 0, scale, 1.0)
    data = [
        (torch.tensor(np.clip((r - mean) / scale, -CUT, CUT), dtype=torch.float32), torch.tensor(y))
        for r, y in zip(rows, labels, strict=True)
    ]
    learnt = [_train(data, seed + number) for number in range(NETWORKS)]
    parts = {name: np.stack([one[name] for one in learnt]) for name in learnt[0]}
    return Networks(mean, scale, **parts)


def _train(data: Sequence[tuple[torch.Tensor, torch.Tensor]], seed: int) -> dict[str, Any]:
    torch.manual_seed(seed)
    dice = torch.Generator().manual_seed(seed)
    network = torch.nn.Sequential(
        torch.nn.Linear(data[0][0].shape[1], UNITS),
        torch.nn.Tanh(),
        torch.nn.Dropout(DROPOUT),
        torch.nn.Linear(UNITS, 1),
    )
    optimiser = torch.optim.AdamW(network.parameters(), lr=LEARNING_RATE, weight_decay=WEIGHT_DECAY)
    steps = EPOCHS * -(-len(data) // QUESTIONS)
    step = 0
    for _ in range(EPOCHS):
        order = torch.randperm(len(data), generator=dice).tolist()
        for at in range(0, len(order), QUESTIONS):
            for group in optimiser.param_groups:
                group["lr"] = LEARNING_RATE * (1 - step / steps)
            loss = _loss(network, [data[i] for i in order[at : at + QUESTIONS]])
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimiser.step()
            step += 1
    weights = [p.detach().numpy().astype(np.float64) for p in network.parameters()]
    hidden, bias, output, intercept = weights
    return {"hidden": hidden, "bias": bias, "output": output[0], "intercept": intercept[0]}


def _loss(
    network: torch.nn.Module, batch: Sequence[tuple[torch.Tensor, torch.Tensor]]
) -> torch.Tensor:
    scores = network(torch.cat([rows for rows, _ in batch])).squeeze(-1)
    each = torch.nn.functional.binary_cross_entropy_with_logits
    total, at = torch.zeros(()), 0
    for rows, right in batch:
        own = scores[at : at + len(rows)]
        at += len(rows)
        total = total + EACH * each(own, right.float())
        if bool(right.any()):
            total = total - torch.logsumexp(torch.log_softmax(own, dim=0)[right], dim=0)
    return total / len(batch)


def stored_networks(networks: Networks, names: Sequence[str]) -> dict[str, Any]:
    """Networks as weights.json holds them."""
    parts = {
        part: np.round(getattr(networks, part), 5).tolist()
        for part in ("mean", "scale", "hidden", "bias", "output", "intercept")
    }
    return {"features": list(names)} | parts
