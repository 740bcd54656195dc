"""What was read → why there is no answer: the line that says so.

Silence has reasons, and each is told apart: advice, a drug or a patient that no report has, what
the source itself lacks, a dose or a value that none of the sentences gives.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rag.cases.in_general import asked_of_patients
from rag.cite import short_name
from rag.evidence_kind import SOURCE_READ
from rag.lexicon import lexicon
from rag.reader.choose import MAX_REPORTS, MAX_SENTENCES
from rag.reader.kinds.aspects import said_of, untold
from rag.reader.kinds.something_else import no_other_told
from rag.reader.kinds.unnamed import class_unnamed, count_missing
from rag.reader.kinds.why_stopped import no_reason_given
from rag.reader.question.asked import asked, asks_for_several, shown
from rag.reader.question.asked_in_general import general_speed
from rag.reader.question.of_group import group_missing
from rag.reader.question.out_of_scope import asks_for_a_text, asks_for_advice
from rag.reader.question.subject import unmentioned
from rag.reader.reader import Reading
from rag.reader.short.doses import asks_for_dose, dosed_drugs, gives_the_dose, of_dosed_drug
from rag.reader.short.halves import half_missing
from rag.reader.short.shorten import says_dose
from rag.reader.short.values import finding_missing, time_missing, value_missing
from rag.reader.whom.unspecific import names_nothing
from rag.reader.words import concept_names
from rag.schema import Evidence, Report

# What a question asks for → the words by which a digest says that its source does not give it.
_NOT_IN_SOURCE = {
    "dose": ("dose", "schedule"),
    "time": ("time to response", "duration", "follow-up"),
    "age": ("age",),
    "sex": ("sex",),
    "antibody": ("antibodies",),
    "adverse": ("adverse events", "complications"),
    "laboratory": ("laboratory", "imaging", "histology"),
    "outcome": ("response", "outcome"),
}

# What a time that a digest's source does not give is asked for by: 'when did he fall ill?' is not
# about the time to a response. Of eight validation questions that were declined for such a time
# without this, six were answered by their report.
_HOW_LONG = (
    r"\bhow (?:long|soon|quick\w*|fast|many (?:days|weeks|months|years))\b|\bduration\b|"
    r"\bafter how\b|\btime (?:to|until)\b|\blatency\b"
)
_TIME_ASKED = {
    "time to response": re.compile(_HOW_LONG, re.IGNORECASE),
    "duration": re.compile(_HOW_LONG, re.IGNORECASE),
    "follow-up": re.compile(
        r"\bf/?u\b|\bfollow(?:ed)?[- ]?up\b|\bfollowed\b|\bobserved\b|\blast seen\b", re.IGNORECASE
    ),
}

_SAID_ANYWAY = ("dermatomyositis", "adverse event", "toxicity")
"""Concepts that a sentence need not name to be about a drug's effects."""


NEAREST = "The nearest passages are listed."
NOT_ANSWERED = f"The reports in this library do not answer this. {NEAREST}"
OF_WHAT = f"Which drug, patient or report is meant? The question names none. {NEAREST}"
NO_VALUE = "No value was found for this in the reports as they were read"
NO_REASON = (
    "No reason was found for this in the reports as they were read. "
    "The nearest passages are listed."
)
NO_OTHER = (
    "No other treatment was found for this in the reports as they were read. "
    "The nearest passages are listed."
)
NO_DOSE = (
    "No dose or schedule was found for this in the reports as they were read. "
    "The nearest passages are listed."
)


@dataclass(frozen=True, slots=True)
class Unknown:
    """What the question presupposes and the library does not hold: names, or a patient.

    `others` says that it also names a drug or antibody that the library does hold; `authors` are
    those of reports that it does not.
    """

    names: tuple[str, ...] = ()
    others: bool = False
    patient: str = ""
    authors: tuple[str, ...] = ()


NOTHING_UNKNOWN = Unknown()


def refusal(
    question: str,
    reading: Reading,
    reports: Mapping[str, Report],
    unknown: Unknown,
    *,
    sure: bool = False,
    before: str = "",
) -> str | None:
    """Why a question is not answered at all; None where what was read answers it.

    Where it is `sure` that the reports answer, the probability does not count. `before` is what
    was asked before a follow-up, which need not say what it is about.
    """
    if unfit := _not_to_be_answered(question):
        return unfit
    if len(reports) > 1 and not before and names_nothing(question):
        return OF_WHAT
    if missing := _missing(unknown):
        return missing
    if nothing := _nothing_read(question, reading, reports):
        return nothing
    if not general_speed(question) and (silence := _known_silence(question, reading, reports)):
        return silence  # what one report is silent on others may tell
    if asked_of_patients(question) != question and not _said_together(question, reading.evidence):
        return NOT_ANSWERED
    if not sure and (untold_of := _not_spoken_of(question, reading, reports)):
        return untold_of
    across = sure or asks_for_several(question) and _is_named(question, reading.evidence)
    across = across or _gives_the_dose(question, reading.evidence[0], reports)
    if reading.answerable < reading.threshold and not across:
        return NOT_ANSWERED
    return None


def _not_spoken_of(question: str, reading: Reading, reports: Mapping[str, Report]) -> str | None:
    """A refusal that names what is asked about where the best report never speaks of it."""
    if asks_for_several(question):
        return None
    report = reports[reading.evidence[0].passage.report_id]
    patient = reading.wanted.number_in(report.id)
    thing = untold(question, said_of(report, patient, (hit.passage for hit in reading.hits)))
    if thing is None:
        return None
    if len(reports) > 1 and reading.answerable < reading.threshold:
        # Which of them is nearest says nothing then.
        found = [untold(question, said_of(other, None, ())) for other in reports.values()]
        return (
            f"None of the reports that were found speaks of {thing}. {NEAREST}"
            if all(found)
            else None
        )
    named = ", ".join(dict.fromkeys((short_name(report), report.id)))
    return f"Not spoken of in the report that is nearest ({named}): {thing}. {NEAREST}"


def _not_to_be_answered(question: str) -> str | None:
    """Why Casebook does not do what is wanted; None where it is asked what reports say."""
    if asks_for_advice(question):
        return (
            "Casebook says what was given to whom in published reports; it does not recommend a "
            "treatment or a dose. The nearest passages are listed below."
        )
    if asks_for_a_text(question):
        return (
            "Casebook answers from the reports in its library; it writes and does nothing else. "
            "The nearest passages are listed below."
        )
    return None


def _nothing_read(question: str, reading: Reading, reports: Mapping[str, Report]) -> str | None:
    """Why none of the passages can answer; None where there are sentences that may."""
    if group := group_missing(question, reports.values()):
        return f"No report that was found speaks of {group}. The nearest passages are listed."
    if not reading.evidence and (names := unmentioned(question, reports)):
        return (
            f"None of the reports that were found mentions {' or '.join(names)}. "
            "The nearest passages are listed."
        )
    if not reading.evidence and reading.wanted:
        return (
            "No report that was found describes the patient asked about. "
            "The nearest passages are listed."
        )
    if not reading.evidence:
        return "Nothing in this library is near this question."
    return None


def _missing(unknown: Unknown) -> str | None:
    """What the question presupposes and no report holds; None where there is nothing."""
    if unknown.authors:
        return (
            f"No report by {' or '.join(unknown.authors)} is in this library. "
            "The nearest passages are listed."
        )
    if unknown.names and not unknown.others:
        return f"No report in this library mentions {' or '.join(unknown.names)}."
    if unknown.patient:
        return f"No report in this library describes {unknown.patient}."
    return None


def not_given(question: str, quoted: Sequence[str], before: str = "") -> str | None:
    """Why the sentences that would be quoted are no answer: they lack the figure asked for.

    Another drug's dose is worse than none, and so is another value. `before` is what was asked
    before a follow-up that names no drug of its own.
    """
    naming = question if dosed_drugs(question) else before
    dose = any(says_dose(text) and of_dosed_drug(naming, text) for text in quoted)
    if asks_for_dose(question) and not dose:
        return NO_DOSE
    if which := class_unnamed(question, quoted):
        return f"Which one is not named in the reports as they were read: {which}. {NEAREST}"
    if counted := count_missing(question, quoted):
        return f"How many is not told in the reports as they were read: {counted}. {NEAREST}"
    if no_reason_given(question, quoted):
        return NO_REASON
    if no_other_told(question, before, quoted):
        return NO_OTHER
    if missing := value_missing(question, quoted) or time_missing(question, quoted):
        return f"{NO_VALUE}: {missing}. The nearest passages are listed."
    if sign := finding_missing(question, quoted):
        return f"How many had it was not found: {sign}. The nearest passages are listed."
    return None


def _is_named(question: str, evidence: Sequence[Evidence]) -> bool:
    """Whether one of the best sentences names something particular that the question names.

    The threshold was set on questions about one report; one that asks which reports have a thing
    is answered where there is a sentence that has it. The disease itself is nothing particular.
    """
    asked_about = {
        m.concept.name
        for m in lexicon().find(question, typos=True)
        if m.concept.kind != "shorthand" and m.concept.name != "dermatomyositis"
    }
    return any(
        mention.concept.name in asked_about
        for item in evidence[:MAX_REPORTS]
        for mention in lexicon().find(item.text)
    )


def _gives_the_dose(question: str, best: Evidence, reports: Mapping[str, Report]) -> bool:
    """Whether the best sentence is likely evidence and gives the very dose that is asked for."""
    report = reports[best.passage.report_id]
    return best.probability >= _LIKELY and gives_the_dose(
        question, best.text, f"{report.title} {report.text}"
    )


_LIKELY = 0.5  # more likely than not


def _said_together(question: str, evidence: Sequence[Evidence]) -> bool:
    """Whether some sentence names all that a question about a drug in general names.

    'Is IVIg effective for calcinosis?' is not answered by what says that IVIg works.
    """
    concepts = [m.concept for m in lexicon().find(question, typos=True)]
    found = [one.name for one in concepts if one.kind != "shorthand"]
    wanted = [{n, *lexicon().narrower(n)} for n in found if n not in _SAID_ANYWAY]
    return any(all(names & concept_names(item.text) for names in wanted) for item in evidence)


def _known_silence(question: str, reading: Reading, reports: Mapping[str, Report]) -> str | None:
    """A refusal when the digest itself says that its source, as read, lacks what is asked."""
    best = reading.evidence[0]
    report = reports[best.passage.report_id]
    near = [i.text for i in reading.evidence if i.passage.report_id == report.id][:MAX_SENTENCES]
    if half_missing(question, near):
        return None  # the part that is there is given, the other part named
    wanted = asked(question) if asks_for_dose(question) else asked(question) - {"dose"}
    for kind, words in _NOT_IN_SOURCE.items():
        missing = [
            word for word in words if word in report.not_in_source and _is_meant(word, question)
        ]
        if kind in wanted and missing and kind not in shown(best.text):
            named = dict.fromkeys((short_name(report), report.id))
            return (
                f"{', '.join(missing).capitalize()}: not in {SOURCE_READ[report.basis]} "
                f"({', '.join(named)}). The nearest passages are listed."
            )
    return None


def _is_meant(word: str, question: str) -> bool:
    """Whether a time that a source lacks is the one asked for: of a follow-up no other is."""
    if word not in _TIME_ASKED:
        return True
    followed = _TIME_ASKED["follow-up"].search(question)
    return bool(_TIME_ASKED[word].search(question)) and (word == "follow-up" or not followed)


def unknown_things(question: str, is_mentioned: Mapping[str, bool], patient: str) -> Unknown:
    """The drugs and antibodies that no report mentions, in the question's words; and `patient`.

    `is_mentioned` holds every drug and antibody concept of the question.
    """
    names = dict.fromkeys(
        m.text
        for m in lexicon().find(question, typos=True)
        if not is_mentioned.get(m.concept.name, True)
    )
    return Unknown(tuple(names), others=any(is_mentioned.values()), patient=patient)
