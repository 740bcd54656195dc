"""Hits → answer without a language model: the sentences that answer, quoted, cited, in order.

One report answers, unless the question asks for several; then each gives its best sentence on a
line of its own. Where another one is nearly as likely to be meant, its best sentence stands beside,
on a line of its own, too. Sentences about two patients never share a line. When nothing answers,
the answer says so and cites nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from rag.cite import NOTHING_MORE, Provenance, cite, heading, lines_of
from rag.evidence_kind import SOURCE_READ, notice
from rag.in_short import in_short
from rag.reader.another_report import of_two_reports
from rag.reader.choose import choose
from rag.reader.kinds.following import with_following
from rag.reader.kinds.prevalence import is_of_another, saying_how_common
from rag.reader.kinds.told_in_general import told_in_general
from rag.reader.legends import ONLY_LEGEND, disagreeing, text_first
from rag.reader.question.asked import asked
from rag.reader.question.subject import on_subject, same_drug
from rag.reader.reader import Reading
from rag.reader.short.doses import without_other_doses
from rag.reader.short.halves import half_missing, told_missing
from rag.reader.short.polarity import affirmed
from rag.reader.short.shorten import short_answer
from rag.reader.whom.patients import Described, fits, is_of_another_patient, passage_fits
from rag.reader.whom.relatives import death_of_a_relative
from rag.reader.whom.sides import not_told_of
from rag.reader.words import stems
from rag.refusals import NOT_ANSWERED, NOTHING_UNKNOWN, Unknown, not_given, refusal
from rag.schema import Answer, Citation, Evidence, Hit, Report

ENGINE = "extractive"

TWO_FIT = "Two reports fit about as well. To ask of one, name its author or patient."

Brief = Callable[[Sequence[Evidence]], str | None]
"""The sentences of one report that are shown, best first → the short answer in them."""


@dataclass(frozen=True, slots=True)
class Draft:
    """An answer before it is put together with its question.

    `remarks` are the lines of the text that quote nothing; `evidence` is all that is about what
    the question names, best first, of which the citations show a part.
    """

    status: str
    text: str
    short_answer: str | None
    citations: tuple[Citation, ...]
    notice: str
    remarks: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Consulted:
    """An answer and what stood behind it: `rag.llm` writes from this.

    `reports` holds the report of each piece of evidence; `remarks`, `evidence`: see Draft.
    """

    answer: Answer
    evidence: tuple[Evidence, ...] = ()
    remarks: tuple[str, ...] = ()
    reports: Mapping[str, Report] = field(default_factory=dict)
    provenance: Provenance = NOTHING_MORE


def extract(
    question: str,
    hits: Sequence[Hit],
    reading: Reading,
    reports: Mapping[str, Report],
    unknown: Unknown = NOTHING_UNKNOWN,
    provenance: Provenance = NOTHING_MORE,
    brief: Brief | None = None,
    before: str = "",
    *,
    one_report: bool = False,
) -> Draft:
    """The extractive answer to a question from what was read.

    `before` is what was asked before a follow-up: 'At what dose?' is of the drug named there.
    With `one_report` no other report stands beside the likeliest one.

    `brief` takes the short answer from the sentences that are shown; without it there is one only
    where a rule sees a single clear thing.
    """
    reading = replace(reading, evidence=_on_subject(question, reading, reports))
    short_told = in_short(question, reading, reports)
    if reason := refusal(question, reading, reports, unknown, sure=short_told.sure, before=before):
        return Draft("abstained", reason, None, (), notice((), reports, hits))
    brief = brief or _by_rule(question)
    if short_told.sentences:
        short = _short(question, short_told.sentences, brief) if short_told.brief else None
        return _drafted(
            short_told.sentences,
            reading,
            reports,
            hits,
            provenance,
            short,
            short_told.remarks,
        )
    likely = told_in_general(question, saying_how_common(question, reading.evidence), reports)
    if not likely:
        return Draft("abstained", NOT_ANSWERED, None, (), notice((), reports, hits))
    chosen = choose(
        question,
        likely,
        one_patient=bool(reading.wanted) or _one_meant(reading),
        works=provenance.works,
        sides=reading.wanted.sides,
        of_several=frozenset(i for i, report in reports.items() if report.patients > 1),
    )
    chosen = [*without_other_doses(question, before, with_following(question, chosen, reports))]
    remarks = [f"No report in this library mentions {' or '.join(unknown.names)}."]
    remarks = remarks if unknown.names else []
    missing = half_missing(question, [item.text for item in chosen])
    if not missing and (reason := not_given(question, [item.text for item in chosen], before)):
        return Draft("abstained", reason, None, (), notice((), reports, hits))
    short = _short(question, chosen, brief)
    if not missing:
        chosen = _denying(question, chosen, short)
    if missing:
        report = reports[chosen[0].passage.report_id]
        remarks.append(told_missing(missing, report.not_in_source, SOURCE_READ[report.basis]))
    remarks += not_told_of(chosen, reading.wanted.sides, reports)
    if all(item.passage.kind == "legend" for item in chosen):
        remarks.append(ONLY_LEGEND)
    if other := disagreeing(chosen, reading.evidence, asked(question)):
        # It may be among them already: then it is only named.
        chosen = [*(item for item in chosen if item is not other[0]), other[0]]
        remarks.append(other[1])
    alone = one_report or bool(remarks) or _one_meant(reading)
    two = None if alone else of_two_reports(
        question, chosen, likely, provenance.works,
        lambda item: not not_given(question, [item.text], before),
    )  # fmt: skip
    if two:
        chosen, short, remarks = two, None, [TWO_FIT]
    return _drafted(chosen, reading, reports, hits, provenance, short, remarks)


def _drafted(
    chosen: Sequence[Evidence],
    reading: Reading,
    reports: Mapping[str, Report],
    hits: Sequence[Hit],
    provenance: Provenance,
    short: str | None = None,
    remarks: Sequence[str] = (),
) -> Draft:
    """The answer that quotes these sentences."""
    citations = cite(chosen, reports, provenance)
    return Draft(
        "answered",
        "\n".join([compose(citations), *remarks]),
        short,
        tuple(citations),
        notice(citations, reports, hits),
        tuple(remarks),
        tuple(reading.evidence),
    )


# 'Her eldest daughter has a normal CK': nobody of whom a question about the patients asks.
_OF_KIN = re.compile(
    r"^(?:the|her|his|their|an?|one)(?: [\w-]+){0,2} (?:daughter|son|mother|father|sister|brother|"
    r"aunt|uncle|cousin|wife|husband|parents|grandmother|grandfather|sibling|child)s?\b",
    re.IGNORECASE,
)


def _short(question: str, chosen: Sequence[Evidence], brief: Brief) -> str | None:
    """The short answer inside one of the sentences that are shown.

    None where several reports or patients answer, where another drug is spoken of, and where only
    the legend of a figure says it: that never decides.
    """
    told = [item for item in chosen if item.passage.kind != "legend"]
    told = [item for item in told if same_drug(question, item.text)]
    if not told or len({item.passage.report_id for item in chosen}) > 1:
        return None
    told.sort(key=lambda item: (-item.probability, item.start))
    if len({item.passage.patient for item in chosen} - {None}) > 1:
        # One patient's is not the other's; what is said of all of them may be.
        told = [item for item in told if item.passage.patient is None and item is told[0]]
        if not told or _OF_KIN.match(told[0].text):
            return None
    short = brief(told)
    shares = [item for item in told if short and short in item.text]
    if short and shares and all(is_of_another(question, item.text, short) for item in shares):
        return None
    return short


def _denying(question: str, chosen: Sequence[Evidence], short: str | None) -> list[Evidence]:
    """The sentences that say no, where that is the short answer: beside it others prove nothing.

    'Any side effects?': 'none was seen' is not followed by the fever of the month before.
    """
    answer, _, words = (short or "").partition(": ")
    if answer != "No":
        return [*chosen]
    kept = [
        item
        for item in chosen
        if affirmed(question, item.text) == "No" or (words and words in item.text)
    ]
    return kept or [*chosen]


def _by_rule(question: str) -> Brief:
    """The short answer of the best sentence by rule."""
    return lambda told: short_answer(question, told[0].text)


def compose(citations: Sequence[Citation]) -> str:
    """The cited sentences as text: a line per report (and patient), who says it of whom first.

    A paper's sentences stand in quotation marks; a digest's never do, they are ours.
    """
    lines: list[str] = []
    for said in lines_of(citations):
        lines.append(f"{heading(said)}: {' '.join(f'{_worded(c)} [{c.number}]' for c in said)}")
    return "\n".join(lines)


def _worded(citation: Citation) -> str:
    quote = " ".join(citation.quote.split())
    return quote if citation.source_kind == "digest" else f'"{quote}"'


def _on_subject(
    question: str, reading: Reading, reports: Mapping[str, Report]
) -> tuple[Evidence, ...]:
    """The evidence that can be about what, and whom, the question names.

    What stands in a passage about another patient is dropped; where it is known who is meant in
    the best report, that patient's own sentences go first.
    """
    fitting = on_subject(question, reports)
    kept = [
        item
        for item in text_first(reading.evidence)
        if item.passage.report_id in fitting
        and _may_be_about(item, reports, reading.wanted)
        and not death_of_a_relative(question, item.text)
    ]
    if not kept:
        return ()
    best = kept[0].passage.report_id
    number = reading.wanted.number_in(best)
    if number is None:
        return tuple(kept)
    own = [i for i in kept if i.passage.report_id == best and i.passage.patient == number]
    return (*own, *(item for item in kept if item not in own))


def _one_meant(reading: Reading) -> bool:
    """Whether the question singles out a patient of the report that answers."""
    return reading.wanted.number_in(reading.evidence[0].passage.report_id) is not None


def _may_be_about(item: Evidence, reports: Mapping[str, Report], wanted: Described) -> bool:
    """Whether a sentence's passage can be about the patient described.

    One about nobody in particular cannot where its report describes nobody whom the words fit, and
    never says the age asked about.
    """
    report = reports[item.passage.report_id]
    compared = wanted.sides.get(report.id)
    if compared:
        return item.passage.patient in (None, *compared)
    if item.passage.patient is None:
        if is_of_another_patient(item.text, report.cases, wanted.number_in(report.id)):
            return False
        described = not report.cases or any(fits(case, wanted) for case in report.cases)
        return described or wanted.age is None or str(wanted.age) in stems(report.text)
    known = wanted or wanted.number_in(report.id) is not None
    return not known or passage_fits(item.passage, report, wanted)
