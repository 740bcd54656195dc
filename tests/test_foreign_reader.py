"""A user's own cross-encoder or question-answering model as the second reading."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import (
    AutoTokenizer,
    BertConfig,
    BertForQuestionAnswering,
    BertForSequenceClassification,
    BertForTokenClassification,
)

from rag.chat import Casebook
from rag.config import Settings
from rag.embed import packaged_folder
from rag.errors import ModelError
from rag.reader.networks.evidence import EvidenceReader
from rag.reader.networks.foreign import ForeignReader
from rag.reader.networks.reading_again import second_reader
from rag.reader.networks.text import Text

SENTENCES = ("He was given dapsone 100 mg.", "He improved.", "He left.")
TEXTS = [Text("Dapsone in DM", sentence) for sentence in SENTENCES]


def saved(folder: Path, kind: type, labels: int = 1) -> str:
    """A tiny random model of a kind, saved as users have theirs."""
    torch.manual_seed(3)
    config = BertConfig(
        hidden_size=32, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16,
        num_labels=labels,
    )  # fmt: skip
    kind(config).save_pretrained(str(folder))
    AutoTokenizer.from_pretrained(str(packaged_folder())).save_pretrained(str(folder))
    return str(folder)


@pytest.fixture(scope="module")
def models(tmp_path_factory) -> dict[str, str]:
    return {
        "cross-encoder": saved(tmp_path_factory.mktemp("cross"), BertForSequenceClassification),
        "two classes": saved(tmp_path_factory.mktemp("two"), BertForSequenceClassification, 2),
        "answers": saved(tmp_path_factory.mktemp("qa"), BertForQuestionAnswering, 2),
    }


@pytest.mark.parametrize("kind", ["cross-encoder", "two classes", "answers"])
def test_each_sentence_gets_a_score(models, kind):
    """Also one without words, and the same twice."""
    reader = ForeignReader(models[kind])
    texts = [*TEXTS, Text("", "\u200b")]
    first, second = reader.read("Dose?", texts), reader.read("Dose?", texts)
    assert first.relevance.shape == (4,)
    assert np.isfinite(first.relevance).all()
    assert first.relevance.tolist() == second.relevance.tolist()
    assert reader.read("Dose?", []).relevance.shape == (0,)


def test_answers_lie_in_their_sentences(models):
    """A question-answering model also says where a short answer may stand."""
    scores = ForeignReader(models["answers"]).read("Dose?", TEXTS)
    for sentence, read in zip(SENTENCES, scores.read, strict=True):
        best = read.likeliest()[0]
        assert 0 <= best.start < best.end <= len(sentence)
        assert best.share < 0
    assert ForeignReader(models["cross-encoder"]).read("Dose?", TEXTS).read == ()


def test_other_models_are_refused_in_one_line(tmp_path):
    """Neither of the kinds, or nothing there: what to do is said."""
    other = saved(tmp_path / "other", BertForTokenClassification)
    with pytest.raises(ModelError, match="CASEBOOK_READER"):
        ForeignReader(other)
    (tmp_path / "empty").mkdir()
    with pytest.raises(ModelError, match="cannot be used"):
        ForeignReader(str(tmp_path / "empty"))


def test_the_setting_names_the_reader(models):
    assert second_reader("none") is None
    assert isinstance(second_reader(""), EvidenceReader)
    assert isinstance(second_reader(models["answers"]), ForeignReader)


def test_a_library_answers_with_a_users_model(casebook, models):
    """The answer is cited as ever; only the order of sentences is the model's."""
    settings = Settings(reader=models["cross-encoder"])
    with Casebook(casebook.library.folder, settings, encoder=casebook.encoder) as opened:
        answer = opened.ask("What was the response to dapsone?")
    assert answer.hits
    for citation in answer.citations:
        text = casebook.library.report(citation.report_id).text
        assert text[citation.start : citation.end] == citation.quote
