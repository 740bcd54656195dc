"""A de-identified vignette → the published patients nearest to it, and why.

Each finding weighs by how rare it is among the stored patients (inverse document frequency, Spärck
Jones 1972): a shared flagellate erythema says more than a shared rash. What a report does not say
counts neither for nor against.
"""

# ruff: noqa: E501  (a table of patterns reads best one pattern to the line)

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

from rag.cases.facets import KINDS_OF_FINDING, antibody_of_subtype
from rag.cases.quoting import UNFOUND, Cited, fields_for
from rag.cases.shelf import Shelf
from rag.cases.wish import Key, Wish
from rag.formats.patients import age_and_sex
from rag.lexicon import Mention, lexicon
from rag.records.record import CaseRecord
from rag.schema import Citation, Report, Sex
from rag.search_text import with_classes
from rag.sentences import sentence_spans

# So far a negation reaches: to the end of the clause, or to a new verb or 'with'.
_NEGATION = re.compile(
    r"\b(?:no|not|without|denie[sd]|denying|absence of|absent|negative for|never|lack(?:s|ed|ing)?|"
    r"free of|nor)\b(?![^.;:]*\b(?:but|however|with|had|has|have|although|except)\b)[^.;:]*$",
    re.IGNORECASE,
)
_NEGATED_AFTER = re.compile(
    r"^\W{0,2}(?:antibod(?:y|ies)\s+)?(?:(?:is|are|was|were)\s+)?(?:absent|negative|not (?:seen|present|"
    r"found|detected))\b",
    re.IGNORECASE,
)
_OTHERS = re.compile(
    r"\b(?:family history|mother|father|sister|brother|cousin|aunt|uncle|grand(?:mother|father))\b"
    r"[^.;]*$",
    re.IGNORECASE,
)
_SAYS_NOTHING = frozenset({"dermatomyositis", "idiopathic inflammatory myopathy", "adverse event"})
_TOO_WIDE = frozenset({"skin sign", "adverse event", *_SAYS_NOTHING})
"""Classes that nearly every patient belongs to: no likeness."""
_AGE_NEAR, _AGE_FAR = 10, 20
"""Years: so near is alike, so far is different, between them neither."""
_PEOPLE_WEIGHT = 0.5
"""Age and sex beside a finding: patients are alike by their disease first."""
_DRUG_WEIGHT = 0.5
"""What was given describes the treatment, not the patient."""


@dataclass(frozen=True, slots=True)
class Vignette:
    """What is told of a patient: findings as conditions (those that are denied are `absent`)."""

    age: float | None
    sex: Sex | None
    findings: tuple[Wish, ...]


@dataclass(frozen=True, slots=True)
class Shared:
    """A finding of the vignette in a stored patient, and the citations that say it."""

    what: str
    citations: tuple[int, ...] = ()

    @property
    def shown(self) -> str:
        """The finding as a reader sees it: said so where no words of the report prove it."""
        return self.what if self.citations else f"{self.what} {UNFOUND}"


@dataclass(frozen=True, slots=True)
class Similar:
    """A stored patient: `score` is comparable within one search only."""

    record: CaseRecord
    score: float
    matched: tuple[Shared, ...]
    mismatched: tuple[Shared, ...]
    unreported: tuple[str, ...]


def vignette(text: str) -> Vignette:
    """What a text says of its patient, by the lexicon; negations and relatives are told apart."""
    age: float | None = None
    sex: Sex | None = None
    found: dict[tuple[str, str], Wish] = {}
    for start, end in sentence_spans(text):
        sentence = text[start:end]
        said_age, said_sex = age_and_sex(sentence)
        age = said_age if age is None else age
        sex = sex or said_sex
        for mention in lexicon().find(sentence):
            one = _finding(mention, sentence)
            if one is not None:
                found.setdefault((one.key, one.said), one)
    return Vignette(age, sex, tuple(found.values()))


def _finding(mention: Mention, sentence: str) -> Wish | None:
    name, kind = mention.concept.name, mention.concept.kind
    before = sentence[: mention.start]
    if name in _SAYS_NOTHING or _OTHERS.search(before):
        return None
    absent = bool(_NEGATION.search(before) or _NEGATED_AFTER.match(sentence[mention.end :]))
    keys: dict[str, Key] = {"drug": "drug", "antibody": "antibody"}
    if kind in keys:
        return Wish(keys[kind], name, (name.lower(),), absent)
    if kind == "subtype" and (antibody := antibody_of_subtype(name)) is not None:
        return Wish("antibody", antibody, (antibody.lower(),), absent)
    if kind == "subtype" and "dermatomyositis" in mention.concept.broader:
        return Wish("subtype", name, (name.lower(),), absent)
    return Wish("feature", name, (name.lower(),), absent) if kind in KINDS_OF_FINDING else None


def similar(
    told: Vignette, shelf: Shelf, reports: Mapping[str, Report], k: int = 10
) -> tuple[list[Similar], list[Citation]]:
    """The `k` nearest patients, best first, then by place, with the citations of all of them.

    Who shares nothing is left out.
    """
    everyone = shelf.distinct(shelf.patients())
    scores = dict.fromkeys(everyone, 0.0)
    shared: set[int] = set()
    for one in told.findings:
        for rows, points, likeness in _points(one, shelf, len(everyone)):
            for row in rows & everyone:
                scores[row] += points
            if likeness:
                shared |= rows
    for row, points in _people(told, shelf, everyone).items():
        scores[row] += points
    places = shelf.rows.places(shared & everyone)
    ordered = sorted(places, key=lambda r: (-round(scores[r], 6), places[r].report_id,
                                            places[r].number))[:k]  # fmt: skip
    records = {place.row: place.record for place in _records(shelf, ordered)}
    cited = Cited(reports)
    found = [_explained(told, records[row], scores[row], row, shelf, cited) for row in ordered]
    return found, cited.citations()


@dataclass(frozen=True, slots=True)
class _Row:
    row: int
    record: CaseRecord


def _records(shelf: Shelf, rows: Sequence[int]) -> list[_Row]:
    return [_Row(row, shelf.cases([row])[0]) for row in rows]


def _points(one: Wish, shelf: Shelf, size: int) -> list[tuple[Set[int], float, bool]]:
    """Rows, what a finding adds to their scores, and whether that is a likeness."""
    same, opposite = shelf.rows_of(one), _opposite(one, shelf)
    weight = math.log(1 + size / (1 + len(same)))
    weight *= _DRUG_WEIGHT if one.key == "drug" else 1.0
    if one.absent:
        return [(same, weight / 2, True), (opposite, -weight / 2, False)]
    points = [(same, weight, True), (opposite - same, -weight / 2, False)]
    near = set().union(*(shelf.rows.rows_with(one.key, [w]) for w in _wider(one))) - same - opposite
    if near and one.key == "feature":
        points.append((near, math.log(1 + size / (1 + len(near))) / 2, True))
    return points


def _wider(one: Wish) -> list[str]:
    """The classes of a finding: 'rapidly progressive ILD' is near 'ILD'."""
    concept = lexicon().concept(one.said)
    wider = with_classes(concept)[1:] if concept else []
    return [name.lower() for name in wider if name not in _TOO_WIDE]


def _opposite(one: Wish, shelf: Shelf) -> set[int]:
    """The rows that say the contrary; of antibodies and forms, another one in its place."""
    if one.absent:
        return shelf.rows.rows_with(one.key, one.values)
    if one.key == "feature":
        return shelf.rows.rows_with("no feature", one.values)
    if one.key == "antibody":
        concept = lexicon().concept(one.said)
        specific = "myositis-specific antibody"
        denied = shelf.rows.rows_with("no antibody", one.values)
        if concept is None or specific not in with_classes(concept):
            return denied
        return denied | shelf.rows.rows_with("antibody", [specific]) - shelf.rows_of(one)
    if one.key == "subtype":
        return shelf.rows.rows_with("subtype", _OTHER_FORMS) - shelf.rows_of(one)
    return set()


_OTHER_FORMS = (
    "classic dermatomyositis", "clinically amyopathic dermatomyositis", "juvenile dermatomyositis",
)  # fmt: skip


def _people(told: Vignette, shelf: Shelf, rows: set[int]) -> dict[int, float]:
    found: dict[int, float] = {}
    if told.age is not None:
        for row, age in shelf.rows.ages(rows).items():
            apart = abs(age - told.age)
            points = 1.0 if apart <= _AGE_NEAR else -1.0 if apart > _AGE_FAR else 0.0
            found[row] = points * _PEOPLE_WEIGHT
    if told.sex is not None:
        for sex in ("female", "male"):
            sign = 0.5 if sex == told.sex else -0.5
            for row in shelf.rows.rows_with("sex", [sex]) & rows:
                found[row] = found.get(row, 0.0) + sign * _PEOPLE_WEIGHT
    return found


def _explained(
    told: Vignette, record: CaseRecord, score: float, row: int, shelf: Shelf, cited: Cited
) -> Similar:
    """Which findings are shared, which contradicted, and of which the report says nothing."""
    matched: list[Shared] = []
    mismatched: list[Shared] = []
    unreported: list[str] = []
    for one in told.findings:
        what = f"no {one.said}" if one.absent else one.said
        numbers = tuple(cited.add_fields(record, fields_for(record, one), 2))
        if row in shelf.rows_of(one):
            matched.append(Shared(what, numbers))
        elif row in _opposite(one, shelf):
            other = Wish(one.key, one.said, one.values, not one.absent)
            numbers = tuple(cited.add_fields(record, fields_for(record, other), 1))
            mismatched.append(Shared(what, numbers))
        elif wider := next((w for w in _wider(one) if one.key == "feature" and not one.absent
                            and row in shelf.rows.rows_with("feature", [w])), None):  # fmt: skip
            near = fields_for(record, Wish("feature", wider, (wider,)))
            numbers = tuple(cited.add_fields(record, near, 1))
            matched.append(Shared(f"{one.said}: {wider}", numbers))
        else:
            unreported.append(what)
    _explain_people(told, record, cited, matched, mismatched, unreported)
    return Similar(record, score, tuple(matched), tuple(mismatched), tuple(unreported))


def _explain_people(
    told: Vignette,
    record: CaseRecord,
    cited: Cited,
    matched: list[Shared],
    mismatched: list[Shared],
    unreported: list[str],
) -> None:
    if told.age is not None and record.age is not None:
        apart = abs(record.age.value - told.age)
        numbers = tuple(cited.add_fields(record, [record.age], 1))
        if apart <= _AGE_NEAR or apart > _AGE_FAR:
            near = matched if apart <= _AGE_NEAR else mismatched
            near.append(Shared(f"age {record.age.value:g}", numbers))
    elif told.age is not None:
        unreported.append("age")
    if told.sex is not None and record.sex is not None:
        numbers = tuple(cited.add_fields(record, [record.sex], 1))
        (matched if record.sex.value == told.sex else mismatched).append(
            Shared(record.sex.value, numbers)
        )
    elif told.sex is not None:
        unreported.append("sex")
