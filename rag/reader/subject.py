"""What a question names, and which reports can be about it.

Another drug's dose is worse than no answer: a report that never mentions the drug asked about is
neither evidence nor a good passage to show.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from rag.lexicon import Mention, lexicon
from rag.reader.words import concept_names
from rag.schema import Report


def named_drugs(question: str) -> frozenset[str]:
    """The drugs that a question names, with all that fall under them."""
    names = [mention.concept.name for mention in _drugs(question)]
    return _with_narrower(names)


def unmentioned(question: str, reports: Mapping[str, Report]) -> tuple[str, ...]:
    """The drugs of a question, in its words, where no report mentions any of them; else none."""
    if on_subject(question, reports):
        return ()
    return tuple(dict.fromkeys(mention.text for mention in _drugs(question)))


FORMS = MappingProxyType(
    {
        "oral corticosteroid": "systemic corticosteroid",
        "high-dose corticosteroid": "systemic corticosteroid",
        "steroid pulse therapy": "systemic corticosteroid",
    }
)
"""Ways in which a class of drugs is given: a report that names one of the class may tell of it."""


def _with_narrower(names: Iterable[str]) -> frozenset[str]:
    found = [m for name in names for m in (name, FORMS.get(name, name))]
    return frozenset(n for name in found for n in (name, *lexicon().narrower(name)))


def _drugs(question: str) -> list[Mention]:
    return [m for m in lexicon().find(question, typos=True) if m.concept.kind == "drug"]


# 'Dose of', 'how much oral', 'strength of the'; behind the drug: 'tacrolimus ointment strength'.
_BEFORE = re.compile(
    r"\b(?:dos(?:e|es|age|ages|ing)|strength|posology|amount|how much|mg|how many (?:mg|units?|ml))"
    r"\b(?: ?(?:/|a|per) ?(?:day|week|kg|d))?(?: (?:of|for|was the|the|her|his|their|its|oral|"
    r"topical|iv|intravenous|subcutaneous|daily|weekly|initial|starting|maintenance|high|low)"
    r"[ -]?)*\s*$",
    re.IGNORECASE,
)
_BEHIND = re.compile(
    r"^[\s-]*(?:ointment|cream|gel|infusions?|tablets?|injections?|pulses?|initial|starting|"
    r"maintenance|daily|weekly|total|cumulative|final)?[\s-]*(?:dos(?:e|es|age|ing)|strength|mg|posology)\b",
    re.IGNORECASE,
)


def dosed_drugs(question: str) -> frozenset[str]:
    """The drugs whose dose is asked for, with all that fall under them; in doubt all it names.

    In 'dose of tacrolimus after methotrexate had failed?' that is tacrolimus alone.
    """
    found = _drugs(question)
    dosed = [
        m.concept.name
        for m in found
        if _BEFORE.search(question[: m.start]) or _BEHIND.search(question[m.end :])
    ]
    return _with_narrower(dosed or [m.concept.name for m in found])


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


def of_dosed_drug(question: str, sentence: str) -> bool:
    """Whether a dose in the sentence can be that of the drug whose dose is asked for.

    'Steroids' may be prednisolone, 'tacrolimus' the ointment.
    """
    named = dosed_drugs(question)
    drugs = {m.concept.name for m in lexicon().find(sentence) if m.concept.kind == "drug"}
    if not named or not drugs:
        return True
    drugs |= {narrower for name in drugs for narrower in lexicon().narrower(name)}
    return bool(drugs & named or _words(drugs) & _words(named))


def _words(names: Iterable[str]) -> set[str]:
    """The words of drugs' names that tell them apart: 'topical tacrolimus' is a tacrolimus."""
    return {word for name in names for word in name.split() if len(word) >= _TELLING}


_TELLING = 8  # letters; 'topical' and 'oral' are shorter
