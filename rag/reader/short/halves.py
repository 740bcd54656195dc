"""A question that asks for several things at once + sentences → which of these they do not give.

'Dose and duration?' is answered by a sentence with the dose; the user must then be told that the
duration did not come with it, or silence is taken for an answer.
"""
# ruff: noqa: E501  (a table of patterns reads best one pattern to the line)

from __future__ import annotations

import re
from collections.abc import Sequence
from types import MappingProxyType

from rag.lexicon import lexicon
from rag.reader.question.asked import AGE, DOSE, TIME, shown
from rag.reader.short.shorten import FREQUENCY

# The things that are asked for in so many words, and that a pattern can see in a sentence.
_ASKED = {
    "dose": r"\bdos(?:e|es|age|ing)\b|\bhow much\b|\bmg\b|\bposology\b",
    "schedule": r"\bhow often\b|\bfrequency\b|\bschedule\b|\bhow many times\b",
    "route": r"\broute\b|\bby (?:what|which) route\b|\boral or\b|\bi\.?v\.? or\b|\b(?:oral|iv|po|sc)\?",
    "duration": r"\bduration\b|\b(?:for )?how long\b|\bhow many (?:days|weeks|months|years|courses|cycles)\b|"
    r"\blength of\b|\bfollow[- ]?up\b",
    "time to response": r"\btime to (?:response|improvement|effect)\b|\bhow (?:soon|quick\w*|fast)\b",
    "age": r"\bage\b|\bhow old\b",
    "sex": r"\bsex\b|\bgender\b",
    "antibody": r"\b(?:anti)?bod(?:y|ies)\b|\bantibod\w+\b|\bMSAs?\b|\bserology\b",
    "outcome": r"\boutcome\b|\bresponse\b|\bresult\b|\bdid it (?:work|help)\b|\bwhat happened\b",
    "adverse effects": r"\bside[- ]effects?\b|\badverse\b|\btoxicity\b|\bAEs?\b|\btolerat\w+\b",
}  # fmt: skip
_ASKED_RE = {name: re.compile(pattern, re.IGNORECASE) for name, pattern in _ASKED.items()}
_JOINED = re.compile(r"\band\b|&|\+|,|/|;|\?\s*\w", re.IGNORECASE)
_ROUTE = re.compile(
    r"\b(?:oral(?:ly)?|by mouth|intraven\w+|iv|i\.v\.|subcutan\w+|intramusc\w+|topical\w*|cream|ointment|"
    r"tablets?|capsules?|inject\w+|infus\w+|inhal\w+|applied|by vein|intralesional\w*|drip)\b",
    re.IGNORECASE,
)
_SILENT_AS = MappingProxyType(
    {
        "dose": ("dose",), "schedule": ("schedule",), "route": ("route",),
        "duration": ("duration", "follow-up"), "time to response": ("time to response",),
        "age": ("age",), "sex": ("sex",), "antibody": ("antibodies",),
        "outcome": ("outcome", "response"), "adverse effects": ("adverse events",),
    }
)  # fmt: skip
"""The words by which a digest says that its source lacks a thing."""


def things_asked(question: str) -> tuple[str, ...]:
    """The things that a question asks for side by side; none when it asks for one."""
    found = tuple(name for name, pattern in _ASKED_RE.items() if pattern.search(question))
    return found if len(found) > 1 and _JOINED.search(question) else ()


def gives(name: str, sentence: str) -> bool:
    """Whether a sentence gives a thing, as far as a pattern can see."""
    if name == "dose":
        return bool(DOSE.search(sentence))
    if name == "schedule":
        return bool(FREQUENCY.search(sentence))
    if name == "route":
        return bool(_ROUTE.search(sentence))
    if name in ("duration", "time to response"):
        return bool(TIME.search(sentence))
    if name == "age":
        return bool(AGE.search(sentence))
    if name == "antibody":
        return any(m.concept.kind == "antibody" for m in lexicon().find(sentence))
    return {"adverse effects": "adverse"}.get(name, name) in shown(sentence)


def half_missing(question: str, sentences: Sequence[str]) -> tuple[str, ...]:
    """What of the things asked for no sentence gives, where some sentence gives another of them."""
    asked_for = things_asked(question)
    given = {name for name in asked_for if any(gives(name, text) for text in sentences)}
    return tuple(name for name in asked_for if name not in given) if given else ()


def told_missing(names: Sequence[str], silent: Sequence[str], read: str) -> str:
    """One sentence that names what is missing; '' for nothing.

    `silent` is what the digest says that its source, `read` ('the abstract that was read'), lacks.
    """
    lacking = [name for name in names if set(_SILENT_AS[name]) & {*silent}]
    beside = [name for name in names if name not in lacking]
    parts = [f"Not in {read}: {', '.join(lacking)}."] if lacking else []
    parts += [f"Not reported in these sentences: {', '.join(beside)}."] if beside else []
    return " ".join(parts)
