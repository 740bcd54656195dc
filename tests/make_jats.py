"""Made papers → JATS as PubMed Central gives it, in four styles of citing and laying out."""

from __future__ import annotations

import re
from xml.sax.saxutils import escape

from markup_papers import Paper, Part, course, labelled, pieces

DOCTYPE = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE article PUBLIC "-//NLM//DTD JATS (Z39.96) '
    'Journal Archiving and Interchange DTD v1.2 20190208//EN" "JATS-archivearticle1.dtd">\n'
)
_X = '<xref ref-type="bibr" rid="B{0}">{0}</xref>'
MARKS = (
    # Before the stop, in brackets; behind it, raised; ranges; marks inside a bracket with words.
    (" [" + _X.format(3) + ", " + _X.format(4) + "]", False),
    ("<sup>" + _X.format(3) + ",</sup><sup>" + _X.format(4) + "</sup>", True),
    (" (" + _X.format(3) + "–" + _X.format(5) + ")", False),
    ('<xref ref-type="bibr" rid="B7"><sup>7</sup></xref>', True),
    (" (for review, see " + _X.format(12) + ")", False),
    ("[" + _X.format(3) + "]", False),
)


def jats(paper: Paper, style: int) -> str:
    """The article as XML; `style` says where marks, figures and tables stand."""
    maker = _Maker(paper, style)
    floats = maker.floats()
    inside = style % 2 == 0
    return (
        f'{DOCTYPE}<article xmlns:xlink="http://www.w3.org/1999/xlink" article-type="case-report">'
        f"{maker.front()}<body>{maker.body(floats if inside else '')}</body>{maker.back()}"
        f"{'' if inside or not floats else f'<floats-group>{floats}</floats-group>'}</article>"
    )


class _Maker:
    def __init__(self, paper: Paper, style: int) -> None:
        self.paper = paper
        self.style = style
        self._sentence = 0

    def front(self) -> str:
        paper = self.paper
        people = "".join(_author(name, self.style) for name in paper.authors)
        return (
            "<front><journal-meta><journal-id journal-id-type='nlm-ta'>J Made</journal-id>"
            f"<journal-title-group><journal-title>{escape(paper.journal)}</journal-title>"
            "</journal-title-group></journal-meta><article-meta>"
            f'<article-id pub-id-type="pmid">{paper.pmid}</article-id>'
            f'<article-id pub-id-type="pmc">{7_000_000 + self.style}</article-id>'
            f'<article-id pub-id-type="doi">{escape(paper.doi)}</article-id>'
            f"<title-group><article-title>{_cased(paper.title)}"
            '<xref ref-type="fn" rid="fn1">*</xref></article-title></title-group>'
            f"<contrib-group>{people}<contrib contrib-type='editor'><name><surname>Editor</surname>"
            "<given-names>An</given-names></name></contrib></contrib-group>"
            "<aff id='aff1'><label>1</label>Department of Skin, Valley Hospital</aff>"
            f'<pub-date pub-type="collection"><year>{paper.year + 1}</year></pub-date>'
            f'<pub-date pub-type="epub"><day>3</day><month>5</month><year>{paper.year}</year>'
            "</pub-date><history><date date-type='received'><year>1901</year></date></history>"
            "<permissions><copyright-statement>© The Authors</copyright-statement></permissions>"
            f"{self._abstract()}<kwd-group><kwd>skin</kwd></kwd-group></article-meta></front>"
        )

    def body(self, floats: str) -> str:
        parts = list(self.paper.parts)
        written: list[str] = []
        while parts:
            cases = [p for p in parts if p.kind == "case" and p.patient and p.heading]
            if len(cases) > 1 and parts[: len(cases)] == cases and self.style % 4 < 2:
                nested = "".join(self._section(part) for part in cases)
                written.append(f"<sec><title>Case reports</title>{nested}</sec>")
                parts = parts[len(cases) :]
                continue
            written.append(self._section(parts.pop(0)))
        if floats and written:
            # Inside the last paragraph, in the middle of its text.
            head, stop, tail = written[-1].rpartition("</p>")
            written[-1] = head + floats + stop + tail if stop else written[-1]
        return "".join(written)

    def floats(self) -> str:
        figures = "".join(
            f'<fig id="F{n}">{_labelled(text)}<graphic xlink:href="f{n}"/></fig>'
            for n, text in enumerate(self.paper.figures, 1)
        )
        tables = "".join(
            f'<table-wrap id="T{n}">{_labelled(caption)}<table>{_rows(rows)}</table></table-wrap>'
            for n, (caption, rows) in enumerate(self.paper.tables, 1)
        )
        return figures + tables

    def back(self) -> str:
        refs = "".join(
            f'<ref id="B{n}"><mixed-citation>{escape(text)}</mixed-citation></ref>'
            for n, text in enumerate(self.paper.references, 1)
        )
        return f"<back><ref-list><title>References</title>{refs}</ref-list></back>" if refs else ""

    def _abstract(self) -> str:
        if not self.paper.abstract:
            return ""
        own = "".join(f"<p>{self.text(text)}</p>" for text in self.paper.abstract)
        other = '<trans-abstract xml:lang="fr"><p>Résumé en français.</p></trans-abstract>'
        toc = '<abstract abstract-type="toc"><p>A teaser.</p></abstract>'
        inner = f"<title>Abstract</title>{own}"
        if self.style % 3 == 0:
            inner = "".join(
                f"<sec><title>{label}:</title><p>{self.text(said)}</p></sec>"
                for label, said in labelled(self.paper.abstract)
            )
        return f"<abstract>{inner}</abstract>{other}{toc}"

    def _section(self, part: Part) -> str:
        cut = course(part) if self.style % 2 else len(part.paragraphs)
        inner = "".join(map(self._paragraph, part.paragraphs[:cut]))
        if cut < len(part.paragraphs):
            rest = "".join(map(self._paragraph, part.paragraphs[cut:]))
            inner += f"<sec><title>Course</title>{rest}</sec>"
        return f"<sec><title>{_cased(part.heading)}</title>{inner}</sec>" if part.heading else inner

    def _paragraph(self, text: str) -> str:
        lines = text.split("\n")
        items = [line[2:] for line in lines if line.startswith("- ")]
        opening = " ".join(line for line in lines if not line.startswith("- "))
        listed = "".join(f"<list-item><p>{_inline(item)}</p></list-item>" for item in items)
        if listed:
            listed = f'<list list-type="bullet">{listed}</list>'
        return f"<p>{self.text(opening)}{listed}</p>" if opening else listed

    def text(self, text: str) -> str:
        """A paragraph with marks after every third sentence."""
        sentences = re.split(r"(?<=[a-z)]\.) (?=[A-Z])", text)
        return " ".join(self._marked(sentence) for sentence in sentences)

    def _marked(self, sentence: str) -> str:
        self._sentence += 1
        inner = _inline(sentence)
        if self._sentence % 3 or not re.search(r"[a-z)]\.$", sentence):
            return inner
        mark, behind = MARKS[self.style % len(MARKS)]
        return inner + mark if behind else inner[:-1] + mark + "."


def _author(name: str, style: int) -> str:
    given, _, family = name.rpartition(" ")
    mark = "<xref ref-type='aff' rid='aff1'><sup>1</sup></xref>"
    if style % 2:
        return (
            f"<contrib><string-name><given-names>{escape(given)}</given-names> <surname>"
            f"{escape(family)}</surname></string-name>{mark}</contrib>"
        )
    return (
        f'<contrib contrib-type="author"><name><surname>{escape(family)}</surname><given-names>'
        f"{escape(given)}</given-names></name>{mark}</contrib>"
    )


def _inline(text: str) -> str:
    plain = pieces(text)
    written = [
        _cased(piece) if n % 2 == 0 else f"<sup>{piece}</sup>" for n, piece in enumerate(plain)
    ]
    return re.sub(
        r"\b(Fig\. |Table )(\d)\b", r'<xref ref-type="fig" rid="F\2">\1\2</xref>', "".join(written)
    )


def _cased(text: str) -> str:
    """Characters as references by number and by name, a word in italics, a broken line."""
    text = escape(text).replace("α", "&alpha;").replace("γ", "&#x3b3;").replace("–", "&#8211;")
    text = re.sub(r"\b(dermatomyositis)\b", r"<italic>\1</italic>", text, count=1)
    return re.sub(r" (with|and) ", r"\n    \1 ", text)


def _labelled(legend: str) -> str:
    match = re.match(r"((?:Fig(?:ure)?s?\.?|Table) ?\w{1,3})[.:]? (.+)", legend, re.DOTALL)
    if not match:
        return f"<caption><p>{_inline(legend)}</p></caption>" if legend else ""
    return f"<label>{match[1]}.</label><caption><p>{_inline(match[2])}</p></caption>"


def _rows(rows: list[list[str]]) -> str:
    lines = ["".join(f"<td>{_inline(cell)}</td>" for cell in row) for row in rows]
    return "".join(f"<tr>{line}</tr>" for line in lines)
