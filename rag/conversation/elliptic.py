"""A follow-up that leaves out what it asks → the question that the conversation fills in.

'And methotrexate?', 'no, the girl', 'did it help?': of another drug, of another patient, of the
drug that was spoken of. '' where a question says itself what it asks.
"""

from __future__ import annotations

import re

from rag.conversation.someone_else import asked_of, asks_by_itself, sex_named
from rag.lexicon import Mention, lexicon
from rag.reader.question.ask import asked_before, asked_part, only_points
from rag.schema import Turn

# As `rag.reader.whom.refer.naming` adds it.
_PATIENT = re.compile(r"patient \d+, ")
_TOKEN = re.compile(r"[^\W_]+")
_SAYS_NOTHING = frozenset(
    ["and", "but", "so", "also", "then", "ok", "what", "about", "how", "the", "a", "an", "for"]
)
# 'In the boy', 'of her sister': whom the question before asked about.
OF_WHOM = re.compile(
    r"\s*\b(?:in|of|for|to|with|about) (?:the|that|his|her) (?:(?:older|younger|other|first|second|"
    r"third|fourth|last|elder|little|old|young) )?(?:one|patient|pt|case|woman|man|girl|boy|child|"
    r"kid|lady|brother|sister|first|second|third|other|older|younger|elder)\b"
    r"(?! (?:with|on|who|in|after|given|treated)\b)|"
    r"\s*\b(?:in|of|for|to|with) (?:her|him|them)\b(?! \w)",
    re.IGNORECASE,
)
# 'It' that works, is given or is taken is a drug; what comes back, heals or clears is the disease.
_IT_THE_DRUG = re.compile(
    r"\b(?:did|does|has|had|was|is) (?P<it>it) (?=(?:\w+ )?(?:help|work|make|do|done|shrink|"
    r"cause|control|lower|raise|change|bring|affect|given|stopped|started|tolerated|effective|safe|continued|"
    r"increased|reduced|tapered|used|tried|withdrawn|any good|injected|infused))|"
    r"(?P<behind>\b(?:on|of|with|after|off|stop\w*|start\w*|took|taking|take|get|got|given|"
    r"tolerat\w*) it\b)",
    re.IGNORECASE,
)
_OPENING = re.compile(r"^\W*(?:(?:and|so|but|ok|was (?:it|that))\b\W*)*", re.IGNORECASE)
_BEFORE_OR_AFTER = re.compile(
    r"^\W*(?:(?:and|so|but|ok|was (?:it|that))\b\W*)*(?:before or after|after or before)\b"
    r"(?: (?!that\b|it\b|this\b)[\w'-]+){1,6}\W*$",
    re.IGNORECASE,
)
_HOW_MANY = re.compile(
    r"^\W*(?:(?:and|so|but)\b\W*)?(?:how (?:many|much|often)|which|what)\b\W*", re.I
)
# What a question about somebody else kept of the one before it is no part of the next subject.
_WITHOUT_AFTER = re.compile(r" \(after: [^)]*\)$")


def of_another_drug_there(question: str, last: Turn) -> str:
    """'And why methotrexate?' after 'Why was IVIG stopped?': the question of the other drug.

    '' unless the question says nothing but a drug and how the last one asked.
    """
    new, before = drugs_in(question), parts(last.query)[-1]
    old = {drug.concept.name for drug in drugs_in(before)}
    if len(new) != 1 or len(old) != 1 or new[0].concept.name in old or not asks_by_itself(before):
        return ""
    rest = f"{question[: new[0].start]} {question[new[0].end :]}"
    said = set(_TOKEN.findall(rest.lower())) - _SAYS_NOTHING
    if not said <= set(_TOKEN.findall(before.lower())):
        return ""
    return f"{OF_WHOM.sub('', exchanged(before, new[0].text))}?"


def of_the_drug(question: str, last: Turn) -> str:
    """'Did it help?' after 'Did she get dapsone?': 'Did dapsone help?'; '' for any other."""
    drugs, its = drugs_in(parts(last.query)[-1]), _IT_THE_DRUG.search(question)
    if its is None or drugs_in(question) or len({drug.concept.name for drug in drugs}) != 1:
        return ""
    at = its.start() + its.group().lower().rindex(" it") + 1 if its["behind"] else its.start("it")
    return f"{question[:at]}{drugs[0].text}{question[at + 2 :]}"


def before_or_after(question: str, last: Turn) -> str:
    """'Before or after the surgery?' after 'How many infusions?': 'Infusions before or after …?'.

    '' for any other, and where nothing was asked that comes before or after something.
    """
    if not _BEFORE_OR_AFTER.search(question):
        return ""
    asked = _HOW_MANY.sub("", asked_part(parts(last.query)[-1])).strip().rstrip("?.! ")
    return f"{asked}, {_OPENING.sub('', question).strip()}" if asked else ""


def of_another_patient(question: str, query: str) -> str:
    """'No, the girl' after 'Why did the boy stop?': 'Why did she stop?'; '' for any other."""
    before = asked_before(query) if only_points(question) else ""
    asked = asked_of(sex_named(question), OF_WHOM.sub("", before)).rstrip("?.! ")
    return f"{asked}?" if OF_WHOM.search(before) and asks_by_itself(asked) else ""


def without_talk(query: str) -> str:
    """A resolved question without what was talked of before it."""
    return _WITHOUT_AFTER.sub("", query.strip()).partition(" (about: ")[0]


def parts(query: str) -> list[str]:
    """The question that opened a conversation, and the last one asked; once if they are one.

    'And the girl?' asks what the one before it did.
    """
    asked, opened, rest = _WITHOUT_AFTER.sub("", query.strip()).partition(" (about: ")
    said = [*(rest.rstrip(")").split("; ") if opened else ()), asked]
    kept = [part.strip().rstrip("?.! ") for part in said if not _PATIENT.match(part)]
    kept = [kept[0], *(part for part in kept[1:] if not only_points(part))]
    return list(dict.fromkeys(part for part in (kept[0], kept[-1]) if part)) or [""]


def talk(query: str) -> str:
    """The conversation that a resolved question carries, without the words for a patient."""
    _, about, rest = query.partition(" (about: ")
    said = rest.rstrip(")").split("; ") if about else []
    return "; ".join(part for part in said if not _PATIENT.match(part))


def exchanged(part: str, drug: str) -> str:
    """A question with each of its drugs replaced by another one."""
    for mention in reversed(drugs_in(part)):
        part = f"{part[: mention.start]}{drug}{part[mention.end :]}"
    return part


def drugs_in(text: str) -> list[Mention]:
    """The drugs that a text names, misspelt or not."""
    return [m for m in lexicon().find(text, typos=True) if m.concept.kind == "drug"]
