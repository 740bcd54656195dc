"""'How does dazukibart work?' + what was read → the sentences that say what the drug does.

Like a definition (`rag.reader.kinds.definitions`), what a drug does is told by the form of a sentence ('X
blocks …', 'X, an antibody against …'): in its words it is like all others that name the drug.
"""
# ruff: noqa: E501  (a table of patterns reads best one pattern to the line)

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.lexicon import lexicon
from rag.reader.words import stems
from rag.schema import Evidence

MOST = 2
"""Sentences; the second says what the first leaves out."""

_END = r"(?: in (?:the body|(?:this|the) disease|dermatomyositis|j?dm|general|principle))?(?:,? (?:briefly|please|pls|then|exactly|in (?:short|brief)))?\s*[?.!]*$"
_IT_WORKS = r"(?:actually |supposed to |meant to |thought to )?(?:works?|acts?|function)"
_ASKED = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"^(?:and |so )?how (?:does|do|is|are|would|should|might) (?:the drug )?(?P<drug>.+?) {_IT_WORKS}{_END}",
        rf"^(?:please )?(?:explain|describe|tell me) how (?P<drug>.+?) {_IT_WORKS}{_END}",
        rf"^(?:what(?:['’]?s| is| are) )?(?:the )?(?:mechanisms?|modes?) of action (?:of|for|behind) (?P<drug>.+?){_END}",
        rf"^(?P<drug>.+?)[,:;?–-]? *(?:(?:mechanism|mode) of action|moa|how does (?:it|that) {_IT_WORKS}){_END}",
        rf"^what (?:does|do|would) (?P<drug>.+?) (?:do|target|block|inhibit|act on|bind(?: to)?){_END}",
        rf"^(?:what|which) (?:kind|sort|type|class) of (?:drug|medicine|medication|med|treatment|agent|thing) (?:is|are) (?P<drug>.+?){_END}",
        rf"^(?P<drug>.+?)(?:[,:;?]| [–-]) ?(?:what|which) (?:kind|sort|type|class) of (?:drug|medicine|medication|med|treatment|agent|thing)(?: is (?:that|it|this))?{_END}",
        rf"^what(?:['’]?s| is| are) (?P<drug>.+?)[,;?]? (?:and )?(?:what|which) (?:kind|sort|type|class) of (?:drug|medicine|medication|med|treatment|agent|thing) is (?:that|it|this){_END}",
    )
)
_ACTS = (
    r"(?:acts?|blocks?|inhibits?|neutrali[sz]es?|binds?|targets?|suppress(?:es)?|dampens?|prevents?|interferes? with|"
    r"depletes?|removes?|modulates?|antagoni[sz]es?|stimulates?|activates?|interrupts?|works? (?:by|through|on|via)|calms?|kills?)\b"
)
_IS_A = (
    r"(?:an? |the )?(?:(?!in\b|for\b|and\b|was\b|were\b|given\b)[\w'’/()-]+ ){0,6}?"
    r"(?:inhibitor|blocker|antagonist|agonist|antibody|modulator|analogue|antibiotic|sulfone|antimalarial|immunosuppressant|"
    r"retinoid|bisphosphonate|anticoagulant|chelator|steroid|drug|agent|peptide|hormone|protein)\b"
)
_BESIDE = r"^(?: ?\([^)]*\))?"
_DOES = re.compile(rf"{_BESIDE},? (?:\w+ly |also |in turn )?{_ACTS}", re.IGNORECASE)
_IS = re.compile(
    rf"{_BESIDE}(?: (?:is|are)(?: described as)? (?:an? |the )?{_IS_A}|, (?:an? |the ){_IS_A})",
    re.IGNORECASE,
)
_IN_BRACKETS = re.compile(rf"^ ?\((?:an? |the ){_IS_A}", re.IGNORECASE)
_OPENING = re.compile(r"^(?:[-–•*]\s*)?(?:the |an? |low-dose |oral |intravenous )*$", re.IGNORECASE)


def asked_how_it_works(question: str) -> str | None:
    """The drug of which it is asked how it works, or what kind of drug it is; else None."""
    text = " ".join(question.split())
    for pattern in _ASKED:
        if not (found := pattern.match(text)):
            continue
        said = found["drug"].strip(" ?,;:")
        drugs = [m for m in lexicon().find(said, typos=True) if m.concept.kind == "drug"]
        if len(drugs) == 1 and drugs[0].end == len(said) and _OPENING.match(said[: drugs[0].start]):
            return drugs[0].concept.name
    return None


def working(drug: str, evidence: Sequence[Evidence]) -> list[Evidence]:
    """The sentences that say what a drug does or is, the plainest first; often none.

    `evidence` is best first.
    """
    found = [(strength, n, e) for n, e in enumerate(evidence) if (strength := _strength(drug, e))]
    found.sort(key=lambda one: (-one[0], one[1]))
    best = [item for strength, _, item in found if strength == found[0][0]]
    return best[:MOST]


def working_like(name: str, evidence: Sequence[Evidence]) -> list[Evidence]:
    """The sentences that say of one of its kind what makes it one: of 'JAK inhibitor' those that
    say that tofacitinib inhibits a Janus kinase; often none. `evidence` is best first.
    """
    kind = lexicon().concept(name)
    telling = {stem for term in kind.terms for stem in stems(term)} - _SAY_NOTHING if kind else ()
    found = (
        item
        for member in lexicon().narrower(name)
        for item in working(member, evidence)
        if set(telling) & set(stems(_without(member, item.text)))
    )
    kept = set(found)
    return [item for item in evidence if item in kept][:MOST]


# What kinds of drugs have in their names, whatever they act on.
_SAY_NOTHING = frozenset(
    stems("inhibitor inhibition inhibitory blocker antagonist agent drug therapy treatment type")
)


def _without(drug: str, text: str) -> str:
    """A text without a drug's name: 'topical tacrolimus' says of no kind that it is topical."""
    for mention in reversed(lexicon().find(text)):
        if mention.concept.name == drug:
            text = f"{text[: mention.start]} {text[mention.end :]}"
    return text


def _strength(drug: str, item: Evidence) -> int:
    """2: what it does or is; 1: what it is, in passing."""
    for mention in lexicon().find(item.text):
        if mention.concept.name != drug:
            continue
        before, behind = item.text[: mention.start], item.text[mention.end :]
        first = _OPENING.match(before)
        if first and (_DOES.match(behind) or _IS.match(behind)):
            return 2
        if _IS.match(behind) or _IN_BRACKETS.match(behind):
            return 1
    return 0
