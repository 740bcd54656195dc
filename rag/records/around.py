"""A time in a sentence → plain features: the words around it, what its clause says of the course."""
# ruff: noqa: E501  (a table of patterns reads best one pattern to the line)

from __future__ import annotations

import re
from collections.abc import Mapping

from rag.records.record import Span
from rag.records.words_of_course import COMPLETE, DIED, ELSE, FELL, NONE, PARTIAL, TARGET, WORSE

_WORDS_BEFORE, _WORDS_BEHIND = 8, 6

_CLAUSE = re.compile(
    r"[;:]|, (?:and|but|which|who|whereas|while|although|when|so that)\b|\b(?:but|whereas|although|while)\b|"
    r", (?=(?:she|he|the|her|his|it|a|an|then)\b)|\band (?=(?:[\w-]+ ){1,4}?(?:was|were|had|did|has|rose|fell|improved)\b)"
)
_CUES: dict[str, str] = {
    "for": r"\bfor (?:the )?(?:\w+ )?$", "within": r"\bwithin (?:the )?$", "after": r"\bafter (?:the )?(?:only )?$",
    "by": r"\bby (?:the )?$", "in": r"\b[Ii]n (?:the )?$", "at": r"\b[Aa]t (?:the )?$", "from": r"\b(?:from|since) (?:the )?$",
    "on": r"\b[Oo]n (?:the )?$", "over": r"\b(?:over|during|throughout) (?:the )?(?:subsequent |following |next |past |last )?$",
    "until": r"\b(?:until|up to|to) (?:the )?$", "every": r"\bevery (?:other )?$", "of": r"\bof (?:the )?$",
    "another": r"\b(?:another|further|first|last|next|following) $",
}  # fmt: skip
_BEHIND: dict[str, str] = {
    "later": r"^ (?:later|thereafter|afterwards?|on\b)", "ago": r"^ (?:ago|earlier|before|previously|prior)",
    "after the start": r"^ (?:after|following|from|of|since|into) (?:the |her |his )?(?:start|treatment|therapy|first|last|initiat\w+|begin\w+|change|operation|diagnosis|admission|surgery|onset)",
    "of age": r"^ (?:old|of age)", "history": r"^(?:'|’)?s?(?:-| )(?:history|duration|standing|course)", "of drug": r"^ of (?:[a-z]+(?:ine|one|ate|ib|ab|id)\b|treatment|therapy|both|IV\w+)",
    "comma": r"^,", "stop": r"^\.$",
}  # fmt: skip
_SAID: dict[str, str] = {
    "last visit": r"\b(?:last|latest|final|most recent) (?:visit|review|examination|seen|follow-?up|attendance|contact|appointment|consultation|control)|\bwhen last\b|\blast (?:seen|reviewed|examined)",
    "follow-up": r"\bfollow(?:ed)?[- ]?up\b|\bfollowed for\b|\bobserv(?:ed|ation)\b|\bfollowed\b|\breview\b",
    "remained": r"\bremain(?:s|ed)?\b|\bstayed\b|\bstill\b|\bcontinues?\b", "has": r"\bhas (?:now |since |not |had |been |remained )|\bhave been\b", "is": r"\b(?:is|lives|works|plays|takes|are)\b",
    "no relapse": r"\b(?:no|without|not|never|nor|free of)\b[^.;]{0,20}\b(?:relaps|recur|flare)", "relapse": r"\b(?:relaps|recur|flare|return(?:ed|s)?\b|came back|reappear)",
    "remission": r"\bremission\b", "well": r"\bwell\b|\bfree (?:of|from)\b|\bhealthy\b|\balive\b|\bsymptom-free\b", "since": r"\bsince\b|\bto date\b|\bnow\b",
    "stopped": r"\b(?:stopped|discontinued|withdrawn|tapered|reduced|lowered|abandoned|ceased to|given up|cancelled|halved)\b",
    "begun": r"\b(?:started|begun|began|given|added|received|introduced|commenced|prescribed|administered|infused|treated|took|taken)\b",
    "had had": r"\bhad (?:had|been|begun|noticed|suffered|taken|received|developed)\b", "history": r"\bhistory\b|\bduration\b|\bpreceded\b|\bbefore (?:admission|presentation|referral)\b",
    "adverse": r"\b(?:because of|zoster|infection|pneumonia|nausea|fever|thrombosis|toxicity|side effect|complicat\w+|neuropathy|cytopenia)\b",
    "score": r"\b(?:CDASI|CMAS|MMT|DLQI|score|FVC|capacity|ferritin|CK|enzymes?|creatine)\b", "was figure": r"\b(?:was|were|to) \d", "strength": r"\b(?:strength|power|weak\w*|walk\w*|climb\w*|swallow\w*|stand|rise|ate|eat)\b",
    "skin": r"\b(?:rash|skin|erythema|papules|ulcers?|lesions?|itch\w*|prurit\w*|eyelids|chest|face|hands|scalp|plaques|nodules|calcinosis|deposits|hair)\b",
    "could": r"\b(?:could|able to|again)\b", "oxygen": r"\b(?:oxygen|ventilat\w+|extubated|intensive care|discharged|tube)\b",
    "drug": r"\d ?(?:mg|g|mcg|IU)\b", "pregnancy": r"\b(?:deliver\w*|born|birth|pregnan\w+)\b", "tumour": r"\b(?:tumou?r|carcinoma|cancer|metasta\w+|chemotherapy|radiotherapy|resect\w+)\b",
    "unchanged": r"\b(?:unchanged|persist\w*|same)\b", "gone": r"\b(?:gone|ceased|abated|closed|paled|slept|relieved|faded|flat|soft\w*)\b", "age": r"\b(?:age[ds]?|old)\b",
}  # fmt: skip
_WORD = re.compile(r"[a-z]+")
_COMPILED = {
    "before": {name: re.compile(p) for name, p in _CUES.items()},
    "behind": {name: re.compile(p) for name, p in _BEHIND.items()},
    "said": {name: re.compile(p) for name, p in _SAID.items()},
}


def around(text: str, start: int, end: int) -> set[str]:
    """The features of a time or date that stands at ``[start, end)`` of a sentence.

    Of a sentence as long as a page what is near counts.
    """
    text, start, end = _near(text, start, end)
    before, behind = text[max(0, start - _LEAD) : start], text[end : end + _LEAD]
    begin, stop = _clause(text, start, end)
    clause = text[begin:stop]
    found = {f"before {name}" for name, p in _COMPILED["before"].items() if p.search(before)}
    found |= {f"behind {name}" for name, p in _COMPILED["behind"].items() if p.search(behind)}
    for name, part in (("clause", clause), ("sentence", text)):
        found |= {f"{name} {said}" for said, p in _COMPILED["said"].items() if p.search(part)}
        found |= {f"{name} {said}" for said in course(part)}
    found |= {f"< {word}" for word in _WORD.findall(before[-60:].lower())[-_WORDS_BEFORE:]}
    found |= {f"> {word}" for word in _WORD.findall(behind[:50].lower())[:_WORDS_BEHIND]}
    if len(text[:start].strip()) < 8:
        found.add("opens sentence")
    return found


def about(text: str, start: int, end: int, topics: Mapping[str, frozenset[str]]) -> set[str]:
    """Whether the clause of a time is about what the title and the opening are about.

    `topics` says by name what each of them shows of the disease (see `shown`).
    """
    text, start, end = _near(text, start, end)
    begin, stop = _clause(text, start, end)
    told = shown(text[begin:stop])
    return {
        f"in {name}" if told & words else f"not in {name}"
        for name, words in topics.items()
        if told and words
    }


def _near(text: str, start: int, end: int) -> tuple[str, int, int]:
    low = max(0, start - _NEAR)
    return text[low : end + _NEAR], start - low, end - low


def shown(text: str) -> frozenset[str]:
    """What the disease shows itself by in a text: 'ulcer', 'itch', 'swall'."""
    return frozenset(match.group().lower()[:_STEM] for match in TARGET.finditer(text))


_STEM = 5
_NEAR = 600
_LEAD = 80


def course(clause: str) -> set[str]:
    """What a clause says of the course: complete, partial, none, worse, died, of the disease."""
    said = NONE.sub(" ", clause)
    found = {
        "complete": COMPLETE.search(said), "partial": PARTIAL.search(said),
        "none": NONE.search(clause), "worse": WORSE.search(clause), "died": DIED.search(clause),
        "target": TARGET.search(clause), "else": ELSE.search(clause), "fell": FELL.search(clause),
    }  # fmt: skip
    names = {name for name, match in found.items() if match}
    if names & {"complete", "partial", "fell"} and "target" in names:
        names.add("improved")
    return names


def _clause(text: str, start: int, end: int) -> Span:
    begin, stop = 0, len(text)
    for match in _CLAUSE.finditer(text):
        if match.end() <= start:
            begin = match.end()
        elif match.start() >= end:
            stop = match.start()
            break
    return begin, stop
