"""'Tell me about the Kuwano case', 'what did Ding 2020 report?' → the report in a few sentences.

No sentence answers such a question, so none is looked for: the report's own summary is quoted, or,
of a report without one, how the story begins, what was given and how it ended.
"""
# ruff: noqa: E501  (a table of patterns reads best one pattern to the line)

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.reader.question.asked import shown
from rag.reader.words import stems, stems_of_all
from rag.schema import Evidence

MOST_SENTENCES, MOST_WORDS = 4, 115
SUMMARIES = ("summary", "abstract", "case-summary", "synopsis")
"""Slugs of sections that tell the whole report in short."""

_IN_SHORT = r"(?:summary|overview|synopsis|outline|gist|précis|digest|run-?down|recap|sketch|tl;?dr|short version)"
_SUM_UP = (
    r"(?:(?:tell (?:me|us)|hear|know|read|learn) (?:\w+ )?about|describe|summari[sz]e|sum up|outline|present|explain|(?:walk|talk|take) (?:me|us) through|introduce|"
    r"(?:brief|fill) (?:me|us) (?:in )?on|what (?:is|do (?:we|you|u)) known? (?:about|of)|"
    rf"(?:(?:give|show|write|get|have|send) (?:me |us )?|what (?:are|were|is|was) )?(?:an? |the )?(?:(?!of\b)\w+ ){{0,2}}?{_IN_SHORT} (?:of|on|about|from|in))"
)
_ASKING = r"(?:please |pls |hi,? |hello,? |so |and |ok(?:ay)?,? |(?:can|could|would) (?:you|u|i|we) |i(?: would|['’]?d)? (?:like|want|need|love) (?:to )?)*"
_NOUN = (
    r"(?:case|report|paper|article|study|trial|series|cohort|review|letter|publication|patient|pt|woman|man|girl|boy|child|lady|gentleman|infant|story|"
    r"guy|bloke|chap|fella|kid|lad|lass|gent|teenager|toddler|baby|mother|mum|person)"
)
_HEAD = rf"(?:the |this |that |an? |your )?(?:(?!of\b|in\b|on\b|for\b|how\b|why\b|what\b)[\w'’/-]+ ){{0,5}}?{_NOUN}\b"
_NAMED = r"[\w'’-]+(?: et al\.?| and colleagues)?,? ?\(?(?:19|20)\d\d\)?|[\w'’-]+(?: et al\.?| and colleagues)"
_PAPER = r"(?:the |this )?(?:(?!of\b|in\b|on\b|for\b)[\w'’/-]+ ){0,5}?(?:report|paper|article|study|trial|series|cohort|review|letter|publication)\b"
# 'What did Ding report?', but not what a biopsy, or the MRI, did show.
_WRITERS = r"(?:the |its )?(?:authors?|writers?|investigators|researchers)|(?:(?:de|van|von|der|la|al|el) )*(?-i:[A-Z][\w'’-]*[a-z])"
_EXAMINATION = r"(?:[\w-]+ )*(?:swal+ow\w*|barium|conduction|sleep|imaging|contrast|electrical|genetic|perfusion|flow|doppler|electrophysiolog\w*|fluoroscop\w*) (?:study|series)\b"
_BRIEFLY = r"in (?:short|brief|a nutshell|a (?:few|couple of) (?:words|sentences|lines)|one (?:sentence|line))"
_WHAT_IS = r"what(?:['’]?s| is| was)"
_PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"^{_ASKING}{_SUM_UP} (?:{_HEAD}|(?:{_NAMED})\s*[?.!]*$)",
        rf"^(?:{_HEAD}|{_NAMED})\s*[:,–-]\s*(?:{_BRIEFLY}|{_IN_SHORT})\s*[?.!]*$",
        rf"^(?:{_HEAD}|{_NAMED}) {_BRIEFLY}\b|^{_BRIEFLY},? {_WHAT_IS} (?:{_HEAD}|{_NAMED})",
        rf"^(?:what (?:are|were|is|was) )?(?:the )?(?:main|key) (?:points|findings|results|messages?) (?:of|from|in) (?:{_PAPER}|(?:{_NAMED})\s*[?.!]*$)",
        rf"^{_ASKING}(?:sum(?:mari[sz]e)? (?:it|this|that|him|her|them|all)(?: all)?(?: up)?|(?:to )?sum(?:mari[sz]e| up)|(?:an? |the )?{_IN_SHORT}|{_BRIEFLY}|"
        r"(?:the )?(?:whole|full) story|tell me (?:more )?about (?:it|this|that|him|her|them)|the main points)(?:,? (?:please|pls|thanks|then))?\s*[?.!]*$",
        rf"^what (?:did|does|do) (?!{_EXAMINATION})(?:{_PAPER}|{_NAMED}|{_WRITERS}) (?:report|describe|publish|write|present|contribute|show|say|find)(?: about| on)?\s*[?.!]*$",
        rf"^{_WHAT_IS} [^?]{{2,60}}?(?:report|paper|study|article|case|series|letter|review|story)(?:'s)? (?:(?:in|with|of|by|from) (?:[\w'’-]+ ){{1,4}})?(?:about|on)\s*[?.!]*$",
    )
)
ASKED_WITH = frozenset(
    stems(
        "please pls can could you u would like want need know hear read me us about tell give show "
        "summarise summarize describe explain outline present summary overview synopsis gist digest "
        "rundown recap short brief quick main key point finding result message case report paper "
        "article study trial series cohort review letter publication patient pt woman man girl boy "
        "child lady gentleman infant story guy bloke chap kid lad person whats"
    )
)
"""Words that ask for an overview, or say that it is of a report or a person: not of which."""


def asks_for_overview(question: str) -> bool:
    """Whether a question wants a report or a patient told in short."""
    return any(pattern.search(" ".join(question.split())) for pattern in _PATTERNS)


def is_told_apart(question: str, text: str, others: Sequence[str]) -> bool:
    """Whether the question names a report by something that, of those found, it alone speaks of.

    `text` is that of the report, `others` those of the rest. Most of what is named must stand in
    it: 'the Turkish girl with alopecia' is nobody whom a report calls a boy of Rome with alopecia.
    """
    named = set(stems(question)) - ASKED_WITH
    said = named & set(stems(text))
    return len(named) < 2 * len(said) and bool(said - stems_of_all(others))


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
    return _fitting(summary or _each_one(own) or _course(own))


def _each_one(own: Sequence[Evidence]) -> list[Evidence]:
    """Of a report of several patients how the story of each begins; empty for one of fewer."""
    first: dict[int, Evidence] = {}
    for item in own:
        if item.passage.patient is not None and item.passage.kind != "legend":
            first.setdefault(item.passage.patient, item)
    return list(first.values()) if len(first) > 1 else []


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
