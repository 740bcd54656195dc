"""Evidence sentence → the short answer inside it, when the question asks for one clear thing."""

from __future__ import annotations

import re

from rag.lexicon import lexicon
from rag.reader.question.asked import AGE, DOSE, TIME, asked

_HOW_OFTEN = re.compile(r"\bhow (?:often|frequent\w*)\b|\bfrequency of (?:dos|appl|us)\w+", re.I)
_TIMES = r"(?:once|twice|thrice|(?:two|three|four|five|\d+) times)"
_PERIOD = r"(?:day|daily|week|weekly|month|monthly|night|nightly|year|yearly)"
FREQUENCY = re.compile(
    rf"\b{_TIMES}[- ](?:(?:a|per|each|every)[- ])?{_PERIOD}\b|"
    rf"\bevery (?:other |second |\w+ to \w+ |[\w-]+ )?{_PERIOD[:-1]}|days|weeks|months)\b|"
    r"\b(?:daily|weekly|monthly|nightly|fortnightly)\b",
    re.IGNORECASE,
)

_REPEATED = re.compile(r"\b(?:doses|courses|infusions|injections|pulses|cycles)\b", re.IGNORECASE)

# 'five daily doses of', 'two courses of'; 'for 6 weeks', 'over 5 days', 'on 2 days in a row'.
_COUNTED = re.compile(
    rf"\b(?:{_TIMES}|one|two|three|four|five|six|\d+)(?: \w+)? "
    r"(?:doses|courses|infusions|injections|pulses|cycles)\b(?: of)?",
    re.IGNORECASE,
)
_LASTING = re.compile(
    r"\b(?:for|over|on) (?:\w+|\d+)(?: (?:consecutive|successive|more))? "
    r"(?:days?|weeks?|months?|years?)(?: in a row)?\b",
    re.IGNORECASE,
)
# Another clause begins: '100 mg daily was given for six months' keeps to '100 mg daily'.
_ELSEWHERE = re.compile(
    r"[.;:()]|\b(?:and|then|or|but|was|were|is|are|had|has|given|led|with|which)\b", re.IGNORECASE
)
_GAP = 30  # characters between two parts of one dose

# An amount with a unit of substance; a bare percentage is a strength or a share, not a dose.
_PERCENT = re.compile(r"\d\s*%")
_BARE_PERCENT = re.compile(r"^\d[\d.,]*(?:\s*(?:to|-|–)\s*\d[\d.,]*)?\s*%")
# What a drug of so many per cent is.
_FORM = re.compile(
    r"\b(?:ointments?|creams?|gels?|lotions?|solutions?|foams?|suspensions?|drops|shampoos?|pastes?|"
    r"emulsions?|topical\w*|appl(?:y|ied|ication|ications)|paint(?:ed)?|rubbed|iontophoresis)\b",
    re.IGNORECASE,
)


def short_answer(question: str, sentence: str) -> str | None:
    """A slice of `sentence` that alone answers, or None when none is clear.

    Only where exactly one thing of the kind asked for stands in the sentence: with two doses in
    it, half an answer would be a wrong one. And only where nothing else in the sentence may turn
    it round.
    """
    words = _by_kind(question, sentence)
    start = sentence.find(words) if words else -1
    if words is None or start < 0 or not stands_alone(sentence, start, start + len(words)):
        return None
    return words


_ONE_OF_THEM = re.compile(r"(?i)^an? \w+$")


def _by_kind(question: str, sentence: str) -> str | None:
    if _HOW_OFTEN.search(question):
        return _only(FREQUENCY, sentence)
    wanted = asked(question)
    if "age" in wanted:
        return _only(AGE, sentence)
    if "dose" in wanted:
        return _dose(sentence)
    if "time" in wanted:
        return _only(TIME, sentence, without=_ONE_OF_THEM)
    for kind in ("antibody", "drug"):
        if kind in wanted:
            return _only_concept(question, sentence, kind)
    return None


# A short answer is shown without its sentence. Whatever may turn the sentence round, restrict it,
# or give it to somebody else forbids one: the sentence is quoted anyway.
_TURNED = re.compile(
    # negation, refusal
    r"\b(?:no|not|nor|none|never|neither|without|nothing|far from|fail\w*|den(?:ied|y)|refus\w+|"
    r"declin\w+|withheld|abandon\w*|cannot|unable|unsuccess\w+|n't|except\w*|save for|but for|"
    r"apart from|other than|exclud\w+|instead|rather than|unlike|only|merely|"
    # contrast: two patients, drugs, sites or times in one sentence
    r"but|while|whereas|whilst|yet|however|though|although|despite|unless|until|if|or|"
    # intention, condition, doubt
    r"plan\w*|intend\w*|propos\w*|advis\w*|recommend\w*|consider\w*|schedul\w*|await\w*|"
    r"agreed|application|applied for|reserve|as long as|provided|in the event|in case|pending|"
    r"suspic\w*|suspect\w*|equivocal|presum\w*|possib\w*|probab\w*|may|might|could|would|should|"
    r"likely|thought|perhaps|appear\w*|seem\w*|suggest\w*|"
    # other people
    r"brother|sister|father|mother|twin|aunt|uncle|cousin|grand\w+|relative|family|"
    r"series|registry|literature|review|previous(?:ly)? reported|et al|"
    # limits and comparisons
    r"exceed\w*|more than|less than|greater|fewer|at most|at least|up to|maximum|minimum|between|"
    r"anywhere|range\w*|faster|slower|higher|lower|than|above|below|"
    # what came later
    r"relaps\w*|recur\w*|again|back|return\w*|thereafter|transient\w*|temporar\w*|regr[eo]w\w*|"
    r"initially|at first|at the outset|formerly|by the time)\b",
    re.IGNORECASE,
)
# A clause in which the other half of the answer may stand.
_SECOND_HALF = re.compile(r";|,? and (?:\w+ ){0,3}?(?:those|that|the|her|his|was|were|had|kept)\b")
# What belongs to a value that was cut too short: '60 mg' of '60 mg every other day'.
_CUT_SHORT = re.compile(
    r"^\s*(?:[-–/%]|to \d|mg|g\b|kg|µg|units?\b|IU|U/|ml|per\b|a (?:day|week|month)|daily|weekly|"
    r"monthly|once|twice|every|each|times|days?\b|weeks?\b|"
    r"months?\b|years?\b)",
    re.IGNORECASE,
)
_CUT_BEFORE = re.compile(r"(?:\d\s*[-–/]\s*|\d to |[<>≥≤]\s*)$")


def stands_alone(sentence: str, start: int, end: int) -> bool:
    """Whether a slice says by itself what it says in its sentence, as far as words can tell."""
    before, after = sentence[:start], sentence[end:]
    rest = f"{before} | {after}"
    cut = _CUT_SHORT.search(after) or _CUT_BEFORE.search(before)
    return not (cut or _TURNED.search(rest) or _SECOND_HALF.search(rest))


def amounts(sentence: str) -> list[tuple[int, int]]:
    """Where a sentence gives amounts as a dose does; shares of patients are none."""
    found = (match.span() for match in DOSE.finditer(sentence))
    return [span for span in found if not _is_share(sentence, *span)]


def says_dose(sentence: str) -> bool:
    """Whether a sentence says how much or how often.

    'Infusions in 75%, methotrexate in 50%' says neither: it counts patients.
    """
    return bool(
        amounts(sentence)
        or FREQUENCY.search(sentence)
        or _COUNTED.search(sentence)
        or (_REPEATED.search(sentence) and not _PERCENT.search(sentence))
    )


def _is_share(sentence: str, start: int, end: int) -> bool:
    """Whether a percentage is a share of patients rather than the strength of a drug.

    A strength has the form of the drug in its sentence ('ointment'), or the drug itself beside it
    ('tacrolimus 0.1%').
    """
    if not _BARE_PERCENT.search(sentence[start:end]) or _FORM.search(sentence):
        return False
    percent = sentence.index("%", start) + 1
    return not any(
        m.concept.kind == "drug"
        and (
            not sentence[m.end : start].strip()
            if m.end <= start
            else not sentence[percent : m.start].replace(" of ", "").strip()
        )
        for m in lexicon().find(sentence)
    )


def _dose(sentence: str) -> str | None:
    """The one dose with how often and how long, where these stand beside it; else None.

    'Five daily doses of 400 mg/kg' must not become '400 mg/kg': when a frequency or a number of
    doses stands too far off to be taken along, there is no short answer.
    """
    doses = [m.span() for m in DOSE.finditer(sentence) if not _BARE_PERCENT.search(m.group())]
    if len(doses) != 1:
        return None
    start, end = whole_dose(sentence, *doses[0])
    rest = f"{sentence[:start]} {sentence[end:]}"
    missed = FREQUENCY.search(rest) or _REPEATED.search(rest)
    return None if missed else sentence[start:end].strip()


def whole_dose(sentence: str, start: int, end: int) -> tuple[int, int]:
    """The dose ``sentence[start:end]`` with how often and how long, where these stand beside it.

    '375 mg/m2 weekly' of '375 mg/m2 weekly for four weeks' is half of it.
    """
    beside = [m.span() for p in (FREQUENCY, _COUNTED, _LASTING) for m in p.finditer(sentence)]
    grown = True
    while grown:
        grown = False
        for first, last in beside:
            if first < start and _joins(sentence[last:start]):
                start, grown = first, True
            if last > end and _joins(sentence[end:first]):
                end, grown = last, True
    return start, end


def _joins(gap: str) -> bool:
    """Whether what lies between two parts of a dose belongs to it: no other clause, no drug."""
    if len(gap) > _GAP or _ELSEWHERE.search(gap):
        return False
    return not any(m.concept.kind == "drug" for m in lexicon().find(gap))


def _only(
    pattern: re.Pattern[str], sentence: str, without: re.Pattern[str] | None = None
) -> str | None:
    """The one match of `pattern`; None when there is none, or more than one."""
    found = [match.group().strip() for match in pattern.finditer(sentence)]
    found = [item for item in found if without is None or not without.search(item)]
    return found[0] if len(found) == 1 else None


def _only_concept(question: str, sentence: str, kind: str) -> str | None:
    asked_about = {m.concept.name for m in lexicon().find(question)}
    found = [
        m
        for m in lexicon().find(sentence)
        if m.concept.kind == kind and m.concept.name not in asked_about
    ]
    names = list(dict.fromkeys(m.concept.name for m in found))
    return found[0].text if len(names) == 1 else None
