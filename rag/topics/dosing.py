"""'IVIG dose?', 'cyclophosphamide dose for ILD?' → a sentence with a dose for each report.

One report's dose would be one among several, and the likeliest sentence is that of the report
which happens to be worded most like the question.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from rag.reader.question.subject import drug_mentions
from rag.reader.short.doses import is_dosed
from rag.reader.short.shorten import amounts
from rag.schema import Evidence, Report
from rag.topics.quoting import may_name, names, place_of, sentences_of
from rag.topics.topic import Item, Topic

OF_EACH = 2
"""Patients of a report whose doses are quoted."""
_OTHERS = ("background", "discussion", "legend", "references", "front")
"""Kinds of section that tell of what others gave, or never decide."""
_IS_DOSE = re.compile(
    r"(?:[-–•*] )?(?:the )?(?:starting |initial |daily |weekly )?"
    r"(?:dos(?:e|es|age|ing)|regimen|schedule)\b",
    re.IGNORECASE,
)


def doses_told(
    topic: Topic, reports: Sequence[Report], fits: Callable[[Report], bool]
) -> list[tuple[Report, list[Evidence]]]:
    """The reports that give a dose of the topic's first item, each with the sentences that do.

    `reports` name all of the topic, best first; `fits` says of a report whether it is about those
    of whom it is asked.
    """
    told = ((report, doses_in(topic.items[0], report)) for report in reports if fits(report))
    return [(report, found) for report, found in told if found]


def doses_in(drug: Item, report: Report) -> list[Evidence]:
    """The sentences of a report that give a dose of a drug: the first about each patient.

    Where the title is about the drug, a sentence on the dose that names none gives its dose, too.
    """
    found = [item for item in sentences_of(report) if item.passage.kind not in _OTHERS]
    own = [i for i in found if may_name(drug, i.text) and is_dosed(drug.names, i.text)]
    if not own and names(drug, report.title):
        own = [item for item in found if _is_its_dose(item.text)]
    first: dict[int | None, Evidence] = {}
    for item in sorted(own, key=lambda item: (place_of(item.passage.kind), item.start)):
        first.setdefault(item.passage.patient, item)
    if len(first) > 1:
        first.pop(None, None)  # each patient's own says more than the summary of both
    return sorted(first.values(), key=lambda item: item.start)[:OF_EACH]


def _is_its_dose(sentence: str) -> bool:
    """'Dose: 2.5 mg twice daily below 25 kg.'"""
    return bool(_IS_DOSE.match(sentence) and amounts(sentence) and not drug_mentions(sentence))
