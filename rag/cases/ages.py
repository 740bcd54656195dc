"""Ages in a question, in figures, words and decades → conditions in years.

'under 18', 'over-60s', 'aged 20 to 40', 'in their forties', 'below the age of five', 'teenagers'.
"""

# ruff: noqa: E501  (a table of patterns reads best one pattern to the line)

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.cases.condition import Condition
from rag.cases.wish import Wish, aged
from rag.number_words import CARDINALS, TENS

_WORDS = "|".join(sorted(CARDINALS, key=len, reverse=True))
_N = rf"(?:\d{{1,3}}|(?:{'|'.join(TENS)})-(?:{'|'.join(CARDINALS)})|{_WORDS})"
_UNIT = r"(?:\s*(?:years?|yrs?|y/?o)?(?:[- ]of[- ]age|[- ]olds?)?)\b"
# 'over-60s' are 60 and older, but 'over 60' is told from 'aged 60' by whoever writes it.
_DECADES = "|".join(f"{ten.removesuffix('y')}ies" for ten in TENS)
_AGE_OF = r"(?:the\s+)?(?:age\s+(?:of\s+)?)?"
_FORMS: tuple[tuple[str, str], ...] = (
    (rf"\b(?:no|not) (?:older|more) than {_AGE_OF}(?P<a>{_N}){_UNIT}", "-{a}"),
    (rf"\b(?:over|above|older than|more than|past)[- ]{_AGE_OF}(?P<a>{_N})s?{_UNIT}", "{a1}-"),
    (rf"\b(?:under|below|younger than|less than|before)[- ]{_AGE_OF}(?P<a>{_N})s?{_UNIT}", "-{a0}"),
    (rf"\b(?:aged\s+)?(?:between\s+)?(?P<a>{_N})\s*(?:-|–|to|and)\s*(?P<b>{_N})"
     r"(?:[\s-]+years?(?:[- ](?:olds?|of age))?)\b", "{a}-{b}"),
    (rf"\b(?:aged\s+(?:between\s+|from\s+)?|between the ages of\s+|ages\s+)(?P<a>{_N})\s*"
     rf"(?:-|–|to|and)\s*(?P<b>{_N})\b", "{a}-{b}"),
    (rf"\b(?:aged|at least|from)?\s*(?P<a>{_N})\s+(?:years\s+)?(?:or|and) "
     r"(?:older|over|above|up|upwards|more)\b(?! (?:drugs|treatments|agents|patients|cases|doses))", "{a}-"),
    (rf"\bat least (?P<a>{_N}) years old\b", "{a}-"),
    (rf"\b(?:aged\s+)?(?P<a>{_N})\s+(?:years\s+)?(?:or|and) (?:younger|under|below)\b", "-{a}"),
    (r"\b(?:in|during|of) (?:their|the|his|her) (?P<a>[1-9])0'?s\b", "{a}0-{a}9"),
    (rf"\b(?:in|during) (?:their|the|his|her) (?P<decade>{_DECADES})\b", "{a}-{a9}"),
    (r"\b(?P<a>[1-9])0-?somethings?\b", "{a}0-{a}9"),
    (rf"\b(?P<decade>{_DECADES.replace('ies', 'y')})-?somethings?\b", "{a}-{a9}"),
    (
        r"(?:\baged\s+)?(?<![\w.])(?P<a>\d{2})\s?(?:\+|plus\b)(?![ -]?\d)"
        r"(?:\s?(?:years?|yrs?|y/?o)\b)?",
        "{a}-",
    ),
    (r"[<≤]\s?(?P<a>\d{1,2})(?:\s?(?:years?|yrs?|y/?o))\b", "-{a0}"),
    (r"[>≥]\s?(?P<a>\d{1,2})(?:\s?(?:years?|yrs?|y/?o))\b", "{a1}-"),
    (rf"\baged\s+(?P<a>{_N})\b(?: years?)?", "{a}"),
)  # fmt: skip
_PATTERNS = tuple((re.compile(pattern, re.IGNORECASE), form) for pattern, form in _FORMS)
# Teens as in the words thirteen to nineteen; adolescents by the WHO's years, 10 to 19.
_NAMED = tuple((years, re.compile(pattern, re.IGNORECASE)) for years, pattern in (
    ("13-19", r"\b(?:teens|teenagers?|teenaged?)\b"),
    ("60-69", r"\bsexagenarians?\b"),
    ("70-79", r"\bseptuagenarians?\b"),
    ("80-89", r"\boctogenarians?\b"),
    ("90-99", r"\bnonagenarians?\b"),
    ("10-19", r"\badolescents?\b"),
    (
        "-11",
        r"\b(?:of |at )?(?:primary|elementary)[- ]school(?:[- ]age)?(?: (?:or|and) (?:younger|below|under))?\b",
    ),
    ("5-17", r"\b(?:of |at )?school[- ]age\b"),
    ("-1", r"\b(?:infants?|babies|newborns?)\b"),
    ("1-3", r"\btoddlers?\b"),
))  # fmt: skip


# 'More than one drug', 'over 5 mg', 'under 3 months': not years of age.
_OF_OTHER_THINGS = re.compile(
    r"\s*(?:%|mg|g|kg|IU|U|units?|points?|per|of|weeks?|months?|days?|hours?|times|doses?|"
    r"courses?|cycles?|infusions?|(?:(?:different|other|further|prior) )?(?:drugs?|"
    r"agents?|treatments?|therap(?:y|ies)|immunosuppressants?|patients?|cases?|reports?|papers?|antibod(?:y|ies)|relapses?|cancers?|"
    r"tumou?rs?|organs?|signs?|symptoms?))\b",
    re.IGNORECASE,
)


def ages(question: str) -> Iterator[Condition]:
    """The ages that a question names, each once; a wider wording comes before a narrower."""
    found: list[Condition] = []
    for pattern, form in _PATTERNS:
        for match in pattern.finditer(question):
            one = _condition(match, form)
            if one is not None and not one.overlaps(found):
                found.append(one)
    for years, pattern in _NAMED:
        for match in pattern.finditer(question):
            found.append(Condition(*match.span(), aged(years), "people"))
    yield from found


def _condition(match: re.Match[str], form: str) -> Condition | None:
    """None for ages that nobody has ('under 0', '60 to 20'), and for counts of something else."""
    if _OF_OTHER_THINGS.match(match.string[match.end() :]):
        return None
    said = match.groupdict()
    decade = said.get("decade")
    low = (
        TENS[f"{decade.lower().removesuffix('ies').removesuffix('y')}y"]
        if decade
        else _number(said["a"])
    )
    high = _number(said["b"]) if said.get("b") else low
    if low < (1 if "{a0}" in form else 0) or high < low:
        return None
    years = form.format(a=low, b=high, a0=low - 1, a1=low + 1, a9=low + 9)
    return Condition(*match.span(), aged(years), "people")


def _number(said: str) -> int:
    if said.isdigit():
        return int(said)
    return sum(CARDINALS[word] for word in said.lower().split("-"))


_GROUPS = tuple((said, values, re.compile(pattern, re.IGNORECASE)) for said, values, pattern in (
    (
        "children",
        ("child",),
        r"(?<!had )(?<!have )\b(?:child(?:ren)?|p(?:a)?ediatric|girls?|boys?|kids?|minors|"
        r"juveniles|youngsters|schoolchild(?:ren)?)\b",
    ),
    (
        "65 or older",
        ("elderly",),
        r"\b(?:elderly|geriatric|"
        r"old(?:er)? (?=(?:people|patients|persons|men|women|ladies|gentlemen|folks?|adults)\b)|"
        r"seniors|pensioners)",
    ),
    ("adults", ("adult", "elderly"), r"\b(?:adults?|grown-?ups?)\b"),
))  # fmt: skip
_SEX = tuple((sex, re.compile(pattern, re.IGNORECASE)) for sex, pattern in (
    ("female", r"\b(?:women|woman|girls?|females?|ladies|lasses|gals|wives|mums|mothers)\b"),
    (
        "male",
        r"\b(?:men|man|boys?|males?|gentlemen|gents|fellas|fellows|blokes|guys|chaps|lads|dads|fathers|husbands)\b",
    ),
))  # fmt: skip


def sexes_and_ages_of_life(text: str) -> Iterator[Condition]:
    """'women', 'children'; 'girls' is both."""
    for sex, pattern in _SEX:
        for match in pattern.finditer(text):
            yield Condition(*match.span(), Wish("sex", sex, (sex,)), "people")
    for said, values, pattern in _GROUPS:
        for match in pattern.finditer(text):
            yield Condition(*match.span(), Wish("age group", said, values), "people")
