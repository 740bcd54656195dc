"""From training questions to weights: what is drawn, what is masked, what comes out."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
import torch
from fakes import WordEncoder
from places import ROOT

from rag.embed import SentenceEncoder
from rag.schema import Case, Treatment
from rag.training.encoder import READING, Mixture, adapt, contrast
from rag.training.pairs import (
    Pair,
    Source,
    draw,
    is_held,
    squad_sources,
    subject_words,
    with_hard_ones,
    with_subject,
)
from rag.training.questions import Question, questions, read_splits

SOURCE = Source(
    "CK?", "CK? (creatine kinase)", ("46F", "dapsone"),
    ("CK was 80.",), ("He improved.", "She fell."),
    ("Title. CK was 80.",), ("Title. He improved.",), "report-1",
)  # fmt: skip


def test_evidence_is_found_in_the_canonical_text(casebook):
    """Every answerable question of a report has its evidence as a span of that report."""
    report = casebook.library.report("cohen-nd-dapsone-two-patients")
    found = list(questions(ROOT / "corpus" / "training", report))
    answerable = [q for q in found if q.answerable]
    assert len(answerable) > 5
    assert all(q.spans for q in answerable)
    start, end = answerable[0].spans[0]
    assert answerable[0].holds(start, end)
    assert answerable[0].held_by(max(0, start - 10), end)
    assert not answerable[0].holds(end + 1, end + 50)


def test_no_test_report_is_ever_read_for_training():
    """The splits do not overlap, and training names only two of them."""
    splits = read_splits(ROOT / "eval" / "splits.yaml")
    learnt = {*splits["train"], *splits["validation"]}
    assert len(learnt) == 88
    assert not learnt & {*splits["test"], *splits["held_out"]}
    source = (ROOT / "rag" / "training" / "__main__.py").read_text("utf-8")
    assert 'splits["test"]' not in source
    assert "held_out" not in source


def test_what_is_drawn_answers_and_what_is_set_against_it_does_not():
    """Sentence against sentences, passage against passages, never mixed."""
    for passages, right, wrong in (
        (False, SOURCE.right, SOURCE.wrong),
        (True, SOURCE.right_passages, SOURCE.wrong_passages),
    ):
        pairs = [draw(SOURCE, random.Random(n), passages=passages) for n in range(40)]
        assert {p.positive for p in pairs} == set(right)
        assert {text for p in pairs for text in p.negatives} == set(wrong)
        assert len({p.query for p in pairs}) > 10
        assert all("CK?" in p.query or "cK?" in p.query for p in pairs)


def test_the_same_dice_draw_the_same_pair():
    """Training can be repeated."""
    assert draw(SOURCE, random.Random(5), passages=False) == draw(
        SOURCE, random.Random(5), passages=False
    )


def test_a_hard_wrong_answer_is_one_that_looks_like_the_question():
    """Beside any wrong answer; where none is known to look like it, any second one."""
    (near,) = with_hard_ones([replace(SOURCE, wrong=("CK rose.", "He fell."))], WordEncoder())
    assert near.hard == ("CK rose.", "He fell.")
    hardest = replace(near, hard=near.hard[:1])
    for n in range(20):
        pair = draw(hardest, random.Random(n), passages=False, hard=True)
        assert pair.negatives[1] == "CK rose."
        assert len(draw(SOURCE, random.Random(n), passages=True, hard=True).negatives) == 2


def test_a_patient_is_named_as_clinicians_name_one():
    """Age and sex, drugs, antibodies and signs of the only patient; of several, none."""
    given = (Treatment("dapsone"),)
    case = Case(1, 46, "female", "classic DM", ("anti-Mi-2",), ("ulcer",), (), given)
    words = subject_words([case])
    assert {"46F", "46-year-old female", "dapsone", "anti-Mi-2", "ulcer"} <= set(words)
    assert subject_words([case, case]) == ()
    said = {with_subject("Dose?", words, random.Random(n)) for n in range(50)}
    assert any(text.endswith(": Dose?") for text in said)
    assert any(text.startswith("In the patient with ") and text.endswith("dose?") for text in said)


def test_a_fifth_of_the_documents_is_never_trained_on(tmp_path):
    """By the sha1 of the title, so that everybody holds back the same ones."""
    titles = [f"Title {n}" for n in range(400)]
    assert 0.15 < sum(map(is_held, titles)) / 400 < 0.25
    held = next(t for t in titles if is_held(t))
    kept = next(t for t in titles if not is_held(t))
    rows = [
        f'{{"id": "{n}", "title": "{t}", "text": "It was 5 mg. He\\u2028left."}}'
        for n, t in enumerate((held, kept))
    ]
    (tmp_path / "docs.jsonl").write_text("\n".join(rows), "utf-8")
    asked = [
        f'{{"text": "Dose?", "para": "{n}", "impossible": false, "answers": [["5 mg", 7]]}}'
        for n in (0, 1)
    ]
    (tmp_path / "queries.jsonl").write_text("\n".join(asked), "utf-8")
    (source,) = squad_sources(tmp_path)
    assert (source.group, source.right) == ("1", ("It was 5 mg.",))


def test_answers_about_the_same_report_are_not_set_against_each_other():
    """The neighbour's right answer may answer this question, too; its own wrong one does not."""
    encoder = SentenceEncoder("base", engine="torch")
    first = Pair("CK?", "CK was 80.", ("He fell.",), "a")
    alone = [first, Pair("Age?", "He was 50.", ("x y",), "b")]
    together = [first, Pair("Age?", "He was 50.", ("x y",), "a")]
    with torch.no_grad():
        apart, masked = float(contrast(encoder, alone)), float(contrast(encoder, together))
    assert masked < apart


@pytest.mark.parametrize("passages", [False, True])
def test_training_writes_an_adapter_that_changes_the_vectors(tmp_path, passages):
    """One step over 32 pairs: the file is read back by the encoder, for the packaged weights."""
    out = tmp_path / "made" / "adapter.safetensors"
    said: list[str] = []
    adapt([Mixture([SOURCE] * 32, 1.0, passages)], out, replace(READING, epochs=1), say=said.append)
    texts = ["CK? (creatine kinase)", "CK was 80."]
    made, base = SentenceEncoder(adapter=out), SentenceEncoder("base")
    assert made.hash != base.hash
    assert not (made.encode(texts) == base.encode(texts)).all()


def test_a_question_outside_the_evidence_is_not_held():
    """Half of a sentence must be evidence for the sentence to count."""
    question = Question("?", "r", "dose", True, ((10, 20),))
    assert question.holds(12, 20)
    assert not question.holds(15, 40)
    assert question.held_by(0, 16)
    assert not question.held_by(0, 14)
