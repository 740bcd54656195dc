"""'Tell me about the Kuwano case', 'what did Ding 2020 report?' → the report in a few sentences.

No sentence answers such a question, so none is looked for: the report's own summary is quoted, or,
of a report without one, how the story begins, what was given and how it ended.
"""
# ruff: noqa: E501  (a table of patterns reads best one pattern to the line)

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.reader.asked import shown
from rag.schema import Evidence

MOST_SENTENCES, MOST_WORDS = 4, 115
SUMMARIES = ("summary", "abstract", "case-summary", "synopsis")
"""Slugs of sections that tell the whole report in short."""

_SUM_UP = (
    r"(?:tell me (?:\w+ )?about|describe|summari[sz]e|sum up|outline|present|explain|walk me through|introduce|"
    r"(?:give me )?(?:an? |the )?(?:\w+ )?(?:summary|overview|synopsis|outline|gist|précis|digest) of|what (?:is|do (?:we|you)) known? (?:about|of))"
)
_HEAD = (
    r"(?:the |this |that |an? |your )?(?:(?!of\b|in\b|on\b|for\b|how\b|why\b|what\b)[\w'’/-]+ ){0,5}?"
    r"(?:case|report|paper|article|study|trial|series|cohort|review|letter|publication|patient|pt|woman|man|girl|boy|child|lady|gentleman|infant|story)\b"
)
_NAMED = r"[\w'’-]+(?: et al\.?| and colleagues)?,? ?\(?(?:19|20)\d\d\)?|[\w'’-]+(?: et al\.?| and colleagues)"
_PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"^(?:please |pls |can you |could you )*{_SUM_UP} (?:{_HEAD}|(?:{_NAMED})\s*[?.!]*$)",
        rf"^(?:{_HEAD}|{_NAMED})\s*[:,–-]\s*(?:summary|overview|in short|gist|tl;?dr)\s*[?.!]*$",
        r"^what (?:did|does|do) [^?]{2,60}? (?:report|describe|publish|write|present|contribute|show|say|find)(?: about| on)?\s*[?.!]*$",
        r"^what (?:is|was) [^?]{2,60}?(?:report|paper|study|article|case|series|letter|review)(?:'s)? (?:about|on)\s*[?.!]*$",
    )
)


def asks_for_overview(question: str) -> bool:
    """Whether a question wants a report or a patient told in short."""
    return any(pattern.search(" ".join(question.split())) for pattern in _PATTERNS)


def overview(evidence: Sequence[Evidence], patient: int | None = None) -> list[Evidence]:
    """The best one's report in short, in the order of its text; not empty if `evidence` is not.

    `evidence` is best first; of a report of several patients `patient` is the one to tell of.
    """
    best = evidence[0].passage.report_id
    own = sorted((e for e in evidence if e.passage.report_id == best), key=lambda e: e.start)
    summary = [e for e in own if e.passage.section in SUMMARIES]
    if patient is not None:
        told = [e for e in own if e.passage.patient == patient]
        return _fitting(_course(told or own))
    return _fitting(summary or _course(own))


def _course(own: Sequence[Evidence]) -> list[Evidence]:
    """The beginning of a story, what was given, and its last outcome; of other texts the best."""
    story = [e for e in own if e.passage.kind != "legend" and "background" not in e.passage.section]
    if not story:
        return list(own[:MOST_SENTENCES])
    given = [e for e in story[1:] if "drug" in shown(e.text)]
    ended = [e for e in story[1:] if "outcome" in shown(e.text)]
    chosen = {e.start: e for e in (story[0], *given[:2], *ended[-1:])}
    return [chosen[start] for start in sorted(chosen)]


def _fitting(told: Sequence[Evidence]) -> list[Evidence]:
    """As many of the sentences as an answer may have words, one at least."""
    kept: list[Evidence] = []
    words = 0
    for item in told[:MOST_SENTENCES]:
        words += len(item.text.split())
        if kept and words > MOST_WORDS:
            break
        kept.append(item)
    return kept
