"""Question + passages → for each sentence how well it answers, read in its context.

One pass of a small transformer over question and passage together gives the passage's relevance, a
score for each of its sentences and the place of the short answer, as Provence does for pruning and
reranking (Chirkova et al. 2025, arXiv:2501.16214) with the no-answer option of extractive question
answering (Devlin et al. 2019, arXiv:1810.04805). 'She was then given …' is read beside the sentence
that says who she is, which no comparison of sentence vectors can do.

The network is the packaged all-MiniLM-L6-v2 plus a low-rank change and small heads, all learnt by
`rag.training` and kept in one file.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import torch
from torch import nn

from rag.reader.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable

    Tokens = Callable[[list[str]], tuple[list[list[int]], list[list[tuple[int, int]]]]]

QUESTION_TOKENS = 72
HEADER_TOKENS = 48
PASSAGE_TOKENS = 256
"""What is read of each part; a longer question keeps its end, which is where it asks."""

HIDDEN = 384
HEAD = 128
NO_SENTENCE = -1


class Tokenised(NamedTuple):
    """One (question, passage): token ids, segment ids, sentence of each token, its characters."""

    ids: list[int]
    segments: list[int]
    sentence: list[int]
    characters: list[tuple[int, int]]


class Batch(NamedTuple):
    """Padded tensors of shape (pairs, tokens); `sentence` is NO_SENTENCE outside sentences."""

    ids: torch.Tensor
    mask: torch.Tensor
    segments: torch.Tensor
    sentence: torch.Tensor


class Scores(NamedTuple):
    """Logits: `sentence` (pairs, most sentences), `passage` (pairs, 2), `span` (pairs, tokens, 2).

    `passage` says whether the passage holds evidence, and whether that answers (rather than
    contradicts what the question takes for granted).
    """

    sentence: torch.Tensor
    passage: torch.Tensor
    span: torch.Tensor


class EvidenceNetwork(nn.Module):
    """The transformer with its three heads."""

    def __init__(self, body: nn.Module) -> None:
        super().__init__()
        self.body = body
        self.sentence = nn.Sequential(nn.Linear(2 * HIDDEN, HEAD), nn.GELU(), nn.Linear(HEAD, 1))
        self.passage = nn.Sequential(nn.Linear(HIDDEN, HEAD), nn.GELU(), nn.Linear(HEAD, 2))
        self.span = nn.Linear(HIDDEN, 2)

    def forward(self, batch: Batch) -> Scores:
        """Logits for each pair; those of sentences that a passage lacks mean nothing."""
        states = self.body(
            input_ids=batch.ids, attention_mask=batch.mask, token_type_ids=batch.segments
        ).last_hidden_state.float()
        whole = states[:, 0]
        own = sentence_means(states, batch.sentence)
        beside = whole[:, None].expand(-1, own.shape[1], -1)
        return Scores(
            self.sentence(torch.cat([own, beside], dim=-1)).squeeze(-1),
            self.passage(whole),
            self.span(states),
        )


def sentence_means(states: torch.Tensor, sentence: torch.Tensor) -> torch.Tensor:
    """The mean state of each sentence's tokens: (pairs, tokens, h) → (pairs, sentences, h)."""
    count = int(sentence.max()) + 1
    place = nn.functional.one_hot(sentence + 1, count + 1)[..., 1:].float()
    total = place.transpose(1, 2) @ states
    means: torch.Tensor = total / place.sum(1)[..., None].clamp(min=1.0)
    return means


class Tokeniser:
    """Texts → what the network reads; pieces are tokenised once and kept."""

    def __init__(self, tokenizer: Any) -> None:  # noqa: ANN401 (a transformers tokenizer)
        self._tokenizer = tokenizer
        self._start = tokenizer.cls_token_id
        self._stop = tokenizer.sep_token_id
        self.padding = tokenizer.pad_token_id

    def _pieces(self, text: str) -> tuple[list[int], list[tuple[int, int]]]:
        read = self._tokenizer(
            text, add_special_tokens=False, return_offsets_mapping=True, verbose=False
        )
        return read["input_ids"], read["offset_mapping"]

    def pair(self, question: str, text: Text) -> Tokenised:
        """One question with one passage. Sentences beyond PASSAGE_TOKENS are not read."""
        asked = self._pieces(question)[0][-QUESTION_TOKENS:]
        header = self._pieces(text.header)[0][:HEADER_TOKENS]
        first = [self._start, *asked, self._stop]
        ids = [*first, *header, self._stop]
        segments = [0] * len(first) + [1] * (len(header) + 1)
        sentence = [NO_SENTENCE] * len(ids)
        characters = [(0, 0)] * len(ids)
        room = PASSAGE_TOKENS
        for number, words in enumerate(text.sentences):
            tokens, offsets = self._pieces(words)
            tokens, offsets = tokens[:room], offsets[:room]
            ids += tokens
            segments += [1] * len(tokens)
            sentence += [number] * len(tokens)
            characters += offsets
            room -= len(tokens)
            if room <= 0:
                break
        return Tokenised(
            [*ids, self._stop], [*segments, 1], [*sentence, NO_SENTENCE], [*characters, (0, 0)]
        )

    def batch(self, read: Sequence[Tokenised]) -> Batch:
        """Several pairs, padded to the longest."""
        longest = max(len(one.ids) for one in read)

        def padded(rows: Sequence[list[int]], value: int) -> torch.Tensor:
            return torch.tensor([row + [value] * (longest - len(row)) for row in rows])

        return Batch(
            padded([one.ids for one in read], self.padding),
            padded([[1] * len(one.ids) for one in read], 0),
            padded([one.segments for one in read], 1),
            padded([one.sentence for one in read], NO_SENTENCE),
        )
