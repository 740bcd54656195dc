"""'COVID vaccine flare', 'anything on ECMO?', 'can IVIG cause thrombosis?' → what is named there.

Whoever types a thing and no question wants to know which reports tell of it, as of a search box.
Taken for a question it has no answer: no sentence answers 'ECMO'. Nor does one report answer what
may come of a drug in anybody; each that names both does.
"""
# ruff: noqa: E501  (a table of patterns reads best one pattern to the line)

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.lexicon import Mention, lexicon
from rag.reader.question.asked_in_general import beside, general_dose
from rag.reader.words import WORD, stem

MOST_WORDS = 8
"""Words of a topic; more than that describe somebody, or ask."""
_KINDS = ("drug", "sign", "antibody", "laboratory", "subtype")


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that a topic names: `names` are the concepts that are it, or a kind of it.

    A word that the lexicon does not know has none, but its `stem`. Without what is `needed` there
    is nothing to tell: a drug, an antibody.
    """

    said: str
    names: frozenset[str] = frozenset()
    stem: str = ""
    needed: bool = False


@dataclass(frozen=True, slots=True)
class Topic:
    """What is asked about: all `items`. `together`: one sentence must name them all."""

    items: tuple[Item, ...]
    together: bool = False


_KIND_OF_TEXT = r"(?:reports?|cases?|case reports?|papers?|articles?|publications?|literature|experience|data|info(?:rmation)?|reviews?|digests?)"
# One of them is a report that is meant: 'CDASI in the French case', 'point of the report'.
_TEXTS = r"(?:published |reported |known )?(?:case )?(?:reports|cases|papers|articles|publications|literature)"
_FRAMES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"^(?:is there |have you got |do you have |got |show (?:me )?|give me |find (?:me )?|search(?: for)? |look up |i need |i want )?(?:anything|something|any|all|some|the|more)?(?: the)?(?: (?:published|available|other))? ?"
        rf"{_KIND_OF_TEXT}?(?: there is| there are| you have| available| known)? (?:on|about|regarding|concerning|re)[: ]+(?P<topic>.+)$",
        r"^(?:who|which authors?|has anyone|has anybody|did anyone) (?:wrote|written|reported|published|writes|described|write|report)(?: on| about)? (?P<topic>.+)$",
        r"^(?:what (?:do|does) (?:the |these |your )?(?:reports?|papers?|library|literature|cases?|digests?) (?:say|tell|know)(?: us)? (?:on|about|of)|what (?:is|do (?:we|you)) know[n]? (?:on|about|of)|tell me about|i(?: would|'d) like to (?:read|know) about|summari[sz]e what (?:is|we) know[n]? about) (?P<topic>.+)$",
    )
)
_SUFFIX = re.compile(
    rf"^(?P<topic>.+?)[,:]?(?: -)? (?:any )?(?:{_TEXTS}|in (?:the |these )?(?:literature|reports))$",
    re.IGNORECASE,
)
# What may be said of a thing in general, where no report answers in a sentence of its own.
_OF_A_THING = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"^(?:what|which (?:diseases|conditions|things)) (?:is|are) (?:an? |the )?(?P<topic>.+?) (?:associated|linked|connected|related) (?:with|to)$",
        r"^(?:what(?:'s| is| are) )?(?:the )?(?:role|place|significance|importance|relevance|use|association|implication)s? of (?:an? |the )?(?P<topic>.+?)(?: in (?:dermatomyositis|dm|jdm|myositis))?$",
        r"^what (?:goes|comes) with (?P<topic>.+?)$",
        r"^why (?:is|are|does|do) (?P<topic>.+?) (?:matter|important|relevant)(?: in (?:dermatomyositis|dm|jdm|myositis))?$",
    )
)
_ONE_REPORT = re.compile(
    r"\b(?:reports?|cases?|papers?|articles?|study|trial|series|cohort|review|letter|abstract)\b|^the\b|\bthe\b.*\b(?:case|patient)s?\b",
    re.IGNORECASE,
)
_X, _Y = r"(?P<x>[\w/+αβγ'-]+(?: [\w/+'-]+){0,4}?)", r"(?P<y>[\w/+'-]+(?: [\w/+'-]+){0,4}?)"
_EFFECT = r"(?:cause|trigger|induce|provoke|lead to|result in|produce|unmask|worsen|aggravate|exacerbate|precipitate|bring on|give(?: you)?|increase the risk of)"
_IN_WHOM = r"(?: (?:in|of|with) (?:patients with )?(?:dermatomyositis|dm|jdm|patients|people|children|adults))?"
_RELATIONS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"^(?:can|could|may|might|does|do) {_X} (?:\w+ly |ever )*{_EFFECT} (?:an? |the |any )?{_Y}{_IN_WHOM}$",
        rf"^(?:is|are|can|could|may|might) {_X} (?:be )?(?:\w+ly |ever )*(?:caused|triggered|induced|provoked|worsened|brought on|unmasked|aggravated|exacerbated) by {_Y}{_IN_WHOM}$",
        rf"^(?:is|are) {_X} (?:an? )?(?:known |possible |reported |described |rare |common )*(?:complication|side[- ]effect|adverse (?:effect|event|reaction)|consequence|result|risk|hazard|trigger|cause|sign|feature|manifestation)s? (?:of|with|from|for) {_Y}{_IN_WHOM}$",
        rf"^(?:is|are) {_X} (?:associated|linked|related|connected) (?:with|to) {_Y}{_IN_WHOM}$",
        rf"^(?:is there (?:an? |any )?|any )(?:known |reported )?(?:link|association|connection|relation(?:ship)?) between {_X} and {_Y}{_IN_WHOM}$",
    )
)
_CAUSES = re.compile(
    r"^(?:which|what|name|list)(?: (?:the|some|all|any|two|three|four|five))* (?:drugs?|medications?|medicines?|agents) (?:that |which )?(?:can |could |may |might |have |are known to |is known to )*"
    r"(?:caused?|triggered|trigger|induced?|provoked?|unmask(?:ed)?|bring on|brought on) (?:an? |the )?(?:dermatomyositis|dm|myositis)(?:[- ]like (?:rash|eruption|skin lesion)s?)?(?: in (?:these|the) reports)?$",
    re.IGNORECASE,
)
_DRUG_INDUCED = "drug-induced dermatomyositis"
# What turns a thing named into a question of its own: 'IVIG dose', 'MDA5 mortality', 'CK normal'.
_ASPECT = re.compile(
    r"\b(?:what|which|who|whom|whose|when|where|why|how|whether|did|does|do|is|are|was|were|has|have|had|can|could|should|would|will|may|might|must|am|"
    r"dos(?:e|es|age|ages|ing)|mg|regimens?|schedules?|how much|routes?|frequency|often|duration|long|time|onset|interval|follow(?:ed)?[- ]?up|f/u|timeline|course|tapers?|tapering|"
    r"outcomes?|respon\w+|results?|efficacy|effective\w*|work(?:s|ed|ing)?|help(?:s|ed|ful)?|prognosis|outlook|mortality|fatal\w*|surviv\w+|deaths?|died|dead|recover\w*|remission|cured?|benefits?|improve\w*|"
    r"side[- ]effects?|adverse|safety|safe|toxicit\w+|tolerab\w+|tolerated|contraindicat\w+|interactions?|monitor\w*|risks?|"
    r"incidence|prevalence|rates?|number|count|percent\w*|proportion|mean|median|average|levels?|values?|titres?|titers?|normal|raised|elevated|high|low|positive|negative|"
    r"ages?|aged|old|oldest|youngest|sex|gender|male|female|features?|symptoms?|signs?|findings?|presentation|manifestations?|characteristics|labs?|antibod(?:y|ies)|"
    r"definition|meaning|means?|defined?|mechanism\w*|cause|causes|reasons?|pathogenesis|explain|diagnos\w+|criteria|tests?|work[- ]?up|screening|"
    r"treat(?:ed|ing|s|ments?)?|manage\w*|options?|best|first|second|line|alternatives?|next|versus|vs|compar\w+|differen\w+|better|worse|than|or|most|least|recommend\w*|advi[cs]e|"
    r"summar\w+|list|tell|show|describe|give|given|used?|tried|got|received|stop(?:ped)?|failed|failure|conclusions?|limitations?|authors?|year|journal|trials?|rct|"
    r"i|my|me|we|our|us|you|your|she|he|her|his|him|it|its|they|their|them|this|that|these|those|there|here|same|other|another|both|"
    r"without|no|not|never|none|non|absent|lacking|"
    r"man|woman|men|women|girls?|boys?|lady|gentleman|guy|child|children|kids?|infants?|toddlers?|adolescents?|teenagers?|mother|father|sister|brother|son|daughter|he|baby|case \d|patient \d|pt|the patient|a patient)\b|\d",
    re.IGNORECASE,
)
_NOTHING_SAID = frozenset(
    """and or of in on with for to by at as from the a an after during under before while via
    patients pts people disease therapy therapies use using induced associated related triggered
    linked caused due secondary following plus please pls about adult adults context any some also
    dm myositis dermatomyositis""".split()  # noqa: SIM905
)
_HAPPENED = frozenset({"relapse"})
"""Concepts for which the lexicon has only a short word, and which are told of all the same."""
_OF_THE_DISEASE = frozenset({"dermatomyositis", "idiopathic inflammatory myopathy"})
_TOO_GENERAL = frozenset({"adverse event", "toxicity", "skin sign", "treatment", "symptom"})
# 'Vaccine-induced DM' is told of by reports on vaccines, in whatever words.
_INDUCED = re.compile(
    r"[- ](?:induced|associated|related|triggered|linked|caused)\b(?: (?:dermatomyositis|dm|myositis|cases?|disease|rash(?:es)?|eruptions?))*",
    re.IGNORECASE,
)
# 'Pregnant, on IVIG - parity?' names a patient, and asks.
_PARTED = re.compile(r"[:%=()]|\s[-\u2013\u2014]\s|\?.")
_END = " ?.!,;:"


def topic_of(question: str) -> Topic | None:
    """What a question that only names something names; None for any other question.

    Words that the lexicon does not know may stand in it only where its frame ('anything on …')
    says what is wanted: 'steroids needed?' asks, and 'CK?' asks of somebody.
    """
    whole = " ".join(question.split()).strip(_END)
    if _CAUSES.match(whole):
        return Topic((Item(_DRUG_INDUCED, _kinds_of(_DRUG_INDUCED)),))
    text, framed = _unframed(whole)
    if not text or len(text.split()) > MOST_WORDS or _ONE_REPORT.search(text) or _asks(text):
        return None
    topic = _named(text)
    return topic if topic and (framed or _is_plain(text, topic)) else None


def _is_plain(text: str, topic: Topic) -> bool:
    """Whether a text is the names of things and nothing else."""
    alone = all(item.names for item in topic.items)
    measured = any(m.concept.kind == "laboratory" for m in _things(text))
    return alone and not measured and not _PARTED.search(text)


def thing_asked(question: str) -> Topic | None:
    """The thing of which it is asked, in general, what goes with it or what its place is."""
    text = " ".join(question.split()).strip(_END)
    for pattern in _OF_A_THING:
        if found := pattern.match(text):
            return topic_of(found["topic"])
    return None


def dose_asked(question: str) -> Topic | None:
    """The drug of which it is asked, in general, what its dose is, and what it is to be for: the
    drug first. None for any other question.
    """
    asked = general_dose(question)
    if asked is None:
        return None
    items = [Item(asked.drug, _kinds_of(asked.drug), needed=True)]
    items += [Item(name, _kinds_of(name), needed=True) for name in asked.purposes]
    return Topic(tuple(items))


def relation_asked(question: str) -> Topic | None:
    """The things of which it is asked, in general, whether one comes of the other; else None."""
    text = " ".join(question.split()).strip(_END)
    for pattern in _RELATIONS:
        found = pattern.match(text)
        if found and not any(_asks(found[side]) for side in "xy"):
            topic = _named(f"{found['x']}, {found['y']}")
            return Topic(topic.items, together=True) if topic else None
    return None


def things_named(question: str) -> Topic | None:
    """The drugs, signs, antibodies and forms that a question names, whatever it asks of them."""
    found = [m for m in _things(question) if m.concept.name not in _OF_THE_DISEASE]
    names = dict.fromkeys(m.concept.name for m in found if m.concept.name not in _TOO_GENERAL)
    return Topic(tuple(Item(n, _kinds_of(n), needed=True) for n in names)) if names else None


def _unframed(text: str) -> tuple[str, bool]:
    """'Anything on ECMO' → 'ECMO', True; 'statin cases' → 'statin', False."""
    for frame in _FRAMES:
        if found := frame.match(text):
            return found["topic"].strip(_END), True
    found = _SUFFIX.match(text)
    return (found["topic"].strip(_END) if found else text), False


def _asks(text: str) -> bool:
    """Whether words beside the names of things make a question of them, or mean somebody."""
    return bool(_ASPECT.search(beside(text, _things(text))))


def _things(text: str) -> list[Mention]:
    found = lexicon().find(text, typos=True)
    return [m for m in found if m.concept.kind in _KINDS or m.concept.name in _HAPPENED]


def _named(text: str) -> Topic | None:
    """All that a text names; None where it names nothing to look for but the disease itself."""
    if induced := _INDUCED.search(text):
        # 'Drug-induced' names no drug: then it is the form itself.
        text = _INDUCED.sub(",", text) if _things(text[: induced.start()]) else text
    found = _things(text)
    told = [m for m in found if m.concept.name not in _OF_THE_DISEASE]
    if any(m.concept.name in _TOO_GENERAL for m in told):
        return None
    items = [
        Item(
            m.concept.name, _kinds_of(m.concept.name), needed=m.concept.kind in ("drug", "antibody")
        )
        for m in told
    ]
    words = [w for w in WORD.findall(beside(text, found).lower()) if w not in _NOTHING_SAID]
    items += [Item(word, stem=stem(word)) for word in words]
    unlike = tuple(dict.fromkeys(items))
    return Topic(unlike) if any(item.said not in _HAPPENED for item in unlike) else None


def _kinds_of(name: str) -> frozenset[str]:
    return frozenset({name, *lexicon().narrower(name)})
