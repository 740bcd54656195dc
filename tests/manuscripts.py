"""The synthetic case texts and digests as manuscripts: what a Word file of each should say.

`MANUSCRIPTS` names the documents; `manuscript(name)` gives the truth about one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import yaml
from places import ROOT

TEXTS = (ROOT / "corpus" / "training" / "texts", ROOT / "eval" / "texts")
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
CITED = re.compile(r"(?<=[a-z]{4})(?=\. [A-Z])")


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
