"""What a claim affirms and its spans deny: a word behind a 'not' of theirs, or a finding."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rag.verify.denials import Denial, around_of
from rag.verify.grounds import Grounds
from rag.verify.matched import ENDS
from rag.verify.names import Named, named, wider
from rag.verify.occurred import occurred
from rag.verify.poles import key, poles
from rag.verify.verdict import Reason
from rag.verify.words import Word, stem, words

_CONTRASTS = frozenset(stem(word) for word in ("rather", "instead"))
_BASE = re.compile(r"(?:un|in|im|dis|non)-?(?P<base>\w{5,})")
_ABLE = re.compile(r"(?P<of>\w{2,})[ai]ble")
# 'Could not swallow' affirms a dysphagia, though both count as one word.
_STATES = frozenset(stem(word) for word in ("dysphagia", "breathless"))


def check_affirmed(
    claim: str, grounds: Grounds, mine: Sequence[Denial], left: Sequence[Denial]
) -> Iterator[Reason]:
    """Reasons for what a claim affirms and its spans deny; `mine` are all denials of the claim,
    `left` those of the spans that prove none of them.
    """
    said, theirs = words(claim), words(grounds.text)
    contrasts = [d for d in left if d.kind == "denying" and d.word in _CONTRASTS]
    hard = [*(denial for denial in left if denial.hard), *contrasts]
    instead = {w for d in contrasts for w in d.reach}
    opposites = [(w, m["base"]) for w in theirs if (m := _BASE.fullmatch(w.text))]
    own = {w.text for w in said}
    excepted = _excepted(grounds.text)
    for word in said:
        done = bool(_DO.match(word.text))
        if not word.content or word.negated or _softened(word, mine) or _is_well(word, said):
            continue
        if len(word.text) < _LEAST_LETTERS or word.stem in _TIMES or key(word) in excepted:
            continue
        if any(d.hard and key(word) in d.around and d.start > word.start for d in mine):
            continue  # 'side effects did not occur'
        if not (word.telling or done) or word.stem in _STATES:
            continue
        around = around_of(said, word)
        spoken = [w for w in theirs if key(w) == key(word) and not w.negated and w not in instead]
        near = max((len(around & around_of(theirs, w)) for w in spoken), default=0)
        against = [d for d in hard if key(word) in _denied_keys(d)]
        denied = any(
            (not spoken and not done) or len(around & d.around) > near + 1 - done for d in against
        )
        turned = any(
            (base[:_LETTERS] == word.text[:_LETTERS] or _is_unaltered(w, base, word))
            and w.text not in own and not spoken
            and (not w.negated) for w, base in opposites
        )  # fmt: skip
        if denied or turned:
            message = f"{grounds.place} denies {word.text!r}"
            yield Reason("negation", message, word.start, word.end)
            return
    if not any(d.kind != "loose" for d in mine) and (
        happened := occurred(claim, hard, grounds.text)
    ):
        at = claim.find(happened) if happened in claim else 0
        yield Reason("negation", f"{grounds.place} denies {happened!r}", at, at + len(happened))
        return
    yield from _affirmed_findings(claim, grounds, said, mine)


def _affirmed_findings(
    claim: str, grounds: Grounds, said: Sequence[Word], mine: Sequence[Denial]
) -> Iterator[Reason]:
    """A reason for the first finding that the spans deny and the claim (words: `said`) does not."""
    for one in _denied_findings(claim, grounds):
        inside = [w for w in said if one.start <= w.start < one.end]
        clauses = {w.clause for w in inside}
        places = [w.start for w in said if w.clause in clauses]
        gone = any(
            p.pole == "better" and p.axis == "response" and p.start in places for p in poles(claim)
        )
        if gone or _is_denied_later(one, claim, mine) or _is_left_out(one, claim, grounds.text):
            continue
        if not any(w.negated or _softened(w, mine) for w in inside):
            message = f"{grounds.place} denies {one.text!r}"
            yield Reason("negation", message, one.start, one.end)
            return


def _is_denied_later(one: Named, claim: str, mine: Sequence[Denial]) -> bool:
    """'Dysphagia did not occur': the 'not' stands soon behind the finding, in its clause."""
    return any(
        d.hard
        and d.start > one.start
        and d.start - one.end < _SUBJECT
        and not _BUT.search(claim[one.end : d.start])
        for d in mine
    )


def _is_left_out(one: Named, claim: str, text: str) -> bool:
    """'No increased risk of cancer except for skin cancer': the second is what is excepted."""
    stretches = [m.span() for m in _EXCEPT.finditer(claim)] if _EXCEPT.search(text) else []
    return any(start <= one.start < end for start, end in stretches)


def _is_unaltered(turned: Word, base: str, word: Word) -> bool:
    """'Changed' where the spans say 'unaltered', whose base is another word for it; 'could be used'
    where they say 'unusable'.
    """
    if able := _ABLE.fullmatch(base):
        return stem(able["of"]).rstrip("e") == word.stem.rstrip("e")
    participles = base.endswith("ed") and word.text.endswith("ed")
    return participles and turned.text.startswith("un") and stem(base) == word.stem


def _denied_keys(one: Denial) -> set[str]:
    """What a 'not' is about: of 'without interruption of tofacitinib' the interruption alone."""
    first = one.reach[:1]
    if first and ENDS.fullmatch(first[0].text):
        return {key(first[0])}
    return {key(w) for w in (*one.head, *one.verbs)}


_LEAST_LETTERS = 3
_TIMES = frozenset(stem(word) for word in ("last", "first", "around", "past", "time", "dose"))
_EXCEPT = re.compile(
    r"\b(?:apart from|except(?: for)?|other than|besides|aside from|"
    r"with the exception of)\b(?P<of>[^.;]*)",
    re.IGNORECASE,
)


def excepted(text: str) -> frozenset[str]:
    """The keys of what a text excepts: of 'no drug other than prednisone', the prednisone."""
    stretches = [match.span("of") for match in _EXCEPT.finditer(text)]
    telling = [w for w in words(text) if w.telling]
    return frozenset(key(w) for w in telling if any(a <= w.start < b for a, b in stretches))


def _excepted(text: str) -> frozenset[str]:
    """What a text excepts from a denial, and what it denies beside: 'no adverse effects apart from
    transient urticaria' affirms both.
    """
    found: set[str] = set()
    for match in _EXCEPT.finditer(text):
        start = max(text.rfind(mark, 0, match.start()) for mark in (". ", "; ", "\n"))
        found |= {key(w) for w in words(text) if start < w.start < match.end("of") and w.telling}
    return frozenset(found)


_DO = re.compile(
    r"(?:us(?:ed?|ing)|gave|given?|giving|took|taken?|taking|received?|administered|treated|"
    r"prescribed|tested|measured)$"
)
_BUT = re.compile(r"\b(?:but|whereas|while)\b")
_SUBJECT = 60  # characters from what did not occur to the 'not'
_LETTERS = 6  # that 'changed' and the base of 'unchanged' share


def _denied_findings(claim: str, grounds: Grounds) -> Iterator[Named]:
    theirs = named(grounds.text)
    affirmed = {n.name for n in theirs if not n.negated}
    affirmed |= {broader for name in affirmed for broader in wider(name)}
    denied = {n.name for n in theirs if n.negated and n.kind == "sign"} - affirmed
    for one in named(claim):
        if one.name in denied and not one.negated:
            yield one


_WELL = ("fine", "healthy", "intact", "normal", "spared", "unremarkable", "unharmed")


def _is_well(word: Word, said: Sequence[Word]) -> bool:
    """'Her muscles were fine' where the spans deny that they were ill."""
    behind = [w for w in said if w.clause == word.clause and w.start > word.start]
    return any(w.text in _WELL and not w.negated for w in behind[:5])


def _softened(word: Word, mine: Sequence[Denial]) -> bool:
    """'Muscle disease was lacking': a denial without a 'not', around the word."""
    return any(
        (d.kind == "denying" or d.word.startswith(_PREVENTS)) and word in d.reach for d in mine
    )


_PREVENTS = ("prevent", "avoid", "protect")
