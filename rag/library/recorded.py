"""A stored report → the same with the ages and sexes that its patients' records give.

A file is read for age and sex by the first sentence about each patient alone; the records are made
from the whole story ('Her brother was 6 in October', 'a coffee picker of 61 years'). Whom 'the
older one' or 'his sister' means rests on both.
"""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from rag.library.library import Library
from rag.schema import Case, Report, Sex


def recorded(library: Library, report_id: str) -> Report:
    """The report with this id, its patients as they are known. Raises ReportNotFound."""
    report = library.report(report_id)
    rows = library.case_rows() if report.cases else None
    if rows is None:
        return report
    known = rows.ages_and_sexes(report_id)
    return replace(report, cases=tuple(_known(case, known) for case in report.cases))


def _known(case: Case, known: dict[int, tuple[float | None, str | None]]) -> Case:
    age, sex = known.get(case.number, (None, None))
    if age is not None and case.age is None:
        case = replace(case, age=int(age) if age == int(age) else age)
    return replace(case, sex=cast("Sex", sex)) if sex else case
