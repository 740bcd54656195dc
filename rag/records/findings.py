"""A patient's story → what was found and what was looked for and not found; subtype; cancer."""
# ruff: noqa: E501  (a table of patterns reads best one pattern to the line)

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from rag.lexicon import Concept, Mention, lexicon
from rag.records.antibodies import GROUPS, antibody_of, denied_in_list, of_all, sae
from rag.records.context import context
from rag.records.numbers import FIGURE, number
from rag.records.record import Field, Finding, FindingKind, Span, State
from rag.records.story import Sentence, Story

_SYMPTOMS = frozenset(
    [
        "muscle weakness",
        "proximal muscle weakness",
        "neck flexor weakness",
        "myalgia",
        "fatigue",
        "morning stiffness",
        "pruritus",
        "arthralgia",
        "dyspnoea",
        "cough",
        "dysphagia",
        "dysphonia",
        "nasal regurgitation",
        "diarrhoea",
        "nausea",
        "vomiting",
        "abdominal pain",
        "headache",
        "fever",
        "weight loss",
        "weight gain",
        "depression",
        "anxiety",
        "insomnia",
    ]
)
# These say nothing of a patient by themselves, or are events of the treatment.
_NO_FINDING = frozenset(
    [
        "skin sign",
        "adverse event",
        "serious adverse event",
        "immune-related adverse event",
        "pregnancy",
        "postpartum",
        "stillbirth",
        "miscarriage",
        "scarring",
        "scaling",
        "growth retardation",
        "infusion reaction",
        "anaphylaxis",
    ]
)
_ENZYMES = frozenset({"creatine kinase", "serum muscle enzymes", "aldolase"})
_RAISED = re.compile(r"\b(?:raised|elevated|increased|high|rose)\b", re.IGNORECASE)
_NORMAL = re.compile(
    r"^[^;.]{0,60}?\b(?:normal|unremarkable|within (?:the )?(?:normal|reference)|not (?:raised|elevated|increased))\b",
    re.IGNORECASE,
)
# What became normal under treatment was not normal: it says nothing of how the patient presented.
_BECAME = re.compile(
    r"^[^;.]{0,60}?\b(?:became|become|becom\w+|return\w*|fell|back|came|dropp\w+|decreas\w+|declin\w+|"
    r"down|again|normali[sz]\w+|reached|restored)\b",
    re.IGNORECASE,
)
_IN_BRACKETS = re.compile(r"\([^()]*\)")
_ABNORMAL = re.compile(r"^[^;.,]{0,25}?\b(?:raised|elevated|increased|high)\b", re.IGNORECASE)


_VALUE = re.compile(
    rf"^(?: \([^)]*\))?(?: level| activity| value)?s?(?: was| were| of|,| had risen to| rose to| reached| at)*"
    rf" (?P<value>{FIGURE}) ?(?:(?:I?U|UI)/[lL])", re.IGNORECASE,
)  # fmt: skip
_SURELY_RAISED = 500
"""Creatine kinase in U/L from which it is raised anywhere: upper limits of normal are 140 to 350."""


@cache
def cancers() -> frozenset[str]:
    """The lexicon's names of malignant diseases."""
    return frozenset({"malignancy", *lexicon().narrower("malignancy")})


def findings(story: Story) -> tuple[Finding, ...]:
    """Signs, symptoms, antibodies, cancers and muscle enzymes: present, or absent.

    What is said both ways counts as present, with the spans that say so: a sign may come and go.
    """
    states: dict[tuple[str, FindingKind], dict[State, list[Span]]] = {}
    for sentence in (*story.sentences, *story.summary):
        if sentence.cited:
            continue
        for name, kind, state, span in _in_sentence(sentence):
            states.setdefault((name, kind), {}).setdefault(state, []).append(span)
    found = []
    for (name, kind), said in states.items():
        known: State = "present" if "present" in said else "absent"
        sure = 0.9 if len(said) == 1 else 0.6
        found.append(Finding(name, kind, Field(known, tuple(said[known]), "extracted", sure)))
    found = _most_telling(found)
    return (*found, *of_all(story, found))


def _most_telling(found: list[Finding]) -> list[Finding]:
    """'PL-7, an aminoacyl-tRNA synthetase' names one antibody, not two."""
    narrower = lexicon().narrower(_SYNTHETASE)
    present = {one.name for one in found if one.state.value == "present"}
    return [one for one in found if one.name != _SYNTHETASE or not present & {*narrower}]


_SYNTHETASE = "antisynthetase antibody"


def _in_sentence(sentence: Sentence) -> Iterable[tuple[str, FindingKind, State, Span]]:
    in_list = denied_in_list(sentence)
    for mention in sentence.mentions:
        if mention.corrected:
            continue
        name, kind = mention.concept.name, mention.concept.kind
        if kind == "laboratory" and name in _ENZYMES | {
            "normal muscle enzymes",
            "raised muscle enzymes",
        }:
            if enzymes := _enzymes(sentence.text, mention):
                yield (
                    "raised muscle enzymes",
                    "laboratory",
                    enzymes,
                    sentence.at(mention.start, mention.end),
                )
            continue
        if kind == "subtype" and (inside := antibody_of(name)):  # 'anti-MDA5 DM'
            name, kind = inside, "antibody"
        if kind not in ("sign", "antibody") or name in _NO_FINDING | GROUPS:
            continue
        said = context(sentence.text, mention.start, mention.end)
        if not said.asserted:
            continue
        yield (
            name,
            _kind(name, kind),
            "absent" if said.denied or mention.start in in_list else "present",
            sentence.at(mention.start, mention.end),
        )
    if (place := sae(sentence)) is not None:
        denied = context(sentence.text, *place).denied or place[0] in in_list
        yield "anti-SAE", "antibody", "absent" if denied else "present", sentence.at(*place)
    yield from _words(sentence)


def kind_of(concept: Concept | None) -> FindingKind:
    """What kind of finding a concept is; 'other' for what the lexicon does not know."""
    if concept is None or concept.kind not in ("sign", "antibody", "laboratory"):
        return "other"
    return "laboratory" if concept.kind == "laboratory" else _kind(concept.name, concept.kind)


def _kind(name: str, kind: str) -> FindingKind:
    if kind == "antibody":
        return "antibody"
    if name in cancers():
        return "cancer"
    return "symptom" if name in _SYMPTOMS else "sign"


def _enzymes(text: str, mention: Mention) -> State | None:
    """Whether muscle enzymes are said to be raised or normal; a bare value says neither."""
    if mention.concept.name == "raised muscle enzymes":
        return "present"
    after = _IN_BRACKETS.sub(" ", text[mention.end :])
    if mention.concept.name == "normal muscle enzymes" or _NORMAL.match(after):
        return None if _BECAME.match(after) else "absent"
    value = _VALUE.match(text[mention.end :])
    if value and mention.concept.name == "creatine kinase":
        return "present" if (number(value["value"]) or 0) >= _SURELY_RAISED else None
    if re.search(r"\b(?:raised|elevated|increased|high) (?:serum )?$", text[: mention.start], re.I):
        return "present"
    return "present" if _ABNORMAL.match(text[mention.end :]) else None


# What the lexicon cannot know: absence without naming the thing by a noun of its own.
_WORDED: tuple[tuple[str, FindingKind, State, str], ...] = (
    ("muscle weakness", "symptom", "absent", r"\b(?:not weak|(?:muscle )?strength (?:was|is|remained|had always been) (?:normal|full)|felt strong|full strength|(?:muscle )?power (?:was|is) (?:normal|full)|muscles? (?:was|were) (?:not (?:involved|affected)|spared)|muscle testing was normal)"),
    ("muscle weakness", "symptom", "present", r"\b(?:could (?:not|no longer) (?:rise|climb|lift|raise|stand|get|walk)|unable to (?:rise|climb|lift|raise|stand|walk)|inability to (?:rise|climb|lift|raise|stand|walk)|difficulty (?:in )?(?:rising|climbing|lifting|raising|standing|walking|getting)|too weak to)"),
    ("malignancy", "cancer", "absent", r"\b(?:no|without|any) (?:\w+ ){0,3}?(?:tumou?r|neoplas\w+|cancer|malignan\w+)\b|\b(?:search|screening|work-?up) for (?:\w+ ){0,3}?(?:tumou?r|malignancy|cancer|neoplas\w+)\b[^.;]{0,40}\b(?:negative|unremarkable|unrevealing|fruitless)"),
)  # fmt: skip
_WORDS = tuple((n, k, s, re.compile(p, re.IGNORECASE)) for n, k, s, p in _WORDED)


def _words(sentence: Sentence) -> Iterable[tuple[str, FindingKind, State, Span]]:
    for name, kind, state, pattern in _WORDS:
        for match in pattern.finditer(sentence.text):
            if context(sentence.text, match.start(), match.end()).relative:
                continue
            yield name, kind, state, sentence.at(*match.span())


_HISTORY = re.compile(
    r"(?P<time>\b(?:\d[\d.]*|\w+)[ -](?:to[ -]\w+[ -])?(?:day|week|month|year)s?)'?(?:[ -](?:long )?history of\b|'? standing|'? duration)"
    r"|\b(?:had|having) (?:had )?(?:\w+ ){1,8}?for (?:about |nearly |over |more than |the (?:past|last) )?(?P<time2>(?:\d[\d.]*|\w+) (?:weeks|months|years))\b",
    re.IGNORECASE,
)
_OWN = re.compile(
    r"\b(?:DM|JDM|CADM|dermatomyositis|disease|rash|eruption|weakness|erythema|itch\w*|lesions?|papules?|ulcers?)\b"
)


def disease_duration(story: Story) -> Field[str] | None:
    """How long the disease or its signs had lasted when the patient was first seen."""
    for sentence in story.sentences[:3]:
        for match in _HISTORY.finditer(sentence.text):
            around = sentence.text[max(0, match.start() - 60) : match.end() + 60]
            if _OWN.search(around) and not re.search(
                r"\b(?:smok\w+|taking|diabetes|hypertension)\b", match.group()
            ):
                group = "time" if match["time"] else "time2"
                span = sentence.at(*match.span(group))
                return Field(match[group], (span,), "extracted", 0.75)
    return None
