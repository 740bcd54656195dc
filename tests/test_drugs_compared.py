"""Drugs whose effect is compared: each is looked for, and told of by the reports about it."""

from dataclasses import replace

import pytest

from rag.chat import Casebook
from rag.in_short import NOT_COMPARED
from rag.reader.kinds.drugs_compared import asked_of_each, compared_drugs, told_of_each
from rag.schema import Evidence, Passage

TWO = ("intravenous immunoglobulin", "rituximab")


@pytest.mark.parametrize(
    ("question", "drugs"),
    [
        ("which is better for the skin, IVIG or rituximab?", TWO),
        ("IVIG versus rituximab for skin lesions", TWO),
        ("compare IVIG and rituximab for the skin", TWO),
        ("Is IVIG more effective than rituximab for the skin?", TWO),
        ("IVIG or rituximab for calcinosis?", TWO),
        ("Did she do better on IVIG or rituximab?", ()),
        ("IVIG vs rituximab: dose?", ()),
        ("IVIG/rituximab in refractory disease: what did a child get?", ()),
        ("Did the skin get better after rituximab and IVIG?", ()),
        ("did IVIG or rituximab help the skin?", ()),
        ("which is better for the skin, IVIG?", ()),
    ],
)
def test_which_drugs_are_compared(question: str, drugs: tuple[str, ...]) -> None:
    assert compared_drugs(question) == drugs


def test_each_is_asked_of_alone() -> None:
    assert asked_of_each("which is better for the skin, IVIG or rituximab?") == (
        "intravenous immunoglobulin response skin",
        "rituximab response skin",
    )
    assert asked_of_each("did rituximab help the skin?") == ()


def read(report: str, section: str, text: str, probability: float) -> Evidence:
    return Evidence(Passage(report, section, 1, 0, 500), 0, len(text), text, probability)


def test_a_drug_is_told_of_by_a_report_about_it(casebook: Casebook) -> None:
    """Not by one that names it among the drugs that failed, nor by what another drug did."""
    about, other = "cohen-nd-dapsone-two-patients", "levine-2012-acth-gel"
    reports = {i: casebook.library.report(i) for i in (about, other)}
    improved = read(about, "summary", "The skin improved in both.", 0.01)
    before = read(other, "case", "Dapsone failed and the skin was worse.", 0.9)
    muscle = read(about, "methods", "Muscle: dapsone failed.", 0.8)
    by_other = read(about, "summary", "Methotrexate cleared the skin.", 0.7)
    told = told_of_each(
        "dapsone or methotrexate for the skin?", [before, muscle, by_other, improved], reports
    )
    assert told == {"dapsone": [improved], "methotrexate": []}


def test_a_summary_ends_with_how_they_did(casebook: Casebook) -> None:
    about = "cohen-nd-dapsone-two-patients"
    reports = {about: casebook.library.report(about)}
    begun = read(about, "summary", "Two had skin lesions after recovered strength.", 0.9)
    said = "The drug cleared the skin, and steroid doses could be reduced."
    ended = replace(read(about, "summary", said, 0.1), start=50)
    told = told_of_each("dapsone or methotrexate for the skin?", [begun, ended], reports)
    assert told["dapsone"] == [ended]


def test_both_drugs_are_answered_for(casebook: Casebook) -> None:
    answer = casebook.ask("which is better for the skin, dapsone or methotrexate?")
    assert answer.status == "answered"
    assert [citation.report_id for citation in answer.citations] == [
        "cohen-nd-dapsone-two-patients",
        "kasteler-1997-methotrexate-skin",
    ]
    assert "On dapsone: [1]; on methotrexate: [2]." in answer.text
    assert NOT_COMPARED in answer.text


def test_of_one_report_both_are_asked_together(casebook: Casebook) -> None:
    only = {"report": ["kasteler-1997-methotrexate-skin"]}
    answer = casebook.ask("dapsone or methotrexate for the skin?", filters=only)
    assert NOT_COMPARED not in answer.text
