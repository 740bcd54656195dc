"""The evidence reader: what is read of question and sentence, and what is made of its scores."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file
from transformers import BertConfig, BertModel

from rag.embed import packaged_network
from rag.embed.packaged import packaged_tokenizer
from rag.errors import ModelError
from rag.reader.networks.evidence import EvidenceReader, shipped_reader
from rag.reader.networks.network import HIDDEN, EvidenceNetwork, batch, save
from rag.reader.networks.text import Text
from rag.reader.networks.tokens import QUESTION_TOKENS, SENTENCE_TOKENS, Tokeniser
from rag.reader.weighing.model import log_share

TEXT = Text("46-year-old man", "He was given dapsone 100 mg.")


@pytest.fixture(scope="module")
def tokeniser() -> Tokeniser:
    return Tokeniser(packaged_tokenizer())


def small_body(seed: int = 1) -> BertModel:
    torch.manual_seed(seed)
    config = BertConfig(
        hidden_size=HIDDEN, num_hidden_layers=1, num_attention_heads=4, intermediate_size=32
    )
    return BertModel(config).eval()


def test_a_pair_is_question_header_and_sentence(tokeniser):
    """The sentence's tokens know their characters in it; question and header have none."""
    pair = tokeniser.pair("Dose?", TEXT)
    assert len(pair.ids) == len(pair.segments)
    assert pair.segments[: pair.segments.index(1)] == [0] * 4  # start, two words, stop
    assert len(pair.own) == len(pair.characters)
    assert pair.own[-1] == len(pair.ids) - 2  # before the stop
    first, last = pair.characters[0], pair.characters[-1]
    assert TEXT.sentence[first[0] : last[1]] == TEXT.sentence


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


def test_of_an_endless_sentence_the_beginning_is_read(tokeniser):
    pair = tokeniser.pair("Dose?", Text("", "x " * 2000))
    assert len(pair.own) == SENTENCE_TOKENS


def test_log_share_sums_to_one():
    assert np.exp(log_share(np.asarray([800.0, 799.0, 0.0]))).sum() == pytest.approx(1.0)


def changed() -> tuple[EvidenceNetwork, dict[str, torch.Tensor], str]:
    """The packaged network, a little changed, with what it was and the hash of that."""
    body, _, base_hash = packaged_network()
    before = {name: p.detach().clone() for name, p in body.named_parameters()}
    torch.manual_seed(2)
    network = EvidenceNetwork(body).eval()
    with torch.no_grad():
        layer = body.encoder.layer[5].output.dense
        layer.weight += 0.01 * torch.outer(torch.ones(HIDDEN), torch.linspace(0, 1, 4 * HIDDEN))
        layer.bias += 0.1
    return network, before, base_hash


def test_what_was_trained_with_torch_is_read_without_it(tmp_path, tokeniser):
    """The same scores, to what a byte a number keeps of the change and float16 of the heads."""
    network, before, base_hash = changed()
    path = tmp_path / "evidence.safetensors"
    save(network, before, path, base_hash, rank=4)
    assert not any("embeddings" in name for name in load_file(str(path)))
    scores = EvidenceReader(path).read("Dose?", [TEXT])
    with torch.inference_mode():
        pair = tokeniser.pair("Dose?", TEXT)
        relevance, span = network(batch(tokeniser, [pair]))
    assert scores.relevance[0] == pytest.approx(float(relevance[0]), abs=2e-2)
    begins = log_share(span[0, [0, *pair.own], 0].double().numpy())
    assert scores.read[0].begins == pytest.approx(begins[1:], abs=2e-2)


def test_a_padded_sentence_scores_as_it_does_alone(tokeniser):
    """What else is in the batch does not matter, but for the last digits."""
    network = EvidenceNetwork(small_body()).eval()
    pairs = [tokeniser.pair("Dose?", TEXT), tokeniser.pair("Dose? " * 12, TEXT)]
    with torch.inference_mode():
        both, alone = (network(batch(tokeniser, some)) for some in (pairs, pairs[:1]))
    length = alone[1].shape[1]
    assert torch.allclose(both[0][0], alone[0][0], atol=1e-5)
    assert torch.allclose(both[1][0, :length], alone[1][0], atol=1e-5)


def test_other_files_are_refused_in_one_line(tmp_path):
    """Weights for another base, and files that are no weights of this network."""
    network, before, base_hash = changed()
    path = tmp_path / "evidence.safetensors"
    save(network, before, path, "0ther", rank=4)
    with pytest.raises(ModelError, match="made for the weights 0ther, not"):
        EvidenceReader(path)
    save_file({"other.weight.change": torch.zeros(2)}, str(path), metadata={"base": base_hash})
    with pytest.raises(ModelError, match="not the weights of an evidence reader"):
        EvidenceReader(path)
    path.write_bytes(b"no weights")
    with pytest.raises(ModelError, match="cannot be read"):
        EvidenceReader(path)


@pytest.fixture(scope="module")
def reader() -> EvidenceReader:
    found = shipped_reader()
    assert found is not None
    return found


def test_the_shipped_reader_reads_in_context(reader):
    """A sentence that says no drug answers where the one before is about the drug."""
    sentence = "It cleared the rash within three weeks."
    about = [Text(f"{drug} was begun.", sentence) for drug in ("Dapsone", "Calcium")]
    dapsone, calcium = reader.read("How soon did dapsone clear the rash?", about).relevance
    assert dapsone > calcium
    right, wrong = reader.read(
        "What dose of dapsone was given?",
        [Text("", "Dapsone 100 mg daily was given."), Text("", "The family history was empty.")],
    ).relevance
    assert right > 0 > wrong


def test_the_shipped_reader_points_at_the_short_answer(reader):
    """The likeliest stretch is a slice of its sentence, also behind odd characters."""
    for before in ("", "𝗫\ud800 – "):
        sentence = f"{before}Dapsone 100 mg daily was given."
        (read,) = reader.read("What dose of dapsone was given?", [Text("", sentence)]).read
        best = read.likeliest()[0]
        assert "100 mg" in sentence[best.start : best.end]


def test_nothing_to_read_has_no_scores(reader):
    scores = reader.read("Dose?", [])
    assert len(scores.relevance) == 0
    assert scores.read == ()
