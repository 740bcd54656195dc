"""Words and concepts of several texts are those of the texts joined, found text by text."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from rag.reader.words import concept_names, concept_names_of_all, stems, stems_of_all

PIECES = (
    "Creatine", "kinase was raised.", "She had interstitial lung", "disease?", "IV", "IG was.",
    "Anti-MDA5", "antibodies, anti-", "TIF1 gamma!", "No rash.", "The muscle", "", "weak.", "i.v",
    ".", "Healed (after prednisone).", "Gottron's", "papules", "He was on methotrexate",
)  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=6))
@example(["Creatine", "kinase was raised."])
@example(["She was given IV.", "IG levels were normal."])
def test_text_by_text_is_as_joined(texts: list[str]) -> None:
    """A wording that goes on in the next text is found; none is made up where a sentence ends."""
    joined = " ".join(texts)
    assert concept_names_of_all(texts) == concept_names(joined)
    assert stems_of_all(texts) == frozenset(stems(joined))


def test_a_wording_across_two_texts_is_one() -> None:
    """What the property above rests on: these two texts name it together only."""
    texts = ["Creatine", "kinase was raised."]
    assert "creatine kinase" in concept_names_of_all(texts)
    assert not any("creatine kinase" in concept_names(text) for text in texts)
