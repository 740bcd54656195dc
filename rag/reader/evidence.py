"""Weights + (question, passages) → what the evidence reader says of each passage.

The weights are a change of the packaged encoder's and the heads beside it, in one safetensors file
(`rag.training` makes it). Everything is computed in float32, a question's passages in one batch, so
that the same question has the same scores in every process.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import torch

from rag.adapter import apply_adapter, factored
from rag.embed import packaged_network
from rag.errors import ModelError
from rag.reader.model import log_share
from rag.reader.network import NO_SENTENCE, EvidenceNetwork, Tokenised, Tokeniser
from rag.reader.text import Text

FILE = "evidence.safetensors"
HEAD = "head."
SHORT_TOKENS = 24
"""The longest short answer; longer ones are sentences."""

Vector = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True, slots=True)
class Short:
    """A short answer inside a sentence: its first character, its end, and its probability."""

    start: int
    end: int
    probability: float


@dataclass(frozen=True, slots=True)
class PassageScores:
    """Log-odds: each sentence answers; the passage holds evidence; the evidence answers.

    `shorts` has the best short answer inside each sentence, None where nothing was read of it.
    A sentence beyond what the network reads has the lowest log-odds of its passage.
    """

    sentences: Vector
    relevant: float
    answers: float
    shorts: tuple[Short | None, ...]


class EvidenceReader:
    """The trained network, ready to read. Holds no state but its weights."""

    fitted = True

    def __init__(self, path: Path | None = None) -> None:
        """`path` names other weights than the shipped ones. Raises ModelError."""
        body, tokenizer, base_hash = packaged_network()
        self._network = load_network(body, path or shipped_weights(), base_hash)
        self._tokeniser = Tokeniser(tokenizer)

    def read(self, question: str, texts: Sequence[Text]) -> list[PassageScores]:
        """The scores of each passage, in order; no passages give none."""
        if not texts:
            return []
        pairs = [self._tokeniser.pair(question, text) for text in texts]
        with torch.inference_mode():
            scores = self._network(self._tokeniser.batch(pairs))
        return [
            passage_scores(
                text,
                pair,
                scores.sentence[row].double().numpy(),
                scores.passage[row].double().numpy(),
                scores.span[row].double().numpy(),
            )
            for row, (text, pair) in enumerate(zip(texts, pairs, strict=True))
        ]


@cache
def shipped_reader() -> EvidenceReader | None:
    """The evidence reader that comes with Casebook, one for the process; None when it is missing.

    Raises ModelError when its file is damaged.
    """
    return EvidenceReader() if shipped_weights().is_file() else None


def passage_scores(
    text: Text, pair: Tokenised, sentence: Vector, passage: Vector, span: Vector
) -> PassageScores:
    """One passage's scores from the logits of its row."""
    read = max(pair.sentence) + 1
    logits = np.full(len(text.sentences), sentence[:read].min() if read else -20.0)
    logits[:read] = sentence[:read]
    return PassageScores(
        logits,
        float(passage[0]),
        float(passage[1]),
        tuple(best_short(pair, span, number) for number in range(len(text.sentences))),
    )


def best_short(pair: Tokenised, span: Vector, number: int) -> Short | None:
    """The likeliest short answer inside one sentence, its probability among the passage's."""
    inside = [i for i, s in enumerate(pair.sentence) if s != NO_SENTENCE]
    own = [i for i in inside if pair.sentence[i] == number]
    if not own:
        return None
    starts = log_share(span[inside, 0])
    ends = log_share(span[inside, 1])
    first = inside.index(own[0])
    best = max(
        (starts[first + a] + ends[first + b], -a, -b)
        for a in range(len(own))
        for b in range(a, min(len(own), a + SHORT_TOKENS))
    )
    a, b = own[-best[1]], own[-best[2]]
    return Short(pair.characters[a][0], pair.characters[b][1], float(np.exp(best[0])))


def shipped_weights() -> Path:
    """Where the weights that come with Casebook are."""
    return Path(str(files("rag.reader") / FILE))


def load_network(body: Any, path: Path, base_hash: str) -> EvidenceNetwork:  # noqa: ANN401
    """The network of `path` on top of `body`, ready to read. Raises ModelError."""
    from safetensors.torch import load_file

    apply_adapter(body, path, base_hash)
    network = EvidenceNetwork(body)
    heads = {
        k.removeprefix(HEAD): v.float()
        for k, v in load_file(str(path)).items()
        if k.startswith(HEAD)
    }
    found = network.load_state_dict(heads, strict=False)
    if found.unexpected_keys or any(not k.startswith("body.") for k in found.missing_keys):
        raise ModelError(f"{path}: not the weights of an evidence reader; install Casebook again")
    return network.eval()


def save_network(
    network: EvidenceNetwork, before: dict[str, torch.Tensor], path: Path, base_hash: str, rank: int
) -> None:
    """Write what training changed of `before` (the body's weights), and the heads, as float16.

    The change is kept up to `rank`.
    """
    from safetensors.torch import save_file

    after = {name: p.detach() for name, p in network.body.named_parameters()}
    heads = {
        f"{HEAD}{name}": value.detach().half().contiguous()
        for name, value in network.state_dict().items()
        if not name.startswith("body.")
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file(factored(before, after, rank) | heads, str(path), metadata={"base": base_hash})
