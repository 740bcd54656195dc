"""A patient's story → time to response, follow-up and relapse, in the words of the text."""
# ruff: noqa: E501  (a table of patterns reads best one pattern to the line)

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.records.duration import DATE, Time, times
from rag.records.frequency import FREQUENCY
from rag.records.outcome import COMPLETE, DIED, NONE, PARTIAL, TARGET, after, judge
from rag.records.record import Field, Therapy
from rag.records.story import Sentence, Story

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

_FOLLOW_UP = re.compile(
    r"\bfollow(?:ed)?[- ]?up\b|\blast (?:seen|visit|review|examination|attendance|appointment|contact|consultation)\b|"
    r"\blatest (?:visit|review)\b|\bwhen (?:last )?(?:seen|reviewed)\b|\bat (?:her|his|the) (?:last|latest|final|most recent)\b|"
    r"\bfollowed for\b|\bup to (?=[A-Z])|\bat review\b|\bobservation\b",
    re.IGNORECASE,
)
_STAYED = re.compile(
    r"\b(?:has|have|had) (?:\w+ )?(?:remained|been|stayed|kept|not|had|continued|taken|since)\b|\bremain(?:s|ed)\b|\bsince\b|\bis (?:now )?(?:well|alive|free|in)\b|"
    r"\bis still\b|\b(?:no|not|never|without) (?:\w+ )?(?:relaps|recur|flare)\w*|\b(?:later|thereafter|afterwards)\b|\bin remission\b",
    re.IGNORECASE,
)
_AT = re.compile(
    r"(?:^|\b(?:up )?(?:at|to|after|by)\b )(?:At|After)?[^,.;]{0,12}\b(?:months?|years?|weeks?)\b",
    re.IGNORECASE,
)
_HISTORY = re.compile(
    r"\bhistory of\b|\bhad (?:had|been) (?!(?:no|well|free))[^.]*\bfor\b|\bduration\b|\bbefore\b|\bearlier\b|\bago\b"
)


def time_to_response(story: Story, given: Sequence[Therapy]) -> Field[str] | None:
    """When improvement was first seen under the reported treatment, as the text says it."""
    for sentence in (*after(story, given), *story.summary):
        judged = judge(sentence)
        if sentence.cited or not (judged.complete or judged.partial):
            continue
        found = _improved_at(sentence)
        if found is not None:
            text = sentence.text[found.start : found.end]
            return Field(text, (sentence.at(found.start, found.end),), "extracted", 0.7)
    return None


_REACH = 70  # characters between a word of improvement and its time
_UNTIL = re.compile(r"^(?:for|over a total|since|every|of|the last|up to|until)\b", re.IGNORECASE)


def _improved_at(sentence: Sentence) -> Time | None:
    """The time that stands nearest to a word of improvement, in the same part of the sentence."""
    if not TARGET.search(sentence.text):
        return None
    text = NONE.sub(lambda m: "~" * len(m.group()), sentence.text)
    signs = [m.span() for p in (COMPLETE, PARTIAL) for m in p.finditer(text)]
    often = [m.span() for m in FREQUENCY.finditer(sentence.text)]
    for time in times(sentence.text):
        if any(a < time.core[1] and time.core[0] < b for a, b in often):
            continue
        said = sentence.text[time.start : time.end]
        if _UNTIL.match(said) or re.match(r"^\s?(?:-|history)", sentence.text[time.end :]):
            continue
        for start, end in signs:
            between = (
                text[min(end, time.start) : max(start, time.end)]
                if end <= time.start
                else text[time.end : start]
            )
            if re.search(
                r"[;:]|\bmg\b|\b(?:stopped|withdrawn|tapered|discontinued|relaps\w*|recur\w*|returned)\b",
                between,
            ):
                continue
            away = max(start - time.end, time.start - end, 0)
            if away <= _REACH:
                return time
    return None


def follow_up(story: Story) -> Field[str] | None:
    """How long the patient was watched, or the date of the last visit, as the text says it."""
    explicit = [
        one
        for one in (*story.summary, *story.sentences)
        if _FOLLOW_UP.search(one.text) and not one.cited
    ]
    for sentence in reversed(explicit):
        match = _FOLLOW_UP.search(sentence.text)
        near = _nearest(sentence, match.start() if match else 0)
        if near:
            return near
    for sentence in reversed(story.sentences[len(story.sentences) // 2 :]):
        if any(p.search(sentence.text) for p in (_STAYED, DIED, _AT)):
            found = [time for time in times(sentence.text) if _watched(sentence.text, time)]
            if found:
                longest = max(found, key=lambda t: (t.number * _IN_DAYS[t.unit], -t.start))
                span = sentence.at(longest.start, longest.end)
                return Field(sentence.text[longest.start : longest.end], (span,), "extracted", 0.65)
    return None


_IN_DAYS = {"week": 7, "month": 30, "year": 360}
_ENDED = re.compile(
    r"\b(?:stopped|discontinued|withdrawn|stretched|tapered|reduced|abandoned|replaced|given)\b[^,;]{0,40}$",
    re.IGNORECASE,
)


def _watched(text: str, time: Time) -> bool:
    """Whether a time can be how long the patient was watched, not how long a drug was given."""
    before = text[max(0, time.start - 60) : time.start]
    kept = not _HISTORY.search(before[-40:]) and not _ENDED.search(before)
    return kept and time.unit in _IN_DAYS


def _nearest(sentence: Sentence, place: int) -> Field[str] | None:
    found = [
        (abs(t.start - place), t.start, t.end)
        for t in times(sentence.text)
        if t.unit in ("day", "week", "month", "year")
    ]
    found = [one for one in found if not re.match(r"^\s?(?:-|old)", sentence.text[one[2] :])]
    dates = [(abs(m.start() - place) + 15, *m.span()) for m in DATE.finditer(sentence.text)]
    if not found and not dates:
        return None
    _, start, end = min(found or dates) if found and min(found)[0] < 60 else min([*dates, *found])
    return Field(sentence.text[start:end], (sentence.at(start, end),), "extracted", 0.8)


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
