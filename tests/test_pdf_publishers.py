"""What publishers and servers set around the text of a paper, as the PDF reader takes it."""

from __future__ import annotations

import io
import re
from pathlib import Path

from reportlab.pdfgen.canvas import Canvas

from rag.formats.pdf import read_pdf
from rag.schema import Report

STORY = (
    "A 52-year-old woman had had painful ulcers of both palms since the spring of the year,",
    "and a violaceous eruption of the eyelids. Creatine kinase was normal at that time.",
    "She was given prednisolone 40 mg daily and her strength came back within six weeks.",
)
Spot = tuple[str, float, float, float]
"""Text, x, y from the top, and size; bold where the text begins with '*'."""
Rule = tuple[float, float, float]
"""From x to x at y from the top."""


def read(*pages: list[Spot], rules: tuple[Rule, ...] = ()) -> Report:
    """The report of pages of words at places; `rules` are on each page."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(600, 800), invariant=1)
    for page in pages:
        for text, x, y, size in page:
            canvas.setFont("Times-Bold" if text[0] == "*" else "Times-Roman", size)
            canvas.drawString(x, 800 - y, text.removeprefix("*"))
        for left, right, y in rules:
            canvas.line(left, 800 - y, right, 800 - y)
        canvas.showPage()
    canvas.save()
    return read_pdf(buffer.getvalue(), Path("roe-2021.pdf"))


def title(top: float = 80) -> list[Spot]:
    return [
        ("*Ulcers of the palms in dermatomyositis", 60, top, 18),
        ("Jane A. Roe, John B. Doe", 60, top + 30, 11),
    ]


def lines(*texts: str, top: float, x: float = 60, size: float = 10) -> list[Spot]:
    return [(text, x, top + 12 * n, size) for n, text in enumerate(texts)]


def section(report: Report, kind: str) -> str:
    return "\n".join(report.text[s.start : s.end] for s in report.sections if s.kind == kind)


def manuscript(first: int) -> list[Spot]:
    """A page of 24 lines with their numbers in the margin, from `first` on."""
    thing = "box" if first == 1 else "bag"
    dosed = [f"In {thing} {mark} were 20 mg for week 4." for mark in "abcdefghijklmnopqrst"]
    texts = ["*Case report", *STORY, *dosed]
    numbers = [(str(first + n), 100 + 12 * n) for n in range(24)]
    return lines(*texts, top=100) + [(text, 40 - 4 * len(text), y, 8) for text, y in numbers]


def test_the_numbers_of_lines_in_the_margin_go() -> None:
    """Of a manuscript whose lines count on over the pages; what is a number of the text stays."""
    front = [("Ulcers of the palms in dermatomyositis", 60, 60, 16)]
    report = read(front + manuscript(1), manuscript(25))
    assert report.title == "Ulcers of the palms in dermatomyositis"
    told = section(report, "case")
    assert told.startswith(" ".join(STORY))
    assert told.count(" were 20 mg for week 4.") == 40
    assert not re.search(r"4\. \d", told)


def test_a_column_of_numbers_in_a_table_stays() -> None:
    """Rows that count on are a table's, where most lines of the page are text."""
    rows = [
        (cell, x, 300 + 12 * n, 8)
        for n in range(1, 8)
        for cell, x in ((str(n), 62), (f"Roe {2000 + n}", 120), ("dapsone", 220))
    ]
    story = lines("*Case report", *STORY * 4, top=140)
    report = read(title(60) + story + [("Table 1. Reports", 60, 300, 8), *rows])
    assert "3 | Roe 2003 | dapsone" in section(report, "legend")


def test_keywords_beside_the_abstract_do_not_run_into_it() -> None:
    """'ARTICLE INFO' and 'ABSTRACT' head two unequal columns, which end at a rule."""
    heads = [("A R T I C L E   I N F O", 60, 150, 8), ("A B S T R A C T", 220, 150, 8)]
    beside = lines("Keywords:", "Dermatomyositis", "Ulcers", top=164, size=8)
    abstract = lines(
        "Ulcers of the palms are a sign of danger. We report a woman in whom they healed under",
        "immunoglobulin within a few weeks, and ask for trials of early treatment of this sign.",
        "No other drug had done so before.",
        top=164, x=220, size=8,
    )  # fmt: skip
    left = lines("*1. Introduction", *["Ulcers can come before weakness does so."] * 8, top=230)
    right = lines(*["They have been treated in many ways."] * 8, top=230, x=320)
    right += lines("*2. Case report", *["Her ulcers were deep and painful."] * 5, top=340, x=320)
    spots = title(80) + heads + beside + abstract + left + right
    report = read(spots, rules=((60, 540, 140), (60, 540, 206)))
    assert section(report, "summary").split() == " ".join(text for text, *_ in abstract).split()
    assert "Dermatomyositis" in section(report, "front")
    assert section(report, "background").startswith("Ulcers can come before")


def test_the_label_of_a_manuscript_server_is_no_title() -> None:
    """However large 'HHS Public Access' is set above the title."""
    spots = [("*HHS Public Access", 60, 50, 22), ("Author manuscript", 60, 66, 10)]
    spots += title(110) + lines("*Case report", *STORY, top=180)
    assert read(spots).title == "Ulcers of the palms in dermatomyositis"


def test_the_last_row_of_a_table_at_the_foot_of_a_page_is_no_running_foot() -> None:
    """Though a cell of it could be a page number; its title below 'Table 1' goes to the legend."""
    first = title(60) + lines("*Case report", *STORY, top=140) + [("Journal of Palms", 60, 780, 8)]
    cells = [("Drug", "Weeks", "Effect", "End"), ("Dapsone", "12", "none", "cost"),
             ("Rituximab", "24", "none", "harm")]  # fmt: skip
    table = [
        (cell, 60 + 110 * m, 660 + 14 * n, 8)
        for n, row in enumerate(cells)
        for m, cell in enumerate(row)
    ]
    heads = [("*Table 1", 60, 612, 8), ("Earlier treatments", 60, 646, 8)]
    second = lines(*STORY * 3, top=100) + heads + table + [("Journal of Palms", 60, 780, 8)]
    rules = ((56, 540, 650), (56, 540, 664), (56, 540, 692))
    said = section(read(first, second, rules=rules), "legend")
    assert "Table 1. Earlier treatments" in said
    assert "Rituximab | 24 | none | harm" in said


def test_a_table_across_both_columns_is_read_row_by_row() -> None:
    """Long cells on its left side are no prose."""
    drugs = ("Methotrexate by mouth", "Mycophenolate mofetil", "Human immunoglobulin")
    rows = [("Drug", "Dose and weeks", "Effect", "Reason")]
    rows += [(drug, "20 mg every 4 weeks 26", "none at all", "no effect") for drug in drugs]
    table = [
        (cell, (60, 160, 330, 430)[m], 100 + 13 * n, 8)
        for n, row in enumerate(rows)
        for m, cell in enumerate(row)
    ]
    left = lines(*["Ulcers of the palms can come before weakness."] * 30, top=180)
    right = lines(*["They have been treated in many other ways."] * 30, top=180, x=330)
    page = [("Table 1. Earlier treatments", 60, 80, 8), *table, *left, *right]
    rules = ((56, 540, 88), (56, 540, 103), (56, 540, 145))
    first = title(160) + lines("*Case report", *STORY, top=230)
    found = section(read(first, page, rules=rules), "legend")
    for drug in drugs:
        assert f"{drug} | 20 mg every 4 weeks 26 | none at all | no effect" in found


def test_steps_behind_a_case_are_about_its_patient() -> None:
    """'TREATMENT' on the level of 'CASE PRESENTATION', as the BMJ's case reports have it."""
    spots = title(60) + lines("*CASE PRESENTATION", *STORY, top=140)
    spots += lines("*TREATMENT", *STORY[2:], top=220) + lines("*DISCUSSION", *STORY[1:2], top=280)
    kinds = {s.heading: (s.kind, s.patient) for s in read(spots).sections}
    assert kinds["TREATMENT"] == ("case", 1)
    assert kinds["DISCUSSION"] == ("discussion", None)
