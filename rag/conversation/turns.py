"""An answer → what the next question of the conversation needs to know of it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from rag.refusals import NO_VALUE, NOT_ANSWERED
from rag.schema import Answer, Turn

# As `rag.reader.whom.refer.naming` adds it to the question.
_NAMED = re.compile(r"[(;] ?(?:about: )?patient (\d+), ")


def turn(answer: Answer) -> Turn:
    """What a later question needs to know of an answer.

    A refusal that names a report ('the dose is not in the abstract of …') is about that report;
    one that only lists the nearest passages is about the report that they are of.
    """
    cited = tuple(dict.fromkeys(c.report_id for c in answer.citations))
    if not cited:
        near = dict.fromkeys(hit.passage.report_id for hit in answer.hits)
        cited = tuple(report_id for report_id in near if report_id in answer.text)
    if not cited and answer.text.startswith((NOT_ANSWERED, NO_VALUE)):
        cited = _nearest([hit.passage.report_id for hit in answer.hits])
    # What follows is about the first report: another one's patient is nobody there.
    own = [c for c in answer.citations if c.report_id in cited[:1]]
    patients = {c.patient for c in own if c.of_several and c.patient is not None}
    patient = patients.pop() if len(patients) == 1 else None
    # A refusal cites nobody, and the question was of somebody all the same.
    named = _NAMED.findall(answer.query) if not own and cited else ()
    patient = int(named[-1]) if named else patient
    return Turn(answer.question, answer.query, cited, patient)


def _nearest(near: Sequence[str]) -> tuple[str, ...]:
    """The report of the first passage, where no other has more of them: 'did he relapse?' goes on
    about the patient whose report did not say what his antibody was.
    """
    counts = Counter(near)
    return (near[0],) if near and counts[near[0]] == max(counts.values()) else ()
