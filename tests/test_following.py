"""What was done next stands behind what happened."""

from __future__ import annotations

from rag.reader.kinds.following import asks_what_next, with_following
from rag.schema import Evidence, Passage, Report, Section

TEXT = (
    "Dapsone was started. It led to haemolysis. She was tired. "
    "Colchicine had been considered before; tacrolimus ointment was used. The rash went."
)
REPORT = Report(
    "a", "A report", TEXT, (Section("case", "Case", "case", 0, len(TEXT)),), "a.txt", "paper",
    "full text",
)  # fmt: skip


def evidence(words: str) -> Evidence:
    start = TEXT.index(words)
    place = Passage("a", "case", 1, 0, len(TEXT), kind="case")
    return Evidence(place, start, start + len(words), words, 0.9)


def answer(question: str, *sentences: str) -> list[str]:
    chosen = [evidence(words) for words in sentences]
    return [item.text for item in with_following(question, chosen, {"a": REPORT})]


def test_the_next_treatment_is_added_in_the_order_of_the_text():
    """The sentence that tells of it may be one further on."""
    found = answer("haemolysis on dapsone, what was used instead?", "It led to haemolysis.")
    assert found[0] == "It led to haemolysis."
    assert len(found) == 2 and found[1].endswith("tacrolimus ointment was used.")
    assert answer("How was the haemolysis managed?", "It led to haemolysis.") == found


def test_nothing_is_added_where_it_is_said_already_or_stands_too_far_off():
    """Nor to a question that asks for something else."""
    told = "Colchicine had been considered before; tacrolimus ointment was used."
    assert answer("and what then?", told) == [told]
    assert answer("what then?", "Dapsone was started.") == ["Dapsone was started."]
    assert answer("Did dapsone lead to haemolysis?", "It led to haemolysis.") == [
        "It led to haemolysis."
    ]


def test_what_next_is_asked_in_many_words():
    for question in (
        "MTX failed, what next?",
        "what was he switched to?",
        "PRES on tacrolimus, how managed",
        "what was given instead",
        "How was the perforation treated?",
    ):
        assert asks_what_next(question), question
    assert not asks_what_next("What was the dose of dapsone?")
