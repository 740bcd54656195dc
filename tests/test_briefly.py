"""The best of the proposed stretches is shown, or none."""

from __future__ import annotations

import numpy as np
import pytest

from rag.reader.networks.evidence import Scores
from rag.reader.networks.spans import ReadSentence, whole_words
from rag.reader.networks.text import Text
from rag.reader.short.briefly import Weighing, as_read, briefly, short_of, weighing
from rag.reader.short.proposals import Sentence, candidates
from rag.reader.short.span_features import FEATURES, features, of_other_drug
from rag.reader.weighing.model import Networks
from rag.schema import Evidence, Passage


def read(text: str, *words: str) -> ReadSentence:
    """A sentence as a reader reads it that is sure of these words, and of nothing else."""
    tokens, at = [], 0
    for word in text.split():
        at = text.index(word, at)
        tokens.append((at, at + len(word)))
        at += len(word)
    begins, ends = np.full(len(tokens), -9.0), np.full(len(tokens), -9.0)
    for sure in words:
        if sure in text:
            start = text.index(sure)
            inside = [i for i, (a, b) in enumerate(tokens) if a < start + len(sure) and b > start]
            begins[inside[0]] = ends[inside[-1]] = -0.1
    return ReadSentence(text, tuple(tokens), begins, ends, -6.0)


def by_share(threshold: float = 0.5):
    """Weights that look at the network's share alone."""
    hidden = np.zeros((1, 1, len(FEATURES)))
    hidden[0, 0, FEATURES.index("share")] = 0.5
    networks = Networks(
        np.zeros(len(FEATURES)), np.ones(len(FEATURES)), hidden,
        np.array([[1.0]]), np.array([[6.0]]), np.array([0.0]),
    )  # fmt: skip
    return Weighing(networks, threshold)


def short(question: str, sentences: list[str], *words: str, threshold: float = 0.5):
    told = [Sentence(text, 0.9, read(text, *words)) for text in sentences]
    return briefly(question, question, told, by_share(threshold))


def test_the_stretch_is_a_slice_of_its_sentence():
    """Numbers are copied, never typed again."""
    text = "Dapsone 100 mg daily led to clearing."
    found = short("What did it lead to?", ["He was well.", text], "clearing")
    assert found is not None
    assert (found.words, found.sentence, text[found.start : found.end]) == (
        "clearing",
        1,
        "clearing",
    )


def test_nothing_is_shown_below_the_threshold():
    """A wrong short answer is worse than none."""
    assert short("What?", ["She went home at once."], "home", threshold=1.1) is None


TRAPS = (
    ("Which drug was given?", "Rituximab was planned.", "Rituximab", "Rituximab was planned"),
    ("What was the CK?", "CK fell from 900 to 40 U/L.", "40 U/L", "from 900 to 40 U/L"),
    ("What dose?", "Prednisolone was cut from 40 to 20 mg.", "20 mg", "from 40 to 20 mg"),
    ("What cleared?", "The rash did not clear on the hands.", "clear", "not clear"),
    ("How much at most?", "She took up to 60 mg.", "60", "up to 60 mg"),
)


@pytest.mark.parametrize(("question", "text", "found", "shown"), TRAPS)
def test_what_belongs_to_it_comes_along(question, text, found, shown):
    """However sure the network is of the bare words."""
    told = short(question, [text], found)
    assert told is not None
    assert shown in told.words


OTHER = (
    ("dapsone", "Dapsone 100 mg and methotrexate 15 mg weekly were given.", "15 mg weekly", True),
    ("dapsone", "Dapsone 100 mg and methotrexate 15 mg weekly were given.", "100 mg", False),
    ("methotrexate", "She got 100 mg of dapsone and methotrexate.", "100 mg", True),
    ("dapsone", "She got 100 mg of dapsone after methotrexate.", "100 mg", False),
    ("dapsone", "She got 100 mg daily.", "100 mg daily", False),
    ("dapsone", "She got methotrexate for six months.", "six months", False),
)


@pytest.mark.parametrize(("drug", "text", "dose", "other"), OTHER)
def test_a_dose_belongs_to_its_drug(drug, text, dose, other):
    """With two drugs in a sentence the other one's dose is no answer."""
    start = text.index(dose)
    assert of_other_drug(text, start, start + len(dose), frozenset({drug})) is other


def test_the_other_drugs_dose_is_never_shown():
    """Not even when the network is sure of it."""
    text = "Dapsone 100 mg daily and methotrexate 15 mg weekly were given."
    assert short("Which dose of dapsone?", [text], "15 mg weekly", threshold=0.0) is None


def test_yes_and_no_come_before_their_proof():
    """The proof stays a slice of the sentence."""
    found = short("Any fever?", ["She had no fever."], "no fever")
    assert found is not None
    assert found.words == "No: no fever"


def test_every_feature_has_its_column():
    """And rows follow the candidates."""
    text = "CK was 534 U/L, and LDH 288 U/L."
    told = [Sentence(text, 0.8, read(text, "534 U/L"))]
    proposed = candidates("CK level?", told)
    rows = features("CK level?", "CK level?", told, proposed)
    assert rows.shape == (len(proposed), len(FEATURES))
    assert np.isfinite(rows).all()


def test_weights_of_other_features_are_refused():
    """Columns in another order would be read as something else."""
    with pytest.raises(ValueError, match="other features"):
        weighing({"features": ["share"], "threshold": 0.5})


WORDS = (
    ("It was 0.4 mg/kg (max).", 7, 8, "0.4"),
    ("A woman, aged 40, died.", 2, 5, "woman"),
    ("Itch (severe) was gone.", 6, 10, "severe"),
    ("CK (U/L) rose.", 0, 8, "CK (U/L)"),
)


@pytest.mark.parametrize(("text", "start", "end", "words"), WORDS)
def test_stretches_are_whole_words_without_marks(text, start, end, words):
    """Half a number or an odd bracket is never shown."""
    assert text[slice(*whole_words(text, start, end))] == words


class Counting:
    """A reader that remembers what it was given."""

    def __init__(self) -> None:
        self.given: list[str] = []

    def read(self, question: str, texts: list[Text]) -> Scores:
        self.given += [text.sentence for text in texts]
        return Scores(np.zeros(len(texts)), tuple(read(text.sentence) for text in texts))


def test_only_sentences_that_nobody_has_read_are_read():
    """The second reading has read most of them; each keeps its own."""
    passage = Passage("a", "case-1", 0, 0, 40, "case", 1)
    told = [
        Evidence(passage, at, at + 8, words, 0.5)
        for at, words in ((0, "He came."), (9, "He left."))
    ]
    known = {("a", 9): read("He left.", "left.")}
    reader = Counting()
    sentences = as_read("Left?", told, known, reader)
    assert reader.given == ["He came."]
    assert [one.text for one in sentences] == ["He came.", "He left."]
    assert sentences[1].read is known["a", 9]
    assert sentences[0].read.text == "He came."


def test_a_dose_is_not_shown_for_a_length_of_time() -> None:
    """However sure the network is of it."""
    text, dose = "It healed on 400 mg/kg over 5 days.", "400 mg/kg over 5 days."
    assert short("Which dose was given?", [text], dose) is not None
    assert short("How long until it healed?", [text], dose) is None


def test_a_misleading_stretch_is_no_short_answer():
    """The likeliest one would mislead, and the next is no better for it."""
    text = "Minocycline: 4 of 11 with partial response."
    assert short("How many had a complete response?", [text], "4 of 11") is None
    assert short("How many had a partial response?", [text], "4 of 11") is not None


def test_of_the_drugs_of_a_talk_the_question_may_mean_one():
    """'How much azathioprine?' after 'how much prednisolone?' is not answered by prednisolone."""
    text = "Azathioprine was stopped; prednisolone was raised to 45 mg."
    told = [Sentence(text, 0.9, read(text, "45 mg"))]
    talk = "(about: how much prednisolone)"
    asked = "how much azathioprine?"
    assert briefly(asked, f"{asked} {talk}", told, by_share(0.5)) is None
    asked = "how much at most?"
    found = briefly(asked, f"{asked} {talk}", told, by_share(0.5))
    assert found is not None and "45 mg" in found.words


def test_a_dose_is_given_as_a_whole():
    """With how often and how long, where these stand beside it; not with another statement."""
    text = "She was given rituximab 375 mg/m2 weekly for four weeks, of which two doses failed."
    found = short("Which dose of rituximab?", [text], "375 mg/m2")
    assert found is not None
    assert found.words == text[found.start : found.end] == "375 mg/m2 weekly for four weeks"


def test_the_threshold_is_that_of_the_kind_of_question():
    """'Why' is answered by a stretch only where that is likelier to be right."""
    text = "Dapsone was stopped because of fever."
    told = [Sentence(text, 0.9, read(text, "because of fever"))]
    sure = by_share(0.5)
    assert briefly("Why was it stopped?", "Why was it stopped?", told, sure)
    strict = Weighing(sure.networks, 0.5, {"why": 1.1})
    assert briefly("Why was it stopped?", "Why was it stopped?", told, strict) is None
    assert briefly("What happened to dapsone?", "What happened?", told, strict)


def test_no_other_kind_of_stretch_answers():
    """However sure the network is of it."""
    assert short("Did it come back?", ["She had weekly infusions."], "weekly infusions") is None
    assert short("LMWH when?", ["She had LMWH and prednisone."], "prednisone") is None


def test_yes_and_no_of_two_sentences_leave_it_open(monkeypatch):
    """They may be of two patients, or two times."""
    texts = ("There was a rash.", "No rash was seen.")
    monkeypatch.setattr(
        "rag.reader.short.briefly.as_read", lambda *_: [Sentence(t, 0.9, read(t)) for t in texts]
    )
    told = [Evidence(Passage("a", "", 0, 0, 0), 0, len(t), t, 0.9) for t in texts]
    assert short_of("Was there a rash?", "Was there a rash?", {}, told) is None
    texts = texts[1:]
    assert short_of("Was there a rash?", "Was there a rash?", {}, told[1:]) == "No"
