"""The answers to the parts of a question become one, and what is missing is named."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rag.answer import Consulted
from rag.joined import joined
from rag.refusals import NOT_ANSWERED
from rag.schema import Answer, Citation, Evidence, Passage

TEXT = {
    "dose": "Dapsone 100 mg daily was given.",
    "effect": "The rash cleared within two weeks.",
    "again": "Within two weeks the rash cleared.",
    "lung": "The lungs were normal.",
    "more": "A relapse came a year later.",
}
PLACE = {name: 100 * n for n, name in enumerate(TEXT)}


def _cited(name: str, number: int) -> Citation:
    quote = TEXT[name]
    return Citation(
        number=number, report_id="r", title="t", authors=("Roe J",), journal="", year=2001,
        doi="", pmid="", source_kind="digest", basis="abstract", section="Case", page=None,
        start=PLACE[name], end=PLACE[name] + len(quote), quote=quote, patient=None, who="",
        of_several=False,
    )  # fmt: skip


def _answered(*names: str, short: str | None = None) -> Consulted:
    """An answer that quotes these sentences, the likeliest first."""
    passage = Passage("r", "case", 1, 0, 900)
    citations = tuple(
        _cited(name, n) for n, name in enumerate(sorted(names, key=PLACE.__getitem__), 1)
    )
    answer = Answer("q?", "q?", "answered", "text", short, citations, (), "extractive", "notice")
    evidence = tuple(Evidence(passage, PLACE[n], PLACE[n] + 9, TEXT[n], 0.5) for n in names)
    return Consulted(answer, evidence)


def _silent(reason: str = NOT_ANSWERED) -> Consulted:
    return Consulted(Answer("q?", "q?", "abstained", reason, None, (), (), "extractive", ""))


def _quotes(one: Consulted) -> list[str]:
    return [c.quote for c in one.answer.citations]


def test_each_part_gives_its_best_sentence():
    """In reading order, numbered anew, each cited in the text."""
    parts = [("how fast", _answered("effect", "lung")), ("which dose", _answered("dose"))]
    one = joined(_answered("lung"), parts)
    assert _quotes(one) == [TEXT["dose"], TEXT["effect"], TEXT["lung"]]
    assert [c.number for c in one.answer.citations] == [1, 2, 3]
    assert one.answer.status == "answered"
    assert all(f"{c.quote} [{c.number}]" in one.answer.text for c in one.answer.citations)


def test_what_says_the_same_again_stands_once():
    """Digests tell a case twice."""
    one = joined(_silent(), [("a", _answered("effect", "again")), ("b", _answered("again"))])
    assert _quotes(one) == [TEXT["effect"]]


def test_the_part_without_an_answer_is_named():
    """The other one is given all the same."""
    one = joined(
        _silent(), [("how fast", _answered("effect")), ("CT: what did it show", _silent())]
    )
    assert one.answer.status == "answered"
    assert one.remarks == ("Not answered by this report, as it was read: what did it show?",)
    assert one.answer.text.endswith(one.remarks[0])


def test_why_a_part_has_no_answer_is_said_where_it_is_known():
    """That the abstract has no dose says more than that nothing was found."""
    reason = "Dose: not in the abstract that was read (Roe 2001). The nearest passages are listed."
    one = joined(_silent(), [("how fast", _answered("effect")), ("what dose", _silent(reason))])
    assert one.remarks == ("Dose: not in the abstract that was read (Roe 2001).",)


def test_what_the_whole_answers_is_not_called_unanswered():
    """A part may be too short to be understood alone."""
    one = joined(_answered("dose", "lung"), [("dose", _silent()), ("how", _answered("effect"))])
    assert one.remarks == ()
    assert TEXT["dose"] in _quotes(one)


@pytest.mark.parametrize("whole", [_answered("dose"), _silent()])
def test_without_an_answer_to_any_part_the_whole_stands(whole):
    """Whatever it says."""
    assert joined(whole, [("a", _silent()), ("b", _silent())]) is whole


def test_the_short_answer_is_that_of_the_first_part():
    """It is read as the answer to what was asked first, and stands in a sentence that is shown."""
    first, second = _answered("dose", short="100 mg daily"), _answered("effect", short="two weeks")
    assert joined(_answered("lung"), [("a", first), ("b", second)]).answer.short_answer == (
        "100 mg daily"
    )
    none = replace(first, answer=replace(first.answer, short_answer=None))
    assert joined(_answered("lung"), [("a", none), ("b", second)]).answer.short_answer is None


def test_another_patient_answers_for_nobody():
    """Where the whole is about one of several, so is each part."""
    second, first = _of_patient(2, "dose"), _of_patient(1, "effect")
    one = joined(second, [("which dose", second), ("how fast", first)])
    assert _quotes(one) == [TEXT["dose"]]


def _of_patient(number: int, name: str) -> Consulted:
    one = _answered(name)
    cited = [replace(c, patient=number, of_several=True) for c in one.answer.citations]
    return replace(one, answer=replace(one.answer, citations=tuple(cited)))


def test_a_yes_alone_stays_beside_the_sentence_that_says_so():
    """It stands in no quotation; it goes where its sentence is not shown."""
    first = _answered("lung", short="Yes")
    first = replace(first, answer=replace(first.answer, question="Were the lungs normal?"))
    parts = [("were the lungs normal", first), ("which dose", _answered("dose"))]
    assert joined(_answered("dose"), parts).answer.short_answer == "Yes"
    another = replace(first, answer=replace(first.answer, citations=(_cited("more", 1),)))
    parts = [("were the lungs normal", another), ("which dose", _answered("dose"))]
    assert joined(_answered("dose"), parts).answer.short_answer is None
