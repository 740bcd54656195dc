"""A report + a model → its patients' records, completed where the rules found nothing.

The model fills in a form (structured output), each value with the words that say it. A value is
kept only if these words stand in the report, where that patient is spoken of, and say it: numbers,
units, names and negations are checked as in answers. What the rules have read is never replaced,
and no patient is added to those whom the rules know.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace

from rag.cite import cite, section_at
from rag.lexicon import lexicon
from rag.llm.calling import structured
from rag.llm.fence import fenced, tag_of
from rag.llm.form import Drug, Form, Found, Patient, Said
from rag.llm.models import Model
from rag.llm.options import DEFAULTS, Options
from rag.llm.prompts import prompt
from rag.llm.whose import of_patient, was_given
from rag.records.dose import parse_dose
from rag.records.findings import kind_of
from rag.records.make import records_of
from rag.records.record import CaseRecord, Dose, Finding, Records, Span, Therapy
from rag.records.record import Field as Value
from rag.schema import Evidence, Passage, Report, Response
from rag.verify.check import part_reasons
from rag.verify.grounds import grounds
from rag.verify.names import named
from rag.verify.people import sexes
from rag.verify.poles import poles

# Half: read by a model, proved by rule; the rules' own values say more of how sure they are.
CONFIDENCE = 0.5
MAX_CHARACTERS = 60_000

_SAID_BY: dict[Response, tuple[str, str]] = {
    "complete": ("response", "better"),
    "partial": ("response", "better"),
    "none": ("response", "same"),
    "worsened": ("response", "worse"),
    "died": ("death", "died"),
}
"""A response → the end of which matter its quotation must stand at (`rag.verify.poles`)."""

_PARTLY = frozenset(("partial", "moderate", "slight", "near"))  # poles of less than 'complete'
_RELAPSE = re.compile(
    r"\b(?:relaps|recur|flare|return|(?:came|come|comes) back|reappear)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Filled:
    """The records with what the model added; how many of its values were kept, and refused."""

    records: Records
    kept: int = 0
    refused: int = 0


def read_records(
    model: Model,
    report: Report,
    options: Options = DEFAULTS,
    cancel: threading.Event | None = None,
) -> Filled:
    """The records of a report, completed by a model.

    Raises LanguageModelFailed (the rules' records stand then), Cancelled.
    """
    known = records_of(report)
    if not known.cases:
        return Filled(known)
    text = fenced(report.text[:MAX_CHARACTERS])
    values = {"report": text, "fence": tag_of([text])}
    form = structured(model, options, prompt("records").template(), values, Form, cancel)
    return fill(known, form, report)


def fill(known: Records, form: Form, report: Report) -> Filled:
    """The records with those values of a form that the report says and the rules did not find."""
    check = _Check(report)
    cases = []
    by_number = {patient.number: patient for patient in form.patients}
    for case in known.cases:
        patient = by_number.get(case.number)
        cases.append(check.completed(case, patient) if patient else case)
    return Filled(replace(known, cases=tuple(cases)), check.kept, check.refused)


class _Check:
    """Values of one report's form against its text."""

    def __init__(self, report: Report) -> None:
        self.kept = self.refused = 0
        self._report = report
        self._several = report.patients > 1

    def completed(self, case: CaseRecord, told: Patient) -> CaseRecord:
        """The case with what it lacked."""
        n = case.number
        return replace(
            case,
            age=case.age or self._age(told.age, n),
            sex=case.sex or self._sex(told.sex, n),
            subtype=case.subtype or self._words(told.subtype, n),
            time_to_response=case.time_to_response or self._words(told.time_to_response, n),
            follow_up=case.follow_up or self._words(told.follow_up, n),
            response=case.response or self._response(told.response, n),
            relapse=case.relapse or self._relapse(told.relapse, n),
            findings=(*case.findings, *self._findings(case, told, n)),
            therapies=(*case.therapies, *self._therapies(case, told, n)),
            adverse_events=case.adverse_events
            or tuple(e for e in (self._words(one, n) for one in told.adverse_events) if e),
        )

    def _response(self, said: Said | None, number: int) -> Value[Response] | None:
        """A response whose quotation says such an outcome, and of the matter no other."""
        response = next((r for r in _SAID_BY if said and said.value.strip().lower() == r), None)
        if said is None or response is None:
            return None
        axis, pole = _SAID_BY[response]
        ends = {(p.axis, p.pole) for p in poles(said.quote)}
        told = {p for a, p in ends if a == axis}
        some = response == "complete" and ("degree", "complete") not in ends
        span = self._found(said.quote, number)
        if span is None or told != {pole} or (some and _PARTLY & {p for _, p in ends}):
            self.refused += 1
            return None
        self.kept += 1
        return Value(response, (span,), "language model", CONFIDENCE)

    def _relapse(self, said: Said | None, number: int) -> Value[str] | None:
        """The words on a relapse; they must speak of one, if only to say that there was none."""
        if said is not None and not _RELAPSE.search(said.value):
            self.refused += 1
            return None
        return self._words(said, number)

    def _findings(self, case: CaseRecord, told: Patient, number: int) -> Iterator[Finding]:
        known = {one.name for one in case.findings}
        for one in told.findings:
            concept = lexicon().concept(one.name.value.strip())
            name = concept.name if concept else one.name.value.strip()
            if name in known or not name:
                continue
            span = self._stated(one, number)
            if span is None:
                self.refused += 1
                continue
            self.kept += 1
            known.add(name)
            state = Value(one.state, (span,), "language model", CONFIDENCE)
            yield Finding(name, kind_of(concept), state)

    def _stated(self, one: Found, number: int) -> Span | None:
        """The span of a finding that its quotation names, present or absent as the form has it."""
        span = self._found(one.name.quote, number)
        wording = one.name.value.strip()
        concept = lexicon().concept(wording)
        marks = {
            n.negated
            for n in named(one.name.quote)
            if n.name == (concept.name if concept else wording)
        }
        return span if span and marks == {one.state == "absent"} else None

    def _therapies(self, case: CaseRecord, told: Patient, number: int) -> Iterator[Therapy]:
        known = {_name(one.drug.value) for one in case.therapies}
        for one in told.therapies:
            if _name(one.drug.value) in known or (drug := self._words(one.drug, number)) is None:
                continue
            if not was_given(self._report, drug.spans[0], one.drug.value):
                self.kept, self.refused = self.kept - 1, self.refused + 1
                continue
            known.add(_name(one.drug.value))
            yield Therapy(
                drug=replace(drug, value=_name(drug.value)),
                prior=one.prior,
                dose=self._dose(one, number),
                route=self._words(one.route, number),
                duration=self._words(one.duration, number),
            )

    def _age(self, said: Said | None, number: int) -> Value[float] | None:
        found = (
            re.fullmatch(r"\s*(\d{1,3}(?:\.\d+)?)\s*(?:years?(?: old)?)?\s*", said.value)
            if said
            else None
        )
        span = (
            self._proved(said, number, f"a {found[1]}-year-old patient") if said and found else None
        )
        return (
            Value(float(found[1]), (span,), "language model", CONFIDENCE)
            if found and span
            else None
        )

    def _sex(self, said: Said | None, number: int) -> Value | None:  # type: ignore[type-arg]
        if said is None or said.value not in ("female", "male"):
            return None
        span = self._found(said.quote, number)
        if span is None or said.value not in {one.sex for one in sexes(said.quote)}:
            self.refused += 1
            return None
        self.kept += 1
        return Value(said.value, (span,), "language model", CONFIDENCE)

    def _dose(self, one: Drug, number: int) -> Value[Dose] | None:
        """A dose must stand with its drug: in one sentence, and as that drug's."""
        if one.dose is None or (dose := parse_dose(one.dose.value)) is None:
            return None
        span = self._proved(one.dose, number, f"{one.drug.value} {one.dose.value}")
        return Value(dose, (span,), "language model", CONFIDENCE) if span else None

    def _words(self, said: Said | None, number: int) -> Value[str] | None:
        span = self._proved(said, number, said.value) if said and said.value.strip() else None
        return (
            Value(said.value.strip(), (span,), "language model", CONFIDENCE)
            if said and span
            else None
        )

    def _proved(self, said: Said | None, number: int, claim: str) -> Span | None:
        """The span of a value's quotation when it says the claim."""
        if said is None:
            return None
        span = self._found(said.quote, number)
        if span is None or not self._says(span, claim):
            self.refused += 1
            return None
        self.kept += 1
        return span

    def _found(self, quote: str, number: int) -> Span | None:
        """Where the words stand, blanks aside, in a part that may be about this patient."""
        words = [re.escape(word) for word in quote.split()]
        if not words:
            return None
        pattern = re.compile(r"(?<!\w)" + r"\s+".join(words) + r"(?!\w)")
        for match in pattern.finditer(self._report.text):
            section = section_at(self._report, match.start())
            about = section.patient if section else None
            own = about == number or (about is None and not self._several)
            if own and of_patient(self._report, match.span()):
                return match.span()
        return None

    def _says(self, span: Span, claim: str) -> bool:
        start, end = span
        section = section_at(self._report, start)
        passage = Passage(
            self._report.id, section.slug if section else "", 1, start, end,
            patient=section.patient if section else None,
        )  # fmt: skip
        evidence = Evidence(passage, start, end, self._report.text[start:end], 1.0)
        citations = cite([evidence], {self._report.id: self._report})
        return not part_reasons(claim, grounds(citations, {self._report.id: self._report}))


def _name(drug: str) -> str:
    concept = lexicon().concept(drug.strip())
    return concept.name if concept else drug.strip()
