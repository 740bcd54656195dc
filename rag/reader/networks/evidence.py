"""Question + sentences in their context → how well each answers, and where its short answer stands.

A small transformer reads the question together with one sentence, its patient and section, and the
sentence before it, as cross-encoders do (Nogueira and Cho 2019, arXiv:1901.04085); comparing
vectors cannot see that 'it cleared in three weeks' answers 'how fast did the rash go?' only where
the rash is what the sentence before is about. It reads the few sentences that the first reading
found best, so that it costs some ten milliseconds.

The network is the packaged all-MiniLM-L6-v2 plus a low-rank change and two small heads, in one
safetensors file (`rag.training.evidence` makes it). It runs without torch, in float32, and reads
only sentences of the same length together: a question has the same scores in every process.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

from rag.embed import packaged_reader
from rag.errors import ModelError
from rag.reader.networks.spans import ReadSentence, read_sentence
from rag.reader.networks.text import Text
from rag.reader.networks.tokens import Tokeniser

FILE = "evidence.safetensors"
HEADS = ("relevance", "span")
"""How well the sentence answers; begin and end of the short answer."""
_HALF_CHARACTER = re.compile("[\ud800-\udfff]")

Vector = np.ndarray[Any, np.dtype[np.float64]]
Place = tuple[str, int]
"""A sentence's report and first character."""


@dataclass(frozen=True, slots=True)
class Scores:
    """Of each sentence the log-odds that it answers, and where its short answer may stand.

    `read` is empty for a model that does not say where.
    """

    relevance: Vector
    read: tuple[ReadSentence, ...]


class EvidenceReader:
    """The trained network, ready to read. Holds no state but its weights."""

    fitted = True

    def __init__(self, path: Path | None = None) -> None:
        """`path` names other weights than the shipped ones. Raises ModelError."""
        path = path or shipped_weights()
        self._network = packaged_reader(path)
        self._relevance, self._span = _heads(path)
        self._tokeniser = Tokeniser(self._network.tokenizer)

    def read(self, question: str, texts: Sequence[Text]) -> Scores:
        """The scores of the sentences, in order."""
        # Half a character is none to the tokeniser; places must stay where they are.
        asked = _HALF_CHARACTER.sub("\ufffd", question)
        pairs = [self._tokeniser.pair(asked, _whole(text)) for text in texts]
        # Of the first token it is told how well the sentence answers; where, of its own.
        states = self._network.states([(p.ids, p.segments, [0, *p.own]) for p in pairs])
        rows = [own.astype(np.float64) for own in states]
        return Scores(
            np.asarray([float(self._relevance.of(own[0])[0]) for own in rows], dtype=np.float64),
            tuple(
                read_sentence(text.sentence, pair, self._span.of(own))
                for text, pair, own in zip(texts, pairs, rows, strict=True)
            ),
        )


@dataclass(frozen=True, slots=True)
class _Layer:
    """A linear layer: weight (outputs, hidden) and bias (outputs,)."""

    weight: Vector
    bias: Vector

    def of(self, states: Vector) -> Vector:
        """What the layer makes of states, shape (…, hidden)."""
        values: Vector = states @ self.weight.T + self.bias
        return values


def _heads(path: Path) -> list[_Layer]:
    """The layers above the network, as HEADS names them. Raises ModelError."""
    from safetensors import safe_open

    try:
        with safe_open(str(path), framework="numpy") as stored:
            return [
                _Layer(
                    *(
                        stored.get_tensor(f"{name}.{part}").astype(np.float64)
                        for part in ("weight", "bias")
                    )
                )
                for name in HEADS
            ]
    except Exception as error:  # safetensors raises its own kinds, the user gets one line
        raise ModelError(
            f"{path}: not the weights of an evidence reader; install Casebook again"
        ) from error


def _whole(text: Text) -> Text:
    header, sentence = (_HALF_CHARACTER.sub("\ufffd", t) for t in (text.header, text.sentence))
    return Text(header, sentence)


@cache
def shipped_reader() -> EvidenceReader | None:
    """The evidence reader that comes with Casebook, one for the process; None when it is missing.

    Raises ModelError when its file is damaged.
    """
    return EvidenceReader() if shipped_weights().is_file() else None


def shipped_weights() -> Path:
    """Where the weights that come with Casebook are."""
    return Path(str(files("rag.reader") / FILE))
