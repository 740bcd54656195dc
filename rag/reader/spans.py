"""Question + sentences that may answer → for each sentence the stretches that answer briefly.

A small transformer reads question and sentence together and says at which token the short answer
may begin and end, or that there is none (extractive question answering with a no-answer option:
Devlin et al. 2019, arXiv:1810.04805; Rajpurkar et al. 2018, arXiv:1806.03822). Only the few
sentences that are shown are read, so it costs some ten milliseconds.

What it finds is a proposal: `rag.reader.shorten` says whether it may be shown by itself.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from rag.errors import ModelError
from rag.reader.model import log_share
from rag.reader.text import Text

if TYPE_CHECKING:
    import torch

    from rag.reader.network import Tokenised

FILE = "short.safetensors"
HEAD = "head."
LONGEST = 24  # tokens of a short answer; longer ones are sentences
KEPT = 6
"""Stretches kept of each sentence."""
TRIED = 12  # begins, and ends, that are combined
_HALF_CHARACTER = re.compile("[\ud800-\udfff]")
EDGES = " \t\n,.;:'\"“”‘’"
Vector = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True, slots=True)
class Span:
    """``sentence[start:end]`` may be the short answer: the log of its share among all stretches.

    `nothing` is the log of the share of there being no short answer in the sentence.
    """

    start: int
    end: int
    share: float
    nothing: float


class SpanReader:
    """The trained network, ready to read. Holds no state but its weights."""

    def __init__(self, path: Path | None = None) -> None:
        """`path` names other weights than the shipped ones. Raises ModelError."""
        from rag.embed import packaged_network
        from rag.reader.network import Tokeniser

        body, tokenizer, base_hash = packaged_network()
        self._body, self._head = load(body, path or shipped_file(), base_hash)
        self._tokeniser = Tokeniser(tokenizer)

    def read(self, question: str, sentences: Sequence[str]) -> list[ReadSentence]:
        """What the network says of each sentence, in order."""
        if not sentences:
            return []
        import torch

        # Half a character is none to the tokeniser; places must stay where they are.
        whole = [_HALF_CHARACTER.sub("\ufffd", text) for text in (question, *sentences)]
        pairs = [self._tokeniser.pair(whole[0], Text("", (text,))) for text in whole[1:]]
        batch = self._tokeniser.batch(pairs)
        with torch.inference_mode():
            states = self._body(
                input_ids=batch.ids, attention_mask=batch.mask, token_type_ids=batch.segments
            ).last_hidden_state
            logits = self._head(states.float()).double().numpy()
        return [
            read_sentence(sentence, pair, row)
            for sentence, pair, row in zip(sentences, pairs, logits, strict=True)
        ]


@dataclass(frozen=True, slots=True)
class ReadSentence:
    """A sentence with the log of the share of each token as begin, and as end, of the answer.

    `tokens` are its tokens' characters; `nothing` is the log of the share of 'no short answer'.
    """

    text: str
    tokens: tuple[tuple[int, int], ...]
    begins: Vector
    ends: Vector
    nothing: float

    def span(self, start: int, end: int) -> Span | None:
        """The stretch from `start` to `end` with its share; None where it was not read."""
        inside = [i for i, (a, b) in enumerate(self.tokens) if a < end and b > start]
        if not inside:
            return None
        share = float(self.begins[inside[0]] + self.ends[inside[-1]])
        return Span(start, end, share, self.nothing)

    def likeliest(self) -> list[Span]:
        """The likeliest stretches, best first; they are whole words.

        Stretches that differ in a half word or a comma are one.
        """
        found: dict[tuple[int, int], float] = {}
        for a in np.argsort(-self.begins, kind="stable")[:TRIED]:
            for b in np.argsort(-self.ends, kind="stable")[:TRIED]:
                if not a <= b < a + LONGEST:
                    continue
                span = whole_words(self.text, self.tokens[a][0], self.tokens[b][1])
                if span[0] < span[1]:
                    found[span] = found.get(span, 0.0) + math.exp(self.begins[a] + self.ends[b])
        order = sorted(found, key=lambda span: (-found[span], span))[:KEPT]
        return [Span(*span, math.log(found[span] + 1e-12), self.nothing) for span in order]


def read_sentence(sentence: str, pair: Tokenised, logits: Vector) -> ReadSentence:
    """One sentence with its logits, shape (tokens, 2). The first token stands for 'none'."""
    own = [i for i, number in enumerate(pair.sentence) if number == 0]
    begins, ends = (log_share(logits[[0, *own], column]) for column in (0, 1))
    tokens = tuple(pair.characters[i] for i in own)
    return ReadSentence(sentence, tokens, begins[1:], ends[1:], float(begins[0] + ends[0]))


def whole_words(sentence: str, start: int, end: int) -> tuple[int, int]:
    """The stretch with the words at its edges made whole, and without marks around it."""
    while start > 0 and not sentence[start - 1].isspace() and not sentence[start].isspace():
        start -= 1
    while end < len(sentence) and not sentence[end].isspace() and not sentence[end - 1].isspace():
        end += 1
    return without_marks(sentence, start, end)


def without_marks(sentence: str, start: int, end: int) -> tuple[int, int]:
    """The stretch without marks and unpaired brackets at its edges."""
    while start < end:
        words = sentence[start:end]
        if words[0] in EDGES or (words[0] in "([" and not _paired(words)):
            start += 1
        elif words[-1] in EDGES or (words[-1] in ")]" and not _paired(words)):
            end -= 1
        elif words[0] in "([" and words[-1] in ")]" and _paired(words[1:-1]):
            start, end = start + 1, end - 1
        else:
            break
    return start, end


def _paired(words: str) -> bool:
    """Whether each closing bracket has an opening one before it, and none is left open."""
    depth = 0
    for character in words:
        depth += (character in "([") - (character in ")]")
        if depth < 0:
            return False
    return depth == 0


@cache
def shipped_spans() -> SpanReader | None:
    """The reader of short answers that comes with Casebook; None when its weights are missing.

    Raises ModelError when its file is damaged.
    """
    return SpanReader() if shipped_file().is_file() else None


def shipped_file() -> Path:
    """Where the weights that come with Casebook are."""
    return Path(str(files("rag.reader") / FILE))


def load(
    body: torch.nn.Module, path: Path, base_hash: str
) -> tuple[torch.nn.Module, torch.nn.Linear]:
    """The network of `path` on top of `body`, and its head. Raises ModelError."""
    import torch
    from safetensors.torch import load_file

    from rag.adapter import apply_adapter
    from rag.reader.network import HIDDEN

    apply_adapter(body, path, base_hash)
    stored = load_file(str(path))
    head = torch.nn.Linear(HIDDEN, 2)
    try:
        head.load_state_dict({name: stored[HEAD + name].float() for name in ("weight", "bias")})
    except (KeyError, RuntimeError) as error:
        raise ModelError(
            f"{path}: not the weights of a reader of short answers; install Casebook again"
        ) from error
    return body.eval(), head.eval()


def save(
    body: torch.nn.Module,
    head: torch.nn.Linear,
    before: dict[str, torch.Tensor],
    path: Path,
    base_hash: str,
    rank: int,
) -> None:
    """Write the change of `before` (the packaged weights) up to `rank`, and the head."""
    from safetensors.torch import save_file

    from rag.adapter import factored

    after = {name: p.detach() for name, p in body.named_parameters()}
    heads = {HEAD + name: p.detach().half().contiguous() for name, p in head.named_parameters()}
    save_file(factored(before, after, rank) | heads, str(path), metadata={"base": base_hash})
