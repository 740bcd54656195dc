"""The evidence reader's network as it is trained, with torch, and how its weights are stored."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import torch
from torch import nn

from rag.reader.networks.tokens import Tokenised, Tokeniser

HIDDEN = 384


class Batch(NamedTuple):
    """Padded tensors of shape (pairs, tokens)."""

    ids: torch.Tensor
    mask: torch.Tensor
    segments: torch.Tensor


class EvidenceNetwork(nn.Module):
    """The transformer with its two heads."""

    def __init__(self, body: nn.Module) -> None:
        super().__init__()
        self.body = body
        self.relevance = nn.Linear(HIDDEN, 1)
        self.span = nn.Linear(HIDDEN, 2)

    def forward(self, batch: Batch) -> tuple[torch.Tensor, torch.Tensor]:
        """Logits: of each pair's relevance, (pairs,); of begin and end, (pairs, tokens, 2)."""
        states = self.body(
            input_ids=batch.ids, attention_mask=batch.mask, token_type_ids=batch.segments
        ).last_hidden_state.float()
        return self.relevance(states[:, 0]).squeeze(-1), self.span(states)


def batch(tokeniser: Tokeniser, read: Sequence[Tokenised]) -> Batch:
    """Several pairs as tensors, padded to the longest."""
    return Batch(*(torch.from_numpy(values) for values in tokeniser.padded(read)))


def save(
    network: EvidenceNetwork, before: dict[str, torch.Tensor], path: Path, base_hash: str, rank: int
) -> None:
    """Write the change of `before` (the packaged weights) up to `rank`, and the heads."""
    from safetensors.torch import save_file

    from rag.adapter import factored

    after = {name: p.detach() for name, p in network.body.named_parameters()}
    heads = {
        name: value.detach().half().contiguous()
        for name, value in network.state_dict().items()
        if not name.startswith("body.")
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file(factored(before, after, rank) | heads, str(path), metadata={"base": base_hash})
