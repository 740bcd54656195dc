"""'Which statin?', 'how many cycles?' + the sentences quoted → what none of them names or counts.

That 'a statin' was stopped does not say which; that infusions were given does not say how many.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set

from rag.lexicon import lexicon
from rag.reader.question.ask import asked_part

CLASSES = frozenset(
    {
        "immunosuppressant", "biologic", "statin", "antimalarial", "TNF inhibitor", "JAK inhibitor",
        "immune checkpoint inhibitor", "calcineurin inhibitor", "anticoagulant", "autoantibody",
        "myositis-specific antibody", "malignancy",
    }
)  # fmt: skip
"""Of which the lexicon knows so many members that one which is named is hardly missed."""

_PLAIN = {
    "antibody": "autoantibody", "antibodies": "autoantibody", "msa": "autoantibody",
    "cancer": "malignancy", "cancers": "malignancy", "mab": "biologic", "mabs": "biologic",
}  # fmt: skip
"""Words for a class that the lexicon has not, or only in longer wordings."""
# 'Which immunosuppression?' asks for all of a treatment, steroids as well.
_A_WHOLE = re.compile(r"suppression\b|\b(?:therapy|treatment)\b", re.IGNORECASE)
_WHICH = re.compile(r"\b(?:which|what)\b((?:\s+[\w-]+){1,4})", re.IGNORECASE)
# 'His antibody?', 'antibodies in her?': no more than the class is said.
_BARE = re.compile(
    r"^\W*(?:(?:and|so|but|then|ok)\W+)*(?:what (?:is|was|are|were) )?(?:(?:the|his|her|their) )?"
    r"(?P<class>antibod(?:y|ies)|autoantibod(?:y|ies))(?: (?:in|of) (?:him|her|them))?\W*$",
    re.IGNORECASE,
)
_AHEAD = 2
"""Words between 'which' and the class: 'which other monoclonal antibody'."""
# Not 'what share of the cancers', 'what did the statin do'.
_NO_ADJECTIVE = frozenset(
    """is was were are did does do had has have happened became would will can could the a an his
    her their of effect dose role share proportion percentage part made gave kind type
    figures point""".split()  # noqa: SIM905
)
# Behind the class: something of it is asked for, or the class is itself described.
_OF_CLASS = re.compile(
    r"\s*(?:dos\w+|levels?|tit(?:re|er)s?|regimens?|schedules?|respon\w+|results?|tests?|scores?|"
    r"treatment|therapy|stage|types?|markers?|groups?|patients?|rates?|status|positiv\w+|negativ\w+|"
    r"point|question|figures?|blockers?|antagonists?|agonists?|screen\w*|search|cells?|drugs?)\b",
    re.IGNORECASE,
)
# 'No antibodies were found', 'rituximab was declined': that is an answer, too.
_NONE = re.compile(
    r"\b(?:no|none|not|neither|nor|never|negative|absent|without|nothing|unknown|only|unremarkable|"
    r"consider\w*|plan(?:ned|s)?|propos\w*|discuss\w*|advised|suggested|declin\w*|refus\w*|reject\w*|"
    r"withheld|avoid\w*|prefer\w*|could)\b",
    re.IGNORECASE,
)
# A cancer or an antibody that the lexicon has not is one all the same.
_NAMED_BY_ENDING = {
    "malignancy": re.compile(r"\w+(?:carcinoma|sarcoma|blastoma|cytoma|noma)s?\b", re.IGNORECASE),
    "autoantibody": re.compile(r"\banti[- ]?[A-Z]\w|\bantinuclear\b|\bANA\b"),
}


def class_unnamed(question: str, quoted: Sequence[str]) -> str | None:
    """The question's word for a class of which it asks a member and none is named; else None."""
    for words, name in _classes_asked(asked_part(question)):
        members = {*lexicon().narrower(name)}
        ending = _NAMED_BY_ENDING.get(name)
        if not any(_NONE.search(text) or _names(text, members, ending) for text in quoted):
            return words
    return None


def _names(text: str, members: Set[str], ending: re.Pattern[str] | None) -> bool:
    named = {mention.concept.name for mention in lexicon().find(text)}
    return bool(named & members or (ending and ending.search(text)))


def _classes_asked(part: str) -> Iterator[tuple[str, str]]:
    """The words and the concept of each class of which a member is asked for."""
    if bare := _BARE.match(part):
        yield bare["class"], "autoantibody"
    for found in _WHICH.finditer(part):
        ahead = list(re.finditer(r"[\w-]+", found[1]))
        known = {m.start: m for m in lexicon().find(part, typos=True)}
        for word in ahead[: _AHEAD + 1]:
            at = found.start(1) + word.start()
            mention = known.get(at)
            end = mention.end if mention else at + len(word.group())
            name = _PLAIN.get(part[at:end].lower(), mention.concept.name if mention else "")
            if name in CLASSES:
                if not (_OF_CLASS.match(part[end:]) or _A_WHOLE.search(part[at:end])):
                    yield part[at:end], name
                break
            if word.group().lower() in _NO_ADJECTIVE:
                break


_UNITS = {
    "courses": r"courses?|cycles?|rounds?|pulses?|infusions?|doses?|times",
    "cycles": r"cycles?|courses?|rounds?|times|infusions?",
    "pulses": r"pulses?|courses?|days?|doses?|times|infusions?",
    "infusions": r"infusions?|doses?|courses?|cycles?|drips?|times",
    "injections": r"injections?|doses?|shots?|times|infusions?",
    "sessions": r"sessions?|times|courses?|treatments?|exchanges?|procedures?|cycles?",
    "exchanges": r"exchanges?|sessions?|times|plasmaphereses|procedures?|PE|cycles?|courses?",
    "units": r"units?|bags?|red cells?",
}
"""What is counted → the words beside which a count stands."""
_HOW_MANY = re.compile(
    rf"\b(?:how many|number of)\s+(?:(?!patients|people|of)[\w-]+\s+){{0,3}}?"
    rf"({'|'.join(_UNITS)})\b|^({'|'.join(_UNITS)})\b",
    re.IGNORECASE,
)
_COUNT = (
    r"(?:\d+(?:st|nd|rd|th)?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|"
    r"fourteen|fifteen|twenty|single|several|both|multiple|many|first|second|third|fourth|fifth|sixth|"
    r"seventh|eighth|ninth|tenth|eleventh|an?|another|further|last|only)"
)
_COUNTED_ANYHOW = re.compile(
    r"\b(?:once|twice|thrice|\w+ times|single|none|never|x ?\d+|\d+ ?x|n ?= ?\d+)\b", re.IGNORECASE
)


def count_missing(question: str, quoted: Sequence[str]) -> str | None:
    """What it is asked how many there were of, where no sentence counts it; else None."""
    found = _HOW_MANY.search(asked_part(question))
    if not found:
        return None
    unit = (found[1] or found[2]).lower()
    named = rf"(?:{_UNITS[unit]})"
    counted = re.compile(
        rf"\b{_COUNT}(?:[\s-]+[\w-]+){{0,4}}?[\s-]+{named}\b|\b{named}\W+(?:\w+\W+){{0,3}}?{_COUNT}\b",
        re.IGNORECASE,
    )
    told = (counted, _COUNTED_ANYHOW, _NONE)
    return None if any(one.search(text) for one in told for text in quoted) else unit
