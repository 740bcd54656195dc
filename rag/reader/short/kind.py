"""A question → the one kind of short answer that it asks for, and whether a stretch is of it.

Kinds here are what a reader expects in the first line: how much, when, how many, who. A stretch of
another kind is no short answer, however likely the networks think it; and how likely it must be
differs by kind (`rag.training.weighing` fits that).
"""
# ruff: noqa: E501  (a table of patterns reads best one pattern to the line)

from __future__ import annotations

import re

from rag.lexicon import lexicon
from rag.reader.question.ask import asked_part
from rag.reader.question.asked import DOSE, TIME, asked, is_yes_no
from rag.reader.short.doses import asks_for_dose
from rag.reader.short.off_the_point import CHOICE
from rag.reader.short.shorten import FREQUENCY

OTHER = "other"
KINDS = (
    "yes/no", "why", "where", "who", "when", "dose", "age", "how many", "drug", "antibody", "how",
    "outcome", "finding", OTHER,
)  # fmt: skip

_OPENS = r"^(?:and |but |so |or )*"
_FIRST = (
    ("why", re.compile(rf"{_OPENS}(?:why|how come)\b|\breasons?\b|\bwhat (?:made|led|prompted)\b", re.I)),
    ("where", re.compile(rf"{_OPENS}where\b|\b(?:which|what) (?:body )?(?:sites?|parts?|areas?|regions?)\b", re.I)),
    ("who", re.compile(rf"{_OPENS}who(?:m|se)?\b", re.I)),
    ("age", re.compile(r"\bhow old\b|\bage\s*\?|\bwhat age\b|^age\b|\b(?:his|her|their|the) age\b", re.I)),
)  # fmt: skip
_WHEN = re.compile(
    r"^(?:and |but |so |or )*(?:since )?when\b|\bwhen\s*[?.!]*$|\bhow (?:long|soon|quick\w*|fast|late|early)\b|\bduration\b|\bafter how\b|\btime to\b|"
    r"\bhow many (?:days|weeks|months|years)\b|\binterval\b|\b(?:what|which) (?:year|month|date|day)\b",
    re.IGNORECASE,
)
_HOW_MANY = re.compile(
    r"\bhow many\b|\bnumber of\b|\bproportion\b|\bpercent\w*|\b(?:what|which) (?:share|rate)\b|\bn\s*\?",
    re.IGNORECASE,
)
_LAST = (
    ("outcome", frozenset({"outcome", "adverse"})),
    ("finding", frozenset({"laboratory", "sign", "number"})),
)


def kind_asked(question: str) -> str:
    """The one of KINDS that a question asks for; OTHER where none is clear."""
    part = asked_part(question)
    if is_yes_no(part):
        return "yes/no"
    for kind, pattern in _FIRST:
        if pattern.search(part):
            return kind
    if asks_for_dose(part):
        return "dose"
    if _WHEN.search(part):
        return "when"
    if _HOW_MANY.search(part):
        return "how many"
    wanted = asked(part) or asked(question)
    for kind in ("antibody", "drug"):
        if kind in wanted:
            return kind
    if re.match(rf"{_OPENS}how\b", part, re.IGNORECASE):
        return "how"
    return next((kind for kind, names in _LAST if wanted & names), OTHER)


_NUMBER_WORD = (
    r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|twenty|thirty|forty|fifty|sixty|"
    r"seventy|eighty|ninety|once|twice|half|third|quarter|none|all|both|most|neither|nobody|every\w*|no|single|"
    r"several|few|dozen|hundred|thousand|first|second|fourth|fifth|majority|minority|many|an?|only)"
)
_FIGURE = re.compile(rf"\d|\b{_NUMBER_WORD}\b", re.IGNORECASE)
# 'On the days of infusion', 'after rechallenge', 'at birth', 'since childhood', 'lifelong'.
_TIME_WORDS = re.compile(
    r"\b(?:after|before|during|while|when(?:ever)?|cycles?|doses?|infusions?|courses?|since|until|once|at|on|within|upon|following|then|later|ago|"
    r"earlier|day|days|night|week|weeks|month|months|year|years|hours?|time|immediate\w*|soon|quick\w*|rapid\w*|slow\w*|"
    r"gradual\w*|prompt\w*|long\w*|short\w*|never|always|life\w*|birth|child\w*|adolescen\w*|pregnan\w*|trimester|"
    r"january|february|march|april|may|june|july|august|september|october|november|december|spring|summer|autumn|winter|"
    r"still|not|no|postpartum|permanent\w*|overnight|same)\b|\d",
    re.IGNORECASE,
)
_DOSE_WORDS = re.compile(
    rf"\b(?:dos(?:e|ing)\w*|every|high|low|half|full|double\w*|daily|weekly|monthly|{_NUMBER_WORD})\b|\d",
    re.IGNORECASE,
)
_AGE_WORDS = re.compile(
    r"\d|\b(?:\w*teen\w*|twent\w+|thirt\w+|fort\w+|fift\w+|sixt\w+|sevent\w+|eight\w+|ninet\w+|one|two|three|four|five|"
    r"six|seven|nine|ten|eleven|twelve|child\w*|infan\w*|adult\w*|young\w*|old\w*|elderly|middle|aged?|pre-?school|"
    r"adolescen\w*|birth|newborn|bab(?:y|ies))\b",
    re.IGNORECASE,
)
# '1 (33%)' of patients: a strength stands without brackets.
_SHARE = re.compile(r"\d+ \(\d[\d.,]*\s?%\)|\(\d[\d.,]*\s?%\)")
_ANTIBODY = re.compile(
    r"\banti|antibod|\bANA\b|\bRo\b|\bJo\b|\bMi-|\bnone\b|\bno\b|negative|\bMSAs?\b|\bserolog", re.I
)
_WHICH_ANTIBODY = re.compile(
    r"\b(?:which|what) (?:[\w-]+ ){0,2}(?:auto)?(?:antibod\w*|abs?)\b(?! (?:index|titre|titer|level))|^(?:auto)?antibod\w*\s*\?",
    re.IGNORECASE,
)


def is_of_kind(question: str, words: str) -> bool:
    """Whether a stretch can be a short answer of the kind that the question asks for."""
    kind = kind_asked(question)
    if CHOICE.search(asked_part(question)):
        return True
    if kind == "when":
        return bool(_TIME_WORDS.search(words) or TIME.search(words))
    if kind == "dose":
        return bool(_DOSE_WORDS.search(_SHARE.sub(" ", words)) or FREQUENCY.search(words))
    if kind == "how many":
        return bool(_FIGURE.search(words))
    if kind == "age":
        return bool(_AGE_WORDS.search(words))
    if kind == "antibody" and _WHICH_ANTIBODY.search(asked_part(question)):
        named = {m.concept.kind for m in lexicon().find(words)}
        return "antibody" in named or bool(_ANTIBODY.search(words))
    if kind in ("drug", "where", "who", "why"):
        return not _is_figure(words)
    return True


def _is_figure(words: str) -> bool:
    """Whether a stretch is a time, a dose or a bare number, and nothing else."""
    rest = FREQUENCY.sub(" ", TIME.sub(" ", DOSE.sub(" ", words)))
    return not re.search(r"[A-Za-z]{3}", _SMALL.sub(" ", rest)) and bool(_FIGURE.search(words))


_SMALL = re.compile(
    rf"\b(?:in|after|for|over|about|the|of|later|earlier|daily|weekly|and|to|patients?|{_NUMBER_WORD})\b",
    re.I,
)
