"""Whether a claim denies what its spans deny, and nothing else.

Each word of a claim that denies ('not', 'no', 'failed', 'too ill') is matched with one of the
spans that denies the same thing. A 'not' that is left over in the claim has no proof; one that is
left over in the spans may not be of something that the claim affirms.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rag.verify.affirmed import check_affirmed, excepted
from rag.verify.antonyms import said_by_antonyms
from rag.verify.denials import NOTS, OF_NOUNS, Denial, denials
from rag.verify.grounds import Grounds
from rag.verify.matched import is_affirmed, matched, may_prove, only_affirmed
from rag.verify.names import named
from rag.verify.poles import KEY, Pole, axes, key, poles
from rag.verify.verdict import Reason
from rag.verify.words import stem, words


def check_negation(claim: str, grounds: Grounds) -> Iterator[Reason]:
    """Reasons for what a claim denies and its spans do not, and the other way round."""
    mine, theirs = denials(claim), denials(grounds.text)
    pairs = matched(mine, theirs, claim, grounds.text)
    left = [t for at, t in enumerate(theirs) if at not in pairs.values()]
    affirmed = only_affirmed(grounds.text)
    for at, one in enumerate(mine):
        if one.hard and at in pairs and _is_of_the_exception(one, claim, grounds.text):
            message = f"{grounds.place} makes an exception of it"
            yield Reason("negation", message, one.start, one.start + len(one.word))
        if not one.hard or (at in pairs and not _is_double(one, claim)):
            continue
        if not _is_double(one, claim):
            if not one.inner and said_by_antonyms(one, claim, grounds.text, mine):
                continue
            if _is_over(one, claim, grounds.text):
                continue
            told = [t for t in left if t.kind != "loose"]
            nearest = max(told, key=lambda t: len(one.around & t.around), default=None)
            shown = one.word == "no" and is_affirmed(
                one, affirmed
            )  # 'showed oedema' is not 'no oedema'
            if not shown and _said_by_poles(one, claim, grounds):
                left = [t for t in left if t is not nearest]
                continue
            shared = len(one.around & nearest.around) if nearest else 0
            if (
                nearest
                and not one.inner
                and _is_spoken_of(nearest, claim)
                and may_prove(one, nearest)
                and not _is_with_ease(nearest)
                and (
                    not one.reach
                    and nearest.hard
                    or (shared > 1 and not is_affirmed(one, affirmed))
                )
            ):
                left = [t for t in left if t is not nearest]
                continue
        said = _as_written(one, claim)
        yield Reason(
            "negation", f"{grounds.place} does not say {said!r}", one.start,
            one.start + len(one.word),
        )  # fmt: skip
    yield from check_affirmed(claim, grounds, mine, left)


def _is_of_the_exception(one: Denial, claim: str, text: str) -> bool:
    """'A cooler was not needed' where the spans say that nothing was needed other than a cooler."""
    but = excepted(text)
    about = one.subject if one.word in NOTS else {key(w) for w in one.head[:1]}
    return bool(about & but) and about <= but and not excepted(claim)


def _as_written(one: Denial, claim: str) -> str:
    """A denial with the next words that it denies, as the claim has them."""
    behind = [w.end for w in one.head[:2] if w.start > one.start]
    end = max(behind, default=one.start + len(one.word))
    return claim[one.start : end] if end - one.start < _LONG else one.word


_LONG = 60  # characters


def _is_spoken_of(other: Denial, claim: str) -> bool:
    """Whether a claim speaks of what 'no', 'without' or 'negative' denies: 'without fever' is no
    proof of a 'not' in a claim that has no word of fever.
    """
    if other.word not in OF_NOUNS and not _OF_A_THING.match(other.word):
        return True
    said = {key(w) for w in words(claim)}
    return bool(said & {key(w) for w in (*other.before, *other.reach)} | (said & other.keys))


_OF_A_THING = re.compile(r"(?:negat|absen|unabl|inabl|beyond|asympt)")


def _is_with_ease(other: Denial) -> bool:
    """'Without difficulty' says how something was done, and that it was."""
    hard = ("difficulty", "trouble", "problem", "problems", "effort", "interruption", "delay")
    return other.word == "without" and any(w.text in hard for w in other.head[:1])


def _is_over(one: Denial, claim: str, text: str) -> bool:
    """'Without prednisolone', 'no more methotrexate', where the spans say that it was stopped."""
    if one.word != "without" and not _NO_MORE.match(claim, one.start):
        return False
    places = {n.start for n in named(claim) if n.kind == "drug"}
    wanted = {key(w) for w in one.head[:2] if w.start in places or w.text in _TREATMENT}
    stopped = [p for p in poles(text) if p.axis == "giving" and p.pole == "stop" and not p.denied]
    drugs = [w for w in words(text) if key(w) in wanted]
    between = [text[min(p.end, w.end) : max(p.start, w.start)] for p in stopped for w in drugs]
    return any(len(gap) < _NEAR and not _WITH.search(gap) for gap in between)


_TREATMENT = ("drug", "drugs", "treatment", "therapy", "medication", "tablets", "tube",
              "steroid", "steroids")  # fmt: skip
_NEAR = 40  # characters between a drug and what says that it was stopped
_WITH = re.compile(r"[.;]|\bwith\b")
_NO_MORE = re.compile(r"no (?:more|longer|further)\b", re.IGNORECASE)


_DOUBLE = re.compile(
    r"(?:not|no|never)\s(?:\w+\s)?(?:no|not|neither|never|none|nothing|nobody)\b|"
    r"(?:no|none|neither|nobody)\s(?:(?:(?!\b(?:and|but|or|nor)\b)[\w\s-]){3,50}\b)?(?:not|never)\b(?!\sonly)",
    re.IGNORECASE,
)


def _is_double(one: Denial, claim: str) -> bool:
    """'There was not no improvement' is not how anything is said."""
    return bool(_DOUBLE.match(claim, one.start))


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
        most = max((len(pole.near & t.near) for t in rivals), default=0)
        agreeing = [t for t in rivals if axes()[pole.axis].agrees(pole, t)]
        against = [t for t in rivals if t not in agreeing]
        agreeing = [t for t in agreeing if _may_be_of_it(pole, t, against)]
        tied = any(len(pole.near & t.near) == most for t in against)
        same = any(t.stem == pole.stem and not t.denied for t in against)
        if any(
            len(pole.near & t.near) == most
            and (
                not tied
                or (pole.axis == "response" and not t.weak and pole.pole == "same" and not same)
            )
            for t in agreeing
        ):
            return True
    return False


def _may_be_of_it(pole: Pole, other: Pole, against: Sequence[Pole]) -> bool:
    """Whether what spans say of an outcome may be said of what a claim denies: not where they say
    the contrary of the very thing ('methotrexate was lowered', under 'methotrexate was not
    reduced'), nor where they only hint at it and share no word ('could no longer').
    """
    if pole.axis == "direction" and pole.beside:
        return not any(pole.beside & t.beside > other.beside & pole.beside for t in against)
    named_so = {near for near in pole.near if len(near) > KEY}  # of drugs, antibodies, findings
    if named_so - other.near and any(named_so & t.near > named_so & other.near for t in against):
        return False
    if pole.axis == "provision" and other.stem not in _STOPPED:
        return True
    return pole.axis not in _OF_DRUGS or bool(pole.near & other.near) or not other.weak


_OF_DRUGS = ("giving", "provision")
_STOPPED = frozenset(stem(word) for word in ("stopped", "discontinued", "off"))
