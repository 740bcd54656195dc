"""A question that names a person → whether the last answer's report can be about that person.

'And the boy?' after a report about one woman means somebody else's report; what was asked of her
is asked of him, and of her only the matter is kept, not the words that say who she is.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from rag.lexicon import lexicon
from rag.reader.question.asked import asked
from rag.reader.words import stems
from rag.schema import Sex

_WOMAN = r"(?:woman|lady|girl|female|gal|lass)"
_MAN = r"(?:man|boy|gentleman|guy|bloke|chap|lad|male)"
_NOUNS: dict[Sex, re.Pattern[str]] = {
    "female": re.compile(rf"\b{_WOMAN}\b", re.IGNORECASE),
    "male": re.compile(rf"\b{_MAN}\b", re.IGNORECASE),
}
# 'Her boy', 'my little girl' are not the patient of a report.
_SEVERAL_OR_REPORT = re.compile(
    r"\b(?:women|men|girls|boys|children|kids|patients|pts|sisters|brothers|siblings|twins|family|"
    r"series|cohort|trial|study|report|paper)\b",
    re.IGNORECASE,
)
_OF_SOMEBODY = re.compile(
    r"\b(?:her|his|their|my|our|your|whose|\w+['’]s)(?: \w+)?\s+$", re.IGNORECASE
)
_SPOKEN_OF: dict[Sex, re.Pattern[str]] = {
    "female": re.compile(
        r"\b(?:woman|women|lady|girls?|females?|mother|sister|daughter|aunt|niece|she|her)\b", re.I
    ),
    "male": re.compile(
        r"\b(?:man|men|gentlem[ae]n|boys?|males?|father|brother|sons?|uncle|nephew|he|his|him)\b",
        re.I,
    ),
}
_PRONOUNS = {
    "female": {"he": "she", "him": "her", "his": "her"},
    "male": {"she": "he", "her": "his", "hers": "his"},
}
_PERSON = rf"(?:{_WOMAN}|{_MAN}|patient|pt|person|child|kid|infant|baby|adult|one|case)"
_PERSON_PHRASE = re.compile(
    rf"(?:,\s*)?\b(?:(?:in|of|for|about|with) )?"
    rf"(?:(?:an?|the|any|this|that|one) (?:[\w-]+ ){{0,3}}?|(?:\d{{1,3}}[\w/-]* )?(?:[\w-]+ )?)"
    rf"{_PERSON}\b",
    re.IGNORECASE,
)
_NAMES_A_PERSON = re.compile(rf"\b{_PERSON}\b", re.IGNORECASE)
_WHO = re.compile(
    rf"\b(?:the|that) (?P<words>(?:(?!of\b|in\b|on\b|for\b|to\b|was\b|were\b|did\b|about\b)[\w-]+ )"
    rf"{{1,3}}?){_PERSON}\b",
    re.IGNORECASE,
)
# 'The one with polycythaemia', 'the lady who had a stroke'.
_WHO_HAD = re.compile(
    rf"\b(?:the|that) (?:[\w-]+ ){{0,2}}?{_PERSON} (?:with|who (?:had|has|got|took)|on|after)\b "
    r"(?P<words>[^,;:?.]+)",
    re.IGNORECASE,
)
_SPELT_OUT = 5
"""Letters: 'CML' may stand for words that the report writes out."""
# What may be said of anybody, and the numbers and ages by which the patients of one report differ.
_OF_ANYBODY = frozenset(
    stems(
        "first second third fourth fifth sixth last next other another same only index former "
        "latter older oldest elder eldest elderly younger youngest old young middle aged year "
        "years yr yrs yo male female adult little small poor sick dead lucky unlucky single whole "
        "entire new previous "
        "earlier mentioned said good bad better worse best worst right wrong pregnant severe mild"
    )
)
_PREFIX = 5
"""Letters by which a word of a question is looked for: 'pregnant' is in 'pregnancy'."""
OPENS = re.compile(
    r"^\s*(?:(?:and|but|so|then|ok)\b[\s,]*)*(?:(?:what|how) about\b|same (?:for|with|in)\b)?\s*",
    re.IGNORECASE,
)
"""The words by which a question goes on with the one before it; they may be none."""
_AGED = re.compile(r"\b(?:aged? )?\d{1,3}[\s-]*(?:y/?o\b|years?[- ]olds?\b|yrs?[- ]olds?\b)", re.I)
_RELATIVE = re.compile(r"\b(?:who|whom|whose|that|which)\b[^,;:?]*", re.IGNORECASE)
_ASKS = re.compile(
    r"\b(?:what|which|when|where|why|how|did|does|do|was|were|is|are|has|had|have|any|can|could|"
    r"tell|list|compare)\b",
    re.IGNORECASE,
)
_CLAUSE_ASKS = re.compile(
    r"(?:^|[,:;.?!–-])\s*(?:which|what|who|whos|whose|how|why|when|where|any|all|list|name|oldest|youngest)\b",
    re.IGNORECASE,
)
_DESCRIBES = frozenset({"drug", "sign"})
"""Kinds of answers whose words may describe a patient as well ('the boy treated with …')."""


def goes_on(question: str) -> bool:
    """Whether a question opens as one that goes on: 'and …', 'what about …'."""
    opening = OPENS.match(question)
    return opening is not None and bool(opening.group().strip())


def persons_told(text: str) -> frozenset[Sex]:
    """The sexes of the people of whom a text speaks, by their nouns and pronouns."""
    return frozenset(sex for sex, pattern in _SPOKEN_OF.items() if pattern.search(text))


def sex_named(question: str) -> Sex | None:
    """The sex of the person whom a question names by a noun; None without one, or of both."""
    found: list[Sex] = [
        sex
        for sex, pattern in _NOUNS.items()
        if any(not _OF_SOMEBODY.search(question[: m.start()]) for m in pattern.finditer(question))
    ]
    return found[0] if len(found) == 1 else None


def is_someone_else(question: str, told: Collection[Sex]) -> bool:
    """Whether a question names a person of a sex that is not `told` of; not if nothing is told."""
    sex = sex_named(question)
    return bool(told) and sex is not None and sex not in told


def prefixes(text: str) -> frozenset[str]:
    """The beginnings of a text's content words, for `is_unheard_of`."""
    return frozenset(word[:_PREFIX] for word in stems(text))


def is_unheard_of(question: str, told: Collection[str], names: Collection[str] = ()) -> bool:
    """Whether 'the ovarian one' is said after a report that has no such word.

    `told` are the `prefixes` of the report's words, `names` the concepts that it names; nobody is
    unheard of if there are no words.
    """
    if not told:
        return False
    phrases = [
        [word for word in _saying(phrase["words"]) if len(word) >= least]
        for phrase, least in ((_WHO.search(question), 1), (_WHO_HAD.search(question), _SPELT_OUT))
        if phrase is not None and not _is_named(phrase["words"], names)
    ]
    return any(said and not any(word[:_PREFIX] in told for word in said) for said in phrases)


def _saying(words: str) -> list[str]:
    """The stems by which one patient may differ from others."""
    said = [word for word in stems(words) if word not in _OF_ANYBODY]
    return [word for word in said if not any(letter.isdigit() for letter in word)]


def _is_named(words: str, names: Collection[str]) -> bool:
    """Whether a report names what words stand for: 'shingles' is its herpes zoster."""
    return any(mention.concept.name in names for mention in lexicon().find(words, typos=True))


def names_a_person(question: str) -> bool:
    """Whether a question says 'the boy', 'the ovarian one', 'that patient'."""
    return bool(_NAMES_A_PERSON.search(question))


def asks_by_itself(question: str) -> bool:
    """Whether a question says what it wants, and not only of whom or of which drug.

    'And the girl with the streaks?' does not, 'and the girl's CK?' does.
    """
    rest = _RELATIVE.sub(" ", _AGED.sub(" ", OPENS.sub("", question, count=1)))
    if _ASKS.search(rest) or asked(rest) - _DESCRIBES:
        return True
    return any(m.concept.kind == "laboratory" for m in lexicon().find(rest, typos=True))


def only_describes(question: str) -> bool:
    """Whether all that is said is who or which report is meant: 'the girl with the streaks'.

    With a question mark something is asked, if only whether there is such a report.
    """
    if "?" in question:
        return False
    named = names_a_person(question) or _SEVERAL_OR_REPORT.search(question)
    asks = _CLAUSE_ASKS.search(question) or asks_by_itself(question)
    return bool(named) and not asks and not goes_on(question)


def without_persons(question: str) -> str:
    """What a question is about, without the words for its patient; '' if nothing is left."""
    rest = _PERSON_PHRASE.sub(" ", question)
    rest = " ".join(rest.split()).strip(" ,;:-–?.!")
    return rest if any(len(word) > 2 for word in rest.split()) else ""


def asked_of(sex: Sex | None, question: str) -> str:
    """A question with its pronouns turned to a person of another sex."""
    turned = _PRONOUNS.get(sex or "", {})
    return re.sub(
        r"\b(?:he|him|his|she|her|hers)\b",
        lambda found: turned.get(found.group().lower(), found.group()),
        question,
        flags=re.IGNORECASE,
    )
