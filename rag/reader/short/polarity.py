"""A question that yes or no answers + the clause that answers it → 'Yes', 'No', or neither.

Said only where the clause speaks of the very thing asked about and nothing in it, or in the
question, leaves room: no doubt, plan, part, degree or condition. Everything else is left to the
sentence, which is quoted.

Of 563 yes-or-no questions on train and validation reports, each with its evidence and judged by
hand, the rules as first written said yes or no of 39 and were right in 29. Mended on one half of
the reports they said it of 30 (28 right). Asked of its report each, yes or no then stood before 27
answers (23 right); with `rag.reader.short.denials` and `rag.reader.short.survival`, and with what a question is
after named, before 45 (43 right), of the half that was not looked at 17 (16 right; before 10 of 10;
`eval/asked/yes_no.jsonl`).

Plain questions put to 46 reports ('did it come back?', 'was the CK raised?', 27 of each) showed what
these did not: 141 got a yes or no, of which some 32 were wrong, most of them denials of something
else. Mended on them, 17 further reports gave 57 (45 right); mended on
these, 16 further ones 45 (37 right). That is how it does unprepared: four of five. All were in view
in the end (117, 44 and 38 said, at most eight wrong); of the 563 37, all right (of the half 14).

What was tried and is not used: a logistic model of these features and of how near the encoder
thinks the sentence's contrary is (area under the curve .73), and one of the evidence network's
states (.66).
"""
# ruff: noqa: E501  (a table of patterns reads best one pattern to the line)

from __future__ import annotations

import re
from typing import Literal

from rag.reader.question.ask import asked_part
from rag.reader.question.asked import is_yes_no
from rag.reader.question.polar_words import (
    CHANGED,
    DOUBT,
    EFFECT_ASKED,
    IN_GENERAL,
    NO_EFFECT,
    NORMAL,
    NOT,
    NOT_GIVEN,
    OF_TWO,
    OPEN,
    RAISED,
    REFERENCE_RANGE,
    SOUGHT,
)
from rag.reader.short.clauses import clause_of, clauses
from rag.reader.short.effects import drugs_in, effect, speaks_of_drugs
from rag.reader.short.named import LEAST_NAMED, share_named
from rag.reader.short.survival import asks_for_survival, survival
from rag.reader.whom.patients import described
from rag.reader.words import stems

Polarity = Literal["Yes", "No"]

# Denies what stands behind it; the others deny the whole statement.
_BEHIND = re.compile(
    r"no|neither|without|absence of|free of|free from|lack of|lacked|excluded|ruled out", re.I
)
_PAUSE = re.compile(r"[,;:()]|\b(?:and|with|but|in|of)\b")
_REACH = 4
"""Words over which 'no' still denies what follows: 'no sign of a tumour', not 'none had X, one Y'."""


def polarity(question: str, sentence: str, start: int, end: int) -> Polarity | None:
    """Whether the statement around ``sentence[start:end]`` affirms or denies what is asked."""
    part = _without_whom(asked_part(question))
    if not is_yes_no(part) or OPEN.search(part) or of_other_numbers(question, sentence):
        return None
    if OF_TWO.search(sentence) or IN_GENERAL.search(sentence):
        return None
    if asks_for_survival(part):
        return survival(part, sentence)
    left, right = clause_of(sentence, start, end)
    if sentence[right : right + 1] == ":":  # a label: what stands behind it says how it was
        right = clause_of(sentence, right + 1, right + 2)[1]
    clause = sentence[left:right]
    # Who or what a label names ('Adverse effects: none') belongs to what stands behind it.
    label = re.search(r"([^.;:]{2,60}):\s*$", sentence[:left])
    clause = f"{label.group(1)}: {clause}" if label else clause
    clause = REFERENCE_RANGE.sub(" ", clause)
    if _in_neither(part, clause):
        return "No"
    if DOUBT.search(clause):
        return None
    if EFFECT_ASKED.search(part):
        return effect(part, clause, sentence)
    said = _existence(part, clause)
    # 'Methotrexate, and exchange, for which he would have had to travel, were not used.'
    cut_off = NOT.search(sentence[right:]) and not _FINITE.search(clause)
    return None if said == "Yes" and cut_off else said


# Behind what is asked: of whom, where a report answers for its patient.
_WHOM = re.compile(
    r"(?<=\w) (?:in|of|for|from) (?:the|this|that) (?!other|first|second|third|last|older|younger)"
    r"(?:[\w'-]+ ){0,5}?(?:man|woman|girl|boy|child|patient|lady|teenager|\d+[- ]year[- ]old|report|paper|case)\b"
    r"(?:,? (?:whose?|with|on)\b[^?]*)?\s*[?.!]*$",
    re.IGNORECASE,
)
_KIN = re.compile(
    r"\b(?:famil\w+|mother|father|sister|brother|relatives?|control\w*|caused|due|by|so)\b|'s\b",
    re.I,
)


def _without_whom(part: str) -> str:
    """The question without the words behind it that say whom it is about: they are no part of what
    a statement must name.
    """
    found = _WHOM.search(part)
    return part if not found or _KIN.search(found[0]) else f"{part[: found.start()]}?"


_NEITHER = re.compile(r"\bneither (?P<things>[^.;:]*?\bnor\b(?: [\w'-]+){1,4})", re.IGNORECASE)


def _in_neither(part: str, clause: str) -> bool:
    """Whether what is asked about is one of the things that 'neither … nor …' denies."""
    found = _NEITHER.search(clause)
    once = len(NOT.findall(clause)) == 1
    plain = not (EFFECT_ASKED.search(part) or RAISED.search(part) or NORMAL.search(part))
    return bool(found and once and plain and _named(part, found["things"]))


_FINITE = re.compile(r":|\b(?:was|were|is|are|had|has|have|did|[a-z]{3,}ed)\b")

# 'Patients 1-3', 'patients 1 and 4', 'case 2'.
_NUMBERED = re.compile(
    r"\b(?:patient|case|pt)s? (?P<numbers>\d+(?:(?:\s*[-–,]\s*| and | to )\d+)*)\b", re.I
)


def of_other_numbers(question: str, sentence: str) -> bool:
    """Whether patients of a series are named by number, and the one asked about is none of them."""
    wanted = described(question).number
    told = [found["numbers"] for found in _NUMBERED.finditer(sentence)]
    return wanted is not None and bool(told) and not any(wanted in _counted(one) for one in told)


def _counted(numbers: str) -> set[int]:
    """The numbers that '1-3' or '1 and 4' names."""
    found: set[int] = set()
    for part in re.split(r",| and ", numbers):
        ends = [int(one) for one in re.findall(r"\d+", part)]
        found |= {*range(ends[0], ends[-1] + 1)} if ends else set()
    return found


def _existence(part: str, clause: str) -> Polarity | None:
    asked_high, asked_normal = bool(RAISED.search(part)), bool(NORMAL.search(part))
    place = _named(part, clause)
    if place is None:
        return _by_a_kind(part, clause)
    if not speaks_of_drugs(part, clause) or _lacks_what_is_had(part, clause):
        return None
    if asked_high or asked_normal:
        return _value(_statement(clause, *place), asked_high=asked_high)
    said = _was_there(clause, *place)
    drug_denied = said == "No" and drugs_in(part) and not NOT_GIVEN.search(clause)
    return None if drug_denied else said


def _statement(clause: str, first: int, last: int) -> str:
    """The part of a clause, between ', and's, that names a thing from `first` to `last`.

    'Strength increased, and the CK became normal' raises no CK.
    """
    cuts = [m.span() for m in _AND.finditer(clause)]
    left = max((b for _, b in cuts if b <= first), default=0)
    right = min((a for a, _ in cuts if a >= last), default=len(clause))
    return clause[left:right]


_AND = re.compile(r"[,;]\s+(?:and|but)\s+")


def _value(clause: str, *, asked_high: bool) -> Polarity | None:
    """Whether a value was as asked, where the clause says what it was, and not what it became."""
    if CHANGED.search(clause):
        return None
    normal = bool(NORMAL.search(clause))
    high = bool(RAISED.search(NORMAL.sub(" ", clause)))
    if high == normal or NOT.search(NORMAL.sub(" ", clause)):
        return None
    return "Yes" if high == asked_high else "No"


def _was_there(clause: str, first: int, last: int) -> Polarity | None:
    """Whether what is named from `first` to `last` is affirmed, or denied."""
    negated = list(NOT.finditer(clause))
    if not negated:
        return None if SOUGHT.search(clause[:first]) else "Yes"
    if NO_EFFECT.search(clause):
        return None  # what had no effect was there
    if len(negated) > 1:
        return None
    # 'A rash without itching' denies the itching alone, 'no rash' what stands behind it.
    (match,) = negated
    if _BEHIND.fullmatch(match[0]):
        between = clause[match.end() : first]
        near = match.end() <= first and not _PAUSE.search(between)
        return "No" if near and len(between.split()) <= _REACH else None
    if match.start() >= last:
        return None if _OTHER_PREDICATE.search(clause[last : match.start()]) else "No"
    denied = match.end() <= first or _AUXILIARY.search(clause[first : match.start()])
    return "No" if denied else None


# 'The rash {did} not come back'.
_AUXILIARY = re.compile(r"^[\w' -]*\b(?:did|does|do|was|were|is|are|had|has|have) ?$")


def _by_a_kind(part: str, clause: str) -> Literal["Yes"] | None:
    """Yes where a clause names a kind of what is asked about: prednisone is a steroid.

    That there was none of one kind, or that it was looked for, says nothing of the others.
    """
    found = share_named(part, clause, narrower=True)
    if found is None or found[0] < LEAST_NAMED or _lacks_what_is_had(part, clause):
        return None
    if RAISED.search(part) or NORMAL.search(part) or NOT.search(clause):
        return None
    return None if SOUGHT.search(clause[: found[1]]) else "Yes"


# 'Methotrexate was added in October and never increased': what stands behind the first verb and
# its comma denies something else.
_OTHER_PREDICATE = re.compile(r"\b(?:was|were|is|are|had|has|have|did)\b.*(?:,|\band\b)")


# 'Did the study have controls?', 'was there a rash?': whatever else is named, it is about this.
_HAD = re.compile(
    r"\b(?:have|had|there|show|include|involve|contain|use)\b (?:(?:any|an?|the|some) )?(?P<thing>[\w' -]+?)\s*[?.!]*$",
    re.IGNORECASE,
)


def _lacks_what_is_had(part: str, clause: str) -> bool:
    """Whether the clause names nothing of the thing that somebody is asked to have."""
    found = _HAD.search(part)
    thing = found["thing"] if found else ""
    return bool(stems(thing)) and not share_named(thing, clause, narrower=True)


def affirmed(question: str, sentence: str) -> Polarity | None:
    """Yes or no as the clause says it that names most of what is asked about; None where unsure."""
    part = asked_part(question)
    if not is_yes_no(part):
        return None
    if asks_for_survival(part):
        return polarity(question, sentence, 0, len(sentence))
    best: tuple[float, int, int] = (0.0, 0, 0)
    for left, right in clauses(sentence):
        found = share_named(part, sentence[left:right])
        if found and found[0] > best[0]:
            best = found[0], left + found[1], left + found[2]
    return polarity(question, sentence, best[1], best[2]) if best[0] else None


def _named(part: str, clause: str) -> tuple[int, int] | None:
    """Where the clause names what the question is about; None where it leaves part of it out."""
    found = share_named(part, clause)
    return found[1:] if found and found[0] >= LEAST_NAMED else None
