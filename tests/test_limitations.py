"""The limits of a study: its own, and not those of one like it."""

from dataclasses import replace

import pytest

from rag.reader.kinds.limitations import asks_for_limitations, limitations
from rag.schema import Evidence, Passage, Report


@pytest.mark.parametrize(
    ("question", "asks"),
    [
        ("limitations of the polymyxin study?", True),
        ("what are the weaknesses of the apremilast trial", True),
        ("why can't the polymyxin study prove it works", True),
        ("how strong is the evidence in the dapsone report", True),
        ("why is the evidence from the naltrexone report weak?", True),
        ("was there muscle weakness in the trial?", False),
        ("how good was the response in the study", False),
        ("why could she not walk?", False),
    ],
)
def test_who_asks_for_limits(question: str, asks: bool) -> None:
    assert asks_for_limitations(question) is asks


def items(*told: tuple[str, str, str]) -> list[Evidence]:
    """Report, section and text of sentences, best first."""
    return [
        Evidence(Passage(report, section, n, 0, 500), 10 * n, 10 * n + 9, text, 0.9 / (n + 1))
        for n, (report, section, text) in enumerate(told)
    ]


@pytest.fixture
def reports(casebook) -> dict[str, Report]:
    one = casebook.library.report("cohen-nd-dapsone-two-patients")
    return {
        name: replace(one, id=name, title=title, text=text)
        for name, title, text in (
            ("dapsone", "Dapsone for two", "Dapsone helped."),
            ("review", "Drugs", "Dapsone and apremilast were tried."),
            ("apremilast", "Apremilast", "Apremilast after dapsone."),
        )
    }


def test_of_the_study_that_is_meant(reports: dict[str, Report]) -> None:
    evidence = items(
        ("apremilast", "discussion", "There was no control group."),
        ("dapsone", "background", "A retrospective report came before."),
        ("dapsone", "discussion", "The number was small."),
        ("dapsone", "case", "The rash cleared."),
        ("review", "discussion", "The data are anecdotal."),
    )
    told = limitations("limitations of the dapsone study?", evidence, reports)
    assert [item.text for item in told] == ["The number was small."]
    told = limitations("limitations of the vitiligo study?", evidence, reports)
    assert told == []


def test_nobody_is_meant_by_what_all_speak_of(reports: dict[str, Report]) -> None:
    evidence = items(*((name, "discussion", "It was uncontrolled.") for name in reports))
    for report in list(reports):
        reports[report] = replace(reports[report], title="A title")
    assert limitations("limitations of the dapsone study?", evidence, reports) == []
