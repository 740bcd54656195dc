"""A stand-in until the reading of records is there: front matter → records, spans where literal.

A value's span is the sentence that holds the value's own words, or its concept; a report without
cases gives one group when it says how many patients it has.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from rag.lexicon import lexicon
from rag.records.record import (
    CaseRecord,
    Dose,
    Field,
    Finding,
    GroupRecord,
    Records,
    Share,
    Span,
    State,
    Therapy,
)
from rag.schema import Case, Report, Treatment
from rag.sentences import sentence_spans

_NUMBER_TEXT = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen"
_NUMBER = _NUMBER_TEXT.split()
_SIZE = re.compile(
    rf"\b(?P<n>\d{{1,4}}|{'|'.join(_NUMBER[1:])})\s+(?:[\w-]+\s+){{0,3}}?(?:patients|cases|children|"
    r"adults|people|women|men|participants)\b",
    re.IGNORECASE,
)
_SHARE = re.compile(r"\b(?P<k>\d{1,4})\s+of\s+(?:the\s+)?(?P<n>\d{1,4})\b")
_NEGATED = re.compile(r"^(?:no|without|absence of)\s+|\bnegative\b", re.IGNORECASE)
_NOTHING = re.compile(r"^(?:not stated|none)\b", re.IGNORECASE)


def records_of(report: Report) -> Records:
    """The records of a report."""
    spans = _spans_of(report)
    cases = tuple(_case(report, case, spans(case.number)) for case in report.cases)
    groups = () if cases else _groups(report)
    return Records(report.id, cases, groups)


def _spans_of(report: Report) -> Callable[[int], list[tuple[int, int, str]]]:
    def of(patient: int) -> list[tuple[int, int, str]]:
        found = [
            (start, end, report.text[start:end])
            for section in report.sections
            if section.kind not in ("references", "background", "discussion")
            and section.patient in (None, patient)
            for start, end in sentence_spans(report.text, section.start, section.end)
        ]
        return sorted(found, key=lambda item: item[0])

    return of


def _where(sentences: list[tuple[int, int, str]], wording: str) -> tuple[Span, ...]:
    """The first sentence that has the words, or names the same concept."""
    named = {mention.concept.name for mention in lexicon().find(wording)}
    for start, end, text in sentences:
        if wording.lower() in text.lower():
            return ((start, end),)
    for start, end, text in sentences:
        if named and named <= {mention.concept.name for mention in lexicon().find(text)}:
            return ((start, end),)
    return ()


def _case(report: Report, case: Case, sentences: list[tuple[int, int, str]]) -> CaseRecord:
    def field(value: str) -> Field[str]:
        return Field(value, _where(sentences, value))

    sexes = {"female": r"woman|girl|female|she", "male": r"man|boy|male|he"}
    return CaseRecord(
        report.id,
        case.number,
        age=Field(float(case.age), _matching(sentences, rf"\b{case.age:g}\b"))
        if case.age is not None
        else None,
        sex=Field(case.sex, _matching(sentences, rf"\b(?:{sexes[case.sex]})\b"))
        if case.sex
        else None,
        subtype=field(case.subtype) if case.subtype else None,
        findings=tuple(_findings(case, sentences)),
        therapies=tuple(
            [
                *(_therapy(item, sentences, prior=True) for item in case.prior_treatments),
                *(_therapy(item, sentences, prior=False) for item in case.treatment),
            ]
        ),
        response=Field(case.response, sentences[0][:1] and (sentences[0][:2],))
        if case.response != "not stated"
        else None,
        time_to_response=field(case.time_to_response) if case.time_to_response else None,
        follow_up=field(case.follow_up) if case.follow_up else None,
        adverse_events=()
        if not case.adverse_events or _NOTHING.match(case.adverse_events)
        else (field(case.adverse_events),),
    )


def _matching(sentences: list[tuple[int, int, str]], pattern: str) -> tuple[Span, ...]:
    found = re.compile(pattern, re.IGNORECASE)
    return next((((start, end),) for start, end, text in sentences if found.search(text)), ())


def _findings(case: Case, sentences: list[tuple[int, int, str]]) -> Iterable[Finding]:
    cancers = {"malignancy", *lexicon().narrower("malignancy")}
    for wording in case.antibodies:
        state: State = "absent" if _NEGATED.search(wording) else "present"
        yield Finding(wording, "antibody", Field(state, _where(sentences, wording)))
    for wording in case.features:
        state = "absent" if _NEGATED.search(wording) else "present"
        named = [m.concept.name for m in lexicon().find(wording) if m.concept.kind != "shorthand"]
        for name in named or [wording]:
            kind = "cancer" if name in cancers else "sign"
            yield Finding(name, kind, Field(state, _where(sentences, name)))  # type: ignore[arg-type]


def _therapy(item: Treatment, sentences: list[tuple[int, int, str]], *, prior: bool) -> Therapy:
    return Therapy(
        Field(item.drug, _where(sentences, item.drug)),
        prior,
        Field(Dose(item.dose), _where(sentences, item.dose)) if item.dose else None,
        Field(item.route, _where(sentences, item.route)) if item.route else None,
    )


def _groups(report: Report) -> tuple[GroupRecord, ...]:
    sentences = _spans_of(report)(0)
    therapies = {
        mention.concept.name: Therapy(Field(mention.concept.name, ((start, end),)))
        for start, end, text in sentences[:4]
        for mention in lexicon().find(text)
        if mention.concept.kind == "drug"
    }
    for start, end, text in sentences[:6]:
        match = _SIZE.search(text)
        if match:
            said = match["n"].lower()
            size = int(said) if said.isdigit() else _NUMBER.index(said) + 1
            outcomes = tuple(
                Field(Share(t, int(m["k"]), int(m["n"])), ((s, e),))
                for s, e, t in sentences[:8]
                for m in _SHARE.finditer(t)
            )
            return (
                GroupRecord(
                    report.id,
                    1,
                    Field(size, ((start, end),)),
                    Field(report.title, ()),
                    tuple(therapies.values()),
                    outcomes=outcomes,
                    cited=report.article_type == "review",
                ),
            )
    return ()
