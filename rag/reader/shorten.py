"""Evidence sentence → the short answer inside it, when the question asks for one clear thing."""

from __future__ import annotations

import re

from rag.lexicon import lexicon
from rag.reader.asked import AGE, DOSE, TIME, asked


def short_answer(question: str, sentence: str) -> str | None:
    """A slice of `sentence` that alone answers, or None when none is clear.

    Only where exactly one thing of the kind asked for stands in the sentence: with two doses in
    it, half an answer would be a wrong one.
    """
    wanted = asked(question)
    for kind, pattern in (("age", AGE), ("dose", DOSE), ("time", TIME)):
        if kind in wanted:
            found = [match.group().strip() for match in pattern.finditer(sentence)]
            found = [item for item in found if not re.fullmatch(r"(?i)an? \w+", item)]
            return found[0] if len(found) == 1 else None
    for kind in ("antibody", "drug"):
        if kind in wanted:
            return _only_concept(question, sentence, kind)
    return None


def _only_concept(question: str, sentence: str, kind: str) -> str | None:
    asked_about = {m.concept.name for m in lexicon().find(question)}
    found = [
        m
        for m in lexicon().find(sentence)
        if m.concept.kind == kind and m.concept.name not in asked_about
    ]
    names = list(dict.fromkeys(m.concept.name for m in found))
    return found[0].text if len(names) == 1 else None
