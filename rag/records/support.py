"""What a file's author filled in for a patient → the same values with the words that say them.

A value that the text is not found to say keeps its place without a span: it is reported as
unsupported (`unsupported`), never dropped.
"""
# ruff: noqa: E501  (a table of patterns reads best one pattern to the line)

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from rag.lexicon import Concept, lexicon
from rag.records.antibodies import antibody_of
from rag.records.context import denied
from rag.records.dose import doses, parse_dose, same_dose
from rag.records.duration import parse_time, same_time, times
from rag.records.findings import kind_of
from rag.records.harm import denies_harm, harm_of
from rag.records.outcome import says
from rag.records.record import CaseRecord, Dose, Field, Finding, Span, State, Therapy
from rag.records.story import Story
from rag.records.wording import covering
from rag.schema import Case, Response, Treatment

Value = TypeVar("Value")

_ABSENT = re.compile(
    r"^(?:no|without|absence of|absent|negative|normal|never|not)\b|\b(?:negative|absent|not detected|not found)$",
    re.I,
)
_DENIAL = re.compile(
    r"^(?:no|without|absence of|absent|negative(?: for)?|never)\s+(?:any )?|\s+(?:was |were )?(?:negative|absent|not detected|not found)$",
    re.I,
)
_ROUTE_WORDS = {
    "oral": r"\boral|\bby mouth\b|\btablets?\b|\bcapsules?\b",
    "intravenous": r"\bintravenous|\bi\.?v\.?\b|\bIVIG?\b|\binfus",
    "subcutaneous": r"\bsubcutaneous|\bSCIG\b|\bs\.c\.",
    "topical": r"\btopical|\bointment|\bcream|\bgel\b|\bapplied\b|\blotion|\bfoam",
    "intralesional": r"\bintralesional|\binjected into",
    "intramuscular": r"\bintramuscular",
}  # fmt: skip


def supported(case: Case, story: Story, found: CaseRecord) -> CaseRecord:
    """The record of a case that the file describes, `found` being what the text alone gives.

    Beyond what the author filled in it has what nobody asks an author for: relapse, disease
    duration, absent findings and cancer; and whatever the author left open. All that is marked
    'extracted'.
    """
    findings = tuple(_finding(words, story) for words in (*case.antibodies, *case.features))
    names = {one.name for one in findings}
    beyond = tuple(
        one
        for one in found.findings
        if one.name not in names and (one.state.value == "absent" or one.kind == "cancer")
    )
    therapies = (
        *(_therapy(one, story, found, prior=True) for one in case.prior_treatments),
        *(_therapy(one, story, found, prior=False) for one in case.treatment),
    )
    return replace(
        found,
        age=_equal(case.age, found.age) or _aged(case.age, story) or found.age,
        sex=_equal(case.sex, found.sex) or (Field(case.sex) if case.sex else found.sex),
        subtype=_subtype(case.subtype, story, found) or found.subtype,
        findings=(*findings, *beyond),
        therapies=therapies or found.therapies,
        response=_response(case, story, found) or found.response,
        time_to_response=_time(case.time_to_response, story) or found.time_to_response,
        follow_up=_time(case.follow_up, story) or found.follow_up,
        adverse_events=_harm(case, story, found),
    )


def unsupported(record: CaseRecord) -> tuple[str, ...]:
    """The fields of a record that the text is not found to say, e.g. 'dose of methotrexate'."""
    single = (
        ("age", record.age), ("sex", record.sex), ("subtype", record.subtype),
        ("response", record.response), ("time to response", record.time_to_response),
        ("follow-up", record.follow_up), ("relapse", record.relapse),
        ("disease duration", record.disease_duration),
    )  # fmt: skip
    names = [name for name, field in single if field is not None and not field.supported]
    names += [f"{one.kind} '{one.name}'" for one in record.findings if not one.state.supported]
    for one in record.therapies:
        parts = (("drug", one.drug), ("dose of", one.dose), ("route of", one.route))
        for name, field in parts:
            if field is not None and not field.supported:
                names.append(f"{name} {one.drug.value}")
    names += [f"adverse event '{one.value}'" for one in record.adverse_events if not one.supported]
    return tuple(names)


def _equal(value: object, found: Field[Value] | None) -> Field[Value] | None:
    """The author's value with the spans of an equal extracted one."""
    if value is None or found is None or value != found.value:
        return None
    return Field(found.value, found.spans)


def _aged(value: float | None, story: Story) -> Field[float] | None:
    if value is None:
        return None
    years = f"{value:g}"
    pattern = re.compile(
        rf"\b{re.escape(years)}(?:[ -]?years?|[ -]?y\b|(?=[ ,]?[FM]\b)|(?=-year))|\b(?:aged?|of|was|at) {re.escape(years)}\b(?![ -]?(?:mg|%|patients|months|weeks))"
    )
    for sentence in (*story.everything, *story.common):
        if match := pattern.search(sentence.text):
            return Field(float(value), (sentence.at(*match.span()),))
    return Field(float(value))


def _subtype(words: str, story: Story, found: CaseRecord) -> Field[str] | None:
    if not words:
        return None
    concept = lexicon().concept(words)
    name = concept.name if concept else words
    spans = _mentions(concept, story) if concept else ()
    if not spans and found.subtype and found.subtype.value == name:
        spans = found.subtype.spans
    return Field(name, spans or covering(words, (*story.everything, *story.common)))


def _mentions(concept: Concept, story: Story, state: State | None = None) -> tuple[Span, ...]:
    """Where the story names a concept, or the form of the disease named after it."""
    spans = []
    for sentence in (*story.everything, *story.common):
        for mention in sentence.mentions:
            name = mention.concept.name
            if concept.name not in (name, antibody_of(name)):
                continue
            no = denied(sentence.text, mention.start, mention.end)
            if state is None or no == (state == "absent"):
                spans.append(sentence.at(mention.start, mention.end))
    return tuple(spans)


def _finding(words: str, story: Story) -> Finding:
    state: State = "absent" if _ABSENT.search(words) else "present"
    bare = _DENIAL.sub("", words).strip()
    concept = lexicon().concept(bare)
    named = [m.concept for m in lexicon().find(bare) if m.concept.kind in ("sign", "antibody")]
    kind = kind_of(concept or (named[0] if named else None))
    spans = _mentions(concept, story, state) if concept else ()
    if not spans:
        spans = covering(words if state == "absent" else bare, (*story.everything, *story.common))
    if not spans and len(named) == 1:
        spans = _mentions(named[0], story, state)
    return Finding(concept.name if concept else words, kind, Field(state, spans))


def _therapy(given: Treatment, story: Story, found: CaseRecord, *, prior: bool) -> Therapy:
    concept = lexicon().concept(given.drug)
    name = concept.name if concept else given.drug
    spans = _mentions(concept, story) if concept else ()
    if not spans:
        inside = [m.concept for m in lexicon().find(given.drug) if m.concept.kind == "drug"]
        spans = tuple(s for one in inside for s in _mentions(one, story))
    spans = spans or covering(given.drug, (*story.everything, *story.common))
    read = next((one for one in found.therapies if one.drug.value == name), None)
    return Therapy(
        drug=Field(name, spans),
        prior=prior,
        dose=_dose(given.dose, story) if given.dose else None,
        route=_route(given.route, spans, story) if given.route else None,
        schedule=read.schedule if read else None,
        duration=read.duration if read else None,
    )


def _dose(words: str, story: Story) -> Field[Dose]:
    dose = parse_dose(words)
    value = replace(dose, said=words) if dose else Dose(words)
    for sentence in (*story.everything, *story.common):
        for span, other in doses(sentence.text):
            if dose and (
                same_dose(dose, other)
                or same_dose(replace(dose, frequency=""), replace(other, frequency=""))
                and not dose.frequency
            ):
                return Field(value, (sentence.at(*span),))
    return Field(value, covering(words, (*story.everything, *story.common), share=0.8))


def _route(words: str, drug: Sequence[Span], story: Story) -> Field[str]:
    pattern = re.compile(_ROUTE_WORDS.get(words.lower(), re.escape(words)), re.IGNORECASE)
    for sentence in (*story.everything, *story.common):
        here = any(sentence.start <= start < sentence.end for start, _ in drug)
        if here and (match := pattern.search(sentence.text)):
            return Field(words, (sentence.at(*match.span()),))
    return Field(words)


def _response(case: Case, story: Story, found: CaseRecord) -> Field[Response] | None:
    if case.response == "not stated":
        return None
    if found.response and found.response.value == case.response:
        return Field(case.response, found.response.spans)
    spans = [one.span for one in (*story.everything, *story.common) if says(one, case.response)]
    return Field(case.response, tuple(spans[-1:]))


def _time(words: str, story: Story) -> Field[str] | None:
    if not words:
        return None
    wanted = parse_time(words)
    for sentence in (*story.everything, *story.common):
        for time in times(sentence.text):
            if same_time(wanted, (time.number, time.unit)):
                return Field(words, (sentence.at(time.start, time.end),))
    if wanted is not None:  # a number is said as a time or not at all
        return Field(words)
    return Field(words, covering(words, (*story.everything, *story.common)))


def _harm(case: Case, story: Story, found: CaseRecord) -> tuple[Field[str], ...]:
    """What the author noted as adverse, and what stands as a feature ('reactions to X') or beside a
    drug ('X (not tolerated)') where the events do not tell of that drug's harm.
    """
    events = list(_events(case.adverse_events, story) or found.adverse_events)
    told = {name for one in events if not denies_harm(one.value) for name in _drugs(one.value)}
    given = (one.drug for one in (*case.prior_treatments, *case.treatment))
    for words in (*case.features, *given):
        of = harm_of(words)
        if of and not of <= told:
            told |= of
            events.append(Field(words, covering(words, (*story.everything, *story.common))))
    return tuple(events)


def _drugs(words: str) -> set[str]:
    return {m.concept.name for m in lexicon().find(words) if m.concept.kind == "drug"}


def _events(words: str, story: Story) -> tuple[Field[str], ...]:
    parts = [part.strip() for part in re.split(r";", words) if part.strip()]
    return tuple(Field(part, covering(part, (*story.everything, *story.common))) for part in parts)
