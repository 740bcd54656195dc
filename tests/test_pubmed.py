"""rag.formats.pubmed: abstracts as PubMed saves them; several in one file are several reports."""

from __future__ import annotations

import pytest

from rag.errors import InvalidReport
from rag.formats.text import read_text

ABSTRACT = """1. J Test Dermatol. 2015 Jun;72(6):1012-4. doi: 10.5555/jtd.2015.01. Epub 2015
Mar 2.

Dapsone for hard elbows in dermatomyositis: a farmer and her sister
seen in one year.

Roe J(1), Doe KA(2)(3).

Author information:
(1)Department of Skin, Test Hospital, Town.
roe@example.org
(2)Institute of Muscle, Town.

BACKGROUND: Elbows are hard to treat.
OBSERVATION: A 45-year-old farmer took
dapsone 50 mg daily.
CONCLUSION: Dapsone may help.

Copyright © 2015 Test. All rights reserved.

DOI: 10.5555/jtd.2015.01
PMID: 25999999 [Indexed for MEDLINE]
"""


def test_an_abstract_of_pubmed_is_one() -> None:
    """Its front matter is known by its place; the labels of the abstract open paragraphs."""
    report = read_text(ABSTRACT, "roe.txt")
    assert report.title == (
        "Dapsone for hard elbows in dermatomyositis: a farmer and her sister seen in one year"
    )
    assert report.authors == ("Roe J", "Doe KA")
    assert (report.journal, report.year) == ("J Test Dermatol", 2015)
    assert (report.doi, report.pmid, report.basis) == (
        "10.5555/jtd.2015.01",
        "25999999",
        "abstract",
    )
    told = {s.kind: report.text[s.start : s.end] for s in report.sections}
    assert told["summary"].split("\n\n") == [
        "BACKGROUND: Elbows are hard to treat.",
        "OBSERVATION: A 45-year-old farmer took dapsone 50 mg daily.",
        "CONCLUSION: Dapsone may help.",
    ]
    assert set(told) == {"front", "summary"}


def test_several_abstracts_are_several_reports() -> None:
    """Their patients would be those of one."""
    with pytest.raises(InvalidReport, match="2 abstracts in this file"):
        read_text(f"{ABSTRACT}\n\n{ABSTRACT.replace('1. J', '2. J', 1)}", "roe.txt")


def test_a_paper_that_names_its_number_is_no_such_abstract() -> None:
    """'PMID: …' stands in other texts, too."""
    paper = "Elbows\n\nJane A. Roe\n\nCase report\n\nShe was 40 years old.\n\nPMID: 25999999\n"
    kinds = [s.kind for s in read_text(paper, "roe.txt").sections]
    assert "case" in kinds and "summary" not in kinds
