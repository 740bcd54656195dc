"""A question whether something helped + the clause that answers it → 'Yes', 'No', or neither.

Neither where some improved and some did not, where another sign or another drug is spoken of, or an
earlier treatment may be.
"""

from __future__ import annotations

from typing import Literal

from rag.lexicon import lexicon
from rag.reader.question.polar_words import (
    BAD,
    EARLIER,
    GOOD,
    HARM_SPARED,
    MADE_WORSE,
    NOT,
    OF_ALL,
    OF_MUSCLES,
    OF_SKIN,
    OF_SOME,
)


def effect(part: str, clause: str, sentence: str) -> Literal["Yes", "No"] | None:
    """Whether it helped, as a clause of a sentence says it; None where unsure."""
    clause = HARM_SPARED.sub(" ", clause)
    bad, good = _bad_or_good(clause)
    if bad == good or (good and NOT.search(clause)) or BAD.search(part):
        return None
    if any(p.search(clause) for p in (OF_SOME, MADE_WORSE)) or _of_another_sign(part, clause):
        return None
    if bad and EARLIER.search(clause) and not drugs_in(part):
        return None
    if drugs_in(part) and not drugs_in(sentence):
        return None  # of which drug?
    # 'Strength had deteriorated, so X was given, and it improved': which of them was X's doing?
    if all(_bad_or_good(sentence)) or not speaks_of_drugs(part, sentence):
        return None
    return "Yes" if good else "No"


def _of_another_sign(part: str, clause: str) -> bool:
    """Whether the question is after a sign, and the clause names neither that nor the illness.

    'The rash cleared' says nothing of the weakness, nor does 'both improved'.
    """
    for of_them in (OF_MUSCLES, OF_SKIN):
        if of_them.search(part) and of_them.search(clause):
            return False
    asked, told = (
        {m.concept.name for m in lexicon().find(words, typos=True) if m.concept.kind == "sign"}
        for words in (part, clause)
    )
    if not asked or OF_ALL.search(clause):
        return False
    near = asked | {b for name in asked for b in lexicon().narrower(name)}
    wider = any(asked & {*lexicon().narrower(name)} for name in told)
    return not told & near and not wider


def _bad_or_good(words: str) -> tuple[bool, bool]:
    return bool(BAD.search(words)), bool(GOOD.search(BAD.sub(" ", words)))


def speaks_of_drugs(part: str, sentence: str) -> bool:
    """Whether the sentence names the drug of the question, or no drug at all."""
    asked, told = drugs_in(part), drugs_in(sentence)
    return not asked or not told or bool(asked & told)


def drugs_in(words: str) -> set[str]:
    """The names of the drugs that a question or a statement names."""
    return {m.concept.name for m in lexicon().find(words, typos=True) if m.concept.kind == "drug"}
