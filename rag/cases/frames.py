"""The wordings of questions about all patients or reports, and of those about one.

What a question asks is read from its frame: the words that are left when each condition is a
placeholder. 'Ovarian cancer cases?', 'mechanic's hands, who' and 'list every patient with
calcinosis' are then the same few frames, whatever they are about.
"""
# ruff: noqa: E501  (a table of patterns reads best one pattern to the line)

from __future__ import annotations

import re
from typing import Literal

from rag.cases.neutral import NEUTRAL
from rag.cases.phrasing import plain
from rag.lexicon import lexicon

Kind = Literal["count", "list", "any", "groups", "responses", "compare"]

MASK = "Q"
"""The letter that a condition's letters are replaced by in a frame."""

_C = rf"{MASK}{{2,}}"
_PEOPLE = (
    r"(?:patients?|pts?|cases?|people|persons?|individuals?|subjects?|sufferers?|holders?|carriers?|bearers?|folks?|women|men|girls?|boys?|"
    r"females?|males?|children|kids|adults|teen(?:ager)?s|adolescents|infants|toddlers|babies|seniors|pensioners|"
    r"ladies|gentlemen|minors|youngsters|fellas|blokes|guys|chaps|lads|lasses|gals|gents)"
)
_PAPERS = r"(?:reports?|papers?|publications?|articles?|studies|series|write-?ups?)"
NOUN = rf"(?:{_PEOPLE}|{_PAPERS})"
_PLURAL = (
    r"(?:patients|pts|cases|people|persons|individuals|subjects|sufferers|folks?|women|men|girls|boys|females|males|"
    r"children|kids|adults|teen(?:ager)?s|adolescents|infants|toddlers|babies|seniors|pensioners|ladies|gentlemen|minors|"
    r"youngsters|fellas|blokes|guys|chaps|lads|lasses|gals|gents|ones|deaths|fatalities|survivors|(?:non-?)?responders|failures|relapses|reports|papers|publications|articles|studies|series|write-?ups|instances|examples|(?:success )?stories|successes|users|recipients|holders|carriers|bearers)"
)
# One series is told from several by the word before it: 'ASCT series - n?' is about that one.
_STANDING_ALONE = _PLURAL.replace("|series", "|(?:case|published) series")
# 'over-60s', 'under-18s', and whatever the ages of life are called.
_AGED = r"(?:over|under)s?[- ](?:the )?\d{1,2}'?s"
_TALLY = r"counts?|numbers?|tall(?:y|ies)|how many|outcomes?|results?|responses?|fates?|ages?|sex(?:es)?|who|which|names?"
_DRUGS = r"(?:treatments|drugs|therapies|medications|medicines|agents|remedies|options|antibodies|autoantibodies)"
_SOMEBODY = r"(?:whoever|any(?:one|body)|some(?:one|body)|every(?:one|body)|(?:nobody|no one))"
_SOME = r"(?:(?!(?:the|that|this|my|our|her|his)\b)[\w'/-]+,? ){0,6}?"
_KIND = r"(?:(?!(?:did|do|does|were|was|is|are|of|in|for|to|with)\b)[\w'/-]+ ){0,5}?"
# 'The share of DM that is amyopathic' is what textbooks say, no count of patients.
_TOLD = r"(?:(?!(?:did|do|does|were|was|is|are|comes?|has|have|had|without|that|the|this|my|our|her|his)\b)[\w'/-]+,? ){0,6}?"
_OTHERS = r"(?:they|people|doctors|clinicians|physicians|authors|others|colleagues|dermatologists|rheumatologists|the (?:doctors|clinicians|physicians|authors|teams?))"
_BEEN = r"(?:has|have|had) (?:ever |already |so far |actually )?(?:been )?"

_FRAMES: tuple[tuple[Kind, str], ...] = (
    (
        "compare",
        r"\bcompar(?:e|ing|isons? of|ed)\b|\bversus\b|\bvs?\b\.?|\bdifferences? between\b|\bhow do(?:es)? .{2,60}\b(?:compare|differ)\b",
    ),
    (
        "count",
        rf"\bhow many\b(?! (?:of the |different |other )*{_DRUGS}\b)|\b(?:number|proportion|percentage|percent|share|fraction|count|total|rate) of\s+"
        rf"(?:all\s+|the\s+|single\s+|such\s+)*{_TOLD}(?:{_PLURAL}|{_C}|those)|^count\b|\bhow (?:often|frequently|common(?:ly)?)\b.*\b(?:reported|described|seen|combined|fatal|occur\w*|happen\w*|tried|resorted to)\b|\bn of\b|^how (?:common|frequent|often|usual|rare) (?:was|is|were|are) (?:(?:the )?use of {_C}|{_C} use) (?:in|among|amongst) ",
    ),
    (
        "groups",
        rf"\b(?:which|what|list|name|how many|summari[sz]e|all|tabulate|show|overview of|give)\s+(?:me\s+|us\s+)?(?:all\s+|the\s+|different\s+|other\s+|of\s+|kinds? of\s+|sorts? of\s+|known\s+|{_C}\s+)*"
        rf"(?P<group>{_DRUGS})\b|\bwhat (?:else )?{_BEEN}(?:tried|used|given|done|attempted|thrown at|prescribed|offered|started)\b|\bwhat (?:helped|worked|works) (?:against|for|in|with) {_C}|"
        rf"^{_C} (?:treatments|therapies|drugs|options)\s*\??$|^(?:the )?(?:treatments|therapies|drugs) (?:used|given|tried|reported|described|employed) (?:in|for|against|with)\b.*{_C}|\bhow {_BEEN}{_SOME}(?:treated|managed)\b|\bwhat (?:did|do|have) {_OTHERS} (?:ever )?(?:give|given|use|used|try|tried|prescribe|prescribed|do|done) (?:\w+ )?(?:to|in|for|with) (?:\w+ ){{0,3}}{_PLURAL}\b|"
        rf"^{_C}(?:[ ,/+&]+(?:in |and )?{_C})*\s*[-–:;,.?!] ?what (?:was|were|has been|have been) (?:they |these )?(?:used|given|tried|done|prescribed)\b|"
        r"[:–-] ?what (?:was|were) they (?:given|treated with|put on|prescribed)\b|"
        rf"\bhow (?:are|were|is|was) (?:{_SOME}{_PLURAL}|{_C}(?: {_C})*(?: disease)?) (?:usually |generally )?(?:treated|managed)\b",
    ),
    (
        "responses",
        rf"^what (?:was|is|were) the (?:fates?|ends?|outcomes?|results?) of (?:the |all |all the )?(?:{_SOME}{_PLURAL}|{_SOMEBODY}|those)\b|"
        r"^(?:what (?:were|are) the|how were the)\s+(?:\w+ )?(?:responses|outcomes|results)\b|"
        rf"^how (?:did|have|has|do)\s+(?:the\s+|all\s+|all the\s+|those\s+)?(?:{_SOME}{_PLURAL}|{_SOMEBODY}|those)\b.*\b(?:respond|responded|do|done|fare|fared)\b|"
        rf"^(?:what|whatever) (?:became|becomes|happened|happens) (?:of|to|with)\s+(?:the\s+|all\s+|all the\s+)?(?:{_SOME}{_PLURAL}|{_SOMEBODY}|those)\b",
    ),
    (
        "any",
        rf"\b(?:was|were|are|is|have|has|had|did|do|does)\s+(?:there\s+|you have\s+|you got\s+|we have\s+)?(?:ever\s+)?(?:been\s+)?(?:any|some|a single|even one)\b"
        rf"|^(?:and |but |so )?any\b.*\b(?:{NOUN}|experiences?|evidence|instances?|examples?)\b|^any(?:one|body)\b"
        rf"|\b(?:was|were|has|have|had|did|is|does|do)\b.{{0,70}}?\b(?:ever|(?:any|some)(?:one|body))\b"
        rf"|\b(?:are|were|is|was|have) there\s+(?:been\s+)?(?:ever\s+)?(?:a\s+|an\s+)?{_SOME}{NOUN}\b"
        rf"|[-–:;,.?!] any(?: (?:human|clinical|published|known|single|real))?(?: {NOUN}| at all|one|body| experience| evidence| examples?| instances?)?(?: (?:here|at all|so far|yet|reported|published))?\s*\??$|^(?:has|have) {_C}(?: or {_C})* (?:ever )?been (?:used|tried|given|reported|described)\b|\bany {NOUN}\b|\bdid some(?:one|body)\b|[-–:;,.?!] ?what(?:'s| is| was| has been) (?:there|described|reported|published)\s*\??$"
        rf"|^(?:did|do|does|were|was|are|have|has|had) (?:the |those )?{_C}(?:[ ,/+]{_C})*[ -](?:positive |negative )?{_PLURAL}\b"
        rf"|^any (?:\w+ ){{0,2}}(?:with|on|after|from|to|in|of|for|using) (?:\w+ ){{0,2}}{_C}"
        rf"|\b(?:has|have) (?:it|that|this|they|these|{_C}) (?:ever |actually )?been (?:used|tried|given|reported|described|seen|done)\s*\??$"
        rf"|\banything (?:published |known |written |reported |here |there )?(?:on|about|with|regarding|concerning|for)\b.*{_C}|\bwhat (?:do|have) (?:you|we) (?:have|got|know)(?: here| there)? (?:on|about|of|regarding)\b.*{_C}"
        rf"|^do(?:es)? (?:an?|any|such an?) (?:\w+ ){{0,2}}?{NOUN}\b.*\bexist\b|^(?:has|have|had|did|was|were) an? (?:{_C}[ -](?:positive |negative )?)+{_PEOPLE}\b"
        r"|^(?:has|have|had|was|were)\b.*\b(?:to|in|for|with) an? (?:patient|child|woman|man|girl|boy|kid|adult|infant|person)\b",
    ),
    (
        "list",
        rf"\b(?:which|what)\s+(?:of the\s+)?{_KIND}{_PLURAL}\b|\b(?:all|every|each|any)\s+(?:the\s+|of the\s+|one of the\s+|single\s+|such\s+|other\s+)*{_SOME}{NOUN}\b|"
        rf"(?:^|[-–:;,.?!=] ?|\b(?:know|see|tell me|show me|list|and|find out) )(?:who|whom)(?! (?:wrote|discovered|is|are you|reported|published|described|should|would|can|could|might|may))\b"
        rf"|\b(?:in|of|for|to|by|with|among) whom\b|\b{_SOMEBODY}\b|\b(?:all|those|these) (?:who|with|on|given|whose|in whom|treated|that)\b|\b{_STANDING_ALONE}\b|\b{_AGED}(?!\w)"
        r"|^where (?:was|were|has|have)\b.*\b(?:tried|used|given|reported|described|seen|found)\b|\bwho (?:got|had|took|received|was|were|has)\b"
        rf"|^{_C}(?:,? (?:in|with|after|on|during) (?:an? )?(?:{NOUN}|{_C}))?\s*(?:in|with) an? (?:child|woman|man|girl|boy|kid|adult|infant|{NOUN})\b|^{_C}(?: ?(?:\+|&|plus|w/) ?{_C})+\s*(?:\?|$|[-–:,;] ?(?:who|which|any|all|how many|list|outcomes?|results?|responses?|{NOUN})\b)|^whose\b"
        # 'X - list', 'pt list: X', 'list: X', 'names: X'.
        rf"|[-–:;,.] ?(?:(?:pt|patient|case|name|report)s? )?(?:list(?:ing)?|names?|round-?up|tally|overview)(?: them| please| pls| all)*\s*[.?!]*$"
        rf"|^(?:(?:pt|patient|case|report|full|complete)s? )*(?:list(?:ing)?|round-?up|tally|names)(?: please| pls)?\s*(?:[-–:;,]|of|for|with) ?.*{_C}"
        rf"|\b(?:(?:\d0|(?:twen|thir|for|fif|six|seven|eigh|nine)ty)-?somethings?|[a-z]+genarians)\b"
        rf"|^(?:give|show|get|find|name|list|tell|bring|fetch|pull)(?: me| us)?(?: up| out)? (?:all |every |each |any )?(?:the |of the )?(?:known |such )?{_C}(?:[- ](?:{_C}|positive|negative|triggered|induced|related|associated|and|or))*\s*[.?!]*$"
        rf"|^{_C}(?:[ ,/+&]+(?:or |and )?{_C})* in (?:the |their )?(?:background|history|past)\s*\?*$"
        rf"|^(?:overview|summary|table|list|cases|patients|reports|papers)\s*[:–-] ?{_C}"
        rf"|^(?:an? |the |full |complete )*(?:overview|summary|table|roster|register|tally|catalogue|inventory|rundown)(?: (?:wanted|needed|please|required))? (?:of|on|for|about) .*{_C}"
        rf"|^(?:whatever|everything|anything|all)(?: that| which)? (?:there is|you have(?: got)?|we have|is known|is there|exists)(?: here)? (?:about|on|of|for)\b.*{_C}"
        rf"|^where (?:do|can|could|would|might|should|will) (?:I|we|one|you) (?:read|find|look|see|learn|get)\b.*{_C}"
        rf"|^{_C}(?:[ ,/+&]+{_C})*\s*[-–:;,] ?(?:{_TALLY})(?:\s*(?:\+|&|and|/|,|plus)\s*(?:the )?(?:{_TALLY}))*\s*[.?!]*$",
    ),
)
_KINDS = tuple((kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in _FRAMES)
# The words with which a question asks how it went, besides what else it asks.
_FATE = re.compile(
    r"\b(?:and|with|,|;|:|-|–)\s*(?:also )?(?:did (?:it|they|that|these) (?:ever )?(?:work|help|live|survive|recover|respond|improve)|(?:the |their |what |each |its )?"
    r"(?:outcomes?|results?|fates?|responses?|effects?)\b|what (?:happened|became|came) (?:to|of|next|then|with)?\b|how (?:did|have|has) (?:they|it|he|she|each|that) "
    r"(?:\w+ )?(?:do|done|fare|fared|respond|responded|go|gone|work|turn out|end)|with what (?:result|success|outcome|effect)|what (?:was|were) the (?:outcome|result|response|effect)s?|how it (?:went|ended|turned out))",
    re.IGNORECASE,
)
# 'How many had …, and how many of them recovered?' asks for all of the former.
_AND_OF_THEM = re.compile(
    r"(?:,|;|\?|\band\b|–| -) ?(?:and )?(?:how many|which|who|what (?:share|proportion|number|percentage))(?: patients)? of (?:them|those|these)\b"
    r"|\bhow many\b.*[,;] (?:and )?(?:any|how many) (?:deaths?|dead|survivors|responders|responses|died|survived|responded|recovered|improved)\b",
    re.IGNORECASE,
)
# 'the result' is each patient's own where a table of patients is asked for, as is his age.
_OWN_CONTEXT = (
    r"(?:class|course|lectures?|talk|seminar|thesis|review|teaching|students?|colleagues?|exam|meeting|presentation|"
    r"round|journal|handout|clinic|ward|registrar|team|professor|supervisor|paper|slides?|notes)"
)
_BETWEEN = r"(?:(?!(?:of|every|any|each|all|no|which|how|who|in|on|for|with)\b)[\w'-]+ ){0,3}?"
# What makes it a question about one report, one patient, or somebody spoken of before.
_ONE = re.compile(
    rf"\b(?:she|he|her|hers|his|him|them|these|those(?! (?:who|with|on|given|whose|in whom|treated|bridged|put|started|operated|\w+ed (?:with|by|on|for)|under|over|aged|that|of|without|from)\b)|this|it|its|my(?! {_OWN_CONTEXT}\b)|our(?! {_OWN_CONTEXT}\b))\b|"
    rf"\b(?:the|that|one) {_BETWEEN}(?:patient|woman|man|girl|boy|child|case|infant|mother|pt|"
    r"lady|gentleman|study|trial|cohort|series|review|paper|report|article|authors?|survey|registry)\b"
    rf"(?!s| reports| series| studies)|^(?:and |but )?(?:in |for |with )?an? {_BETWEEN}(?:\d+[- ]\w+[- ]old )?(?:patient|woman|man|girl|boy|child|infant|mother|lady|gentleman|study|trial|"
    r"cohort|series|review|paper|report|article|survey|registry)\b(?!s)|\b\d+[- ]year[- ]olds?\b(?! (?:or|and) )|\bauthors\b|\bof them\b|\beach (?:of|other)\b|\bthe (?:other|two|three|four|five|six|seven|"
    r"eight|nine|ten|eleven|twelve|\d+(?!0?-?somethings?)|same|first|second|last|remaining)\b|(?<!age )\bof (?:\d+|two|three|four|"
    r"five|six|seven|eight|nine|ten)\b|"
    r"\b(?:patients?|pts?|cases?) (?:nos?\.? ?)?\d\b(?!\d| ?(?:or|to|-|–|years?|and (?:older|younger|over|under)))|\b[A-Z][a-z]+(?: et al\.?| and colleagues)?,? \(?(?:19|20)"
    r"\d\d\b|\bet al\b",
)
# 'Dapsone - who was on it?': what stands first is what 'it' means.
_TOPIC_FIRST = re.compile(
    r"^[^?!:;–]{2,60}?(?:\s[-–]|:|;|,|\?)\s+(?:\w+ )?(?:which|who|whom|how many|any|all|list)\b",
    re.IGNORECASE,
)
_THE_TOPIC = re.compile(
    r"\b(?:it|that one|this one|that|them)(?=\s*[?.,!]|$| or | and |\s+(?:been|strike|affect|used|given|tried|part|happen))",
    re.IGNORECASE,
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
# What a question begins with that asks for something else than who or which.
_OTHER_START = re.compile(
    r"^(?:and |but |so )?(?:why|when|by (?:what|how)|where (?!was|were|has|have|(?:do|can|could|would|might|should|will) (?:I|we|one|you) (?:read|find|look|see|learn|get)\b)|"
    r"how (?!many|did|has|have|do|does|are|were|often|common|frequent)\w+|how (?:do|can|should) (?:you|i|we)|"
    r"(?:did|does|do|was|were|is|are|had|has|have) (?:the|they|these|those)\b(?! Q{2,}(?:[ ,/+-]+(?:Q{2,}|positive|negative))* [a-z]*s\b)|"
    rf"what (?:(?:is|was)(?! the (?:fates?|ends?|outcomes?) of (?:those|all|the \w+s)\b)(?! the (?:total |overall )?(?:number|proportion|percentage|share|count|fraction|list|full list|set|tally))|does|did(?! {_OTHERS}\b)|causes?|do(?! {_OTHERS}\b| (?:you|we) (?:have|know)\b)|are the (?:signs|symptoms|causes)|would|should)|should|(?:can|could|would) (?!you|some|any)|may|must)\b",
    re.IGNORECASE,
)
# What begins like this asks for persons, if at all, by the words of another kind.
_WHAT_ELSE = re.compile(
    rf"^(?:and |but |so )?(?:how\b|(?:which|what)\b(?! (?:of the )?{_KIND}(?:{_PLURAL}|{_AGED})(?!\w)))|\b(?:mean|median|average)\b",
    re.IGNORECASE,
)
_IN_WHOM = re.compile(
    r"\b(?:in|of|to|by|for|with) whom\b|, (?:and )?who\b|\b(?:all|every|which) (?:reports?|patients?|cases?)\b",
    re.IGNORECASE,
)
LIBRARY = re.compile(
    r"^how many (?:single |different )?(?:patients|cases|people|reports|papers|articles) (?:are there|do you (?:have|hold|know|cover|contain)|"
    r"are (?:covered|included|stored|indexed|in here)|have you got)(?: (?:in all|in total|altogether|here|in there|overall))*\s*\?*$|"
    r"^how many (?:single |different )?(?:patients|cases|people|reports|papers|articles)(?: (?:in all|in total|altogether|overall))+\s*\?*$|\b(?:library|literature|corpus|database|collection|casebook)\b",
    re.IGNORECASE,
)
PAPERS = re.compile(rf"\b{_PAPERS}\b", re.IGNORECASE)
PEOPLE = re.compile(rf"\b{_PEOPLE}\b", re.IGNORECASE)

_ENGLISH_ANYWAY = frozenset({"case", "patient", "report", "witch", "caress", "causes", "retreated"})

_ANAPHOR = re.compile(r"\b(?:it|its|them|they|their|those|these)\b", re.IGNORECASE)


def speaks_of_one(text: str, named: int | None = None) -> bool:
    """Whether a question is about one report or patient, or somebody spoken of before.

    `named` is where the question itself first names a condition: 'it' behind it means that.
    """
    if named is not None:
        head, tail = text[:named], text[named:]
        text = head + _ANAPHOR.sub(" ", tail)
    return bool(_ONE.search(text))


def kind_of(frame: str) -> tuple[Kind, re.Match[str]] | None:
    """What kind of question about all a frame is, and the words that say so; None for another one.

    A frame is the question with the letter `MASK` for each letter of a condition.
    """
    if _OTHER_AMOUNT.search(frame) or _OTHER_START.search(frame):
        return None
    of_others = _WHAT_ELSE.search(frame)
    for kind, pattern in _KINDS:
        if of_others and not _IN_WHOM.search(frame) and kind in ("list", "any"):
            continue  # 'Which infections occurred in …', 'How frequent is …'
        if match := pattern.search(frame):
            return kind, match
    return None


def asks_for_both(text: str) -> bool:
    """Whether it is asked who has something, and then how many of those fared well."""
    return bool(_AND_OF_THEM.search(text))


def asks_how_it_went(text: str) -> bool:
    """Whether the outcome is asked besides ('who got it, and did it work?')."""
    return bool(_FATE.search(text))


def mended(question: str) -> str:
    """A question on one line, the words that matter here spelt right, its topic not said twice."""
    text = _known_words(_MISSPELT.sub(_mended, plain(question)))
    return _THE_TOPIC.sub(" ", text) if _TOPIC_FIRST.search(text) else text


def _known_words(text: str) -> str:
    """The text with misspelt words of the lexicon spelt right: 'covid vacine' is one thing then."""
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    for found in reversed(lexicon().find(text, typos=True)):
        if found.corrected:
            single = [term for term in found.concept.terms if len(term.split()) == 1]
            near = process.extractOne(found.text.lower(), single, scorer=OSA.distance)
            text = f"{text[: found.start]}{near[0]}{text[found.end :]}" if near else text
    return text


def _mended(match: re.Match[str]) -> str:
    """One of the words of `_MENDABLE` for a misspelling of it; any other word as it is."""
    from rapidfuzz.distance import OSA

    word = match.group().lower()
    if word in NEUTRAL or word in _ENGLISH_ANYWAY:
        return match.group()
    near = [known for known in _MENDABLE if OSA.distance(word, known) <= 1 + (len(known) > 12)]
    return near[0] if near else match.group()
