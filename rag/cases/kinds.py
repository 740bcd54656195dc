"""'Which cancers turned up?', 'what infections were seen in the patients?' → the class asked for.

Only where all patients are meant: 'which infections occurred on tofacitinib?' is read, as is what
holds of the disease ('which cancers are associated with it?').
"""
# ruff: noqa: E501  (a pattern reads best on one line)

from __future__ import annotations

import re

from rag.lexicon import Concept, lexicon

_FEWEST = 3
"""Kinds that a class has at least, so that it is worth asking which."""
_OF_ALL = (
    r"(?: (?:in|among|across|with) (?:all |any |any of |all of )?(?:the |these |those |your |our )?(?:different )?"
    r"(?:(?:dm|jdm|dermatomyositis) )?(?:patients?|people|cases|reports|papers|persons|library|literature)?(?: (?:with|who had|having) (?:dm|dermatomyositis))?(?: here| overall)?"
    r"| (?:overall|altogether|in total|so far|here))?"
)
_ASKS = re.compile(
    r"^(?:and |so )?(?:(?:which|what)(?: (?:kinds?|types?|sorts?) of)?|list (?:all )?(?:of )?(?:the )?|name (?:all )?the|all (?:of )?the)\s*"
    r"(?P<name>(?:[\w-]+ )??[\w-]+s)(?: (?:have|has|had|were|did))?(?: been| you| they| there)? ?"
    r"(?:(?:turn|show|c[ao]me|crop)(?:ed|s)? up|turned out|found|seen|reported|described|occur(?:red|s)?|happen(?:ed|s)?|develop(?:ed)?|diagnosed|discovered|detected|there|associated)"
    rf"{_OF_ALL}\s*(?:[?.!,;:–-]+\s*(?:(?:please |pls )?(?:list|name|give|show)(?: me)?(?: them| all| them all)?(?: please| pls)?)?)?[?.!\s]*$",
    re.IGNORECASE,
)


def kinds_asked(question: str) -> Concept | None:
    """The class of findings of which the kinds are asked for, over all patients; else None."""
    found = _ASKS.match(" ".join(question.split()))
    if found is None:
        return None
    name = found["name"]
    named = [m for m in lexicon().find(name, typos=True) if m.concept.kind == "sign"]
    if len(named) != 1 or (named[0].start, named[0].end) != (0, len(name)):
        return None
    concept = named[0].concept
    return concept if len(lexicon().narrower(concept.name)) >= _FEWEST else None
