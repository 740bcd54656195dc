"""The evidence reader: what is read of question and passage, and what is made of its scores."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file
from transformers import AutoTokenizer, BertConfig, BertModel

from rag.embed import packaged_folder
from rag.errors import ModelError
from rag.reader.evidence import (
    best_short,
    load_network,
    log_share,
    passage_scores,
    save_network,
)
from rag.reader.network import (
    HIDDEN,
    NO_SENTENCE,
    PASSAGE_TOKENS,
    QUESTION_TOKENS,
    EvidenceNetwork,
    Tokeniser,
    sentence_means,
)
from rag.reader.text import Text

TEXT = Text("Dapsone in DM. 46-year-old man", ("He was given dapsone 100 mg.", "He improved."))


@pytest.fixture(scope="module")
def tokeniser() -> Tokeniser:
    return Tokeniser(AutoTokenizer.from_pretrained(str(packaged_folder())))


def small_body(seed: int = 1) -> BertModel:
    torch.manual_seed(seed)
    config = BertConfig(
        hidden_size=HIDDEN, num_hidden_layers=1, num_attention_heads=4, intermediate_size=32
    )
    return BertModel(config).eval()


def test_a_pair_is_question_header_and_sentences(tokeniser):
    """Tokens know their sentence and their characters in it; question and header have none."""
    pair = tokeniser.pair("Dose?", TEXT)
    assert len(pair.ids) == len(pair.segments) == len(pair.sentence) == len(pair.characters)
    assert pair.segments[: pair.segments.index(1)] == [0] * 4  # start, two words, stop
    assert [n for n in dict.fromkeys(pair.sentence)] == [NO_SENTENCE, 0, 1]
    first = [c for s, c in zip(pair.sentence, pair.characters, strict=True) if s == 0]
    assert TEXT.sentences[0][first[0][0] : first[-1][1]] == TEXT.sentences[0]


def test_of_a_long_question_the_end_is_read(tokeniser):
    """A vignette asks in its last words."""
    words = " ".join(f"word{n}" for n in range(200))
    short, long = (
        tokeniser.pair(f"{before}Dose of dapsone?", TEXT) for before in ("", f"{words} ")
    )
    assert long.segments.count(0) == QUESTION_TOKENS + 2
    asked = [i for i, s in zip(short.ids, short.segments, strict=True) if s == 0][1:]
    assert [i for i, s in zip(long.ids, long.segments, strict=True) if s == 0][
        -len(asked) :
    ] == asked


def test_what_does_not_fit_is_not_read_and_scores_lowest(tokeniser):
    """Sentences beyond the room have no token, no short answer, and nobody prefers them."""
    sentences = tuple(f"Sentence {n} says that {'x ' * 50}." for n in range(12))
    pair = tokeniser.pair("Dose?", Text("", sentences))
    read = max(pair.sentence) + 1
    assert sum(s != NO_SENTENCE for s in pair.sentence) == PASSAGE_TOKENS
    assert 3 < read < 8
    logits = np.linspace(1.0, 2.0, read)
    span = np.zeros((len(pair.ids), 2))
    scores = passage_scores(Text("", sentences), pair, logits, np.asarray([0.5, -1.0]), span)
    assert scores.sentences.tolist() == [*logits, *([1.0] * (12 - read))]
    assert (scores.relevant, scores.answers) == (0.5, -1.0)
    assert [short is None for short in scores.shorts] == [n >= read for n in range(12)]


def test_sentence_means_leave_out_everything_else():
    states = torch.tensor([[[9.0], [1.0], [3.0], [5.0]]])
    sentence = torch.tensor([[NO_SENTENCE, 0, 0, 1]])
    assert sentence_means(states, sentence).tolist() == [[[2.0], [5.0]]]


def test_the_short_answer_lies_in_its_sentence(tokeniser):
    """The likeliest start and end, also when another sentence has likelier ones."""
    pair = tokeniser.pair("Dose?", TEXT)
    span = np.full((len(pair.ids), 2), -5.0)
    own = [i for i, s in enumerate(pair.sentence) if s == 0]
    start, end = (next(i for i in own if pair.characters[i] == c) for c in ((21, 24), (25, 27)))
    span[start, 0] = span[end, 1] = 3.0
    other = pair.sentence.index(1)
    span[other] = 6.0
    short = best_short(pair, span, 0)
    assert short is not None
    assert TEXT.sentences[0][short.start : short.end] == "100 mg"
    beside = best_short(pair, span, 1)
    assert beside is not None and 0 < short.probability < 0.01 < beside.probability <= 1
    assert best_short(pair, span, 2) is None


def test_log_share_sums_to_one():
    assert np.exp(log_share(np.asarray([800.0, 799.0, 0.0]))).sum() == pytest.approx(1.0)


def test_weights_are_a_change_of_the_packaged_ones(tmp_path, tokeniser):
    """What was saved reads the same again, to what float16 keeps of it."""
    body = small_body()
    before = {name: p.detach().clone() for name, p in body.named_parameters()}
    network = EvidenceNetwork(body).eval()
    with torch.no_grad():
        layer = body.encoder.layer[0].output.dense
        layer.weight += 0.05 * torch.outer(torch.ones(HIDDEN), torch.linspace(0, 1, 32))
        layer.bias += 0.1
    path = tmp_path / "evidence.safetensors"
    save_network(network, before, path, "hash", rank=4)
    again = load_network(small_body(), path, "hash")
    batch = tokeniser.batch([tokeniser.pair("Dose?", TEXT), tokeniser.pair("CK?", TEXT)])
    with torch.inference_mode():
        for one, other in zip(network(batch), again(batch), strict=True):
            assert torch.allclose(one, other, atol=5e-3)
    assert not any("embeddings" in name for name in load_file(str(path)))


def test_a_padded_passage_scores_as_it_does_alone(tokeniser):
    """What else is in the batch does not matter, but for the last digits."""
    network = EvidenceNetwork(small_body()).eval()
    pairs = [tokeniser.pair("Dose?", TEXT), tokeniser.pair("Dose? " * 12, TEXT)]
    with torch.inference_mode():
        both, alone = network(tokeniser.batch(pairs)), network(tokeniser.batch(pairs[:1]))
    assert torch.allclose(both.sentence[0], alone.sentence[0], atol=1e-5)
    assert torch.allclose(both.passage[0], alone.passage[0], atol=1e-5)


def test_other_files_are_refused_in_one_line(tmp_path):
    """Weights for another base, and files that are no weights of this network."""
    network = EvidenceNetwork(small_body())
    before = {name: p.detach().clone() for name, p in network.body.named_parameters()}
    path = tmp_path / "evidence.safetensors"
    save_network(network, before, path, "hash", rank=4)
    with pytest.raises(ModelError, match="made for the weights hash, not other"):
        load_network(small_body(), path, "other")
    save_file({"head.other": torch.zeros(2)}, str(path), metadata={"base": "hash"})
    with pytest.raises(ModelError, match="not the weights of an evidence reader"):
        load_network(small_body(), path, "hash")
    path.write_bytes(b"no weights")
    with pytest.raises(ModelError, match="cannot be read"):
        load_network(small_body(), path, "hash")
