"""A patient's story → time to response, follow-up and relapse, in the words of the text."""
# ruff: noqa: E501  (a table of patterns reads best one pattern to the line)

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.records.linear import Question
from rag.records.record import Field
from rag.records.story import Story
from rag.records.timing import Candidate, chosen

RELAPSE = re.compile(
    r"\b(?:relaps\w*|recur(?!rent|rence of (?:the )?(?:tumou?r|cancer))\w*|recrudesc\w*|flar(?:e|ed|es|ing)\b(?!-)|reappear\w*|"
    r"(?:rash|itch|weakness|lesions?|papules?|erythema|eruption|ulcers?|disease|pain|calcinosis|symptoms|complaint|pruritus)\b[^.;]{0,40}?\b(?:returned|came back|was back|recurred|reappeared)|"
    r"return of (?:the |her |his )?(?:\w+ ){0,2}(?:rash|itch\w*|weakness|lesions?|papules?|pruritus|symptoms|eruption|disease))\b",
    re.IGNORECASE,
)
_TUMOUR = re.compile(
    r"\b(?:tumou?r|carcinoma|cancer|metasta\w+|melanoma|malignan\w+|nodal)\b", re.IGNORECASE
)
_NOT_RELAPSE = re.compile(r"\brelapsing\b|\brecurrent\b", re.IGNORECASE)


def time_to_response(found: Sequence[Candidate]) -> Field[str] | None:
    """When improvement was first seen under the reported treatment, as the text says it."""
    return _chosen(found, "time to response")


def follow_up(found: Sequence[Candidate]) -> Field[str] | None:
    """How long the patient was watched, or the date of the last visit, as the text says it."""
    return _chosen(found, "follow-up")


def _chosen(found: Sequence[Candidate], question: Question) -> Field[str] | None:
    best = chosen(found, question)
    if best is None:
        return None
    one, sure = best
    span = one.sentence.at(one.start, one.end)
    return Field(one.said, (span,), "extracted", round(sure, 2))


def relapse(story: Story) -> Field[str] | None:
    """The words on a relapse, or on there having been none, in the order of the text's first."""
    for sentence in story.sentences:
        match = RELAPSE.search(sentence.text)
        if not match or sentence.cited or _NOT_RELAPSE.search(match.group()):
            continue
        start, end = _part(sentence.text, match.start(), match.end())
        if _TUMOUR.search(sentence.text[start:end]):
            continue
        return Field(sentence.text[start:end], (sentence.at(start, end),), "extracted", 0.75)
    return None


_PART = re.compile(r"[;:]|, (?:but|and|which|who|although|whereas|while)\b|\bbut\b")


def _part(text: str, start: int, end: int) -> tuple[int, int]:
    """The part of a sentence around a place, between semicolons and conjunctions."""
    begin, stop = 0, len(text)
    for match in _PART.finditer(text):
        if match.end() <= start:
            begin = match.end()
        elif match.start() >= end:
            stop = match.start()
            break
    piece = text[begin:stop]
    begin += len(piece) - len(piece.lstrip())
    return begin, begin + len(piece.strip().rstrip("."))
