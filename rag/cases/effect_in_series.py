"""'Is apremilast effective?' → the sentence in which a report on a group says how it fared.

A group's record holds shares ('3 of 5 had diarrhoea'), and the first of them is seldom the one that
is asked for; the report's own sentence on the drug's effect is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from rag.cases.blamed import given_drugs
from rag.cases.harm_in_series import named_drugs
from rag.cases.wish import Wish
from rag.cases.wording import shortened
from rag.records.record import GroupRecord, Span
from rag.schema import Report, SectionKind
from rag.sentences import sentence_spans

_OWN: tuple[SectionKind, ...] = ("summary", "methods", "results", "case", "discussion", "other")
MOST_EFFECT = 30
"""Words of a series on the effect of a drug."""
_FARED = re.compile(
    r"\b(?:improve\w*|improving|respon(?:se|ses|ded|ders?)|remission|clear(?:ed|ance|ing)|resol(?:ved|ution)|"
    r"heal(?:ed|ing)|fell|dropped|declined|reduc(?:ed|tion)|recover(?:ed|y)|died|surviv\w+|relapsed?|"
    r"worked|helped|success\w*|benefit\w*|effective|efficacy|no effect|failed|ineffective)\b",
    re.IGNORECASE,
)
_PLAINLY = re.compile(
    r"\b(?:improve\w*|responded|responders?|(?:complete|partial) (?:response|remission)|cleared|"
    r"resolved|remission|fell|dropped)\b",
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
    """A group's id → the sentence on how it fared, shortened, and where it stands.

    `wishes` name the drug; groups whose report has no such sentence are left out, and so is a
    second group of one report.
    """
    drugs = given_drugs(wishes)
    found: dict[str, tuple[str, Span]] = {}
    for report_id in dict.fromkeys(group.report_id for group in groups if drugs):
        report = reports[report_id]
        if span := effect_in_words(report, drugs):
            first = next(group for group in groups if group.report_id == report_id)
            words = " ".join(report.text[slice(*span)].split())
            found[first.id] = (shortened(words, MOST_EFFECT), span)
    return found


def effect_in_words(report: Report, drugs: frozenset[str]) -> Span | None:
    """The sentence in which a report on a group tells of the effect of these drugs; None for none.

    It names one of them, or no drug at all where the report's title names one; what says plainly
    how patients fared goes first, in figures if there are any, then what stands first.
    """
    titled = bool(named_drugs(report.title) & drugs)
    best: tuple[int, int, Span] | None = None
    for section in report.sections:
        if section.kind not in _OWN:
            continue
        for start, end in sentence_spans(report.text, section.start, section.end):
            text = report.text[start:end]
            named = named_drugs(text)
            own = any(name in drug for name in named for drug in drugs)
            about = own if named else titled
            if text.rstrip().endswith(":") or not about or not _FARED.search(text):
                continue
            plainly, before = bool(_PLAINLY.search(text)), bool(_BEFORE.search(text))
            if before and not plainly:
                continue
            digits = any(map(str.isdigit, text))
            told = 4 * plainly + 3 * (section.kind == "summary") + own + digits - 3 * before
            if best is None or (-told, start) < best[:2]:
                best = (-told, start, (start, end))
    return best[2] if best else None
