"""Headings with levels, paragraphs, tables and references of a marked-up article → a Layout.

What the headings say decides about what stands below them: 'Follow-up' under 'Patient 2' is about
patient 2, and the parts of a structured abstract stay in the abstract.
"""

from __future__ import annotations

from dataclasses import dataclass

from rag.clean import drop_marks, normalise_characters
from rag.formats.citation_marks import settle
from rag.formats.headings import classify, goes_on_with_case, is_heading, run_in
from rag.formats.layout import Layout
from rag.schema import Section, SectionKind

RUN_IN = 99
"""The level of headings inside a section that are no more than the first words of a paragraph."""


@dataclass(frozen=True, slots=True)
class _Above:
    level: int
    kind: SectionKind
    patient: int | None


class Outline:
    """Writes a report; `announced` and `unnumbered` are what its headings say about it.

    `paragraphs` counts what was written with `paragraph` and `items`.
    """

    def __init__(self) -> None:
        self.announced: set[SectionKind] = set()
        self.unnumbered: list[str] = []
        self.paragraphs = 0
        self._layout = Layout()
        self._above: list[_Above] = []
        self._label = ""

    @property
    def kind(self) -> SectionKind:
        """The kind of the section that is being written."""
        return self._above[-1].kind if self._above else "front"

    def heading(self, text: str, level: int, kind: SectionKind | None = None) -> None:
        """Begin a section; one of an unknown name belongs to the section that it is part of.

        A step of a patient's story ('Investigations') right behind a case section of the same level
        is about the same patient. `kind` overrides what the words say.
        """
        text = plain(text)
        before = None
        while self._above and self._above[-1].level >= level:
            before = self._above.pop()
        above = self._above[-1] if self._above else _Above(0, "other", None)
        said, patient = classify(text)
        found = kind or said
        if found == "other" and kind is None and above.kind not in ("legend", "references"):
            found, patient = above.kind, above.patient
            follows = before is not None and before.level == level and before.kind == "case"
            if before and follows and patient is None and goes_on_with_case(text):
                found, patient = before.kind, before.patient
        elif found == "case" and patient is None:
            patient = above.patient
            if patient is None and above.kind != "case":
                self.unnumbered.append(text)
        if found != "other":
            self.announced.add(found)
        self._above.append(_Above(level, found, patient))
        self._label = ""
        self._layout.heading(text, found, patient)

    def label(self, text: str) -> None:
        """A heading that opens the next paragraph ('Results' inside an abstract)."""
        self._label = plain(text).rstrip(".: ")

    def front(self, text: str) -> None:
        """Add a paragraph of front matter; to be called before the first heading."""
        self._layout.paragraph(plain(text))

    def paragraph(self, text: str) -> None:
        """Add a paragraph; a patient's name that opens or fills it begins a section of its own."""
        text = drop_marks(plain(text))
        if not text:
            return
        if self._label:
            text, self._label = f"{self._label}: {text}", ""
        elif self._above and self._above[-1].kind != "summary":
            if is_heading(text) and classify(text)[1] is not None:
                self.heading(text, RUN_IN)
                return
            if opening := run_in(text):
                self.heading(opening[0], RUN_IN)
                text = opening[1]
        self._add(text)

    def items(self, items: list[str], *, numbered: bool = False) -> None:
        """Add a list, an item a line."""
        said = [item for item in (drop_marks(plain(item)) for item in items) if item]
        marks = (f"{number}. " if numbered else "- " for number in range(1, len(said) + 1))
        lines = "\n".join(mark + item for mark, item in zip(marks, said, strict=True))
        if self._label and lines:
            self._add(f"{self._label}:")
            self._label = ""
        self._add(lines)

    def legend(self, text: str) -> None:
        """Add the legend of a figure or table, or what stands below a table."""
        self._layout.legend(drop_marks(plain(text)))

    def rows(self, rows: list[list[str]]) -> None:
        """Add a table among the legends, a row a line: 'a | b | c'."""
        lines = ([plain(cell).replace("|", "/") for cell in row] for row in rows)
        self._layout.legend("\n".join(" | ".join(cells) for cells in lines if any(cells)))

    def reference(self, text: str) -> None:
        """Add an entry of the list of references."""
        self._layout.reference(plain(text))

    def _add(self, paragraph: str) -> None:
        self.paragraphs += bool(paragraph)
        self._layout.paragraph(paragraph)

    def build(self) -> tuple[str, tuple[Section, ...]]:
        """The canonical text and its sections."""
        return self._layout.build()


def plain(text: str) -> str:
    """One line of clean characters, without citation marks."""
    return " ".join(normalise_characters(settle(normalise_characters(text))).split())
