"""Words for what befell a patient → whose story alone tells of it.

'The one on baricitinib', 'the melanoma man', 'the woman who died', 'the survivor': these single
somebody out among the patients of a report, but by no age, number or calling.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from rag.lexicon import lexicon
from rag.reader.whom.person_nouns import Numbers, of_sex, sex_of
from rag.reader.whom.pointing import People
from rag.reader.whom.relatives import own_death, told_death
from rag.reader.words import stems, with_wider

_PERSON = (
    r"(?:one|patient|pt|case|woman|man|girl|boy|child|kid|lady|guy|gentleman|person|brother|sister)"
)
_WHO_HAD = re.compile(
    rf"\b(?:the|that) (?:[\w-]+ ){{0,2}}?{_PERSON} "
    r"(?:(?:who (?:was )?)?(?:had|has|got|took|received|given|treated with|with|on|after))\b "
    r"(?P<words>(?:(?! [-–—] )[^,;:?.])+)",
    re.IGNORECASE,
)
# 'The melanoma man', 'the kidney transplant patient', 'the pregnant one'.
_CALLED = re.compile(
    r"\b(?:the|that) (?P<words>(?:(?!(?:the|that|an?|his|her|and|or|of|in|on|for|to|with|at|by|"
    r"from|after|before|about|was|were|is|are|did|does|do|had|has|have)\b)[\w-]+ ){1,3}?)"
    rf"{_PERSON}\b",
    re.IGNORECASE,
)
_DIED = re.compile(
    rf"\b(?:the|that) (?:[\w-]+ ){{0,2}}?{_PERSON} (?:who|that) (?:\w+ )?"
    r"(?:died|dies|passed away|perished|(?:did(?:n['’]?t| not)) (?:make it|survive))\b|"
    rf"\bthe (?:dead|deceased|fatal|lethal) {_PERSON}\b|\bthe deceased\b",
    re.IGNORECASE,
)
_LIVED = re.compile(
    rf"\b(?:the|that) (?:[\w-]+ ){{0,2}}?{_PERSON} (?:who|that) (?:\w+ )?"
    r"(?:survived|lived|made it|did(?:n['’]?t| not) die)\b|"
    rf"\bthe surviv(?:or|ing {_PERSON})\b",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"[,;:?.]| [-–—] ")
_SENTENCE = re.compile(r"(?<=[.;])\s+")
_DENIES = re.compile(
    r"\b(?:never|not|no|nor|neither|without|refused|declined|considered|planned|instead of)\b", re.I
)
_SHORTEST = 4  # letters of a word by which somebody may be known
# Said of anybody, or of an order that other rules read.
_OF_ANYBODY = frozenset(
    stems(
        "first second third fourth fifth sixth last next other another same only index former "
        "latter older oldest elder eldest elderly younger youngest old young middle aged year "
        "years male female adult little small poor sick lucky unlucky single whole previous "
        "earlier mentioned said good bad better worse best worst right wrong severe mild"
    )
)


def fated(question: str, people: People) -> Numbers | None:
    """'The one who died', 'the survivor'; None without such words, or where no death is told."""
    match, died = _DIED.search(question), True
    if match is None:
        match, died = _LIVED.search(question), False
    dead = {number for number, story in people.stories.items() if own_death(story)}
    dead |= {case.number for case in people.cases if case.response == "died"}
    if match is None or not dead:
        return None
    fitting = of_sex(people.cases, sex_of(match.group()))
    found = [case.number for case in fitting if (case.number in dead) == died]
    how = frozenset(stems(_CLAUSE.split(question[match.end() :])[0])) if died else frozenset()
    if len(found) < 2 or not how:
        return found
    # 'The one who died on day 60': of several whose death is told so.
    return [n for n in found if how <= frozenset(stems(told_death(people.stories.get(n, ""))))]


def told_of(question: str, people: People) -> Numbers | None:
    """'The one on baricitinib', 'the man who had shingles', 'the melanoma man'."""
    for pattern in (_WHO_HAD, _CALLED):
        match = pattern.search(question)
        if match is None or not people.stories:
            continue
        tells = _telling(match["words"])
        having = {n for n, story in people.stories.items() if tells is not None and tells(story)}
        sex = sex_of(match.group())
        found = [case.number for case in of_sex(people.cases, sex) if case.number in having]
        if len(found) == 1:
            return found
    return None


def _telling(words: str) -> Callable[[str], bool] | None:
    """Whether a story tells of what words name; by the words themselves where nothing is known."""
    wanted = _names(words) or _names(f"anti-{words.strip()}")  # 'the sae one'
    if wanted:
        return lambda story: wanted <= _told_in(story)
    said = frozenset(word for word in stems(words) if len(word) >= _SHORTEST) - _OF_ANYBODY
    return (lambda story: said <= frozenset(stems(_affirmed(story)))) if said else None


@lru_cache(maxsize=256)
def _told_in(story: str) -> frozenset[str]:
    """The concepts that a story names, and wider ones; not those of a denial."""
    return with_wider(_affirmed(story))


def _affirmed(story: str) -> str:
    """The sentences of a story that deny nothing."""
    return "\n".join(one for one in _SENTENCE.split(story) if not _DENIES.search(one))


def _names(text: str) -> frozenset[str]:
    """The concepts that words name, but for the disease."""
    kinds = ("drug", "sign", "antibody", "subtype", "laboratory")
    return frozenset(m.concept.name for m in lexicon().find(text) if m.concept.kind in kinds)
