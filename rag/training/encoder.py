"""Questions with evidence → an adapter for the sentence encoder, learnt by contrast.

A query is drawn to the sentence or passage that answers it and away from the other answers of its
batch and from other sentences of its own report: multiple negatives ranking (Henderson et al.
2017, arXiv:1705.00652) with hard negatives. The word embeddings stay as they are, and so do rare
words' meanings. A batch holds sentences or passages, never both: one passage would pad every
sentence beside it to its own length.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch

from rag.adapter import factored
from rag.embed import SentenceEncoder
from rag.training.pairs import Pair, Source, draw

BATCH = 32
LEARNING_RATE = 3e-5
EPOCHS = 3
NEGATIVES = 1
SCALE = 20.0  # sharpness of the softmax over cosines, sentence-transformers' value
RANK = 48  # 4 MB. Success@1 on validation: whole change .653, rank 32 .622, rank 16 .617
# The share of the change that is kept (interpolation: Wortsman et al. 2021, arXiv:2109.01903).
# Success@1 on validation / nDCG@10 on PubMedQA, dense alone, at rank 48: .9 .613 / .982,
# .8 .599 / .983, .65 .545 / .985; unchanged weights .405 / .985. So PubMedQA took part in choosing.
STRENGTH = 0.9
READ_TOKENS = 192  # of a training passage; the first ones hold its title, patient and section
PRINT_EVERY = 50  # steps

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Mixture:
    """Sources, the share of them that each epoch draws, and whether by whole passages."""

    sources: Sequence[Source]
    share: float
    passages: bool


def adapt(
    mixtures: Sequence[Mixture], out: Path, *, seed: int = 7, epochs: int = EPOCHS, say: Say = print
) -> None:
    """Train from the packaged weights and write the adapter to `out`.

    The same data and seed give the same file on the same machine and number of threads.
    """
    from safetensors.torch import save_file

    encoder = SentenceEncoder("base")
    network = encoder.network
    before = {name: p.detach().clone() for name, p in network.named_parameters()}
    _train(encoder, mixtures, seed, epochs, say)
    learnt = {
        name: before[name] + STRENGTH * (parameter.detach() - before[name])
        for name, parameter in network.named_parameters()
    }
    change = factored(before, learnt, RANK)
    out.parent.mkdir(parents=True, exist_ok=True)
    save_file(change, str(out), metadata={"base": encoder.hash})


def _train(
    encoder: SentenceEncoder, mixtures: Sequence[Mixture], seed: int, epochs: int, say: Say
) -> None:
    dice = random.Random(seed)
    torch.manual_seed(seed)
    learning = []
    for name, parameter in encoder.network.named_parameters():
        parameter.requires_grad_("embeddings" not in name and "pooler" not in name)
        if parameter.requires_grad:
            learning.append(parameter)
    optimiser = torch.optim.AdamW(learning, lr=LEARNING_RATE, weight_decay=0.01)
    steps = epochs * len(_batches(mixtures, dice))
    done, total, started = 0, 0.0, time.monotonic()
    for _ in range(epochs):
        for batch, passages in _batches(mixtures, dice):
            for group in optimiser.param_groups:
                group["lr"] = LEARNING_RATE * _schedule(done, steps)
            pairs = [draw(source, dice, NEGATIVES, passages=passages) for source in batch]
            loss = contrast(encoder, pairs)
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(learning, 1.0)
            optimiser.step()
            done, total = done + 1, total + float(loss.detach())
            if done % PRINT_EVERY == 0:
                say(
                    f"step {done} of {steps}: loss {total / PRINT_EVERY:.3f}, "
                    f"{time.monotonic() - started:.0f} s"
                )
                total = 0.0


def _schedule(step: int, steps: int) -> float:
    """A tenth of warming up, then down to nothing."""
    return min(1.0, (step + 1) / (0.1 * steps)) * (steps - step) / steps


def _batches(mixtures: Sequence[Mixture], dice: random.Random) -> list[tuple[list[Source], bool]]:
    found = []
    for mixture in mixtures:
        sources = [
            s
            for s in mixture.sources
            if not mixture.passages or (s.right_passages and s.wrong_passages)
        ]
        dice.shuffle(sources)
        kept = sources[: int(len(sources) * mixture.share)]
        for at in range(0, len(kept) - BATCH + 1, BATCH):
            found.append((kept[at : at + BATCH], mixture.passages))
    dice.shuffle(found)
    return found


def contrast(encoder: SentenceEncoder, pairs: Sequence[Pair]) -> torch.Tensor:
    """The loss of one batch: each query against all right and wrong answers.

    What answers another question about the same report is left out of the comparison: it may
    well answer this one, too. The pair's own wrong answers stay.
    """
    texts = [p.positive for p in pairs] + [wrong for p in pairs for wrong in p.negatives]
    owners = list(range(len(pairs))) + [i for i, p in enumerate(pairs) for _ in p.negatives]
    with torch.autocast("cpu", dtype=torch.bfloat16):
        queries = _vectors(encoder, [p.query for p in pairs])
        answers = _vectors(encoder, texts)
    scores = queries @ answers.T * SCALE
    same = torch.tensor([[pairs[o].group == p.group for o in owners] for p in pairs])
    own = torch.tensor([[o == i for o in owners] for i in range(len(pairs))])
    scores = scores.masked_fill(same & ~own, -1e4)
    return torch.nn.functional.cross_entropy(scores, torch.arange(len(pairs)))


def _vectors(encoder: SentenceEncoder, texts: Sequence[str]) -> torch.Tensor:
    """Mean-pooled unit vectors, as sentence-transformers makes them for this model."""
    inputs = encoder.tokens(texts, READ_TOKENS)
    states = encoder.network(**inputs).last_hidden_state.float()
    mask = inputs["attention_mask"][..., None].float()
    return torch.nn.functional.normalize((states * mask).sum(1) / mask.sum(1), dim=-1)
