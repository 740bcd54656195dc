"""What each reader gets out of made documents: text, sentences, sections, patients, metadata.

    PYTHONPATH=.:tests python tests/make_formats.py FOLDER [SOURCE…]
    python -m eval.benchmarks.recovery FOLDER

One row for each format, against what tests/make_formats.py knows of each document. Characters are
those of the running text, in reading order; legends, tables and references are left aside.
"""

from __future__ import annotations

import json
import re
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
from rapidfuzz.distance import LCSseq

from eval.benchmarks.tables import figure, machine, table
from rag.formats import read_bytes
from rag.schema import Report
from rag.sentences import sentence_spans

FORMATS = ("text", "pdf", "jats", "html", "word")
FIELDS = ("title", "authors", "journal", "year", "doi")
_ASIDE = ("front", "legend", "references")
_SPELLED = str.maketrans("²³⁴⁵⁶⁷⁸⁹µ", "23456789μ")
_ITEM = re.compile(r"(?m)^(?:- |\d{1,2}[.)] )")
_HEAD = [
    "Format", "documents", "characters in order", "of those shown", "sentences wrong", "of",
    "sections", "of", "patients", "of", "metadata", "of", "CPU ms each",
]  # fmt: skip


def main(
    made: Annotated[Path, typer.Argument(help="What tests/make_formats.py wrote.")],
    formats: Annotated[list[str], typer.Option("--format", help="These alone.")] = list(FORMATS),  # noqa: B006
    worst: Annotated[int, typer.Option(help="Name this many documents that lose most.")] = 0,
) -> None:
    """Read all documents of each format and print a table."""
    print(f"{machine()}\n", flush=True)
    rows = []
    for name in formats:
        counts, losses = _measured(made, name)
        rows.append(_row(name, counts))
        for loss, document, what in sorted(losses, reverse=True)[:worst]:
            print(f"{name} {document}: {loss:.4f} {what}")
    print(table(_HEAD, rows))


def _measured(made: Path, form: str) -> tuple[Counter[str], list[tuple[float, str, str]]]:
    """What was asked and found over all documents of a format, and the loss of each document."""
    total: Counter[str] = Counter()
    losses = []
    for path in sorted((made / form).iterdir()):
        data = path.read_bytes()
        truth = json.loads((made / "truth" / form / f"{path.stem}.json").read_text("utf-8"))
        began = time.process_time()
        report = read_bytes(data, path)
        seconds = time.process_time() - began
        found = _compared(truth, report)
        total.update(found, seconds=seconds, documents=1)  # type: ignore[arg-type]
        losses.append((_loss(found), path.name, _named(truth, report)))
    return total, losses


def _compared(truth: Mapping[str, Any], report: Report) -> Counter[str]:
    """How much of the truth was asked for and found."""
    labels = tuple(truth.get("labels", ()))
    want = [_plain(line, labels) for line in _lines(truth["paragraphs"])]
    got = [_plain(line, labels) for line in _shown(report)]
    wanted, read = " ".join(want), " ".join(got)
    said = _sentences(_lines(truth["paragraphs"]), labels)
    shown = _sentences(_shown(report), labels) + _headings(report)
    sections, there = _sections(truth, report)
    patients = Counter((age, sex) for age, sex in truth["patients"])
    cases = Counter((case.age, case.sex) for case in report.cases)
    return Counter(
        wanted=len(wanted),
        read=len(read),
        same=LCSseq.similarity(wanted, read),
        sentences=said.total(),
        broken=(said - shown).total(),
        sections=sections.total(),
        sections_found=(sections & there).total(),
        patients=patients.total(),
        patients_found=(patients & cases).total(),
        metadata=len(FIELDS),
        metadata_found=sum(map(lambda field: _right(field, truth, report), FIELDS)),
    )


def _shown(report: Report) -> list[str]:
    """The lines of the running text."""
    return _lines(report.text[s.start : s.end] for s in report.sections if s.kind not in _ASIDE)


def _headings(report: Report) -> Counter[str]:
    """What stands as a heading, which may be a line of its own in the truth ('Results:')."""
    bare = [_plain(section.heading).rstrip(":") for section in report.sections if section.heading]
    return Counter((*bare, *(f"{heading}:" for heading in bare)))


def _lines(texts: Iterable[str]) -> list[str]:
    """Paragraphs as lines, without the rows of tables."""
    lines = (line for text in texts for line in text.split("\n"))
    return [line for line in lines if line.strip() and " | " not in line]


def _sections(truth: Mapping[str, Any], report: Report) -> tuple[Counter[Any], Counter[Any]]:
    """Sections by kind, heading and patient, as they are and as they were found."""
    there = Counter(_section(s.kind, s.heading, s.patient) for s in report.sections)
    return Counter(_section(*one) for one in truth["sections"]), there


def _section(kind: str, heading: str, patient: int | None) -> tuple[str, str, int | None]:
    # What stands above the first heading has no name to be known by.
    opening = not heading and kind in ("background", "other", "summary")
    return "opening" if opening else kind, _plain(heading).rstrip("."), patient


def _right(field: str, truth: Mapping[str, Any], report: Report) -> bool:
    if field == "authors":
        return tuple(truth["authors"]) == report.authors
    if field == "title":
        return _plain(truth["title"]) == _plain(report.title)
    return bool(truth[field] == getattr(report, field))


def _sentences(lines: Iterable[str], labels: tuple[str, ...]) -> Counter[str]:
    said = (_unlabelled(line, labels) for line in lines)
    return Counter(_plain(s[a:b]) for s in said for a, b in sentence_spans(s, 0, len(s)))


def _unlabelled(text: str, labels: tuple[str, ...]) -> str:
    """Without the label of an abstract's part and the mark of a list's item."""
    for label in labels:
        text = text.removeprefix(label)
    return _ITEM.sub("", text)


def _plain(text: str, labels: tuple[str, ...] = ()) -> str:
    """Letters, digits and signs in one spelling, blanks as one blank."""
    spelled = _unlabelled(text, labels).translate(_SPELLED).casefold()
    return re.sub(r"\s+", " ", spelled).strip()


def _loss(found: Counter[str]) -> float:
    pairs = (("wanted", "same"), ("sections", "sections_found"), ("metadata", "metadata_found"))
    losses = [1 - found[have] / max(1, found[want]) for want, have in pairs]
    broken = found["broken"] / max(1, found["sentences"])
    patients = 1 - found["patients_found"] / max(1, found["patients"] or 0)
    return sum(losses) + broken + (patients if found["patients"] else 0)


def _named(truth: Mapping[str, Any], report: Report) -> str:
    """What of a document was not found, for a person."""
    labels = tuple(truth.get("labels", ()))
    want = _sentences(_lines(truth["paragraphs"]), labels)
    got = _sentences(_shown(report), labels) + _headings(report)
    sections, there = _sections(truth, report)
    fields = [field for field in FIELDS if not _right(field, truth, report)]
    lacking = [*map(str, sections - there), *fields, *(text[:90] for text in want - got)]
    patients = [f"patients {truth['patients']} read as {[(c.age, c.sex) for c in report.cases]}"]
    wrong = truth["patients"] and Counter(map(tuple, truth["patients"])) != Counter(
        (c.age, c.sex) for c in report.cases
    )
    return "; ".join([*lacking, *(patients if wrong else [])])


def _row(name: str, n: Counter[str]) -> list[str]:
    def share(have: str, want: str, digits: int = 4) -> str:
        return figure(n[have] / n[want], digits) if n[want] else ""

    return [
        name,
        str(n["documents"]),
        share("same", "wanted"),
        share("same", "read"),
        share("broken", "sentences"),
        f"{n['sentences']:,}",
        share("sections_found", "sections", 3),
        f"{n['sections']:,}",
        share("patients_found", "patients", 3),
        f"{n['patients']:,}",
        share("metadata_found", "metadata", 3),
        f"{n['metadata']:,}",
        f"{1000 * n['seconds'] / n['documents']:.0f}",
    ]


if __name__ == "__main__":
    typer.run(main)
