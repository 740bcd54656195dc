"""What is said out of politeness, and how people correct themselves → the question that is left.

'Ok thanks' asks nothing, and what was talked about before goes on after it. 'Thx. What about the
girl?' asks about the girl, 'no, I meant the older woman' about the older woman.
"""
# ruff: noqa: E501  (a table of wordings reads best one kind to the line)

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.schema import Turn

NOTHING_ASKED = (
    "This asks nothing that could be looked up. Ask what reports say of a drug, a finding or a patient "
    "('IVIG dose', 'who died on tofacitinib?'); a follow-up goes on with the last answer."
)
"""The answer to what asks nothing."""

_POLITE = (
    r"(?:ok(?:ay|ey)?|k|kk|(?:many |a lot of )?thanks?(?: you)?(?: (?:so|very) much| a lot| again| for (?:that|this|the help|your help))?|thx|tha?nx|ty|tysm|tks|cheers|ta|much appreciated|"
    r"great|perfect|excellent|(?:very |so |pretty )?(?:good|nice|helpful|useful|interesting|clear)|super|wonderful|brilliant|awesome|amazing|lovely|fine|cool|wow|got it|gotcha|i see|i understand|understood|makes sense|noted|right|all ?right|"
    r"sure|hi|hello|hey|hi there|good (?:morning|afternoon|evening|day)|good ?bye|bye(?: bye)?|see you(?: later)?|have a (?:nice|good) (?:day|one|evening|weekend)|"
    r"(?:that(?:'?s| is| was)|this is|it(?:'?s| is)) (?:all|it|enough|great|good|fine|perfect|clear|(?:very |really |so )?(?:helpful|useful|interesting|kind))|(?:that|this) helps(?: a lot)?|no(?:pe)? thanks?(?: you)?|(?:i'?m )?(?:all )?done|that will be all)"
)
_GAP = r"[\s,.;:!)(–—-]"
_ALONE = re.compile(rf"^{_GAP}*{_POLITE}(?:{_GAP}+{_POLITE})*{_GAP}*$", re.IGNORECASE)
# Asked of Casebook itself, not of the reports.
_HELP = re.compile(
    r"^\W*(?:help(?: me)?(?: please)?|(?:what|how much) can you do(?: for me)?|what (?:can|may|should|do) i ask(?: you| here)?|"
    r"how (?:does this|do you) work|how do i (?:use this|start|ask)|(?:who|what) are you|what is (?:this|casebook))\W*$",
    re.IGNORECASE,
)
# Before a question only with a mark behind it: 'good response to IVIG?' is none.
_FIRST = re.compile(rf"^\s*(?:{_POLITE}(?:\s+{_POLITE})*\s*[,.;:!–—-]+\s*)+(?=\w)", re.IGNORECASE)
_THANKS_FIRST = re.compile(
    rf"^\s*(?:{_POLITE}\s+)*(?:thanks|thank you|thx|cheers)\s+(?=(?:and|but|so|what|which|who|when|where|why|how|did|does|was|were|is|are|has|had|any)\b)",
    re.IGNORECASE,
)
_CORRECTION = re.compile(
    r"^\s*(?:(?:no|nope|nah|sorry|oops|hm+|wait|actually|not (?:him|her|them|that|that one|this one|those))\b\s*[,.;:!–—-]*\s*)*"
    r"(?:(?:i|we)(?:'m| am)? (?:actually |really )?(?:mean|meant|talking about|asking about|asked about|was asking about|was talking about|was thinking of)\b\s*[,:–—-]?\s*)(?=\w)"
    r"|^\s*(?:no|nope|nah|sorry|oops)\s*[,;:!–—-]+\s*(?:not (?:him|her|them|that one|this one|those|the \w+)\s*[,;:–—-]+\s*)?(?=\w)",
    re.IGNORECASE,
)


def asks_nothing(said: str) -> bool:
    """Whether all that is said is a courtesy ('ok thanks', 'hello'), or asks what can be asked."""
    return bool(_ALONE.match(said) or _HELP.match(said))


def question_in(said: str) -> str:
    """The question without the courtesies or the 'no, I meant' before it; all of it if it has none.

    What asks nothing is handed back as it is.
    """
    if asks_nothing(said):
        return said
    rest = said
    for pattern in (_FIRST, _THANKS_FIRST, _CORRECTION, _FIRST):
        rest = pattern.sub("", rest, count=1)
    return rest


def corrects(said: str) -> bool:
    """Whether the question before was taken wrongly: 'no, I meant the boy'."""
    return bool(_CORRECTION.search(_FIRST.sub("", said, count=1)))


def asking(history: Sequence[Turn]) -> list[Turn]:
    """The turns that asked something."""
    return [turn for turn in history if not asks_nothing(turn.question)]
