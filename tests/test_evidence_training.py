"""From training questions to exercises for the evidence reader, and to its weights."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
import torch
from places import ROOT

from rag.embed.packaged import packaged_tokenizer
from rag.reader.networks.evidence import EvidenceReader
from rag.reader.networks.network import EvidenceNetwork
from rag.reader.networks.text import Text
from rag.reader.networks.tokens import Tokeniser
from rag.training.evidence import WRONG, drawn, loss, train_evidence
from rag.training.pairs import Source as General
from rag.training.questions import Question, questions
from rag.training.sentences import Said, Source, case_sources, general_sources

RIGHT = Said(Text("46-year-old man", "Dapsone 100 mg was given."), right=True, short=(8, 14))
NEAR = tuple(Said(Text("", f"Dapsone was stopped in week {n}.")) for n in range(20))
OTHER = Said(Text("A girl", "Dapsone 50 mg was given."))
SOURCE = Source("Dose of dapsone?", (RIGHT,), NEAR, (OTHER,), ("46M", "dapsone"))


@pytest.fixture(scope="module")
def tokeniser() -> Tokeniser:
    return Tokeniser(packaged_tokenizer())


def test_a_right_sentence_is_set_against_hard_ones(tokeniser):
    """One right, so many wrong; of the report those that look most like it; some of others."""
    far = 0
    for n in range(40):
        found = [shown.said for shown in drawn(SOURCE, tokeniser, random.Random(n))]
        assert found[0] is RIGHT
        assert len(found) == 1 + WRONG
        assert not any(said.right for said in found[1:])
        assert {said for said in found[1:] if said is not OTHER} <= set(NEAR[:8])
        far += OTHER in found
    assert 15 < far < 40


def test_a_question_without_an_answer_has_wrong_sentences_only(tokeniser):
    found = drawn(replace(SOURCE, right=()), tokeniser, random.Random(1))
    assert found
    assert not any(shown.said.right for shown in found)


def test_some_questions_say_whom_they_mean(tokeniser):
    """And the same dice draw the same."""
    ids = {tuple(drawn(SOURCE, tokeniser, random.Random(n))[0].tokens.ids) for n in range(40)}
    assert len(ids) > 5
    one, two = (drawn(SOURCE, tokeniser, random.Random(3)) for _ in range(2))
    assert [shown.tokens for shown in one] == [shown.tokens for shown in two]


class Fixed(torch.nn.Module):
    """A network that always says the same of a pair."""

    def __init__(self, relevance: list[float]) -> None:
        super().__init__()
        self.relevance = relevance

    def forward(self, batch):
        rows, length = batch.ids.shape
        # Sentences pass sorted by length: the first of the group is the longest one here.
        order = sorted(range(rows), key=lambda row: -int(batch.mask[row].sum()))
        values = torch.zeros(rows)
        for value, row in zip(self.relevance, order, strict=True):
            values[row] = value
        return values, torch.zeros(rows, length, 2)


def test_the_right_sentence_must_beat_the_wrong_ones_and_nothing(tokeniser):
    """A wrong choice, and a right one that is hardly better than 'none', cost more."""
    long = replace(RIGHT, text=Text("x " * 30, RIGHT.text.sentence))
    group = drawn(replace(SOURCE, right=(long,), subject=(), far=()), tokeniser, random.Random(1))
    sure, unsure, wrong = (
        float(loss(Fixed([best, *rest]), tokeniser, [group]))
        for best, rest in ((6.0, [-6.0] * 4), (0.0, [-6.0] * 4), (-6.0, [6.0] * 4))
    )
    assert sure < unsure < wrong


def test_general_questions_stand_without_a_header():
    made = General("CK?", "CK?", (), ("CK was 80.",), ("He fell.",), (), (), "a")
    (one,) = general_sources([made])
    assert [said.text for said in one.right] == [Text("", "CK was 80.")]
    assert [(said.text.sentence, said.right) for said in one.wrong] == [("He fell.", False)]


def test_case_questions_know_right_wrong_and_other_reports():
    """Evidence is right, whatever else is in the report wrong; far ones where it stands alone."""
    names = ("cohen-nd-dapsone-two-patients", "kaliyadan-2011-alendronate")
    paths = [ROOT / "corpus" / "reports" / f"{name}.md" for name in names]
    asked: list[Question] = []

    def ask(report):
        found = list(questions(ROOT / "corpus" / "training", report))[:6]
        asked.extend(found)
        return found

    sources = case_sources(paths, ask)
    assert [one.question for one in sources] == [q.text for q in asked]
    for question, source in zip(asked, sources, strict=True):
        assert bool(source.right) == bool(question.spans)
        assert bool(source.far) == question.alone
        assert not {s.text.sentence for s in source.right} & {s.text.sentence for s in source.wrong}
        if question.short and source.right:
            shorts = [s.text.sentence[slice(*s.short)] for s in source.right if s.short]
            assert shorts
    assert any(source.wrong[0].text.header for source in sources)


def test_training_writes_weights_that_read(tmp_path):
    """One step over eight questions: another network than before, read back by the reader."""
    out = tmp_path / "made" / "evidence.safetensors"
    train_evidence([], [SOURCE] * 8, out, say=lambda _: None)
    reader = EvidenceReader(out)
    scores = reader.read("Dose of dapsone?", [RIGHT.text, OTHER.text])
    assert scores.relevance.shape == (2,)
    assert len(scores.read) == 2


def test_the_network_has_the_heads_that_are_stored():
    body = torch.nn.Linear(1, 1)
    names = {name.split(".")[0] for name, _ in EvidenceNetwork(body).named_parameters()}
    assert names == {"body", "relevance", "span"}
