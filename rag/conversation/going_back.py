"""A question that goes back to an earlier turn → the conversation as it stood then.

'Back to the bladder man: his CK?', 'and the beekeeper's age?', 'he' after a report about a woman:
what was talked about in between is no longer meant.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence

from rag.conversation.someone_else import names_a_person, sex_named
from rag.reader.words import stems
from rag.schema import Sex, Turn

_BACK = re.compile(
    r"\b(?:back (?:again )?to|return(?:ing)? to|go(?:ing)? back|coming back|again about)\b",
    re.IGNORECASE,
)
_PHRASE = re.compile(
    r"\b(?:the|that|this) (?P<words>(?:[\w-]+ ){1,3}?)(?:wom[ae]n|lady|girl|m[ae]n|boy|gentleman|"
    r"guy|bloke|chap|lad|patient|pt|person|child|kid|one|case)\b(?:['’]s)?",
    re.IGNORECASE,
)
_HE, _SHE = re.compile(r"\b(?:he|his|him)\b", re.I), re.compile(r"\b(?:she|her|hers)\b", re.I)
_GENERAL = frozenset(
    stems(
        "patient man woman girl boy case child back first second third fourth fifth other another "
        "last same old older young younger next one two both dose treatment report dermatomyositis "
        "dm jdm"
    )
)

Spoken = Callable[[Turn], Collection[Sex]]
"""The sexes of those of whom the report of a turn speaks; none where nothing is known."""


def going_back(question: str, history: Sequence[Turn], spoken: Spoken) -> Sequence[Turn]:
    """`history` up to the turn to which the question goes back; all of it if to none."""
    for at in _turns_meant(question, history, spoken):
        return history[: at + 1]
    return history


def _turns_meant(question: str, history: Sequence[Turn], spoken: Spoken) -> Sequence[int]:
    """The places of the turns that may be meant, the likeliest first."""
    earlier = [
        at for at, turn in enumerate(history[:-1]) if turn.report_ids and _is_another(turn, history)
    ]
    if not earlier:
        return ()
    if _BACK.search(question):
        return _sharing(_words(question), earlier, history)
    if phrase := _PHRASE.search(question):
        own = _words(phrase["words"]) - _words(history[-1].query)
        return _sharing(own, earlier, history)
    sex = _pronoun(question)
    last = spoken(history[-1])
    if sex is None or not last or sex in last or names_a_person(question) or sex_named(question):
        return ()
    return [at for at in reversed(earlier) if sex in spoken(history[at])]


def _is_another(turn: Turn, history: Sequence[Turn]) -> bool:
    return turn.report_ids[:1] != history[-1].report_ids[:1]


def _sharing(words: frozenset[str], earlier: Sequence[int], history: Sequence[Turn]) -> list[int]:
    """The earlier turns whose question has some of the words, most of them and latest first."""
    shared = {at: len(words & _words(history[at].query)) for at in earlier}
    return sorted((at for at in earlier if shared[at]), key=lambda at: (-shared[at], -at))


def _words(text: str) -> frozenset[str]:
    return frozenset(stems(text)) - _GENERAL


def _pronoun(question: str) -> Sex | None:
    """The sex of the only kind of pronoun in a question."""
    he, she = bool(_HE.search(question)), bool(_SHE.search(question))
    return None if he == she else ("male" if he else "female")
