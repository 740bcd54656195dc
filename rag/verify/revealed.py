"""What a claim says that a test showed, and its spans say was normal: 'colonoscopy revealed a
cancer' where they say 'mammography and colonoscopy were normal'.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.verify.grounds import Grounds
from rag.verify.names import Named, named, wider
from rag.verify.poles import key
from rag.verify.verdict import Reason
from rag.verify.words import words

_SHOWED = re.compile(
    r"\b(?:showed|shows|revealed|disclosed|demonstrated|detected|found|confirmed|uncovered|"
    r"brought|identified)\b",
    re.IGNORECASE,
)
_NORMAL = re.compile(
    r"\b(?:normal|unremarkable|negative|clear|without pathological findings)\b", re.IGNORECASE
)
_WAS_NORMAL = re.compile(
    r"\b(?:was|were)\s(?:entirely\s)?(?P<normal>normal|unremarkable)(?=\s*(?:[.;,]|$|\bat\b|\bin\b))",
    re.IGNORECASE,
)
_SAVE = re.compile(
    r"\b(?:but|apart from|except\w*|although|however|whereas|only|abnormal\w*|positive|showed|"
    r"revealed|disclosed|demonstrated)\b",
    re.IGNORECASE,
)


def check_revealed(claim: str, grounds: Grounds) -> Iterator[Reason]:
    """A reason for a finding that a test is said to have shown, where the spans call it normal."""
    verb = _SHOWED.search(claim)
    if any(w.negated for w in words(claim)):
        return
    if normal := _WAS_NORMAL.search(claim):
        if any(_is_abnormal(quote, claim[: normal.start()]) for quote in grounds.quotes):
            message = f"{grounds.place} says what was found by it"
            yield Reason("negation", message, *normal.span("normal"))
        return
    if not verb or _NORMAL.search(claim):
        return
    tests = {key(w) for w in words(claim[: verb.start()]) if w.telling}
    told = named(grounds.text)
    affirmed = {n.name for n in told if not n.negated}
    affirmed |= {broader for name in affirmed for broader in wider(name)}
    said = {key(w) for w in words(grounds.text)}
    found = [n for n in named(claim) if n.start >= verb.end() and n.kind == "sign"]
    others = [w for w in words(claim) if w.start >= verb.end() and w.telling]
    strange = [w for w in others if key(w) not in said]
    for one in found or strange[:1]:
        named_so = isinstance(one, Named) and one.name in affirmed
        if named_so and not _looked_for(grounds.text):
            continue
        if any(_is_normal(sentence, tests) for sentence in grounds.quotes):
            yield Reason("negation", f"{grounds.place} calls it normal", one.start, one.end)
            return


def _is_abnormal(sentence: str, before: str) -> bool:
    """Whether a sentence says that the test named before 'was normal' showed something."""
    verb = _SHOWED.search(sentence)
    if not verb or _NORMAL.search(sentence) or any(w.negated for w in words(sentence)):
        return False
    tests = {key(w) for w in words(before) if w.telling}
    told = words(sentence)
    clause = next((w.clause for w in told if w.start >= verb.start()), 0)
    return bool(tests & {key(w) for w in told if w.clause == clause and w.end <= verb.start()})


def _looked_for(text: str) -> bool:
    """'A search for malignancy was negative' names it, and has not found it."""
    return bool(re.search(r"\b(?:search|screen\w*|test\w*|looked) for\b", text, re.IGNORECASE))


def _is_normal(sentence: str, tests: set[str]) -> bool:
    said = {key(w) for w in words(sentence)}
    return bool(_NORMAL.search(sentence)) and bool(tests & said) and not _SAVE.search(sentence)
