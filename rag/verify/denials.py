"""Whether a claim denies what its spans deny, and nothing else.

Each word of a claim that denies ('not', 'no', 'failed', 'too ill') is matched with one of the
spans that denies the same thing. A 'not' that is left over in the claim has no proof; one that is
left over in the spans may not be of something that the claim affirms.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.verify.grounds import Grounds
from rag.verify.names import Named, named
from rag.verify.poles import axes, key, poles
from rag.verify.verdict import Reason
from rag.verify.words import Word, cues, words

_SOFT = re.compile(
    r"\b(?:un(?!til|der|it|ion|iver|iform|ique|ilateral)\w{4,}|dis(?:satisf|appoint|appear|continu)\w*|"
    r"in(?:sufficient|effective|efficac|adequate|conclusive|active|toleran|ability|capable)\w*|"
    r"im(?:possib|mobil)\w*|ir(?:revers|respect|regard)\w*|fail\w*|declin\w*|refus\w*|stopp?\w*|"
    r"withdr\w*|withh\w*|abandon\w*|lack\w*|free|limit\w*|little|few|useless|futile|fruitless|vain|"
    r"harmless|painless|benign|clean|spared|sparing|prevent\w*|negative|normal|exclud\w*|avoid\w*|"
    r"contraindicat\w*|contra-indicat\w*|too|hard|hardly|scarcely|barely|rarely|seldom|seronegative|"
    r"disput\w*|debat\w*|silent|withst\w*|resist\w*|refractory|recalcitrant|despite|spite|rather|"
    r"instead|beyond|imposs\w*|absen\w+|anecdotal|difficult\w*|remain\w*|stayed|still|throughout|"
    r"constant|alone|only|solely|missing|lost|loss|without|gave up|given up|ceas\w*|off|"
    r"amyopathic|asymptomatic|afebrile|persist\w*|stable|same|equal|poor\w*|no longer|outside|"
    r"separate|differ\w*|exception\w*|rule[sd]? out|ruling out|minimal|sparse|scarce|insignificant|"
    r"nonsignificant|idiopathic|unlike\w*|open|question\w*|left out|omit\w*|skipp\w*|miss\w*|"
    r"prematurely|independent\w*|regardless|idle|quiescent|dormant|clear\w*)\b",
    re.IGNORECASE,
)
_HEAD = 3
_SAME_WORD, _SAME_THING, _SAME_CLAUSE = 4, 3, 1
_OF_USE = ("drug", "antibody", "subtype")


@dataclass(frozen=True, slots=True)
class _Denial:
    """A word that denies; `reach` is what of, `clause` what stands around it (see `key`)."""

    start: int
    hard: bool
    word: str
    reach: tuple[Word, ...]
    around: frozenset[str]
    names: frozenset[int] = frozenset()

    @property
    def head(self) -> tuple[Word, ...]:
        """The first telling words of what is denied."""
        telling = tuple(w for w in self.reach if w.telling)[:_HEAD]
        return telling or self.reach[:_HEAD]


    @property
    def verbs(self) -> tuple[Word, ...]:
        """What is denied of a drug or an antibody: the head without the names."""
        return tuple(w for w in self.head if w.start not in self.names)


def _denials(text: str) -> list[_Denial]:
    said = words(text)
    found: list[_Denial] = []
    hard = cues(text)
    names = frozenset(w.start for w in said if _is_thing(w, named(text)))
    for number, at in enumerate(hard):
        cue = said[at]
        if cue.text == "nor" and number and said[hard[number - 1]].text in ("neither", "nor"):
            continue
        until = next(
            (said[h].start for h in hard[number + 1 :] if said[h].text != "nor"), len(text)
        )
        clause = [w for w in said if w.clause == cue.clause or cue.text == "neither"]
        reach = [w for w in clause if w.negated and w.content and cue.start < w.start < until]
        if not reach:
            reach = [w for w in clause if w.negated and w.content and w is not cue]
        found.append(_Denial(cue.start, True, cue.text, tuple(reach), _around(said, cue), names))
    places = {said[at].start for at in hard}
    for match in _SOFT.finditer(text):
        word = next((w for w in said if w.start <= match.start() < w.end), None)
        if word and word.start not in places:
            clause = [w for w in said if w.clause == word.clause and w.content and w is not word]
            found.append(
                _Denial(word.start, False, word.stem, tuple(clause), _around(said, word), names)
            )
    return found


def _around(said: Sequence[Word], cue: Word) -> frozenset[str]:
    return frozenset(key(w) for w in said if w.clause == cue.clause and w.telling)


def check_negation(claim: str, grounds: Grounds) -> Iterator[Reason]:
    """Reasons for what a claim denies and its spans do not, and the other way round."""
    mine, theirs = _denials(claim), _denials(grounds.text)
    pairs = _matched(mine, theirs, grounds.text)
    free = len(theirs) > len(pairs)
    affirmed, denied = _polarity(grounds.text)
    for at, one in enumerate(mine):
        if not one.hard or at in pairs or _said_by_poles(one, claim, grounds):
            continue
        if free and one.head and not any(key(w) in affirmed for w in one.verbs[:2]):
            continue
        if not one.reach:
            continue
        said = " ".join([one.word, *(w.text for w in one.head[:2])])
        yield Reason(
            "negation", f"{grounds.place} does not say {said!r}", one.start,
            one.start + len(one.word),
        )  # fmt: skip
    left = [t for at, t in enumerate(theirs) if t.hard and at not in pairs.values()]
    for word in words(claim):
        if not word.telling or word.negated or key(word) not in denied:
            continue
        if any(key(word) in {key(w) for w in t.head} for t in left) and not _softened(word, mine):
            yield Reason("negation", f"{grounds.place} denies {word.text!r}", word.start, word.end)
            return


def _softened(word: Word, mine: Sequence[_Denial]) -> bool:
    """'Muscle disease was lacking': a denial without a 'not', in the clause of the word."""
    return any(not d.hard and word in d.reach for d in mine)


def _polarity(text: str) -> tuple[frozenset[str], frozenset[str]]:
    """The words that a text only affirms, and those that it only denies."""
    yes = {key(w) for w in words(text) if w.content and not w.negated}
    no = {key(w) for w in words(text) if w.content and w.negated}
    return frozenset(yes - no), frozenset(no - yes)


def _is_thing(word: Word, found: Sequence[Named]) -> bool:
    return any(n.start <= word.start < n.end and n.kind in _OF_USE for n in found)


def _said_by_poles(one: _Denial, claim: str, grounds: Grounds) -> bool:
    """'Did not help' where the spans say 'useless': the outcome that it amounts to is there."""
    places = {w.start for w in one.reach}
    theirs = poles(grounds.text)
    return any(
        axes()[p.axis].agrees(p, t)
        for p in poles(claim)
        if any(p.start <= place < p.end for place in places)
        for t in theirs
        if t.axis == p.axis and t.pole != "-"
    )


def _matched(
    mine: Sequence[_Denial], theirs: Sequence[_Denial], text: str
) -> dict[int, int]:
    """Index of a denial of the claim → index of the one of the spans that proves it."""
    affirmed = _polarity(text)[0]
    pairs = []
    for a, one in enumerate(mine):
        for b, other in enumerate(theirs):
            score = _likeness(one, other, affirmed)
            if score > 0:
                pairs.append((-score, not one.hard, a, b))
    found: dict[int, int] = {}
    for _, _, a, b in sorted(pairs):
        if a not in found and b not in found.values():
            found[a] = b
    return found


def _likeness(one: _Denial, other: _Denial, affirmed: frozenset[str]) -> int:
    same = _SAME_WORD * (one.word == other.word)
    mine = {key(w) for w in one.reach}
    theirs = {key(w) for w in other.reach}
    things = _SAME_THING * min(2, len(mine & theirs))
    around = _SAME_CLAUSE * min(3, len(one.around & other.around))
    if (not things or not other.hard) and any(key(w) in affirmed for w in one.verbs[:1]):
        return 0  # said of it: "received", so not "not given"
    return things + around + same if things or around else 0
