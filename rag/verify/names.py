"""What a text names: lexicon concepts with their sign, routes, and drug-like words nobody knows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from rag.lexicon import Concept, lexicon
from rag.verify.words import plain_stem, words

_ROUTES = {
    "oral": r"oral|orally|by mouth|p\.?o\.?|per os|tablets?|capsules?",
    "intravenous": r"intravenous\w*|i\.?v\.?|IVIg|IVMP|into (?:a|the) vein|infus\w+|"
    r"pulse[sd]?|drip",
    "subcutaneous": r"subcutaneous\w*|s\.?c\.?|SCIg|under the skin",
    "intramuscular": r"intramuscular\w*|i\.?m\.?",
    "topical": r"topical\w*|ointment|cream|lotion|gel|oil|appl(?:y|ied|ies)|(?:on|to) the skin",
    "intralesional": r"intralesional\w*|inject\w+ into (?:the|each) \w+",
    "intrathecal": r"intrathecal\w*",
    "inhaled": r"inhal\w+|nebuli[sz]ed",
    "rectal": r"rectal\w*|per rectum",
}
_ROUTE = {
    name: re.compile(rf"(?<![\w.])(?:{p})(?!\w)", re.IGNORECASE) for name, p in _ROUTES.items()
}
_CLAIMED = {  # said of a claim only where the word itself names the route
    "oral": r"oral(?!\s(?:mucos|ulcer|cavit|intake|diet|feed|candid|hygiene|food|lesion|thrush))|"
    r"orally|"
    r"by mouth|p\.?o\.?|per os|tablets?",
    "intravenous": r"intravenous\w*|i\.?v\.?|into (?:a|the) vein",
    "topical": r"topical\w*|ointment|cream",
    "subcutaneous": r"subcutaneous\w*(?!\s(?:calc|nodul|emphys|o?edema|tissue|fat|swell))|s\.?c\.?|"
    r"under the skin",
    "intramuscular": r"intramuscular\w*(?!\s(?:h[ae]|bleed|press|o?edema|calc))|i\.?m\.?",
    "intralesional": r"intralesional\w*",
    "intrathecal": _ROUTES["intrathecal"],
    "inhaled": _ROUTES["inhaled"],
    "rectal": _ROUTES["rectal"],
}
_CLAIM = {
    name: re.compile(rf"(?<![\w.])(?:{p})(?!\w)", re.IGNORECASE) for name, p in _CLAIMED.items()
}

# The World Health Organization's stems for generic names (INN stem book), the commoner ones.
_DRUG_LIKE = re.compile(
    r"\b[A-Za-z]{3,}(?:mab|nib|cept|limus|olone|asone|onide|prine|trexate|platin|rubicin|taxel|"
    r"cillin|mycin|oxacin|azole|cyclovir|ciclovir|vastatin|sartan|olol|dipine|gliptin|"
    r"gliflozin|parin|xaban|dronate|quine|zepam|oxetine|tidine|prazole|setron|triptan|fungin|"
    r"leukin|lukast|astine|zolamide|semide|thiazide|cycline|bamate|pentin|trexone|formin|mustine|"
    r"phosphamide|uracil|tinib|citinib|dopa|vudine|navir|ergoline)\b",
    re.IGNORECASE,
)  # fmt: skip
_NEGATIVE_AFTER = re.compile(
    r"^[\w\s,/-]{0,80}?\b(?:negative|absent|"
    r"not (?:detected|found|present|there|seen|demonstrated|identified)|undetectable)\b(?! for\b)",
    re.IGNORECASE,
)
_WERE_NOT = re.compile(
    r"^(?:\santibod\w+)?\s(?:was|were)(?:\snot|n't)\s*(?:[.;,]|$)", re.IGNORECASE
)
"""'Anti-MDA5 was found, whereas anti-Jo-1 was not.'"""
_AS_WERE = re.compile(r"\bnegative,?\s(?:as|and so)\s(?:were|was)\b[^.;]*$", re.IGNORECASE)
_NEGATIVE_BEFORE = re.compile(
    r"\b(?:negative for|lack(?:ed|ing|s)?|without|absence of|no)\s(?:the\s|any\s)?$|"
    r"\bnegative for\s(?:(?!(?:positive|was|were|but|had|has)\b)[^.;:]){0,90}$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Named:
    """``[start, end)`` names a concept; `negated` says that the text says there is none."""

    start: int
    end: int
    text: str
    name: str
    kind: str
    negated: bool


@lru_cache(maxsize=4_000)
def named(text: str) -> tuple[Named, ...]:
    """The concepts of a text in order; drug-like words outside the lexicon have their stem."""
    said = words(text)
    found = [
        _named(text, m.start, m.end, m.concept.name, m.concept.kind, said)
        for m in lexicon().find(text)
    ]
    for match in _DRUG_LIKE.finditer(text):
        if not any(n.start < match.end() and match.start() < n.end for n in found):
            name = plain_stem(match.group())
            found.append(_named(text, match.start(), match.end(), name, "drug", said))
    return tuple(sorted(found, key=lambda n: n.start))


def _named(text: str, start: int, end: int, name: str, kind: str, said: tuple) -> Named:  # type: ignore[type-arg]
    inside = [w for w in said if start <= w.start < end]
    negated = bool(inside) and inside[0].negated
    if kind == "antibody" and inside:
        clause_end = max((w.end for w in said if w.clause == inside[0].clause), default=end)
        rest = text[end:clause_end]
        if _NEGATIVE_AFTER.match(rest) and not re.search(
            r"\bpositive\b|;", text[start:clause_end].split("negative")[0]
        ):
            negated = True
        if _WERE_NOT.match(text[end:]):
            negated = True
        if _NEGATIVE_BEFORE.search(text[:start]) or _AS_WERE.search(text[:start]):
            negated = True
    return Named(start, end, text[start:end], name, kind, negated)


@lru_cache(maxsize=2_000)
def wider(name: str) -> frozenset[str]:
    """The names of all classes of a concept, near and far."""
    found: set[str] = set()
    todo = [name]
    while todo:
        concept: Concept | None = lexicon().concept(todo.pop())
        for one in concept.broader if concept else ():
            if one not in found:
                found.add(one)
                todo.append(one)
    return frozenset(found)


def related(left: str, right: str) -> bool:
    """Whether two names are of one thing, or one is a kind of the other."""
    if left == right or left in wider(right) or right in wider(left):
        return True
    apart = {*left.split()} ^ {*right.split()}
    return apart <= _FORMS  # 'topical tacrolimus' and 'tacrolimus'


_FORMS = frozenset(("topical", "oral", "intravenous", "subcutaneous", "intralesional", "inhaled"))


@lru_cache(maxsize=4_000)
def routes(text: str) -> frozenset[str]:
    """The routes that a text speaks of, implied ones ('IVIG', 'ointment') too."""
    return frozenset(name for name, pattern in _ROUTE.items() if pattern.search(text))


@lru_cache(maxsize=4_000)
def claimed_routes(text: str) -> tuple[tuple[str, int, int], ...]:
    """The routes that a claim states, each with its place."""
    found = [(name, m) for name, p in _CLAIM.items() for m in p.finditer(text)]
    return tuple(
        (name, m.start(), m.end()) for name, m in sorted(found, key=lambda f: f[1].start())
    )
