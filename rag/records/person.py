"""The first sentences of a patient's story → age and sex, with the words that say them."""
# ruff: noqa: E501  (a table of patterns reads best one pattern to the line)

from __future__ import annotations

import re

from rag.records.context import of_relative
from rag.records.numbers import CARDINAL, number
from rag.records.record import Field, Span
from rag.records.story import Sentence, Story
from rag.schema import Sex

_WOMAN = (
    r"wom[ae]n|female|girl|lady|widow|housewife|waitress|actress|nun|(?:great-)?grandmother|mother|sister|"
    r"daughter|schoolgirl|postwoman|postmistress|seamstress|hostess|policewoman|businesswoman|midwife"
)
_MAN = (
    r"man|male|boy|gentleman|widower|(?:great-)?grandfather|father|brother|son|schoolboy|fisherman|"
    r"postman|fireman|salesman|policeman|businessman|monk|priest"
)
_PLAIN_WOMAN = r"woman|female|girl|lady|schoolgirl|widow"
_PLAIN_MAN = r"man|male|boy|gentleman|schoolboy|widower"
_N = rf"\d{{1,3}}(?:[.,]\d|½| ?1/2)?|{CARDINAL}"
_UNIT = r"years?|yrs?|y|months?|mos?|mo|weeks?|wks?|days?"
# Each pattern gives `n` and perhaps `unit`; the surest first.
_AGES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b(?P<n>{_N}) years?,?(?: and)? (?P<extra>{_N}) months? (?:of age|old)\b",
        rf"\b(?P<n>{_N})(?:[ -]| ?-)?(?P<unit>{_UNIT})(?:[ -]+|/)(?:olds?|of[ -]age|o)\b",
        r"\b(?P<n>\d{1,3})[ -]?y\.?/?o\b",
        r"\b(?:M(?:rs?|s|iss)\.? [A-Z]\w*\.?|woman|man|lady|gentleman|girl|boy|patient|daughter|son|sister|brother|mother|father),"
        r" (?:then |now |currently |at that time )?(?P<n>\d{1,2})(?=,)(?!, \d)",
        r"\b(?P<n>\d{1,3}) (?P<unit>years?|yrs?)(?:, ?|/| )(?:[MF]\b|(?:fe)?male\b)",
        rf"\b(?:aged|age) (?P<n>{_N})(?: (?P<unit>{_UNIT}))?\b(?: and (?P<extra>{_N}) months)?",
        rf"\b(?:woman|man|girl|boy|lady|gentleman|patient|child|widow|widower|teenager|mother|father|"
        rf"grandmother|grandfather|[a-z]+(?:er|or|ist|ian|ant|ent|ess|man|woman)) of (?P<n>{_N})"
        rf"(?: (?P<unit>{_UNIT}))?\b(?! ?(?:mg|g|kg|%|patients|cases|weeks?|months?|days?|hours?|consecutive))",
        rf"\((?P<n>\d{{1,3}})(?: ?(?P<unit>{_UNIT}))?[,/ ]*(?:male|female|[MF])?\)",
        rf"\bat (?:the )?age (?:of )?(?P<n>{_N})(?: (?P<unit>{_UNIT}))?\b",
        rf"\b(?:who (?:is|was|had just turned)|(?:she|he|patient|son|daughter|sister|brother|boy|girl|younger|elder|mother|father|child|twin)(?: now| who)? (?:was|is|had been)(?: then| only| now)?|was (?:younger|older),) (?P<n>{_N})(?: (?P<unit>{_UNIT}))?\b(?! ?(?:mg|g|kg|%|\w+ly|weeks|days|cm|mm|U\b|IU\b|months\b|of \d|/|x\b|points))",
        rf"\b(?:(?:fe)?male|[MF])[,/ ]+(?P<n>\d{{1,3}})(?: (?P<unit>{_UNIT}))?(?=[,;.)])",
        rf"\b(?:woman|man|girl|boy|lady|gentleman|patient|child),? (?P<n>{_N})(?: (?P<unit>{_UNIT}))(?=[,. ])(?! (?:later|before|after|of))",
        r"\b(?:seen|referred|admitted|presented|brought|examined)(?: to us)? at (?P<n>\d{1,2})\b(?! ?\w+ly)(?= (?:because|with|for))",
    )
)
_SLASH = re.compile(
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
    r"wife|husband|aunt|uncle|cousin|twin|child|grand\w+)\b[^,;.]{0,50}$|\bmother of (?:an? )?[^,;.]{0,12}$",
    re.IGNORECASE,
)
_KIN = re.compile(
    r"^[ -]+(?:\w+ )?(?:son|daughter|brother|sister|twin|mother|father|child|wife|husband)\b", re.I
)
_BIRTH = re.compile(
    r"\b(?:deliver(?:ed|y|s|ing)?|(?:gave|given|giving|gives) birth|birth of|bore|newborn|neonate)\b"
    r"[\w' ,-]{0,40}$",
    re.IGNORECASE,
)
_BORN = re.compile(
    r"(?:,? (?:weighing|of) [\d.,]+ ?k?g,?)? (?:was|had been|is) (?:born|delivered)\b", re.I
)
_SHE = re.compile(r"\b(?:she|her|hers|herself)\b", re.IGNORECASE)
_HE = re.compile(r"\b(?:he|him|his|himself)\b", re.IGNORECASE)
_FEMALE_KIN = r"mother|sister|daughter|aunt|niece|girl"
_RELATIVE = re.compile(
    r"(?:[^,.;]{0,40}, )?(?:Her|His|Their|The|One|Another|The \w+['’]s)(?: (?:elder|older|younger|only|maternal|paternal|twin)){0,2}"
    r" (?P<kin>(?:great-)?(?:grand)?(?:mother|father|son|daughter)|sister|brother|aunt|uncle|niece|nephew|boy|girl)\b(?! of\b|['’]s)"
    r"|[^;]{0,60}?\b(?:his|her) (?:[\w-]+ ){0,2}?(?P<other>(?:grand)?(?:mother|father|son|daughter)|sister|brother),? (?:who (?:was|is)|aged|then)\b",
    re.IGNORECASE,
)
_GROUP = re.compile(
    rf"\b(?:{CARDINAL}|\d{{1,2}}) (?:(?!and\b|of\b)[\w-]+ ){{0,3}}?(?:(?P<women>women|girls|sisters|females|ladies)|(?:men|boys|brothers|males))\b",
    re.IGNORECASE,
)
_TITLE = re.compile(r"\b(?:(?P<her>M(?:rs|s|iss))|Mr)\b\.? (?=[A-Z])")
# What befalls one sex alone; said of the patient, it tells which one.
_OF_WOMEN = re.compile(
    r"\b(?:primi(?:gravida|para)\w*|multi(?:gravida|para)\w*|gravida|nullipar\w+|G\d ?P\d|(?:post|peri|pre)?-?menopaus\w+|"
    r"menstru\w+|menarche|pregnan\w+|post-?partum|breast-?feeding|lactating|hysterectomy|oophorectomy|"
    r"ovar(?:y|ies|ian)|uter(?:us|ine)|endometri\w+|cervical (?:cancer|carcinoma|smear)|her husband|gave birth|"
    r"(?:was )?delivered (?:of )?an? (?:[\w-]+ ){0,3}?(?:boy|girl|baby|infant|neonate|child|son|daughter))\b",
    re.IGNORECASE,
)
_KINDRED = re.compile(
    r"\b(?:mother|sister|daughter|aunt|wife|grandmother|niece|cousin|father|brother|son|uncle|husband|family)\b[^.;]*$",
    re.IGNORECASE,
)
_OF_MEN = re.compile(r"\b(?:prostat\w+|testic\w+|testis|testes|scrot\w+|his wife)\b", re.IGNORECASE)
_ENOUGH = 2
"""So many of one kind, and at most a quarter of the other, tell a woman from a man."""

_SUBJECT = re.compile(r"(?:She|He)\b|(?:Her|His) (?!mother|father|sister|brother|wife|husband)")
_OLDEST = 120
_DASHES = str.maketrans("–‐‑−", "----")
_PER_YEAR = {"y": 1, "m": 12, "w": 52, "d": 365}


def age(story: Story) -> Field[float] | None:
    """The age in years when the patient was first seen; months and weeks are parts of a year."""
    first = story.opening
    places = [(pattern, 0, one) for one in first[:1] for pattern in _AGES]
    places += [(pattern, at, one) for pattern in _AGES for at, one in enumerate(first)]
    for pattern, at, sentence in places:
        for match in pattern.finditer(sentence.text.translate(_DASHES)):
            if found := _age(sentence, match, opening=at == 0):
                return found
    for sentence in first:
        if slash := _SLASH.search(sentence.text):
            years = float(slash["n1"] or slash["n2"])
            return Field(years, (sentence.at(*slash.span()),), "extracted", 0.9)
    return None


def _age(sentence: Sentence, match: re.Match[str], *, opening: bool) -> Field[float] | None:
    before = sentence.text[: match.start()]
    if _OTHER_PERSON.search(before) or (_EARLIER.search(before) and not _patient_is(before)):
        return None
    if re.search(r"\b(?:his|her|their|whose)\W+(?:\w+\W+)?$", before, re.I) and _KIN.match(
        sentence.text[match.end() :]
    ):
        return None
    whole = re.fullmatch(r"(\d+)(?:½| ?1/2)", match["n"])
    value = float(whole[1]) + 0.5 if whole else number(match["n"])
    parts = match.groupdict()
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


def _patient_is(before: str) -> bool:
    """'when he was' 9 years old tells of the patient after all."""
    return bool(re.search(r"\b(?:was|is) (?:only |then )?$", before))


def sex(story: Story) -> Field[Sex] | None:
    """The sex, from a noun beside the age, any noun of the opening, or the pronouns; else None."""
    return (
        _by_kin(story)
        or _by_noun(story)
        or _by_pronoun(story)
        or _by_body(story)
        or _by_group(story)
    )


def _by_body(story: Story) -> Field[Sex] | None:
    """By what befalls one sex alone: 'primigravida', 'prostate cancer'; None where both are named."""
    said: list[tuple[Sex, Span]] = []
    patterns: tuple[tuple[re.Pattern[str], Sex], ...] = ((_OF_WOMEN, "female"), (_OF_MEN, "male"))
    for sentence in story.sentences:
        for pattern, value in () if sentence.cited else patterns:
            for match in pattern.finditer(sentence.text):
                before = sentence.text[: match.start()]
                if not of_relative(sentence.text, match.start()) and not _KINDRED.search(before):
                    said.append((value, sentence.at(*match.span())))
    if len({value for value, _ in said}) != 1:
        return None
    return Field(said[0][0], (said[0][1],), "extracted", 0.8)


def _by_kin(story: Story) -> Field[Sex] | None:
    """'Her sister, aged 28, consulted us': a story of several that begins with a relative."""
    first = story.sentences[0] if story.sentences and not story.alone else None
    match = _RELATIVE.match(first.text) if first else None
    if first is None or match is None:
        return None
    word = "kin" if match["kin"] else "other"
    value: Sex = "female" if re.search(_FEMALE_KIN, match[word], re.IGNORECASE) else "male"
    return Field(value, (first.at(*match.span(word)),), "extracted", 0.9)


def _by_group(story: Story) -> Field[Sex] | None:
    """By 'three women' where the report says so of all its patients and names no other sex."""
    said: list[tuple[Sex, Span]] = []
    for sentence in () if story.alone else story.common:
        for match in _GROUP.finditer(sentence.text):
            value: Sex = "female" if match["women"] else "male"
            said.append((value, sentence.at(*match.span())))
    if len({value for value, _ in said}) != 1:
        return None
    return Field(said[0][0], (said[0][1],), "extracted", 0.75)


def _by_noun(story: Story) -> Field[Sex] | None:
    for sentence in (*story.sentences[:2], *story.opening[2:]):
        if title := _TITLE.search(sentence.text):
            by_title: Sex = "female" if title["her"] else "male"
            return Field(by_title, (sentence.at(*title.span()),), "extracted", 0.9)
        for women, men in ((_PLAIN_WOMAN, _PLAIN_MAN), (_WOMAN, _MAN)):
            found: list[tuple[int, int, Sex]] = []
            values: tuple[tuple[str, Sex], ...] = ((women, "female"), (men, "male"))
            for words, value in values:
                for match in re.finditer(rf"\b(?:{words})\b", sentence.text, re.IGNORECASE):
                    if not _of_somebody(sentence.text, match):
                        found.append((*match.span(), value))
            if found:
                start, end, named = min(found)
                return Field(named, (sentence.at(start, end),), "extracted", 0.95)
        if slash := _SLASH.search(sentence.text):
            letter = slash["s1"] or slash["s2"]
            spoken: Sex = "female" if letter == "F" else "male"
            return Field(spoken, (sentence.at(*slash.span()),), "extracted", 0.9)
    return None


def _of_somebody(text: str, match: re.Match[str]) -> bool:
    """'his mother', 'the mother of twins' has two sides: only a relative of the patient is out."""
    before, after = text[: match.start()], text[match.end() :]
    if re.search(
        r"\b(?:his|her|whose|their|maternal|paternal|with (?:a|an)|of (?:a|an|two|healthy))\b[\w' -]{0,25}$",
        before,
        re.I,
    ):
        return True
    if _BIRTH.search(before) or _BORN.match(after):
        return True  # the patient's child
    if re.search(r"'s (?:\w+ )?$", before) and re.match(r", ", after) is None:
        return True
    if re.match(r"['’]s\b", after):
        return True
    return bool(
        re.match(r"(?:'s\b| who\b| doctor| had (?:had )?(?:died|been))", after)
        and re.search(r"mother|father|sister|brother|son|daughter", match.group(), re.I)
    )


def _by_pronoun(story: Story) -> Field[Sex] | None:
    spoken: dict[Sex, list[Span]] = {"female": [], "male": []}
    patterns: tuple[tuple[re.Pattern[str], Sex], ...] = ((_SHE, "female"), (_HE, "male"))
    for sentence in (*story.sentences, *story.summary):
        for pattern, value in patterns:
            spoken[value] += [sentence.at(*m.span()) for m in pattern.finditer(sentence.text)]
    order: list[Sex] = sorted(spoken, key=lambda one: (-len(spoken[one]), one))
    most, least = order
    if len(spoken[least]) * 4 > len(spoken[most]) or not spoken[most]:
        return None
    if len(spoken[most]) < _ENOUGH and not any(_SUBJECT.match(s.text) for s in story.sentences):
        return None
    return Field(most, tuple(spoken[most][:2]), "extracted", 0.85)
