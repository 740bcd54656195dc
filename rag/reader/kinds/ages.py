"""'How old was the ECMO patient?' → the sentence that says the age of the patient who is meant.

It introduces somebody and hardly ever speaks of what the question knows the patient by, so that no
likeness finds it; the patient's record knows the age.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from rag.reader.kinds.overview import is_told_apart
from rag.reader.whom.patients import Described
from rag.schema import Case, Evidence, Report

_ASKED = re.compile(
    r"^(?:and )?(?:how old (?:is|was|were) |what age (?:is|was) |"
    r"(?:what (?:is|was) )?(?:the )?age (?:and sex )?of (?:the |this |that )?\w|"
    r"(?:\w[\w' -]{2,60}?)(?::| [-\u2013]|,) ?(?:age|how old)\s*\?*$)",
    re.IGNORECASE,
)
# Another age than that at which somebody is introduced, or those of many.
_ANOTHER = re.compile(
    r"\b(?:when|onset|at|diagnos\w*|first|began|start\w*|died|death|then|now|mean|median|average|"
    r"range|patients|children|they|people|all|each|group|oldest|youngest)\b",
    re.IGNORECASE,
)


def asks_for_age(question: str) -> bool:
    """Whether the age of one patient is asked for, and not that at some event."""
    text = " ".join(question.split())
    return bool(_ASKED.match(text)) and not _ANOTHER.search(text)


def saying_age(
    question: str,
    evidence: Sequence[Evidence],
    wanted: Described,
    reports: Mapping[str, Report],
) -> list[Evidence]:
    """The sentence of the best report that gives the age of the patient meant; often none.

    `evidence` is best first and not empty.

    The question must name the report by something that it alone speaks of, or mean one report.
    """
    best = reports[evidence[0].passage.report_id]
    case = _meant(best, wanted.number_in(best.id))
    others = [report.text for one, report in sorted(reports.items()) if one != best.id]
    if case is None or others and not is_told_apart(question, best.text, others):
        return []
    own = [item for item in evidence if item.passage.report_id == best.id]
    saying = [item for item in own if _says(case, item) and item.passage.kind != "legend"]
    return sorted(saying, key=lambda item: item.start)[:1]


def _meant(report: Report, number: int | None) -> Case | None:
    """The patient who is meant: the only one, or the one of that number; with a known age."""
    cases: Sequence[Case] = [c for c in report.cases if number is None or c.number == number]
    return cases[0] if len(cases) == 1 and cases[0].age is not None else None


def _says(case: Case, item: Evidence) -> bool:
    age = f"{case.age:g}".replace(".", r"\.") if case.age is not None else ""
    in_years = rf"{age}[- ]?(?:year|yr|y/?o|month)"
    stated = rf"\b(?:{in_years}|(?:aged|of|age) {age}\b(?! (?:mg|g|days|weeks)))"
    about = item.passage.patient in (None, case.number)
    return about and bool(re.search(stated, item.text, re.IGNORECASE))
