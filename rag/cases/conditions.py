"""A question → the conditions that it names, each with its place in the words.

Drugs, antibodies, signs, forms and tests come from the lexicon; responses, ages, sexes and
relapses from patterns. Negation is read from the words just before (or 'negative' just after).
"""

# ruff: noqa: E501  (a table of patterns reads best one pattern to the line)

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from rag.cases.ages import ages, sexes_and_ages_of_life
from rag.cases.complaints import complaints
from rag.cases.condition import Condition, without
from rag.cases.examples import alternatives_to, examples_in
from rag.cases.facets import DRUG_INDUCED, JUVENILE, antibody_of_subtype
from rag.cases.fates import fates
from rag.cases.frames import MASK
from rag.cases.joining import joined
from rag.cases.routes import route_beside, route_in
from rag.cases.wish import Key, Wish
from rag.lexicon import Mention, lexicon

FEATURES = ("sign", "laboratory", "subtype")

# Named so often that they tell nobody apart, or not what a record can say.
_OF_PERSONS = ("people", "response", "relapse")
_MYOSITIS = "idiopathic inflammatory myopathy"
_GENERAL = frozenset({"dermatomyositis", _MYOSITIS, "adverse event"})
_NOT_RECORDED = frozenset({"refractory dermatomyositis", "biopsy", "cancer screening"})

_NORMAL = {"normal muscle enzymes": "raised muscle enzymes"}
"""What is normal → what records say is absent then."""

_BEFORE_NEGATED = re.compile(
    r"(?:\bwithout|\bw/o|\bno|\bneither|\bnor|(?:\bnot|n't) (?:have|had|given|get|getting|got|take|taken|taking|on|receive|received|receiving|need|needed|treated with)|\bnever (?:had|given|"
    r"received|treated with)|\black(?:ed|ing)?|\bnegative for|\babsence of|\bfree of)\s+"
    r"(?:(?:any|a|an|the|signs? of|evidence of|prior|previous)\s+){0,2}$|\bnon-$",
    re.IGNORECASE,
)
_AFTER_NEGATED = re.compile(r"^[- ](?:antibody[- ])?negative\b", re.IGNORECASE)
_PRIOR = re.compile(
    r"\b(?:failed|failing|failure of|failed to respond to|refractory to|resistant to|unresponsive "
    r"to|previous(?:ly)?(?: given| treated with)?|prior|earlier|pre-?treated with|intolerant (?:to|"
    r"of)|despite|before)\s+(?:(?:treatment|therapy) with\s+|the\s+|a\s+|\w+ing\s+)?$",
    re.IGNORECASE,
)
_FARED_DESPITE = re.compile(
    r"\b(?:died?|dead|deaths?|fatal\w*|worsen\w*|worse|relaps\w*|recurr\w*|flare\w*|progress\w*|deteriorat\w*)\b[^,;.?]*"
    r"\bdespite\s+(?:(?:the|their|having|being|getting|receiving|treatment|therapy|given|with)\s+)*$",
    re.IGNORECASE,
)
# 'Hydroxychloroquine was not enough': what failed came before.
_FAILED_AFTER = re.compile(
    r"^\s+(?:was|were|is|had been|has been|had|has)?\s*(?:ever |always |also |initially )?(?:not (?:been )?enough|insufficient|inadequate|ineffective|"
    r"unsuccessful|no help|of (?:no|little) (?:use|help|benefit|value|avail)|useless|pointless|a failure|to no avail|in vain|failed|not sufficient|not (?:been )?effective|disappointing)\b"
    r"|^\s+(?:came|was (?:given|tried|used)|had come|was) first\b|^\s+(?:failures?|non-?responders?)\b|^\s+(?:(?:did|had|does|has) )?(?:not|n't|didn't|hasn't) (?:been )?(?:help\w*|work\w*|suffice\w*)\b|^\s+(?:did|had|made|brought|showed) (?:nothing|no (?:effect|benefit|difference|success))\b",
    re.IGNORECASE,
)
# 'Did anybody catch an infection under treatment?' asks for what the treatment did.
_UNDER_TREATMENT = re.compile(
    r"\b(?:under|during|on|from|because of|due to) (?:the |their )?(?:treatment|therapy|immunosuppression)\b",
    re.IGNORECASE,
)
_A_DRUG = (
    r"(?:(?:an?|any|some|another|their|other|one of their|the)\s+)?(?:prescribed |other )?"
    r"(?:drugs?|medicines?|medications?|tablets?|pills?)"
)
_BY_A_DRUG = re.compile(
    rf"\b(?:(?:blamed|pinned) on|(?:caused|induced|triggered|provoked|brought (?:on|about)|set off|"
    rf"started) by|due to|attributed to|result of|reaction to) {_A_DRUG}\b|"
    r"\b(?:drug|medicine|medication)s?[- ](?:induced|triggered|related|associated|caused|provoked)\b"
    r"(?! dermato| DM\b)",
    re.IGNORECASE,
)
_SYSTEMIC = re.compile(
    r"\b(?:(?:systemic(?:ally)?|by mouth|orally)\b[ ,]*)?\(?\b(?:(?:but )?not|without|excluding)(?: as)? (?:the |an? )?"
    r"(?:ointment|cream|topical\w*|on the skin)\b\)?|\bsystemic(?:ally)?\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Read:
    """The conditions of a question in their order, and the words that none of them took.

    `frame` is the question with the letter `MASK` for each letter of a condition, but for those
    that say of what sex or age of life somebody is. `beyond` says that it names something that no record can say.
    """

    conditions: tuple[Condition, ...]
    rest: str
    frame: str
    beyond: bool = False


def conditions(question: str) -> Read:
    """What a question asks of patients."""
    taken: list[Condition] = []
    for found in (*fates(question), *ages(question), *complaints(question), *_caused(question)):
        if not found.overlaps(taken):
            taken.append(found)
    blanked = without(question, taken)
    mentions = [m for m in lexicon().find(blanked, typos=True) if m.concept.kind != "shorthand"]
    beyond = any(m.concept.name in _NOT_RECORDED for m in mentions)
    named = [c for m in mentions if (c := _named(m, question)) is not None]
    named += _not_topical(blanked, named)
    told = [*named, *(_general(m) for m in mentions)]
    named, examples = _without_asides(named, mentions, question)
    taken += named
    # 'women with ulcers': sexes and ages of life last, for the lexicon has 'woman' as shorthand.
    blanked = without(blanked, [*told, *examples])
    people = [*sexes_and_ages_of_life(blanked), *_juvenile(blanked)]
    rest = without(blanked, people)
    frame = without(question, [c for c in taken if c.kind not in _OF_PERSONS], MASK)
    ordered = sorted([*taken, *people], key=lambda c: (c.start, c.end, c.wish.key))
    once = [c for n, c in enumerate(ordered) if c.wish not in [o.wish for o in ordered[:n]]]
    return Read(joined(once, question), rest, frame, beyond)


def _without_asides(
    named: list[Condition], mentions: Sequence[Mention], question: str
) -> tuple[list[Condition], list[Condition]]:
    """The conditions without examples and forms that narrow nothing; the words of the examples."""
    examples = examples_in(named, question)
    disease = [(m.start, m.end) for m in mentions if m.concept.name in _GENERAL]
    left_out = {*examples, *alternatives_to(disease, named, question)}
    aside = [replace(one, start=start, end=end) for one, (start, end) in examples.items()]
    return [one for one in named if one not in left_out], aside


def _not_topical(question: str, named: list[Condition]) -> Iterator[Condition]:
    """'Tacrolimus, but not the ointment': the drug on the skin is another one in the lexicon."""
    match = _SYSTEMIC.search(question)
    for one in named if match else ():
        local = lexicon().concept(f"topical {one.wish.said}") if one.kind == "drug" else None
        if match and local is not None:
            wish = Wish(one.wish.key, local.name, (local.name.lower(),), absent=True)
            yield Condition(*match.span(), wish, "drug")


def _general(mention: Mention) -> Condition:
    return Condition(mention.start, mention.end, Wish("feature", mention.text), "")


def _caused(question: str) -> Iterator[Condition]:
    """'Blamed on a medicine', 'drug-induced cases'."""
    for match in _BY_A_DRUG.finditer(question):
        yield Condition(*match.span(), Wish("subtype", DRUG_INDUCED, (DRUG_INDUCED,)), "subtype")


_OF_CHILDREN = re.compile(r"\bjuvenile\b", re.IGNORECASE)


def _juvenile(text: str) -> Iterator[Condition]:
    for match in _OF_CHILDREN.finditer(text):
        yield Condition(*match.span(), Wish("subtype", JUVENILE, (JUVENILE,)), "subtype")


def _named(mention: Mention, question: str) -> Condition | None:
    """The condition of a mention; None for what tells nobody apart."""
    name, kind = mention.concept.name, mention.concept.kind
    before, after = question[: mention.start], question[mention.end :]
    absent = bool(_BEFORE_NEGATED.search(before) or _AFTER_NEGATED.match(after))
    if absent and name == _MYOSITIS:
        values = ("muscle involvement", "muscle weakness")
        wish = Wish("feature", values[0], values, absent=True)
        return Condition(mention.start, mention.end, wish, "feature")
    if name in _GENERAL or name in _NOT_RECORDED:
        return None
    place = (mention.start, mention.end)
    if kind == "drug":
        # 'Infections under immunosuppression': said of whatever treatment there was.
        under = _UNDER_TREATMENT.search(question)
        aside = under is not None and under.start() <= mention.start < under.end()
        return None if aside else _drug(mention, question, absent)
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


def _drug(mention: Mention, question: str, absent: bool) -> Condition:
    """A drug, with the route that stands beside it; one that failed came before."""
    start, end, said = mention.start, mention.end, mention.concept.name
    route = route_in(mention.text) if not route_in(said) else None
    if beside := route_beside(question, start, end):
        route, start, end = beside
    said = f"{route} {said}" if route else said
    failed = _FAILED_AFTER.match(question[end:])
    before = question[:start]
    # Who died despite a drug had been given it: 'despite' puts it before another one elsewhere.
    prior = bool(failed or (_PRIOR.search(before) and not _FARED_DESPITE.search(before)))
    one = Wish("prior" if prior else "drug", said, (said.lower(),), absent)
    # 'Ever' and 'failures' are left to the frame: they ask for anybody.
    framed = failed and re.search(r"\b(?:ever|failures|\w*responders)\b", failed.group(), re.I)
    more = failed.end() if failed and not framed else 0
    return Condition(start, end + more, one, "drug", prior)


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
