"""A question → the part of it that asks.

Clinicians say who is meant and then what they want: 'DM ulcer pt later given IVIG: LDH?'. To find
the report the first part is needed; inside the report every sentence is about that patient, and
only the second part tells them apart.
"""

from __future__ import annotations

import re

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

    `query` is as `rag.resolve` hands it on: 'And the other? (about: opening; the last question)'.
    """
    _, about, rest = query.partition(_ABOUT)
    parts = [part for part in rest.rstrip(")").split("; ") if not _PATIENT.match(part)]
    return asked_part(parts[-1]) if about and parts else ""
