"""What a 'not' before a word amounts to: 'not serious' where the spans say 'mild'.

A claim that denies a word needs no 'not' in its spans where these say the word's contrary, or that
the thing was there and is gone ('no longer tender': 'the tenderness subsided').
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from rag.verify.denials import OF_NOUNS, Denial
from rag.verify.names import named
from rag.verify.poles import REFERENCE, key
from rag.verify.words import Word, clause_starts, words

_GONE = re.compile(
    r"\b(?:subsid\w+|resolv\w+|disappear\w*|vanish\w*|gone|went away|clear|cleared|ceas\w+|"
    r"heal\w*|abated|remitted|eliminated|lost|free of|relie[fv]\w*|settled|recovered|"
    r"returned to normal|normali[sz]ed)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Antonyms:
    """Two patterns of words: what is denied, and what then is the case. `turned` says that who says
    the one of something is contradicted by who says the other.
    """

    denied: re.Pattern[str]
    said: re.Pattern[str]
    turned: bool = False


@cache
def antonyms() -> tuple[Antonyms, ...]:
    """The lines of antonyms.txt, read once."""
    text = (files("rag.verify") / "antonyms.txt").read_text("utf-8")
    lines = (line.split("|") for line in text.splitlines() if line and not line.startswith("#"))
    return tuple(
        Antonyms(
            _pattern(left.removeprefix("=").split()),
            _pattern(right.split()),
            left.startswith("="),
        )
        for left, right in lines
    )


def _pattern(wordings: Iterable[str]) -> re.Pattern[str]:
    parts = sorted(wordings, key=len, reverse=True)
    written = [re.escape(p).replace(r"\*", r"\w*").replace("_", r"[\s-]") for p in parts]
    return re.compile(rf"\b(?:{'|'.join(written)})\b", re.IGNORECASE)


def said_by_antonyms(one: Denial, claim: str, spans: str, mine: Sequence[Denial]) -> bool:
    """Whether spans say what a denial of a claim amounts to: 'was not serious' where they say
    'mild', 'no longer tender' where it subsided. `mine` are all denials of the claim.
    """
    clause = _clause_around(claim, one.start)
    if any(d.hard and d is not one and clause[0] <= d.start < clause[1] for d in mine):
        return False  # 'neither … was not sufficient'
    reached = one.reach[:_NEXT]
    behind = [w for w in reached if w.start > one.start]
    denied = " ".join(w.text for w in reached)
    if behind:  # as it is written, with the small words that a wording may have
        denied = _AND.split(claim[one.start + len(one.word) : behind[-1].end])[0]
    if _amounts_to(denied, claim[slice(*clause)], spans):
        return True
    things = [w for w in one.head if w.text != "longer"][:1]
    return one.word in OF_NOUNS and _is_gone(things, spans)


_AND = re.compile(r"[,;(]|\s(?:and|but|or|nor|because|as|when|while|since|until|after|before)\s")
_NEXT = 4  # content words behind a 'not' that may be what it turns


def _amounts_to(denied: str, clause: str, spans: str) -> bool:
    """Whether spans say the contrary of what a 'not' stands before (its next words), nowhere that
    word itself, and not of other drugs than the clause of the 'not'.
    """
    plain = [w for w in words(spans) if not w.negated]
    return any(_says(line, denied, clause, spans, plain) for line in antonyms())


def _says(line: Antonyms, denied: str, clause: str, spans: str, plain: Sequence[Word]) -> bool:
    match = line.denied.search(denied)
    if not match:
        return False
    own = {key(w) for w in words(match.group())}
    if any(key(w) in own for w in plain):
        return False  # 'was not severe' beside 'severe in one, mild in another'
    places = {w.start for w in plain}
    given = {n.name for n in named(clause) if n.kind == "drug"}
    for found in line.said.finditer(spans):
        if REFERENCE.match(spans, found.start()):
            continue
        drug = _nearest_drug(spans, found) if given else ""
        if found.start() in places and (not drug or drug in given):
            return True
    return False


def _nearest_drug(text: str, match: re.Match[str]) -> str:
    """The drug of a wording: 'refused steroids' is not said of the drug that was tried instead."""
    start, end = _clause_around(text, match.start())
    drugs = [n for n in named(text) if n.kind == "drug" and start <= n.start < end]
    far = [(max(n.start - match.end(), match.start() - n.end), n.start, n.name) for n in drugs]
    return min(far)[2] if far else ""


def _clause_around(text: str, place: int) -> tuple[int, int]:
    """``[start, end)`` of the clause of a text in which a place lies."""
    starts = clause_starts(text)
    before = [start for start in starts if start <= place]
    return before[-1], min((start for start in starts if start > place), default=len(text))


def _is_gone(denied: Sequence[Word], spans: str) -> bool:
    """Whether spans say of one of the denied words that it was there and is gone."""
    theirs = words(spans)
    gone = {m.start() for m in _GONE.finditer(spans)}
    if any(_GONE.fullmatch(w.text) for w in denied):
        return False  # 'was not healed'
    clauses = {w.clause for w in theirs if w.start in gone and not w.negated}
    wanted = {key(w) for w in denied if w.telling}
    return any(key(w) in wanted and w.clause in clauses and not w.negated for w in theirs)
