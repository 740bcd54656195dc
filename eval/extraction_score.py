"""Noted and extracted patients → right, given and wanted per field.

Patients are matched by their number in the report: a value of another patient is wrong, and what
a patient who was not found should have had is missed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

from eval.extraction import Given, Patient, Scored
from rag.lexicon import lexicon
from rag.records.dose import doses, same_dose
from rag.records.drugs import is_supportive, pulsed
from rag.records.duration import DATE, parse_time, same_time
from rag.records.record import CaseRecord, Dose, Therapy

FIELDS = {
    "patient": "patients of the report, by number",
    "age": "whole years equal",
    "sex": "equal",
    "drug": "the lexicon's concept or the plain name equal, whatever the route or preparation",
    "drug of the disease": "the same without drugs for infection, pain, clotting and the like, "
    "which some noted and others did not",
    "dose": "drug right; amount, range, unit, per and frequency (where noted) as one noted for it",
    "dose of those": "the same for drugs of the disease",
    "route": "of right drugs with a noted route: equal (given = those where one was read)",
    "prior": "of right drugs: before or in the reported treatment, as noted",
    "antibody": "present antibodies: the lexicon's concept equal",
    "absent": "findings noted as absent: recall; wrong = read as present",
    "feature": "signs that the lexicon finds in the noted features: recall",
    "subtype": "accuracy: the lexicon's form of the disease equal; 'unspecified' is none",
    "response": "accuracy: complete, partial, none, worsened or died",
    "time to response": "number and unit equal (or month and year)",
    "follow-up": "number and unit equal (or month and year)",
}
"""Field → when a value of it is right."""


@dataclass(frozen=True, slots=True)
class Score:
    """Of one field: how many values were right, how many were given, how many were wanted."""

    name: str
    right: int
    given: int
    wanted: int

    @property
    def precision(self) -> float | None:
        """Right of given; None when nothing was given."""
        return self.right / self.given if self.given else None

    @property
    def recall(self) -> float | None:
        """Right of wanted; None when nothing was wanted."""
        return self.right / self.wanted if self.wanted else None


@dataclass(frozen=True, slots=True)
class Miss:
    """One disagreement: what was noted and what was extracted instead ('' for nothing)."""

    report_id: str
    patient: int
    name: str
    noted: str
    extracted: str


def score(scored: Iterable[Scored]) -> tuple[list[Score], list[Miss]]:
    """The scores of all fields, in the order of `FIELDS`, and every disagreement."""
    right, given, wanted = Counter[str](), Counter[str](), Counter[str]()
    missed: list[Miss] = []
    for report in scored:
        for number, noted, found in _pairs(report):
            for name, one, other in _judged(noted, found):
                wanted[name] += one is not None
                given[name] += other is not None
                if one is not None and other is not None and one == other:
                    right[name] += 1
                else:
                    missed.append(Miss(report.report_id, number, name, one or "", other or ""))
    scores = [Score(name, right[name], given[name], wanted[name]) for name in FIELDS]
    return scores, missed


def to_text(scores: Sequence[Score]) -> str:
    """The scores as a table."""
    lines = [f"{'field':20}{'precision':>10}{'recall':>9}{'right':>8}{'given':>8}{'wanted':>8}"]
    for one in scores:
        lines.append(
            f"{one.name:20}{_figure(one.precision):>10}{_figure(one.recall):>9}"
            f"{one.right:>8}{one.given:>8}{one.wanted:>8}"
        )
    return "\n".join(lines)


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


Value = tuple[str, str | None, str | None]
"""Field, noted, extracted: equal texts are right, None is nothing noted or nothing extracted."""


def _pairs(report: Scored) -> Iterator[tuple[int, Patient | None, CaseRecord | None]]:
    noted = {one.number: one for one in report.noted}
    found = {one.number: one for one in report.extracted}
    for number in sorted(noted.keys() | found.keys()):
        yield number, noted.get(number), found.get(number)


def _judged(noted: Patient | None, found: CaseRecord | None) -> Iterator[Value]:
    yield "patient", _if(noted, "there"), _if(found, "there")
    yield from _person(noted, found)
    yield from _therapies(noted, found)
    yield from _findings(noted, found)
    yield (
        "time to response",
        *_times(
            noted.time_to_response if noted else "",
            found.time_to_response.value if found and found.time_to_response else "",
        ),
    )
    yield (
        "follow-up",
        *_times(
            noted.follow_up if noted else "",
            found.follow_up.value if found and found.follow_up else "",
        ),
    )


def _if(value: object, word: str) -> str | None:
    return word if value is not None else None


def _person(noted: Patient | None, found: CaseRecord | None) -> Iterator[Value]:
    age = None if noted is None or noted.age is None else str(int(noted.age))
    yield "age", age, str(int(found.age.value)) if found and found.age else None
    yield "sex", noted.sex if noted else None, found.sex.value if found and found.sex else None
    if noted is None:
        return
    yield (
        "subtype",
        _form(noted.subtype),
        _form(found.subtype.value if found and found.subtype else ""),
    )
    read = found.response.value if found and found.response else "not stated"
    yield "response", noted.response, read


def _form(words: str) -> str:
    """The lexicon's form of the disease; forms that are DM and no more are 'unspecified'."""
    concept = lexicon().concept(words.split(" (")[0].strip()) or next(
        (m.concept for m in lexicon().find(words) if m.concept.kind == "subtype"), None
    )
    bare = ("dermatomyositis", "adult dermatomyositis", "idiopathic inflammatory myopathy")
    return concept.name if concept and concept.name not in bare else "unspecified"


_PREPARATION = re.compile(
    r"\b(?:ointment|cream|lotion|foam|gel|shampoo|solution|topical|oral|intravenous|subcutaneous|"
    r"intralesional|pulses?|high-dose|low-dose|capsules?|tablets?|therapy|infusions?)\b",
    re.IGNORECASE,
)


_BLAMED = re.compile(r" \((?:suspected |probable |possible )?cause\)")
"""'Nivolumab (suspected cause)' is the drug nivolumab."""


@cache
def drug_names(words: str) -> tuple[str, ...]:
    """The drugs of an entry ('carboplatin and paclitaxel' has two), without their preparation."""
    words = _BLAMED.sub("", words)
    if (whole := _drug(words)) is not None:
        return (whole,)
    parts = re.split(r",| and | with | plus |/|\(", words)
    return tuple(_drug(part) or part.strip(" )").lower() for part in parts if part.strip(" )"))


def _drug(words: str) -> str | None:
    if (pulses := pulsed(words)) is not None:
        return pulses
    concept = lexicon().concept(words.strip())
    bare = " ".join(_PREPARATION.sub(" ", concept.name if concept else words).split())
    plain = lexicon().concept(bare) if bare else None
    if plain and plain.kind == "drug":
        return plain.name
    if concept and concept.kind == "drug":
        return concept.name
    inside = {m.concept.name for m in lexicon().find(words) if m.concept.kind == "drug"}
    return inside.pop() if len(inside) == 1 and not re.search(r",| and | with |\(", words) else None


def _therapies(noted: Patient | None, found: CaseRecord | None) -> Iterator[Value]:
    wanted = _by_drug(noted)
    read: dict[str, list[Therapy]] = {}
    for one in found.therapies if found else ():
        for name in drug_names(one.drug.value):
            read.setdefault(name, []).append(one)
    for name in sorted(wanted.keys() | read.keys()):
        found_name = name if name in wanted else None, name if name in read else None
        yield "drug", *found_name
        if not is_supportive(name):
            yield "drug of the disease", *found_name
        for field, *values in _dose(name, wanted.get(name, []), read.get(name, [])):
            yield field, values[0], values[1]
            if not is_supportive(name):
                yield "dose of those", values[0], values[1]
        if name in wanted and name in read:
            yield from _course(name, wanted[name], read[name])


def _by_drug(noted: Patient | None) -> dict[str, list[tuple[Given, bool]]]:
    wanted: dict[str, list[tuple[Given, bool]]] = {}
    if noted is not None:
        for entries, prior in ((noted.prior, True), (noted.treatment, False)):
            for entry in entries:
                for name in drug_names(entry.drug):
                    wanted.setdefault(name, []).append((entry, prior))
    return wanted


def _dose(name: str, wanted: list[tuple[Given, bool]], read: list[Therapy]) -> Iterator[Value]:
    noted = [dose for entry, _ in wanted for _, dose in doses(entry.dose)]
    given = [therapy.dose.value for therapy in read if therapy.dose]
    if not noted and not given:
        return
    if any(_agree(one, other) for one in noted for other in given):
        yield "dose", name, name
        return
    yield (
        "dose",
        f"{name} {'; '.join(d.said for d in noted)}" if noted else None,
        f"{name}: {'; '.join(f'{d.said} [{d.frequency}]' for d in given)}" if given else None,
    )


def _agree(noted: Dose, given: Dose) -> bool:
    """Whether doses are equal; a frequency that was not noted is not held against what was read."""
    if not noted.frequency and not {"day", "week", "month"} & set(noted.per):
        per = tuple(p for p in given.per if p not in ("day", "week", "month"))
        given = replace(given, frequency="", per=per)
    return same_dose(noted, given)


def _course(name: str, wanted: list[tuple[Given, bool]], read: list[Therapy]) -> Iterator[Value]:
    routes = {entry.route for entry, _ in wanted if entry.route}
    if routes:
        given = {therapy.route.value for therapy in read if therapy.route}
        same = next(iter(sorted(routes & given)), None)
        yield (
            "route",
            f"{name} {same or '/'.join(sorted(routes))}",
            (f"{name} {same or '/'.join(sorted(given))}" if given else None),
        )
    before = {prior for _, prior in wanted}
    said = {therapy.prior for therapy in read}
    agree = bool(before & said)
    yield "prior", f"{name} {sorted(before)}", f"{name} {sorted(before if agree else said)}"


def _findings(noted: Patient | None, found: CaseRecord | None) -> Iterator[Value]:
    states = (
        {(f.kind == "antibody", f.name): f.state.value for f in found.findings} if found else {}
    )
    present = {name for (antibody, name), s in states.items() if antibody and s == "present"}
    wanted = {name for words in (noted.antibodies if noted else ()) for name in _named(words)}
    for name in sorted(wanted | present):
        yield "antibody", name if name in wanted else None, name if name in present else None
    for words in noted.absent if noted else ():
        for name in _named(words):
            state = {s for (_, other), s in states.items() if other == name}
            if state or name in _all_signs():
                yield (
                    "absent",
                    name,
                    None if not state else name if "absent" in state else "present",
                )
    for name in sorted({n for words in (noted.features if noted else ()) for n in _named(words)}):
        if name in _all_signs():
            yield "feature", name, name if states.get((False, name)) == "present" else None


@cache
def _all_signs() -> frozenset[str]:
    return frozenset(c.name for kind in ("sign", "antibody") for c in lexicon().concepts(kind))


@cache
def _named(words: str) -> tuple[str, ...]:
    found = [m.concept for m in lexicon().find(words) if m.concept.kind in ("sign", "antibody")]
    return tuple(dict.fromkeys(one.name for one in found))


def _times(noted: str, read: str) -> tuple[str | None, str | None]:
    one, other = parse_time(noted), parse_time(read)
    if same_time(one, other):
        return "same", "same"
    days = DATE.findall(noted), DATE.findall(read)
    if days[0] and days[1] and days[0][-1].split()[-2:] == days[1][-1].split()[-2:]:
        return "same", "same"
    if noted and not one and not days[0]:
        return None, None  # noted in words that have no number: neither right nor wrong
    return noted or None, read or None
