"""What a question says by the way of the report that it means."""

from __future__ import annotations

import numpy as np
import pytest

from rag.reader.whom.which_report import (
    MARKS,
    MOST_LOST,
    counts_of_persons,
    losses,
    marks_of,
    patients_told,
)
from rag.schema import Case, Report, Section
from rag.training.questions import Question
from rag.training.which_report import Choice, common_words, fit_which_report


def report(name: str, text: str, *, title: str = "", year: int | None = None, ages=()) -> Report:
    cases = tuple(Case(number, age) for number, age in enumerate(ages, 1))
    section = Section("Summary", "summary", "summary", 0, len(text))
    return Report(
        name, title, text, (section,), f"{name}.txt", "user file", "full text",
        year=year, cases=cases,
    )  # fmt: skip


def of(*reports: Report) -> dict[str, Report]:
    return {one.id: one for one in reports}


def mark(name: str, question: str, *reports: Report, common: frozenset[str] = frozenset()):
    """The mark of that name for each of the reports, in their order."""
    found = marks_of(question, of(*reports), common)
    return [found[one.id][MARKS.index(name)] for one in reports]


@pytest.mark.parametrize(
    ("text", "counted"),
    [
        ("Two adults given lenalidomide", {2}),
        ("the seven-person report of 1984", {7}),
        ("MTX in ten DM pts: PO/IV split?", {10}),
        ("a family with three ill children", {3}),
        ("five adults and two boys", {5, 2}),
        ("the 43-year-old woman", set()),
        ("20 mg in the patient", set()),
        ("two weeks after, the patient", set()),
        ("one patient", set()),
        ("3 of 9 patients", {9}),
    ],
)
def test_how_many_persons_are_counted(text: str, counted: set[int]) -> None:
    assert counts_of_persons(text) == counted


def test_a_report_has_the_patients_that_it_counts_and_those_it_tells_of() -> None:
    told = report("a", "Twelve patients took it; two are described.", ages=(40, 50))
    assert patients_told(told) == {12, 2}


def test_the_series_with_as_many_patients_is_meant() -> None:
    three = report("a", "Three women had a rash.")
    four = report("b", "Four women had a rash.")
    assert mark("cast", "the four rituximab patients: response?", three, four) == [0.0, 1.0]
    lost = losses("the four rituximab patients: response?", of(three, four))
    assert lost["b"] == 0 < lost["a"] <= MOST_LOST


def test_the_report_of_that_year_is_meant() -> None:
    old, new = report("a", "A rash.", year=1984), report("b", "A rash.", year=2005)
    assert mark("year", "the 1984 report: what helped?", old, new) == [1.0, 0.0]
    lost = losses("the 1984 report: what helped?", of(old, new))
    assert lost["a"] == 0 < lost["b"]


def test_a_report_that_is_named_by_its_year_is_meant_alone() -> None:
    """Whatever else another one has; one whose year nobody knows may be it."""
    old = report("a", "A rash.", year=1984)
    new = report("b", "Seven women in Puerto Montt had lumps.", year=2005)
    undated = report("c", "A rash.")
    asked = "the 1984 skin report, seven women with lumps in Puerto Montt?"
    lost = losses(asked, of(old, new, undated))
    assert lost["b"] > max(lost["a"], lost["c"])
    in_passing = losses("seven women with lumps in Puerto Montt since 1984?", of(old, new))
    assert in_passing["a"] > 0 == in_passing["b"]


def test_a_place_is_looked_for_in_the_whole_report() -> None:
    here = report("a", "Two siblings were seen. The family lives in Puerto Montt.")
    there = report("b", "Two siblings were seen. The family lives in Galway.")
    own, other = mark("names", "siblings from Puerto Montt: regimen?", here, there)
    assert own > 0 == other


def test_what_begins_a_sentence_is_no_name() -> None:
    """Nor is what the lexicon knows: that is a concept."""
    told = report("a", "Galway. Rituximab was given for calcinosis.")
    other = report("b", "Nothing was given.")
    assert mark("names", "Galway series, calcinosis?", told, other) == [0.0, 0.0]
    assert mark("names", "was Rituximab given?", told, other) == [0.0, 0.0]
    concepts = mark("concepts", "was Rituximab given?", told, other)
    assert concepts[0] > 0 == concepts[1]


def test_a_seldom_word_counts_and_a_common_one_does_not() -> None:
    told = report("a", "He was a deckhand and owned a parrot.")
    other = report("b", "He was a baker.")
    asked = "the deckhand with a parrot, how did he do?"
    seldom = mark("words", asked, told, other, common=frozenset({"parrot"}))
    every = mark("words", asked, told, other)
    assert every[0] > seldom[0] > 0 == seldom[1]


def test_what_all_reports_have_says_little() -> None:
    """The rarer of two names weighs more, and a name that nobody has weighs nothing."""
    both = [report(name, "From Seoul.") for name in "abc"]
    one = report("d", "From Seoul and Busan.")
    seoul, busan, oslo = (
        mark("names", f"patients from {place}?", *both, one)[-1]
        for place in ("Seoul", "Busan", "Oslo")
    )
    assert busan > seoul > 0 == oslo


def test_the_patient_of_that_age() -> None:
    young, old = report("a", "A case.", ages=(34,)), report("b", "A case.", ages=(71,))
    unknown = report("c", "A case.")
    asked = "34-year-old teacher: why was it stopped?"
    assert mark("age", asked, young, old, unknown) == [1.0, 0.0, 0.0]
    assert mark("other age", asked, young, old, unknown) == [0.0, 1.0, 0.0]


def test_nobody_loses_where_nothing_is_said() -> None:
    two = of(report("a", "A rash."), report("b", "A cough."))
    assert set(losses("what happened then?", two).values()) == {0.0}
    assert losses("the rash?", of(report("a", "A rash."))) == {}


def test_what_is_learnt() -> None:
    """A mark that the right reports have counts, one that they have not does not."""
    count = len(MARKS)
    with_first = np.zeros((2, count))
    with_first[0, 0] = 1.0
    with_last = np.zeros((2, count))
    with_last[1, count - 1] = 1.0
    without = np.zeros((2, count))
    close, sure = np.asarray([0.0, 1.0]), np.asarray([3.0, 0.0])
    read = [
        Choice(f"r{n}", logits, marks, 0)
        for n in range(20)
        for logits, marks in ((close, with_first), (close, with_last), (sure, without))
    ]
    lines: list[str] = []
    made = fit_which_report(read, ["child"], lines.append)
    assert made["common"] == ["child"]
    assert made["weights"][MARKS[0]] > 1 > 0 > made["weights"][MARKS[-1]]
    assert "60 questions, right 20 by sentences alone, 60 with marks" in lines[0]


def test_common_words_are_those_of_many_questions() -> None:
    asked = [
        Question(text, "r", "dose", answerable=True, spans=())
        for text in ("child, dose?", "a child 5", "the child 5", "deckhand 5")
    ]
    assert common_words(asked) == ["child"]
