"""What a claim names against its spans: drugs, antibodies, findings, months."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from rag.verify.antecedents import classes_meant, drugs_meant
from rag.verify.antibodies import (
    GENERAL,
    target_said,
    tells_of_less,
    unknown_antibodies,
    wrong_sign,
)
from rag.verify.grounds import Grounds
from rag.verify.names import Named, named, related, routes, wider
from rag.verify.routes import check_routes
from rag.verify.verdict import Kind, Reason
from rag.verify.words import Word, plain_stem, stem, words

_KINDS: dict[str, Kind] = {
    "drug": "drug", "antibody": "antibody", "subtype": "subtype", "sign": "finding",
    "laboratory": "finding",
}  # fmt: skip
_MONTH = re.compile(
    r"\b(?:January|February|March|April|May(?=\s\d{4}|\s?,|\s(?:and|to)\s[A-Z])|June|July|August|"
    r"September|October|November|December)\b"
)
_CANNOT = frozenset({"unable", "could", "positive", "negative"})
_VAGUE = """change finding sign symptom feature manifestation lesion involvement disease problem
abnormality trouble difficulty level test value"""
_ALWAYS = frozenset({"dermatomyositis", "idiopathic inflammatory myopathy"})


def check_names(claim: str, grounds: Grounds) -> Iterator[Reason]:
    """Reasons for each concept and route of a claim that is not in its spans."""
    theirs = named(grounds.text)
    about = [n for n in named(grounds.about) if n.kind in ("antibody", "subtype")]
    told_by = {n.name for n in theirs if n.kind == "antibody" and not n.negated} - GENERAL
    if told_by and not told_by & {n.name for n in named(claim)}:
        # 'Anti-SAE' where the spans say anti-Mi-2 and the title, of all patients, both.
        about = [n for n in about if n.kind != "antibody"]
    if not any(n.kind == "drug" for n in theirs):
        # 'It was well tolerated' in a report whose title names the drug.
        about += [n for n in named(grounds.title) if n.kind == "drug"]
    stems = {plain_stem(w.text) for w in words(grounds.text)}
    alike = {w.stem for w in words(grounds.text)}
    said = routes(grounds.text)
    meant, classes = drugs_meant(grounds), classes_meant(grounds)
    for one in named(claim):
        kind = _KINDS.get(one.kind)
        if kind is None or one.name in _ALWAYS:
            continue
        if not (
            _is_said(one, (*theirs, *about), stems, alike, said)
            or (kind == "finding" and _is_meant(one, alike, grounds))
            or (kind == "finding" and (_is_label(one, claim) or _is_measured(one, grounds.text)))
            or (kind == "drug" and (one.name in classes or _is_meant_by_it(one, meant)))
            or (kind == "drug" and _is_the_drug(one, claim, theirs, grounds))
            or (kind == "subtype" and _is_around(one, theirs, grounds))
            or (kind == "antibody" and target_said(one, grounds))
            or (
                kind == "antibody" and _is_of_a_subtype(one, (*theirs, *(() if told_by else about)))
            )
        ):
            told = ", ".join(dict.fromkeys(n.text for n in theirs if n.kind == one.kind))
            says = f", which says {told}" if told and kind != "finding" else ""
            yield Reason(kind, f"{one.text} is not in {grounds.place}{says}", one.start, one.end)
        elif kind == "antibody" and (
            wrong := wrong_sign(one, theirs, claim, tells_of_less(grounds.text))
        ):
            yield Reason(kind, f"{grounds.place} says {wrong}", one.start, one.end)
    yield from unknown_antibodies(claim, grounds)
    yield from check_routes(claim, grounds)


def _is_said(
    one: Named, theirs: tuple[Named, ...], stems: set[str], alike: set[str], by: frozenset[str]
) -> bool:
    """A concept is said by itself, by a kind of it, by its own words; or by a class of it with
    the words that tell it apart ('oral steroid': a steroid, by mouth).
    """
    for other in theirs:
        if other.kind not in (one.kind, "drug") and not (other.kind != "antibody" != one.kind):
            continue
        if one.name == other.name or one.name in wider(other.name):
            return True
    own = [w for w in words(one.text) if w.telling and w.text not in (*_CANNOT, "supplemental")]
    if not own:
        return one.kind != "antibody" or one.name in GENERAL
    strict = one.kind in ("drug", "antibody")
    if _is_done(one, stems, alike):
        return True
    if own and all(plain_stem(w.text) in stems or (not strict and _akin(w, alike)) for w in own):
        return not strict or all(len(w.text) > 3 for w in own)
    classes = [other for other in theirs if related(one.name, other.name)]
    left = [w for c in classes for w in own if plain_stem(w.text) not in _class_words(c)]
    return bool(left) and all(plain_stem(w.text) in stems or _route_said(w.text, by) for w in left)


def _is_done(one: Named, stems: set[str], alike: set[str]) -> bool:
    """What is done and not given, by a word for doing it: 'the tumour was irradiated'."""
    match one.name:
        case "tube feeding":
            return "tube" in stems
        case "surgery":
            return bool(alike & _surgical())
        case "topical treatment":
            return "local" in stems and stem("therapy") in alike
        case "radiotherapy":
            return plain_stem("irradiated") in stems
        case "mechanical ventilation":
            return stem("ventilate") in alike
    return False


def _is_meant(one: Named, alike: set[str], grounds: Grounds) -> bool:
    """A finding that the spans call by its noun alone, or that stands around them: 'without
    relieving it' under an itch. What is said of it, the other checks compare.
    """
    own = [w for w in words(one.text) if w.telling and w.stem not in _vague()]
    if own and (_faulty(own[-1], alike) or 2 * sum(_akin(w, alike) for w in own) >= len(own)):
        return True
    bare = {n.name for n in named(_DEGREE.sub("", one.text).strip())}
    if bare & {n.name for n in named(grounds.text)}:
        return True  # 'elevated CK' where the spans say that it was raised
    return any(related(one.name, n.name) for n in named(grounds.context))


_MEASURED = {
    "anaemia": (r"ha?emoglobin|red cells?", "down"),
    "leukopenia": (r"white (?:blood )?cells?|white cell count|leu[ck]ocytes?", "down"),
    "neutropenia": (r"neutrophils?", "down"),
    "lymphopenia": (r"lymphocytes?", "down"),
    "thrombocytopenia": (r"platelets?", "down"),
    "hypertension": (r"blood pressure", "up"),
    "hyperglycaemia": (r"glucose|sugar", "up"),
}
_WENT = {
    "down": re.compile(r"\b(?:fell|fall\w*|dropp\w*|low|lower\w*|decreas\w*|declin\w*|reduc\w*)\b"),
    "up": re.compile(r"\b(?:rose|ris\w+|raised|high\w*|increas\w*|elevated|climbed)\b"),
}


def _is_measured(one: Named, text: str) -> bool:
    """'Lymphopenia' where the spans say that lymphocytes dropped."""
    measured = _MEASURED.get(one.name)
    if measured is None:
        return False
    thing, way = measured
    clauses = re.split(r"[;.]\s|,\s(?:and|but)\s", text)
    return any(re.search(thing, c, re.I) and _WENT[way].search(c) for c in clauses)


def _is_meant_by_it(one: Named, meant: frozenset[str]) -> bool:
    return any(related(one.name, name) for name in meant)


def _is_label(one: Named, claim: str) -> bool:
    """'Adverse effects included headache': of what the claim names besides, and affirms."""
    if one.negated or "adverse event" not in (one.name, *wider(one.name)):
        return False
    return any(
        other.kind in ("sign", "laboratory") and other.name != one.name and not other.negated
        for other in named(claim)
    )


@cache
def _surgical() -> frozenset[str]:
    """What surgery is called where nobody says 'surgery'."""
    return frozenset(stem(word) for word in ("operate", "excise", "resect", "remove"))


_PROCEDURES = frozenset({"surgery", "chemotherapy", "radiotherapy"})
"""What is done and not taken: the report says so once, and then 'it' or 'afterwards'."""
_DEGREE = re.compile(r"\b(?:elevated|raised|increased|high|low|reduced|decreased)\b", re.I)
_BAD = re.compile(r"(?:dys|mal|hyper|hypo)")


def _faulty(word: Word, alike: set[str]) -> bool:
    """'Dysfunction' where the spans have 'faulty function'."""
    return bool(_BAD.match(word.stem)) and _BAD.sub("", word.stem, count=1) in alike


def _is_the_drug(one: Named, claim: str, theirs: tuple[Named, ...], grounds: Grounds) -> bool:
    """'IVIG' where the spans say 'immunoglobulin' and IVIG is the only one around them; the drug
    of the title where they say 'it': then each drug that they do name is in the claim, so that
    the title's stands for none of them.
    """
    around = {n.name for n in named(grounds.context) if n.kind == "drug"}
    plain = "immunoglobulin" in {n.name for n in theirs}
    if plain and one.name.startswith("intravenous imm") and "subcut" not in grounds.context.lower():
        return True  # unless said otherwise, immunoglobulin is given into a vein
    if one.name not in around:
        return False
    drugs = [n.name for n in theirs if n.kind == "drug"]
    said = {name for name in drugs if name in wider(one.name)}  # 'calcineurin inhibitor'
    kin = {name for name in around if name not in (one.name, *said) and wider(name) & said}
    if (said and not kin) or one.name in _PROCEDURES:
        return True
    others = [n.name for n in named(claim) if n.kind == "drug" and n.name != one.name]
    titled = any(related(one.name, n.name) for n in named(grounds.title))
    alone = all(related(one.name, name) for name in around)
    return (titled or alone) and all(any(related(d, o) for o in others) for d in drugs)


def _is_around(one: Named, theirs: tuple[Named, ...], grounds: Grounds) -> bool:
    """A subtype that stands around spans which name no other."""
    others = [n for n in theirs if n.kind == "subtype" and n.name not in _ALWAYS]
    return not others and any(related(one.name, n.name) for n in named(grounds.context))


def _is_of_a_subtype(one: Named, theirs: tuple[Named, ...]) -> bool:
    """'Anti-MDA5 patients' where the spans speak of anti-MDA5 disease."""
    kinds = {n.name for n in theirs if n.kind == "subtype" and not n.negated}
    return not one.negated and any(name.startswith(f"{one.name} ") for name in kinds)


def _route_said(word: str, by: frozenset[str]) -> bool:
    return bool(routes(word) & by)


@cache
def _vague() -> frozenset[str]:
    """Stems of nouns that do not tell one finding from another."""
    return frozenset(stem(word) for word in _VAGUE.split())


def _akin(word: Word, alike: set[str]) -> bool:
    """One of its inflections or synonyms ('reactions', 'reacted')."""
    return word.stem in alike or any(len(s) > 4 and s[:5] == word.stem[:5] for s in alike)


def _class_words(one: Named) -> set[str]:
    called = [*one.text.lower().split(), *one.name.lower().split()]
    called += ["steroid"] if "steroid" in one.name else []  # 'oral steroids': a corticosteroid
    return {plain_stem(w) for w in called}


def check_dates(claim: str, grounds: Grounds) -> Iterator[Reason]:
    """Reasons for months of the year that the spans do not name."""
    for match in _MONTH.finditer(claim):
        if match.group() not in grounds.text:
            yield Reason(
                "date", f"{match.group()} is not in {grounds.place}", match.start(), match.end()
            )
