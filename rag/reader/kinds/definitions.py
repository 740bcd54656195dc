"""'What is amyopathic dermatomyositis?' + what was read → the sentences that say what it is.

A definition shares the question's one word with every sentence that uses it, so neither vectors nor
words tell it from them; its form does ('X is a …', 'X: …', 'X, an antibody that …').
"""
# ruff: noqa: E501  (a table of patterns reads best one pattern to the line)

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.abbreviations import abbreviations
from rag.lexicon import lexicon
from rag.schema import Evidence

MOST = 2
"""Sentences; the second says what the first leaves out."""

_END = r"(?: in (?:dermatomyositis|dm))?(?:,? (?:exactly|again|actually|please|pls|then|briefly))*\s*[?.!]*$"
_THE = r"(?:an? |the (?:term |word )?)?[\"'‘“]?"
# 'Shawl sign, what's that supposed to be?'
_THAT = r"(?:what(?:['’]?s| is| are| does| do) (?:that|this|it|those|they)(?: supposed to)?(?: be| mean| look like| stand for)?)"
_TO_WHOM = r"(?:,? (?:to|for) (?:me|us|(?:an? |my |the )?(?:\w+ ){0,2}?(?:students?|child|lay ?(?:man|person|people)|beginners?|patients?|residents?|dummies))|,? in (?:simple|plain|lay|easy) (?:words|terms|language|english)|,? (?:simply|in short))*"
_ASKED = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"^(?:and |so )?what(?:['’]?s| is| are)(?: exactly| actually)? (?:meant by )?{_THE}(?P<term>.+?)[\"'’”]?(?:\?+,?|,| and)? ?(?:(?:and )?{_THAT})?{_END}",
        rf"^what (?:does|do) {_THE}(?P<term>.+?)[\"'’”]? (?:mean|stand for|refer to|look like){_END}",
        rf"^what (?:kind|sort|type) of (?:thing|disease|illness|condition|rash|sign|lesion|antibody|test) (?:is|are) {_THE}(?P<term>.+?)[\"'’”]?{_END}",
        rf"^{_THE}(?P<term>.+?)[\"'’”]?[?,:–-]* ?(?:{_THAT}|meaning|definition){_END}",
        rf"^(?:please |can you |could you )*(?:define|explain|describe)(?: to me)?(?: the term| what)? {_THE}(?P<term>.+?)[\"'’”]?(?: (?:is|are|means?))?{_TO_WHOM}{_END}",
        rf"^(?:the )?(?:definition|meaning) of {_THE}(?P<term>.+?)[\"'’”]?{_END}",
    )
)
_KINDS = ("sign", "subtype", "antibody", "drug", "laboratory")
_OPENING = re.compile(
    r"^(?:[-–•*]\s*)?(?:the |an? |so-called |term |what is called )*[\"'‘“]?$", re.IGNORECASE
)
# 'X (CADM) is a …', 'X means …', 'X: …', 'X, an antibody that …'.
_SAYS = re.compile(
    r"^[\"'’”]?(?: (?:disease|syndrome|form|sign|itself))?(?: ?\([^)]*\))?,?\s*(?:"
    r"(?:is|are) (?:(?:here|thus|therefore|also|usually|often|generally) )?(?:defined|described|understood|characteri[sz]ed|called|known|meant|an?|the|one of|"
    r"inflammation|calcium|deposits?|those|monoclonal|selective)\b|"
    r"(?:means?|refers? to|denotes?|stands for|consists? of|comprises?|describes?)\b|"
    r"[^.;:]{0,60}?\b(?:is|are) defined\b)",
    re.IGNORECASE,
)
# 'Calcinosis: two children' counts.
_COLON = re.compile(
    r"^[\"'’”]?(?: ?\([^)]*\))?:\s+(?!\d|(?:no|none|one|two|three|four|five|six|seven|eight|nine|ten|all|both|in|median|mean)\b)\S",
    re.IGNORECASE,
)
_APPOSED = re.compile(
    r"^[\"'’”]?(?: ?\([^)]*\))?, (?:an?|the|that is|i\.?e\.?)[ ,](?!\w+ (?:later|after|before))"
)


def asked_to_define(question: str) -> str | None:
    """The name of the concept whose meaning is asked for; None for any other question."""
    text = " ".join(question.split())
    for pattern in _ASKED:
        if not (found := pattern.match(text)):
            continue
        term = found["term"].strip()
        if concept := lexicon().named_alone(term, *_KINDS):
            return concept.name
    return None


def spelling_out(question: str, evidence: Sequence[Evidence]) -> list[Evidence]:
    """Where an abbreviation that the lexicon does not explain is asked for: the likeliest sentence
    that gives it in brackets behind the words that it stands for; often none.
    """
    text = " ".join(question.split())
    asked = {found["term"].strip() for pattern in _ASKED if (found := pattern.match(text))}
    short = {term for term in asked if _ABBREVIATION.fullmatch(term)}
    return [item for item in evidence if short & set(abbreviations(item.text))][:1]


_ABBREVIATION = re.compile(r"[\w/-]*[A-Z][\w/-]*[A-Z][\w/-]*")


def defining(concept: str, evidence: Sequence[Evidence]) -> list[Evidence]:
    """The sentences that say what a concept is, the plainest first, then the likeliest; often none.

    `evidence` is best first.
    """
    found = [
        (strength, n, e) for n, e in enumerate(evidence) if (strength := _strength(concept, e))
    ]
    found.sort(key=lambda one: (-one[0], one[1]))
    return [item for _, _, item in found[:MOST]]


def _strength(concept: str, item: Evidence) -> int:
    """3: the sentence begins with it and says what it is; 2: a line of a list; 1: in passing."""
    for mention in lexicon().find(item.text):
        if mention.concept.name != concept:
            continue
        before, behind = item.text[: mention.start], item.text[mention.end :]
        if _OPENING.match(before):
            if _SAYS.match(behind):
                return 3
            # 'Diltiazem: 9 of 17 responded' is a result.
            if (
                _COLON.match(behind)
                and item.passage.patient is None
                and mention.concept.kind != "drug"
            ):
                return 2
        if _APPOSED.match(behind):
            return 1
    return 0
