"""Words on what a drug did beside its effect → whether they tell of harm, and of which drug's.

'Well tolerated' and 'a very low rate of adverse effects' tell of none; 'systemic reactions to
intravenous immunoglobulin' does, wherever a report says it.
"""
# ruff: noqa: E501  (a table of patterns reads best one pattern to the line)

from __future__ import annotations

import re

from rag.lexicon import lexicon

_HARM = r"(?:adverse|side|unwanted|untoward|toxic)[- ](?:events?|effects?|reactions?)|toxicit\w+|complications?|problems?"
_DENIES = re.compile(
    r"^(?:no|none|nil|not(?! (?:\w+ )?toler)|without|nothing|never|free of|(?:\w+ )?safe|(?:described|presented|reported|given|regarded) (?:as |to be )?safe\w*)\b"
    r"|(?<!not )(?<!n't )\b(?:very |fairly |quite |generally )?well[- ]tolerated\b|\btolerated (?:it |them |\w+ )?(?:very |quite )?well\b"
    rf"|\b(?:no|without(?: any)?|nor any|free of) (?:[\w-]+ ){{0,2}}?(?:{_HARM})"
    # 'A very low rate of adverse effects' is praise of a drug, and nothing that befell anybody.
    rf"|\b(?:low|lower|negligible|small) (?:[\w-]+ ){{0,2}}?(?:rates?|incidence|frequency|risk)\b|\b(?:rates?|incidence|frequency|risk)\b[^;]*\b(?:very |extremely )?(?:low|negligible)\b"
    rf"|\b(?:lacked|absence of|lack of|hardly any|scarcely any) (?:[\w-]+ ){{0,2}}?(?:{_HARM})",
    re.IGNORECASE,
)
_ALL_THE_SAME = re.compile(
    r"\b(?:apart from|except(?:ing)?(?: for)?|but|besides|other than|although|though|save|beyond|only)\b",
    re.IGNORECASE,
)
_REACTION = re.compile(
    r"\b(?:(?!(?:no|any|an?|the|and|of|her|his|without|with|had|never)\b)[\w-]+ )?(?:reactions?|anaphyla\w+|hypersensitiv\w+|intoleran\w+|allerg(?:y|ies|ic)|toxicity) (?:to|from|of|with) (?:(?!which|and|or)\w+ ){0,3}?$",
    re.IGNORECASE,
)
_BORNE_BADLY = re.compile(
    r"\b(?:not|badly|poorly) tolerated|\bintoleran\w+|\banaphyla\w+|\ballerg\w+|\btoxicity\b",
    re.IGNORECASE,
)


def denies_harm(words: str) -> bool:
    """Whether words on adverse events say that there were none: 'well tolerated', 'none noted'.

    'No side effects but nausea' tells of nausea.
    """
    return bool(_DENIES.search(words)) and not _ALL_THE_SAME.search(words)


def harm_of(words: str) -> frozenset[str]:
    """The drugs whose harm words tell of, as the lexicon names them: 'reactions to X', 'X (not
    tolerated)'; none where they tell of no harm.
    """
    drugs = [m for m in lexicon().find(words) if m.concept.kind == "drug"]
    if _BORNE_BADLY.search(words):
        return frozenset(m.concept.name for m in drugs)
    return frozenset(m.concept.name for m in drugs if reaction_before(words, m.start) is not None)


def reaction_before(words: str, start: int) -> int | None:
    """Where 'systemic reactions to' begins that leads to a drug at `start`; None without it."""
    match = _REACTION.search(words, max(0, start - _NEAR), start)
    return match.start() if match else None


_NEAR = 80
"""Characters before a drug in which its harm is looked for: a sentence may be as long as a page."""
