"""A question that names an author is about that author's reports."""

from __future__ import annotations

import pytest

from rag.by_author import Authors, folded, without_names
from rag.casebook import Casebook
from rag.cite import family_name
from rag.schema import Turn

OGAWA, OTHER_OGAWA, LONG, STONE, NOBODYS = (
    ("ogawa-2017", ("Ogawa Y", "Kishida D"), 2017),
    ("ogawa-2003", ("Rie Ogawa",), 2003),
    ("long-2010", ("Long P", "de Vries J"), 2010),
    ("stone-1999", ("Stone B",), 1999),
    ("nobodys-report", (), None),
)


class Shelf:
    """A library's bylines; its texts say two words."""

    db = None
    revision = 1

    def bylines(self):
        return [OGAWA, OTHER_OGAWA, LONG, STONE, NOBODYS]


@pytest.fixture
def authors(monkeypatch) -> Authors:
    def is_said(_, expression):
        return any(word in expression.lower() for word in ("pilz", "stone"))

    monkeypatch.setattr("rag.by_author.is_said", is_said)
    return Authors(Shelf())


NAMED = [
    ("Ogawa: dose?", {"ogawa-2017", "ogawa-2003"}),
    ("ogawa 2017 rituximab", {"ogawa-2017"}),
    ("Ogawa et al., 2003: outcome", {"ogawa-2003"}),
    ("What did Ogawa (2017) conclude?", {"ogawa-2017"}),
    ("Ogawa's patients in 1999?", {"ogawa-2017", "ogawa-2003"}),
    ("What did de Vries find?", {"long-2010"}),
    ("Did kishida give rituximab?", {"ogawa-2017"}),
    ("In Long's report, who died?", {"long-2010"}),
    ("what does nobodys-report say of it?", {"nobodys-report"}),
    ("Stone gave it", {"stone-1999"}),
    ("stone 1999: outcome?", {"stone-1999"}),
    ("Was there a kidney stone in her?", set()),
    # No names: an ordinary word, an unknown name that the reports hold.
    ("How long did it take?", set()),
    ("Long courses of prednisone?", set()),
    ("Pilz 1999: dose?", set()),
]


@pytest.mark.parametrize(("question", "reports"), NAMED)
def test_the_reports_of_an_author(authors, question, reports) -> None:
    """A year narrows them where it fits; first authors go before others."""
    assert set(authors.named(question).report_ids) == reports
    assert authors.named(question).unknown == ()


@pytest.mark.parametrize("question", ["Smith 2015: dose?", "What did Smith et al. give?"])
def test_an_author_without_a_report_is_known_by_what_follows(authors, question) -> None:
    assert authors.named(question).unknown == ("Smith",)


@pytest.mark.parametrize(
    "question", ["In March 2015?", "smith 2015", "MDA5 2015?", "Smith gave it"]
)
def test_not_every_capital_is_an_author(authors, question) -> None:
    assert authors.named(question).unknown == ()


@pytest.mark.parametrize(
    ("author", "family"),
    [("Ogawa Y", "Ogawa"), ("Yáñez V J", "Yáñez"), ("Rie Ogawa", "Ogawa"), ("IMACS", "IMACS")],
)
def test_the_family_name_of_an_author(author, family) -> None:
    assert family_name(author) == family
    assert folded("Yáñez's") == "yanez"


def test_another_report_with_the_drug_is_no_answer(casebook: Casebook) -> None:
    """The report of the author is answered from, and one that nobody has written is said so."""
    answer = casebook.ask("Cohen: which drug cleared the rash?")
    assert {c.report_id for c in answer.citations} == {"cohen-nd-dapsone-two-patients"}
    missing = casebook.ask("Smith 2015: did dapsone clear the rash?")
    assert missing.status == "abstained"
    assert missing.text.startswith("No report by Smith is in this library.")


def test_a_named_author_narrows_what_is_searched(casebook: Casebook) -> None:
    """In a follow-up, too: the name counts for more than the report that was spoken of."""
    own = ("cohen-nd-dapsone-two-patients",)
    assert casebook.resolve("Cohen: which antibody?").report_ids == own
    before = [Turn("q", "q", ("ogawa-2017-rituximab-mda5",), None)]
    assert casebook.resolve("And in Cohen's patients?", before).report_ids == own
    assert casebook.resolve("And the dose?", before).report_ids == before[0].report_ids


@pytest.mark.parametrize(
    ("question", "names", "plain"),
    [
        ("Levine 2012: how many were given it?", ["Levine"], "how many were given it?"),
        ("survival with PMX, Okabayashi", ["Okabayashi"], "survival with PMX"),
        ("Kuwano et al. (2006), dose of IVIG", ["Kuwano"], "dose of IVIG"),
        ("relapse time in Müller?", ["Müller"], "relapse time?"),
        ("what did Woo say about muscle", ["Woo"], "what did Woo say about muscle"),
        ("Kuwano 2006: dose?", ["Kuwano"], "Kuwano 2006: dose?"),
        ("how many flared?", [], "how many flared?"),
    ],
)
def test_what_is_read_has_no_author(question: str, names: list[str], plain: str) -> None:
    """Whose reports are meant is known; no sentence of them says the name."""
    assert without_names(question, names) == plain
