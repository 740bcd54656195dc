"""'Which dose of IVIG?', 'how fast does IVIg work?': asked of a drug, and of nobody in particular.

One report's answer would be one among several: each that tells of it gives its best sentence
(`rag.reader.kinds.told_in_general`).
"""
# ruff: noqa: E501  (a table of patterns reads best one pattern to the line)

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.lexicon import lexicon

_OF_NOBODY = r"(?: (?:used|given|needed|ranges?|reported))?(?: in (?:adult |adults|children|patients|patients with |people with )*(?:dermatomyositis|j?dm)?)?\s*[?.!]*$"
_DOSE = r"(?:dos(?:e|es|age|ages|ing)|regimens?|schedules?)"
_FOR = r"(?: (?:for|in|against|on) (?:the )?(?P<purpose>[^?]+?))??"
_ANY_DOSE = tuple(
    re.compile(pattern + _OF_NOBODY, re.IGNORECASE)
    for pattern in (
        rf"^(?:what(?:'s| is| are)? |which |at what |at which )?(?:the )?(?:usual |typical |standard |normal |reported |common |initial |starting )*{_DOSE} (?:of|for) (?P<drug>[^?]+?){_FOR}",
        rf"^(?:what |which |at what |at which )?(?P<drug>[^?]+?)[:,]? {_DOSE}{_FOR}",
        rf"^(?:what|which|at what|at which) {_DOSE} (?:of (?P<drug>[^?]+?)) (?:is|are|has been|have been){_FOR}",
    )
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
    """The drug whose dose is asked for in general, and what it is to be for; '' where that is not
    said. Both as the lexicon names them.
    """

    drug: str
    purpose: str = ""


def general_dose(question: str) -> DoseAsked | None:
    """The drug of which the dose is asked for and nothing says whose; else None."""
    for pattern in _ANY_DOSE:
        found = pattern.match(" ".join(question.split()))
        drug = lexicon().named_alone(found["drug"], "drug") if found else None
        if not found or not drug:
            continue
        if not (said := found["purpose"]):
            return DoseAsked(drug.name)
        purpose = lexicon().named_alone(said, "sign", "subtype", "antibody")
        return DoseAsked(drug.name, purpose.name) if purpose else None
    return None


def asks_for_any_dose(question: str) -> bool:
    """Whether the dose of a drug is asked for and nothing says whose, nor for what."""
    asked = general_dose(question)
    return asked is not None and not asked.purpose


def general_speed(question: str) -> str | None:
    """The name of the drug of which it is asked how fast it works, in anybody; else None."""
    for pattern in _SOON:
        if (found := pattern.match(" ".join(question.split()))) and (
            drug := lexicon().named_alone(found["drug"], "drug")
        ):
            return drug.name
    return None
