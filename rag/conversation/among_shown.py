"""'The second one?', 'what about the 79-year-old?', after an answer from several reports → which.

An answer to a topic, or one where two reports fit, shows each on a line of its own. Whoever goes on
about one of them points at it by its place, or by whom it tells of.
"""
# ruff: noqa: E501  (a table of patterns reads best one pattern to the line)

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from rag.reader.whom.patients import fits, told_by_age
from rag.schema import Report

_PLACES = {
    "first": 0, "1st": 0, "second": 1, "2nd": 1, "third": 2, "3rd": 2, "fourth": 3, "4th": 3,
    "fifth": 4, "5th": 4, "last": -1,
}  # fmt: skip
_PLACE = re.compile(
    r"\bthe (?P<place>first|second|third|fourth|fifth|last|1st|2nd|3rd|4th|5th)(?: (?:one|report|case|paper|study|series|article|digest))?(?=[\s?.!,:]*$|\s(?:one|report|case|paper|study|series|article|digest)\b|[,:])"
    r"|\b(?:report|number|no\.?|nr\.?) ?(?P<number>[1-5])\b|^\[?(?P<bare>[1-5])\]?[\s?.!]*$",
    re.IGNORECASE,
)
_ONLY_PICKS = re.compile(
    r"^(?:and |so |but |ok(?:ay)?,? )*(?:(?:can you |please )?(?:tell me|say|give me|show me|i want|i'd like)?(?: to know)? ?(?:some )?(?:more|details?|more details|a summary|everything|the rest)? ?(?:about|on|of|from)?|what about|how about|and|expand on|summari[sz]e|explain)? ?"
    r"(?:the (?:\w+[ -]?){1,4}?|report \d|number \d|no\.? ?\d|\[?\d\]?)(?: (?:one|report|case|paper|study|series|article|digest|patient))?[\s?.!]*$",
    re.IGNORECASE,
)
OVERVIEW = "Tell me about the case"
"""What is asked where a question only points."""


def shown_one(
    question: str, shown: Sequence[str], reports: Mapping[str, Report]
) -> tuple[str, int | None] | None:
    """The id of the report that a question points at among those `shown`, and the number of the
    patient where it means one of several; None where it points at none, or at more than one.

    `shown` is in the order in which the answer told of them; `reports` has each.
    """
    if len(shown) < 2:
        return None
    if found := _PLACE.search(question):
        word = found["place"]
        place = _PLACES[word.lower()] if word else int(found["number"] or found["bare"]) - 1
        return (shown[place], None) if place < len(shown) else None
    wanted = told_by_age(question)
    if wanted.age is None:
        return None
    fitting = [
        (one, case.number)
        for one in shown
        for case in reports[one].cases
        if case.age is not None and fits(case, wanted)
    ]
    if len(fitting) != 1:
        return None
    (report_id, number), *_ = fitting
    return report_id, number if reports[report_id].patients > 1 else None


def only_picks(question: str) -> bool:
    """Whether a question says which report is meant and nothing else."""
    return bool(_ONLY_PICKS.match(" ".join(question.split())))
