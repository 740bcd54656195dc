"""A question with the brands of drugs → the same with their generic names.

Reports name the substance. A question that was answered as 'hydroxychloroquine' was thought
unanswerable as 'Plaquenil': of 35 training questions whose report answers, 32 got a sentence of
their evidence by the generic name and 28 by the brand. `rag.search` and `rag.reader` read these.
"""

from __future__ import annotations

from collections.abc import Iterable

from rapidfuzz.distance import Levenshtein

from rag.lexicon import Concept, lexicon


def with_generic_names(question: str) -> str:
    """The question with each brand of a drug, misspelt or not, replaced by the drug's name."""
    for mention in reversed(lexicon().find(question, typos=True)):
        if _is_brand(mention.text, mention.concept):
            name = mention.concept.name
            question = f"{question[: mention.start]}{name}{question[mention.end :]}"
    return question


def _is_brand(words: str, drug: Concept) -> bool:
    """Whether words are nearer to a brand of a drug than to its other wordings."""
    others = [term for term in drug.terms if term not in drug.brands]
    return bool(drug.brands) and _distance(words, drug.brands) < _distance(words, others)


def _distance(words: str, wordings: Iterable[str]) -> int:
    return min(Levenshtein.distance(words.casefold(), one.casefold()) for one in wordings)
