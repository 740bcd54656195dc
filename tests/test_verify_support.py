"""`rag.verify.support`, `.contrary_claims`: what may stand though no rule finds its words."""

from __future__ import annotations

import numpy as np
import pytest
from places import ROOT

from rag.verify.check import verify
from rag.verify.contrary_claims import _opposites, contraries
from rag.verify.grounds import grounds
from rag.verify.support import FEATURES, Weights, features, is_weak, shipped, support
from rag.verify.vectors import Vectors
from rag.verify.verdict import Reason, SentenceVerdict
from tests.test_verify import cite, shelf

SPAN = "According to the authors, ovarian cancer with dermatomyositis has a poor outlook."


@pytest.mark.parametrize(
    ("claim", "contrary"),
    [
        ("The rash improved.", "The rash worsened."),
        ("She had no fever.", "She had some fever."),
        ("She did not improve.", "She did improve."),
        ("He was treated at home.", "He was not treated at home."),
        ("It was done before surgery.", "It was done after surgery."),
    ],
)
def test_a_contrary_changes_one_word(claim: str, contrary: str) -> None:
    assert contrary in contraries(claim)


def test_contraries_are_few_and_never_the_claim() -> None:
    claim = "She never improved before or after, and was not better, no higher and no lower."
    assert 0 < len(contraries(claim)) <= 4
    assert claim not in contraries(claim)


class Plane:
    """Texts → points of a plane, by what they contain."""

    def __init__(self, **angles: float) -> None:
        self.angles = angles
        self.calls: list[list[str]] = []

    def encode(self, texts: list[str]) -> np.ndarray:
        self.calls.append(texts)
        turned = [
            next((a for word, a in self.angles.items() if word in text), 0.0) for text in texts
        ]
        return np.asarray([[np.cos(a), np.sin(a)] for a in turned], dtype=np.float32)


def checked(answer: str, plane: Plane) -> SentenceVerdict:
    report = shelf(SPAN)
    trained = support(Vectors(plane.encode))
    (verdict,) = verify(answer, (cite(report),), {report.id: report}, trained)
    return verdict


def stands(answer: str, plane: Plane) -> bool:
    return checked(answer, plane).verdict == "supported"


def test_other_words_of_the_same_meaning_stand() -> None:
    near = Plane(good=1.0)  # its contrary, 'a good prognosis', lies far from the span
    assert stands("The combination carries a bad prognosis [1].", near)


def test_other_words_of_another_meaning_do_not() -> None:
    assert not stands("The combination carries a bad prognosis [1].", Plane(combination=1.4))


def test_a_claim_whose_contrary_is_nearer_does_not_stand() -> None:
    turned = Plane(bad=1.0)  # the claim lies further from the span than 'a good prognosis'
    assert not stands("The combination carries a bad prognosis [1].", turned)


def test_a_wrong_number_never_stands() -> None:
    """However near the encoder finds it: facts are the rules'."""
    same = Plane()
    assert not stands("The combination carries a bad prognosis in 40% [1].", same)


WORDS = "The combination carries a bad prognosis [1]."


def between() -> Plane:
    """An encoder by which the probability lies between 'stands' and 'stands with a remark'."""
    weights = shipped()
    report = shelf(SPAN)
    proof = grounds((cite(report),), {report.id: report})
    for angle in np.arange(0.0, 1.5, 0.02):
        plane = Plane(combination=angle)
        row = features(WORDS.removesuffix(" [1]."), proof, Vectors(plane.encode))
        if weights.remark <= weights.probability(row) < weights.least:
            return plane
    raise AssertionError("no angle lies between the two thresholds")


def test_words_that_the_span_lacks_are_named_in_a_remark() -> None:
    """The sentence stands; what was checked of it is said, and what was not found."""
    found = checked(WORDS, between())
    assert (found.verdict, found.label) == ("partly", "only partly proved")
    (reason,) = found.reasons
    assert reason.remark
    assert "figures, drugs and denials agree with [1]" in reason.text
    assert "'combination'" in reason.text


@pytest.mark.parametrize(
    "answer",
    [
        "The combination carries a bad prognosis in 40% [1].",
        "The combination carries a bad prognosis on rituximab [1].",
        "The combination does not carry a bad prognosis [1].",
        "The combination carries a bad prognosis [1] in 40% [1].",
    ],
    ids=["a number", "a drug", "a denial", "one of two parts"],
)
def test_no_remark_lets_a_fact_stand(answer: str) -> None:
    assert checked(answer, between()).verdict == "unsupported"


def test_only_missing_words_are_weighed() -> None:
    assert is_weak([Reason("content", "", 0, 1), Reason("finding", "", 0, 1)])
    assert not is_weak([Reason("content", "", 0, 1), Reason("number", "", 0, 1)])
    assert not is_weak([Reason("negation", "", 0, 1)])
    assert not is_weak([])


def test_each_text_is_encoded_once() -> None:
    plane = Plane()
    vectors = Vectors(plane.encode)
    vectors.of(["a", "b", "a"])
    vectors.of(["b", "c"])
    assert plane.calls == [["a", "b"], ["c"]]


def test_what_is_known_is_never_encoded() -> None:
    plane = Plane()
    vectors = Vectors(plane.encode, {"a": np.asarray([0.0, 1.0], dtype=np.float32)})
    assert vectors.of(["b", "a"]).tolist() == [[1.0, 0.0], [0.0, 1.0]]
    assert plane.calls == [["b"]]


def test_the_shipped_weights_are_of_these_features() -> None:
    weights = shipped()
    assert isinstance(weights, Weights)
    assert len(weights.coefficients) == len(FEATURES)
    assert 0 < weights.remark < weights.least < 1


def test_no_word_stands_for_its_contrary() -> None:
    """A line of synonyms that held both ends would let 'cheap' stand for 'expensive'."""
    lines = (ROOT / "rag" / "verify" / "synonyms.txt").read_text("utf-8").splitlines()
    groups = [{*line.split()} for line in lines if not line.startswith("#")]
    pairs = [*_opposites().items(), ("cheap", "expensive"), ("inexpensive", "costly")]
    assert [pair for pair in pairs for group in groups if {*pair} <= group] == []
