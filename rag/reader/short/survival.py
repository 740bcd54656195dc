"""'Did he live?', 'did she die?', asked of one person → yes or no, as a statement says it."""

from __future__ import annotations

import re
from typing import Literal

from rag.reader.short.clauses import clauses

_WHO = r"\b(?:he|she|(?:the|this|that) (?!two|three|four|five|six|others?\b)[^,?]+?)"
_END = r"(?: (?:it|then|though|in the end|at the end|eventually|finally|afterwards))?\s*[?.!]*$"
# Not 'did she die of it?' or 'did he live in Japan?'; nobody of several.
_LIVE_ASKED = re.compile(
    rf"{_WHO} (?:still )?(?:survived?|live|alive|make it|made it|pull(?:ed)? through){_END}",
    re.IGNORECASE,
)
_DIE_ASKED = re.compile(rf"{_WHO} (?:die|died|dead|pass(?:ed)? away){_END}", re.IGNORECASE)
_SEVERAL = re.compile(
    r"\b(?:patients|pts|women|men|girls|boys|children|kids|people|adults|ones|those|cases|any\w*|"
    r"all|both|group|series|cohort)\b",
    re.IGNORECASE,
)
_LIVED = re.compile(r"\b(?:survived|survives|is alive|was alive|still alive)\b", re.IGNORECASE)
_DIED = re.compile(r"\b(?:died|death|fatal|passed away)\b", re.IGNORECASE)
# Of several, of a chance, or of somebody else.
_OPEN = re.compile(
    r"\b(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|"
    r"\w+teen|twenty|thirty|forty|fifty|both|all|some|others?|another|none)"
    r"(?: of)?(?: \w+)? (?:died|survived|deaths?)\b|\b(?:none|or deaths?|patients|mortality|"
    r"risk|rates?|chance|not|never|no|nearly|almost|cause of|without|nor|avoid\w*|"
    r"prevent\w*|often|may|might|can|could|would|if|mother|father|brother|sister|husband|wife|son|daughter|cells?)\b",
    re.IGNORECASE,
)


def asks_for_survival(part: str) -> bool:
    """Whether it is asked if one person lives or died, and nothing beyond that."""
    asked = _LIVE_ASKED.search(part) or _DIE_ASKED.search(part)
    return bool(asked) and not _SEVERAL.search(part)


def survival(part: str, sentence: str) -> Literal["Yes", "No"] | None:
    """Yes or no to such a question, as one statement of a sentence says it; None where unsure."""
    told: set[bool] = set()
    for left, right in clauses(sentence):
        statement = sentence[left:right]
        lived, died = bool(_LIVED.search(statement)), bool(_DIED.search(statement))
        if not lived and not died:
            continue
        if lived == died or _OPEN.search(statement):
            return None
        told.add(lived)
    if len(told) != 1:
        return None
    return "Yes" if told == {bool(_LIVE_ASKED.search(part))} else "No"
