"""'How common is ILD?' + the sentences read → those that say how common the thing itself is.

'Of 152 patients 43 (28%) had ulcers' is near to every question for a share, and no answer to any
but that about ulcers: the share must stand in one statement with what is asked about.
"""
# ruff: noqa: E501  (a table of patterns reads best one pattern to the line)

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.lexicon import lexicon
from rag.reader.choose import KEEP_SHARE
from rag.reader.words import concept_names
from rag.schema import Evidence

_BE = r"(?:is|are|was|were|does|do|did|has|have)"
_MEASURE = r"(?:prevalence|incidence|frequency|occurrence|rate|percentage|proportion|share|fraction|percent|%)"
_ASKED = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"^(?:and |so |but )?how (?:common|frequent|often|rare|usual|prevalent|unusual)(?:ly)? {_BE} (?P<thing>.+)",
        rf"\b{_MEASURE} (?:of|for|with) (?P<thing>.+)",
        r"^(?:and |so )?how many (?:people|persons|adults|children|women|men|in) .*?\b(?:get|have|develop|fall ill with|suffer from|are diagnosed with) (?P<thing>.+)",
        r"^how many (?:people|persons|patients)(?: \w+){0,2} with (?P<thing>.+\bper\b.+)",
    )
)
# What is done so often, not what is so common.
_DONE = re.compile(
    r"\b(?:given|infused|injected|taken|applied|dosed|repeated|administered|monitored|checked|"
    r"measured|followed|visit\w*|infusions?|injections?|doses?|dosing|courses?|sessions?|pulses?)\b",
    re.IGNORECASE,
)
# Behind the thing: in whom, and among how many.
_WHOM = re.compile(
    r"\s(?:in|among|amongst|with|for|per|on|after|during)\s|[?.!;]|, ", re.IGNORECASE
)
_ILLNESS = frozenset(
    {"dermatomyositis", "juvenile dermatomyositis", "idiopathic inflammatory myopathy"}
)
_NUMBER = r"(?:\d[\d.,]*|one|two|three|four|five|six|seven|eight|nine|ten|none|all|most|half|both)"
_SHARE = re.compile(
    rf"\d\s*%|\bper ?cent\b|\b{_NUMBER} (?:\w+ )?(?:of|in|out of) (?:the |their )?{_NUMBER}\b|\d+/\d+|"
    rf"\b{_NUMBER} (?:\w+ )?(?:patients|children|adults|people|persons|women|men|cases|girls|boys)\b|"
    r":\s*\d+(?: patients?| cases?)?\s*(?:\(|[.;]?$)|"
    r"\b(?:half|thirds?|quarters?|majority|minority|most|none|all|rare(?:ly)?|uncommon(?:ly)?|(?:un)?common(?:ly|er|est)?|"
    r"(?:in)?frequent(?:ly)?|often|usual(?:ly)?|unusual|seldom|exceptional(?:ly)?|prevalence|incidence|frequency)\b",
    re.IGNORECASE,
)
_EPIDEMIC = re.compile(
    r"\b(?:prevalence|incidence|per (?:1|one )?(?:[\d ,]*\d|million|hundred)|"
    r"(?:is|are) (?:an? )?(?:very |extremely )?(?:rare|uncommon|common)|(?:commonest|most common))\b",
    re.IGNORECASE,
)
_STATEMENTS = re.compile(
    r";\s+|\.\s+(?=[A-Z])|,\s+(?:but|while|whereas)\s+|\s+and (?=(?:is|are|was|were|has|have)\b)"
)


def asked_how_common(question: str) -> frozenset[str]:
    """The concepts of which it is asked how common they are; none for any other question.

    The illness itself is one only where it stands alone: 'ILD in dermatomyositis' asks about ILD.
    """
    text = " ".join(question.split())
    if _DONE.search(text):
        return frozenset()
    for pattern in _ASKED:
        if not (found := pattern.search(text)):
            continue
        thing = found["thing"]
        border = _WHOM.search(thing)
        named = concept_names(thing[: border.start()] if border else thing, typos=True)
        return named - _ILLNESS or named or concept_names(text, typos=True) - _ILLNESS
    return frozenset()


def saying_how_common(question: str, evidence: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """The sentences that say how common the thing is; all where none does, or none is likely.

    `evidence` is best first.
    """
    things = asked_how_common(question)
    if len(things) != 1 or not evidence:  # 'How often does X cause Y?' is told in too many ways
        return tuple(evidence)
    if things <= _ILLNESS:  # in whom then makes the question
        things |= concept_names(question, typos=True)
    telling = tuple(item for item in evidence if says_how_common(things, item.text))
    likely = telling and telling[0].probability >= KEEP_SHARE * evidence[0].probability
    return telling if likely else tuple(evidence)


def says_how_common(things: frozenset[str], sentence: str) -> bool:
    """Whether one statement of the sentence names all the things and a share, or how rare."""
    says = _EPIDEMIC if things <= _ILLNESS else _SHARE
    return any(
        says.search(statement) and _names_all(things, statement)
        for statement in _STATEMENTS.split(sentence)
    )


def is_of_another(question: str, sentence: str, short: str) -> bool:
    """Whether a short answer to 'how common?' stands in a statement that does not name the thing.

    'Amyopathic disease is 20% of cases and is often associated with cancer': 20% is not of cancer.
    """
    things = asked_how_common(question) - _ILLNESS
    own = [s for s in _STATEMENTS.split(sentence) if short in s]
    return bool(things and own) and not any(_names_all(things, statement) for statement in own)


def _names_all(things: frozenset[str], statement: str) -> bool:
    named = concept_names(statement)
    return all(({thing} | set(lexicon().narrower(thing))) & named for thing in things)
