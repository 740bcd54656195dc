"""How common a thing is: said in one statement with the thing, or not said."""

import pytest

from rag.reader.kinds.prevalence import (
    asked_how_common,
    is_of_another,
    saying_how_common,
    says_how_common,
)
from rag.schema import Evidence, Passage

ILD = frozenset({"interstitial lung disease"})
OF_ULCERS = "Of 152 patients with dermatomyositis (DM), 43 (28%) had skin ulcers."
OF_ILD = "Malignancy affects about 25% of DM patients and ILD up to 50%."
OF_ANOTHER = "ADM is less than 20% of dermatomyositis and is often associated with breast cancer."


def read(*told: tuple[str, float]) -> list[Evidence]:
    """Sentences of one report as evidence, with their probabilities."""
    passage = Passage("r", "methods", 1, 0, 500)
    return [Evidence(passage, 0, len(text), text, probability) for text, probability in told]


@pytest.mark.parametrize(
    ("question", "things"),
    [
        ("How common is ILD in dermatomyositis?", {"interstitial lung disease"}),
        ("how frequent are skin ulcers", {"skin ulcer"}),
        ("prevalence of trouble swallowing in myositis", {"dysphagia"}),
        ("what percentage of DM have calcinosis", {"calcinosis"}),
        ("how many people get dermatomyositis per million?", {"dermatomyositis"}),
        ("how often was IVIG given?", set()),
        ("What was the frequency of infusions?", set()),
        ("Was calcinosis common?", set()),
    ],
)
def test_of_what_it_is_asked_how_common(question: str, things: set[str]) -> None:
    assert asked_how_common(question) == things


@pytest.mark.parametrize(
    ("sentence", "says"),
    [
        (OF_ILD, True),
        (OF_ULCERS, False),
        ("Interstitial lung disease: 12 patients (75%).", True),
        ("ILD is rare in this group.", True),
        ("ILD was treated with 50 mg of prednisone; 12 of 20 had ulcers.", False),
    ],
)
def test_a_share_stands_with_the_thing(sentence: str, says: bool) -> None:
    assert says_how_common(ILD, sentence) is says


def test_a_likelier_share_of_another_thing_is_no_answer() -> None:
    evidence = read((OF_ULCERS, 0.32), (OF_ILD, 0.31))
    assert [e.text for e in saying_how_common("prevalence of ILD in DM?", evidence)] == [OF_ILD]


def test_where_no_sentence_says_it_and_for_other_questions_all_stay() -> None:
    evidence = read((OF_ULCERS, 0.32), (OF_ILD, 0.31))
    for question in (
        "How common is calcinosis?",
        "What about ILD?",
        "how often does ILD cause ulcers",
    ):
        assert list(saying_how_common(question, evidence)) == evidence


def test_an_unlikely_sentence_does_not_push_out_the_best() -> None:
    evidence = read((OF_ULCERS, 0.8), (OF_ILD, 0.01))
    assert list(saying_how_common("prevalence of ILD in DM?", evidence)) == evidence


def test_the_short_answer_is_a_share_of_the_thing() -> None:
    asked = "how frequent is cancer in amyopathic dermatomyositis"
    assert is_of_another(asked, OF_ANOTHER, "less than 20%")
    assert not is_of_another("how common is ILD?", OF_ILD, "up to 50%")
    assert not is_of_another("when did she get ILD?", OF_ULCERS, "43 (28%)")
