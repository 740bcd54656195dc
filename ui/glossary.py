"""The lexicon's terms with the sentences of the stored reports that name them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.cases.quoting import sentence_evidence
from rag.cite import cite
from rag.lexicon import Concept, lexicon
from ui.opened import Opened
from ui.proof import Proof, proof, records_by_place

KINDS = {
    "sign": "Signs and symptoms",
    "antibody": "Antibodies",
    "drug": "Drugs and treatments",
    "subtype": "Forms of the disease",
    "laboratory": "Tests",
}
SHOWN = 3
"""Sentences that are shown for one term, each from another report."""


@dataclass(frozen=True, slots=True)
class Named:
    """A place at which a report names a term."""

    report_id: str
    start: int
    end: int
    patient: int | None


Mentions = dict[str, list[Named]]
"""Term → the first place in each report that names it, sorted by report."""


def mentions(opened: Opened) -> Mentions:
    """Where the reports name which terms; all texts are read once (seconds)."""
    with opened.reading():
        return opened.once("mentions", lambda: _read(opened))


def _read(opened: Opened) -> Mentions:
    found: Mentions = {}
    for report in opened.library.reports():
        seen: set[str] = set()
        for section in report.sections:
            if section.kind in ("references", "front"):
                continue
            for one in lexicon().find(report.text[section.start : section.end]):
                if one.concept.name not in seen and one.concept.kind in KINDS:
                    seen.add(one.concept.name)
                    place = (one.start + section.start, one.end + section.start)
                    found.setdefault(one.concept.name, []).append(
                        Named(report.id, *place, section.patient)
                    )
    return found


def terms(found: Mentions, kind: str, words: str = "") -> list[Concept]:
    """The terms of a kind that some report names, by name; with words, those that hold them."""
    wanted = words.lower().split()
    return sorted(
        (
            concept
            for concept in lexicon().concepts(kind)
            if concept.name in found
            and all(any(w in term.lower() for term in concept.terms) for w in wanted)
        ),
        key=lambda concept: concept.name.lower(),
    )


def shown(opened: Opened, places: Sequence[Named], most: int = SHOWN) -> list[Proof]:
    """The sentences that name a term, as proofs."""
    with opened.reading() as library:
        chosen = places[:most]
        reports = {one.report_id: library.report(one.report_id) for one in chosen}
        evidence = [
            sentence_evidence(reports[one.report_id], (one.start, one.end), one.patient)
            for one in chosen
        ]
        records = records_by_place(reports, opened.shelf())
        return [proof(c, reports[c.report_id], records) for c in cite(evidence, reports)]
