"""A question → the conditions that it names, each with its place in the words.

Drugs, antibodies, signs, forms and tests come from the lexicon; responses, ages, sexes and
relapses from patterns. Negation is read from the words just before (or 'negative' just after).
"""

# ruff: noqa: E501  (a table of patterns reads best one pattern to the line)

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from rag.cases.facets import JUVENILE, antibody_of_subtype
from rag.cases.wish import IMPROVED, Key, Wish, aged
from rag.lexicon import Mention, lexicon

FEATURES = ("sign", "laboratory", "subtype")

# Named so often that they tell nobody apart, or not what a record can say.
_GENERAL = frozenset({"dermatomyositis", "idiopathic inflammatory myopathy", "adverse event"})
_NOT_RECORDED = frozenset({"refractory dermatomyositis", "biopsy", "cancer screening"})

_NORMAL = {"normal muscle enzymes": "raised muscle enzymes"}
"""What is normal → what records say is absent then."""

_BEFORE_NEGATED = re.compile(
    r"(?:\bwithout|\bno|\bnot (?:have|had|given|receive|received|treated with)|\bnever (?:had|given|"
    r"received|treated with)|\black(?:ed|ing)?|\bnegative for|\babsence of|\bfree of)\s+"
    r"(?:(?:any|a|an|the|signs? of|evidence of|prior|previous)\s+){0,2}$",
    re.IGNORECASE,
)
_AFTER_NEGATED = re.compile(r"^[- ](?:antibody[- ])?negative\b", re.IGNORECASE)
_PRIOR = re.compile(
    r"\b(?:failed|failing|failure of|failed to respond to|refractory to|resistant to|unresponsive "
    r"to|previous(?:ly)?(?: given| treated with)?|prior|earlier|pre-?treated with|intolerant (?:to|"
    r"of)|despite|before)\s+(?:(?:treatment|therapy) with\s+|the\s+|a\s+|\w+ing\s+)?$",
    re.IGNORECASE,
)
# 'Hydroxychloroquine was not enough': what failed came before.
_FAILED_AFTER = re.compile(
    r"^\s+(?:was|were|is|had been|has been|had|has)?\s*(?:not (?:been )?enough|insufficient|inadequate|ineffective|"
    r"unsuccessful|no help|failed|not sufficient|not (?:been )?effective|disappointing)\b"
    r"|^\s+(?:did not|didn't|had not|does not) (?:help\w*|work\w*|suffice\w*)\b",
    re.IGNORECASE,
)
# 'Did anybody catch an infection under treatment?' asks for what the treatment did.
_UNDER_TREATMENT = re.compile(
    r"\b(?:under|during|on|from|because of|due to) (?:the |their )?(?:treatment|therapy|immunosuppression)\b",
    re.IGNORECASE,
)
_SYSTEMIC = re.compile(
    r"\b(?:(?:systemic(?:ally)?|by mouth|orally)\b[ ,]*)?\(?\b(?:(?:but )?not|without|excluding)(?: as)? (?:the |an? )?"
    r"(?:ointment|cream|topical\w*|on the skin)\b\)?|\bsystemic(?:ally)?\b",
    re.IGNORECASE,
)
_OR = re.compile(
    r"^\s*,?\s*(?:or|/|and/or)\s*(?:(?:got|had|have|developed|the|an?|with|of|any|on|who)\s+){0,2}$",
    re.IGNORECASE,
)

_HEAL = r"(?:respon[ds]\w*|remission|recover\w*|resol\w+|clear\w*|heal\w*|cure\w*)"
# The first pattern that fits a place counts: 'did not respond' before 'respond'.
_RESPONSES: tuple[tuple[str, tuple[str, ...], str], ...] = (
    (
        "no response",
        ("none", "worsened"),
        r"\b(?:did not|didn't|do not|failed to|no|not|never|without(?: a)?)\s+(?:any\s+)?"
        r"(?:respon[ds]\w*|improve\w*|benefit\w*)|\bnon-?respon\w+|\b(?:were|was|are)(?: not|n't) helped(?: by)?"
        r"|\b(?:did not|didn't) (?:get|become) (?:any )?better|\bin vain\b|\bwithout (?:any )?(?:success|effect)\b",
    ),
    ("died", ("died",), r"\bdied\b|\bdie\b|\bdeaths?\b|\bfatal(?:ly|ities)?\b|\bdead\b|\bdid not "
     r"survive\b|\bdeceased\b|\bdying\b"),
    ("worsened", ("worsened",), r"\bworsen\w*|\bdeteriorat\w*|\bgot worse\b"),
    (
        "complete response",
        ("complete",),
        rf"\b(?:complete(?:ly)?|full(?:y)?|total(?:ly)?)\s+{_HEAL}|\b{_HEAL}\s+(?:completely|fully)"
        r"|\bremission\b|\bcured?\b|\bcomplete responders?\b",
    ),
    (
        "partial response",
        ("partial",),
        rf"\b(?:partial(?:ly)?)\s+(?:{_HEAL}|improve\w*)|\b(?:{_HEAL}|improve\w*)\s+partially",
    ),
    (
        "response (complete or partial)",
        IMPROVED,
        r"\brespon[ds]\w*\b|\bimprov\w*\b|\bbenefit(?:t?ed|s)?\b|\bgot better\b",
    ),
)  # fmt: skip
_SEX = (
    ("female", r"\b(?:women|woman|girls?|females?)\b"),
    ("male", r"\b(?:men|man|boys?|males?)\b"),
)
_AGE_GROUPS: tuple[tuple[str, tuple[str, ...], str], ...] = (
    (
        "children",
        ("child",),
        r"(?<!had )(?<!have )\b(?:child(?:ren)?|p(?:a)?ediatric|girls?|boys?|kids)\b",
    ),
    ("65 or older", ("elderly",), r"\b(?:elderly|geriatric)\b"),
    ("adults", ("adult", "elderly"), r"\badults?\b"),
)
_UNIT = r"(?:\s*(?:years?|yrs?|y/?o)?(?:[- ]of[- ]age|[- ]old)?)\b"
_AGES: tuple[tuple[str, str], ...] = (
    (rf"\b(?:over|older than|above|more than)\s+(?P<a>\d{{1,3}}){_UNIT}", "{a1}-"),
    (rf"\b(?:under|younger than|below|less than)\s+(?:the age of\s+)?(?P<a>\d{{1,3}}){_UNIT}",
     "-{a0}"),
    (r"\b(?:aged\s+)?(?:between\s+)?(?P<a>\d{1,3})\s*(?:-|–|to|and)\s*(?P<b>\d{1,3})"
     r"(?:\s+years?(?:[- ](?:old|of age))?)\b", "{a}-{b}"),
    (r"\baged\s+(?:between\s+|from\s+)?(?P<a>\d{1,3})\s*(?:-|–|to|and)\s*(?P<b>\d{1,3})\b",
     "{a}-{b}"),
    (r"\b(?:aged|at least)\s+(?P<a>\d{1,3})\s+(?:years\s+)?(?:or|and) (?:older|over|above)\b",
     "{a}-"),
    (r"\b(?P<a>\d{1,3})\s+(?:years\s+)?(?:or|and) (?:older|over|above)\b", "{a}-"),
    (r"\bin (?:their|the) (?P<a>\d)0s\b", "{a}0-{a}9"),
    (r"\baged\s+(?P<a>\d{1,3})\b(?: years?)?", "{a}"),
)  # fmt: skip
_RELAPSE = re.compile(r"\b(?:relaps\w+|recurr?e\w*|recurrences?|flared?(?: up)?)\b", re.IGNORECASE)
_ADVERSE = re.compile(
    r"\b(?:adverse (?:events?|effects?|reactions?)|side[- ]effects?|complications?|AEs?|"
    r"toxicit(?:y|ies))\b"
)
_NO = re.compile(r"\b(?:no|not|without|never|free of|did not|didn't)(?:\s+\w+)?\s+$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition and where the question names it; `prior` says that it came before."""

    start: int
    end: int
    wish: Wish
    kind: str
    prior: bool = False


@dataclass(frozen=True, slots=True)
class Read:
    """The conditions of a question in their order, and the words that none of them took.

    `beyond` says that it names something that no record can say.
    """

    conditions: tuple[Condition, ...]
    rest: str
    beyond: bool = False


def conditions(question: str) -> Read:
    """What a question asks of patients."""
    taken: list[Condition] = []
    for found in (*_responses(question), *_adverse(question), *_ages(question)):
        if not _overlaps(found, taken):
            taken.append(found)
    blanked = _without(question, taken)
    mentions = [m for m in lexicon().find(blanked, typos=True) if m.concept.kind != "shorthand"]
    beyond = any(m.concept.name in _NOT_RECORDED for m in mentions)
    named = [c for m in mentions if (c := _named(m, question)) is not None]
    named += _not_topical(blanked, named)
    taken += named
    # 'women with ulcers': sexes and ages of life last, for the lexicon has 'woman' as shorthand.
    blanked = _without(blanked, [*named, *(_general(m) for m in mentions)])
    people = list(_people(blanked))
    rest = _without(blanked, people)
    ordered = sorted([*taken, *people], key=lambda c: (c.start, c.end, c.wish.key))
    return Read(_joined(ordered, question), rest, beyond)


def _not_topical(question: str, named: list[Condition]) -> Iterator[Condition]:
    """'Tacrolimus, but not the ointment': the drug on the skin is another one in the lexicon."""
    match = _SYSTEMIC.search(question)
    for one in named if match else ():
        local = lexicon().concept(f"topical {one.wish.said}") if one.kind == "drug" else None
        if match and local is not None:
            wish = Wish(one.wish.key, local.name, (local.name.lower(),), absent=True)
            yield Condition(*match.span(), wish, "drug")


def _overlaps(one: Condition, others: list[Condition]) -> bool:
    return any(one.start < other.end and other.start < one.end for other in others)


def _without(text: str, parts: list[Condition]) -> str:
    for part in parts:
        text = text[: part.start] + " " * (part.end - part.start) + text[part.end :]
    return text


def _general(mention: Mention) -> Condition:
    return Condition(mention.start, mention.end, Wish("feature", mention.text), "")


def _responses(question: str) -> Iterator[Condition]:
    for said, values, pattern in _RESPONSES:
        for match in re.finditer(pattern, question, re.IGNORECASE):
            yield Condition(*match.span(), Wish("response", said, values), "response")


def _adverse(question: str) -> Iterator[Condition]:
    for match in _ADVERSE.finditer(question):
        value = "none" if _NO.search(question[: match.start()]) else "any"
        said = "no adverse event" if value == "none" else "an adverse event"
        yield Condition(*match.span(), Wish("adverse", said, (value,)), "adverse")
    for match in _RELAPSE.finditer(question):
        value = "no" if _NO.search(question[: match.start()]) else "yes"
        said = "no relapse" if value == "no" else "a relapse"
        yield Condition(*match.span(), Wish("relapse", said, (value,)), "relapse")


def _ages(question: str) -> Iterator[Condition]:
    for pattern, form in _AGES:
        for match in re.finditer(pattern, question, re.IGNORECASE):
            numbers = match.groupdict()
            low = int(numbers["a"])
            said = form.format(a=low, b=numbers.get("b"), a0=low - 1, a1=low + 1)
            yield Condition(*match.span(), aged(said), "people")


def _people(text: str) -> Iterator[Condition]:
    """Sexes and ages of life; 'girls' is both."""
    for sex, pattern in _SEX:
        for match in re.finditer(pattern, text, re.IGNORECASE):
            yield Condition(*match.span(), Wish("sex", sex, (sex,)), "people")
    for said, values, pattern in _AGE_GROUPS:
        for match in re.finditer(pattern, text, re.IGNORECASE):
            yield Condition(*match.span(), Wish("age group", said, values), "people")
    for match in re.finditer(r"\bjuvenile\b", text, re.IGNORECASE):
        yield Condition(*match.span(), Wish("subtype", JUVENILE, (JUVENILE,)), "subtype")


def _named(mention: Mention, question: str) -> Condition | None:
    """The condition of a mention; None for what tells nobody apart."""
    name, kind = mention.concept.name, mention.concept.kind
    if name in _GENERAL or name in _NOT_RECORDED:
        return None
    before, after = question[: mention.start], question[mention.end :]
    absent = bool(_BEFORE_NEGATED.search(before) or _AFTER_NEGATED.match(after))
    place = (mention.start, mention.end)
    if kind == "drug":
        failed = _FAILED_AFTER.match(after)
        place = (mention.start, mention.end + (failed.end() if failed else 0))
        prior = bool(_PRIOR.search(before) or failed)
        one = Wish("prior" if prior else "drug", name, (name.lower(),), absent)
        return Condition(*place, one, "drug", prior)
    if kind == "antibody":
        return Condition(*place, Wish("antibody", name, (name.lower(),), absent), "antibody")
    if kind == "subtype":
        return Condition(*place, _form(mention, absent), "subtype")
    if name in _NORMAL:
        other = _NORMAL[name]
        return Condition(*place, Wish("feature", other, (other.lower(),), not absent), "feature")
    if _UNDER_TREATMENT.search(question) and kind == "sign" and not absent:
        return Condition(*place, Wish("adverse", name, (name.lower(),)), "adverse")
    return Condition(*place, Wish("feature", name, (name.lower(),), absent), "feature")


def _form(mention: Mention, absent: bool) -> Wish:
    """A form of the disease as records have it: by antibody, cause, age or cancer where it is."""
    name = mention.concept.name
    if (antibody := antibody_of_subtype(name)) is not None:
        return Wish("antibody", antibody, (antibody.lower(),), absent)
    if name == "paraneoplastic dermatomyositis":
        return Wish("feature", "malignancy", ("malignancy",), absent)
    if name == "adult dermatomyositis":
        return Wish("age group", "adults", ("adult", "elderly"), absent)
    if "drug-induced dermatomyositis" in (name, *mention.concept.broader):
        causes = [m for m in lexicon().find(mention.text) if m.concept.kind == "drug"]
        inner = [m for m in lexicon().find(mention.text.split("-")[0]) if m.concept.kind == "drug"]
        for cause in (*causes, *inner):
            return Wish("drug", cause.concept.name, (cause.concept.name.lower(),), absent)
    dermatomyositis = "dermatomyositis" in (name, *mention.concept.broader)
    key: Key = "subtype" if dermatomyositis else "feature"
    return Wish(key, name, (name.lower(),), absent)


def _joined(found: list[Condition], question: str) -> tuple[Condition, ...]:
    """'IVIg or rituximab' is one condition with two values."""
    joined: list[Condition] = []
    for one in found:
        last = joined[-1] if joined else None
        if (
            last is not None
            and last.wish.key == one.wish.key
            and last.wish.absent == one.wish.absent
            and one.wish.values
            and _OR.match(question[last.end : one.start])
        ):
            both = replace(
                last.wish,
                said=f"{last.wish.said} or {one.wish.said}",
                values=(*last.wish.values, *one.wish.values),
            )
            joined[-1] = Condition(last.start, one.end, both, last.kind, last.prior)
        else:
            joined.append(one)
    return tuple(joined)
