"""On which page of a PDF a quotation stands: the page of its words, not of its section."""

from __future__ import annotations

from dataclasses import replace

import pytest
from test_pdf import NAME, lines, pdf, title

from rag.chunk import split
from rag.cite import cite
from rag.formats.frames import report_as_json, report_of_json
from rag.formats.pdf import read_pdf
from rag.library.records import _section, _section_json
from rag.schema import Evidence, Passage, Report, Section

FIRST = (
    "Case report",
    "A woman of 52 years came with ulcers of the palms that had begun a year before",
    "she was seen. She was given prednisolone 40 mg daily, which did not help her at",
    "all, and the ulcers of her palms grew deeper, so that in the end she was admit-",
)
SECOND = (
    "ted to hospital. There she was given intravenous immunoglobulin on five days in",
    "a row, and her ulcers had healed after seven weeks of treatment as told above.",
)
THIRD = (
    "She was seen for the last time in the spring of the following year, without any",
    "ulcer of the palms, and she takes no drugs for her disease any more these days.",
)


@pytest.fixture(scope="module")
def report() -> Report:
    """A case that is told on three pages, one sentence of it across the first page's end."""
    first = [*title(), *lines(*FIRST)]
    numbers = [[(str(number), 300, 770, 9)] for number in (112, 113, 114)]
    rest = [lines(*SECOND, top=60), lines(*THIRD, top=60)]
    return read_pdf(pdf(*(a + b for a, b in zip([first, *rest], numbers, strict=True))), NAME)


def section_of(report: Report, words: str) -> tuple[Section, int]:
    """Where some words stand."""
    at = report.text.index(words)
    return next(s for s in report.sections if s.start <= at < s.end), at


@pytest.mark.parametrize(
    ("words", "page"),
    [
        ("A woman of 52", 112),
        ("the ulcers of her palms grew", 112),
        ("to hospital", 113),
        ("There she was given", 113),
        ("seven weeks", 113),
        ("She was seen for the last time", 114),
    ],
)
def test_words_stand_on_the_page_where_they_are_printed(report, words, page):
    """One section goes over three pages, a sentence and a word of it over the first page's end."""
    section, at = section_of(report, words)
    assert section.page == 112
    assert section.page_at(at) == page


def test_a_citation_names_the_page_of_its_quotation(report):
    """Not the page on which the section begins."""
    section, at = section_of(report, "There she was given")
    end = section.end
    place = Passage(report.id, section.slug, 1, section.start, end, page=section.page)
    found = cite([Evidence(place, at, end, report.text[at:end], 1.0)], {report.id: report})
    assert found[0].page == 113


def test_a_passage_has_the_page_on_which_it_begins(report):
    """So that filters, lists and exports of passages say the same."""
    passages = split(report, lambda texts: [len(text.split()) for text in texts], limit=30)
    pages = [p.page for p in passages if p.kind != "front"]
    assert pages == sorted(pages)
    assert set(pages) == {112, 113, 114}


def test_pages_survive_the_sandbox_and_the_library(report):
    """They travel as JSON, and a section of one page is stored as before."""
    assert report_of_json(report_as_json(report)) == report
    turned, _ = section_of(report, "seven weeks")
    assert turned.turns
    assert _section(_section_json(turned)) == turned
    assert "turns" not in _section_json(replace(turned, turns=()))
    assert _section(_section_json(replace(turned, turns=()))).page_at(turned.end - 1) == 112


def test_pages_that_do_not_fit_a_section_are_no_report(report):
    """What comes out of the process that read the file is checked."""
    last = report.sections[-1]
    wrong = replace(last, turns=((last.end + 5, 9),))
    with pytest.raises(ValueError, match="pages of section"):
        report_of_json(report_as_json(replace(report, sections=(*report.sections[:-1], wrong))))
