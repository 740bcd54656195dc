"""'Why was acitretin stopped?' + the sentences quoted → whether any of them can say why.

That a drug worked, or that another one was not tolerated, is no reason to have stopped it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.reader.question.subject import drug_mentions, named_drugs, with_narrower

_ASKED = re.compile(
    r"\b(?:why|what made|for what reason|reason (?:for|that|why))\b.*\b(?:stop\w*|withdr[ae]w\w*|"
    r"discontinu\w+|switch\w*|replaced|swapped|abandoned|halted|ceased|taken off|"
    r"c[ao]me off|given up)\b",
    re.IGNORECASE,
)
# What ends a treatment, and what leads to it.
_TELLS = re.compile(
    r"\b(?:stop\w*|withdr[ae]w\w*|discontinu\w+|switch\w*|chang\w+|exchang\w+|replac\w+|swap\w*|"
    r"abandon\w*|halt\w*|ceas\w+|interrupt\w*|taken off|came off|because|due to|owing to|led to|"
    r"caus\w+|provok\w+|induc\w+|toler\w+|intoleran\w+|toxic\w*|advers\w+|side[- ]effects?|"
    r"reaction\w*|react(?:s|ed)|contraindicat\w+|fail\w*|ineffect\w+|no (?:benefit|effect)|"
    r"not (?:help\w*|work\w*|respon\w+|suffic\w+|control\w*)|without (?:benefit|effect|response)|"
    r"insufficient\w*|inadequate\w*|worse\w*|deteriorat\w+|relaps\w+|flare\w*|allerg\w+|"
    r"anaphyla\w+|infect\w+|could (?:not|no longer)|refus\w+|remission|pregnan\w+)\b",
    re.IGNORECASE,
)
_STATEMENTS = re.compile(r"[;.]\s+|,\s+(?:but|while|whereas)\s+")


def no_reason_given(question: str, quoted: Sequence[str]) -> bool:
    """Whether it is asked why a drug was stopped, and all that is quoted is of something else.

    A statement that names no drug at all may be the reason, whatever it tells.
    """
    if not _ASKED.search(question):
        return False
    asked_about = named_drugs(question)
    return bool(asked_about) and not any(
        _can_say(asked_about, statement) for text in quoted for statement in _STATEMENTS.split(text)
    )


def _can_say(asked_about: frozenset[str], statement: str) -> bool:
    named = with_narrower(mention.concept.name for mention in drug_mentions(statement))
    if named and not named & asked_about:
        return False
    return not named or bool(_TELLS.search(statement))
