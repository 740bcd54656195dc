"""What a question names, and which reports can be about it.

Another drug's dose is worse than no answer: a report that never mentions the drug asked about is
neither evidence nor a good passage to show.
"""

from __future__ import annotations

from collections.abc import Mapping

from rag.lexicon import lexicon
from rag.reader.words import concept_names
from rag.schema import Report


def named_drugs(question: str) -> frozenset[str]:
    """The drugs that a question names, with all that fall under them."""
    names = [
        m.concept.name for m in lexicon().find(question, typos=True) if m.concept.kind == "drug"
    ]
    return frozenset(n for name in names for n in (name, *lexicon().narrower(name)))


def on_subject(question: str, reports: Mapping[str, Report]) -> frozenset[str]:
    """The ids of the reports that mention a drug of the question; all when it names none."""
    named = named_drugs(question)
    return frozenset(
        report_id
        for report_id, report in reports.items()
        if not named or named & concept_names(report.text) or named & concept_names(report.title)
    )


def same_drug(question: str, sentence: str) -> bool:
    """Whether a sentence names the drug asked about, or at least no other."""
    named = named_drugs(question)
    if not named:
        return True
    drugs = {m.concept.name for m in lexicon().find(sentence) if m.concept.kind == "drug"}
    return not drugs or bool(drugs & named)
