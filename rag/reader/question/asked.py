"""Question → the kinds of answer it asks for; sentence → the kinds of answer it can give.

The same names on both sides, so that the reader can ask: does this sentence hold a dose at all?
"""
# ruff: noqa: E501  (a table of patterns reads best one pattern to the line)

from __future__ import annotations

import re
from functools import lru_cache

from rag.lexicon import lexicon
from rag.reader.question.asked_in_general import asks_for_any_dose, general_speed

# What a question asks for, by its wording. Order is that of `KINDS`.
_ASKED = {
    "dose": r"\bdos(?:e|es|age|ages|ing|ed)\b|\bhow much\b|\bhow often\b|\bmg\b|\bregimen\b|"
    r"\bschedule\b|\bfrequency\b|\bstrength of\b|\bq\?w\b|\bposology\b",
    "time": r"\bhow (?:long|soon|quick|quickly|fast|late|early)\b|\bwhen\b|\bduration\b|"
    r"\btime (?:to|course|until)\b|\binterval\b|\bafter how\b|\bhow many (?:days|weeks|months|"
    r"years|yrs|mo)\b|\bperiod\b|\bf/?u\b|\bfollow(?:ed)?[- ]?up\b|\bonset\b|\bLOS\b|\btimeline\b",
    "number": r"\bhow many\b|\bnumber of\b|\bproportion\b|\bpercent(?:age)?\b|\brate\b|\bn\s*\?|"
    r"\bhow (?:common|often|frequent|high|low)\b|\bfrequency\b|\blevels?\b|\bvalues?\b|"
    r"\bincidence\b|\bprevalence\b|\bmean\b|\bmedian\b|\bratio\b|\btitre?\b|\bscore\b|\bcount\b",
    "age": r"\bhow old\b|\bages?\b|\baged\b|\by/?o\b",
    "sex": r"\bsex\b|\bgender\b|\bmale or female\b|\bman or (?:a )?woman\b",
    "drug": r"\b(?:drugs?|medication|medicines?|meds|treat(?:ed|ment|ments)?|therap(?:y|ies)|tx|rx|"
    r"given|agents?|immunosuppress\w*|steroids?|prescri\w*|tried|regimen|administered|received)\b",
    "antibody": r"\b(?:antibod(?:y|ies)|abs?|serolog\w*|MSAs?|autoantibod\w*)\b",
    "outcome": r"\b(?:outcome|respon[ds]\w*|result|results|work(?:ed)?|help(?:ed)?|improv\w*|"
    r"effect(?:ive|iveness)?|happen(?:ed)?|fare|recover\w*|cured?|heal\w*|surviv\w*|d(?:ie|ied|eath)|"
    r"relaps\w*|recur\w*|remission|benefit\w*|resol\w*|do on)\b",
    "adverse": r"\b(?:side[- ]effects?|adverse|toxic\w*|safe(?:ty)?|tolerat\w*|complication\w*|"
    r"AEs?|harm\w*|reactions?)\b",
    "sign": r"\b(?:signs?|symptoms?|sx|features?|rash|lesions?|present(?:ed|ation|ing)?|look(?:ed)?|"
    r"skin|find?ings?|complain\w*|manifest\w*)\b",
    "laboratory": r"\b(?:labs?|laborator\w*|biops\w*|histolog\w*|patholog\w*|enzymes?|imaging|MRI|"
    r"EMG|CT|blood tests?|tests?|investigat\w*|microscop\w*|CK|CPK|ferritin)\b",
    "conclusion": r"\b(?:conclu\w*|recommend\w*|authors?|suggest\w*|advi[cs]e\w*|propos\w*|caution\w*|"
    r"lesson|take[- ]home|limitations?|writers?|argue\w*|think|opinion)\b",
    "reason": r"\bwhy\b|\bmechanism\w*|\bhow does\b|\bcauses?\b|\bexplain\w*|\breasons?\b|\bpathogen\w*",
}

_NUMBER_WORD = (
    r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|"
    r"sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|half|several|a|an)"
)
_UNIT_OF_TIME = r"(?:hours?|days?|weeks?|wks?|months?|years?|yrs?|decades?)"

DOSE = re.compile(
    r"\d[\d.,]*(?:\s*(?:to|-|–)\s*\d[\d.,]*)?\s*"
    r"(?:mg|g|µg|mcg|ml|mL|U|IU|units?|%|x 10\^?\d+)"
    r"(?:/(?:kg|m2|m²|day|week|month|d|dose)(?:/(?:day|week|d|dose))?)*"
    r"(?:\s*(?:a|per|every|each|once|twice|three times|weekly|daily|monthly|body weight|by mouth|"
    r"orally|intravenously|subcutaneously|\d+|two|three|four|day|week|month|weeks|days|times|for|"
    r"then|in|over)\b)*",
)
TIME = re.compile(
    rf"(?:\b(?:about|approximately|nearly|over|more than|less than|within|after|for|almost)\s+)?"
    rf"\b(?:\d[\d.,]*(?:\s*(?:to|-|–|and)\s*\d[\d.,]*)?|{_NUMBER_WORD})"
    rf"(?:\s+(?:more|further|additional|consecutive|full))?[\s-]+{_UNIT_OF_TIME}\b(?!\s?-?\s?(?:old|year-old)\b)",
    re.IGNORECASE,
)
AGE = re.compile(
    r"\b\d{1,3}(?:\.\d)?[- ]?(?:years?|months?)?[- ]?olds?\b|\b\d{1,3} years old\b|"
    r"(?<=\bage of )\d{1,3}(?:\.\d)?(?: (?:years|months))?\b|"
    r"\b(?:aged?|(?:man|woman|boy|girl|patient) of) \d{1,3}\b(?!\.\d)(?: (?:years|months)\b)?|\b(?:his|her) (?:\d0s|[a-z]+ties)\b",
    re.IGNORECASE,
)
NUMBER = re.compile(rf"\d[\d.,]*\s*%?|\b{_NUMBER_WORD[:-6]})\b", re.IGNORECASE)

_SHOWN = {
    "sex": r"\b(?:woman|women|man|men|girls?|boys?|female|male|he|she|lady|gentleman|mother)\b",
    "outcome": r"\b(?:improv\w*|remission|relaps\w*|recur\w*|died|death|surviv\w*|heal\w*|clear\w*|"
    r"respon\w*|resol\w*|disappear\w*|better|worse\w*|recover\w*|fell|normal\w*|fail\w*|persist\w*|"
    r"benefit\w*|success\w*|stable|progress\w*|fad(?:e|ed|ing)|vanish\w*|gone|controlled)\b",
    "adverse": r"\b(?:side[- ]effects?|adverse|toxic\w*|safe\w*|tolerat\w*|infection\w*|complication\w*|"
    r"nausea|withdr[ae]w\w*|stopped|eruption|herpes|thrombosis|no harm)\b",
    "laboratory": r"\b(?:biops\w*|histolog\w*|MRI|EMG|electromyogra\w*|CT|creatine|kinase|U/[lL]|"
    r"ferritin|antibod\w*|raised|elevated|negative|positive|level|levels|mg/dl|mm/h)\b",
    "conclusion": r"\b(?:authors?|conclu\w*|recommend\w*|suggest\w*|propos\w*|should|warrant\w*|argue\w*|"
    r"advis\w*|caution\w*|call for|ask for|stress|believe|consider|emphasi[sz]e\w*)\b",
    "reason": r"\b(?:because|due to|mechanism|by\b.*ing|thought to|inhibit\w*|block\w*|caus\w*|so that|"
    r"explain\w*|therefore|through|reset|target\w*|bind\w*|lead\w* to)\b",
}

KINDS = tuple(_ASKED)
_ASKED_RE = {kind: re.compile(pattern, re.IGNORECASE) for kind, pattern in _ASKED.items()}
_SHOWN_RE = {kind: re.compile(pattern, re.IGNORECASE) for kind, pattern in _SHOWN.items()}

_YES_NO = re.compile(
    r"^(?:and |but |so )?(?:did|does|do|was|were|is|are|has|have|had|can|could|any|would|will)\b"
    r"(?! (?:did|does|do|was|were|is|are|can|could)\b)",  # 'were did it start' asks where
    re.IGNORECASE,
)

# Questions for several reports: they get a sentence from each, not the best report alone.
_SEVERAL = re.compile(
    r"\b(?:which|what|any|all|other|list|name) (?:\w+ ){0,3}?(?:reports|cases|papers|studies|patients|"
    r"series|publications|articles)\b|\bcompar(?:e|ed|ison)\b|\bacross\b|\bin the literature\b|"
    r"\bhas anyone\b|\bhave (?:been )?(?:tried|reported|described|used)\b|"
    r"\b(?:is|are) there (?:any )?(?:reports?|cases?|evidence)\b|\bhow many (?:reports|papers|cases)\b",
    re.IGNORECASE,
)


def asked(question: str) -> frozenset[str]:
    """The kinds of answer that the wording asks for; several, or none."""
    return frozenset(kind for kind, pattern in _ASKED_RE.items() if pattern.search(question))


def is_yes_no(question: str) -> bool:
    """Whether the question can be answered by yes or no."""
    return bool(_YES_NO.match(question.strip()))


def asks_for_several(question: str) -> bool:
    """Whether the question is about several reports rather than one."""
    return (
        bool(_SEVERAL.search(question))
        or asks_for_any_dose(question)
        or general_speed(question) is not None
    )


@lru_cache(maxsize=50_000)
def shown(sentence: str) -> frozenset[str]:
    """The kinds of answer that a sentence can give."""
    kinds = {kind for kind, pattern in _SHOWN_RE.items() if pattern.search(sentence)}
    for kind, pattern in (("dose", DOSE), ("time", TIME), ("age", AGE), ("number", NUMBER)):
        if pattern.search(sentence):
            kinds.add(kind)
    kinds |= {
        mention.concept.kind
        for mention in lexicon().find(sentence)
        if mention.concept.kind in KINDS
    }
    return frozenset(kinds)
