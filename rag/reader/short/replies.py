"""A stretch that answers a question of yes or no without saying yes or no, or is no reply to it.

'Did it come back?': 'weekly infusions' is none, though it may be the likeliest stretch of its
sentence; 'did it help?': 'partly better' is one. Whether yes or no can be said is left to
`rag.reader.short.polarity`; this is asked where neither can.
"""
# ruff: noqa: E501  (a table of patterns reads best one pattern to the line)

from __future__ import annotations

import re

from rag.reader.question.ask import asked_part
from rag.reader.question.asked import is_yes_no
from rag.reader.question.polar_words import (
    BAD,
    CHANGED,
    DOING,
    EFFECT_ASKED,
    GOOD,
    NORMAL,
    NOT,
    RAISED,
    RETURN,
    RETURN_ASKED,
)
from rag.reader.short.named import LEAST_NAMED, share_named
from rag.reader.short.off_the_point import CHOICE
from rag.reader.short.survival import asks_for_survival
from rag.reader.words import concept_names, mentions

# 'Did she get shingles, and where?', 'any trouble?': more than yes or no is asked.
_ASKS_MORE = re.compile(
    r"^(?:and |but |so )?any\b|\b(?:how|what|which|whom?|where|when|why|if so|by|give|name|much|many)\b",
    re.IGNORECASE,
)
# How far an effect went, beside the words that name one.
_EFFECT = re.compile(
    r"\b(?:help\w*|work\w*|recover\w*|normal\w*|gone|partial\w*|partly|slight\w*|some|complete\w*|little|"
    r"ineffective|increas\w*|decreas\w*|stable|well|good|relief|unaffected|tolerat\w*|gain\w*|los[st]\w*)\b",
    re.IGNORECASE,
)
# What a value was, or became.
_VALUE = re.compile(
    rf"\d|{RAISED.pattern}|{NORMAL.pattern}|{CHANGED.pattern}|\b(?:rising|weak\w*|strong\w*)\b",
    re.I,
)


def is_no_reply(question: str, words: str) -> bool:
    """Whether yes or no is asked, nothing besides, and a stretch takes up nothing of that.

    An effect or a return must be spoken of where one is asked for; else most of what the question
    names must be named.
    """
    part = asked_part(question)
    if not is_yes_no(part) or _ASKS_MORE.search(part) or CHOICE.search(part):
        return False
    if asks_for_survival(part):
        return True  # alive or dead is said by yes or no, or not at all
    if RETURN_ASKED.search(part):
        return not RETURN.search(words)
    if EFFECT_ASKED.search(part):
        return not any(pattern.search(words) for pattern in (GOOD, BAD, _EFFECT))
    if DOING.search(words) and NOT.search(words) and not DOING.search(part):
        return True  # what was not done says nothing of what was found
    named = concept_names(part, typos=True) - {"dermatomyositis"}
    if RAISED.search(part) or NORMAL.search(part):
        told = concept_names(words)
        return not _VALUE.search(words) or bool(named and told and not named & told)
    if not named and NOT.search(words):
        return False  # nothing that the lexicon knows is asked about, and the stretch denies
    found = share_named(part, words, narrower=True)
    return found is None or found[0] < LEAST_NAMED


def names_others(question: str, words: str) -> bool:
    """Whether a stretch names drugs, or signs, and none of those of the question: behind yes or no
    it would prove nothing.
    """
    part = asked_part(question)
    if share_named(part, words, narrower=True):
        return False
    told = mentions(words)
    kinds = {m.concept.kind for m in mentions(part)} & {m.concept.kind for m in told}
    only_disease = {m.concept.name for m in told} == {"dermatomyositis"}
    return bool(kinds & {"drug", "sign"}) or only_disease
