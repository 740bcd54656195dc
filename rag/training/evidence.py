"""Exercises → the evidence reader: first general reading, then case reports.

Sentence-embedding weights know what a text is about, not yet how to weigh one sentence against a
question; two epochs of SQuAD and BioASQ teach that before the small set of clinical questions is
seen (baselines: a reader trained on those alone stayed behind plain cosine).
"""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import nn

from rag.reader.network import NO_SENTENCE, EvidenceNetwork, Scores, Tokenised, Tokeniser
from rag.training.exercises import Exercise, Source, drawn

BATCH = 32
LEARNING_RATE = 8e-5
WARM_UP = 0.06
RANK = 48  # 4.4 MB, as for the encoder's adapter; what it costs here was not measured
NOTHING = -1e4
PASSAGE_WEIGHT, SPAN_WEIGHT, CHOICE_WEIGHT = 0.5, 0.3, 0.5
PRINT_EVERY = 50
POOL = 16  # batches whose exercises are sorted by length together, so that little is padding

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Stage:
    """So many epochs over these sources; `share` of each is drawn in an epoch."""

    epochs: int
    sources: Sequence[tuple[Sequence[Source], float]]


def train(
    network: EvidenceNetwork,
    tokeniser: Tokeniser,
    stages: Sequence[Stage],
    *,
    seed: int = 7,
    rate: float = LEARNING_RATE,
    say: Say = print,
    after_stage: Callable[[int], None] = lambda _: None,
) -> None:
    """Train in place. The same data, seed and threads give the same weights."""
    dice = random.Random(seed)
    torch.manual_seed(seed)
    network.train()
    learning = [p for name, p in network.named_parameters() if "word_embeddings" not in name]
    for parameter in set(network.parameters()) - set(learning):
        parameter.requires_grad_(False)
    for number, stage in enumerate(stages):
        epochs = [epoch(stage, dice) for _ in range(stage.epochs)]
        steps = sum(math.ceil(len(one) / BATCH) for one in epochs)
        optimiser = torch.optim.AdamW(learning, lr=rate, weight_decay=0.01)
        done, total, started = 0, 0.0, time.monotonic()
        for exercises in epochs:
            for batch in batches(exercises, tokeniser, dice):
                for group in optimiser.param_groups:
                    group["lr"] = rate * _schedule(done, steps)
                value = loss(network, tokeniser, batch)
                optimiser.zero_grad()
                value.backward()  # type: ignore[no-untyped-call]
                nn.utils.clip_grad_norm_(learning, 1.0)
                optimiser.step()
                done, total = done + 1, total + float(value.detach())
                if done % PRINT_EVERY == 0:
                    mean, spent = total / PRINT_EVERY, time.monotonic() - started
                    say(f"stage {number}, step {done} of {steps}: loss {mean:.3f}, {spent:.0f} s")
                    total = 0.0
        after_stage(number)
    network.eval()


def epoch(stage: Stage, dice: random.Random) -> list[Exercise]:
    """What one epoch reads."""
    found: list[Exercise] = []
    for sources, share in stage.sources:
        for source in dice.sample(list(sources), round(share * len(sources))):
            found += drawn(source, dice)
    dice.shuffle(found)
    return found


def batches(
    exercises: Sequence[Exercise], tokeniser: Tokeniser, dice: random.Random
) -> list[list[tuple[Exercise, Tokenised]]]:
    """Batches of exercises of about one length, in random order."""
    found = []
    for at in range(0, len(exercises), BATCH * POOL):
        pool = [(e, tokeniser.pair(e.question, e.text)) for e in exercises[at : at + BATCH * POOL]]
        pool.sort(key=lambda pair: len(pair[1].ids))
        found += [pool[i : i + BATCH] for i in range(0, len(pool), BATCH)]
    dice.shuffle(found)
    return found


def _schedule(step: int, steps: int) -> float:
    return min(1.0, (step + 1) / (WARM_UP * steps)) * (steps - step) / steps


def loss(
    network: EvidenceNetwork, tokeniser: Tokeniser, batch: Sequence[tuple[Exercise, Tokenised]]
) -> torch.Tensor:
    """The sum of what each head got wrong."""
    read = tokeniser.batch([tokens for _, tokens in batch])
    with torch.autocast("cpu", dtype=torch.bfloat16):
        scores = network(read)
    return (
        sentence_loss(scores.sentence.float(), [e for e, _ in batch], read.sentence)
        + PASSAGE_WEIGHT * passage_loss(scores.passage.float(), [e for e, _ in batch])
        + SPAN_WEIGHT * span_loss(scores, batch)
    )


def sentence_loss(
    logits: torch.Tensor, exercises: Sequence[Exercise], sentence: torch.Tensor
) -> torch.Tensor:
    """Each sentence right or wrong; and, where one is right, the choice among its passage's."""
    labels = torch.zeros_like(logits)
    for row, exercise in enumerate(exercises):
        right = exercise.labels[: logits.shape[1]]
        labels[row, : len(right)] = torch.tensor(right, dtype=torch.float)
    read = torch.zeros_like(logits)
    count = logits.shape[1]
    for number in range(count):
        read[:, number] = (sentence == number).any(1).float()
    each = nn.functional.binary_cross_entropy_with_logits(logits, labels, reduction="none")
    # Two for one: of a report's sentences one or two answer.
    weight = read * (1 + labels)
    judged = (each * weight).sum() / weight.sum()
    holds = (labels * read).sum(1) > 0
    if not bool(holds.any()):
        return judged
    log_share = (logits.masked_fill(read == 0, NOTHING)).log_softmax(1)
    best = log_share.masked_fill((labels * read) == 0, NOTHING).logsumexp(1)
    return judged + CHOICE_WEIGHT * -best[holds].mean()


def passage_loss(logits: torch.Tensor, exercises: Sequence[Exercise]) -> torch.Tensor:
    """Whether there is evidence; and, where there is, whether it answers or contradicts."""
    holds = torch.tensor([e.answers is not None for e in exercises])
    answers = torch.tensor([bool(e.answers) for e in exercises])
    relevant = nn.functional.binary_cross_entropy_with_logits(logits[:, 0], holds.float())
    if not bool(holds.any()):
        return relevant
    return relevant + nn.functional.binary_cross_entropy_with_logits(
        logits[holds, 1], answers[holds].float()
    )


def span_loss(scores: Scores, batch: Sequence[tuple[Exercise, Tokenised]]) -> torch.Tensor:
    """Where the short answer starts and ends, among the tokens of its passage's sentences."""
    rows, starts, ends = [], [], []
    for row, (exercise, tokens) in enumerate(batch):
        if exercise.span and (ends_at := span_tokens(exercise, tokens)):
            rows.append(row)
            starts.append(ends_at[0])
            ends.append(ends_at[1])
    if not rows:
        return scores.span.sum() * 0.0
    outside = torch.tensor(
        [
            [s == NO_SENTENCE for s in batch[row][1].sentence]
            + [True] * (scores.span.shape[1] - len(batch[row][1].sentence))
            for row in rows
        ]
    )
    logits = scores.span[rows].float().masked_fill(outside[..., None], NOTHING)
    cross = nn.functional.cross_entropy
    return cross(logits[..., 0], torch.tensor(starts)) + cross(logits[..., 1], torch.tensor(ends))


def span_tokens(exercise: Exercise, tokens: Tokenised) -> tuple[int, int] | None:
    """The first and last token of the short answer; None where it was not read."""
    assert exercise.span is not None
    number, start, end = exercise.span
    inside = [
        i
        for i, (s, (a, b)) in enumerate(zip(tokens.sentence, tokens.characters, strict=True))
        if s == number and a < end and b > start
    ]
    return (inside[0], inside[-1]) if inside else None
