"""'Is apremilast effective?' → the sentence in which a report on a group says how it fared.

A group's record holds shares ('3 of 5 had diarrhoea'), and the first of them is seldom the one that
is asked for; the report's own sentence on the drug's effect is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from rag.cases.blamed import given_drugs
from rag.cases.told_in_series import best_sentence, quoted
from rag.cases.wish import Wish
from rag.records.record import GroupRecord, Span
from rag.schema import Report, SectionKind

_MAY_TELL = re.compile(
    r"\b(?:improve\w*|improving|respon(?:se|ses|ded|ders?)|remission|clear(?:ed|ance|ing)|resol(?:ved|ution)|"
    r"heal(?:ed|ing)|fell|dropped|declined|reduc(?:ed|tion)|recover(?:ed|y)|died|surviv\w+|relapsed?|"
    r"worked|helped|success\w*|benefit\w*|effective|efficacy|no effect|failed|ineffective)\b",
    re.IGNORECASE,
)
# 'Recovered' and 'died' may be of an infection.
_PLAINLY = re.compile(
    r"\b(?:improve\w*|responded|responders?|(?:complete|partial) (?:response|remission)|cleared|"
    r"resolved|remission|fell|dropped|better|healed)\b",
    re.IGNORECASE,
)
# What led to the drug is not what it did.
_BEFORE = re.compile(
    r"\b(?:refractory|resistant|resisted|had (?:not|failed)|failed|previous\w*|reason|before)\b",
    re.IGNORECASE,
)


def effects_told(
    groups: Sequence[GroupRecord], wishes: Sequence[Wish], reports: Mapping[str, Report]
) -> dict[str, tuple[str, Span]]:
    """A group's id → the sentence on how it fared, as it is quoted, and where it stands.

    `wishes` name the drug; groups whose report has no such sentence are left out, and so is a
    second group of one report.
    """
    drugs = given_drugs(wishes)
    found: dict[str, tuple[str, Span]] = {}
    for report_id in dict.fromkeys(group.report_id for group in groups if drugs):
        report = reports[report_id]
        if span := effect_in_words(report, drugs):
            first = next(group for group in groups if group.report_id == report_id)
            found[first.id] = (quoted(report, span), span)
    return found


def effect_in_words(report: Report, drugs: frozenset[str]) -> Span | None:
    """The sentence in which a report on a group tells of the effect of these drugs; None for none.

    What says plainly how patients fared goes first, the summary before the rest, in figures if
    there are any.
    """
    return best_sentence(report, drugs, _of_effect)


def _of_effect(text: str, kind: SectionKind, own: bool) -> int | None:
    plainly, before = bool(_PLAINLY.search(text)), bool(_BEFORE.search(text))
    if not (plainly or _MAY_TELL.search(text)) or before and not plainly:
        return None
    digits = any(map(str.isdigit, text))
    return 4 * plainly + 3 * (kind == "summary") + own + digits - 3 * before
