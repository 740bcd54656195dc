"""'The oldest patient?', 'youngest woman on rituximab?' → which end of whose ages is asked for."""
# ruff: noqa: E501  (a pattern reads best on one line)

from __future__ import annotations

import re
from typing import Literal

Extreme = Literal["oldest", "youngest"]

_PLURALS = {
    "woman": "women", "lady": "women", "girl": "girls", "man": "men", "boy": "boys",
    "child": "children", "kid": "children",
}  # fmt: skip
_ASKS = re.compile(
    r"^(?:and |so )?(?:(?:who|what|which)(?:'?s| is| was| were)? |how old (?:is|was|were) |(?:the )?age of |find |show(?: me)? |name )?(?:the )?(?:very )?"
    r"(?P<which>oldest|eldest|youngest) (?P<noun>patients?|pts?|person|people|case|individual|wom[ae]n|lady|girl|m[ae]n|boy|child|kid|adult|one)?(?P<rest>\b[^?]*)[?.!\s]*$",
    re.IGNORECASE,
)
# Words that only say 'of everybody'.
_OF_ALL = re.compile(
    r"^(?: (?:ever|so far|overall|here|in total|reported|described|treated|known|on record|there is|you have|(?:in|of|among|across|from) (?:all|any|everything|all of them|the (?:library|literature|database|collection|corpus)|(?:all )?(?:of )?(?:the|these|those|your|our)(?: (?:reports|papers|cases|patients|texts|articles|library))?|all (?:reports|papers|cases|patients))))*$",
    re.IGNORECASE,
)


def extreme_asked(question: str) -> tuple[Extreme, str] | None:
    """Which end of the ages is asked for, and all patients of whom; None for another question.

    'The youngest woman on rituximab?' → ("youngest", "all women on rituximab"); of whom is ''
    where everybody is meant.
    """
    found = _ASKS.match(" ".join(question.split()))
    if found is None:
        return None
    which: Extreme = "youngest" if found["which"].lower() == "youngest" else "oldest"
    noun, rest = (found["noun"] or "").lower(), f" {found['rest'].strip()}".rstrip()
    everybody = bool(_OF_ALL.match(rest))
    if everybody and noun not in _PLURALS:
        return which, ""
    return which, f"all {_PLURALS.get(noun, 'patients')}{'' if everybody else rest}"
