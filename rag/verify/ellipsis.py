"""'Mycophenolate was dropped, tacrolimus was not': what a clause leaves out, put back in.

A 'not' with nothing behind it denies the verb of the clause before; without that verb no rule can
tell what is denied.
"""

from __future__ import annotations

import re

_NOT = re.compile(
    r"\b(?P<aux>was|were|is|are|did|does|do|has|had|have)(?:\snot|n't)(?=\s*(?:[.;]|$))",
    re.IGNORECASE,
)
_BE = re.compile(r"\b(?:was|were|is|are|been)\s(?P<rest>(?!not\b)[a-z-]+(?:\s[a-z-]+){0,2})", re.I)
_PAST = re.compile(
    r"\b(?P<rest>(?:[a-z]{3,}ed|got|came|went|fell|rose|grew|took|had|became|found|looked)"
    r"(?:\s[a-z-]+){0,2})",
    re.IGNORECASE,
)
_BREAK = re.compile(r",\s|\s(?=(?:but|while|whereas|and|although|though)\b)|;\s")
_JOINS = re.compile(r"^(?:but|while|whereas|and|although|though)\b", re.IGNORECASE)


def completed(claim: str) -> str:
    """A claim whose last 'not' denies something: 'tacrolimus was not dropped'; others unchanged.

    What is put in stands behind all that was there, so that places in the claim stay true.
    """
    cuts = list(_NOT.finditer(claim))
    if not cuts:
        return claim
    cut = cuts[-1]
    before = _BREAK.split(claim[: cut.start()])
    earlier = " , ".join(piece for piece in before[:-1] if not _JOINS.fullmatch(piece))
    be = cut["aux"].lower() in ("was", "were", "is", "are")
    found = list((_BE if be else _PAST).finditer(earlier))
    if not found:
        return claim
    return f"{claim[: cut.end()]} {found[-1]['rest']}{claim[cut.end() :].rstrip()}"
