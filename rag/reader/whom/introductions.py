"""Sentences that introduce a patient, and questions that they may help to answer.

'A 58-year-old man had had a rash for two years' is near to every question about him and answers
few; beside the sentence that answers it takes the place of one that goes on with it.
"""
# ruff: noqa: E501  (a pattern reads best on its line)

from __future__ import annotations

import re

_PERSON = r"(?:woman|man|girl|boy|child|patient|lady|gentleman|infant|toddler|teenager)\b(?!['’])"
_INTRODUCES = re.compile(
    rf"^(?:[-–•*]\s*)?(?:presentation:|patient:|an? (?:(?!of\b|in\b|for\b|with\b|to\b)[\w-]+,? ){{0,4}}?{_PERSON}|"
    rf"an? \d+[- ]year|(?:the|our|this) (?:\w+ ){{0,2}}?{_PERSON}(?:, (?:aged|an?)\b| (?:was|is) an?\b))",
    re.IGNORECASE,
)
# About the person, or how the illness began; or the person is named, and the introduction shows
# that it is the right one.
_ABOUT_WHOM = re.compile(
    r"\b(?:who|whom|patients?|age|old|present\w*|history|diagnos\w*|first|sign|symptom|illness|"
    r"woman|man|girl|boy|tell|describe)\b",
    re.IGNORECASE,
)


def introduces(sentence: str) -> bool:
    """Whether a sentence begins with whom it is about: 'A 9-year-old girl …', 'Presentation: …'."""
    return bool(_INTRODUCES.search(sentence))


def asks_about_whom(question: str) -> bool:
    """Whether an introduction may belong to the answer."""
    return bool(_ABOUT_WHOM.search(question))
