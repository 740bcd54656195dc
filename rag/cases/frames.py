"""The wordings of questions about all patients or reports, and of those about one.

A question is only taken when every word of it is understood: what is left when conditions and the
words of `_FRAME` are gone would change the meaning unseen ('patients who smoked').
"""
# ruff: noqa: E501  (a table of patterns reads best one pattern to the line)

from __future__ import annotations

import re
from typing import Literal

Kind = Literal["count", "list", "any", "groups", "responses", "compare"]

_PEOPLE = (
    r"(?:patients?|pts|cases?|people|persons?|individuals?|subjects?|women|men|girls?|boys?|females?"
    r"|males?|children|kids|adults)"
)
_PAPERS = r"(?:reports?|papers?|publications?|articles?|studies|series)"
NOUN = rf"(?:{_PEOPLE}|{_PAPERS})"
_PLURAL = (
    r"(?:patients|pts|cases|people|persons|individuals|subjects|women|men|girls|boys|females|males|"
    r"children|kids|adults|reports|papers|publications|articles|studies|series)"
)
_SOME = r"(?:[\w'/-]+ ){0,5}?"
_KIND = r"(?:(?!(?:did|do|does|were|was|is|are|of|in|for|to|with)\b)[\w'/-]+ ){0,5}?"

_VERBS_OF_CASES = (
    r"(?:were|was|had|have|has|got|carried|received|responded|died|relapsed|improved|developed|are|worsened|"
    r"did|recovered|presented|took|needed|required|turned|ended|failed|benefited|tried|underwent|fell|came|showed|bled)"
)
_EVERYBODY = r"(?:everyone|everybody|(?:all|those|anyone|anybody) who)"
_KINDS: tuple[tuple[Kind, str], ...] = (
    (
        "compare",
        r"^(?:please )?compar(?:e|ing|ison of)\b|\bcompared? (?:with|to|between)\b|\bversus\b|\bvs\b",
    ),
    (
        "groups",
        r"\b(?:which|what|list|name|how many)\s+(?:all\s+|the\s+|different\s+|other\s+){0,2}"
        r"(?P<group>treatments|drugs|therapies|medications|medicines|antibodies|autoantibodies)\b",
    ),
    (
        "responses",
        r"^(?:what (?:were|are) the|how were the)\s+(?:\w+ )?(?:responses|outcomes|results)\b|"
        rf"^how did\s+(?:the\s+|all\s+)?{_SOME}(?:{_PLURAL})\b.*\b(?:respond|do|fare)\b",
    ),
    (
        "count",
        rf"\bhow many\s+(?:of the\s+)?{_SOME}{NOUN}\b|\b(?:number|proportion|percentage|share|"
        rf"fraction) of\s+(?:all\s+|the\s+)?{_SOME}{_PLURAL}\b|^(?:and )?how many {_VERBS_OF_CASES}\b"
        rf"|^(?:of|among|amongst)\b.*\bhow many {_VERBS_OF_CASES}\b"
        rf"|\bhow many (?:\w+ )?(?:were|was) (?:given|treated)\b|^count\s+(?:all\s+|the\s+)?{_SOME}"
        rf"{_PLURAL}\b",
    ),
    (
        "any",
        rf"\b(?:were|was|are|is|have|has|had|did|do|does)\s+(?:there\s+|you have\s+)?any\s+{_SOME}"
        rf"{NOUN}\b|\bhas any(?:one|body)\b|\bhave any\b|^any\s+{_SOME}{NOUN}\b|\b(?:was|has) any"
        r"(?:one|body)\b|^did any(?:one|body)\b|^any(?:one|body) (?:with|on|given|who|treated|under|without|aged)\b|\b(?:are|were) there\s+"
        rf"{_SOME}{_PLURAL}\b",
    ),
    (
        "list",
        rf"\b(?:which|what)\s+(?:of the\s+)?{_KIND}{_PLURAL}\b|^(?:please\s+|can you\s+|could you\s+)?"
        r"(?:list|show|name|find|enumerate|tabulate|display|get|give|identify|summari[sz]e|tell)\b"
        rf".{{0,40}}?\b{_SOME}{_PLURAL}\b|\b(?:all|every|each)\s+(?:the\s+)?{_SOME}{NOUN}\b|"
        rf"(?:^|[-–:;,.?!] )(?:and )?who (?:all |else )?{_VERBS_OF_CASES}\b|\bin whom\b|\b{_EVERYBODY}\b|"
        rf"^{_SOME}(?:patients|pts|cases|reports|papers|studies)\s+(?:with|w/|of|on|in|about|where|given|treated|"
        r"triggered|caused|induced|provoked|after|under|without|whose|who|in whom)(?!\w)|"
        rf"\b(?:which|what) {_SOME}(?:patients|pts|cases|reports)\s*\??$|\b(?:list|show|name|find) (?:them|all)\s*\.?$",
    ),
)
# What makes it a question about one report, one patient, or somebody spoken of before.
_ONE = re.compile(
    r"\b(?:she|he|her|hers|his|him|them|these|those|this|it|its|my|our)\b|"
    r"\b(?:the|that|a|an|one) (?:[\w'-]+ ){0,3}?(?:patient|woman|man|girl|boy|child|case|infant|mother|"
    r"lady|gentleman|study|trial|cohort|series|review|paper|report|article|authors?|survey|registry)\b"
    r"(?!s)|\bauthors\b|\bof them\b|\beach (?:of|other)\b|\bthe (?:other|two|three|four|five|six|seven|"
    r"eight|nine|ten|eleven|twelve|\d+|same|first|second|last|remaining)\b|\bof (?:\d+|two|three|four|"
    r"five|six|seven|eight|nine|ten)\b|"
    r"\b(?:patient|case) (?:no\.? ?)?\d\b|\b[A-Z][a-z]+(?: et al\.?| and colleagues)?,? \(?(?:19|20)"
    r"\d\d\b|\bet al\b",
)
# 'Dapsone - who was on it?': what stands first is what 'it' means.
_TOPIC_FIRST = re.compile(
    r"^[^?!:;–]{2,60}?(?:\s[-–]|:|;|,|\?)\s+(?:which|who|in whom|how many|any|all|list)\b",
    re.IGNORECASE,
)
_THE_TOPIC = re.compile(
    r"\b(?:it|that one|this one|that|them)(?=\s*[?.,!]|$| or | and )", re.IGNORECASE
)
# The words that make it such a question, where one letter is wrong, missing or too many.
_MENDABLE = (
    "dermatomyositis",
    "which",
    "patients",
    "reports",
    "cases",
    "children",
    "treated",
    "received",
)
_MISSPELT = re.compile(r"\b[a-z]{4,17}\b", re.IGNORECASE)

_OTHER_AMOUNT = re.compile(
    r"\bhow many (?:\w+ )?(?:mg|milligrams?|grams?|weeks?|months?|days?|years?|hours?|doses?|courses?|"
    r"cycles?|infusions?|times?|injections?|units?|sessions?|visits?|episodes?|sites?|centres?|"
    r"centers?|points?)\b",
    re.IGNORECASE,
)
LIBRARY = re.compile(
    r"\b(?:library|literature|corpus|database|collection|casebook)\b", re.IGNORECASE
)
PAPERS = re.compile(rf"\b{_PAPERS}\b", re.IGNORECASE)
PEOPLE = re.compile(rf"\b{_PEOPLE}\b", re.IGNORECASE)

_FRAME_WORDS = """
    about concerning carried carry carries underwent undergo undergoing a an the of in on with without who whom whose that which what how many any all every each
    were was are is be been being has have had having do does did there me us you for to by
    from and or as at also both either between among amongst across than their not no never
    other please can could would like want know show list name find enumerate tabulate display
    get give tell identify summarise summarize count number proportion percentage share
    fraction total altogether overall patient patients pts case cases people person persons
    individual individuals subject subjects report reports reported paper papers publication
    publications article articles study studies series anyone anybody single individually
    described describe describes describing published documented mention mentions mentioned
    recorded known found listed library literature corpus database collection casebook
    dermatomyositis dm given received receive receives receiving got took taking taken take
    treated treat treating treatment treatments therapy therapies drug drugs medication
    medications medicine medicines using used use uses tried try put responses outcome outcomes
    results result respond fare developed develop develops developing showed shown shows
    experienced experience experiences presented present presenting presents suffered suffer
    suffering affected diagnosed diagnosis tested test positive negative positivity antibody
    antibodies autoantibodies autoantibody serology associated related after following during
    while under despite due because induced caused triggered cause compare compared comparison
    comparing versus vs against difference age aged years year old older younger them-selves
    then when different whatever details together i one's have-been so far ever yet failed
    failing failure refractory resistant previously previous prior earlier before intolerant
    everyone everybody somebody someone gotten ended end ended-up up turned turn out became become
    becoming them they their its it w where deal deals dealing include includes including included
    contain contains containing involve involves involving came come comes coming tell told said says
    triggered provoked brought actual actually exact exactly figure figures value values
    high low much far measured scored score scoring fall fell rise rose live lived lives survive
    survived survives look looks looked like resembling resemble complicating complicated tx rx help
    helped helps newly really across whether needed required happened happen happens fate properly
    catch caught picked people's else just only those skin possible ever outcomes due blamed blame ill sick
    unresponsive lacked lacking absence free but adult adults women men
"""
_FRAME = frozenset(_FRAME_WORDS.split())
_ENGLISH_ANYWAY = frozenset({"case", "patient", "report", "witch", "caress", "causes", "retreated"})
_WORD = re.compile(r"[^\W_][\w'’-]*")


_ANAPHOR = re.compile(r"\b(?:it|its|them|they|their|those|these)\b", re.IGNORECASE)


def speaks_of_one(text: str, named: int | None = None) -> bool:
    """Whether a question is about one report or patient, or somebody spoken of before.

    `named` is where the question itself first names a condition: 'it' behind it means that.
    """
    if named is not None:
        head, tail = text[:named], text[named:]
        text = head + _ANAPHOR.sub(" ", tail)
    return bool(_ONE.search(text))


def kind_of(text: str, named: int | None = None) -> tuple[Kind, re.Match[str]] | None:
    """What kind of question about all it is, and the words that say so; None for any other one.

    `named` is where it first names a condition.
    """
    if speaks_of_one(text, named) or _OTHER_AMOUNT.search(text):
        return None
    for kind, pattern in _KINDS:
        if match := re.search(pattern, text, re.IGNORECASE):
            return kind, match
    return None


def mended(question: str) -> str:
    """A question on one line, the words that matter here spelt right, its topic not said twice."""
    text = _MISSPELT.sub(_mended, " ".join(question.split()))
    return _THE_TOPIC.sub(" ", text) if _TOPIC_FIRST.search(text) else text


def _mended(match: re.Match[str]) -> str:
    """One of the words of `_MENDABLE` for a misspelling of it; any other word as it is."""
    from rapidfuzz.distance import OSA

    word = match.group().lower()
    if word in _FRAME or word in _ENGLISH_ANYWAY:
        return match.group()
    near = [known for known in _MENDABLE if OSA.distance(word, known) <= 1 + (len(known) > 12)]
    return near[0] if near else match.group()


def is_understood(rest: str) -> bool:
    """Whether what no condition took are words that change nothing."""
    words = [match.group().lower().strip("'’-") for match in _WORD.finditer(rest)]
    return all(
        part in _FRAME for word in words for part in re.split(r"[-’']", word) if len(part) > 1
    )
