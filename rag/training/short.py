"""Training questions with a short answer → the network that finds it (`rag.reader.spans`).

From single sentences of the train split it learns at which tokens the short answer begins and ends,
or that the sentence has none. It begins from the evidence reader, which has read SQuAD and BioASQ.
How its proposals are weighed is learnt in `rag.training.weighing`.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import nn

from rag.embed import packaged_network
from rag.formats import read_file
from rag.reader import evidence, spans
from rag.reader.evidence import load_network
from rag.reader.network import NO_SENTENCE, Tokenised, Tokeniser
from rag.reader.text import Text
from rag.reader.words import stems
from rag.schema import Report
from rag.sentences import sentence_spans
from rag.training.questions import Question

EPOCHS, BATCH, LEARNING_RATE, WARM_UP = 2, 32, 1e-4, 0.06
RANK = 96
NONE_SHARE = 0.3
"""Of the questions, those that are also read with a sentence that does not answer."""
FROZEN = ("embeddings", "layer.0.", "layer.1.")
"""What stays as the evidence reader has it: a third cheaper; what it costs was not measured."""
POOL, PRINT_EVERY, SEED = 16, 20, 7
NOTHING = -1e4

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Lesson:
    """A question, a sentence, and where in it the short answer stands; None: nowhere."""

    question: str
    sentence: str
    place: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Source:
    """A question with the sentence and place of its short answer, and sentences without it."""

    question: str
    sentence: str
    place: tuple[int, int] | None
    wrong: tuple[str, ...]


def sources(paths: Iterable[Path], asked: Callable[[Report], list[Question]]) -> list[Source]:
    """The questions about these files that have a short answer, or none at all."""
    found = []
    for path in paths:
        report = read_file(path)[0]
        places = [
            span
            for section in report.sections
            if section.kind not in ("front", "references")
            for span in sentence_spans(report.text, section.start, section.end)
        ]
        for question in asked(report):
            if source := _source(question, report, places):
                found.append(source)
    return found


def _source(question: Question, report: Report, places: Sequence[tuple[int, int]]) -> Source | None:
    wrong = tuple(
        report.text[a:b]
        for a, b in places
        if not question.holds(a, b) and not question.held_by(a, b)
    )
    for a, b in places:
        if short := question.short_in(a, b):
            return Source(question.text, report.text[a:b], short, wrong)
    return None if question.answerable else Source(question.text, "", None, wrong)


def lessons(sources: Sequence[Source], dice: random.Random) -> list[Lesson]:
    """What one epoch reads: every short answer, and for some questions a sentence without one."""
    found = []
    for source in sources:
        if source.place:
            found.append(Lesson(source.question, source.sentence, source.place))
        if source.wrong and dice.random() < NONE_SHARE:
            few = dice.sample(source.wrong, min(5, len(source.wrong)))
            words = {*stems(source.question)}
            nearest = max(few, key=lambda text: (len(words & {*stems(text)}), text))
            found.append(Lesson(source.question, nearest, None))
    dice.shuffle(found)
    return found


def train_spans(sources: Sequence[Source], out: Path, say: Say = print) -> None:
    """Train the network and write its weights to `out`; same data, seed, threads: same weights."""
    body, tokenizer, base_hash = packaged_network()
    before = {name: p.detach().clone() for name, p in body.named_parameters()}
    begin = load_network(body, evidence.shipped_weights(), base_hash)
    body, head = begin.body, begin.span
    tokeniser, dice = Tokeniser(tokenizer), random.Random(SEED)
    torch.manual_seed(SEED)
    learning = [p for n, p in body.named_parameters() if not any(part in n for part in FROZEN)]
    for parameter in set(body.parameters()) - set(learning):
        parameter.requires_grad_(False)
    learning += list(head.parameters())
    epochs = [lessons(sources, dice) for _ in range(EPOCHS)]
    steps = sum(math.ceil(len(one) / BATCH) for one in epochs)
    optimiser = torch.optim.AdamW(learning, lr=LEARNING_RATE, weight_decay=0.01)
    body.train()
    done = 0
    for epoch in epochs:
        for batch in _batches(epoch, tokeniser, dice):
            share = min(1.0, (done + 1) / (WARM_UP * steps)) * (steps - done) / steps
            for group in optimiser.param_groups:
                group["lr"] = LEARNING_RATE * share
            value = _loss(body, head, tokeniser, batch)
            optimiser.zero_grad()
            value.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(learning, 1.0)
            optimiser.step()
            done += 1
            if done % PRINT_EVERY == 0:
                say(f"short answers, step {done} of {steps}: loss {float(value.detach()):.3f}")
    spans.save(body, head, before, out, base_hash, RANK)


def _batches(
    epoch: Sequence[Lesson], tokeniser: Tokeniser, dice: random.Random
) -> Iterator[list[tuple[Lesson, Tokenised]]]:
    """Batches of about one length, in random order."""
    read = [(one, tokeniser.pair(one.question, Text("", (one.sentence,)))) for one in epoch]
    found = []
    for at in range(0, len(read), BATCH * POOL):
        pool = sorted(read[at : at + BATCH * POOL], key=lambda pair: len(pair[1].ids))
        found += [pool[i : i + BATCH] for i in range(0, len(pool), BATCH)]
    dice.shuffle(found)
    yield from found


def _loss(
    body: nn.Module,
    head: nn.Linear,
    tokeniser: Tokeniser,
    batch: Sequence[tuple[Lesson, Tokenised]],
) -> torch.Tensor:
    """Cross-entropy of begin and end; the first token stands for 'no short answer'."""
    read = tokeniser.batch([tokens for _, tokens in batch])
    with torch.autocast("cpu", dtype=torch.bfloat16):
        states = body(
            input_ids=read.ids, attention_mask=read.mask, token_type_ids=read.segments
        ).last_hidden_state
    logits = head(states.float())
    possible = read.sentence != NO_SENTENCE
    possible[:, 0] = True
    logits = logits.masked_fill(~possible[..., None], NOTHING)
    places = [tokens_of(lesson, tokens) for lesson, tokens in batch]
    begins, ends = (torch.tensor(column) for column in zip(*places, strict=True))
    cross = nn.functional.cross_entropy
    value: torch.Tensor = cross(logits[..., 0], begins) + cross(logits[..., 1], ends)
    return value


def tokens_of(lesson: Lesson, tokens: Tokenised) -> tuple[int, int]:
    """The first and last token of the short answer; (0, 0) for none, or one beyond what is read."""
    if lesson.place is None:
        return 0, 0
    start, end = lesson.place
    inside = [
        i
        for i, (number, (a, b)) in enumerate(zip(tokens.sentence, tokens.characters, strict=True))
        if number != NO_SENTENCE and a < end and b > start
    ]
    return (inside[0], inside[-1]) if inside else (0, 0)
