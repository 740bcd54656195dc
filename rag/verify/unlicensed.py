"""Words of a claim that only stand beside a denial, or in place of one: 'could be used any more',
'some cancer turned up', 'was not all she needed'.

A claim with 'any more' and no 'not' has lost it. One that stresses that there was 'some' of a thing
needs spans that do not deny it, and 'not all' needs spans that tell a part from the whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.verify.denials import denials
from rag.verify.grounds import Grounds
from rag.verify.verdict import Reason

_DENYING = re.compile(
    r"\b(?:not|no|never|nor|neither|none|nobody|nothing|cannot|without|hardly|scarcely|barely|"
    r"rarely|seldom|little|few|too|than|if|whether|before|unable|fail\w*|lack\w*|stopp\w*|"
    r"refus\w*|declin\w*|ceas\w*|avoid\w*|doubt\w*|free|off|unlikely|unwilling\w*|reluctan\w*|"
    r"only|first|difficult\w*|hard|impossible|lost)\b|n't\b",
    re.IGNORECASE,
)
_ANY = re.compile(
    r"\b(?:any (?:more|longer)(?! than)|at all|anybody else|"
    r"(?P<or>whether or (?=(?:they|she|he|it)\b)))\b",
    re.IGNORECASE,
)
_SOME = re.compile(
    r"\bsome\s(?!of\b|\d|time|times|day|week|month|year|hour|degree|extent|others|author|report|"
    r"patient|people|child|adult|wom[ae]n|m[ae]n\b|case|relie|improve|success|benefit|progress|"
    r"way|way\b|what)[a-z]+",
    re.IGNORECASE,
)
_PART = re.compile(
    r"\b(?:some|several|few|many|most|(?:one|two|three|four|five)(?![\s-](?:day|week|month|year))|"
    r"part\w*|half|third|quarter|"
    r"slight\w*|mild\w*|minimal\w*|little|less|moderate\w*|occasional\w*|sometimes|certain|other|"
    r"various|residual|remain\w*|still|transient\w*|modest\w*|incomplete\w*|apart from|except|"
    r"other than|minor|sporadic)\b|"
    r"(?<![\w.,-])\d{1,3}(?![\d.,]*[\s-]?(?:mg|g|%|U|IU|ng|µg|mm|cm|mL|L|year|month|week|day)|\d|,\d)",
    re.IGNORECASE,
)
_LOOSE = re.compile(
    r"\b(?:normal|negative|healthy|unremarkable|unnecessary|uneventful|silent|refused|declined|"
    r"absent|uncontrolled|asymptomatic|free|discontinued|stopped|withdrawn|cancell?ed)\b",
    re.IGNORECASE,
)
_NOT_ALL = re.compile(
    r"\b(?:not|n't|never)\s(?:quite\s|nearly\s|by any means\s)?(?P<all>all|everything|everybody|"
    r"everyone|every|each|always|the whole)\b(?!\s(?:that|too)\b)",
    re.IGNORECASE,
)
_LESS_THAN_ALL = re.compile(
    r"\b(?:not|never|some\w*|several|few|many|most|half|third|part\w*|incomplete\w*|nearly|almost|"
    r"mostly|often|usual\w*|frequent\w*|sometimes|rare\w*|besides|also|addition\w*|further|"
    r"differ\w*|disput\w*|debat\w*|disagree\w*|contradict\w*|var(?:y|ies|ied)|majority|minority|"
    r"remain\w*|residual|persist\w*|one|two|three|four|five|six|seven|eight|nine|ten)\b|\d",
    re.IGNORECASE,
)
_NOTHING_ELSE = re.compile(
    r"\b(?:alone|only|solely|apart from|other than|except\w*|all|every\w*|each|whole)\b", re.I
)


def check_unlicensed(claim: str, grounds: Grounds) -> Iterator[Reason]:
    """Reasons for an 'any more' without a denial, a 'some' of what the spans deny, and a 'not all'
    where they say that there is nothing else.
    """
    lost = _ANY.search(claim)
    if lost and (lost["or"] or not _DENYING.search(claim)):
        message = f"{lost.group()!r} goes with a 'not', and here is none"
        yield Reason("negation", message, *lost.span())
    text = grounds.text
    some = _SOME.search(claim)
    if some and not _DENYING.search(claim[: some.start()]) and not _PART.search(text):
        denied = any(d.kind != "loose" for d in denials(text)) or _LOOSE.search(text)
        if denied:
            yield Reason("negation", f"{grounds.place} does not say {some.group()!r}", *some.span())
    part = _NOT_ALL.search(claim)
    if part and _NOTHING_ELSE.search(text) and not _tells_a_part(text):
        yield Reason("negation", f"{grounds.place} does not say {part.group()!r}", *part.span())


def _tells_a_part(text: str) -> bool:
    """Whether spans say of anything that it was less than all."""
    plain = _EXCEPTING.sub("", text)
    return bool(_LESS_THAN_ALL.search(plain))


_EXCEPTING = re.compile(
    r"\bno(?:ne)?\s[^.;]{0,60}?(?:other than|apart from|except)\b|\d+(?:\.\d+)?\s?(?:mg|g)\b", re.I
)
