"""A sentence of running prose → whether it introduces another patient, and how surely.

'Our second patient, …', 'Patient B was', 'In 2014 a 61-year-old man', 'Her sister, aged 12, …'.
"""
# ruff: noqa: E501  (a table of patterns reads best one pattern to the line)

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from rag.formats.headings import patient_number
from rag.number_words import ages_in_figures

Sure = Literal["numbered", "aged", "compared", "kin", "named"]
"""How a patient is introduced: by a number, an age, a comparison ('the elder'), as a relative, or
in any other way with an age at the start of a paragraph. The last three count only where the
report announces several patients."""

ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth",
            "tenth")  # fmt: skip
_NEXT = "other|last|final|remaining|next|latter"
_ORDINAL = "|".join((*ORDINALS, *_NEXT.split("|")))
NEXT_ONE = _ORDINAL
"""'first' to 'tenth', 'other', 'last', 'next' …: which of several patients is told of."""
KIN = (
    r"(?:great-)?(?:grand)?(?:mother|father|aunt|uncle|son|daughter)|sister|brother|sibling|twin|"
    r"cousin|niece|nephew"
)
PERSON = (
    rf"patient|case|woman|man|girl|boy|child|infant|teenager|adolescent|lady|gentleman|baby|{KIN}"
)
_FIGURE = r"\d{1,3}"
_OLD = (
    rf"{_FIGURE}[ -](?:year|month)s?[ -](?:old|of age)\b|{_FIGURE} y/o\b|\bat the age of {_FIGURE}\b|"
    rf"\b(?:aged|age) {_FIGURE}\b|\b(?:who (?:is|was)(?: now| then)?|was|is|of) {_FIGURE}\b"
    r"(?! ?(?:mg|g|kg|%|mm|cm|patients|cases|weeks|days|hours|months))|"
    rf",? {_FIGURE}(?: years)?(?=[,)])|\((?:(?:fe)?male|[MF])[,/ ]+{_FIGURE}|\({_FIGURE}[,/ ]"
)
_PLAIN = (
    rf"{_FIGURE}[ -](?:year|month)s?[ -](?:old|of age)\b|\baged {_FIGURE}\b|, {_FIGURE} years\b|"
    rf"\b(?:{PERSON}|who|[A-Z]\.) (?:was|is) (?:now |then |only )?{_FIGURE}(?= when| and|,| at)|"
    rf"(?-i:^[A-Z][a-z]+(?:, [\w ]{{3,30}},)? (?:was|is)) (?:now |then |only )?{_FIGURE}(?= when| and|,| at|\.)|"
    rf"(?-i:^[A-Z][a-z]+), an? (?:[\w-]+ ){{0,2}}?(?:{PERSON}) of {_FIGURE}\b|"
    rf"(?-i:^M(?:rs?|s|iss)\.? [A-Z][\w'’-]*)\.?,? (?:now |then |aged )?{_FIGURE},"
)
_AGE = re.compile(_OLD, re.IGNORECASE)
_PLAIN_AGE = re.compile(
    rf"{_FIGURE}[ -](?:year|month)s?[ -](?:old|of age)\b|\b(?:aged|(?:{PERSON}) of) {_FIGURE}\b|"
    rf"\b(?:{PERSON}|was|is),? (?:now |then )?{_FIGURE}\b(?! ?(?:mg|g|kg|%|patients|U|IU|ng))|had been {_FIGURE} when",
    re.IGNORECASE,
)

# 'Our second patient, …', 'The third, a …', 'In the fourth patient', 'The last was …'
_NUMBERED = re.compile(
    r"(?:[^,.;]{0,30}, )?(?:(?:In|With|As for|For|Finally,) )?(?:the|our|an?) "
    rf"(?P<ordinal>{_ORDINAL})"
    rf"(?: (?:and (?:last|youngest|oldest|eldest)|of (?:them|these|our patients|the \w+)))?"
    rf"(?: (?:[\w-]+ ){{0,2}}?(?:{PERSON})\b(?!s)|"
    r"(?=,? (?:an? |aged |M(?:rs?|s|iss)\.? [A-Z]|\d{1,3}[ -]years?|who (?:was|is) |(?:was|is) (?:an?|his|her|younger|older|aged|\d)\b)))",
    re.IGNORECASE,
)  # fmt: skip
# 'Quite another story is that of the last patient, a man of 64 …'
_INSIDE = re.compile(
    rf"\b(?:the|our) (?P<ordinal>{_ORDINAL}) (?:{PERSON}),? (?:was )?an? ", re.IGNORECASE
)
_LABELLED = re.compile(
    r"(?:In )?(?:Case|Patient|Twin|Sibling|Child|History|Observation|Vignette) (?:No\.? ?)?"
    r"(?P<number>[1-9]|[A-H]|I{1,3}|IV|VI{0,3}|one|two|three|four|five|six)\b"
    r"(?! (?:and|to|or)\b|[,-] ?(?:\d|[A-H]\b)|['’])"
)
# 'Second history. It concerns a pilot …'
_HEADED = re.compile(
    rf"(?P<number>{'|'.join(ORDINALS)}) (?:patient|case|history|observation|vignette|report|child)[.:]",
    re.IGNORECASE,
)
_LISTED = re.compile(r"\(?(?P<number>[1-9])[.)] (?=(?:An?|This|The) )")
# What may stand before 'a 45-year-old man': a time, or the authors who saw the patient.
_LEAD = (
    r"(?:(?:Recently|Later|Finally|Lastly|Meanwhile|Then|Subsequently|Also),? |"
    r"(?:In|On|At|During|Since|By|Around|Some|About|A few|Several|The same|That|After|One|Two|Three|Four|"
    r"Five|Six|Nine|Ten|Within)\b[^.;:]{0,45}?,? |"
    r"(?:We|I|Our (?:clinic|unit|department)) (?:[\w-]+ ){0,4}|One (?:was|is) |There was |"
    r"The (?:index |first )?(?:patient|case|proband) (?:was|is) |This (?:was|is) |It was )?"
)
_AGED = re.compile(
    rf"{_LEAD}(?:an?|another|the other|this|one) (?:[\w,’'-]+ ){{0,5}}?(?:"
    rf"(?:(?:{PERSON}|\w+(?:er|or|ist|man|woman|ian|ent|ant|wife|keeper|ow))(?: \w+ing)?,? (?:aged|of|who (?:was|is)(?: now)?|who had just turned) )?{_FIGURE}"
    rf"(?:[ -](?:year|month)s?[ -](?:old|of age)\b|(?<=(?:aged| .of) \d\d)\b|(?<=of \d\d)\b|(?<=of \d)\b|(?<=was \d\d)\b|(?<=is \d\d)\b))",
    re.IGNORECASE,
)  # fmt: skip
_PERSON_THEN_AGE = re.compile(
    rf"{_LEAD}(?:an?|another|the other|this|one) (?:[\w’'-]+ ){{0,5}}?(?:{PERSON}|widow|widower)\b"
    rf"(?=(?:[^.;]|\b[A-Z][a-z]{{0,2}}\.){{0,45}}?(?:{_OLD}))",
    re.IGNORECASE,
)
_COMPARED = re.compile(
    r"(?:the|our) (?:elder|older|younger|eldest|oldest|youngest|index)"
    rf"(?: (?:{PERSON}|one|of \w+(?: \w+)?))?\b(?! (?:patients|age))",
    re.IGNORECASE,
)
_RELATIVE = re.compile(
    r"(?:[^,.;]{0,40}, )?(?:Her|His|Their|The|One|Another|The \w+['’]s|This \w+['’]s)"
    r" (?:(?:elder|older|younger|only|maternal|paternal|twin|identical|first|second|third|half|own|eldest|youngest|middle)[ -])*"
    rf"(?:{KIN}|boy|girl)\b(?! (?:had died|died|was healthy|is healthy|and|of the))",
    re.IGNORECASE,
)  # fmt: skip
_AKIN = re.compile(rf"(?:An?|One|Another) (?:[\w-]+ ){{0,2}}?(?:{KIN})(?:,| of| who| aged)", re.I)
# 'Next came a farmer, 72 years old', 'Mrs B., aged 35', 'The girl, 10 years of age': not
# 'At 15 years of age he plays rugby', which is about the patient told of before.
_NAMED = re.compile(
    rf"(?!(?:She|He|Her|His|At|When|By|Now|Since|Until|Today|Both|All|They|These|We|None|Of|Among)\b)"
    rf"(?:(?!\b(?:she|he|they|patients|mean|median|average|range|than)\b)[^;(]){{0,90}}?(?:{_PLAIN})",
    re.IGNORECASE,
)
# 'Bruno, her brother, fell ill'; 'Her neighbour, a man of 60': the next of those who were announced.
_CALLED = re.compile(
    rf"(?-i:[A-Z][a-z]+), (?:her|his|their|the) (?:[\w-]+ ){{0,2}}?(?:{KIN}|youngest|eldest|elder|younger|oldest|firstborn|second)\b|"
    r"(?:His|Her|Their|The|A) (?:[\w-]+ )?(?:neighbou?r|colleague|friend|companion|counterpart|fellow(?:[ -]\w+)?|sufferer|room-?mate|husband|wife|partner)\b(?=[^.;]{0,60}\d)",
    re.IGNORECASE,
)
# 'Encouraged by this I tried it in a porter of 45.'
_TRIED_IN = re.compile(
    r"[^.;]{0,60}\b(?:tried|used|gave|given|repeated|treated|saw|met|applied)\b[^.;]{0,30}?\b(?:in|to|with|on) an? "
    r"(?:[\w-]+ ){0,3}?[a-z]{3,} (?:of|aged) \d{1,3}\b(?! ?(?:mg|g|kg|%|weeks|days|months|patients))",
    re.IGNORECASE,
)
_BROUGHT = re.compile(
    rf"[^;]{{0,60}}?\b(?:his|her) (?:[\w-]+ ){{0,2}}?(?:{KIN}),? (?:who (?:was|is)|aged|an?|then|now)\b[^.;]{{0,20}}?{_FIGURE}",
    re.IGNORECASE,
)
# Somebody else's patient, or a life before the report's.
_CITED = re.compile(
    r"\b(?:described|reported|published|treated|observed|seen) (?:\w+ )?by (?!us\b|our\b|one of us|the (?:first|second) author)[A-Z]"
    r"|\bet al\b|\b(?:has|have|had) been (?:reported|described|published)\b|\bin the literature\b"
    r"|\b(?:was|were) (?:reported|described|published)\b|\band (?:colleagues|co-?workers)\b"
    r"|^(?!We\b|I\b|In\b)[A-Z][\w-]+ (?:and [A-Z]\w+ )?(?:reported|described|treated|observed|saw)\b"
)
_ILL = re.compile(
    r"\b(?:rash|weak\w*|CK\b|creatine kinase|papules?|calcinosis|ulcers?|erythema|antibod\w+|itch\w*|"
    r"prurit\w*|dermatomyositis|DM\b|eruption|lesions|CMAS|CDASI|ferritin|dysphagia|swallow\w*|"
    r"myositis|muscles?|prednis\w+|methylprednis\w+|biopsy|calcium|fell ill|\d[\d.,]* ?mg\b)",
    re.IGNORECASE,
)
_WELL = re.compile(
    r"\b(?:healthy|unaffected|free of (?:the )?disease|(?:is|was|were|are) well\b|has no (?:rash|sign)|"
    r"no (?:signs?|symptoms?) of (?:the )?(?:disease|dermatomyositis)|died of (?!respiratory))",
    re.IGNORECASE,
)

_FIRST = 130  # characters, as of a first sentence


@dataclass(frozen=True, slots=True)
class Introduction:
    """A patient begins here: `number` as said (None for 'the next one'), and how it is said."""

    number: int | None
    sure: Sure


def introduction(sentence: str, *, opens: bool) -> Introduction | None:
    """How a sentence introduces a patient; None when it does not. `opens` a paragraph or not."""
    if _CITED.search(sentence):
        return None
    sentence = ages_in_figures(sentence)
    for pattern in (_LABELLED, _HEADED, _LISTED):
        if labelled := pattern.match(sentence):
            return Introduction(patient_number(labelled["number"].lower()), "numbered")
    match = _NUMBERED.match(sentence) or (_INSIDE.search(sentence) if opens else None)
    if match:
        word = match["ordinal"].lower()
        return Introduction(ORDINALS.index(word) + 1 if word in ORDINALS else None, "numbered")
    if _COMPARED.match(sentence) and (_AGE.search(sentence[:120]) or opens):
        return Introduction(None, "compared")
    # A relative before an age: 'His cousin, a 12-year-old boy' is not told apart by the age.
    if _RELATIVE.match(sentence) and (opens or _PLAIN_AGE.search(sentence[:140])):
        return Introduction(None, "kin")
    aged = _AGED.match(sentence) or _PERSON_THEN_AGE.match(sentence)
    if not aged and opens and (_CALLED.match(sentence) or _TRIED_IN.match(sentence)):
        return Introduction(None, "named")
    if not aged and opens and (_NAMED.match(sentence) or _BROUGHT.match(sentence)):
        return Introduction(None, "kin" if _BROUGHT.match(sentence) else "named")
    if not aged:
        return None
    # 'A daughter, aged 36' is somebody's daughter; 'a 36-year-old mother of two' is a patient.
    return Introduction(None, "kin" if _AKIN.match(sentence) else "aged")


def is_cited(sentence: str) -> bool:
    """Whether a sentence tells of other people's patients."""
    return _CITED.search(sentence) is not None


def gives_age(sentence: str) -> bool:
    """Whether a sentence gives somebody's age."""
    return bool(_AGE.search(ages_in_figures(sentence)))


def gives_somebodys_age(sentence: str) -> bool:
    """Whether a sentence introduces or goes on about one person with an age: 'She had been 47'."""
    spelt_out = ages_in_figures(sentence)
    return bool(_PLAIN_AGE.search(spelt_out)) and not _CITED.search(sentence)


def is_ill(told: str) -> bool:
    """Whether a stretch of text on a relative says that this relative has the disease."""
    return bool(_ILL.search(told)) and not _WELL.search(told[:_FIRST])
