"""Word files: headings, lists, tables, notes and boxes become what they are on the page."""

from __future__ import annotations

import re

from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx_parts import PATH, PROSE, W, of_paragraphs, p, r, saved, text_of, with_part

from rag.formats.docx import read_docx


def sections_of(data: bytes) -> list[tuple[str, str, int | None]]:
    return [(s.heading, s.kind, s.patient) for s in read_docx(data, PATH).sections]


def test_bold_lines_are_headings_only_where_the_text_has_begun():
    """The title page is bold, too; below a case, an unknown bold line belongs to the case."""
    document = Document()
    for text, bold in (
        ("Dapsone in one woman", True),
        ("Jane A. Roe, John Doe", True),
        ("Corresponding author", True),
        ("Case report", True),
        (PROSE, False),
        ("Laboratory findings", True),
        ("Creatine kinase was 300 U/L.", False),
        ("This sentence is bold, but it ends in a stop.", True),
        ("Discussion", True),
        ("Dapsone is known to help.", False),
    ):
        document.add_paragraph().add_run(text).bold = bold
    report = read_docx(saved(document), PATH)
    assert (report.title, report.authors) == ("Dapsone in one woman", ("Jane A. Roe", "John Doe"))
    assert [(s.heading, s.kind, s.patient) for s in report.sections] == [
        ("", "front", None),
        ("Case report", "case", 1),
        ("Laboratory findings", "case", 1),
        ("Discussion", "discussion", None),
    ]


def test_where_all_is_bold_nothing_is_a_heading_for_that():
    """A letter typed in bold has no headings."""
    document = Document()
    for text in (PROSE, "Short line", PROSE, "Another line", PROSE):
        document.add_paragraph().add_run(text).bold = True
    assert {heading for heading, *_ in sections_of(saved(document))} == {""}


def test_outlines_custom_and_localised_styles_are_headings():
    """A style is known by what it is based on; Word's own have English names in all languages."""
    document = Document()
    own = document.styles.add_style("Section Name", 1)
    own.base_style = document.styles["Heading 1"]
    document.styles["Heading 2"].element.set(qn("w:styleId"), "berschrift2")
    document.add_paragraph("Dapsone in her")
    document.add_paragraph("Case reports", style=own)
    document.add_paragraph("Case 1", style="Heading 2")
    document.add_paragraph(PROSE)
    outlined = document.add_paragraph("Her later course")
    outlined._p.get_or_add_pPr().append(parse_xml(f'<w:outlineLvl {W} w:val="2"/>'))
    document.add_paragraph("She was 50 years old and had no weakness at all.")
    assert sections_of(saved(document))[1:] == [
        ("Case 1", "case", 1),
        ("Her later course", "case", 1),
    ]


def test_authors_and_abstracts_are_known_by_their_styles():
    """Templates give each author a paragraph, and announce an abstract by its look alone."""
    document = Document()
    for style in ("Author", "Abstract"):
        document.styles.add_style(style, 1)
    document.add_paragraph("Dapsone in dermatomyositis:", style="Title")
    document.add_paragraph("report of a case", style="Title")
    document.add_paragraph("Jane A. Roe", style="Author")
    document.add_paragraph("Max Mustermann", style="Author")
    document.add_paragraph(PROSE, style="Abstract")
    document.add_paragraph("Introduction", style="Heading 1")
    document.add_paragraph("Dapsone is an old drug that is known to help.")
    report = read_docx(saved(document), PATH)
    assert report.title == "Dapsone in dermatomyositis: report of a case"
    assert report.authors == ("Jane A. Roe", "Max Mustermann")
    assert [s.kind for s in report.sections] == ["front", "summary", "background"]


def test_lists_of_one_definition_count_on():
    """Word continues a list in another one of the same definition, unless that starts anew."""
    document = Document()
    numbering = document.part.numbering_part.element
    lists = [
        f'<w:num {W} w:numId="{n}"><w:abstractNumId w:val="99"/>{more}</w:num>'
        for n, more in ((91, ""), (92, ""), (93, '<w:lvlOverride w:ilvl="0"><w:startOverride '
        'w:val="1"/></w:lvlOverride>'))
    ]  # fmt: skip
    level = '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/></w:lvl>'
    definition = f'<w:abstractNum {W} w:abstractNumId="99">{level}</w:abstractNum>'
    for xml in (definition, *lists):
        numbering.append(parse_xml(xml))
    document.add_paragraph(PROSE)
    for text, number in (("a", 91), ("Then.", 0), ("b", 92), ("Then.", 0), ("c", 93)):
        paragraph = document.add_paragraph(text)
        if number:
            paragraph._p.get_or_add_pPr().append(
                parse_xml(f'<w:numPr {W}><w:ilvl w:val="0"/><w:numId w:val="{number}"/></w:numPr>')
            )
    text = text_of(saved(document))
    assert "1. a\n\nThen.\n\n2. b\n\nThen.\n\n1. c" in text


def test_empty_cells_keep_the_columns():
    """The corner above the names of rows is empty; without it, each value would move."""
    document = Document()
    document.add_paragraph(PROSE)
    table = document.add_table(2, 3)
    for number, text in enumerate(("", "before", "after", "CK", "300", "")):
        table.cell(number // 3, number % 3).text = text
    assert "| before | after\nCK | 300\n" in text_of(saved(document))


def test_lists_keep_their_marks_and_numbers():
    """Bullets are '- ', numbers are counted as Word shows them, deeper ones are bullets."""
    document = Document()
    document.add_paragraph(PROSE)
    for text, style in (
        ("fever", "List Bullet"),
        ("rash", "List Bullet"),
        ("rest", "List Number"),
        ("dapsone", "List Number"),
        ("100 mg", "List Number 2"),
    ):
        document.add_paragraph(text, style=style)
    assert "\n\n- fever\n- rash\n\n1. rest\n2. dapsone\n\n" in text_of(saved(document))


def test_merged_cells_and_bars_in_tables():
    """A cell merged downwards stands in each of its rows; a bar in a cell makes no new cell."""
    document = Document()
    document.add_paragraph(PROSE)
    table = document.add_table(3, 3)
    for row, cells in zip(
        table.rows, (("Drug", "Dose", "CK"), ("dapsone", "50 mg", "a|b"), ("", "100 mg", "9")),
        strict=True,
    ):  # fmt: skip
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    table.cell(1, 0).merge(table.cell(2, 0))
    document.add_paragraph("CK, creatine kinase; the normal range is below 170 U/L.")
    report = read_docx(saved(document), PATH)
    legends = next(s for s in report.sections if s.kind == "legend")
    assert report.text[legends.start : legends.end] == (
        "Drug | Dose | CK\ndapsone | 50 mg | a/b\ndapsone | 100 mg | 9\n\n"
        "CK, creatine kinase; the normal range is below 170 U/L."
    )


def test_cells_merged_sideways_keep_the_columns():
    """Values stay under the heads of their columns; a row of one cell is one cell."""
    document = Document()
    document.add_paragraph(PROSE)
    table = document.add_table(4, 4)
    words = ("", "CK", "", "Rash", "Drug", "before", "after", "", "dapsone", "300", "90", "no", "n")
    for number, text in enumerate(words):
        table.cell(number // 4, number % 4).text = text
    table.cell(0, 1).merge(table.cell(0, 2))
    table.cell(0, 3).merge(table.cell(1, 3))
    table.cell(3, 0).merge(table.cell(3, 3))
    text = text_of(saved(document))
    assert "| CK |  | Rash\nDrug | before | after | Rash\ndapsone | 300 | 90 | no\nn\n" in text


def test_tables_that_only_lay_out_a_page_are_text():
    """A frame of one cell, or columns of prose side by side."""
    document = Document()
    document.add_paragraph("Dapsone in one woman")
    document.add_table(1, 1).cell(0, 0).text = f"Key points\n{PROSE}"
    columns = document.add_table(1, 2)
    columns.cell(0, 0).text = "Left. " + PROSE * 6
    columns.cell(0, 1).text = "Right. " + PROSE * 6
    report = read_docx(saved(document), PATH)
    assert " | " not in report.text
    assert report.text.index("Key points") < report.text.index("Left.") < report.text.index("Right")


def test_contents_control_boxes_and_wrappers():
    """A table of contents goes; content controls and smart tags are read; a box is read once."""
    document = Document()
    document.add_paragraph("Discussion\t3", style=document.styles.add_style("TOC 1", 1))
    body = document.element.body
    control = f"<w:sdt {W}><w:sdtContent><w:p>{r(PROSE)}</w:p></w:sdtContent></w:sdt>"
    body.insert_element_before(parse_xml(control), "w:sectPr")
    tag = f"<w:smartTag>{r('Oslo')}</w:smartTag><w:hyperlink>{r(' clinic')}</w:hyperlink>"
    body.insert_element_before(parse_xml(p(r("Seen in ") + tag + r("."))), "w:sectPr")
    text = text_of(saved(document))
    assert text.count(PROSE) == 1
    assert "Seen in Oslo clinic." in text
    assert "Discussion" not in text


def test_notes_stand_behind_the_text():
    """A footnote that cites goes with the references, another one under a heading of its own."""
    notes = "".join(
        f'<w:footnote w:id="{n}"><w:p>{r(text)}</w:p></w:footnote>'
        for n, text in enumerate(("Roe J. Dapsone. J Derm 2019; 12: 3-5.", "Now in Oslo."))
    )
    data = with_part(
        of_paragraphs("Dapsone", PROSE), "footnotes.xml", "footnotes",
        f"<w:footnotes {W}>{notes}</w:footnotes>",
    )  # fmt: skip
    report = read_docx(data, PATH)
    parts = {s.kind: report.text[s.start : s.end] for s in report.sections}
    assert parts["references"] == "Roe J. Dapsone. J Derm 2019; 12: 3-5."
    assert report.text.index("in weeks.") < report.text.index("Now in Oslo.")


def test_lines_that_end_by_hand_are_one_paragraph():
    """A text pasted from an e-mail, with a return at the end of every line."""
    words = (PROSE + " ").replace("dapsone", "dapsone sulfone tablets") * 8
    lines = re.findall(r".{30,50}(?: |$)", words)
    text = text_of(of_paragraphs("Dapsone in one woman", "", *lines))
    assert PROSE.replace("dapsone", "dapsone sulfone tablets") in text
    assert text.count("\n") < len(lines) / 2


def test_a_note_below_a_table_behind_the_references_is_no_reference():
    """'CK, creatine kinase (U/L)' belongs to the table."""
    document = Document()
    for text, level in (("Elbows", 0), ("Case report", 1)):
        document.add_heading(text, level)
    document.add_paragraph("She was 40 years old and had hard elbows on both of her arms.")
    document.add_heading("References", 1)
    document.add_paragraph("1. Roe J. Elbows. J Test 2003;12:4-7.")
    document.add_paragraph("Table 1. Values")
    table = document.add_table(rows=2, cols=2)
    for cell, text in zip(table._cells, ("Week", "CK", "4", "900"), strict=True):
        cell.text = text
    document.add_paragraph("CK, creatine kinase (U/L)")
    report = read_docx(saved(document), PATH)
    said = {s.kind: report.text[s.start : s.end] for s in report.sections}
    assert said["legend"].endswith("CK, creatine kinase (U/L)")
    assert said["references"] == "1. Roe J. Elbows. J Test 2003;12:4-7."
