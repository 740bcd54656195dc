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

from pydantic import BaseModel, Field

from rag.cite import cite, section_at
from rag.lexicon import lexicon
from rag.llm.calling import structured
from rag.llm.checking import ALONE
from rag.llm.fence import fenced, tag_of
from rag.llm.models import Model
from rag.llm.options import DEFAULTS, Options
from rag.llm.prompts import prompt
from rag.records.dose import parse_dose
from rag.records.make import records_of
from rag.records.record import CaseRecord, Dose, Records, Span, Therapy
from rag.records.record import Field as Value
from rag.schema import Evidence, Passage, Report
from rag.verify.check import part_reasons
from rag.verify.grounds import grounds
from rag.verify.people import sexes

# Half: read by a model, proved by rule; the rules' own values say more of how sure they are.
CONFIDENCE = 0.5
MAX_CHARACTERS = 60_000


class Said(BaseModel):
    """A value, and the words of the report that say it, copied exactly."""

    value: str
    quote: str


class Drug(BaseModel):
    """A drug that the patient was given; `prior`: before the treatment that is reported."""

    drug: Said
    dose: Said | None = None
    route: Said | None = None
    duration: Said | None = None
    prior: bool = False


class Patient(BaseModel):
    """One patient, numbered as in the report from 1."""

    number: int = 1
    age: Said | None = None
    sex: Said | None = None
    subtype: Said | None = None
    time_to_response: Said | None = None
    follow_up: Said | None = None
    therapies: list[Drug] = Field(default_factory=list)
    adverse_events: list[Said] = Field(default_factory=list)


class Form(BaseModel):
    """The patients whom a case report describes singly."""

    patients: list[Patient] = Field(default_factory=list)


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
    with ALONE:
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
            therapies=(*case.therapies, *self._therapies(case, told, n)),
            adverse_events=case.adverse_events
            or tuple(e for e in (self._words(one, n) for one in told.adverse_events) if e),
        )

    def _therapies(self, case: CaseRecord, told: Patient, number: int) -> Iterator[Therapy]:
        known = {_name(one.drug.value) for one in case.therapies}
        for one in told.therapies:
            if _name(one.drug.value) in known or (drug := self._words(one.drug, number)) is None:
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
            if about == number or (about is None and not self._several):
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
