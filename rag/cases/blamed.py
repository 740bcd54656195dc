"""'Side effects of methotrexate?': whose harm was it?

A patient was given several drugs. Where the words that tell of a harm name one of the others and
not the drug asked about ('anaphylaxis to immunoglobulin'), it is no side effect of this one. Where
they name none, nobody said whose it was, and the patient is counted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from rag.cases.quoting import AnyField, sentence_evidence
from rag.cases.shelf import Count, Shelf
from rag.cases.wish import Wish
from rag.lexicon import lexicon
from rag.records.harm import denies_harm
from rag.records.record import CaseRecord
from rag.schema import Report


def blamed_drugs(wishes: Sequence[Wish]) -> frozenset[str]:
    """The names of the one drug whose harm is asked for, lower case; none for another question."""
    harm = [one for one in wishes if one.key == "adverse" and not one.absent]
    return given_drugs(wishes) if harm else frozenset()


def given_drugs(wishes: Sequence[Wish]) -> frozenset[str]:
    """The names of the one drug given to those who are asked about, lower case; else none."""
    given = [one for one in wishes if one.key in ("treatment", "prior", "drug") and not one.absent]
    return _with_kinds(given[0].values) if len(given) == 1 else frozenset()


def _with_kinds(values: Sequence[str]) -> frozenset[str]:
    """Names of drugs, and of all that are kinds of these, lower case."""
    found = set(values)
    for value in values:
        concept = lexicon().concept(value)
        found |= {name.lower() for name in lexicon().narrower(concept.name)} if concept else set()
    return frozenset(found)


def of_another_drug(case: CaseRecord, drugs: frozenset[str], reports: Mapping[str, Report]) -> bool:
    """Whether other drugs than `drugs` are named for all that a patient suffered."""
    events = [one for one in case.adverse_events if not denies_harm(one.value)]
    return bool(events) and all(
        _is_anothers(event, case, drugs, reports[case.report_id]) for event in events
    )


def _is_anothers(event: AnyField, case: CaseRecord, drugs: frozenset[str], report: Report) -> bool:
    told = [str(event.value)]
    told += [sentence_evidence(report, span, case.number).text for span in event.spans[:1]]
    for words in told:  # its own words first: the sentence may name drugs that were given then
        if named := _may_mean(words):
            return not named & drugs
    return False


def _may_mean(words: str) -> set[str]:
    """The drugs that words may mean: 'steroids' may be prednisone."""
    found = {m.concept.name for m in lexicon().find(words) if m.concept.kind == "drug"}
    below = {name for one in found for name in lexicon().narrower(one)}
    return {name.lower() for name in found | below}


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
