"""Word files for the tests: the synthetic case texts and digests, laid out as manuscripts are.

`MANUSCRIPTS` names the documents; `manuscript(name)` gives what each says (the truth) and
`write(manuscript)` the bytes of a .docx that says it. Runs are split at odd places, as Word does.
"""

from __future__ import annotations

import random
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import yaml
from docx import Document
from docx.enum.section import WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Pt
from places import ROOT

TEXTS = (ROOT / "corpus" / "training" / "texts", ROOT / "eval" / "texts")
W = nsdecls("w")
# Layouts that cite themselves in the page's head.
HEADED = ("columns", "publisher")
TITLE_PAGES = ("styles", "endnote", "columns")
TITLE_PAGE = (
    "Correspondence to: A. Roe, Northgate Hospital, e-mail: roe@northgate.example",
    "Word count: 1480",
    "Running title: Treatment in dermatomyositis",
    "Keywords: dermatomyositis; skin; treatment",
)

# What the headings of the chosen texts announce, whatever their case and number.
KINDS = {
    "abstract": "summary", "summary": "summary", "introduction": "background",
    "background": "background", "case": "case", "case report": "case", "case reports": "case",
    "case presentations": "case", "report of cases": "case", "patients and methods": "methods",
    "discussion": "discussion", "references": "references", "figure legends": "legend",
}  # fmt: skip
_NUMBERED = re.compile(r"(?:case|patient) (\d|[a-d])", re.IGNORECASE)
_ROW = re.compile(r"\S {2,}\S.* {2,}\S| \| .* \| ")
_CITED = re.compile(r"(?<=[a-z]{4})(?=\. [A-Z])")


@dataclass
class Part:
    """A heading, a paragraph, a list item, a legend, a table's rows or a reference."""

    kind: str
    text: str
    level: int = 1
    patient: int | None = None
    rows: list[list[str]] = field(default_factory=list)


@dataclass
class Manuscript:
    """What a document says; `layout` is how it looks."""

    name: str
    layout: str
    title: str
    authors: tuple[str, ...]
    affiliation: str
    parts: list[Part]
    patients: list[tuple[int | None, str | None]]
    journal: str | None = None
    year: int | None = None
    doi: str | None = None
    label: str = ""

    @property
    def citation(self) -> str:
        """Where it was printed, as a page head or a line below the title says it."""
        return f"{self.journal} {self.year}; 12: 34-38"

    @property
    def headings(self) -> list[tuple[str, str, int | None]]:
        """(heading, kind, patient) of every section with text of its own."""
        found = []
        for part, after in zip(self.parts, [*self.parts[1:], Part("heading", "")], strict=True):
            heading = part.kind == "heading" and part.text not in OVER_PATIENTS
            if heading and after.kind != "heading":
                found.append((part.text, kind_of(part.text), part.patient))
        if len(self.patients) == 1:
            # The only patient's section is about patient 1, whatever its heading says.
            return [(text, kind, 1 if kind == "case" else None) for text, kind, _ in found]
        return found

    @property
    def text(self) -> str:
        """Everything outside tables in the order of a report: body, legends, references."""
        front = [self.label, self.title, ", ".join(self.authors), self.affiliation]
        if self.layout in TITLE_PAGES:
            front[2:3] = [", ".join(f"{author}, MD, PhD" for author in self.authors)]
            front += TITLE_PAGE
        front += [
            *([] if self.layout in HEADED else [self.citation]),
            f"https://doi.org/{self.doi}",
        ]
        behind = ("legend", "reference")
        body = [part.text for part in self.parts if part.kind not in ("table", *behind)]
        ends = [[p.text for p in self.parts if p.kind == kind] for kind in behind]
        heads = [text for text in body if kind_of(text) == "references"]
        body = [text for text in body if kind_of(text) != "references"]
        return "\n".join((*front, *body, *ends[0], *heads, *ends[1]))


def kind_of(heading: str) -> str:
    """What a heading of the chosen texts announces."""
    bare = re.sub(r"^\d+\. ", "", heading).lower()
    return "case" if _NUMBERED.fullmatch(bare) else KINDS.get(bare, "other")


# These stand over nothing but patients, whose sections they become.
OVER_PATIENTS = ("PATIENTS TREATED WITH ANIFROLUMAB", "PATIENTS TREATED WITH APREMILAST")

MANUSCRIPTS = {
    "syn-t04": "styles", "syn-t06": "numbered", "syn-t11": "bold", "syn-t13": "publisher",
    "syn-t15": "tracked", "syn-t21": "columns", "syn-t23": "bold", "syn-t24": "boxes",
    "syn-t26": "endnote", "syn-t31": "plain", "syn-t45": "notes", "syn-a02": "publisher",
    "syn-t08": "plain", "syn-a01": "columns", "fatima-2023-left-ventricular": "styles",
    "clinrheumatol-2022-lung-transplant-two": "bold",
    "schildt-2021-anasarca-jdm": "tracked",
}  # fmt: skip
"""Text → the layout of its document."""


def manuscript(name: str) -> Manuscript:
    """What the document of this name says."""
    made = _of_text(name) if name.startswith("syn-") else _of_digest(name)
    made.layout = MANUSCRIPTS[name]
    return made


def _of_text(name: str) -> Manuscript:
    folder = next(one for one in TEXTS if (one / f"{name}.txt").exists())
    text = (
        (folder / f"{name}.txt")
        .read_text("utf-8")
        .replace(
            "\n[Synthetic case text written for Casebook; no person described here exists.]", ""
        )
    )
    # These texts have one line per paragraph, but for the title.
    lines = [line.strip("[]") if "Fig. 2" in line else line for line in text.split("\n")]
    lines = [line.strip() for line in lines if line.strip()]
    label = lines.pop(0) if len(lines[0].split()) < 4 else ""
    title, people, place, *rest = lines
    patients = yaml.safe_load((folder / f"{name}.patients.yaml").read_text("utf-8"))
    people = re.sub(r" \(\d\)", "", people).replace(", and ", ", ").replace(" and ", ", ")
    year = 2001 + len(title) % 20
    return Manuscript(
        name, "", title, tuple(people.split(", ")), re.sub(r"\(\d\) ", "", place),
        _parts(rest),
        [(_years(one["age"]), one["sex"]) for one in patients],
        "J Synth Dermatol", year, f"10.1234/jsd.{year}.{len(text)}", label,
    )  # fmt: skip


def _years(age: object) -> int | None:
    return int(age) if isinstance(age, int | float) else None


def _parts(lines: list[str]) -> list[Part]:
    parts: list[Part] = []
    inside = ""
    for line in lines:
        bare = re.sub(r"^\d+\. ", "", line)
        numbered = _NUMBERED.fullmatch(bare)
        if numbered or bare.lower() in KINDS or (line.isupper() and len(line) < 40):
            inside = kind_of(line)
            number = numbered[1].lower() if numbered else ""
            patient = (int(number) if number.isdigit() else ord(number) - 96) if number else None
            parts.append(Part("heading", line, 2 if numbered else 1, patient))
        elif inside == "references":
            parts.append(Part("reference", re.sub(r"^\d+\. ", "", line)))
        elif _ROW.search(line):
            cells = re.split(r" \| | {2,}", line)
            if parts[-1].kind != "table":
                parts.append(Part("table", ""))
            parts[-1].rows.append(cells)
        elif re.match(r"(?:Fig\.|Figure|Table) [\dI]", line):
            parts.append(Part("legend", line))
        else:
            parts.append(Part("paragraph", line))
    return parts


def _of_digest(name: str) -> Manuscript:
    text = (ROOT / "corpus" / "reports" / f"{name}.md").read_text("utf-8")
    _, head, body = text.split("---\n", 2)
    says = yaml.safe_load(head)
    parts: list[Part] = []
    for line in filter(None, (line.strip() for line in body.split("\n"))):
        if line.startswith("#"):
            title = line.lstrip("# ")
            numbered = _NUMBERED.match(title)
            number = int(numbered[1]) if numbered else None
            parts.append(Part("heading", title, 2 if numbered else 1, number))
        elif line.startswith("- "):
            parts.append(Part("item", line[2:]))
        else:
            parts.append(Part("paragraph", line))
    year = says["year"]
    # The shipped authors are initials; a title page has names.
    authors = tuple(re.sub(r"(\S+) ([A-Z])[A-Z]*$", r"\2. \1", one) for one in says["authors"])
    return Manuscript(
        name, "", says["title"], authors, "Department of Medicine, Northgate Hospital", parts,
        [(one.get("age"), one.get("sex")) for one in says["cases"]],
        "J Synth Dermatol", year, "10.1234/jsd.77",
    )  # fmt: skip


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
        ends = [match.start() for match in _CITED.finditer(text)][::2]
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


def edited(data: bytes, edit: Callable[[dict[str, bytes]], None]) -> bytes:
    """A Word file whose parts (name → bytes) were changed by `edit`."""
    with zipfile.ZipFile(BytesIO(data)) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    edit(parts)
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target:
        for name, part in parts.items():
            target.writestr(name, part)
    return stream.getvalue()


def with_part(data: bytes, name: str, kind: str, xml: str) -> bytes:
    """A Word file with one more part of the document, related by `kind` ('footnotes')."""

    def edit(parts: dict[str, bytes]) -> None:
        parts[f"word/{name}"] = xml.encode()
        link = (
            f'<Relationship Id="rIdX{len(parts)}" Target="{name}" Type="http://schemas.openxml'
            f'formats.org/officeDocument/2006/relationships/{kind}"/></Relationships>'
        )
        rels = "word/_rels/document.xml.rels"
        parts[rels] = parts[rels].replace(b"</Relationships>", link.encode())

    return edited(data, edit)


def _noted(data: bytes) -> bytes:
    notes = "".join(
        f'<w:footnote w:id="{number}"{kind}><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:footnote>'
        for number, kind, text in (
            (-1, ' w:type="separator"', "-----"),
            (1, "", ""),
        )
    )
    return with_part(data, "footnotes.xml", "footnotes", f"<w:footnotes {W}>{notes}</w:footnotes>")
