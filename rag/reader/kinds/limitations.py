"""'What are the limitations of the polymyxin study?' → what its report says that it cannot show.

Such sentences are alike from report to report ('there was no control group'), so the likeliest one
is mostly another study's: which study is meant is settled first.
"""
# ruff: noqa: E501  (a table of patterns reads best one pattern to the line)

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence, Set

from rag.reader.kinds.overview import ASKED_WITH
from rag.reader.words import stems, stems_of_all
from rag.schema import Evidence, Report

MOST_REPORTS, MOST = 2, 2
"""Reports that may be meant, and sentences of each."""

_STUDY = r"(?:study|studies|trial|report|paper|cohort|series|article|review|evidence|data|analysis|meta-analysis)"
_LIMITS = r"(?:limitations?|weaknesses|weak (?:points?|spots?)|caveats?|shortcomings?|flaws?)"
_NOT = r"(?:can(?:['’]?t|not)|could(?:n['’]?t| not)|does(?:n['’]?t| not)|is(?:n['’]?t| not))"
_ASKED = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b{_LIMITS}\b.*\b{_STUDY}\b",
        rf"\b{_STUDY}\b.*\b{_LIMITS}\b",
        rf"\bwhy {_NOT} .*\b{_STUDY}\b.*\b(?:prove|show|tell|trust\w*|reli\w+|conclu\w+|proof|enough)\b",
        rf"\bwhy {_NOT} (?:we|one|you|I) .*\b(?:trust|rely|conclude)\b.*\b{_STUDY}\b",
        rf"\b(?:how|why) .*\b{_STUDY}\b.*\b(?:weak|unreliable|not proof)\b",
        rf"\bhow (?:strong|weak|reliable|solid|good|convincing) (?:is|are|was) (?:the )?(?:\w+ ){{0,2}}?{_STUDY}\b",
    )
)
_SAYS = re.compile(
    r"\b(?:no|without|lack of|lacks|absence of) (?:\w+ ){0,2}?(?:controls?|comparison|comparator|placebo)\b|"
    r"\buncontrolled\b|\bopen-label\b|\bretrospective\b|\banecdotal\b|\bpreliminary\b|\bconfound\w*|"
    r"\bnot (?:randomi[sz]ed|compared?|controlled|blinded|proof)\b|\bcannot (?:show|separate|prove|tell)\b|"
    r"\bsingle (?:case|patient|child|centre|center)\b|\bnumbers?\b.{0,24}\bsmall\b|\bsmall (?:number|sample|series)\b|"
    r"\bvery few patients\b|\bis small\b|\bfollow-up was short\b|\bshort follow-up\b|\blimit(?:s|ations?)?\b|"
    r"\b(?:larger|further|prospective|controlled) (?:stud(?:y|ies)|trials)\b|\bdid not complete\b",
    re.IGNORECASE,
)
_ABOUT_THEM = frozenset(
    stems(
        "limitation limitations limits weakness weaknesses weak point spots caveat caveats prove "
        "proves shortcoming shortcomings flaw flaws show shows tell trust trusted rely relied "
        "reliable proof enough strong solid good convincing conclude evidence data analysis work "
        "works worked why studies can't cannot cant couldn't"
    )
)


def asks_for_limitations(question: str) -> bool:
    """Whether a question wants to know what a study cannot show, or how good its evidence is."""
    text = " ".join(question.split())
    return any(pattern.search(text) for pattern in _ASKED)


def limitations(
    question: str, evidence: Sequence[Evidence], reports: Mapping[str, Report]
) -> list[Evidence]:
    """What the reports that can be meant say of their limits, report by report; often none.

    Meant can be who speaks of all that the question names, where few do. `evidence` is best first.
    """
    named = set(stems(question)) - ASKED_WITH - _ABOUT_THEM
    told: list[Evidence] = []
    for report_id in _meant(named, evidence, reports):
        own = [e for e in evidence if e.passage.report_id == report_id and _says(e)]
        told += sorted(own[:MOST], key=lambda e: e.start)
    return told


def _meant(
    named: Set[str], evidence: Sequence[Evidence], reports: Mapping[str, Report]
) -> list[str]:
    """The reports that speak of all that is named, by their titles if any; none where many do."""
    found = dict.fromkeys(item.passage.report_id for item in evidence)
    speaking = [i for i in found if named and named <= _words(reports[i])]
    titled = [i for i in speaking if named <= set(stems(reports[i].title))]
    meant = titled or speaking
    return meant if len(meant) <= MOST_REPORTS else []


def _words(report: Report) -> frozenset[str]:
    return stems_of_all((report.title, report.text))


def _says(item: Evidence) -> bool:
    """Whether a sentence tells of a limit; what others did before stands under 'Background'."""
    return "background" not in item.passage.section and bool(_SAYS.search(item.text))
