"""What a claim says was given or done, and its spans say was only thought of, refused, or ended.

'Infliximab was considered but withheld' does not prove 'infliximab was given', though every word of
that stands in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.verify.grounds import Grounds
from rag.verify.names import named, related
from rag.verify.verdict import Reason

_GIVEN = (
    r"given|used|done|performed|taken|started|tried|added|administered|introduced|placed|begun|"
    r"carried out|infused|injected"
)
_NOT_DONE = re.compile(
    r"\b(?:withh[eo]ld|omitted|cancell?ed|declined|refused|avoided|deferred|rejected|called off|"
    r"ruled out|contraindicated|judged too|advised against|unavailable|could not afford|"
    rf"(?:not|never) (?:be |been )?(?:{_GIVEN}|needed|offered|required|approved|reimbursed|"
    r"available|provided|necessary|chosen|delivered)|"
    r"did not (?:take|receive|want|wish|accept)|could not (?:be given|provide)|"
    r"considered|planned|proposed|discussed|intended|requested|arranged|suggested|scheduled|"
    r"recommended|advised|(?:held|kept) ready)\b",
    re.IGNORECASE,
)
_DONE = re.compile(
    rf"\b(?:{_GIVEN}|gave|received|took|taking|takes|began|underwent|continued|showed|shows|"
    r"revealed|confirmed|disclosed|demonstrated|led to|produced|caused|followed|replaced|replacing|"
    r"raised|increased|reduced|tapered|improved|cleared|accepted|resumed)\b",
    re.IGNORECASE,
)
_REFUSED = re.compile(
    r"\b(?:refused|declined|avoided|withheld|without(?! (?:interrupt|stopp|discontin|loss))|"
    r"instead of|rather than|not|no|never|rejected|considered|planned|proposed)\s"
    r"(?:[\w-]+\s){0,3}$",
    re.IGNORECASE,
)
_WAS_GIVEN = re.compile(
    r"\b(?:was|were|is|has been|had been|being)\s(?:\w+ly\s|then\s|also\s|later\s)?"
    rf"(?:{_GIVEN}|biopsied|part of)\b|"
    r"\b(?:showed|revealed|confirmed|demonstrated|disclosed|helped|worked|cleared|improved|"
    r"controlled|relieved|restored)\b|\b(?:has |had )?kept\s",
    re.IGNORECASE,
)
"""Behind a drug or procedure: that it was given, or did something."""
_GOT = re.compile(
    r"\b(?:received|took|takes|underwent|had|got|treated with|put on|went through|went on to|"
    r"(?:switched|changed|moved|agreed) to|accepted)\s(?:[\w-]+\s){0,3}$",
    re.IGNORECASE,
)
"""Before it: that somebody got it."""
_OPEN = re.compile(
    r"\b(?:not|no|never|neither|nor|without|refused|declined|considered|planned|proposed|"
    r"discussed|if|whether|may|might|could|would|should|requested|intended|denied|instead|"
    r"recommend\w*|suggest\w*|advis\w*|avoid\w*|failed|before|contraindicat\w*|withheld|omitted|"
    r"cancell?ed|deferred|unavailable)\b|n't\b",
    re.IGNORECASE,
)
"""Words by which a claim itself says that it was not given, or leaves that open."""
_CONTINUED = re.compile(
    r"\b(?:remains? on|still (?:takes?|on|needs?|requires?|taking|uses|used)|"
    r"continues? (?:to (?:take|need|require)|on|taking)|is (?:on|taking)|to this day|"
    r"(?:cannot|could not) (?:get off|do without|come off)|(?:right|all) through)\b",
    re.IGNORECASE,
)
_ENDED = re.compile(
    r"\b(?:stopped|withdrawn|discontinued|abandoned|given up|interrupted|"
    r"tapered (?:off|to nil|to zero))\b",
    re.IGNORECASE,
)
_FREE = re.compile(r"\b(?:free of|off|without)\s$", re.IGNORECASE)
_AGAIN = re.compile(r"\b(?:resum\w+|restart\w+|again|reintroduc\w+|back|not|never)\b", re.I)
_NEAR = 40  # characters between what is given and the verb
_BEHIND = 110  # characters behind a name in which its fate is told
_PROCEDURE = re.compile(
    r"\b(?:biops(?:y|ies|ied)|electromyogra\w+|gastrostomy|autopsy|angiography|colonoscopy|"
    r"gastroscopy|bronchoscopy|tracheostomy|transplantation)\b",
    re.IGNORECASE,
)
_STEM = 5  # letters that 'biopsy' and 'biopsied' share
_SUBJECT = re.compile(
    rf"^\s*(?:(?:The|A|An)\s)?(?P<what>[\w-]+(?:\s[\w-]+){{0,2}})\s(?:was|were)\s(?:{_GIVEN})\b",
    re.IGNORECASE,
)

Thing = tuple[str, int, int]
"""What a drug or procedure is called, and where."""


def check_given(claim: str, grounds: Grounds) -> Iterator[Reason]:
    """A reason for a drug or procedure of which the spans say only that it was not given or done,
    or, where it is said to be taken still, that it was stopped.
    """
    text = grounds.text
    goes_on = _CONTINUED.search(claim)
    if _OPEN.search(claim) and not goes_on:
        return
    for thing in _things(claim):
        told = [other for other in _things(text) if _same(thing, other)]
        told = told or _subjects(thing, claim, text)
        said = claim[thing[1] : thing[2]]
        if told and goes_on and all(_is_ended(text, one) for one in told):
            message = f"{grounds.place} says that {said} was stopped"
        elif told and _is_claimed(claim, thing) and all(_is_not_done(text, one) for one in told):
            message = f"{grounds.place} does not say that {said} was given or done"
        else:
            continue
        yield Reason("negation", message, thing[1], thing[2])
        return


def _things(text: str) -> list[Thing]:
    """The drugs and procedures of a text, and, of a claim, the subject of 'was given'."""
    found = [(n.name, n.start, n.end) for n in named(text) if n.kind == "drug"]
    places = {place for _, start, end in found for place in range(start, end)}
    others = [(m.group().lower()[:_STEM], *m.span()) for m in _PROCEDURE.finditer(text)]
    subject = _SUBJECT.match(text)
    if subject:
        others.append((subject["what"].lower(), *subject.span("what")))
    found += [one for one in others if one[1] not in places]
    return sorted(found, key=lambda thing: thing[1:])


def _same(one: Thing, other: Thing) -> bool:
    return one[0] == other[0] or related(one[0], other[0])


def _subjects(one: Thing, claim: str, text: str) -> list[Thing]:
    """Where spans have the words of a claim for what was given, if they are no known drug."""
    said = re.compile(rf"\b{re.escape(claim[one[1] : one[2]])}\b", re.IGNORECASE)
    return [(one[0], *match.span()) for match in said.finditer(text)]


def _is_claimed(claim: str, thing: Thing) -> bool:
    """Whether a claim says of something that it was given or done."""
    behind = _WAS_GIVEN.search(claim, thing[2])
    near = behind is not None and behind.start() - thing[2] < _NEAR
    return near or bool(_GOT.search(claim[: thing[1]]))


def _is_ended(text: str, thing: Thing) -> bool:
    """Whether what a text says of a drug is that it was stopped, or that somebody is free of it."""
    rest = _sentence_behind(text, thing[2])
    if _FREE.search(text[: thing[1]]):
        return True
    return bool(_ENDED.search(rest)) and not _AGAIN.search(rest)


def _is_not_done(text: str, thing: Thing) -> bool:
    """Whether the first that a text says of something is that it was not given."""
    rest = _sentence_behind(text, thing[2])[:_BEHIND]
    no, yes = _NOT_DONE.search(rest), _DONE.search(rest)
    if no and (not yes or no.start() < yes.start()):
        return True
    clause = re.split(r"[;.,]\s|\n|\b(?:but|and)\s", text[: thing[1]])[-1]
    return bool(_REFUSED.search(clause)) and not no and not yes


def _sentence_behind(text: str, end: int) -> str:
    """What stands behind a place, up to the end of its sentence."""
    stop = re.compile(r"[;.]\s|\n").search(text, end)
    return text[end : stop.start() if stop else len(text)]
