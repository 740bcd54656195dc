"""What a question asks for and its patient's text does not hold speaks for silence."""

from __future__ import annotations

import numpy as np
import pytest

from rag.reader.question.ask import asked_part
from rag.reader.weighing.lacking import HEADS, Head, lacking, missing
from rag.training.lacking import fit_lacking
from rag.training.questions import Question
from rag.training.silence import fit_silence

STORY = "A 50-year-old woman had a creatine kinase of 2,100 U/L. She was given prednisone 40 mg."


def names(question: str, text: str = STORY) -> set[str]:
    return set(missing(asked_part(question), question, [text]))


def test_a_synonym_is_not_missing() -> None:
    """CK is creatine kinase, and prednisone is a steroid."""
    assert not {n for n in names("CK?") if n.startswith(("concept", "kind"))}
    assert not {n for n in names("Which steroid was given?") if n.startswith(("concept", "kind"))}


def test_a_concept_that_is_not_there_is_named_with_its_kind() -> None:
    """By the name that the lexicon prefers."""
    for question in ("ferritin?", "What was the serum ferritin level?"):
        assert {"concept:ferritin", "kind:laboratory"} <= names(question)


def test_a_broader_word_in_the_text_is_not_the_narrower_one() -> None:
    """'Steroids' does not say that prednisone was given."""
    assert "concept:prednisone" in names("How much prednisone?", "She was given steroids.")


def test_other_words_are_named_by_their_stem_and_little_words_never() -> None:
    """'session' and 'sessions' are one word."""
    assert "word:session" in names("How long was the session?") & names("Which sessions?")
    assert not {n for n in names("What was it?") if n.startswith("word")}


def test_the_setting_is_not_asked_for() -> None:
    """What comes before the part that asks says who is meant."""
    assert "concept:calcinosis" not in names("Woman with calcinosis: ferritin?")


def test_what_is_missing_speaks_for_silence() -> None:
    """The same question, of a text that holds the word and of one that does not."""
    question = "What was the ferritin titre?"
    held = STORY + " The ferritin titre was 900."
    for there, not_there in zip(
        lacking(question, question, [held]), lacking(question, question, [STORY]), strict=True
    ):
        assert not_there > there + 1


def test_heads_are_learnt_from_silent_questions() -> None:
    """A word that only unanswered questions miss gets a weight above zero, the others below."""

    def asked(words: str, answerable: bool, kind: str = "laboratory") -> tuple[Question, str]:
        return Question(words, "r", kind, answerable, ()), STORY

    read = [
        *[asked(f"Was the zygote examined, number {n}?", False) for n in range(6)],
        *[asked(f"Was she thriving, number {n}?", True) for n in range(6)],
        *[
            asked(f"Why was the gander plucked, number {n}?", True, "false-premise")
            for n in range(3)
        ],
    ]
    said: list[str] = []
    made = fit_lacking(read, said.append)
    assert set(made) == set(HEADS) and len(said) == 2
    assert made["silent"]["weights"]["word:zygote"] > 0 > made["silent"]["weights"]["word:thriv"]
    assert made["silent_or_false"]["weights"]["word:gander"] > 0
    assert made["silent"]["weights"]["word:gander"] == 0


def test_words_that_nobody_has_learnt_count_together() -> None:
    """No training question asks for the capital of France, and no report has it."""
    head = Head(0.0, {"word:?": 0.5, "word:titr": 1.0, "concept:?": 2.0})
    assert head.score(["word:titr"]) == 1.0
    assert head.score(["word:zygote", "word:gander"]) == 0.5
    assert head.score(["concept:zygote", "word:titr", "asks:dose"]) == 3.0


def test_silence_networks_tell_apart_and_repeat() -> None:
    """The same rows give the same networks; the log-odds fall on the right side."""
    dice = np.random.default_rng(0)
    rows = dice.normal(size=(200, 3))
    labels = rows[:, 0] * rows[:, 1] > 0  # no linear model can
    first, again = fit_silence(rows, labels), fit_silence(rows, labels)
    assert np.array_equal(first.hidden, again.hidden)
    assert ((first.logits(rows) > 0) == labels).mean() > 0.6


@pytest.mark.parametrize("head", range(len(HEADS)))
def test_an_answerable_question_lacks_less_than_its_look_alike(head: int) -> None:
    """On a text of this test's own."""
    there = "How high was the creatine kinase?"
    not_there = "How high was the aldolase?"
    assert lacking(there, there, [STORY])[head] < lacking(not_there, not_there, [STORY])[head]
