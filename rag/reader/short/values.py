"""A question for a value, an age or a time + the sentences quoted → what none of them gives.

'What was her ferritin?' is not answered by what else was found in her blood. As with doses
(`rag.reader.short.doses.asks_for_dose`), another figure is worse than none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.lexicon import lexicon
from rag.reader.question.asked import asked, is_yes_no, shown

MEASURED = frozenset(
    {
        "creatine kinase", "aldolase", "lactate dehydrogenase", "alanine aminotransferase",
        "aspartate aminotransferase", "gamma-glutamyltransferase", "alkaline phosphatase",
        "myoglobin", "troponin", "BNP", "ferritin", "C-reactive protein",
        "erythrocyte sedimentation rate", "procalcitonin", "KL-6", "surfactant protein D",
        "surfactant protein A", "interleukin-18", "interleukin-6", "soluble IL-2 receptor",
        "neopterin", "von Willebrand factor", "D-dimer", "haemoglobin", "white cell count",
        "platelet count", "creatinine", "albumin", "PaO2/FiO2", "PaO2", "oxygen saturation", "CEA",
        "CA-125", "CA19-9", "alpha-fetoprotein", "ejection fraction", "forced vital capacity",
        "forced expiratory volume", "diffusing capacity", "six-minute walk test",
        "manual muscle testing", "Childhood Myositis Assessment Scale", "CDASI",
        "Dermatomyositis Skin Severity Index", "Cutaneous Assessment Tool",
        "Health Assessment Questionnaire", "Dermatology Life Quality Index",
    }
)  # fmt: skip
"""Concepts of the lexicon whose results are numbers."""

ENZYMES = frozenset(
    {
        "creatine kinase", "aldolase", "lactate dehydrogenase", "alanine aminotransferase",
        "aspartate aminotransferase", "myoglobin",
    }
)  # fmt: skip
ENZYMES_TOLD = re.compile(r"\benzymes?\b", re.IGNORECASE)
# The figure itself is wanted.
_FIGURE = re.compile(
    r"\b(?:levels?|values?|tit(?:re|er)s?|exact\w*|how (?:high|low)|peak|concentration|"
    r"in (?:ng|mg|u|iu|µg))\b",
    re.IGNORECASE,
)
# Of a drug in the blood, as of a measurement: its dose is no answer.
_DRUG_LEVEL = re.compile(r"\b(?:trough|drug levels?|drug concentrations?)\b", re.IGNORECASE)
_DRUG_LEVEL_GIVEN = re.compile(
    r"\b(?:trough|[nµ]g/m?l|(?:drug|blood) (?:concentration|level)s?)\b", re.IGNORECASE
)
_IN_BRACKETS = re.compile(r"\([^()]*\)")
_DIGIT = re.compile(r"\d")
_LAST_WORDS = 12
"""Characters behind the measurement that is the last thing asked: 'CK at baseline?'"""
_OTHER_KINDS = frozenset({"time", "reason", "outcome", "conclusion", "drug"})


def value_missing(question: str, sentences: Sequence[str]) -> str | None:
    """The measurement that is asked for and that no sentence gives; None where all is well.

    'CK?' is answered by 'CK was raised', too; 'How high was the CK?' by a figure alone. Where
    several are asked for, one is enough. On the validation questions of the kind, which
    were in view when it was written, this declines 26 of 42 that no report answers, and none of 29
    that one does.
    """
    question = _IN_BRACKETS.sub(" ", question)
    if _DRUG_LEVEL.search(question) and not any(map(_DRUG_LEVEL_GIVEN.search, sentences)):
        return "drug level"
    wanted = _wanted(question)
    gives = _gives_figure if _FIGURE.search(question) else _gives
    if not wanted or any(gives(wanted, sentence) for sentence in sentences):
        return None
    return wanted[0]


# An age or a length of time is asked for; 'at the age of 9' is none.
_AGE_WANTED = re.compile(
    r"\bhow old\b|\bages?(?=\s*(?:and\b|/|,|&|\?|$))|"
    r"\b(?:her|his|their|patient's|the) age\b(?! of)",
    re.IGNORECASE,
)
_TIME_WANTED = re.compile(
    r"\bhow (?:long|soon|quick|quickly|fast)\b|\bhow many (?:days|weeks|months|years)\b|"
    r"\bduration\b",
    re.IGNORECASE,
)
_AGED = re.compile(r"\bage[ds]?\b", re.IGNORECASE)
# 'Her symptoms settled quickly', 'on the day after', 'at 15 weeks'.
_ANY_TIME = re.compile(
    r"\b(?:quick\w*|rapid\w*|fast|slow\w*|prompt\w*|soon|immediate\w*|gradual\w*|brief\w*|long|short\w*|"
    r"lasting|lifelong|permanent\w*|always|never|still|until|overnight|"
    r"(?:hour|day|night|week|month|year|decade)s?|(?:infusion|cycle|course|session)s)\b",
    re.IGNORECASE,
)


def time_missing(question: str, sentences: Sequence[str]) -> str | None:
    """'age' or 'time' where one is asked for and no sentence gives any; else None.

    On the validation questions of the kind, which were in view when it was written, this declines 7
    of 11 (age) and 9 of 85 (time) that no report answers, and none of the 30 and 92 that are
    answered rightly.
    """
    question = _IN_BRACKETS.sub(" ", question)
    if is_yes_no(question):
        return None
    kinds = {kind for sentence in sentences for kind in shown(sentence)}
    aged = "age" in kinds or any(_AGED.search(sentence) for sentence in sentences)
    if _AGE_WANTED.search(question) and not aged:
        return "age"
    timed = "time" in kinds or any(_ANY_TIME.search(sentence) for sentence in sentences)
    return "time" if _TIME_WANTED.search(question) and not timed else None


# 'How many had a DVT on ACTH gel?': what stands behind the verb is what is counted.
_HAD = re.compile(
    r"\bhow many (?:\w+ ){0,3}?(?:had|have|has|gets?|got|develop(?:ed)?|suffered|experienced|"
    r"showed|caught)\s+"
    r"(?:(?:an?|the|any|severe|serious|new|confirmed)\s+)*",
    re.IGNORECASE,
)


def finding_missing(question: str, sentences: Sequence[str]) -> str | None:
    """The sign that it is asked how many had, where no sentence names it; else None.

    How many were given the drug is no answer to how many had a thrombosis from it.
    """
    verb = _HAD.search(question)
    if not verb:
        return None
    sign = next(
        (
            m.concept
            for m in lexicon().find(question, typos=True)
            if m.start == verb.end() and m.concept.kind == "sign"
        ),
        None,
    )
    if sign is None:
        return None
    named = {name for text in sentences for name in _told(text)}
    own = {sign.name, *lexicon().narrower(sign.name)}
    wider = any(sign.name in lexicon().narrower(name) for name in named)
    return None if named & own or wider else sign.name


def is_no_time(question: str, words: str) -> bool:
    """Whether a question for a length of time would be answered by something else: a dose.

    '400 mg/kg a day over 5 days' says how it was given, not how long it took.
    """
    if is_yes_no(question) or not _TIME_WANTED.search(_IN_BRACKETS.sub(" ", question)):
        return False
    timed = "time" in shown(words) or bool(_ANY_TIME.search(words))
    return "dose" in shown(words) or not timed


def _wanted(question: str) -> tuple[str, ...]:
    """The measurements whose result is asked for, in the order of the question."""
    if is_yes_no(question) or asked(question) & _OTHER_KINDS:
        return ()
    found = [m for m in lexicon().find(question, typos=True) if m.concept.name in MEASURED]
    if not _FIGURE.search(question):
        end = len(question.rstrip(" ?."))
        found = [m for m in found if end - m.end <= _LAST_WORDS]
    return tuple(dict.fromkeys(m.concept.name for m in found))


def _gives_figure(wanted: Sequence[str], sentence: str) -> bool:
    """Whether a sentence has a figure and names one of the measurements."""
    return bool(_DIGIT.search(sentence)) and bool(_told(sentence) & _with_narrower(wanted))


def _gives(wanted: Sequence[str], sentence: str) -> bool:
    """Whether a sentence names one of the measurements, or what they belong to."""
    if ENZYMES & set(wanted) and ENZYMES_TOLD.search(sentence):
        return True
    return bool(_with_narrower(sorted(_told(sentence))) & _with_narrower(wanted))


def _told(sentence: str) -> frozenset[str]:
    return frozenset(mention.concept.name for mention in lexicon().find(sentence))


def _with_narrower(names: Sequence[str]) -> frozenset[str]:
    return frozenset(n for name in names for n in (name, *lexicon().narrower(name)))
