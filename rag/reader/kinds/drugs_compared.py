"""'Which is better for the skin, IVIG or rituximab?' → what reports say of each of the drugs.

No sentence answers that, and a search for both finds the reports of one. So each is searched for by
itself, and told of by the reports that are about it. Casebook does not say which is better.
"""
# ruff: noqa: E501  (a table of patterns reads best one pattern to the line)

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import pairwise

from rag.lexicon import Mention, lexicon
from rag.reader.kinds.overview import SUMMARIES
from rag.reader.question.asked import asked, shown
from rag.reader.question.subject import drug_mentions, with_narrower
from rag.reader.words import concept_names, stems
from rag.schema import Evidence, Report

MOST_DRUGS, REPORTS_OF_EACH = 4, 2

_COMPARES = re.compile(
    r"\b(?:compar\w+|versus|vs|better|best|superior|inferior|stronger|(?:more|less|as|most) (?:effective|good|well|successful|potent)|"
    r"differ\w*|work(?:s|ed)? (?:better|best))\b",
    re.IGNORECASE,
)
# 'A or B', 'A vs. B', 'A better than B'; 'A and B' only where the question compares by name.
_BETWEEN = r"^(?:[\s,()]|ointment|cream|gel|therapy|alone|the|to|with|compared|better|worse|(?:more|less|as) (?:effective|good|well|potent)|superior|inferior|works?|worked)*"
_OR = re.compile(
    rf"{_BETWEEN}(?:\bor\b|\bvs\b\.?|\bversus\b|/|\bthan\b|\bto\b|\bover\b|,)[\s,]*(?:the |or |oral |topical )*$",
    re.IGNORECASE,
)
_AND = re.compile(
    rf"{_BETWEEN}(?:\band\b|\bwith\b|\bagainst\b|\bfrom\b)\s*(?:the |oral |topical )*$",
    re.IGNORECASE,
)
_BY_NAME = re.compile(r"\b(?:compar\w+|differ\w*)\b", re.IGNORECASE)
_ASKING = re.compile(r"\b(?:or|and|than|with|between|which|is|what|for|of|the|in)\b|[?/,:]")
_OF_SKIN = re.compile(r"\b(?:skin|rash\w*|cutaneous|lesions?)\b", re.IGNORECASE)
_SKIN = stems("skin rash rashes cutaneous lesions eruption ulcers")
_ONE_PATIENT = re.compile(
    r"\b(?:she|he|her|his|him|(?:the|this|that) (?:\w+ ){0,2}?(?:patient|woman|man|girl|boy|child|case|report|study|trial|paper|series|cohort))\b",
    re.IGNORECASE,
)
_OTHER_KINDS = frozenset(
    {"dose", "time", "number", "age", "sex", "antibody", "laboratory", "adverse", "reason"}
)


def compared_drugs(question: str) -> tuple[str, ...]:
    """The drugs whose effect is compared, in the order of the question; two at least, or none."""
    if _ONE_PATIENT.search(question) or asked(question) & _OTHER_KINDS:
        return ()
    mentions = _joined(question, drug_mentions(question))
    if not mentions or not (_COMPARES.search(question) or _begins_with(question, mentions)):
        return ()
    names = tuple(dict.fromkeys(mention.concept.name for mention in mentions))
    return names if 2 <= len(names) <= MOST_DRUGS else ()


def _begins_with(question: str, mentions: Sequence[Mention]) -> bool:
    """'IVIG or rituximab for the skin?' compares; 'did IVIG or rituximab help?' does not."""
    one, other, *_ = mentions
    return one.start == 0 and bool(re.search(r"\bor\b", question[one.end : other.start]))


def _joined(question: str, mentions: Sequence[Mention]) -> list[Mention]:
    """The drugs that stand side by side."""
    by_name = _BY_NAME.search(question)
    near = []
    for one, other in pairwise(mentions):
        between = question[one.end : other.start]
        if _OR.match(between) or (by_name and _AND.match(between)):
            near.append((one, other))
    return [m for m in mentions if any(m in pair for pair in near)]


def told_of_each(
    question: str, evidence: Sequence[Evidence], reports: Mapping[str, Report]
) -> dict[str, list[Evidence]]:
    """For each drug the sentences that say how it went, one for each report that is about it.

    A report is about a drug that its title names: one that names it among the drugs that failed
    before another was given says nothing of the two. Sentences that name for what the drugs are
    compared go first, then the last ones of a summary, then the likeliest. `evidence` is best first.
    """
    names = compared_drugs(question)
    purpose = set(stems(_without(question, names))) | set(
        _SKIN if _OF_SKIN.search(question) else ()
    )
    found: dict[str, list[Evidence]] = {}
    for name in names:
        own = [e for e in evidence if _is_about(name, e, reports[e.passage.report_id])]
        fits = {e: bool(purpose & set(stems(e.text))) for e in own}
        own = [e for e in own if fits[e]] or own
        own.sort(key=_told_first)  # stable
        first: dict[str, Evidence] = {}
        for item in own:
            first.setdefault(item.passage.report_id, item)
        found[name] = list(first.values())[:REPORTS_OF_EACH]
    return found


def _told_first(item: Evidence) -> tuple[bool, int]:
    """A summary begins with whom it is about and ends with how they did."""
    in_summary = item.passage.section in SUMMARIES
    return not in_summary, -item.start if in_summary else 0


def _is_about(name: str, item: Evidence, report: Report) -> bool:
    """Whether a sentence can tell how a drug did: of a report about it, and with an outcome."""
    wanted = _wanted(name)
    named = {mention.concept.name for mention in drug_mentions(item.text)}
    # 'The drug controlled the skin, and steroids could be reduced' is about the drug.
    told = wanted & named or (item.passage.section in SUMMARIES and named <= _steroids())
    return bool(told and wanted & concept_names(report.title) and "outcome" in shown(item.text))


def _without(question: str, names: Sequence[str]) -> str:
    """The question without the drugs that it compares, and without the words that compare."""
    rest = question
    for mention in reversed(drug_mentions(question)):
        if mention.concept.name in names:
            rest = f"{rest[: mention.start]} {rest[mention.end :]}"
    return _ASKING.sub(" ", _COMPARES.sub(" ", rest))


def asked_of_each(question: str) -> tuple[str, ...]:
    """The question as it would be asked of each of the drugs alone; none where none are compared."""
    names = compared_drugs(question)
    return tuple(" ".join(f"{name} response {_without(question, names)}".split()) for name in names)


@cache
def _steroids() -> frozenset[str]:
    return with_narrower(["corticosteroid"])


def _wanted(name: str) -> frozenset[str]:
    return frozenset({name, *lexicon().narrower(name)})
