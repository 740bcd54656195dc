"""'Is there any RCT?' is answered by what kind of study each report is, not by a near sentence."""

from __future__ import annotations

import pytest

from rag.cases.designs import design_asked
from rag.cases.studies import tell_designs
from rag.schema import ArticleType, Report, Section

ASKED = [
    ("Is there any RCT?", "randomised trial", ()),
    ("are there any randomized controlled trials in dermatomyositis?", "randomised trial", ()),
    ("any rct of tofacitinib?", "randomised trial", ("tofacitinib",)),
    ("How many randomised controlled trials are there?", "randomised trial", ()),
    ("Any placebo-controlled trials?", "controlled trial", ()),
    ("Which reports are clinical trials?", "trial", ()),
    ("what trials of rituximab are there?", "trial", ("rituximab",)),
    ("list the case series on calcinosis", "case series", ("calcinosis",)),
    ("how many reviews are there?", "review", ()),
    ("how many case reports are there?", "case report", ()),
]


@pytest.mark.parametrize(("question", "name", "about"), ASKED)
def test_a_kind_of_study_is_asked_for(question: str, name: str, about: tuple[str, ...]) -> None:
    found = design_asked(question)
    assert found is not None
    assert (found.design.one, found.about) == (name, about)


@pytest.mark.parametrize(
    ("question", "name", "about"),
    [
        ("clinical trials", "trial", ()),
        ("RCTs?", "randomised trial", ()),
        ("rituximab trials", "trial", ("rituximab",)),
        ("trials of rituximab", "trial", ("rituximab",)),
    ],
)
def test_a_kind_of_study_is_only_named(question: str, name: str, about: tuple[str, ...]) -> None:
    """As in a search box."""
    found = design_asked(question)
    assert found is not None
    assert (found.design.one, found.about) == (name, about)


@pytest.mark.parametrize(
    "question",
    [
        "What happened in the trial?",
        "How many patients were in the trial of rituximab?",
        "Was the trial randomised?",
        "Is there any trial of turmeric paste?",
        "What did the review find?",
        "Were there any side effects in the trial?",
        "trial results",
        "rituximab trial",
        "turmeric trials",
    ],
)
def test_what_a_study_found_is_another_question(question: str) -> None:
    """So is anything about a matter that the vocabulary does not know: its words are read."""
    assert design_asked(question) is None


def report(report_id: str, kind: ArticleType, text: str, title: str = "Dapsone") -> Report:
    """A report of one summary."""
    sections = (Section("summary", "Summary", "summary", 0, len(text)),)
    return Report(
        report_id, title, text, sections, f"{report_id}.md", "digest", "abstract", article_type=kind
    )


REPORTS = {
    one.id: one
    for one in (
        report("a", "trial", "It was a trial. Forty adults were randomised to dapsone or placebo."),
        report("b", "trial", "The study was open-label and uncontrolled, and not randomised."),
        report("c", "case report", "Randomised trials are lacking. She was given dapsone."),
        report("d", "trial", "A controlled study of tofacitinib.", "Tofacitinib"),
    )
}


def answered(question: str, works: dict[str, str] | None = None) -> tuple[str, str, list[str]]:
    """Short answer, first line and what is cited."""
    asked = design_asked(question)
    assert asked is not None
    told = tell_designs(asked, REPORTS, works or {}, list(REPORTS))
    assert told is not None
    return told.short_answer, told.text.splitlines()[0], [c.quote for c in told.citations]


def test_a_trial_is_randomised_where_its_own_sentence_says_so() -> None:
    """Not where it says that it was not, nor where a case report speaks of trials."""
    assert answered("Is there any RCT?") == (
        "1 report",
        "1 of 4 reports: randomised trial.",
        ["Forty adults were randomised to dapsone or placebo."],
    )


def test_all_of_a_kind_are_counted() -> None:
    """A trial needs no sentence: its first one stands for it."""
    short, line, quotes = answered("Which reports are clinical trials?")
    assert (short, line) == ("3 reports", "3 of 4 reports: trials.")
    assert len(quotes) == 3


def test_none_says_so_and_shows_the_trials_there_are() -> None:
    """Of the drug asked about alone."""
    short, line, quotes = answered("any randomised trials of tofacitinib?")
    assert short == "none"
    none = "None of 4 reports says that it is a randomised trial on tofacitinib."
    assert line == f"{none} Trials on tofacitinib: 1."
    assert quotes == ["A controlled study of tofacitinib."]


def test_where_there_is_no_trial_other_reports_are_shown() -> None:
    """They are of another kind, and it is said."""
    short, line, quotes = answered("list the case series on tofacitinib")
    assert short == "none"
    assert line.endswith("case series on tofacitinib. Reports of other kinds on tofacitinib: 1.")
    assert quotes == ["A controlled study of tofacitinib."]
    asked = design_asked("any RCT of rituximab?")
    assert asked is not None
    assert tell_designs(asked, REPORTS, {}, list(REPORTS)) is None


def test_editions_of_a_trial_count_once() -> None:
    """An abstract and its paper are one work."""
    assert answered("how many trials are there?", {"a": "w", "d": "w"})[0] == "2 reports"
