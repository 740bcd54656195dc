"""What a question that is answered from the records asks, and of whom."""

from __future__ import annotations

import pytest

from rag.cases.asking import asked_of_records
from rag.cases.conditions import conditions


def said(question: str) -> tuple[list[str], list[str]]:
    """The conditions of whom, and those that are asked, as key:value."""
    asked = asked_of_records(question)
    assert asked is not None
    return tuple(
        [f"{'no ' if w.absent else ''}{w.key}:{'/'.join(w.values) or w.said}" for w in wishes]
        for wishes in (asked.population, asked.asked)
    )  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("question", "of_whom", "asked"),
    [
        (
            "How many patients given IVIg had a complete response?",
            ["treatment:intravenous immunoglobulin"],
            ["response:complete"],
        ),
        (
            "Which anti-MDA5 patients received Xeljanz?",
            ["antibody:anti-mda5"],
            ["drug:tofacitinib"],
        ),
        (
            "How many patients who were given IVIg did not improve?",
            ["treatment:intravenous immunoglobulin"],
            ["response:none/worsened"],
        ),
        ("Which patients had failed methotrexate?", [], ["prior:methotrexate"]),
        ("Which girls had no rash?", ["age group:child", "sex:female"], ["no feature:rash"]),
        (
            "Were any patients with ILD given rituximab or IVIg?",
            ["feature:interstitial lung disease"],
            ["drug:rituximab/intravenous immunoglobulin"],
        ),
        (
            "Of the patients with calcinosis, how many died?",
            ["feature:calcinosis"],
            ["response:died"],
        ),
        ("How many men over 60 had cancer?", ["sex:male", "age:61- years"], ["feature:malignancy"]),
        (
            "Which patients had etanercept-induced dermatomyositis?",
            [],
            ["drug:etanercept"],
        ),
        ("Which patients were anti-Jo-1 negative?", [], ["no antibody:anti-jo-1"]),
    ],
)
def test_of_whom_and_what(question, of_whom, asked):
    """The words before the main verb say of whom; a response is always what is asked."""
    assert said(question) == (of_whom, asked)


def test_a_comparison_names_what_is_compared():
    """The compared drugs are the groups, the rest says of whom."""
    asked = asked_of_records("Compare IVIg and rituximab in children")
    assert asked is not None
    assert (asked.kind, asked.by) == ("compare", "treatment")
    assert asked.values == ("intravenous immunoglobulin", "rituximab")
    assert [wish.values for wish in asked.population] == [("child",)]


def test_reports_rather_than_patients():
    """'Which reports …' counts reports."""
    assert asked_of_records("Which reports mention dapsone?").papers
    assert not asked_of_records("Which patients were given dapsone?").papers


def test_a_word_that_no_condition_takes_is_left_over():
    """The words that stay are what decides that a question is not understood."""
    assert "smoked" in conditions("Which patients smoked?").rest


def test_misspelt_drugs_are_understood():
    """A typo in a drug's name is read as in other questions."""
    assert said("Which patients received rituximub?") == ([], ["drug:rituximab"])


def test_how_it_went_is_asked_besides():
    """'Who got it, and did it work?' asks for the responses of whoever was given it."""
    asked = asked_of_records("MTX: who, and did it work?")
    assert (asked.kind, [w.key for w in asked.population]) == ("responses", ["treatment"])


@pytest.mark.parametrize(
    ("question", "years"),
    [
        ("over-60s on IVIg", (61, 200)),
        ("Any patients under the age of five with ulcers?", (0, 5)),
        ("Which patients in their forties had calcinosis?", (40, 50)),
        ("Which patients aged 20 to 40 had calcinosis?", (20, 41)),
        ("How many teenagers had calcinosis?", (13, 20)),
        ("Which patients aged 60 or older had calcinosis?", (60, 200)),
        ("Which patients no older than sixteen had calcinosis?", (0, 17)),
    ],
)
def test_ages_in_words(question, years):
    """Decades, number words and named ages of life are years."""
    asked = asked_of_records(question)
    assert [w.ages for w in (*asked.population, *asked.asked) if w.ages] == [years]


def test_an_age_that_nobody_has_is_no_error():
    """'Below 0.01' once stopped the whole question."""
    assert not [c for c in conditions("Which patients had P below 0.01?").conditions if c.wish.ages]


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("Who received intravenous cyclophosphamide?", ["drug:intravenous cyclophosphamide"]),
        ("Which patients took tacrolimus by mouth?", ["drug:oral tacrolimus"]),
        ("Who received intravenous immunoglobulin?", ["drug:intravenous immunoglobulin"]),
        ("Which patients had drug-induced disease?", ["subtype:drug-induced dermatomyositis"]),
        ("Which patients had normal muscles?", ["no feature:muscle weakness"]),
        ("Which patients had no myositis?", ["no feature:muscle involvement/muscle weakness"]),
        ("Which patients had a COVID-19 infection?", ["feature:covid-19"]),
        ("Who received abatacept, belimumab or dapsone?", ["drug:abatacept/belimumab/dapsone"]),
    ],
)
def test_conditions_in_other_words(question, asked):
    """Routes, causes, spared functions, lists and words that only repeat the one before."""
    assert said(question)[1] == asked


def test_what_is_named_twice_is_one_condition():
    """'MAS/HLH' has two names for the same thing."""
    (one,) = conditions("Which patients had MAS/HLH?").conditions
    assert (one.wish.said, one.wish.either) == ("macrophage activation syndrome", ())


def test_or_joins_conditions_of_two_kinds():
    """'After COVID-19 or a vaccine': a feature, or a drug."""
    one = conditions("Which patients had COVID-19 or a vaccine?").conditions[0].wish
    assert (one.key, [(w.key, w.values) for w in one.either]) == (
        "feature",
        [("drug", ("vaccine",))],
    )


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("Which patients died?", ["response:died"]),
        ("Which patients did not die?", ["no response:died"]),
        ("Which patients survived?", ["no response:died"]),
        ("Which patients did not reach complete remission?", ["no response:complete"]),
        (
            "Which patients received neither IVIg nor rituximab?",
            ["no drug:intravenous immunoglobulin", "no drug:rituximab"],
        ),
    ],
)
def test_what_is_denied_is_not_asked_for(question, asked):
    """Who did not die is not listed among the dead."""
    assert said(question)[1] == asked


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("Which patients received biologics such as rituximab?", ["drug:biologic"]),
        ("Who got JAK inhibitors (tofacitinib, baricitinib etc.)?", ["drug:jak inhibitor"]),
        (
            "Which patients had MAS complicating DM or JDM?",
            ["feature:macrophage activation syndrome"],
        ),
        ("Patients w/o calcinosis?", ["no feature:calcinosis"]),
        ("Which patients died despite IVIg?", ["response:died"]),
        ("Who got a covid vacine?", ["drug:covid-19 vaccine"]),
        ("ciclosporin failures", ["prior:ciclosporin"]),
        ("any thalidomide users?", ["drug:thalidomide"]),
    ],
)
def test_what_only_explains_is_no_condition(question, asked):
    """Examples, 'DM or …', 'w/o', 'despite', and misspelt parts of a name."""
    assert said(question)[1] == asked


def test_a_narrower_thing_after_and_is_a_condition_of_its_own():
    """Only 'such as' and its like make an example of it."""
    assert said("Which patients received a biologic and rituximab?")[1] == [
        "drug:biologic",
        "drug:rituximab",
    ]


def test_an_example_is_one_of_what_it_explains():
    """What is none is a second condition, with no 'and' to join them: nothing is counted."""
    assert asked_of_records("Which patients received biologics such as methotrexate?") is None


def test_or_explains_the_disease_only_by_a_form_of_it():
    """A sign beside the disease is asked for."""
    assert said("Which DM or calcinosis patients got rituximab?")[0] == ["feature:calcinosis"]


def test_how_many_of_them_asks_for_all_of_the_former():
    """The outcomes of all who had it are told."""
    asked = asked_of_records("How many patients had dysphagia, and how many of them recovered?")
    assert asked is not None
    assert (asked.kind, [w.said for w in asked.population]) == ("responses", ["dysphagia"])


def test_a_count_of_something_else_is_no_age():
    """'More than one drug' is not 'older than one'."""
    assert [w.wish.key for w in conditions("Who got more than one drug?").conditions] == []
    assert [w.wish.said for w in conditions("Which men over 60 had cancer?").conditions] == [
        "male",
        "61- years",
        "malignancy",
    ]


@pytest.mark.parametrize(
    ("question", "wish"),
    [
        ("Which cases had a rash brought on by sun?", ("feature", ("photosensitivity",))),
        ("Who tolerated rituximab badly?", ("adverse", ("any",))),
        ("Cases in which nivolumab came first?", ("prior", ("nivolumab",))),
        ("How many had everything clear up?", ("response", ("complete",))),
        ("Which blokes had calcinosis?", ("sex", ("male",))),
    ],
)
def test_conditions_that_are_told_otherwise(question, wish):
    """The finding, the harm, the order and the sex are said without their usual words."""
    assert wish in [(one.wish.key, one.wish.values) for one in conditions(question).conditions]


def test_each_site_of_a_tumour_is_one():
    """'Prostate or bladder tumours' asks for either, not for any tumour."""
    (wish,) = asked_of_records("Which cases had prostate or bladder tumours?").asked
    assert wish.values == ("prostate cancer", "bladder cancer")
