"""From questions to exercises for the evidence reader, and what it is told that it got wrong."""

from __future__ import annotations

import json
import random

import pytest
import torch
from places import ROOT
from transformers import AutoTokenizer

from rag.embed import packaged_folder
from rag.formats import read_file
from rag.held import is_held
from rag.reader.network import Tokeniser
from rag.reader.text import Text
from rag.schema import Passage
from rag.training import evidence
from rag.training.exercises import (
    Exercise,
    Shelf,
    Source,
    bioasq_sources,
    case_sources,
    drawn,
    squad_sources,
    windows,
    wrong,
)
from rag.training.questions import ABOUT, names_its_case, questions

RIGHT = Exercise("CK?", Text("T", ("CK was 80.", "He left.")), (True, False), True, (0, 7, 9))
NEAR, FAR = Text("T", ("He improved.",)), Text("Other", ("CK was 9.",))


def test_a_question_draws_a_right_passage_and_wrong_ones():
    """The wrong ones have no label at all; the question is the same for all."""
    found = [drawn(Source("CK?", (RIGHT,), (NEAR,), (FAR,)), random.Random(n)) for n in range(20)]
    assert all(one[0] == RIGHT and one[1] == wrong("CK?", NEAR) for one in found)
    assert {len(one) for one in found} == {2, 3}
    assert wrong("CK?", NEAR).labels == (False,) and wrong("CK?", NEAR).answers is None


def test_words_of_the_patient_go_to_every_passage_of_the_draw():
    source = Source("CK?", (RIGHT,), (NEAR,), subject=("46F", "dapsone"))
    asked = {tuple(e.question for e in drawn(source, random.Random(n))) for n in range(30)}
    assert ("CK?", "CK?") in asked and len(asked) > 3
    assert all(first == second for first, second in asked)


def test_an_unanswerable_question_draws_wrong_passages_only():
    found = drawn(Source("CK?", (), (NEAR,)), random.Random(1))
    assert [e.answers for e in found] == [None]


def report():
    return read_file(ROOT / "corpus" / "reports" / "cohen-nd-dapsone-two-patients.md")[0]


def test_case_questions_know_their_sentences_and_short_answers():
    """Every answerable question has a passage with its evidence; its span is the short answer."""
    one = report()
    shelf = Shelf()
    shelf.add(one, [Passage(one.id, s.slug, 0, s.start, s.end, s.kind) for s in one.sections])
    asked = list(questions(ROOT / "corpus" / "training", one))
    made = case_sources(asked, one, shelf, {})
    spans = 0
    for question, source in zip(asked, made, strict=True):
        assert bool(source.right) == bool(question.spans)
        for exercise in source.right:
            assert exercise.answers is question.answerable
            if exercise.span:
                number, start, end = exercise.span
                short = exercise.text.sentences[number][start:end]
                assert question.short is not None
                assert short == one.text[slice(*question.short)]
                assert exercise.labels[number]
                spans += 1
    assert spans > 20


def test_a_conversation_is_read_as_it_will_be_asked():
    """The last turn first, then what the ones before were about."""
    asked = list(questions(ROOT / "corpus" / "training", report()))
    talk = next(q for q in asked if ABOUT in q.text)
    assert talk.text.startswith(f"{talk.last}{ABOUT}") and talk.text.endswith(")")
    assert not talk.alone


@pytest.mark.parametrize(
    ("question", "alone"),
    [
        ("How long until she improved?", False),
        ("Dose of dapsone?", False),
        ("dapsone for DM ulcers, dose?", True),
        ("46-year-old given dapsone: outcome?", True),
    ],
)
def test_a_question_stands_alone_when_it_names_its_case(question, alone):
    assert names_its_case(question) is alone


def held_and_kept() -> tuple[str, str]:
    titles = [f"Title {n}" for n in range(50)]
    return next(t for t in titles if is_held(t)), next(t for t in titles if not is_held(t))


def test_squad_teaches_what_is_not_answered(tmp_path):
    """An impossible question is set against its own paragraph; held articles are left out."""
    held, kept = held_and_kept()
    documents = [
        {"id": "h", "title": held, "text": "Rollo led. He died."},
        {"id": "k", "title": kept, "text": "Rollo led. He died in 930."},
    ]
    asked = [
        {"text": "Who led?", "para": "h", "impossible": False, "answers": [["Rollo", 0]]},
        {"text": "When?", "para": "k", "impossible": False, "answers": [["930", 22]]},
        {"text": "Why?", "para": "k", "impossible": True, "answers": []},
    ]
    for name, rows in (("docs", documents), ("queries", asked)):
        lines = "\n".join(json.dumps(row) for row in rows)
        (tmp_path / f"{name}.jsonl").write_text(lines, "utf-8")
    when, why = squad_sources(tmp_path)
    assert when.right[0].labels == (False, True)
    assert when.right[0].span == (1, 11, 14)
    assert (why.right, why.near[0].sentences) == ((), ("Rollo led.", "He died in 930."))


def test_bioasq_is_read_in_windows(tmp_path):
    """Whole sentences; the window with a snippet is right, the others of its abstract are near."""
    held, kept = held_and_kept()
    long = " ".join(f"Sentence number {n} is about the weather in town." for n in range(40))
    documents = [
        {"id": "h", "title": held, "text": "Dapsone heals."},
        {"id": "k", "title": kept, "text": f"Dapsone heals ulcers. {long}"},
    ]
    snippets = [
        {"doc": "h", "text": "Dapsone heals."},
        {"doc": "k", "text": "Dapsone heals ulcers."},
    ]
    asked = [{"id": "q", "text": "What heals?", "snippets": snippets}]
    for name, rows in (("docs", documents), ("queries", asked)):
        lines = "\n".join(json.dumps(row) for row in rows)
        (tmp_path / f"{name}.jsonl").write_text(lines, "utf-8")
    (source,) = bioasq_sources(tmp_path)
    assert source.right[0].labels[0] and sum(source.right[0].labels) == 1
    assert len(source.near) == len(windows(kept, documents[1]["text"])) - 1 > 0
    assert "".join(s for w in windows("", long) for s in w.sentences) == long.replace(". S", ".S")


@pytest.fixture(scope="module")
def tokeniser() -> Tokeniser:
    return Tokeniser(AutoTokenizer.from_pretrained(str(packaged_folder())))


def test_the_loss_prefers_the_right_sentence(tokeniser):
    """Logits that say what the labels say cost less than those that say the opposite."""
    read = tokeniser.batch([tokeniser.pair("CK?", RIGHT.text)])
    good, bad = (
        evidence.sentence_loss(torch.tensor([logits]), [RIGHT], read.sentence)
        for logits in ([4.0, -4.0], [-4.0, 4.0])
    )
    assert float(good) < 0.05 < 3 < float(bad)


def test_a_passage_without_evidence_is_not_judged_by_its_answer():
    """Answers or contradicts: that is asked only where there is evidence."""
    nothing = wrong("CK?", NEAR)
    low, high = (
        float(evidence.passage_loss(torch.tensor([[-3.0, answers]]), [nothing]))
        for answers in (-9.0, 9.0)
    )
    assert low == high < 0.1
    false = Exercise("CK?", RIGHT.text, RIGHT.labels, False)
    right, wrongly = (
        float(evidence.passage_loss(torch.tensor([[3.0, answers]]), [false]))
        for answers in (-5.0, 5.0)
    )
    assert right < 0.1 < 4 < wrongly


def test_the_span_is_found_in_tokens(tokeniser):
    pair = tokeniser.pair("CK?", RIGHT.text)
    found = evidence.span_tokens(RIGHT, pair)
    assert found is not None
    a, b = found
    assert RIGHT.text.sentences[0][pair.characters[a][0] : pair.characters[b][1]] == "80"


def test_batches_hold_every_exercise_once(tokeniser):
    exercises = [wrong(f"Q {n}?", Text("", ("word " * (n % 40 + 1),))) for n in range(100)]
    found = evidence.batches(exercises, tokeniser, random.Random(1))
    assert sorted(e.question for batch in found for e, _ in batch) == sorted(
        e.question for e in exercises
    )
    longest = [max(len(t.ids) for _, t in batch) for batch in found]
    shortest = [min(len(t.ids) for _, t in batch) for batch in found]
    assert max(b - a for a, b in zip(shortest, longest, strict=True)) < 20
