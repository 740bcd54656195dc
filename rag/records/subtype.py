"""A patient's story → the form of the disease: as named, else judged from age, antibody, muscle."""
# ruff: noqa: E501  (a table of patterns reads best one pattern to the line)

from __future__ import annotations

import re

from rag.lexicon import lexicon
from rag.records.antibodies import antibody_of
from rag.records.context import context
from rag.records.record import Field, Finding, Span
from rag.records.story import Sentence, Story

CLASSIC = "classic dermatomyositis"
JUVENILE = "juvenile dermatomyositis"
AMYOPATHIC = "clinically amyopathic dermatomyositis"
MDA5 = "anti-MDA5 dermatomyositis"
OVERLAP = "overlap myositis"
_MDA5 = "anti-MDA5"
_OVERLAP_ANTIBODIES = ("anti-Jo-1", "anti-PL-7", "anti-PL-12", "anti-EJ", "anti-OJ", "anti-KS",
                       "anti-PM/Scl", "anti-Ku", "anti-U1RNP")  # fmt: skip
_IS_WEAK = re.compile(
    r"\b(?:became|was|were|is|grew|felt) (?:\w+ )?weak\b|\bweak (?:neck|thighs?|arms?|legs?|shoulders?|hips?|muscles?|deltoids|proximal)|"
    r"\b(?:difficulty|trouble) (?:in |with )?(?:climbing|rising|lifting|combing|standing|walking|getting up|dressing)|\btoo weak\b|"
    r"\b(?:regained|restored|recovered) (?:\w+ )?(?:strength|power)\b|\bstrength (?:had |has )?(?:returned|recovered|improved|come back|came back|rose)\b|"
    r"\b(?:became|grew|got) (?:\w+ )?stronger\b|\bstopped (?:climbing|walking|running)\b|"
    r"\bcould (?:not|no longer|hardly) (?:climb|rise|lift|raise|stand|walk)|[34]/5\b",
    re.IGNORECASE,
)
_IS_STRONG = re.compile(
    r"\b(?:strength|power|muscles?|CK|creatine kinase|enzymes?|electromyogra\w+|EMG)\b(?: (?!(?:was|were|is|had|became|returned)\b)[^.;]{0,60}?)? (?:was|were|is|remained|had always been) "
    r"(?:\w+ )?(?:full|strong|normal)\b(?! (?:in|by|within|at|after|again)\b)|\bfull strength\b|\b(?:is|was) not weak\b|\bdenied weakness\b",
    re.IGNORECASE,
)
_ADULT = 18
_ADULTS = re.compile(r"\badults?\b", re.IGNORECASE)
_CHILDHOOD = re.compile(r"\b(?:in (?:early )?childhood|pa?ediatric)\b", re.IGNORECASE)
# Neighbours and doubtful names: they say with what somebody was compared, or ill beside it.
_BARE = frozenset(
    [
        "idiopathic inflammatory myopathy",
        "dermatomyositis",
        "connective tissue disease",
        "polymyositis",
        "systemic lupus erythematosus",
        "systemic sclerosis",
        "Sjögren's syndrome",
        "rheumatoid arthritis",
        "mixed connective tissue disease",
        "undifferentiated connective tissue disease",
        "juvenile idiopathic arthritis",
        "inclusion body myositis",
        "refractory dermatomyositis",
        "adult dermatomyositis",
        "overlap myositis",
        "haemorrhagic myositis",
        "immune-mediated necrotising myopathy",
    ]
)
_FIRST = (JUVENILE, AMYOPATHIC, CLASSIC, MDA5, "antisynthetase syndrome")
_WEAK = (
    "muscle weakness",
    "proximal muscle weakness",
    "neck flexor weakness",
    "muscle involvement",
)
_SKIN = (
    "rash", "heliotrope rash", "Gottron's papules", "Gottron's sign", "violaceous erythema",
    "shawl sign", "V sign", "poikiloderma", "periungual erythema", "facial erythema",
    "periorbital oedema", "skin ulcer", "mechanic's hands", "flagellate erythema",
    "photosensitivity",
    "scalp involvement", "pruritus", "calcinosis", "malignant erythema",
)  # fmt: skip


def subtype(
    story: Story, age: Field[float] | None, found: tuple[Finding, ...]
) -> Field[str] | None:
    """The name of the form in the lexicon, with the words named or judged from; None if unknown."""
    named = _named(story)
    if age is not None and age.value < _ADULT and (not named or named.value != JUVENILE):
        return Field(JUVENILE, age.spans, "extracted", 0.8)
    if named and _rank(named.value) < len(_FIRST):
        return named
    present = {f.name: f.state.spans for f in found if f.state.value == "present"}
    absent = {f.name: f.state.spans for f in found if f.state.value == "absent"}
    # 'Paraneoplastic' or 'Wong-type' say why and how, not whether the muscles are ill.
    return (
        _by_antibody(present)
        or _of_all(story, age, absent)
        or _by_muscle(story, present, absent)
        or named
    )


_Spans = dict[str, tuple[Span, ...]]


def _by_antibody(present: _Spans) -> Field[str] | None:
    for names, form in (((_MDA5,), MDA5), (_OVERLAP_ANTIBODIES, OVERLAP)):
        for name in names:
            if name in present:
                return Field(form, present[name][:1], "extracted", 0.6)
    return None


def _of_all(story: Story, age: Field[float] | None, absent: _Spans) -> Field[str] | None:
    """The form that the title, or the opening of a report of several, gives to all its patients."""
    told = [story.heading] if story.heading else []
    told += [] if story.alone else [one for one in story.common if one.kind == "summary"]
    told += [one for one in story.before if one not in told and not _ADULTS.search(one.text)]
    for sentence in told:
        for name, span in _names(sentence, of_all=True):
            adult = age is not None and age.value >= _ADULT
            fits = name in (JUVENILE, MDA5, AMYOPATHIC) or name in lexicon().narrower(AMYOPATHIC)
            if fits and not (name == JUVENILE and adult) and not (name == MDA5 and _MDA5 in absent):
                return Field(name, (span,), "extracted", 0.6)
    return None


def _by_muscle(story: Story, present: _Spans, absent: _Spans) -> Field[str] | None:
    weak = next((present[name] for name in _WEAK if name in present), None) or _said(
        story, _IS_WEAK
    )
    strong = next((absent[name] for name in _WEAK if name in absent), None)
    strong = strong or absent.get("raised muscle enzymes") or _said(story, _IS_STRONG)
    skin = next((present[name] for name in _SKIN if name in present), None)
    raised = present.get("raised muscle enzymes")
    if weak or (raised and skin):
        spans = (weak or raised or ())[:1] + (skin or ())[:1]
        return Field(CLASSIC, tuple(sorted(spans)), "extracted", 0.6)
    if strong and not raised:
        return Field(AMYOPATHIC, (*strong[:1], *(skin or ())[:1]), "extracted", 0.5)
    return None


def _said(story: Story, pattern: re.Pattern[str]) -> tuple[Span, ...]:
    """Where the patient's sentences say it of the muscles, undenied; empty when they do not."""
    for sentence in story.sentences:
        for match in pattern.finditer(sentence.text):
            said = context(sentence.text, match.start(), match.end())
            if said.asserted and not said.denied and not sentence.cited:
                return (sentence.at(*match.span()),)
    return ()


def _named(story: Story) -> Field[str] | None:
    """The form that the patient's own sentences name; the most telling of several."""
    spans: dict[str, list[Span]] = {}
    for sentence in story.sentences:
        if not sentence.cited:
            for name, span in _names(sentence):
                spans.setdefault(name, []).append(span)
    if not spans and story.alone:
        for sentence in story.shared:
            for name, span in _names(sentence):
                spans.setdefault(name, []).append(span)
    ordered = sorted(spans, key=lambda name: (_rank(name), spans[name][0]))
    if not ordered:
        return None
    return Field(ordered[0], tuple(spans[ordered[0]]), "extracted", 0.9)


def _names(sentence: Sentence, *, of_all: bool = False) -> list[tuple[str, Span]]:
    """The forms that a sentence names; what is said of all is said of relatives, too ('familial')."""
    found = []
    for mention in sentence.mentions:
        name = mention.concept.name
        if mention.concept.kind != "subtype" or name in _BARE or mention.corrected:
            continue
        if antibody_of(name) and name != MDA5:  # an antibody, not a form that is told apart
            continue
        said = context(sentence.text, mention.start, mention.end)
        if (said.asserted or (of_all and not said.supposed)) and not said.denied:
            found.append((name, sentence.at(mention.start, mention.end)))
    if of_all and (young := _CHILDHOOD.search(sentence.text)):
        found.append((JUVENILE, sentence.at(*young.span())))
    return sorted(found, key=lambda one: one[0] != JUVENILE)


def _rank(name: str) -> int:
    for rank, one in enumerate(_FIRST):
        if name == one or name in lexicon().narrower(one):
            return rank
    return len(_FIRST)
