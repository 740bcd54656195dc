"""A record's fields → the sentences that say them, as evidence to be cited."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from rag.cases.facets import names_of_antibody, names_of_drug, names_of_feature
from rag.cases.routes import route_of, routed
from rag.cases.wish import Wish
from rag.cite import cite, section_at
from rag.records.harm import denies_harm
from rag.records.record import CaseRecord, Field, GroupRecord, Span, Therapy
from rag.schema import Citation, Evidence, Report, Section
from rag.sentences import sentence_spans
from rag.topics.quoting import evidence_at

MOST_SENTENCES = 2
"""Sentences that are quoted for one patient or group."""

UNFOUND = "(not found in the text)"
"""Stands behind a value of a report's front matter that no words of its text were found to say."""

AnyField = Field[Any]
"""Whatever a field holds: what matters here is which words say it."""


def evidence_for(
    record: CaseRecord | GroupRecord, wishes: Sequence[Wish], report: Report
) -> list[Evidence]:
    """The sentences that say of a record what was asked, at most two, in the order of the text.

    Where none is known, the first sentence about the patient (or of the report) stands for it.
    """
    asked = [field for one in wishes for field in fields_for(record, one)]
    if isinstance(record, GroupRecord):
        asked += record.outcomes[:1]  # what is told of a group
    spans = [field.spans for field in asked if field.spans]
    if not spans:
        spans = [field.spans for field in all_fields(record) if field.spans][:1]
    chosen = _fewest([_sentences(report, found) for found in spans])
    patient = record.number if isinstance(record, CaseRecord) else None
    if not chosen:
        chosen = [_first_sentence(report, patient)]
    return [_evidence(report, span, patient) for span in sorted(chosen)]


def sentence_evidence(report: Report, span: Span, patient: int | None) -> Evidence:
    """The sentence that holds (the beginning of) a span."""
    found = _sentences(report, (span,))
    return _evidence(report, found[0] if found else span, patient)


def fields_for(record: CaseRecord | GroupRecord, one: Wish) -> list[AnyField]:
    """The fields of a record by which it fits a condition (or by which it is silent: none)."""
    own = _fields_for(record, one)
    return own or [field for other in one.either for field in fields_for(record, other)]


def _fields_for(record: CaseRecord | GroupRecord, one: Wish) -> list[AnyField]:
    if one.key in ("treatment", "prior", "drug"):
        drugs: list[AnyField] = [
            therapy.drug
            for therapy in record.therapies
            if (one.key == "drug" or therapy.prior == (one.key == "prior"))
            and _names(f"{_way(therapy)} {therapy.drug.value}", one, _names_with_route)
        ]
        # 'Onset after the vaccine': a finding can say what was given.
        return drugs or [
            finding.state
            for finding in record.findings
            if one.key == "drug" and _names(finding.name, one, names_of_drug)
        ]
    if one.key in ("feature", "antibody"):
        naming = names_of_feature if one.key == "feature" else names_of_antibody
        state = "absent" if one.absent else "present"
        found: list[AnyField] = [
            finding.state
            for finding in record.findings
            if finding.state.value == state
            and (finding.kind == "antibody") == (one.key == "antibody")
            and (one.absent or _names(finding.name, one, naming) or _is_cancer(finding.kind, one))
        ]
        if not found and isinstance(record, CaseRecord):
            events = (e for e in record.adverse_events if _names(e.value, one, names_of_feature))
            found = [*events] or ([record.subtype] if record.subtype else [])
        return found
    if isinstance(record, GroupRecord):
        return [record.population] if record.population else []
    if one.key == "adverse":
        none = "none" in one.values
        return [event for event in record.adverse_events if denies_harm(event.value) == none]
    by_key: dict[str, AnyField | None] = {
        "sex": record.sex,
        "subtype": record.subtype,
        "response": record.response,
        "relapse": record.relapse,
    }
    single = by_key.get(one.key, record.age)
    return [single] if single is not None else []


def _way(therapy: Therapy) -> str:
    return therapy.route.value if therapy.route else ""


def _names_with_route(wording: str) -> list[str]:
    """The names of a drug, as such and with the one route that stands beside it."""
    names = names_of_drug(wording)
    route = route_of(wording)
    return [*names, *(routed(route, names) if route else ())]


def all_fields(record: CaseRecord | GroupRecord) -> list[AnyField]:
    """The fields that tell most of a record, the most telling first."""
    given: list[AnyField] = [therapy.drug for therapy in record.therapies if not therapy.prior]
    findings: list[AnyField] = [finding.state for finding in record.findings]
    if isinstance(record, GroupRecord):
        known: list[AnyField | None] = [
            record.size, *record.outcomes, *given, *findings, record.population,
        ]  # fmt: skip
    else:
        known = [record.age, record.sex, *given, record.response, *findings, record.subtype]
    return [field for field in known if field is not None]


def _names(wording: str, one: Wish, naming: Callable[[str], list[str]]) -> bool:
    return any(name.lower() in one.values for name in naming(wording))


def _is_cancer(kind: str, one: Wish) -> bool:
    return kind == "cancer" and "malignancy" in one.values


def _fewest(choices: list[list[Span]]) -> list[Span]:
    """The fewest sentences (at most two) that say most of the fields; the first of equals."""
    chosen: list[Span] = []
    left = [set(found) for found in choices if found]
    while left and len(chosen) < MOST_SENTENCES:
        candidates = {span for found in left for span in found}
        best = min(candidates, key=lambda span: (-sum(span in found for found in left), span))
        chosen.append(best)
        left = [found for found in left if best not in found]
    return chosen


def _sentences(report: Report, spans: Iterable[Span]) -> list[Span]:
    """The sentences in which spans begin."""
    found: list[Span] = []
    for start, end in spans:
        section = section_at(report, start)
        if section is None:
            continue
        whole = [s for s in _split(report.text, section) if s[0] <= start < s[1]]
        found.extend(whole or [(start, end)])
    return list(dict.fromkeys(found))


@lru_cache(maxsize=1024)
def _split(text: str, section: Section) -> tuple[Span, ...]:
    return sentence_spans(text, section.start, section.end)


def _first_sentence(report: Report, patient: int | None) -> Span:
    """The first sentence about a patient; of the summary, or the report, where there is none."""
    own = [s for s in report.sections if patient is not None and s.patient == patient]
    for section in [*own, *(s for s in report.sections if s.kind != "references")]:
        if sentences := _split(report.text, section):
            return sentences[0]
    return 0, len(report.text)


def _evidence(report: Report, span: Span, patient: int | None) -> Evidence:
    return evidence_at(report, section_at(report, span[0]), span, patient)


@dataclass(slots=True)
class Cited:
    """Records with the numbers of their citations, in the order in which they are named."""

    reports: Mapping[str, Report]
    evidence: list[Evidence] = field(default_factory=list)

    def add(self, record: CaseRecord | GroupRecord, wishes: Sequence[Wish]) -> list[int]:
        """The numbers of the sentences that say of a record what was asked."""
        found = evidence_for(record, wishes, self.reports[record.report_id])
        return [self._number(item) for item in found]

    def add_fields(
        self, record: CaseRecord | GroupRecord, fields: Iterable[AnyField], most: int = 4
    ) -> list[int]:
        """The numbers of the sentences that say these fields: the first of each, `most` in all."""
        report = self.reports[record.report_id]
        patient = record.number if isinstance(record, CaseRecord) else None
        found = [sentence_evidence(report, f.spans[0], patient) for f in fields if f.spans]
        return list(dict.fromkeys(self._number(item) for item in found))[:most]

    def add_report(self, report: Report) -> list[int]:
        """The number of a report's first sentence."""
        section = next((s for s in report.sections if s.kind != "references"), None)
        place = (section.start, section.start + 1) if section else (0, len(report.text))
        return [self._number(sentence_evidence(report, place, None))]

    def add_sentence(self, report: Report, span: Span) -> int:
        """The number of one sentence of a report that has no record of it."""
        return self._number(sentence_evidence(report, span, None))

    def citations(self) -> list[Citation]:
        """All of them, numbered from 1."""
        return cite(self.evidence, self.reports)

    def _number(self, item: Evidence) -> int:
        for number, known in enumerate(self.evidence, 1):
            same = (known.passage.report_id, known.start, known.end, known.passage.patient)
            if same == (item.passage.report_id, item.start, item.end, item.passage.patient):
                return number
        self.evidence.append(item)
        return len(self.evidence)
