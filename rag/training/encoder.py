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
from rag.config import TORCH
from rag.embed import BASE, SentenceEncoder
from rag.training.pairs import Pair, Source, draw

BATCH = 32
SCALE = 20.0  # sharpness of the softmax over cosines, sentence-transformers' value
READ_TOKENS = 192  # of a training passage; the first ones hold its title, patient and section
TOGETHER = 16  # texts of like length that are encoded at once: a third of the time, no padding
PRINT_EVERY = 50  # steps


@dataclass(frozen=True, slots=True)
class Recipe:
    """How an adapter is learnt, and how much of what was learnt is kept.

    strength: the share of the change (interpolation: Wortsman et al. 2021, arXiv:2109.01903).
    rank: of the factors of each weight matrix.
    hard: whether a second wrong answer is drawn from the ones that look most like the question.
    """

    epochs: int
    learning_rate: float
    strength: float
    rank: int
    hard: bool


# Finds passages of any subject. Success@1 on validation / nDCG@10 on PubMedQA, dense alone, at
# rank 48: .9 .613 / .982, .8 .599 / .983, .65 .545 / .985; unchanged weights .405 / .985. So
# PubMedQA took part in choosing.
FINDING = Recipe(epochs=3, learning_rate=3e-5, strength=0.9, rank=48, hard=False)
# Tells the sentences of a report apart and needs nothing else: PubMedQA falls to .96. Success@1 on
# 404 validation questions of one turn by cosine alone: whole change .671, rank 128 .658, rank 96
# .653, rank 48 .641, FINDING .535.
READING = Recipe(epochs=3, learning_rate=4e-5, strength=1.0, rank=96, hard=True)

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Mixture:
    """Sources, the share of them that each epoch draws, and whether by whole passages."""

    sources: Sequence[Source]
    share: float
    passages: bool


def adapt(
    mixtures: Sequence[Mixture], out: Path, recipe: Recipe, *, seed: int = 7, say: Say = print
) -> None:
    """Train from the packaged weights and write the adapter to `out`.

    The same data and seed give the same file on the same machine and number of threads.
    """
    from safetensors.torch import save_file

    encoder = SentenceEncoder(BASE, engine=TORCH)
    network = encoder.trained.module
    before = {name: p.detach().clone() for name, p in network.named_parameters()}
    _train(encoder, mixtures, recipe, seed, say)
    learnt = {
        name: before[name] + recipe.strength * (parameter.detach() - before[name])
        for name, parameter in network.named_parameters()
    }
    change = factored(before, learnt, recipe.rank)
    out.parent.mkdir(parents=True, exist_ok=True)
    save_file(change, str(out), metadata={"base": encoder.hash})


def _train(
    encoder: SentenceEncoder, mixtures: Sequence[Mixture], recipe: Recipe, seed: int, say: Say
) -> None:
    dice = random.Random(seed)
    torch.manual_seed(seed)
    learning = []
    for name, parameter in encoder.trained.module.named_parameters():
        parameter.requires_grad_("embeddings" not in name and "pooler" not in name)
        if parameter.requires_grad:
            learning.append(parameter)
    optimiser = torch.optim.AdamW(learning, lr=recipe.learning_rate, weight_decay=0.01)
    steps = recipe.epochs * len(_batches(mixtures, dice))
    done, total, started = 0, 0.0, time.monotonic()
    for _ in range(recipe.epochs):
        for batch, passages in _batches(mixtures, dice):
            for group in optimiser.param_groups:
                group["lr"] = recipe.learning_rate * _schedule(done, steps)
            pairs = [draw(one, dice, passages=passages, hard=recipe.hard) for one in batch]
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
    lengths = encoder.count_tokens(texts)
    order = sorted(range(len(texts)), key=lambda i: lengths[i])
    parts = []
    for at in range(0, len(order), TOGETHER):
        inputs = encoder.trained.tokens([texts[i] for i in order[at : at + TOGETHER]], READ_TOKENS)
        states = encoder.trained.module(**inputs).last_hidden_state.float()
        mask = inputs["attention_mask"][..., None].float()
        parts.append(torch.nn.functional.normalize((states * mask).sum(1) / mask.sum(1), dim=-1))
    place = torch.empty(len(order), dtype=torch.long)
    place[torch.tensor(order)] = torch.arange(len(order))
    return torch.cat(parts)[place]
