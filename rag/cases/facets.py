"""A record → the (key, value) pairs by which questions find it, in lower case.

A narrower thing counts as every wider one: a patient with a skin ulcer has a skin sign, one who
was given rituximab a biologic. What is absent is absent in all its narrower forms, too: without a
rash there is no heliotrope rash.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from rag.cases.routes import route_of, routed
from rag.lexicon import lexicon
from rag.records.context import context
from rag.records.harm import denies_harm
from rag.records.record import CaseRecord, Field, Finding, GroupRecord, Therapy
from rag.search_text import age_group, with_classes

Facets = set[tuple[str, str]]

KINDS_OF_FINDING = ("sign", "laboratory", "subtype")
"""The kinds of lexicon entries that are looked for as a patient's features."""

JUVENILE = "juvenile dermatomyositis"
MALIGNANCY = "malignancy"
CORTICOSTEROID = "corticosteroid"
_PULSE = re.compile(r"\bpuls(?:e|es|ed)\b", re.IGNORECASE)

# A drug that was stopped as the treatment was not given as the treatment.
_WITHDRAWN = re.compile(
    r"^(?:withdraw\w*|withh[oe]ld\w*|discontinu\w*|cessation|stopp\w*)\b|"
    r"\b(?:withdrawn|discontinued|stopped|withheld)$",
    re.IGNORECASE,
)
# A drug that the report holds to have brought the disease on.
_CULPRIT = re.compile(r"\b(?:caus\w+|trigger\w*|culprit|induc\w+|provok\w+)\b", re.IGNORECASE)
# 'Difficulty breathing and swallowing' is difficulty with each.
_EACH = re.compile(
    r"\b(?P<head>difficult(?:y|ies)|trouble|problems?)(?P<of> (?:in|with))? "
    r"(?P<one>\w+ing),? and (?P<other>\w+ing)\b",
    re.IGNORECASE,
)
_CHILDREN = re.compile(r"\b(?:child\w*|juvenile|p(?:a)?ediatric)\b", re.IGNORECASE)
_IMPLIED_ABSENT = {
    "muscle involvement": ("muscle weakness",),
    "proximal muscle weakness": ("muscle weakness",),
}
"""What is absent → what is absent with it."""

DRUG_INDUCED = "drug-induced dermatomyositis"
_DIED = re.compile(r"(?<!no )(?<!not )\b(?:died|death|deceased)\b", re.IGNORECASE)
_NO_RELAPSE = re.compile(r"\b(?:no|not|without|never|free|none)\b", re.IGNORECASE)


def of_case(case: CaseRecord, title: str = "") -> Facets:
    """The pairs of one patient; `title` is the report's where it is on this patient alone."""
    found = _of_title(title) | _of_therapies(case.therapies)
    for finding in case.findings:
        found |= _of_finding(finding)
    if case.subtype is not None:
        found |= _of_subtype(case.subtype.value)
    if case.sex is not None:
        found.add(("sex", case.sex.value))
    if case.response is not None and case.response.value != "not stated":
        found.add(("response", case.response.value))
    if has_died(case):
        found.add(("response", "died"))  # after a response of whatever kind
    age = case.age.value if case.age is not None else None
    if (group := age_group(age)) is not None:
        found.add(("age group", group))
    elif ("subtype", JUVENILE) in found:
        found.add(("age group", "child"))  # the form of children, where no age is given
    found |= _of_adverse_events(case.adverse_events)
    if case.relapse is not None:
        found.add(("relapse", "no" if _NO_RELAPSE.search(case.relapse.value) else "yes"))
    return _lower(found)


def has_died(case: CaseRecord) -> bool:
    """Whether a patient's follow-up tells of death, after a response of whatever kind."""
    return case.follow_up is not None and bool(_DIED.search(case.follow_up.value))


def _of_title(title: str) -> Facets:
    """The form and the signs that a title asserts of the report's only patient."""
    found: Facets = set()
    for mention in lexicon().find(title):
        if mention.concept.kind == "subtype":
            found |= _of_subtype(mention.concept.name)
        elif mention.concept.kind == "sign":
            said = context(title, mention.start, mention.end)
            if said.asserted and not said.denied:
                found |= {("feature", name) for name in with_classes(mention.concept)}
    return found


def of_group(group: GroupRecord, title: str = "") -> Facets:
    """The pairs of a group: what its members were given, have, and who they are.

    What the report's `title` names is what the group is about.
    """
    found = _of_therapies(group.therapies)
    for finding in group.findings:
        found |= _of_finding(finding)
    population = group.population.value if group.population is not None else ""
    for text in (population, title):
        found |= _of_words(text)
    return _lower(found)


def _of_words(text: str) -> Facets:
    found: Facets = set()
    for mention in lexicon().find(text):
        concept = mention.concept
        names = with_classes(concept)
        if concept.kind == "drug":
            found |= {(key, name) for name in names for key in ("treatment", "drug")}
        elif concept.kind == "antibody":
            found |= {("antibody", name) for name in names}
        elif concept.kind == "subtype":
            found |= _of_subtype(concept.name)
        if concept.kind in KINDS_OF_FINDING:
            found |= {("feature", name) for name in names}
    if _CHILDREN.search(text):
        found.add(("age group", "child"))
    return found


def of_title(title: str) -> Facets:
    """What a report is about by its title, under the key 'topic'."""
    kinds = ("drug", "antibody", *KINDS_OF_FINDING)
    concepts = [m.concept for m in lexicon().find(title) if m.concept.kind in kinds]
    found: Facets = {("topic", name) for concept in concepts for name in with_classes(concept)}
    for name in [name for _, name in found]:
        if (antibody := antibody_of_subtype(name)) is not None:
            found.add(("topic", antibody))
    return _lower(found)


def names_of_drug(wording: str) -> list[str]:
    """The drug's preferred name and its classes; a wording that the lexicon lacks as it is."""
    return list(_names(wording, ("drug",)))


def names_of_antibody(wording: str) -> list[str]:
    """The antibody's preferred name and its classes; else the wording."""
    return list(_names(wording, ("antibody",)))


def names_of_feature(wording: str) -> list[str]:
    """The preferred names, with their classes, of the findings in a wording; else the wording."""
    return list(_names(wording, KINDS_OF_FINDING))


# The same drugs and signs come again and again, in ten thousand records.
@lru_cache(maxsize=20_000)
def _names(wording: str, kinds: tuple[str, ...]) -> tuple[str, ...]:
    each = [f"{m['head']}{m['of'] or ''} {m['other']}" for m in _EACH.finditer(wording)]
    mentions = [m for text in (wording, *each) for m in lexicon().find(text)]
    concepts = [m.concept for m in mentions if m.concept.kind in kinds]
    names = [name for concept in concepts for name in with_classes(concept)]
    return tuple(dict.fromkeys(names)) or (wording,)


def antibody_of_subtype(name: str) -> str | None:
    """'anti-MDA5 dermatomyositis' → 'anti-MDA5'; None where no antibody makes the form."""
    concept = lexicon().concept(name.removesuffix(" dermatomyositis"))
    return concept.name if concept is not None and concept.kind == "antibody" else None


def _of_therapies(therapies: Iterable[Therapy]) -> Facets:
    found: Facets = set()
    for therapy in therapies:
        found.add(("any", "therapy"))
        names = names_of_drug(therapy.drug.value)
        if _WITHDRAWN.search(therapy.drug.value):
            # Who stopped a drug had taken it, though not as the treatment.
            found |= {(key, name) for name in names for key in ("withdrawn", "drug")}
            continue
        key = "prior" if therapy.prior else "treatment"
        way = therapy.route.value if therapy.route else ""
        route = route_of(f"{way} {therapy.drug.value}")
        # A way can itself be a treatment: swallowing training 'by physical therapy'.
        ways = [*(routed(route, names) if route else ()), *(_names(way, ("drug",)) if way else ())]
        names = [*names, *ways, *_pulses(therapy, names)]
        found |= {(k, name) for name in names for k in (key, "drug")}
        if _CULPRIT.search(therapy.drug.value):
            found |= _of_subtype(DRUG_INDUCED)
    return found


def _pulses(therapy: Therapy, names: list[str]) -> tuple[str, ...]:
    """'Methylprednisolone 1 g, pulse' is pulse therapy wherever the word stands."""
    words = [therapy.drug.value, *(f.value for f in (therapy.route, therapy.schedule) if f)]
    words += [therapy.dose.value.said] if therapy.dose else []
    pulsed = CORTICOSTEROID in names and any(_PULSE.search(word) for word in words)
    return ("steroid pulse therapy",) if pulsed else ()


def _of_finding(finding: Finding) -> Facets:
    key = "antibody" if finding.kind == "antibody" else "feature"
    if finding.kind == "antibody":
        names = names_of_antibody(finding.name)
    else:
        names = names_of_feature(finding.name)
        if finding.kind == "cancer" and MALIGNANCY not in names:
            names.append(MALIGNANCY)
    if finding.state.value == "present":
        # 'Onset after the vaccine': who says so had been given it.
        drugs = _names(finding.name, ("drug",)) if key == "feature" else ()
        given = {("drug", name) for name in drugs if name != finding.name}
        return {(key, name) for name in names} | given
    own = names_of_feature(finding.name)[:1] if key == "feature" else names[:1]
    own = [*own, *(name for one in own for name in _IMPLIED_ABSENT.get(one, ()))]
    return {(f"no {key}", name) for one in own for name in (one, *lexicon().narrower(one))}


def _of_subtype(wording: str) -> Facets:
    names = [wording, *_names(wording, ("subtype",))]
    found: Facets = {("subtype", name) for name in names}
    for name in names:
        if (antibody := antibody_of_subtype(name)) is not None:
            concept = lexicon().concept(antibody)
            found |= {("antibody", n) for n in (with_classes(concept) if concept else ())}
        # 'Any patients with an overlap syndrome?' asks for a feature as well as for a form.
        found.add(("feature", name))
    return found


def _of_adverse_events(events: Iterable[Field[str]]) -> Facets:
    found: Facets = set()
    for event in events:
        if denies_harm(event.value):
            found.add(("adverse", "none"))
            continue
        found.add(("adverse", "any"))
        names = names_of_feature(event.value)
        found |= {(key, name) for name in names for key in ("adverse", "feature")}
    return found - {("adverse", "none")} if ("adverse", "any") in found else found


def _lower(pairs: Facets) -> Facets:
    return {(key, value.lower()) for key, value in pairs}
