"""What a question says of a patient's body without naming the finding: muscles that were spared, sun.

'Normal muscles', 'whose swallowing came back', 'a rash brought on by the sun'.
"""
# ruff: noqa: E501  (a table of patterns reads best one pattern to the line)

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.cases.condition import Condition
from rag.cases.wish import Wish

_SPARED = re.compile(
    r"\bnormal (?:muscles?(?: (?:strength|power|function))?|strength)\b(?! (?:enzymes?|biops))|"
    r"\bmuscles? (?:was|were|is|are|being|remained) (?:spared|normal|not (?:involved|affected))\b|"
    r"\b(?:spared|sparing|unaffected) (?:the )?muscles?\b|"
    r"\b(?:muscles? )?(?:(?:was|were|are|is|did|had|has|have) (?:not|never)|(?:did|was|were|are|is)n['’]?t|never) (?:ever )?(?:get |got |become |became |felt |feel |grew |been )?weak\b",
    re.IGNORECASE,
)
# The lexicon has photosensitivity by its names; here it is told.
_BY_LIGHT = re.compile(
    r"\b(?:(?:rash(?:es)?|skin|eruptions?|redness|disease|DM|lesions)\s+)?(?:was |were |is |are |that was |being )?(?:brought on|triggered|caused|worsened|made worse|provoked|set off|"
    r"induced|flar(?:ed|ing)(?: up)?|got worse|gets worse|worse) (?:by|in|after|with|from) (?:the )?(?:sun(?:light|shine| exposure)?|light|UV(?: light)?|summer)\b"
    r"|\bsun[- ](?:sensitiv\w+|induced|triggered|provoked|worsened|related)\b|\bsensitiv\w+ to (?:the )?(?:sun(?:light)?|light|UV)\b",
    re.IGNORECASE,
)
_TOLD = tuple((name, re.compile(words, re.IGNORECASE)) for name, words in (
    ("dysphagia", r"\bswallowing (?:troubles?|difficult(?:y|ies)|problems?|complaints?)\b"),
    (
        "gastrointestinal perforation",
        r"\b(?:bowels?|guts?|intestines?|colons?|stomachs?)(?: \w+)? (?:perforated|burst|ruptured)\b",
    ),
    (
        "postpartum",
        r"\b(?:(?:had|having|has|have|who|just|recently|newly) )*(?:given|gave|giving) birth\b(?: (?:recently|just before))?",
    ),
))  # fmt: skip
"""Findings → how a question tells of them without their names."""
_BLED = re.compile(r"\b(?:bled|bleeding|bleeds)\b(?! (?:into|from|in))", re.IGNORECASE)
_BACK = (
    r"(?= (?:\w+ )?(?:recover\w*|improv\w*|return\w*|came back|got better|normali[sz]ed|resum\w*))"
)
# A function that came back had been lost.
_FUNCTIONS = tuple(
    (re.compile(rf"\b(?:{words})\b{_BACK}", re.IGNORECASE), trouble)
    for words, trouble in (
        ("swallowing", "dysphagia"),
        ("(?:muscle |limb )?(?:strength|power)", "muscle weakness"),
        ("breathing", "dyspnoea"),
    )
)


def complaints(question: str) -> Iterator[Condition]:
    """'Normal muscles', 'the muscles were spared', and functions that came back."""
    for match in _SPARED.finditer(question):
        wish = Wish("feature", "muscle weakness", ("muscle weakness",), absent=True)
        yield Condition(*match.span(), wish, "feature")
    for match in _BY_LIGHT.finditer(question):
        yield Condition(
            *match.span(), Wish("feature", "photosensitivity", ("photosensitivity",)), "feature"
        )
    for name, words in _TOLD:
        for match in words.finditer(question):
            yield Condition(*match.span(), Wish("feature", name, (name,)), "feature")
    for match in _BLED.finditer(question):
        yield Condition(*match.span(), Wish("feature", "haemorrhage", ("haemorrhage",)), "feature")
    for pattern, trouble in _FUNCTIONS:
        for match in pattern.finditer(question):
            yield Condition(*match.span(), Wish("feature", trouble, (trouble,)), "feature")
