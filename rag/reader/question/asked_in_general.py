"""'Which dose of IVIG?', 'how fast does IVIg work?': asked of a drug, and of nobody in particular.

One report's answer would be one among several: each that tells of it gives its best sentence
(`rag.reader.kinds.told_in_general`).
"""
# ruff: noqa: E501  (a table of patterns reads best one pattern to the line)

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from rag.lexicon import Mention, lexicon

_OF_NOBODY = r"(?: (?:used|given|needed|ranges?|reported))?(?: in (?:adult |adults|children|patients|patients with |people with )*(?:dermatomyositis|j?dm)?)?\s*[?.!]*$"
_DOSE = re.compile(
    r"\b(?:dos(?:e|es|age|ages|ing)|regimens?|schedules?|protocols?|how (?:much|many mg))\b",
    re.IGNORECASE,
)
# What may stand beside the names of drug and purpose where nobody is meant: no past, no person.
_OF_ANYBODY = frozenset(
    """what which whats at is are has have been being the a an of for in with against on to and as when it its that there s
    usual typical standard normal common reported initial starting start loading maintenance usually typically normally commonly
    used use given give needed need required ranges range reported prescribed start started
    patients patient people persons pts adult adults child children kids paediatric pediatric adolescents
    treat treating treatment therapy skin rash rashes per route frequency interval intervals oral po do does they you""".split()  # noqa: SIM905
)
_DRUG = r"(?P<drug>[^?,:]+?)"
# Whatever it is to act on: 'on the rash', 'for calcinosis'.
_ON = r"(?: (?:on|for|against|in) (?:the )?(?:skin|rash(?:es)?|muscles?|muscle strength|weakness|joints|lungs?|calcinosis|itch|strength|swallowing|dysphagia|ILD|lung disease|skin lesions))?"
_SOON = tuple(
    re.compile(pattern + _ON + _OF_NOBODY, re.IGNORECASE)
    for pattern in (
        rf"^how (?:fast|quick(?:ly)?|soon|long) (?:does|do|will|until|till|before|for) {_DRUG} (?:take |need )?(?:to )?(?:works?|act|kicks? in|take effect|helps?|have an effect|show an effect)",
        rf"^how (?:fast|quick(?:ly)?|soon) (?:is|are) (?:the )?(?:response|effect|improvement) (?:to|of|on|with) {_DRUG}",
        rf"^(?:what(?:'s| is) the )?(?:usual |typical |median |mean )?(?:time|latency) to (?:response|effect|improvement|benefit|remission|clearance|healing)(?: seen)? (?:with|on|of|to|for|after) {_DRUG}",
        rf"^{_DRUG}[:,]? (?:time to (?:response|effect|improvement|benefit|remission|clearance|work)|onset of (?:action|effect|response)|how (?:fast|quick(?:ly)?|soon)(?: does it work)?)",
    )
)


@dataclass(frozen=True, slots=True)
class DoseAsked:
    """The drug whose dose is asked for in general, and what or whom it is to be for, if that is
    said. All as the lexicon names them.
    """

    drug: str
    purposes: tuple[str, ...] = ()


def general_dose(question: str) -> DoseAsked | None:
    """The drug of which the dose is asked for and nothing says whose; else None.

    Beside the names of one drug and of what it is for, only words may stand that mean nobody.
    """
    text = " ".join(question.split())
    if not _DOSE.search(text):
        return None
    named = named_in(text)
    drugs = dict.fromkeys(m.concept.name for m in named if m.concept.kind == "drug")
    words = words_beside(text, named)
    asking = {word for said in _DOSE.findall(text.lower()) for word in said.split()}
    if len(drugs) != 1 or words is None or words - asking - _OF_ANYBODY:
        return None
    purposes = [m.concept.name for m in named if m.concept.kind != "drug"]
    return DoseAsked(
        next(iter(drugs)), tuple(dict.fromkeys(n for n in purposes if n not in _EVERYBODY))
    )


_NAMED = ("drug", "sign", "subtype", "antibody")
_EVERYBODY = frozenset({"dermatomyositis", "idiopathic inflammatory myopathy"})
"""Whom all reports are about."""
_WORD = re.compile(r"[^\W_]+")
_PARTED = re.compile(r"\d|[:;=]|\?.|\s[-\u2013\u2014]\s")


def named_in(text: str) -> list[Mention]:
    """The drugs, signs, forms and antibodies that a text names, misspelt ones too."""
    return [m for m in lexicon().find(text, typos=True) if m.concept.kind in _NAMED]


def words_beside(text: str, named: Sequence[Mention]) -> frozenset[str] | None:
    """The words between the names in a text, lower case; None where figures, a colon, a dash or
    a second question say that somebody is meant.
    """
    rest = beside(text, named)
    return None if _PARTED.search(rest) else frozenset(_WORD.findall(rest.lower()))


def beside(text: str, named: Sequence[Mention]) -> str:
    """The words of a text between the names that were found in it."""
    ends = [(0, 0), *((m.start, m.end) for m in named), (len(text), len(text))]
    return " ".join(text[before[1] : after[0]] for before, after in pairwise(ends))


def asks_for_any_dose(question: str) -> bool:
    """Whether the dose of a drug is asked for and nothing says whose, nor for what."""
    asked = general_dose(question)
    return asked is not None and not asked.purposes


def general_speed(question: str) -> str | None:
    """The name of the drug of which it is asked how fast it works, in anybody; else None."""
    for pattern in _SOON:
        if (found := pattern.match(" ".join(question.split()))) and (
            drug := lexicon().named_alone(found["drug"], "drug")
        ):
            return drug.name
    return None
