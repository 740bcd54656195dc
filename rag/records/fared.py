"""A patient's story → features that tell how the patient fared under the reported treatment."""
# ruff: noqa: E501  (a table of patterns reads best one pattern to the line)

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.records.story import Sentence

_SAID: dict[str, str] = {
    "entirely": r"\b(?:complete(?:ly)?|entirely|fully|full)\b", "remission": r"\bremission\b",
    "no relapse": r"\b(?:no|not|without|never)\b[^.;]{0,25}\b(?:relaps|recur|flare|returned|reappear)",
    "well": r"\b(?:is|was|been|remained|remains|are) (?:\w+ )?(?:well|free|healthy|asymptomatic|symptom-free)\b",
    "residue": r"\b(?:residual|remain(?:ed|s)? (?!well|free|in remission|clear|stable)|persist\w*|left\b|faint|slight|mild|some)\b",
    "in part": r"\b(?:partial\w*|by (?:about |more than )?(?:half|a third|two-thirds|\d+ ?%)|half|somewhat|less|slightly|moderate\w*|diminish\w*|improv\w*|faded|fell|decreas\w*|soften\w*|shrunk|shrank|smaller)\b",
    "gone": r"\b(?:gone|cleared|clear|healed|closed|disappeared|vanished|resolved|normal\w*|ceased|regained)\b",
    "unchanged": r"\b(?:unchanged|unaltered|no (?:\w+ )?(?:effect|change|improvement|benefit|response)|without (?:\w+ )?(?:effect|benefit|improvement|success)|did not (?:\w+ )?\w+|failed|useless|in vain|the same|as before|ineffective)\b",
    "worse": r"\b(?:worse\w*|progress\w*|spread|enlarged|deteriorat\w*|further)\b",
    "but": r"\b(?:but|although|whereas|however|except|though|while)\b[^.;]{0,80}\b(?:not|no|remain|persist|still|unchanged|only|less|left)\w*",
    "relapse": r"\b(?:relapse[ds]?|recurred|recurrence|flared|returned|came back|reappeared)\b",
    "stopped for harm": r"\b(?:stopped|discontinued|withdrawn|abandoned)\b[^.;]{0,60}\b(?:because|owing|on account|due|for)\b",
    "drug-free": r"\b(?:without|off|no) (?:any |all )?(?:drugs?|treatment|medication|steroids?|prednis\w+|therapy)\b|\ball (?:drugs|treatment)\b",
    "death": r"\bdied\b|\bdeath\b|\bfatal\b", "active": r"\b(?:works?|working|plays|swims|lives|school|returned to)\b",
    "strength": r"\b(?:strength|power|walk|climb|swallow)\w*", "calcinosis": r"\bcalcin\w+|deposits",
    "score": r"\b(?:CDASI|CMAS|score)\b",
}  # fmt: skip
_COMPILED = {name: re.compile(pattern, re.IGNORECASE) for name, pattern in _SAID.items()}
_KINDS = ("complete", "partial", "none", "worse", "residue")

Judgement = tuple[Sentence, frozenset[str]]
"""A sentence with what it says of the course: some of complete, partial, none, worse, residue."""


def features(
    told: Sequence[Sentence],
    summary: Sequence[Sentence],
    judged: Sequence[Judgement],
    before: Sequence[str],
) -> frozenset[str]:
    """What holds for a story: how often and where it says what, in its end above all.

    `told` are the sentences under treatment, `judged` those of them that say something of the
    course; `before` are features that the caller adds.
    """
    found = {f"judged {min(len(judged), 4)}", *before}
    for kind in _KINDS:
        found.add(f"n {kind} {min(sum(kind in said for _, said in judged), 3)}")
    for name, part in (
        ("last", judged[-1:]),
        ("last but one", judged[-2:-1]),
        ("first", judged[:1]),
    ):
        found |= {f"{name} {kind}" for _, said in part for kind in said}
    for at, sentence in enumerate(told):
        end = at >= len(told) - 2
        where = "end" if end else "middle" if 2 * at >= len(told) else "early"
        for name in said_in(sentence.text):
            found |= {f"any {name}", f"{where} {name}"}
    found |= {f"end word {stem}" for one in told[-2:] for stem in stems(one.text)}
    found |= {f"judged last {name}" for one, _ in judged[-2:] for name in said_in(one.text)}
    found |= {f"summary {name}" for one in summary for name in said_in(one.text)}
    return frozenset(found)


_GOOD = frozenset({"in part", "gone", "well", "strength", "active", "remission", "no relapse"})
_TELLS = _GOOD | {"unchanged", "worse"}


def tells(text: str) -> bool:
    """Whether a sentence says something of the course by its words alone: 'she dances again'."""
    return bool(_TELLS & {*said_in(text)})


_EVERYWHERE = frozenset(
    [
        "the",
        "and",
        "was",
        "were",
        "had",
        "with",
        "for",
        "her",
        "his",
        "she",
        "its",
        "that",
        "which",
        "from",
        "after",
    ]
)


def stems(text: str) -> set[str]:
    """The words of a text, cut to five letters: 'healed' and 'healing' are one."""
    return {word.lower()[:5] for word in re.findall(r"[A-Za-z]{3,}", text)} - _EVERYWHERE


def said_in(text: str) -> list[str]:
    """The names of what a text says of the course."""
    return [name for name, pattern in _COMPILED.items() if pattern.search(text)]
