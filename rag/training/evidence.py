"""Questions with right and wrong sentences → the evidence reader: general reading, then cases.

Listwise, as cross-encoder rerankers are trained (Gao et al. 2021, arXiv:2101.08751): of one right
sentence and a few wrong ones that look like it, and 'none of these', the right one is to be
chosen; 'none' where the report does not answer. Beside it each sentence is told right from wrong
by itself, and where there is a short answer, its begin and end are learnt in the same pass.

Sentence-embedding weights know what a text is about, not yet how to weigh a sentence against a
question; SQuAD and BioASQ teach that before the small set of clinical questions is seen.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import nn

from rag.embed import packaged_network
from rag.reader.networks.network import EvidenceNetwork, batch, save
from rag.reader.networks.tokens import Tokenised, Tokeniser
from rag.training.pairs import with_subject
from rag.training.sentences import Said, Source

GENERAL_EPOCHS, CASE_EPOCHS = 1, 2
QUESTIONS, WRONG = 8, 4
"""Of a batch; of wrong sentences beside a right one."""
HARD = 8
"""Of the wrong sentences of the report, how many look most like the question."""
FAR_SHARE, SUBJECT_SHARE = 0.7, 0.3
LEARNING_RATE, HEADS_FASTER, WARM_UP, WEIGHT_DECAY = 8e-5, 3.0, 40, 0.01
EACH, SPAN, SPAN_NONE = 0.5, 0.3, 0.5
"""What telling each sentence by itself counts beside the choice; the short answer; none of it."""
FROZEN = ("embeddings", "layer.0.", "layer.1.")
"""What stays: a third cheaper; what it costs was not measured."""
RANK = 96
TOGETHER = 10  # sentences of about one length that pass the network at once
SEED, PRINT_EVERY = 7, 50

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Shown:
    """A question with one of its sentences, as the network reads them."""

    said: Said
    tokens: Tokenised


def train_evidence(
    general: Sequence[Source], cases: Sequence[Source], out: Path, say: Say = print
) -> None:
    """Train the network and write its weights to `out`; same data, seed, threads: same weights."""
    body, tokenizer, base_hash = packaged_network()
    before = {name: p.detach().clone() for name, p in body.named_parameters()}
    torch.manual_seed(SEED)
    network = EvidenceNetwork(quicker(body))
    tokeniser, dice = Tokeniser(tokenizer), random.Random(SEED)
    for sources, epochs in ((general, GENERAL_EPOCHS), (cases, CASE_EPOCHS)):
        if sources:
            _stage(network, tokeniser, sources, epochs, dice, say)
    save(network.eval(), before, out, base_hash, RANK)


def quicker(body: nn.Module) -> nn.Module:
    """The transformer with attention that learns in three quarters of the time on a CPU.

    Drawing what attention drops, and the fused kernel's backward pass in bfloat16, cost as much as
    the products themselves for texts as short as these. The other dropouts stay.
    """
    body.config._attn_implementation = "eager"  # type: ignore[union-attr]
    for name, module in body.named_modules():
        if isinstance(module, nn.Dropout) and "attention.self" in name:
            module.p = 0.0
    return body


def _stage(
    network: EvidenceNetwork,
    tokeniser: Tokeniser,
    sources: Sequence[Source],
    epochs: int,
    dice: random.Random,
    say: Say,
) -> None:
    optimiser = _optimiser(network)
    rates = [group["lr"] for group in optimiser.param_groups]
    steps = epochs * (len(sources) // QUESTIONS)
    network.train()
    step, total, started = 0, 0.0, time.monotonic()
    for _ in range(epochs):
        for groups in _batches(sources, tokeniser, dice):
            share = min(1.0, (step + 1) / WARM_UP) * (1 - step / steps)
            for group, rate in zip(optimiser.param_groups, rates, strict=True):
                group["lr"] = rate * share
            value = loss(network, tokeniser, groups)
            optimiser.zero_grad()
            value.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_([p for p in network.parameters() if p.requires_grad], 1.0)
            optimiser.step()
            step, total = step + 1, total + float(value.detach())
            if step % PRINT_EVERY == 0:
                spent = time.monotonic() - started
                say(f"step {step} of {steps}: loss {total / PRINT_EVERY:.3f}, {spent:.0f} s")
                total = 0.0


def _optimiser(network: EvidenceNetwork) -> torch.optim.Optimizer:
    """Of the upper layers, and faster of the new heads."""
    learning = []
    for name, parameter in network.body.named_parameters():
        frozen = any(part in name for part in FROZEN)
        parameter.requires_grad_(not frozen)
        learning += [] if frozen else [parameter]
    heads = [*network.relevance.parameters(), *network.span.parameters()]
    return torch.optim.AdamW(
        [
            {"params": learning, "lr": LEARNING_RATE},
            {"params": heads, "lr": LEARNING_RATE * HEADS_FASTER},
        ],
        weight_decay=WEIGHT_DECAY,
    )


def _batches(
    sources: Sequence[Source], tokeniser: Tokeniser, dice: random.Random
) -> Iterator[list[list[Shown]]]:
    """Each source once, in random order, so many to a batch; the few left over wait."""
    order = list(range(len(sources)))
    dice.shuffle(order)
    for at in range(0, len(order) - QUESTIONS + 1, QUESTIONS):
        groups = [drawn(sources[i], tokeniser, dice) for i in order[at : at + QUESTIONS]]
        yield [group for group in groups if group]


def drawn(source: Source, tokeniser: Tokeniser, dice: random.Random) -> list[Shown]:
    """A right sentence of `source`, if it has any, and wrong ones, most of them hard."""
    question = source.question
    if source.subject and dice.random() < SUBJECT_SHARE:
        question = with_subject(question, source.subject, dice)
    chosen: list[Said] = []
    wrong = WRONG
    if source.right:
        brief = [said for said in source.right if said.short]
        chosen.append(dice.choice(brief if brief and dice.random() < 0.5 else source.right))
    else:
        wrong -= 1
    hard = source.wrong[:HARD]
    with_far = bool(source.far) and dice.random() < FAR_SHARE
    near = dice.sample(hard, min(len(hard), wrong - with_far))
    if source.far and len(near) < wrong:
        chosen.append(dice.choice(source.far))
    chosen += near
    return [Shown(said, tokeniser.pair(question, said.text)) for said in chosen]


def loss(
    network: EvidenceNetwork, tokeniser: Tokeniser, groups: Sequence[Sequence[Shown]]
) -> torch.Tensor:
    """What was got wrong: the choice, each sentence by itself, and the short answers."""
    every = [shown for group in groups for shown in group]
    relevance, spans = _read(network, tokeniser, every)
    total, at = torch.zeros(()), 0
    for group in groups:
        own = relevance[at : at + len(group)]
        at += len(group)
        right = torch.tensor([shown.said.right for shown in group])
        chosen = torch.log_softmax(torch.cat([torch.zeros(1), own]), dim=0)  # 0: none of these
        total = total - (
            torch.logsumexp(chosen[1:][right], dim=0) if bool(right.any()) else chosen[0]
        )
        each = nn.functional.binary_cross_entropy_with_logits(own, right.float())
        total = total + EACH * each
    value: torch.Tensor = total / len(groups)
    brief = [_span_loss(*pair) for pair in zip(every, spans, strict=True)]
    if known := [one for one in brief if one is not None]:
        value = value + SPAN * torch.stack(known).mean()
    return value


def _read(
    network: EvidenceNetwork, tokeniser: Tokeniser, every: Sequence[Shown]
) -> tuple[torch.Tensor, list[torch.Tensor]]:
    """Relevance of each, and the span logits at 'none' and the sentence's own tokens."""
    order = sorted(range(len(every)), key=lambda i: len(every[i].tokens.ids))
    relevance: dict[int, torch.Tensor] = {}
    spans: dict[int, torch.Tensor] = {}
    for at in range(0, len(order), TOGETHER):
        few = order[at : at + TOGETHER]
        with torch.autocast("cpu", dtype=torch.bfloat16):
            one, two = network(batch(tokeniser, [every[i].tokens for i in few]))
        for row, i in enumerate(few):
            relevance[i] = one[row].float()
            spans[i] = two[row, [0, *every[i].tokens.own]].float()
    return torch.stack([relevance[i] for i in range(len(every))]), [
        spans[i] for i in range(len(every))
    ]


def _span_loss(shown: Shown, logits: torch.Tensor) -> torch.Tensor | None:
    """How far off the short answer is; a wrong sentence has none; a right one may be without."""
    begins, ends = torch.log_softmax(logits[:, 0], dim=0), torch.log_softmax(logits[:, 1], dim=0)
    short = shown.said.short
    if short is None:
        return None if shown.said.right else -SPAN_NONE * (begins[0] + ends[0])
    places = shown.tokens.characters
    inside = [i for i, (a, b) in enumerate(places) if a < short[1] and b > short[0]]
    return -(begins[inside[0] + 1] + ends[inside[-1] + 1]) if inside else None
