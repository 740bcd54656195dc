"""'Side effects of methotrexate?': whose harm was it, and what do series say of it?

A patient was given several drugs. Where the words that tell of a harm name one of the others and
not the drug asked about ('anaphylaxis to immunoglobulin'), it is no side effect of this one. Where
they name none, nobody said whose it was, and the patient is counted.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from rag.cases.asking import Asked
from rag.cases.quoting import AnyField, Cited, sentence_evidence
from rag.cases.shelf import Count, Shelf
from rag.cases.wish import Wish
from rag.cases.wording import shortened
from rag.cite import short_name
from rag.lexicon import lexicon
from rag.records.record import CaseRecord, Span
from rag.schema import Report, SectionKind
from rag.sentences import sentence_spans


def blamed_drugs(wishes: Sequence[Wish]) -> frozenset[str]:
    """The names of the one drug whose harm is asked for, lower case; none for another question."""
    given = [one for one in wishes if one.key in ("treatment", "prior", "drug") and not one.absent]
    harm = [one for one in wishes if one.key == "adverse" and not one.absent]
    return _with_kinds(given[0].values) if harm and len(given) == 1 else frozenset()


def _with_kinds(values: Sequence[str]) -> frozenset[str]:
    """Names of drugs, and of all that are kinds of these, lower case."""
    found = set(values)
    for value in values:
        concept = lexicon().concept(value)
        found |= {name.lower() for name in lexicon().narrower(concept.name)} if concept else set()
    return frozenset(found)


def of_another_drug(case: CaseRecord, drugs: frozenset[str], reports: Mapping[str, Report]) -> bool:
    """Whether other drugs than `drugs` are named for all that a patient suffered."""
    events = case.adverse_events
    return bool(events) and all(
        _RARE.search(str(event.value)) or _is_anothers(event, case, drugs, reports[case.report_id])
        for event in events
    )


_RARE = re.compile(r"\brates?\b.*\blow\b|\blow\b.*\brates?\b", re.IGNORECASE)
"""'A very low rate of adverse effects' is praise of a drug, and nothing that befell the patient."""


def _is_anothers(event: AnyField, case: CaseRecord, drugs: frozenset[str], report: Report) -> bool:
    told = [str(event.value)]
    told += [sentence_evidence(report, span, case.number).text for span in event.spans[:1]]
    for words in told:  # its own words first: the sentence may name drugs that were given then
        if named := _drugs(words):
            return not named & drugs
    return False


def _drugs(words: str) -> set[str]:
    """The drugs that words may mean: 'steroids' may be prednisone."""
    found = {m.concept.name for m in lexicon().find(words) if m.concept.kind == "drug"}
    below = {name for one in found for name in lexicon().narrower(one)}
    return {name.lower() for name in found | below}


def _named(words: str) -> set[str]:
    """The drugs that words name, lower case."""
    return {m.concept.name.lower() for m in lexicon().find(words) if m.concept.kind == "drug"}


_OWN: tuple[SectionKind, ...] = ("summary", "methods", "results", "case", "discussion", "other")
_HARM = re.compile(
    r"\bside[- ]effects?\b|\badverse\b|\btoxic\w*|\btolera\w+|\bsafe(?:ty)?\b|\binfections?\b|"
    r"\breactions?\b|\beruptions?\b",
    re.IGNORECASE,
)
_PLAINLY = re.compile(r"\bside[- ]effects?\b|\badverse\b|\btoxic\w*", re.IGNORECASE)


def harm_in_words(report: Report, drugs: frozenset[str]) -> Span | None:
    """The sentence in which a report on a group tells of the harm of these drugs; None for none.

    It names one of them ('immunoglobulin' is intravenous immunoglobulin here), or no drug at all
    where the report's title names one.
    """
    titled = bool(_named(report.title) & drugs)
    best: tuple[int, int, Span] | None = None
    for section in report.sections:
        if section.kind not in _OWN:
            continue
        for start, end in sentence_spans(report.text, section.start, section.end):
            text = report.text[start:end]
            named = _named(text)
            own = any(name in drug for name in named for drug in drugs)
            if text.rstrip().endswith(":") or not _HARM.search(text) or named and not own:
                continue
            if not named and not titled:
                continue
            digits = any(map(str.isdigit, text))
            told = 4 * bool(_PLAINLY.search(text)) + 2 * own + digits
            if best is None or (-told, start) < best[:2]:
                best = (-told, start, (start, end))
    return best[2] if best else None


def of_the_drug(
    wishes: Sequence[Wish], shelf: Shelf, reports: Mapping[str, Report], result: Count
) -> tuple[Count, int]:
    """A count of a drug's harm without those whose report names another drug for it; how many."""
    drugs = blamed_drugs(wishes)
    if not drugs or not result.found:
        return result, 0
    kept = {
        row for row in result.found if not of_another_drug(shelf.cases([row])[0], drugs, reports)
    }
    return replace(result, found=frozenset(kept)), len(result.found) - len(kept)


MOST_HARM = 40
"""Words of a series on the harm of a drug."""


def harm_lines(
    asked: Asked,
    shelf: Shelf,
    reports: Mapping[str, Report],
    among: Sequence[str] | None,
    result: Count,
    cited: Cited,
) -> list[str]:
    """What series of patients given a drug say of its harm, a line each, in their words."""
    drugs = blamed_drugs((*asked.asked, *asked.population))
    if not drugs:
        return []
    lines = []
    told = set(shelf.reports([*result.found, *result.groups]))
    given = [replace(one, key="treatment") for one in asked.population if one.key == "drug"]
    for report_id in shelf.reports(shelf.groups(given or asked.population, among)):
        span = None if report_id in told else harm_in_words(reports[report_id], drugs)
        if span:
            report = reports[report_id]
            words = shortened(" ".join(report.text[slice(*span)].split()), MOST_HARM)
            lines.append(f"{short_name(report)}: {words} [{cited.add_sentence(report, span)}]")
    return lines
