"""A stretch that is sure to answer a question of yes or no, and is itself a denial → 'No'.

'Were his muscles hit?': 'not involved'. It need not share a word with the question, which
`rag.reader.short.polarity` asks of any other statement. But where the question names a thing of the
lexicon, a denial of something else ('no headache' to 'was there dysphagia?') says nothing, nor does
what was not done to what was found, or no harm to whether it helped.
"""
# ruff: noqa: E501  (a table of patterns reads best one pattern to the line)

from __future__ import annotations

import re
from typing import Literal

from rag.lexicon import lexicon
from rag.reader.question.ask import asked_part
from rag.reader.question.asked import is_yes_no
from rag.reader.question.polar_words import (
    BAD,
    DOING,
    DOUBT,
    EFFECT_ASKED,
    NO_EFFECT,
    NOT,
    OPEN,
    RETURN,
    RETURN_ASKED,
)
from rag.reader.short.clauses import clause_of
from rag.reader.short.effects import speaks_of_drugs
from rag.reader.short.named import share_named
from rag.reader.short.polarity import of_other_numbers
from rag.reader.short.survival import asks_for_survival
from rag.reader.words import concept_names, stems

# The question is after something good, or after the lack of something: no is no simple no.
_TURNED = re.compile(
    r"\b(?:(?<!as )well|good|safe\w*|tolera\w*|eas\w+|gentl\w+|cheap\w*|normal\w*|negative|clear|free|spar\w+|"
    r"avoid\w*|stop\w*|absen\w+|unaffected|intact|able|manag\w+|rare\w*|disappear\w*|fail\w*|lack\w*|"
    r"miss\w*|un\w{4,}|clean|healthy|alone|refus\w+|withdr\w+|off|off-label|given|used|tried|part)\b",
    re.IGNORECASE,
)
_DENIED = re.compile(
    r"^(?:(?:no|not|none|never|nothing|nobody|without)\b|(?:unremarkable|negative|uninvolved)$)|"
    r"\b(?:did|was|were|had|has|is|are|does|do) (?:not|never)\b",
    re.IGNORECASE,
)
_UNSAID = re.compile(r"\b(safe|harmless|benign|specific|typical|common|enough)\s*[?.!]*$", re.I)
_RELATIVE = re.compile(r"\b(?:that|which|who)(?: (?:had|has|have|was|were|did|do|does))?\s*$", re.I)


def denied(question: str, sentence: str, start: int, end: int) -> Literal["No"] | None:
    """'No' where a stretch that is sure to answer is itself a denial; None for any other.

    'Were his muscles hit?': 'Muscle was {not involved}' need not share a word with the question.
    """
    part, words = asked_part(question), sentence[start:end]
    if (said := _UNSAID.search(part)) and is_yes_no(part) and not OPEN.search(part[: said.start()]):
        # 'Is it harmless?': 'it is therefore not harmless'. That it is safe is left to the report.
        return "No" if re.search(rf"\bnot (?:\w+ ){{0,2}}{said[1]}\b", words, re.I) else None
    if not is_yes_no(part) or OPEN.search(part) or _TURNED.search(part) or BAD.search(part):
        return None
    left, right = clause_of(sentence, start, end)
    if asks_for_survival(part) or _denies_another_thing(
        part, words, sentence[left:right], sentence
    ):
        return None
    joined = re.search(r",|;|\band\b|\bor\b", words)
    if joined or not _DENIED.search(words) or DOUBT.search(sentence[left:right]):
        return None
    if len(NOT.findall(words)) > 1 or _RELATIVE.search(sentence[:start]):
        return None
    if NO_EFFECT.search(words) and not EFFECT_ASKED.search(part):
        return None
    if not speaks_of_drugs(part, sentence) or of_other_numbers(question, sentence):
        return None
    return "No"


_BARE = frozenset(
    stems(
        "no not none never nothing nobody without was were is are had has did does do have any "
        "unremarkable negative uninvolved involved affected seen found noted present there them it "
        "patient patients he she they anyone one in of on at all the a an evidence sign"
    )
)


def _denies_another_thing(part: str, words: str, clause: str, sentence: str) -> bool:
    """Whether a denial speaks of another thing than the question does, as far as words can tell."""
    if RETURN_ASKED.search(part) and not RETURN.search(words):
        return True
    asked = {
        m.concept.name for m in lexicon().find(part, typos=True) if m.concept.kind == "antibody"
    }
    told = {m.concept.name for m in lexicon().find(clause) if m.concept.kind == "antibody"}
    if asked and told and not asked & told:
        return True
    if EFFECT_ASKED.search(part):
        effect_in = words if {*stems(words)} - _BARE else sentence
        return not EFFECT_ASKED.search(effect_in)
    if DOING.search(words) and not DOING.search(part):
        return True
    named = concept_names(part, typos=True) - {"dermatomyositis"}
    if not named or not {*stems(words)} - _BARE:
        return False
    return (share_named(part, words) or (0.0, 0, 0))[0] < LEAST_SHARED


LEAST_SHARED = 0.6
"""Of the words of such a question that a denial must name."""
