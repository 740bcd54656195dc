"""The first sentences of a patient's story → the age, with the words that say it."""
# ruff: noqa: E501  (a table of patterns reads best one pattern to the line)

from __future__ import annotations

import re

from rag.number_words import TENS
from rag.records.numbers import CARDINAL, ORDINAL, nth, number
from rag.records.record import Field
from rag.records.story import Sentence, Story

_N = rf"\d{{1,3}}(?:[.,]\d|½| ?1/2)?|{CARDINAL}"
_NTH = rf"(?:(?:{'|'.join(TENS)})-)?(?:{ORDINAL})|(?:{'|'.join(word[:-1] for word in TENS)})ieth"
_UNIT = r"years?|yrs?|y|months?|mos?|mo|weeks?|wks?|days?"
# Each pattern gives `n` and perhaps `unit`; the surest first.
_AGES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b(?P<n>{_N}) years?,?(?: and)? (?P<extra>{_N}) months? (?:of age|old)\b",
        rf"\b(?P<n>{_N})(?:[ -]| ?-)?(?P<unit>{_UNIT})(?:[ -]+|/)(?:olds?|o1d|oId|0ld|of[ -]age|o)\b",
        r"\b(?P<n>\d{1,3})[ -]?y\.?/?o\b",
        r"\b(?:M(?:rs?|s|iss)\.? [A-Z][\w'’-]*\.?|woman|man|lady|gentleman|girl|boy|patient|daughter|son|sister|brother|mother|father),"
        r" (?:then |now |currently |at that time )?(?P<n>\d{1,2})(?=[,:;)])(?!, \d)",
        r"\b(?P<n>\d{1,3}) (?P<unit>years?|yrs?)(?:, ?|/| )(?:[MF]\b|(?:fe)?male\b)",
        rf"\b(?:aged|age) (?P<n>{_N})(?: (?P<unit>{_UNIT}))?\b(?: and (?P<extra>{_N}) months)?",
        rf"\b(?:woman|man|girl|boy|lady|gentleman|patient|child|widow|widower|teenager|mother|father|"
        rf"grandmother|grandfather|(?!fever|number|titer|meter|order|power|factor|tumor|layer|error|member)[a-z]+(?:er|or|ist|ian|ant|ent|ess|man|woman)) of (?P<n>{_N})"
        rf"(?: (?P<unit>{_UNIT}))?\b(?! ?(?:mg|g|kg|%|patients|cases|weeks?|months?|days?|hours?|consecutive))",
        rf"(?<=\w )(?<!check )(?<!visit )(?<!review )(?<!up )\((?P<n>\d{{1,3}})(?: ?(?P<unit>{_UNIT}))?[,/ ]*(?:male|female|[MF])?\)",
        rf"\bat (?:the )?age (?:of )?(?P<n>{_N})(?: (?P<unit>{_UNIT}))?\b",
        rf"\b(?:who (?:is|was|had just turned)|(?:she|he|patient|son|daughter|sister|brother|boy|girl|younger|elder|mother|father|child|twin)(?: now| who)? (?:was|is|had been)(?: then| only| now)?|was (?:younger|older),) (?P<n>{_N})(?: (?P<unit>{_UNIT}))?\b(?! ?(?:mg|g|kg|%|\w+ly|weeks|days|cm|mm|U\b|IU\b|months\b|of \d|/|x\b|points))",
        rf"\b(?:(?:fe)?male|[MF])[,/ ]+(?P<n>\d{{1,3}})(?: (?P<unit>{_UNIT}))?(?=[,;.)])",
        rf"\b(?:woman|man|girl|boy|lady|gentleman|patient|child),? (?P<n>{_N})(?: (?P<unit>{_UNIT}))(?=[,. ])(?! (?:later|before|after|of))",
        # 'A nun of 66 years was seen'; 'an organist, 29 years, noticed'; 'now 24'; 'in her 71st year'.
        rf"^(?:[^.;]{{0,60}}?[:.,] )?(?:an?|the|our|this|was an?) (?:[\w'’-]+,? ){{1,5}}?(?<!\bscore )(?<!\bperiod )(?<!\bhistory )(?<!\bdose )of (?P<n>{_N})(?: (?P<unit>years))?(?=[,.]| \(| (?:who|with|had|was|came|presented|whose|and)\b)",
        rf"^(?:an?|this|our|the) [^,;.]{{2,60}},(?: aged)? (?P<n>{_N}) (?P<unit>years?)(?: of age)?,",
        rf"^An? (?:[\w-]+ ){{0,2}}?[a-z]{{3,}}, (?P<n>{_N}), (?=with\b|had\b|who\b|came\b|was\b|presented\b|noticed\b)",
        rf"\b(?:is|was|are) (?:now|then|at that time|by now) (?P<n>{_N})(?=[,.;]| (?:years|and)\b)",
        rf"\bin (?:his|her) (?P<nth>{_NTH}) year\b(?! (?:of|at|as))",
        rf"\b(?:the )?(?:girl|boy|child|patient|woman|man|she|he) (?:presented|was admitted|was seen|came to us|was brought) (?:\w+ )?(?:at|when) (?P<n>{_N})(?=[,.;]| (?:with|because|and)\b)",
        rf"^(?:[^.;]|(?<=\b[A-Z])\.){{2,80}}?\b(?:was|is) (?:only |then |just )?(?P<n>{_N})(?= when\b| at the time\b)",
        rf"^(?:The|Our|An?|His|Her) [^.;]{{2,40}}, [^.;,]{{2,40}}, (?:was|is) (?P<n>{_N})(?=\.$)",
        rf"\bhad (?:just |only just )?turned (?P<n>{_N})\b",
        rf"^(?-i:(?:M(?:rs?|s|iss)\.? )?[A-Z][a-z]+(?: [A-Z]\.)?)(?:, [^,.;]{{3,30}},)?(?: was| is|,| \() ?(?P<n>{_N})(?=[,.)]| and\b)",
        rf"^At (?P<n>{_N}),? (?:he|she)\b(?! had (?:had|been))",
        r"\b(?:seen|referred|admitted|presented|brought|examined)(?: to us)? at (?P<n>\d{1,2})\b(?! ?\w+ly)(?= (?:because|with|for))",
    )
)
# 'Fatima is now twelve. She was ten years old on admission': said as when first seen.
_SEEN = re.compile(
    rf"\b(?:he|she) (?:was|had been) (?P<n>{_N})(?: years? old)? (?:on|at) (?:admission|presentation|referral)\b",
    re.IGNORECASE,
)
SLASH = re.compile(
    r"\b(?:(?P<s1>[MF])(?:/|, ?)?(?P<n1>\d{1,3})|(?P<n2>\d{1,3})(?:/| (?=[MF] (?:with|who|presented|patient)\b))?(?P<s2>[MF]))\b"
)
# '26 years old at onset', 'from the age of 12', 'a 3-year-old son': not the patient at presentation.
_EARLIER = re.compile(
    r"\b(?:from|since|until|before|after|diagnosed at|developed|begun|began|onset|died|death|when|"
    r"menarche|history of|as a|in whom)\b[^,;.]{0,45}$",
    re.IGNORECASE,
)
_OTHER_PERSON = re.compile(
    r"\b(?:his|her|whose|their|mother|father) (?:\w+ ){0,2}(?:mother|father|sister|brother|son|daughter|"
    r"wife|husband|aunt|uncle|cousin|twin|child|grand\w+)\b(?:[^,;.]{0,50}|, (?:(?:an?|the|then|now|who was) )?(?:[\w-]+ ){0,3})$|\bmother of (?:an? )?[^,;.]{0,12}$",
    re.IGNORECASE,
)
_KIN = re.compile(
    r"^[ -]+(?:\w+ )?(?:son|daughter|brother|sister|twin|mother|father|child|wife|husband)\b", re.I
)
# 'Her daughter came at the age of 23': the story of one of several may begin with a relative.
_KIN_FIRST = re.compile(
    r"(?:Her|His|Their) (?:[\w-]+ ){0,2}?(?:son|daughter|brother|sister|twin|mother|father|aunt|uncle|cousin|niece|nephew)\b(?!['’])(?! (?:had |has |who )?died)"
)
_OLDEST = 120
_DASHES = str.maketrans("–‐‑−", "----")
_PER_YEAR = {"y": 1, "m": 12, "w": 52, "d": 365}


def age(story: Story) -> Field[float] | None:
    """The age in years when the patient was first seen; months and weeks are parts of a year."""
    first = story.opening
    places = [(_SEEN, at, one) for at, one in enumerate(first)]
    places += [(pattern, 0, one) for one in first[:1] for pattern in _AGES]
    places += [(pattern, at, one) for pattern in _AGES for at, one in enumerate(first)]
    for pattern, at, sentence in places:
        for match in pattern.finditer(sentence.text.translate(_DASHES)):
            opening = at == 0
            if opening and not story.alone and _KIN_FIRST.match(sentence.text):
                found = _told(sentence, match)
            else:
                found = _age(sentence, match, opening=opening)
            if found:
                return found
    for sentence in first:
        if slash := SLASH.search(sentence.text):
            years = float(slash["n1"] or slash["n2"])
            return Field(years, (sentence.at(*slash.span()),), "extracted", 0.9)
    return _in_table(story) or _announced(story) or _listed(story) or _of_twins(story)


_LIST = re.compile(
    rf"\b(?:(?:{_N}),? ){{1,9}}and (?:{_N})(?: years?|(?=\)))|\baged (?:(?:{_N}),? ){{1,9}}and (?:{_N})\b(?! ?(?:mg|g|%))",
    re.IGNORECASE,
)
_FIGURES = re.compile(_N, re.IGNORECASE)


def _listed(story: Story) -> Field[float] | None:
    """'Three women (48, 52 and 60 years old)': the ages of all, in the order in which they are told of."""
    lists = [(one, match) for one in story.before for match in _LIST.finditer(one.text)]
    ages = [(one, list(_FIGURES.finditer(one.text, *match.span()))) for one, match in lists]
    fitting = [(one, found) for one, found in ages if len(found) == story.several]
    if len(fitting) != 1 or story.several < 2:
        return None
    sentence, found = fitting[0]
    match = found[story.number - 1]
    years = number(match.group())
    return None if years is None else Field(years, (sentence.at(*match.span()),), "extracted", 0.7)


_LABEL = re.compile(r"age\b", re.IGNORECASE)
_IN_CELL = re.compile(r"(?P<n>\d{1,3}(?:\.\d)?)(?: ?(?P<unit>years?|yrs?|y|months?|mo))?\b")


def _in_table(story: Story) -> Field[float] | None:
    """The cell of the patient's column in the row 'Age (years)'."""
    for cell in story.cells:
        match = _IN_CELL.match(cell.text) if _LABEL.match(cell.label) else None
        if match:
            months = (match["unit"] or cell.label.lower().partition("(")[2]).startswith("m")
            years = float(match["n"]) / (_PER_YEAR["m"] if months else 1)
            return Field(round(years, 2), (cell.span,), "extracted", 0.9)
    return None


_TWINS = re.compile(r"\b[Tt]wins?\b(?! (?:brother|sister)\b)")


def _of_twins(story: Story) -> Field[float] | None:
    """'Twin boys were referred at the age of six': one age, said of both before either is told of."""
    for sentence in story.before if story.several else ():
        if not _TWINS.search(sentence.text):
            continue
        found = [match for pattern in _AGES for match in pattern.finditer(sentence.text)]
        ages = [one for match in found if (one := _age(sentence, match, opening=True))]
        if len({one.value for one in ages}) == 1:
            return ages[0]
    return None


_SUBJECT = re.compile(r"(?:The|Our) (?:[\w-]+ ){0,3}?(?P<noun>[a-z]{3,})\b")


def _announced(story: Story) -> Field[float] | None:
    """'The waiter had …': the age that the report's opening gave a waiter, if it names one only."""
    subject = _SUBJECT.match(story.sentences[0].text) if story.sentences else None
    if subject is None:
        return None
    noun = re.escape(subject["noun"])
    said = re.compile(
        rf"\b{noun}(?:,? (?:of|aged|who was)|,) (?P<n>{_N})\b(?! ?(?:mg|g|kg|%|weeks|months|days))"
        rf"|\b(?P<m>{_N})-year-old (?:[\w'’-]+ ){{0,3}}?{noun}\b",
        re.IGNORECASE,
    )
    found = [(one, match) for one in story.before for match in said.finditer(one.text)]
    if len(found) != 1:
        return None
    sentence, match = found[0]
    years = number(match["n"] or match["m"])
    return None if years is None else Field(years, (sentence.at(*match.span()),), "extracted", 0.8)


def _age(sentence: Sentence, match: re.Match[str], *, opening: bool) -> Field[float] | None:
    before = sentence.text[: match.start()]
    if re.match(r" now\b", sentence.text[match.end() :]):
        return None  # 'She is 17 now': not when she was first seen
    other = _OTHER_PERSON.search(before)
    if other and opening and _begins_story(before, other):
        other = None
    if other or (_EARLIER.search(before) and not (_patient_is(before) or _CAME.search(before))):
        return None
    if re.search(r"\b(?:his|her|their|whose)\W+(?:\w+\W+)?$", before, re.I) and _KIN.match(
        sentence.text[match.end() :]
    ):
        return None
    return _told(sentence, match, opening=opening)


def _told(sentence: Sentence, match: re.Match[str], *, opening: bool = True) -> Field[float] | None:
    """The age that a match gives, whoever's it is; None where its number is none."""
    parts = match.groupdict()
    if parts.get("nth"):  # in the seventy-first year one is seventy
        year = nth(match["nth"])
        span = sentence.at(*match.span())
        return Field(float(year - 1), (span,), "extracted", 0.8) if year else None
    whole = re.fullmatch(r"(\d+)(?:½| ?1/2)", match["n"])
    value = float(whole[1]) + 0.5 if whole else number(match["n"])
    unit = (parts.get("unit") or "years").lower()
    if value is None:
        return None
    years = value / _PER_YEAR[unit[0]]
    if parts.get("extra"):
        years += (number(match["extra"]) or 0) / 12
    if years > _OLDEST or (unit[0] == "y" and not parts.get("unit") and years < 1):
        return None
    span = sentence.at(*match.span())
    return Field(round(years, 2), (span,), "extracted", 0.95 if opening else 0.8)


# 'Bruno, her brother, fell ill'; 'In 2013 he brought his daughter, who was 33'.
_PUT_FIRST = re.compile(
    r"(?:(?:Patient|Case|Child) \w+|[A-Z][a-z]+(?: [A-Z]\.)?), $|\b(?:brought|showed us|sent us|came with) $"
)


# 'When she came to us in her thirtieth year': when the patient was first seen after all.
_CAME = re.compile(r"\b[Ww]hen (?:he|she) (?:came|was (?:seen|referred|admitted))[^,;.]*$")


def _begins_story(before: str, other: re.Match[str]) -> bool:
    """Whether a relative is whom the story is about: 'Her sister, aged 28, consulted us'."""
    first = other.start() == 0 and "," in other.group()
    return first or bool(_PUT_FIRST.search(before[: other.start()]))


def _patient_is(before: str) -> bool:
    """'When he was' 9 years old tells of the patient after all, and so does 'After COVID-19 a woman of' 40."""
    return bool(
        re.search(
            r"\b(?:was|is) (?:only |then )?$|^(?:After|Before|When|Since)\b[^,;.]*\b[Aa]n? (?:[\w-]+ ){0,3}$",
            before,
        )
    )
