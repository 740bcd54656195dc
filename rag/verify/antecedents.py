"""What 'it' and 'the dose' of a cited sentence mean: the drug of the sentences before it.

A report says 'Ciclosporin was begun in March. After four months he could climb stairs.' Who writes
from the second sentence names the drug.
"""

from __future__ import annotations

import re
from functools import lru_cache

from rag.verify.grounds import Grounds
from rag.verify.names import Named, named, related, wider

_IT = re.compile(
    r"\b(?:it|its|them|they|these|this|th(?:e|is|at|ese) (?:(?:same|daily|first|last|second) )?"
    r"(?:drugs?|doses?|dosage|dosing|medications?|medicines?|agents?|infusions?|injections?|"
    r"courses?|cycles?|tablets?|treatments?|therapy|ointment|cream|latter|former)|"
    r"(?:each|every|th(?:e|is)|after|(?:the )?\w+(?:st|nd|rd|th)) "
    r"(?:dose|infusion|injection|course|cycle)|re-?expos\w+|resum\w+|reintroduc\w+|withdrawal)\b",
    re.IGNORECASE,
)
_WITH = re.compile(r"\bwith\s(?:\w+\s)?$", re.IGNORECASE)  # 'MTX with folic acid'
_ORDER = re.compile(r"\b(?:latter|former)\b", re.IGNORECASE)
_SUBJECT = 5  # characters: 'The ' at most


_NO_DRUGS = frozenset({"tube feeding", "parenteral nutrition", "surgery", "physiotherapy"})


def drugs_meant(grounds: Grounds) -> frozenset[str]:
    """The names of the drugs that the slices speak of without naming them."""
    return frozenset(name for drugs in _spoken_of(grounds) for name in _meant(*drugs))


def classes_meant(grounds: Grounds) -> frozenset[str]:
    """The classes of all drugs that they may speak of: 'chemotherapy' where the sentence before
    names two cytotoxic drugs.
    """
    return frozenset(
        broader
        for _, sentence in _spoken_of(grounds)
        for drug in _drugs(sentence)
        for broader in wider(drug.name)
    )


def _spoken_of(grounds: Grounds) -> list[tuple[str, str]]:
    """Each slice, and the nearest sentence before it that names a drug; no slice that has drugs of
    its own and no word for another.
    """
    found = []
    for quote, before in zip(grounds.quotes, grounds.before, strict=False):
        named_before = next((sentence for sentence in before if _drugs(sentence)), None)
        if named_before and (_IT.search(quote) or not _drugs(quote)):
            found.append((quote, named_before))
    return found


@lru_cache(maxsize=4_000)
def _meant(quote: str, sentence: str) -> tuple[str, ...]:
    """The drug of a sentence before a slice, where it names no other or begins with it."""
    drugs = _drugs(sentence)
    drugs = [d for d in drugs if not _WITH.search(sentence[: d.start])] or drugs
    order = _ORDER.search(quote)
    if order and len(drugs) > 1:
        return (drugs[-1 if order.group().lower() == "latter" else 0].name,)
    alone = all(related(drugs[0].name, other.name) for other in drugs[1:])
    return (drugs[0].name,) if alone or _is_subject(drugs, sentence) else ()


def _is_subject(drugs: list[Named], sentence: str) -> bool:
    """Whether a sentence begins with the first of its drugs, and with no other beside it."""
    beside = re.fullmatch(r"\s?(?:,|and|or|plus|,\sand)\s", sentence[drugs[0].end : drugs[1].start])
    return drugs[0].start < _SUBJECT and not beside


def _drugs(text: str) -> list[Named]:
    return [one for one in named(text) if one.kind == "drug" and one.name not in _NO_DRUGS]
