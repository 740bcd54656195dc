"""A question + a statement → how much of what the question names the statement names, and where.

Words by which anything is asked ('was', 'found', 'patient') are no part of it, nor are the values
('raised') that yes or no is said of.
"""

from __future__ import annotations

from rapidfuzz.distance import Levenshtein

from rag.lexicon import lexicon
from rag.reader.question.polar_words import NORMAL, RAISED
from rag.reader.words import WORD, stems

_VALUES = ("positive", "negative", "raised", "elevated", "normal", "abnormal")
LEAST_NAMED = 0.6
"""Of the words of the question that a clause must name, so that yes or no is about that."""
# Words of a question that no answer repeats.
_IDLE = frozenset(
    stems(
        "patient patients case report girl boy man woman child mum he she they any there have had "
        "find found see seen show shown present get got give given take taken do did done sign "
        "signs evidence test tests result results mention mentioned note noted detect detected "
        "disease dermatomyositis dm develop developed occur occurred use used receive received"
    )
)


def share_named(part: str, clause: str, *, narrower: bool = False) -> tuple[float, int, int] | None:
    """The share of the question's words that a clause names, and where the first and last stand;
    None for none of them. With `narrower` a kind of a thing stands for it.
    """
    bare = NORMAL.sub(" ", RAISED.sub(" ", part))
    wanted = [s for s in dict.fromkeys(stems(bare)) if s not in _IDLE and len(s) > 1]
    wanted = [s for s in wanted if not any(_alike(s, v) for v in _VALUES)]
    asked = [m for m in lexicon().find(part, typos=True) if m.concept.name != "dermatomyositis"]
    names = {
        m.concept.name: {m.concept.name, *(lexicon().narrower(m.concept.name) if narrower else ())}
        for m in asked
    }
    told = [m for m in lexicon().find(clause) if any(m.concept.name in n for n in names.values())]
    said = {m.concept.name for m in told}
    places = [(m.start, m.end) for m in told]
    known = {s for m in asked if names[m.concept.name] & said for s in stems(m.text)}
    for match in WORD.finditer(clause):
        alike = [s for s in wanted for t in stems(match[0]) if _alike(s, t)]
        known |= {*alike}
        places += [match.span()] if alike else []
    known &= {*wanted}
    if not known:
        return None
    return len(known) / len(wanted), min(a for a, _ in places), max(b for _, b in places)


def _alike(a: str, b: str) -> bool:
    """Whether two stems are one word: 'swallow' and 'swallowing', 'postive' and 'positive'."""
    if min(len(a), len(b)) < 5:
        return a == b
    return a.startswith(b) or b.startswith(a) or Levenshtein.distance(a, b, score_cutoff=1) <= 1
