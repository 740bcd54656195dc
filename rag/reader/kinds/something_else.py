"""'What else was tried?' + the sentences quoted → whether any names another treatment.

That the drug which was spoken of worked does not say what was given besides, or had failed.
"""
# ruff: noqa: E501  (a table of patterns reads best one pattern to the line)

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.reader.question.subject import drug_mentions, with_narrower

_TREATED = r"(?:fail\w*|tr(?:y|ied|ies)|giv\w+|us(?:e|ed|ing)|g[eo]t|receiv\w+|tak\w+|took|treat\w*|prescri\w*|been on|(?:is|was|were) \w+ on|add\w*)"
_ASKED = re.compile(
    rf"\b(?:what|which|anything|something) else\b.*\b{_TREATED}\b|"
    r"\b(?:what|which|any) other (?:drugs?|treatments?|meds|medications?|medicines?|therap(?:y|ies)|immunosuppress\w*|agents?)\b",
    re.IGNORECASE,
)
# 'An opioid antagonist' is no opioid, but what the drug before it is.
_OPPOSED = re.compile(r"[\s-]*(?:receptor )?(?:antagonist|agonist|blocker)s?\b", re.IGNORECASE)


def no_other_told(question: str, before: str, quoted: Sequence[str]) -> bool:
    """Whether another treatment is asked for, and no sentence names one.

    `before` is what was asked before a follow-up: its drugs are no other ones either.
    """
    if not _ASKED.search(question):
        return False
    spoken_of = {mention.concept.name for mention in drug_mentions(f"{question} {before}")}
    known = with_narrower(spoken_of)
    return not any(
        mention.concept.name not in known and not _OPPOSED.match(text[mention.end :])
        for text in quoted
        for mention in drug_mentions(text)
    )
