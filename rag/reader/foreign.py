"""Any Hugging Face cross-encoder or question-answering model as the second reading.

Casebook's own network has been fitted to its first reading; a model that a user brings has not.
So its scores only reorder the sentences that were read again, on a common scale with the first
reading's, and whether the reports answer at all stays the first reading's decision.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import torch

from rag.embed import question_model
from rag.reader.evidence import PassageScores, Short
from rag.reader.model import log_share
from rag.reader.text import Text

SHORT_TOKENS = 24
NOTHING = -20.0
EVIDENCE = "evidence"


class ForeignReader:
    """A model by folder or name, as a reader of passages."""

    fitted = False

    def __init__(self, model: str) -> None:
        """Raises ModelError when the model cannot be loaded, or is of neither kind."""
        self._model, self._tokenizer, self._answers = question_model(model)

    def read(self, question: str, texts: Sequence[Text]) -> list[PassageScores]:
        """The scores of each passage, in order."""
        one = self._extract if self._answers else self._rank
        return [one(question, text) for text in texts]

    def _rank(self, question: str, text: Text) -> PassageScores:
        """A cross-encoder: each sentence by itself, behind what is known of its passage."""
        inputs = self._tokenizer(
            [question] * len(text.sentences),
            [f"{text.header}. {sentence}" for sentence in text.sentences],
            truncation=True, padding=True, return_tensors="pt",
        )  # fmt: skip
        with torch.inference_mode():
            logits = self._model(**inputs).logits.double().numpy()
        scores = logits[:, -1] - (logits[:, 0] if logits.shape[1] == 2 else 0.0)
        best = float(scores.max())
        return PassageScores(scores, best, best, (None,) * len(text.sentences))

    def _extract(self, question: str, text: Text) -> PassageScores:
        """A question-answering model: the best span of each sentence against no answer."""
        starts = np.cumsum([0, *(len(s) + 1 for s in text.sentences)])[:-1]
        read = self._tokenizer(
            question, " ".join(text.sentences), truncation="only_second",
            return_offsets_mapping=True, return_tensors="pt",
        )  # fmt: skip
        offsets = read.pop("offset_mapping")[0].tolist()
        with torch.inference_mode():
            found = self._model(**read)
        begins = log_share(found.start_logits[0].double().numpy())
        ends = log_share(found.end_logits[0].double().numpy())
        nothing = begins[0] + ends[0]
        inside = [i for i, own in enumerate(read.sequence_ids(0)) if own == 1]
        scores, shorts = [], []
        for at, sentence in zip(starts, text.sentences, strict=True):
            own = [i for i in inside if at <= offsets[i][0] < at + len(sentence)]
            best = _best(begins, ends, own)
            scores.append(best[0] - nothing if best else NOTHING)
            shorts.append(
                Short(int(offsets[best[1]][0] - at), int(offsets[best[2]][1] - at), np.exp(best[0]))
                if best
                else None
            )
        values = np.asarray(scores, dtype=np.float64)
        return PassageScores(values, float(values.max()), float(values.max()), tuple(shorts))


def _best(begins: Any, ends: Any, own: Sequence[int]) -> tuple[float, int, int] | None:  # noqa: ANN401
    """The likeliest span among the tokens `own`: its log-probability, first and last token."""
    spans = (
        (float(begins[a] + ends[b]), -a, -b)
        for n, a in enumerate(own)
        for b in own[n : n + SHORT_TOKENS]
    )
    best = max(spans, default=None)
    return (best[0], -best[1], -best[2]) if best else None


class Reads(Protocol):
    """Anything that reads passages for a question; `fitted` to the first reading or not."""

    fitted: bool

    def read(self, question: str, texts: Sequence[Text]) -> list[PassageScores]:
        """The scores of each passage, in order."""
        ...


def second_reader(name: str) -> Reads | None:
    """The second reading that a setting names: '' none, 'evidence' the shipped one, else a model.

    None is the default because the network does not pay yet: on validation the best sentence is
    right four points more often with it, on the development gold facts in the answer fell from .55
    to .50 (95 % interval of the change -.12 to +.02), and a question takes eight times as long.
    Raises ModelError.
    """
    from rag.reader.evidence import shipped_reader

    if not name:
        return None
    return shipped_reader() if name == EVIDENCE else ForeignReader(str(Path(name).expanduser()))
