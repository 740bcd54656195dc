"""A question as people type it → the question alone.

Contractions are written out, and what is said before or after the question is left away: who asked
for it, what it is for, 'right?' at its end.
"""
# ruff: noqa: E501  (a table of patterns reads best one pattern to the line)

from __future__ import annotations

import re

from rag.lexicon import lexicon

# 'Who's been given X', 'what's been tried', 'anyone who'd had Y'.
_SHORT = (
    (r"\b(who|what|which|that|anyone|anybody|everyone|everybody|there|how)['’]?s (?=been\b|had\b|got\b|ever\b|gone\b)", r"\1 has "),
    (r"\b(who|that|they|you|we|which)['’]ve\b", r"\1 have"),
    (r"\b(who|that|they|which)['’]d (?=\w+(?:ed|en|wn|ad|ot)\b|been\b|gone\b)", r"\1 had "),
    (r"\bhow['’]d\b", "how did"),
    (r"\bwho['’]?s (?=\w)", "who is "),
    (r"\bwhat['’]?s (?=\w)", "what is "),
    (r"\bwhere['’]s (?=\w)", "where is "),
    (r"\bppl\b", "people"),
    (r"\b(any|some|every)1\b", r"\1one"),
    (r"(?<=[a-z] )C[Aa]\b(?![ -]?\d)", "cancer"),
    (r"\bw/ ?(?=\w)(?!o\b)", "with "),
    (r"(?<=\w) & (?=\w)", " and "),
    (r"\b(?:gimme|give us)\b", "give me"),
    (r"^(?:could|can|may|might) (?:I|we) (?:please |perhaps )?(?:have|get|see|look at)\b", "show me"),
    (r"^(?:I(?: would| should|['’]d)? )?(?:be |am |['’]m )?(?:very |most |so )?(?:grateful|thankful|obliged|glad|happy|pleased) (?:for|to (?:have|get|see))\b", "show me"),
    (r"^I (?:would |['’]d )?(?:appreciate|welcome|love|like|want|need)(?: to (?:have|get|see))? (?=an?|any|all|every|the|some)", "show me "),
    (r"^(name|list|give|show|find|tell)( me| us)? (?:one or two|two or three|two|three|four|five|six|ten|[2-9]|10|a few|some) (?=\w)", r"\1\2 "),
    (r"\blemme (?=see|know)", "let me "),
    (r"\b(?:came|comes|come|brought|put) (?:in)?to (?:play|use)\b", "used"),
    (r"\bby (?:the |a )?veins?\b", "intravenously"),
    (r",? (?:and )?(?:were|are|was|is) they (?:still )?alive(?: (?:at|in) the end)?(?=\s*[?.!]*$)", ", and the outcome"),
    (r"(?:,| and| with| together with| plus|:| -)+ (?:how|what) (?:each|all|every one|any|they)(?: of (?:them|these|those))?(?: \w+)? (?:ended up|turned out|fared|did|went|got on|end up|fare)\b", ", and the outcome"),
)  # fmt: skip
_CONTRACTED = tuple((re.compile(words, re.IGNORECASE), whole) for words, whole in _SHORT)
_ASKS = (
    r"(?:how many|how (?:often|common)|which|who(?:m|se)?|in (?:whom|which|how many)|list|name|find|show|"
    r"(?:was|were|is|are|has|have|did) (?:there|any)|(?:was|were|is|are|has|have|did|do|does) (?:an?|your|the) (?:\w+ ){0,2}?(?:reports?|patients?|cases?|papers?)|any(?:one|body)?|what (?:has|have|happened|became)|all|every|each|"
    r"count|tabulate|compare|give me|tell me|(?:can|could|would) (?:you|someone)|please|pull|dig|do (?:we|you))\b"
)
_BEFORE = re.compile(
    rf"^(?P<said>[^?]{{2,90}}?)(?::|;|\.{{1,3}}|!|,| [-–]| if| whether| know)\s+(?:and |so |but |please |pls )?(?={_ASKS})",
    re.IGNORECASE,
)
# Said beforehand, these are about the asker; anything else may be what is asked about.
_OF_ASKER = re.compile(
    r"\b(?:I|I'm|im|we|my|our|hi|hello|hey|dear|good morning|question|quick(?: one)?|sorry|ok(?:ay)?|right|so|thanks|essay|exam|school|university|college|"
    r"homework|assignment|thesis|talk|lecture|seminar|journal club|rounds?|meeting|presentation|slides?|prof(?:essor)?|"
    r"asks?|asked|wonders?|wondered|enquir\w+|inquir\w+|nurse|GP|physio\w*|pharmacist|journalist|reviewer|editor|resident|trainee|intern|hubby|mum|mom|dad|patient's|interested|therapist|librarian|student|lawyer|insurer|midwife|dietitian|carer|reader|systematic review|literature search|data extraction|audit|guideline|protocol|mother|father|parent|daughter|son|wife|husband|"
    r"consultant|registrar|tutor|teacher|boss|supervisor|for (?:a|the|an)|just|curious|wondering|asking|wants?|need)\b",
    re.IGNORECASE,
)
# What it is for, said behind the question: 'I want to test myself', 'for my exam'.
_AFTER = re.compile(
    r"(?:[,;.!?]|\s[-–(]|\s(?:so|because|cos|as))\s*(?P<said>(?:so |because |as |and |cos )?(?:(?:that )?(?:I|we)(?:['’]?m|['’]ve|['’]d| am| are| want| need| would| have| must| like|['’]?ll| will| can)\b|"
    r"(?:it|this)(?:['’]?s| is) for\b|(?:it|this) is to\b|for (?:my|our|a|an|some) |to (?:test|quiz|teach|train|revise|practi[sc]e|learn)\b|just (?:curious|asking|wondering)\b)[^?]{0,80}?)[\s.!)]*$",
    re.IGNORECASE,
)
# 'Give me a case of X' may be any of them, and who looks for one is helped by all.
_ANY_ONE = re.compile(
    r"^(?:(?:can|could|would|will) you )?(?:please |pls )?(?:show|give|find|get|tell|name|pick|fetch|bring)(?: me| us)?(?: (?:up|out|of))? (?:an?|one|another|some|any) "
    r"(?:(?:typical|classic|good|nice|single|random|published|real|interesting|teaching|example|further|more) ){0,2}"
    r"(?P<one>case|example|patient|pt|report|woman|man|girl|boy|child|kid|adult|person)(?: (?:report|patient|case|example))?(?= (?:of|with|on|who|whose|where|in whom|that|given|treated|after|without|due to)\b)",
    re.IGNORECASE,
)
_ALL_OF_THEM = {
    "example": "cases", "woman": "women", "man": "men", "child": "children", "person": "people",
}  # fmt: skip
_TAG = re.compile(
    r"[,–-]?\s*\b(?:right|correct|is that (?:right|so|true)|isn['’]?t (?:it|there)|or not|or no|am I right|"
    r"if any(?: at all)?|if (?:at all|so|possible)|as far as (?:you|we) know)\s*(?=[?.!]*$)",
    re.IGNORECASE,
)
# 'Nobody with X died, right?' asks whether anybody did.
_SUPPOSES_NONE = re.compile(
    r"^(?:so |and |but )?(?:nobody|no[- ]one|none of the (?:patients|cases))\b(?P<rest>.*?)[,–-]\s*(?:right|correct|is that (?:right|so|true))\s*\?*$",
    re.IGNORECASE,
)
# 'Doses and outcomes of each' asks for columns of the table, not for other patients.
_COLUMN = (
    r"(?:doses?|dosages?|dosing|schedules?|regimens?|routes?|durations?|ages?|sex(?:es)?|follow-?ups?|"
    r"outcomes?|results?|responses?|references?|citations?|sources?|quotes?|quotations?|details?)"
)
_COLUMNS = re.compile(
    rf"(?:[,:;–-]|\b(?:with|and|plus|including|incl\.?|give|show)\b)\s*(?:me )?(?:the |their |his |her )?{_COLUMN}"
    rf"(?:(?:\s*(?:,|/|and|&|\+|,\s*and)\s*)(?:the |their )?{_COLUMN})+(?=\s*(?:[,?.;]|$|for each|of each|per|each|please|pls))",
    re.IGNORECASE,
)
_OUTCOME = re.compile(r"\b(?:outcomes?|results?|responses?)\b", re.IGNORECASE)


# 'Antibodies to Jo-1 or SAE' are anti-Jo-1 or anti-SAE.
_TARGETS = re.compile(
    r"\b(?:auto)?antibod(?:y|ies) (?:to|against|directed against) (?P<all>[\w-]+(?:(?:,? (?:or|and)|,|/) ?[\w-]+)*)",
    re.IGNORECASE,
)


def _each_target(match: re.Match[str]) -> str:
    """The antibodies by their names, as far as the lexicon has them."""
    return re.sub(
        r"[\w-]+",
        lambda one: f"anti-{one.group()}" if _is_target(one.group()) else one.group(),
        match["all"],
    )


def _is_target(name: str) -> bool:
    concept = lexicon().concept(f"anti-{name}")
    return concept is not None and concept.kind == "antibody"


# 'Prostate or bladder tumours' are prostate tumours or bladder tumours.
_TWO_SITES = re.compile(
    r"\b(?P<one>[a-z]+)(?P<or> or | and | and/or |/)(?P<other>[a-z]+) (?P<tumour>tumou?rs?|cancers?|carcinomas?|malignanc(?:y|ies))\b",
    re.IGNORECASE,
)


def _each_site(match: re.Match[str]) -> str:
    """Both names in full, where the lexicon knows the first as a tumour."""
    if lexicon().concept(f"{match['one']} cancer") is None:
        return match.group()
    link = " or " if match["or"] == "/" else match["or"]
    return f"{match['one']} cancer{link}{match['other']} {match['tumour']}"


def plain(question: str) -> str:
    """The question without what is said around it; as it is where nothing is."""
    text = " ".join(question.split())
    if none := _SUPPOSES_NONE.match(text):
        text = f"Has anybody{none['rest']}?"
    for words, whole in _CONTRACTED:
        text = words.sub(whole, text)
    text = _TWO_SITES.sub(_each_site, text)
    text = _TARGETS.sub(_each_target, text)
    text = _TAG.sub("", text)
    text = _COLUMNS.sub(_outcome_alone, text)
    if (after := _AFTER.search(text)) and after.start() and _says_nothing(after["said"], so=True):
        text = text[: after.start()]
    text = _ANY_ONE.sub(_all_of_them, text)
    while (before := _BEFORE.match(text)) and _says_nothing(before["said"]):
        text = text[before.end() :]
    return text


def _outcome_alone(match: re.Match[str]) -> str:
    """Of the columns asked for, the outcome decides how the question is answered."""
    return ", and the outcome" if _OUTCOME.search(match.group()) else ""


def _all_of_them(match: re.Match[str]) -> str:
    one = match["one"].lower()
    return f"list {_ALL_OF_THEM.get(one, f'{one}s')}"


def _says_nothing(said: str, *, so: bool = False) -> bool:
    """Whether words around a question are about the asker and name nothing of the field.

    Where they are known to be about the asker, `so`, only the latter.
    """
    named = [m for m in lexicon().find(said) if m.concept.kind != "shorthand"]
    told = [m for m in named if m.concept.name != "dermatomyositis"]
    return (so or bool(_OF_ASKER.search(said))) and not told
