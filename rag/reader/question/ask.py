"""A question → the part of it that asks.

Clinicians say who is meant and then what they want: 'DM ulcer pt later given IVIG: LDH?'. To find
the report the first part is needed; inside the report every sentence is about that patient, and
only the second part tells them apart.
"""

from __future__ import annotations

import re

from rag.reader.question.of_group import words_of_group

_WORD = re.compile(r"\w+")
_IN_BRACKETS = re.compile(r"\([^()]*\)")
# Sentence ends, a colon, a dash with blanks on both sides.
_PART = re.compile(r"(?<=[.!?;])\s+|:\s+|\s+[-\u2013\u2014]\s+")
_ASKS = (
    r"(?:what|which|who|whom|whose|when|where|why|how|did|does|do|was|were|is|are|has|had|have|any)"
)
# 'In the woman with ulcers, what …', 'After rituximab failed, was …'
_SETTING = re.compile(
    r"^(?:in|for|after|with|about|regarding|of|on|re|among|before|during|when|as|given|while)\b"
    rf"[^?]*?,\s+(?=.*\b{_ASKS}\b)",
    re.IGNORECASE,
)
_SHORTEST = 8  # characters; less than that asks nothing on its own after a comma


def asked_part(question: str) -> str:
    """The last part of `question` that asks, without brackets; the whole when it has no parts."""
    text = " ".join(_IN_BRACKETS.sub(" ", question).split())
    parts = [part for part in _PART.split(text) if part and _WORD.search(part)]
    if not parts:
        return question
    asking = [part for part in parts if part.rstrip().endswith("?")] or parts
    part = asking[-1]
    setting = _SETTING.match(part)
    if setting and len(part) - setting.end() > _SHORTEST:
        part = part[setting.end() :]
    return part


_ABOUT = " (about: "
_PATIENT = re.compile(r"patient \d+, ")


def asked_before(query: str) -> str:
    """The asking part of the question before a follow-up, '' for a question of its own.

    `query` is as `rag.conversation.resolve` hands it on: 'And the other? (about: opening; the
    last question)'.
    A question before that only points at somebody ('case 2?') asked what the one before it asked.
    """
    _, about, rest = query.partition(_ABOUT)
    parts = [part for part in rest.rstrip(")").split("; ") if not _PATIENT.match(part)]
    if not about or not parts:
        return ""
    saying = [part for part in parts if not only_points(part)] or parts
    return asked_part(saying[-1])


# Words that say whom a follow-up means, and nothing of what it asks.
_POINTING = """
and but so also then too what about how for in with of to on by as at or vs the a an that this
these those it his her hers him he she they them their its same likewise again former latter
other others another one ones two three four five six both first second third fourth fifth sixth
last older elder eldest oldest younger youngest old young patient patients pt pts case cases
woman women man men girl boy child children kid baby lady gentleman female male sister brother
sibling siblings cousin twin mother father son daughter uncle aunt niece nephew adult adults
infant own authors author s no number nr
"""
_POINTS = frozenset(_POINTING.split())
_TOKEN = re.compile(r"[^\W_]+")


def only_points(question: str) -> bool:
    """Whether a question says nothing but whom it means: 'And the other one?', 'pt 2?'."""
    words = _TOKEN.findall(question.lower())
    return bool(words) and all(word in _POINTS or word.isdigit() for word in words)


def filled_in(question: str, query: str) -> str:
    """The question to be answered: one that only points asks what was asked before.

    `query` is the question with its conversation; 'And the girl?' after 'What did diltiazem do
    for the boy?' asks what diltiazem did. Whom it means stands in `query`. 'And in children?' is
    added to it: it asks of others.
    """
    before = asked_before(query) if only_points(question) else ""
    if not before:
        return question
    return f"{' '.join([before.rstrip('?.! '), words_of_group(question)]).strip()}?"
