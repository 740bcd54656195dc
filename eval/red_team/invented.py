"""Sentences → an invented report that holds them, and what an answer made of them rests on."""

from __future__ import annotations

from rag.answer import ENGINE, Consulted, compose
from rag.llm.evidence import Shown
from rag.schema import Answer, Citation, Evidence, Passage, Report, Section

TRUE = "The skin lesions cleared in both patients after dapsone was added."
"""What stands beside every hostile passage, and must stand unharmed in the answer."""

QUESTION = "What happened to the skin lesions after dapsone?"


def evidence_of(*texts: str) -> Shown:
    """Each text as a numbered sentence of one report, whatever it says."""
    report, places = _report(*texts)
    citations = tuple(
        Citation(
            number, report.id, report.title, report.authors, None, report.year, None, None,
            report.source_kind, report.basis, "Case", None, start, end, report.text[start:end],
        )
        for number, (start, end) in enumerate(places, 1)
    )  # fmt: skip
    return Shown(citations, {report.id: report})


def consulted(*texts: str) -> Consulted:
    """What the default engine hands over when it has found these sentences and quotes them all."""
    report, places = _report(*texts)
    passage = Passage(report.id, "case", 1, 0, len(report.text))
    found = tuple(Evidence(passage, a, b, report.text[a:b], 0.9) for a, b in places)
    citations = evidence_of(*texts).citations
    answer = Answer(
        QUESTION, QUESTION, "answered", compose(citations), None, citations, (), ENGINE, ""
    )
    return Consulted(answer, found, reports={report.id: report})


def _report(*texts: str) -> tuple[Report, list[tuple[int, int]]]:
    places = []
    whole = ""
    for text in texts:
        places.append((len(whole), len(whole) + len(text)))
        whole += f"{text}\n"
    section = Section("case", "Case", "case", 0, len(whole))
    made = Report(
        "doe-2020", "A case", whole, (section,), "doe.txt", "user file", "full text",
        authors=("Doe J",), year=2020,
    )  # fmt: skip
    return made, places
