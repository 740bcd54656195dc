"""Manuscripts → Word files, laid out as manuscripts are.

Runs are split at odd places, as Word does.
"""

from __future__ import annotations

import random
import re
from io import BytesIO
from typing import Any

from docx import Document
from docx.enum.section import WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.shared import Pt
from docx_parts import W, with_part
from manuscripts import CITED, HEADED, TITLE_PAGE, TITLE_PAGES, Manuscript, Part


def write(made: Manuscript) -> bytes:
    """The bytes of a Word file that says what `made` says."""
    return _Writer(made).bytes()


class _Writer:
    def __init__(self, made: Manuscript) -> None:
        self.made = made
        self.document = Document()
        self.chance = random.Random(made.name)
        self.cited = 0
        self.numbers = made.layout in ("numbered",)

    def bytes(self) -> bytes:
        self._style()
        self._front()
        for part in self.made.parts:
            getattr(self, f"_{part.kind}")(part)
        self._properties()
        stream = BytesIO()
        self.document.save(stream)
        return _noted(stream.getvalue()) if self.made.layout == "notes" else stream.getvalue()

    def _style(self) -> None:
        if self.made.layout == "publisher":
            for name, base in (
                ("MDPI_1.2_title", "Normal"), ("MDPI_2.1_heading1", "Normal"),
                ("MDPI_2.2_heading2", "Normal"), ("MDPI_5.1_figure_caption", "Normal"),
                ("MDPI_7.1_References", "Normal"),
            ):  # fmt: skip
                style = self.document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
                style.base_style = self.document.styles[base]
                style.font.bold = "heading" in name
        header = self.document.sections[0].header.paragraphs[0]
        if self.made.layout in HEADED:
            header.text = self.made.citation
            footer = self.document.sections[0].footer.paragraphs[0]
            _field(footer, "PAGE", "3")

    def _front(self) -> None:
        made, layout = self.made, self.made.layout
        if made.label:
            self.document.add_paragraph(made.label)
        if layout in ("styles", "tracked", "notes"):
            self.document.add_paragraph(made.title, style="Title")
        elif layout == "publisher":
            self.document.add_paragraph(made.title, style="MDPI_1.2_title")
        elif layout == "numbered":
            self.document.add_paragraph(made.title, style="Heading 1")
        else:
            paragraph = self.document.add_paragraph()
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
            paragraph.add_run(made.title).bold = layout != "plain"
        self._people()
        for line in TITLE_PAGE if layout in TITLE_PAGES else ():
            self.document.add_paragraph(line).runs[0].bold = line.startswith("Key")
        if layout not in HEADED:
            self.document.add_paragraph(made.citation)
        self.document.add_paragraph(f"https://doi.org/{made.doi}")
        self.document.add_paragraph("")
        if layout == "columns":
            section = self.document.add_section(WD_SECTION.CONTINUOUS)
            columns = parse_xml(f'<w:cols {W} w:num="2"/>')
            section._sectPr.append(columns)
        elif layout in ("styles", "endnote"):
            self.document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)

    def _people(self) -> None:
        made, layout = self.made, self.made.layout
        paragraph = self.document.add_paragraph()
        for number, author in enumerate(made.authors):
            run = paragraph.add_run((", " if number else "") + author)
            run.bold = layout == "bold"
            if layout in TITLE_PAGES:
                paragraph.add_run(", MD, PhD")
            paragraph.add_run(f"{1 + number % 2}{'*' * (number == 0)}").font.superscript = True
        paragraph = self.document.add_paragraph()
        paragraph.add_run("1").font.superscript = True
        paragraph.add_run(made.affiliation)

    def _heading(self, part: Part) -> None:
        layout = self.made.layout
        if layout in ("styles", "numbered", "tracked", "boxes", "notes"):
            level = part.level + (layout == "numbered")
            self.document.add_heading(part.text, level)
        elif layout == "publisher":
            self.document.add_paragraph(part.text, style=f"MDPI_2.{part.level}_heading{part.level}")
        elif layout == "plain":
            self.document.add_paragraph(part.text)
        else:
            run = self.document.add_paragraph().add_run(part.text)
            run.bold = part.level == 1 or layout == "bold"
            run.underline = not run.bold
            run.font.size = Pt(14 - part.level)

    def _paragraph(self, part: Part) -> None:
        paragraph = self.document.add_paragraph()
        for piece, cited in self._cut(part.text):
            self._runs(paragraph, piece)
            if cited:
                self._citation(paragraph)
        if self.made.layout == "tracked":
            _tracked(paragraph)
        if self.made.layout == "boxes" and self.chance.random() < 0.3:
            _boxed(paragraph, "")

    def _item(self, part: Part) -> None:
        self._runs(self.document.add_paragraph(style="List Bullet"), part.text)

    def _legend(self, part: Part) -> None:
        style = {"publisher": "MDPI_5.1_figure_caption", "plain": "Normal"}
        if self.made.layout == "boxes":
            _boxed(self.document.add_paragraph(), part.text)
            return
        paragraph = self.document.add_paragraph(style=style.get(self.made.layout, "Caption"))
        match = re.match(r"((?:Fig\.|Figure|Table) )(\S+?)(\..*)", part.text)
        assert match
        paragraph.add_run(match[1])
        _field(paragraph, "SEQ Figure", match[2])
        self._runs(paragraph, match[3])

    def _table(self, part: Part) -> None:
        table = self.document.add_table(len(part.rows), max(map(len, part.rows)))
        for cells, row in zip(table.rows, part.rows, strict=True):
            for cell, text in zip(cells.cells, row, strict=False):
                cell.text = text

    def _reference(self, part: Part) -> None:
        layout = self.made.layout
        if layout == "endnote":
            if "EndNote Bibliography" not in self.document.styles:
                self.document.styles.add_style("EndNote Bibliography", WD_STYLE_TYPE.PARAGRAPH)
            self.document.add_paragraph(part.text, style="EndNote Bibliography")
        elif layout == "publisher":
            self.document.add_paragraph(part.text, style="MDPI_7.1_References")
        else:
            self.document.add_paragraph(part.text, style="List Number")

    def _cut(self, text: str) -> list[tuple[str, bool]]:
        """A text cut where it is to cite something."""
        ends = [match.start() for match in CITED.finditer(text)][::2]
        starts = [0, *ends]
        return [(text[a:b], b in ends) for a, b in zip(starts, [*ends, len(text)], strict=True)]

    def _citation(self, paragraph: Any) -> None:
        self.cited += 1
        text = str(self.cited) if self.cited % 2 else f"{self.cited},{self.cited + 1}"
        if self.made.layout == "endnote":
            _field(paragraph, "ADDIN EN.CITE <EndNote><Cite>", text, raised=True)
        else:
            for piece in re.split(r"(,)", text):
                paragraph.add_run(piece).font.superscript = True

    def _runs(self, paragraph: Any, text: str) -> None:
        """Odd pieces, as Word leaves them; 'm2' gets a real superscript."""
        for piece in re.split(r"((?<=/m)2\b|(?<=mm)[23]\b)", text):
            if piece in ("2", "3"):
                paragraph.add_run(piece).font.superscript = True
                continue
            while piece:
                length = self.chance.choice((3, 17, 40, 200))
                paragraph.add_run(piece[:length]).italic = self.chance.random() < 0.1
                piece = piece[length:]

    def _properties(self) -> None:
        properties = self.document.core_properties
        properties.author = "Microsoft Office User"
        properties.title = ""


def _field(paragraph: Any, code: str, result: str, *, raised: bool = False) -> None:
    """A field as Word stores it: begin, code, separate, result, end."""
    look = '<w:rPr><w:vertAlign w:val="superscript"/></w:rPr>' if raised else ""
    code = code.replace("<", "&lt;").replace(">", "&gt;")
    for inner in (
        '<w:fldChar w:fldCharType="begin"/>',
        f'<w:instrText xml:space="preserve"> {code} </w:instrText>',
        '<w:fldChar w:fldCharType="separate"/>',
        f"{look}<w:t>{result}</w:t>",
        '<w:fldChar w:fldCharType="end"/>',
    ):
        paragraph._p.append(parse_xml(f"<w:r {W}>{inner}</w:r>"))


def _tracked(paragraph: Any) -> None:
    """The second run becomes an insertion; before it stands a deletion that nobody may see."""
    runs = paragraph._p.findall(qn("w:r"))
    if len(runs) < 2:
        return
    change = 'w:id="1" w:author="Referee" w:date="2020-01-01T00:00:00Z"'
    deleted = parse_xml(f"<w:del {W} {change}><w:r><w:delText>DELETED </w:delText></w:r></w:del>")
    inserted = parse_xml(f"<w:ins {W} {change}/>")
    runs[1].addprevious(deleted)
    runs[1].addprevious(inserted)
    inserted.append(runs[1])


def _boxed(paragraph: Any, text: str) -> None:
    """A text box, in both forms in which Word stores one."""
    mc = "http://schemas.openxmlformats.org/markup-compatibility/2006"
    box = f"<w:txbxContent><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:txbxContent>"
    paragraph._p.append(
        parse_xml(
            f'<w:r {W} xmlns:mc="{mc}" xmlns:v="urn:schemas-microsoft-com:vml">'
            "<mc:AlternateContent>"
            f'<mc:Choice Requires="wps"><w:drawing>{box}</w:drawing></mc:Choice>'
            f"<mc:Fallback><w:pict><v:shape><v:textbox>{box}</v:textbox></v:shape></w:pict>"
            "</mc:Fallback></mc:AlternateContent></w:r>"
        )
    )


def _noted(data: bytes) -> bytes:
    notes = "".join(
        f'<w:footnote w:id="{number}"{kind}><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:footnote>'
        for number, kind, text in (
            (-1, ' w:type="separator"', "-----"),
            (1, "", ""),
        )
    )
    return with_part(data, "footnotes.xml", "footnotes", f"<w:footnotes {W}>{notes}</w:footnotes>")
