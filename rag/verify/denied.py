"""Whether a claim denies what its spans deny, and nothing else.

Each word of a claim that denies ('not', 'no', 'failed', 'too ill') is matched with one of the
spans that denies the same thing. A 'not' that is left over in the claim has no proof; one that is
left over in the spans may not be of something that the claim affirms.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rag.verify.antonyms import said_by_antonyms
from rag.verify.denials import DONE, NOTS, OF_NOUNS, Denial, around_of, denials
from rag.verify.grounds import Grounds
from rag.verify.names import Named, named
from rag.verify.occurred import occurred
from rag.verify.poles import axes, key, poles
from rag.verify.verdict import Reason
from rag.verify.words import Word, stem, words

_BASE = re.compile(r"(?:un|in|im|dis|non)-?(?P<base>\w{5,})")
_SAME_WORD, _SAME_HEAD, _SAME_THING = 4, 4, 3
# 'Could not swallow' affirms a dysphagia, though both count as one word.
_STATES = frozenset(stem(word) for word in ("dysphagia", "breathless"))


def check_negation(claim: str, grounds: Grounds) -> Iterator[Reason]:
    """Reasons for what a claim denies and its spans do not, and the other way round."""
    mine, theirs = denials(claim), denials(grounds.text)
    pairs = _matched(mine, theirs, grounds.text)
    left = [t for at, t in enumerate(theirs) if at not in pairs.values()]
    affirmed = _affirmed(grounds.text)
    for at, one in enumerate(mine):
        if not one.hard or (at in pairs and not _is_double(one, claim)):
            continue
        if not _is_double(one, claim):
            if not one.inner and said_by_antonyms(one, claim, grounds.text, mine):
                continue
            told = [t for t in left if t.kind != "loose"]
            nearest = max(told, key=lambda t: len(one.around & t.around), default=None)
            if _said_by_poles(one, claim, grounds):
                left = [t for t in left if t is not nearest]
                continue
            shared = len(one.around & nearest.around) if nearest else 0
            if (
                nearest
                and not one.inner
                and (
                    not one.reach
                    and nearest.hard
                    or (shared > 1 and not _is_affirmed(one, affirmed))
                )
            ):
                left = [t for t in left if t is not nearest]
                continue
        said = " ".join([one.word, *(w.text for w in one.head[:2])])
        yield Reason(
            "negation", f"{grounds.place} does not say {said!r}", one.start,
            one.start + len(one.word),
        )  # fmt: skip
    yield from _denied(claim, grounds, mine, left)


def _is_affirmed(one: Denial, affirmed: frozenset[str]) -> bool:
    """Whether the spans say of the verb that it did happen: 'received' under 'was not given'."""
    if one.word in ("neither", "none", "nobody", "nothing"):
        return False  # what stands next are those who did not
    verbs = one.verbs[: 2 if one.verbs and one.verbs[0].text.endswith("ly") else 1]
    if one.word in ("no", "without", "absence", "absent"):
        return bool(one.head) and all(key(w) in affirmed for w in one.head)
    done = any(w.stem in DONE for w in verbs) and bool(affirmed & {s[:5] for s in DONE})
    return done or any(key(w) in affirmed for w in verbs)


_MOST = 0.6  # of the words around a denial that another's clause must have
_DOUBLE = re.compile(
    r"(?:not|no|never)\s(?:no|not|neither|never|none)\b|"
    r"(?:no|none|neither|nobody)\s[\w\s-]{3,50}\b(?:not|never)\b(?!\sonly)",
    re.IGNORECASE,
)


def _is_double(one: Denial, claim: str) -> bool:
    """'There was not no improvement' is not how anything is said."""
    return bool(_DOUBLE.match(claim, one.start))


def _denied(
    claim: str, grounds: Grounds, mine: Sequence[Denial], left: Sequence[Denial]
) -> Iterator[Reason]:
    """What a claim affirms and its spans deny: a word behind a 'not', or a finding."""
    said, theirs = words(claim), words(grounds.text)
    hard = [denial for denial in left if denial.hard]
    opposites = [(w, m["base"]) for w in theirs if (m := _BASE.fullmatch(w.text))]
    own = {w.text for w in said}
    for word in said:
        done = bool(_DO.match(word.text))
        if not word.content or word.negated or _softened(word, mine) or _is_well(word, said):
            continue
        if any(d.hard and key(word) in d.around and d.start > word.start for d in mine):
            continue  # 'side effects did not occur'
        if not (word.telling or done) or word.stem in _STATES:
            continue
        around = around_of(said, word)
        spoken = [w for w in theirs if key(w) == key(word) and not w.negated]
        near = max((len(around & around_of(theirs, w)) for w in spoken), default=0)
        against = [d for d in hard if key(word) in {key(w) for w in (*d.head, *d.verbs)}]
        denied = any(
            (not spoken and not done) or len(around & d.around) > near + 1 - done for d in against
        )
        turned = any(
            base[:_LETTERS] == word.text[:_LETTERS] and w.text not in own and not spoken
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
    for one in _denied_findings(claim, grounds):
        inside = [w for w in said if one.start <= w.start < one.end]
        clauses = {w.clause for w in inside}
        places = [w.start for w in said if w.clause in clauses]
        gone = any(
            p.pole == "better" and p.axis == "response" and p.start in places for p in poles(claim)
        )
        later = any(d.hard and d.start > one.start and d.start - one.end < _SUBJECT for d in mine)
        if not gone and not later and not any(w.negated or _softened(w, mine) for w in inside):
            message = f"{grounds.place} denies {one.text!r}"
            yield Reason("negation", message, one.start, one.end)
            return


_DO = re.compile(
    r"(?:us(?:ed?|ing)|gave|given?|giving|took|taken?|taking|received?|administered|treated|"
    r"prescribed|tested|measured)$"
)
_SUBJECT = 40  # characters from what did not occur to the 'not'
_LETTERS = 6  # that 'changed' and the base of 'unchanged' share


def _denied_findings(claim: str, grounds: Grounds) -> Iterator[Named]:
    theirs = named(grounds.text)
    affirmed = {n.name for n in theirs if not n.negated}
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
    return any(d.kind == "denying" and word in d.reach for d in mine)


def _affirmed(text: str) -> frozenset[str]:
    """The words that a text only affirms."""
    yes = {key(w) for w in words(text) if w.content and not w.negated}
    return frozenset(yes - {key(w) for w in words(text) if w.content and w.negated})


def _said_by_poles(one: Denial, claim: str, grounds: Grounds) -> bool:
    """'Did not help' where the spans say 'useless': the outcome that it amounts to is there."""
    places = {one.start, *(w.start for w in one.reach)}  # 'made no difference' has the 'no' itself
    theirs = poles(grounds.text)
    for pole in poles(claim):
        if pole.weak or not any(pole.start <= place < pole.end for place in places):
            continue
        rivals = [t for t in theirs if t.axis == pole.axis]
        if one.word == "non" and any(axes()[pole.axis].agrees(pole, t) for t in rivals):
            return True  # 'non-survivors' are those who died
        near = max(rivals, key=lambda t: (len(pole.near & t.near), -t.start), default=None)
        if near and axes()[pole.axis].agrees(pole, near):
            return True
    return False


def _matched(mine: Sequence[Denial], theirs: Sequence[Denial], text: str) -> dict[int, int]:
    """Index of a denial of the claim → index of the one of the spans that proves it."""
    affirmed = _affirmed(text)
    said = frozenset(key(w) for w in words(text) if not w.negated)
    pairs = []
    for a, one in enumerate(mine):
        for b, other in enumerate(theirs):
            score = _likeness(one, other, affirmed, said)
            if score > 0:
                pairs.append((-score, not one.hard, a, b))
    found: dict[int, int] = {}
    for _, _, a, b in sorted(pairs):
        if a not in found and b not in found.values():
            found[a] = b
    return found


def _likeness(one: Denial, other: Denial, affirmed: frozenset[str], said: frozenset[str]) -> int:
    same = _SAME_WORD * (one.word == other.word)
    if not one.hard and not other.hard and not same:
        return 0
    heads = {key(w) for w in (*one.head, *one.verbs)}
    head = bool(heads & other.keys) or bool({key(w) for w in other.head} & one.keys)
    things = _SAME_THING * min(2, len(one.keys & other.keys))
    told = {key(w) for w in (*other.head, *other.verbs, *other.before)}
    sure = other.hard and other.word != "non" and bool(heads & told)
    turned = _turned(one, other) or _turned(other, one)
    if one.hard and not sure and not turned and _is_affirmed(one, affirmed):
        return 0  # '… was not given' beside 'received … throughout'
    if one.kind == "loose" and other.hard:
        return 0
    around = min(3, len(one.around & other.around))
    both = bool(heads & {key(w) for w in (*other.head, *other.verbs, *other.before)})
    if other.word == "non" != one.word and (not both or any(key(w) in said for w in one.verbs)):
        return 0  # 'non-pitting' beside 'pitting'
    same_sort = (one.word in OF_NOUNS) == (other.word in OF_NOUNS)
    most = len(one.around & other.around) >= _MOST * len(one.around)
    around = around if most and (same_sort or not other.hard) else min(2, around)
    subject = one.word in NOTS and other.word in NOTS and bool(one.subject & other.subject)
    enough = (
        both
        or turned
        or (subject and not things)
        or things > _SAME_THING
        or (things and not other.hard)
        or around > 2
    )
    if one.inner and not other.inner:
        return 0  # 'had not disappeared' is not what 'loss' says
    if one.hard and not other.hard and (_is_of_an_end(one) or _is_only(one, other)):
        return 0
    around += subject + turned
    return _SAME_HEAD * head + things + around + same if enough else 0


_ENDS = re.compile(
    r"off|finish\w*|stopp\w*|end(?:ed|s)?|vanish\w*|gone|lost|shed|bad|badly|defied|resist\w*|"
    r"debilitat\w*|disappear\w*|difficult\w*|hard|drop(?:ped|s)?|paus\w*|interrupt\w*|weak|"
    r"discontinu\w*|withdr\w*|abandon\w*|blam\w*"
)
_SOON = 3  # words behind the 'not'


def _is_of_an_end(one: Denial) -> bool:
    """'Was not off prednisolone': what is denied amounts to a denial itself, so that no word like
    'discontinued' says it.
    """
    return any(_ENDS.fullmatch(w.text) for w in one.reach[:_SOON])


_ONLY = frozenset(stem(word) for word in ("only", "alone", "solely", "single"))
_OTHERS = re.compile(r"other|others|else|another|more|further|additional|beyond|any|anything")


def _is_only(one: Denial, other: Denial) -> bool:
    """'Only' and 'alone' of the spans deny that there is another, and nothing else."""
    said = (*one.before, *one.reach)
    return other.word in _ONLY and not any(_OTHERS.fullmatch(w.text) for w in said)


def _turned(one: Denial, other: Denial) -> bool:
    """'No dysphagia' and 'the dysphagia has not come back': a thing that was not there."""
    if one.word not in OF_NOUNS or not other.occurs:
        return False
    return bool({key(w) for w in one.head} & other.subject)
