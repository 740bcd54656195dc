"""The adapter: a low-rank change of the packaged weights, stored, checked and applied."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from places import ROOT
from safetensors.torch import load_file, save_file

from rag.adapter import adapter_hash, apply_adapter, factored, shipped_adapter
from rag.embed import ADAPTED, BASE, PACKAGED, SentenceEncoder
from rag.errors import ModelError
from rag.formats import read_file
from rag.sentences import sentence_spans
from rag.training.questions import questions, read_splits


class Small(torch.nn.Module):
    """A matrix, a vector, and a matrix that never changes."""

    def __init__(self) -> None:
        super().__init__()
        generator = torch.Generator().manual_seed(1)
        self.dense = torch.nn.Parameter(torch.randn(12, 8, generator=generator))
        self.bias = torch.nn.Parameter(torch.randn(12, generator=generator))
        self.words = torch.nn.Parameter(torch.randn(30, 8, generator=generator))


def weights(model: torch.nn.Module) -> dict[str, torch.Tensor]:
    return {name: parameter.detach().clone() for name, parameter in model.named_parameters()}


@pytest.fixture
def stored(tmp_path):
    """A rank-2 change of the matrix and a change of the vector, stored with rank 2."""
    before = weights(Small())
    generator = torch.Generator().manual_seed(2)
    after = dict(before)
    after["dense"] = before["dense"] + torch.randn(12, 2, generator=generator) @ torch.randn(
        2, 8, generator=generator
    )
    after["bias"] = before["bias"] + 0.5
    path = tmp_path / "a.safetensors"
    save_file(factored(before, after, 2), str(path), metadata={"base": "abc"})
    return path, after


def test_a_change_of_low_rank_comes_back(stored):
    """A byte for each number costs a hundredth; the weights that did not change are not stored."""
    path, after = stored
    model = Small()
    apply_adapter(model, path, "abc")
    for name, value in weights(model).items():
        assert torch.allclose(value, after[name], atol=5e-2), name
    assert sorted(load_file(str(path))) == [
        "bias.change", "dense.left", "dense.right", "dense.step",
    ]  # fmt: skip


def test_an_adapter_for_other_weights_is_refused(stored):
    """Added to other weights it would make nonsense of every vector, in silence."""
    model = Small()
    before = weights(model)
    with pytest.raises(ModelError, match="made for the weights abc, not xyz"):
        apply_adapter(model, stored[0], "xyz")
    assert all(torch.equal(value, before[name]) for name, value in weights(model).items())


def test_a_broken_adapter_is_one_line(tmp_path):
    """A half-copied file is named, with what to do."""
    path = tmp_path / "a.safetensors"
    path.write_bytes(b"\x10\x00\x00\x00")
    with pytest.raises(ModelError, match=r"a\.safetensors: .* install Casebook again"):
        apply_adapter(Small(), path, "abc")


def test_the_shipped_adapter_is_small_and_changes_the_encoder(encoder):
    """Five megabytes at most; 'base' is the packaged model as it was."""
    path = shipped_adapter()
    assert path is not None
    assert path.stat().st_size <= 5_000_000
    base = SentenceEncoder(BASE)
    assert (encoder.name, encoder.adapted) == (ADAPTED, True)
    assert (base.name, base.adapted) == (PACKAGED, False)
    assert encoder.hash == f"{base.hash[:8]}{adapter_hash(path)[:8]}"
    texts = ["Did the CK fall?", "Creatine kinase came down to 80 U/l."]
    same = float(np.sum(encoder.encode(texts[:1]) * base.encode(texts[:1])))
    assert same < 0.999


def test_the_adapter_finds_the_sentence_that_answers_more_often(encoder):
    """On reports that it was not trained on: the best sentence by cosine holds the evidence.

    Six of the validation reports; over all 15 the share went from .41 to .61.
    """
    names = read_splits(ROOT / "eval" / "splits.yaml")["validation"][:6]
    base, adapted = (success_at_1(names, one) for one in (SentenceEncoder(BASE), encoder))
    assert adapted > base + 0.1, (base, adapted)


def success_at_1(names: list[str], encoder: SentenceEncoder) -> float:
    right = []
    for name in names:
        report, _ = read_file(ROOT / "corpus" / "reports" / f"{name}.md")
        spans = [
            span
            for section in report.sections
            for span in sentence_spans(report.text, section.start, section.end)
        ]
        vectors = encoder.encode([report.text[a:b] for a, b in spans])
        for question in questions(ROOT / "corpus" / "training", report):
            if question.answerable and question.spans:
                best = spans[int(np.argmax(vectors @ encoder.encode([question.text])[0]))]
                right.append(question.holds(*best))
    assert len(right) > 60
    return sum(right) / len(right)
