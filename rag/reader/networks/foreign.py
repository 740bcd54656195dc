"""Any Hugging Face cross-encoder or question-answering model as the second reading.

Casebook's own network has been fitted to its first reading; a model that a user brings has not.
So its scores only reorder the sentences that were read again, on a common scale with the first
reading's, and whether the reports answer at all stays the first reading's decision.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch

from rag.embed import question_model
from rag.reader.networks.evidence import Scores
from rag.reader.networks.spans import LONGEST, ReadSentence
from rag.reader.networks.text import Text
from rag.reader.weighing.model import log_share

NOTHING = -20.0


class ForeignReader:
    """A model by folder or name, as a reader of sentences."""

    fitted = False

    def __init__(self, model: str) -> None:
        """Raises ModelError when the model cannot be loaded, or is of neither kind."""
        self._model, self._tokenizer, self._answers = question_model(model)

    def read(self, question: str, texts: Sequence[Text]) -> Scores:
        """The scores of the sentences, in order."""
        if not texts:
            return Scores(np.zeros(0), ())
        return self._extracted(question, texts) if self._answers else self._ranked(question, texts)

    def _ranked(self, question: str, texts: Sequence[Text]) -> Scores:
        """A cross-encoder: each sentence behind what is known of it."""
        inputs = self._tokenizer(
            [question] * len(texts),
            [f"{text.header}. {text.sentence}" if text.header else text.sentence for text in texts],
            truncation=True, padding=True, return_tensors="pt",
        )  # fmt: skip
        with torch.inference_mode():
            logits = self._model(**inputs).logits.double().numpy()
        return Scores(logits[:, -1] - (logits[:, 0] if logits.shape[1] == 2 else 0.0), ())

    def _extracted(self, question: str, texts: Sequence[Text]) -> Scores:
        """A question-answering model: the best span of each sentence against no answer."""
        read = tuple(self._read(question, text.sentence) for text in texts)
        return Scores(np.asarray([_best(one) - one.nothing for one in read]), read)

    def _read(self, question: str, sentence: str) -> ReadSentence:
        given = self._tokenizer(
            question, sentence,
            truncation="only_second", return_offsets_mapping=True, return_tensors="pt",
        )  # fmt: skip
        offsets = given.pop("offset_mapping")[0].tolist()
        with torch.inference_mode():
            found = self._model(**given)
        inside = [i for i, own in enumerate(given.sequence_ids(0)) if own == 1]
        begins, ends = (
            log_share(logits[0].double().numpy()[[0, *inside]])
            for logits in (found.start_logits, found.end_logits)
        )
        places = tuple((offsets[i][0], offsets[i][1]) for i in inside)
        return ReadSentence(sentence, places, begins[1:], ends[1:], float(begins[0] + ends[0]))


def _best(read: ReadSentence) -> float:
    """The log of the share of the likeliest short answer; NOTHING for a sentence of no words."""
    count = len(read.tokens)
    return max(
        (
            float(read.begins[a] + read.ends[b])
            for a in range(count)
            for b in range(a, min(count, a + LONGEST))
        ),
        default=NOTHING,
    )
