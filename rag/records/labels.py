"""A sentence with labels ('Previous treatment: X, Y. Plan: Z') → what its drugs stand under.

Clinic letters and notes write what was given behind a label, without a verb; the label holds for
all that follows, up to the next one.
"""

from __future__ import annotations

import re

_LABEL = re.compile(r"(?:^|(?<=[.;] ))(?P<first>[A-Z][a-z-]+)(?:[ /][\w-]+){0,3}:")
BEFORE = frozenset({"Prior", "Previous", "Previously", "Failed", "Past", "Earlier"})
"""First words of labels over what came before."""
TO_COME = frozenset({"Plan", "Plans", "Suggestion", "Suggestions", "Recommendation", "Advice"})
"""First words of labels over what has not been given."""


def label(text: str, start: int) -> tuple[str, int]:
    """The first word of the label over a place, '' for none, and where the next label begins."""
    before, behind = "", len(text)
    for match in _LABEL.finditer(text):
        if match.start() > start:
            behind = match.start()
            break
        before = match["first"]
    return before, behind
