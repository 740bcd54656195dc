"""What a question names, and which reports can be about it.

Another drug's dose is worse than no answer: a report that never mentions the drug asked about is
neither evidence nor a good passage to show.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from rag.lexicon import Mention, lexicon
from rag.reader.words import concept_names
from rag.schema import Report


def named_drugs(question: str) -> frozenset[str]:
    """The drugs that a question names, with all that fall under them."""
    names = [mention.concept.name for mention in drug_mentions(question)]
    return with_narrower(names)


def unmentioned(question: str, reports: Mapping[str, Report]) -> tuple[str, ...]:
    """The drugs of a question, in its words, where no report mentions any of them; else none."""
    if on_subject(question, reports):
        return ()
    return tuple(dict.fromkeys(mention.text for mention in drug_mentions(question)))


FORMS = MappingProxyType(
    {
        "oral corticosteroid": "systemic corticosteroid",
        "high-dose corticosteroid": "systemic corticosteroid",
        "steroid pulse therapy": "systemic corticosteroid",
    }
)
"""Ways in which a class of drugs is given: a report that names one of the class may tell of it."""


def with_narrower(names: Iterable[str]) -> frozenset[str]:
    """Drugs by name → these, the class of a form of them, and all that fall under these."""
    found = [m for name in names for m in (name, FORMS.get(name, name))]
    return frozenset(n for name in found for n in (name, *lexicon().narrower(name)))


def drug_mentions(question: str) -> list[Mention]:
    """The drugs that a question names, misspelt ones too, in its order."""
    return [m for m in lexicon().find(question, typos=True) if m.concept.kind == "drug"]


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
