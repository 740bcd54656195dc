"""What a claim names against its spans: names, routes, sex, patient, paper."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from rag.schema import Sex
from rag.verify.grounds import Grounds
from rag.verify.names import Named, claimed_routes, named, related, routes, wider
from rag.verify.people import counted_sexes, numbered, sexes, sources
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
_NEGATIVE = re.compile(r"\b(?:negative|absent|undetectable|lost)\b", re.IGNORECASE)
_APART = re.compile(r"\b(?:apart from|except|other than|only)\b", re.IGNORECASE)
_CANNOT = frozenset({"unable", "could", "positive", "negative"})
_VAGUE = """change finding sign symptom feature manifestation lesion involvement disease problem
abnormality trouble difficulty level test value"""
_GENERAL = frozenset({"autoantibody"})
_ALWAYS = frozenset({"dermatomyositis", "idiopathic inflammatory myopathy"})


def check_names(claim: str, grounds: Grounds) -> Iterator[Reason]:
    """Reasons for each concept and route of a claim that is not in its spans."""
    theirs = named(grounds.text)
    about = [n for n in named(grounds.about) if n.kind in ("antibody", "subtype")]
    told_by = {n.name for n in theirs if n.kind == "antibody" and not n.negated} - _GENERAL
    if told_by and not told_by & {n.name for n in named(claim)}:
        # 'Anti-SAE' where the spans say anti-Mi-2 and the title, of all patients, both.
        about = [n for n in about if n.kind != "antibody"]
    if not any(n.kind == "drug" for n in theirs):
        # 'It was well tolerated' in a report whose title names the drug.
        about += [n for n in named(grounds.title) if n.kind == "drug"]
    stems = {plain_stem(w.text) for w in words(grounds.text)}
    alike = {w.stem for w in words(grounds.text)}
    said = routes(grounds.text)
    for one in named(claim):
        kind = _KINDS.get(one.kind)
        if kind is None or one.name in _ALWAYS:
            continue
        if not (
            _is_said(one, (*theirs, *about), stems, alike, said)
            or (kind == "finding" and _is_meant(one, alike, grounds))
            or (kind == "drug" and _is_the_drug(one, claim, theirs, grounds))
            or (kind == "subtype" and _is_around(one, theirs, grounds))
            or (kind == "antibody" and _target_said(one, grounds))
        ):
            told = ", ".join(dict.fromkeys(n.text for n in theirs if n.kind == one.kind))
            says = f", which says {told}" if told and kind != "finding" else ""
            yield Reason(kind, f"{one.text} is not in {grounds.place}{says}", one.start, one.end)
        elif kind == "antibody" and (wrong := _wrong_sign(one, theirs, claim)):
            yield Reason(kind, f"{grounds.place} says {wrong}", one.start, one.end)
    yield from _unknown_antibodies(claim, grounds)
    spoken = {route for route, _, _ in claimed_routes(grounds.text)}
    for route, start, end in claimed_routes(claim):
        if wrong := _other_route(route, end, claim, grounds.text):
            yield Reason("route", f"{grounds.place} says {wrong}", start, end)
        elif (
            route == "intravenous"
            and route not in spoken
            and not _INFUSED.match(claim[end:])
            or route not in said
            and not (route == "topical" and "topical" in grounds.text.lower())
        ):
            yield Reason("route", f"{claim[start:end]} is not in {grounds.place}", start, end)


def _other_route(route: str, end: int, claim: str, text: str) -> str:
    """The other route by which the spans say that the drug behind a route was given, or ''."""
    drug = next((n for n in named(claim) if n.kind == "drug" and _beside(n, end)), None)
    told = []
    for one in named(text) if drug else ():
        if drug and one.kind == "drug" and related(one.name, drug.name):
            near = [(r, a, b) for r, a, b in claimed_routes(text) if _beside(one, b)]
            told += near or _behind(one, text) or [("", 0, 0)]
    if told and all(r and r != route for r, _, _ in told):
        return text[told[0][1] : told[0][2]]
    return ""


def _behind(drug: Named, text: str) -> list[tuple[str, int, int]]:
    """The routes that stand behind a drug's dose: 'MTX 15 mg/m2 weekly by subcutaneous injection';
    up to the next drug and the end of the clause.
    """
    ends = [n.start for n in named(text) if n.kind == "drug" and n.start >= drug.end]
    ends += [m.start() for m in _CLAUSE.finditer(text, drug.end)]
    end = min([*ends, len(text)])
    return [found for found in claimed_routes(text) if drug.end <= found[1] < end]


_CLAUSE = re.compile(r"[;:]|,\s|\.\s|\s(?:and|but|then|before|after)\s")


def _beside(drug: Named, end: int) -> bool:
    """Whether a route that ends here is the first word of a drug's name, or stands before it."""
    return drug.start < end <= drug.end or 0 <= drug.start - end <= 2


_INFUSED = re.compile(r"\s(?:\w+\s)?(?:immun|methylpred|infus|puls|dose|Ig)", re.IGNORECASE)


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
    own = [w for w in words(one.text) if w.telling and w.text not in _CANNOT]
    if not own:
        return one.kind != "antibody" or one.name in _GENERAL
    strict = one.kind in ("drug", "antibody")
    if own and all(plain_stem(w.text) in stems or (not strict and _akin(w, alike)) for w in own):
        return not strict or all(len(w.text) > 3 for w in own)
    classes = [other for other in theirs if related(one.name, other.name)]
    left = [w for c in classes for w in own if plain_stem(w.text) not in _class_words(c)]
    return bool(left) and all(plain_stem(w.text) in stems or _route_said(w.text, by) for w in left)


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


_ANTI = re.compile(r"\b[Aa]nti-?(?P<target>[A-Z][A-Za-z]*\d*(?:-?[A-Z0-9][A-Za-z0-9]*)*)")


def _unknown_antibodies(claim: str, grounds: Grounds) -> Iterator[Reason]:
    """Antibodies that the lexicon does not know must stand in the spans by their target."""
    known = named(claim)
    for match in _ANTI.finditer(claim):
        around = [n for n in known if n.start <= match.start() and match.end() <= n.end]
        told = {n.name for n in named(grounds.text) if n.kind == "antibody"} - _GENERAL
        if any(n.kind == "antibody" for n in around) or (around and not told):
            continue
        if around and told & {n.name for n in named(match.group())}:
            continue  # of 'anti-Mi-2 dermatomyositis' the antibody must be that of the spans
        said = grounds.text if around else f"{grounds.text} {grounds.about}"
        if _letters(match["target"]) not in _letters(said):
            message = f"{match.group()} is not in {grounds.place}"
            yield Reason("antibody", message, match.start(), match.end())


def _target_said(one: Named, grounds: Grounds) -> bool:
    """'Antibodies to SAE' for anti-SAE."""
    target = _ANTI.match(one.text)
    spans = f"{grounds.text} {grounds.about}"
    return target is not None and bool(
        re.search(rf"\b[Aa]ntibod\w+ (?:to|against) {re.escape(target['target'])}\b", spans)
    )


def _letters(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.lower())


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
    return {plain_stem(w) for w in (*one.text.lower().split(), *one.name.lower().split())}


def _wrong_sign(one: Named, theirs: tuple[Named, ...], claim: str) -> str:
    same = [n for n in theirs if related(n.name, one.name)]
    if (not one.negated and _NEGATIVE.search(claim)) or _APART.search(claim):
        return ""  # 'it fell and became negative': said, in another clause
    if same and all(n.negated != one.negated for n in same):
        return f"{same[0].text} {'negative' if same[0].negated else 'positive'}"
    return ""


def check_people(claim: str, grounds: Grounds) -> Iterator[Reason]:
    """Reasons for the wrong sex, the wrong patient, or the wrong paper."""
    for one in sexes(claim):
        if one.sex in grounds.sexes or (one.pronoun and not grounds.sexes):
            continue
        told = f", which is about a {grounds.sexes[0]} patient" if grounds.sexes else ""
        said = claim[one.start : one.end]
        yield Reason("sex", f"{said!r} is not in {grounds.place}{told}", one.start, one.end)
    told_counts = counted_sexes(grounds.text)
    for number, sex in sorted(counted_sexes(claim) - told_counts):
        other: Sex = "male" if sex == "female" else "female"
        if (number, other) in told_counts:
            message = f"{grounds.place} counts {number:g} {other}, not {sex}"
            yield Reason("sex", message, 0, len(claim.rstrip()))
    for each in numbered(claim):
        lists = [set(n.numbers) for n in numbered(grounds.text)]
        several = len(each.numbers) > 1 and any(len(found) > 1 for found in lists)
        known = grounds.patients is not None and set(each.numbers) <= set(grounds.patients)
        if not known or (several and set(each.numbers) not in lists):
            told = ", ".join(map(str, sorted(set(grounds.patients or ()))))
            about = f"is about patient {told}" if told else "does not say of which patient it is"
            said = claim[each.start : each.end]
            yield Reason("patient", f"{grounds.place} {about}, not {said}", each.start, each.end)
    for source in sources(claim):
        names = {w for author in grounds.authors for w in re.findall(r"[\w'’-]+", author)}
        if source.name not in grounds.text and (
            source.name not in names or source.year not in grounds.years
        ):
            said = claim[source.start : source.end]
            yield Reason("source", f"{grounds.place} is not {said}", source.start, source.end)


def check_dates(claim: str, grounds: Grounds) -> Iterator[Reason]:
    """Reasons for months of the year that the spans do not name."""
    for match in _MONTH.finditer(claim):
        if match.group() not in grounds.text:
            yield Reason(
                "date", f"{match.group()} is not in {grounds.place}", match.start(), match.end()
            )
