"""'Why did rituximab fail?' + what was read → the sentences by which it did not.

Such a question has no answer, and silence would leave standing what it takes for granted. The
sentence that says the opposite is near to it: it names the same drug and the same matter.
"""
# ruff: noqa: E501  (a table of patterns reads best one pattern to the line)

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from rag.lexicon import lexicon
from rag.reader.question.polar_words import BAD, GOOD, NOT
from rag.reader.question.subject import named_drugs
from rag.reader.words import concept_names, stems, with_wider
from rag.schema import Evidence

MOST = 2
READ = 10
"""Sentences of the report, best first, that may speak against the question, or for it."""

Claim = Literal["failed", "worked", "harmed", "rose", "fell", "stopped", "continued"]

_HARM = (
    r"(?:side[- ]?effects?|adverse (?:events?|effects?|reactions?)|toxicit(?:y|ies)|complications?|malformations?|"
    r"birth defects?|harm|damage|reactions?|infections?|illness(?:es)?)"
)
_WHY = r"^(?:and |but |so )?(?:why\b(?! not\b)|how come\b|what (?:made|caused)\b|for what reason\b|(?:what (?:was|were) )?(?:the )?reasons? (?:for|why|that)\b)"
# What somebody or something did, and no clause that says who or when it was.
_IT = r"(?: (?:did|has|have|had|was|were))?(?: (?:(?!who\b|whom\b|that\b|which\b|when\b|after\b|because\b|if\b|do\b|does\b|would\b|might\b|should\b|can\b|(?!caused\b|needed\b|turned\b)\w+ed\b)[\w'’/+-]+)){1,7}?"
_FAILED = re.compile(
    rf"{_WHY}(?:{_IT} (?:fail(?:ed)?|(?:not|never) (?:\w+ )?(?:work|help|respond|improve)(?:ed)?|(?:(?:get|got|become|became|go|went) )?worse|worsen(?:ed)?|deteriorated?|useless|ineffective)| (?:did|was|were|has)n['’]?t\b{_IT} (?:work|help|respond|improve|effective)(?:ed)?)\b",
    re.IGNORECASE,
)
_WORKED = re.compile(
    rf"{_WHY}{_IT} (?:cured?|help(?:ed)?|work(?:ed)?|improved?|respond(?:ed)?|clear(?:ed)?|heal(?:ed)?|resolved?|recover(?:ed)?|better|effective|disappear(?:ed)?|successful)\b",
    re.IGNORECASE,
)
_HARMED = re.compile(
    rf"{_WHY}{_IT} (?:(?:such|so|serious|severe|bad|many|much|any|the|a) )*{_HARM}\b|"
    rf"^(?:what|which)(?: (?:kinds?|sorts?|types?) of)? (?:serious |severe )?{_HARM} (?:did|were|was|had|happened|occurred)\b|"
    rf"^how (?:bad|severe|serious) (?:was|were) (?:the )?{_HARM}\b",
    re.IGNORECASE,
)
# Of a drug: 'why did her legs hurt?' is of the disease.
_HURT = re.compile(
    rf"{_WHY}{_IT} (?:stung|sting|burn(?:ed|t)?|irritat(?:e|ed|ing)|hurt|sick|ill|nauseous|poison(?:ed)?)\b",
    re.IGNORECASE,
)
_STOPPED = re.compile(
    r"\b(?:stop(?:s|ped|ping)?|withdr[ae]wn?|withdrawal|discontinu\w+|ceased|halted|(?:came|come|taken|went) off)\b",
    re.IGNORECASE,
)
_CONTINUED = re.compile(
    r"\b(?:continu(?:e|es|ed|ing)|(?:kept|left|stay(?:ed)?|remain(?:ed)?|maintained|keep|leave) (?:\w+ )?on|not withdrawn)\b",
    re.IGNORECASE,
)
_HARM_NAMED = re.compile(rf"\b{_HARM}\b", re.IGNORECASE)
_ROSE = re.compile(
    r"\b(?:r[io]se[ns]?|raised?|raising|increas\w+|(?:go|goes|going|gone|went|put|shot|pushed) up|higher|climb\w*|doubled)\b",
    re.IGNORECASE,
)
_FELL = re.compile(
    r"\b(?:fall(?:s|en|ing)?|fell|drop(?:s|ped)?|(?:c[ao]me|go|goes|gone|went|brought|bring) down|decreas\w+|lower(?:ed|ing)?|reduc\w+|cut|taper\w*|halved|declin\w+)\b",
    re.IGNORECASE,
)
_SAME = re.compile(
    r"\b(?:did not|didn't|no|without) (?:\w+ )?change\w*\b|\bunchanged\b|\b(?:stayed|remained) (?:the same|stable)\b",
    re.IGNORECASE,
)
_NO_HARM = re.compile(
    rf"\b(?:no|none|without|nothing|free of|nor)\b[^.;,:]{{0,30}}?\b{_HARM}\b|"
    rf"\b{_HARM}\b[^.;,:]{{0,40}}?(?::|\b(?:was|were)) (?:none|not|nil|no)\b|\bsafety\b[^.;:]*: (?:no|nothing)\b",
    re.IGNORECASE,
)
# What stands behind such a label is of what the report is about.
_LABEL = re.compile(
    r"^[-–•*]?\s*(?:response|outcome|results?|course|effects?|adverse|side[- ]effects?|safety|tolerability|follow-up)\b[^.:;]{0,30}:",
    re.IGNORECASE,
)
_DOUBT = re.compile(
    r"\b(?:possibl[ey]|perhaps|(?-i:may)|might|could|would|should|likely|suspect\w*|propos\w*|plan\w*|option|"
    r"considered|advised|recommended|if|unless|partly|partial\w*|slight\w*|temporar\w*|transient\w*|unclear|unknown)\b",
    re.IGNORECASE,
)
_STATEMENTS = re.compile(r"[;.]\s+|,\s+(?:but|while|whereas)\s+")
_ALIKE = 2
"""Words of the question that a sentence without a drug must share, and so must half of its own."""
_OF_ALL = frozenset({"dermatomyositis", "adverse event", "juvenile dermatomyositis"})
_SAYS_NOTHING = frozenset(
    stems("why reason patient report study trial series case effect effects drug treatment dermatomyositis dm")
)  # fmt: skip


_MOVES: tuple[tuple[Claim, re.Pattern[str]], ...] = (
    ("rose", _ROSE), ("fell", _FELL), ("stopped", _STOPPED), ("continued", _CONTINUED)
)  # fmt: skip
_MOVED = tuple(
    (claim, re.compile(rf"{_WHY}{_IT} (?:{moved.pattern})", re.IGNORECASE))
    for claim, moved in _MOVES
)


def claimed(question: str) -> Claim | None:
    """What a question takes for granted; None for one that asks, or that takes for granted what
    no pattern knows.
    """
    text = " ".join(question.split())
    if _FAILED.search(text):
        return "failed"
    if _HARMED.search(text) or (_HURT.search(text) and named_drugs(text)):
        return "harmed"
    if _WORKED.search(text) and not NOT.search(text):
        return "worked"
    return next((claim for claim, why in _MOVED if why.search(text)), None)


def contradicting(question: str, evidence: Sequence[Evidence]) -> list[Evidence]:
    """The sentences that say the opposite of what a question takes for granted; often none.

    `evidence` is best first; only its first report counts, and none of its sentences may say what
    the question says.
    """
    claim = claimed(question)
    if claim is None or not evidence:
        return []
    report = evidence[0].passage.report_id
    # That nothing was harmed need not be near to what is said to have been.
    own = [e for e in evidence if e.passage.report_id == report]
    own = own if claim == "harmed" else own[:READ]
    said = [(item, _says(claim, question, item.text)) for item in own]
    if any(agrees for _, agrees in said):
        return []
    return [item for item, agrees in said if agrees is False][:MOST]


def _says(claim: Claim, question: str, sentence: str) -> bool | None:
    """Whether a sentence says what is claimed (True), the opposite (False), or nothing of it."""
    if _DOUBT.search(sentence) or not _is_about(question, sentence):
        return None
    drugs = named_drugs(question)
    if claim in ("stopped", "continued"):
        drugs |= with_wider(question)  # 'glucocorticoids were withdrawn' is of prednisone, too
    found: set[bool] = set()
    for statement in _STATEMENTS.split(sentence):
        others = {m.concept.name for m in lexicon().find(statement) if m.concept.kind == "drug"}
        if others and drugs and not others & drugs:
            continue  # of another drug
        if (agrees := _agrees(claim, statement)) is not None:
            found.add(agrees)
    return None if not found else True in found


def _agrees(claim: Claim, statement: str) -> bool | None:
    if claim == "harmed":
        if _NO_HARM.search(statement):
            return False
        return True if _HARM_NAMED.search(statement) else None
    if claim in ("stopped", "continued"):
        ended, went_on = bool(_STOPPED.search(statement)), bool(_CONTINUED.search(statement))
        return None if ended == went_on else ended == (claim == "stopped")
    if claim in ("rose", "fell"):
        rose, fell = bool(_ROSE.search(statement)), bool(_FELL.search(statement))
        if rose == fell:
            return False if not rose and _SAME.search(statement) else None
        return rose == (claim == "rose")
    bad = bool(BAD.search(statement))
    good = bool(GOOD.search(BAD.sub(" ", statement)))
    if bad == good:
        return False if not bad and _SAME.search(statement) else None
    if good and NOT.search(statement):
        return None
    return bad == (claim == "failed")


def _is_about(question: str, sentence: str) -> bool:
    """Whether a sentence names the drug that the question names, or shares words enough with it."""
    drugs, names = named_drugs(question) | with_wider(question), concept_names(sentence)
    drugs -= _OF_ALL
    if drugs & names or concept_names(question, typos=True) & names - _OF_ALL:
        return True
    if _LABEL.match(sentence):
        return not any(m.concept.kind == "drug" for m in lexicon().find(sentence))
    words = {*stems(sentence)}
    shared = words & {*stems(question)} - _SAYS_NOTHING
    return len(shared) >= _ALIKE and 2 * len(shared) >= len(words)
