"""What stands around a question is left away; what is asked about stays."""

from __future__ import annotations

import pytest

from rag.cases.asking import asked_of_records
from rag.cases.phrasing import plain
from rag.cases.wish import aged
from rag.cases.wording import whom

SAID = {
    "our prof wants to know: how many men had cancer?": "how many men had cancer?",
    "Quick question - which patients had ILD?": "which patients had ILD?",
    "Hi, for my essay, can you list the patients on IVIg?": "can you list the patients on IVIg?",
    "Who's been given rituximab?": "Who has been given rituximab?",
    "What's been tried for calcinosis?": "What has been tried for calcinosis?",
    "any1 with a melanoma?": "anyone with a melanoma?",
    "cases of ovarian CA": "cases of ovarian cancer",
    "Nobody with MDA5 died, right?": "Has anybody with MDA5 died?",
    "Give me a case of DM with ILD, i want to test myself": "list cases of DM with ILD",
    "can you find me a woman with calcinosis": "list women with calcinosis",
    "Which patients had ILD? It's for my thesis": "Which patients had ILD",
    "who was given IVIG - I need it for a talk": "who was given IVIG",
    "tofacitinib: doses and outcomes, each patient": ("tofacitinib, and the outcome, each patient"),
}


@pytest.mark.parametrize("question", SAID)
def test_the_question_alone_is_left(question):
    """Who asks, what for, contractions, columns and tags are no part of it."""
    assert plain(question) == SAID[question]


@pytest.mark.parametrize(
    "question",
    [
        "Dapsone - who was on it?",
        "Mechanic's hands: in whom?",
        "I need IVIg cases: which patients improved?",
        "How high was CA 125?",
        "how many had ILD, I mean the anti-MDA5 ones",
        "Tell me about a patient with calcinosis",
        "give me a dose for my patient",
    ],
)
def test_what_is_asked_about_stays(question):
    """A preamble that names something of the field is the topic."""
    assert plain(question) == question


def test_any_one_case_is_looked_for_among_all():
    """Who wants a case of something gets those that there are."""
    asked = asked_of_records("show me a patient with calcinosis who died, for my exam")
    assert asked.kind == "list"
    assert [one.said for one in (*asked.population, *asked.asked)] == ["calcinosis", "died"]


AGES = {
    "list the 40-somethings with ILD": (40, 50),
    "women aged 60+ who died": (60, 200),
    "Are there any septuagenarians with cancer?": (70, 80),
    "Which patients > 50 years had cancer?": (51, 200),
}


@pytest.mark.parametrize("question", AGES)
def test_ages_as_people_write_them(question):
    """Decades, plus signs and Latin words."""
    asked = asked_of_records(question)
    assert [w.ages for w in (*asked.population, *asked.asked) if w.ages] == [AGES[question]]


def test_a_gloss_in_brackets_says_the_same_twice():
    """'Holes in the gut (perforation)' asks for perforation; other words before it still count."""
    asked = asked_of_records("which kids had gut holes (perforation)?")
    (wish,) = asked.asked
    assert wish.said == "gastrointestinal perforation"
    assert asked_of_records("which smoking kids had a gut (perforation)?") is None


def test_enzymes_said_twice_are_one_condition():
    """'Normal CK / muscle enzymes' wants who has normal enzymes, not CK besides."""
    asked = asked_of_records("How many patients had normal CK / muscle enzymes?")
    assert [(w.said, w.absent) for w in asked.asked] == [("raised muscle enzymes", True)]


def test_children_against_adults_by_the_name_of_their_disease():
    """'JDM versus adults' compares ages."""
    asked = asked_of_records("JDM versus adults: outcomes on IVIg")
    assert (asked.kind, asked.by) == ("compare", "age group")
    assert asked.values == ("child", "adult", "elderly")


@pytest.mark.parametrize(
    ("years", "words"),
    [
        ("61-", " aged 61 or older"), ("-17", " aged 17 or younger"),
        ("20-40", " aged 20 to 40"), ("56", " aged 56 years"),
    ],
)  # fmt: skip
def test_ages_are_told_in_words(years, words):
    """An answer does not say 'aged 61- years'."""
    assert whom([aged(years)]) == words


WORDED = {
    "roster of anti-NXP2 positives": ("list", {"anti-NXP2"}),
    "Overview wanted of rituximab given for swallowing trouble": (
        "list",
        {"rituximab", "dysphagia"},
    ),
    "As a speech therapist: in which reports can I read of swallowing exercises?": (
        "list",
        {"swallowing therapy"},
    ),
    "Does a case with mechanic's hands exist?": ("any", {"mechanic's hands"}),
    "Has a tumour patient died?": ("any", {"malignancy", "died"}),
    "Children whose bowel perforated: what were they given?": (
        "groups",
        {"children", "gastrointestinal perforation"},
    ),
    "Women who carry antibodies to Jo-1 or SAE: who?": (
        "list",
        {"female", "anti-Jo-1 or anti-SAE"},
    ),
    "What was the fate of those bridged with ECMO?": ("responses", {"ECMO"}),
    "Tuberculosis under immunosuppression - whom did it hit?": ("list", {"tuberculosis"}),
    "Is anybody in there who had just given birth?": ("any", {"postpartum"}),
}


@pytest.mark.parametrize("question", WORDED)
def test_more_frames_and_words(question):
    """What is asked in other words is the same, condition by condition."""
    asked = asked_of_records(question)
    assert asked is not None
    taken = {one.said for one in (*asked.population, *asked.asked)}
    assert (asked.kind, taken) == WORDED[question]
