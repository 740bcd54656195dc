"""The first sentences of a patient's story → the sex, with the words that say it."""
# ruff: noqa: E501  (a table of patterns reads best one pattern to the line)

from __future__ import annotations

import re

from rag.records.age import SLASH
from rag.records.context import of_relative
from rag.records.numbers import CARDINAL
from rag.records.record import Field, Span
from rag.records.story import Story
from rag.schema import Sex

_WOMAN = (
    r"wom[ae]n|female|girl|lady|widow|housewife|waitress|actress|nun|(?:great-)?grandmother|mother|sister|"
    r"daughter|schoolgirl|postwoman|postmistress|seamstress|hostess|policewoman|businesswoman|midwife"
)
_MAN = (
    r"man|male|boy|gentleman|widower|(?:great-)?grandfather|father|brother|son|schoolboy|fisherman|"
    r"postman|fireman|salesman|policeman|businessman|monk|priest"
)
_KIN_WORDS = (
    "mother|father|sister|brother|son|daughter|wife|husband|niece|nephew|cousin|twin|aunt|uncle"
)
_PLAIN_WOMAN = r"woman|female|girl|lady|schoolgirl|widow"
_PLAIN_MAN = r"man|male|boy|gentleman|schoolboy|widower"
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

# 'his rash', 'her CDASI': a sign of the disease is the patient's own.
_OWN = re.compile(
    r"\b(?:his|her) (?:[\w-]+ )?(?:rash|skin|strength|CK|weakness|CDASI|CMAS|eruption|lesions|ulcers|itch|"
    r"muscles|disease|dermatomyositis|symptoms|eyelids|hands|knuckles)\b",
    re.IGNORECASE,
)


def sex(story: Story) -> Field[Sex] | None:
    """The sex, from a noun beside the age, any noun of the opening, or the pronouns; else None."""
    return (
        _by_kin(story)
        or _by_noun(story)
        or _by_pronoun(story)
        or _by_body(story)
        or _by_group(story)
        or _in_table(story)
    )


_LABEL = re.compile(r"(?:sex|gender)\b", re.IGNORECASE)
_IN_CELL = re.compile(r"(?P<her>F(?:emale)?|woman|girl)|M(?:ale)?|man|boy", re.IGNORECASE)


def _in_table(story: Story) -> Field[Sex] | None:
    """The cell of the patient's column in the row 'Sex'."""
    for cell in story.cells:
        match = _IN_CELL.fullmatch(cell.text) if _LABEL.match(cell.label) else None
        if match:
            return Field("female" if match["her"] else "male", (cell.span,), "extracted", 0.9)
    return None


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
        if slash := SLASH.search(sentence.text):
            letter = slash["s1"] or slash["s2"]
            spoken: Sex = "female" if letter == "F" else "male"
            return Field(spoken, (sentence.at(*slash.span()),), "extracted", 0.9)
    return None


# 'Follow-up of a 58-year-old woman': the patient, and nobody's daughter.
_STORY_OF = re.compile(
    r"\b(?:case|report|history|story|follow-up|review|assessment|evaluation|management|treatment|course|referral) of an? [\w' -]{0,25}$",
    re.IGNORECASE,
)


def _of_somebody(text: str, match: re.Match[str]) -> bool:
    """'his mother', 'the mother of twins' has two sides: only a relative of the patient is out."""
    before, after = text[: match.start()], text[match.end() :]
    if re.search(
        r"\b(?:his|her|whose|their|maternal|paternal|with (?:a|an)|of (?:a|an|two|healthy))\b[\w' -]{0,25}$",
        before,
        re.I,
    ) and not _STORY_OF.search(before):
        return True
    if re.search(
        rf"\b(?:his|her|their) (?:\w+ ){{0,2}}?(?:{_KIN_WORDS}), an? (?:[\w-]+ )?$", before, re.I
    ):
        return True  # 'His daughter, a girl of 9'
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
    sure = any(_SUBJECT.match(s.text) or _OWN.search(s.text) for s in story.sentences)
    if len(spoken[most]) < _ENOUGH and not sure:
        return None
    return Field(most, tuple(spoken[most][:2]), "extracted", 0.85)
