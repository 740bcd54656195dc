"""Case texts laid out as journals do, read again: how much of each comes back, and in order.

Three designs for each source; the whole product is measured by `python tests/make_pdf.py` and hand.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from designs import DESIGNS, ROOT, SOURCES
from make_pdf import make
from rapidfuzz.distance import LCSseq
from typeset_papers import Paper, load

from rag.formats.pdf import read_pdf
from rag.schema import Report
from rag.sentences import sentence_spans

PAIRS = [
    (source, list(DESIGNS)[(number + 4 * turn) % len(DESIGNS)])
    for number, source in enumerate(SOURCES)
    for turn in range(3)
]
_ASIDE = ("front", "legend", "references")


@dataclass(frozen=True)
class Read:
    """A paper, the report in its PDF, and whether the PDF tells journal, year and DOI."""

    paper: Paper
    report: Report
    tells: bool


@cache
def read(source: str, design: str) -> Read:
    paper, how = load(ROOT / source), DESIGNS[design]
    name = f"{Path(source).stem}-{design}.pdf"
    return Read(paper, read_pdf(make(paper, how), Path(name)), how.citation or how.info)


def plain(text: str) -> str:
    return re.sub(r"\s+", " ", text.casefold()).strip()


def body(report: Report) -> str:
    shown = (
        part
        for s in report.sections
        if s.kind not in _ASIDE
        for part in (s.heading, report.text[s.start : s.end])
    )
    return "\n".join(part for part in shown if part)


def sentences(text: str) -> Counter[str]:
    lines = [line for line in text.split("\n") if line.strip()]
    return Counter(
        plain(line[a:b]) for line in lines for a, b in sentence_spans(line, 0, len(line))
    )


def headings(report: Report) -> Counter[tuple[str, str, int | None]]:
    return Counter(
        (s.kind, plain(s.heading).rstrip("."), s.patient)
        for s in report.sections
        if s.kind not in ("front", "legend")
    )


@pytest.mark.parametrize(("source", "design"), PAIRS)
def test_text_comes_back_in_reading_order(source, design):
    """Of each paper at least 99.5 %, with as little that does not belong there."""
    one = read(source, design)
    wanted, got = plain(one.paper.body), plain(body(one.report))
    same = LCSseq.similarity(wanted, got)
    assert same / len(wanted) >= 0.995
    assert same / len(got) >= 0.995


def test_hardly_a_sentence_is_broken_or_joined():
    """At most 0.5 % over all papers."""
    wrong = total = 0
    for pair in PAIRS:
        one = read(*pair)
        wanted = sentences(one.paper.body)
        wrong += (wanted - sentences(body(one.report))).total()
        total += wanted.total()
    assert total > 1500
    assert wrong / total <= 0.005


def test_sections_and_patients_are_found():
    """98 % of the sections by kind, name and patient, and all patients with age and sex."""
    found = wanted = cases = described = 0
    for pair in PAIRS:
        one = read(*pair)
        here = headings(one.paper.report)
        wanted += here.total()
        found += (here & headings(one.report)).total()
        if pair[0].endswith(".txt"):  # the records of a digest say more than its text
            cases += len(one.paper.report.cases)
            described += len(set(one.paper.report.cases) & set(one.report.cases))
    assert found / wanted >= 0.98
    assert described / cases >= 0.98


def test_metadata_are_found():
    """95 % of titles, authors, journals, years and DOIs."""
    right = asked = 0
    for pair in PAIRS:
        one = read(*pair)
        paper, report = one.paper, one.report
        told = [plain(report.title) == plain(paper.title), report.authors == paper.authors]
        if one.tells:
            told += [
                report.journal == paper.journal,
                report.year == paper.year,
                report.doi == paper.doi,
            ]
        right += sum(told)
        asked += len(told)
    assert right / asked >= 0.95


@pytest.mark.parametrize("design", [name for name, how in DESIGNS.items() if how.table])
def test_tables_come_row_by_row_with_the_legends(design):
    """And none of their cells stands in the running text."""
    report = read(SOURCES[0], design).report
    legends = next(s for s in report.sections if s.kind == "legend")
    shown = report.text[legends.start : legends.end]
    assert "Table 1. Course of the values in the patients described" in shown
    assert "Visit | CK (U/L) | CDASI activity | Prednisolone\nBaseline | 2,140 | 31 | 40" in shown
    assert "\nMonth 14 | 88 | 9 | none" in shown
    assert "CDASI activity |" not in report.text[: legends.start]


@pytest.mark.parametrize("design", [name for name, how in DESIGNS.items() if how.figure])
def test_figure_legends_leave_the_running_text(design):
    """A legend in the middle of a column stands behind the body."""
    report = read(SOURCES[1], design).report
    legends = next(s for s in report.sections if s.kind == "legend")
    assert "Fig. 1. Left hand before the treatment." in report.text[legends.start :]
    assert "Left hand before the treatment" not in report.text[: legends.start]


@pytest.mark.parametrize("design", list(DESIGNS))
def test_running_heads_and_page_numbers_are_gone(design):
    """Neither 'ROE ET AL.' nor 'Page 2 of 9' nor a bare number stands between paragraphs."""
    report = read(SOURCES[4], design).report
    text = report.text[next(s.start for s in report.sections if s.kind != "front") :]
    assert "ET AL." not in text
    assert not re.search(r"Page \d of 9|Vol\. 12, \d{4}", text)
    assert not re.search(r"(?m)^\d+$", text)


@pytest.mark.parametrize("design", [name for name, how in DESIGNS.items() if how.notes])
def test_notes_at_the_foot_of_the_first_page_are_front_matter(design):
    """Wherever they interrupt a column."""
    report = read(SOURCES[2], design).report
    front = next(s for s in report.sections if s.kind == "front")
    assert "Correspondence: Jane Roe" in report.text[front.start : front.end]
    assert "Correspondence" not in report.text[front.end :]


def test_sections_know_the_printed_page_on_which_they_begin():
    """Numbers printed on the pages count, and a patient told of on page 2 has page 2."""
    pages = {s.slug: s.page for s in read(SOURCES[3], "one").report.sections}
    assert pages["background"] == 41
    assert pages["references"] > pages["case-1"] >= 41
    assert all(page is not None for page in pages.values())
