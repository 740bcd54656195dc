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
from rag.reader.evidence import EvidenceReader
from rag.reader.foreign import ForeignReader, second_reader
from rag.reader.second import SecondReading, common_scale
from rag.reader.text import Text

TEXT = Text("Dapsone in DM", ("He was given dapsone 100 mg.", "He improved.", "He left."))


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
    """Also for passages of different lengths, and the same twice."""
    reader = ForeignReader(models[kind])
    texts = [TEXT, Text("", ("One sentence.",))]
    first, second = reader.read("Dose?", texts), reader.read("Dose?", texts)
    assert [len(one.sentences) for one in first] == [3, 1]
    assert all(np.isfinite(one.sentences).all() for one in first)
    assert first[0].relevant == max(first[0].sentences)
    assert [one.sentences.tolist() for one in first] == [one.sentences.tolist() for one in second]


def test_answers_lie_in_their_sentences(models):
    """A question-answering model also gives the place of a short answer."""
    (scores,) = ForeignReader(models["answers"]).read("Dose?", [TEXT])
    for sentence, short in zip(TEXT.sentences, scores.shorts, strict=True):
        assert short is not None and 0 <= short.start < short.end <= len(sentence)
        assert 0 < short.probability <= 1


def test_other_models_are_refused_in_one_line(tmp_path):
    """Neither of the kinds, or nothing there: what to do is said."""
    other = saved(tmp_path / "other", BertForTokenClassification)
    with pytest.raises(ModelError, match="CASEBOOK_READER"):
        ForeignReader(other)
    (tmp_path / "empty").mkdir()
    with pytest.raises(ModelError, match="cannot be used"):
        ForeignReader(str(tmp_path / "empty"))


def test_the_setting_names_the_reader(models):
    assert second_reader("") is None
    assert isinstance(second_reader("evidence"), EvidenceReader)
    assert isinstance(second_reader(models["answers"]), ForeignReader)


def test_scores_of_another_scale_are_brought_to_the_first_readings():
    """A model whose logits run to thousands moves the order, and does not drown the rest."""
    features = np.zeros((3, 7))
    features[:, 0] = [2.0, 1.0, -3.0]
    features[:, 2] = [-1000.0, 1000.0, -1000.0]
    values = common_scale(SecondReading((0, 1, 2), {}, features))
    assert np.argmax(values) == 1
    assert abs(values).max() < 5


def test_a_library_answers_with_a_users_model(casebook, models):
    """The answer is cited as ever; only the order of sentences is the model's."""
    settings = Settings(reader=models["cross-encoder"])
    with Casebook(casebook.library.folder, settings, encoder=casebook.encoder) as opened:
        answer = opened.ask("What was the response to dapsone?")
    assert answer.hits
    for citation in answer.citations:
        text = casebook.library.report(citation.report_id).text
        assert text[citation.start : citation.end] == citation.quote
