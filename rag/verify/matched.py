"""Which denial of the spans proves which denial of a claim."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.verify.denials import DONE, NOTS, OF_NOUNS, Denial
from rag.verify.poles import key
from rag.verify.words import Word, stem, words

_SAME_WORD, _SAME_HEAD, _SAME_THING = 4, 4, 3
_MOST = 0.6  # of the words around a denial that another's clause must have


def matched(
    mine: Sequence[Denial], theirs: Sequence[Denial], claim: str, text: str
) -> dict[int, int]:
    """Index of a denial of a claim → index of the one of the spans (`text`) that proves it."""
    affirmed = only_affirmed(text)
    said = frozenset(key(w) for w in words(text) if not w.negated)
    pairs = []
    for a, one in enumerate(mine):
        for b, other in enumerate(theirs):
            if one.hard and not other.hard and _NOT_OFF.match(claim, one.start):
                continue  # 'was not off prednisolone' is not what 'discontinued' says
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
    named_too = any(not k.startswith("#") for k in one.keys & other.keys)
    things = _SAME_THING * min(2, len(one.keys & other.keys))
    told = {key(w) for w in (*other.head, *other.verbs, *other.before)}
    sure = other.hard and other.word != "non" and bool(heads & told)
    sure = sure or bool(heads & _refused(other)) or _is_negative(one, other)
    turned = _turned(one, other) or _turned(other, one)
    if one.hard and not sure and not turned and is_affirmed(one, affirmed):
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
        or (named_too and not other.hard)
        or (around > 2 and other.kind != "loose")
    )
    if one.inner and not other.inner:
        return 0  # 'had not disappeared' is not what 'loss' says
    if one.hard and not may_prove(one, other):
        return 0
    around += subject + turned
    return _SAME_HEAD * head + things + around + same if enough else 0


def _is_negative(one: Denial, other: Denial) -> bool:
    """'No antibodies against X' where 'antibodies against X were negative': all that is denied."""
    if one.word not in OF_NOUNS or not _NEGATIVE.match(other.word):
        return False
    said = {key(w) for w in other.reach} | set(other.keys)
    return bool(one.head) and all(key(w) in said for w in one.head)


_NEGATIVE = re.compile(r"negat|absen|undetect|seroneg|missing")


def _refused(other: Denial) -> set[str]:
    """What 'refused', 'difficulty in' and 'rather than' deny: the next words behind them."""
    if other.hard or not _REFUSES.match(other.word):
        return set()
    behind = [w for w in other.reach if w.start > other.start and (w.telling or w.stem in DONE)]
    return {key(w) for w in behind[:2]}


_REFUSES = re.compile(
    r"advis|counsel|recommend|rather|instead|difficult|refus|declin|unwill|reluct|fail|unabl|"
    r"inabl|lack|prevent|avoid|"
    r"abandon|reject|contraind|omit|withh|imposs"
)

_NOT_OFF = re.compile(r"\w+\s(?:\w+\s){0,3}off\b")

ENDS = re.compile(
    r"off|finish\w*|stopp\w*|end(?:ed|s)?|vanish\w*|gone|lost|shed|bad|badly|defied|resist\w*|"
    r"debilitat\w*|disappear\w*|difficult\w*|hard|drop(?:ped|s)?|paus\w*|interrupt\w*|weak|"
    r"discontinu\w*|withdr\w*|abandon\w*|blam\w*|cancel\w*|omit\w*|refus\w*|declin\w*|"
    r"withheld|avoid\w*|ceas\w*|reject\w*"
)
_SOON = 3  # words behind the 'not'


def _is_of_an_end(one: Denial) -> bool:
    """'Was not off prednisolone': what is denied amounts to a denial itself, so that no word like
    'discontinued' says it.
    """
    if _is_trouble(one.reach):
        return False  # 'without difficulty swallowing': no dysphagia
    return any(ENDS.fullmatch(w.text) for w in one.reach[:_SOON])


def _is_trouble(reach: Sequence[Word]) -> bool:
    """'Difficulty swallowing', 'trouble breathing': a symptom in two words."""
    hard = any(re.match(r"difficult|trouble|problem", w.text) for w in reach[:2])
    return hard and any(re.match(r"swallow|breath(?!less)", w.text) for w in reach[:3])


def may_prove(one: Denial, other: Denial) -> bool:
    """Whether a word of the spans that denies can be what a 'not' of a claim says at all.

    'Was not avoided' is not said by 'was not chosen', which denies something else once; 'still' and
    'remained' say only that something has not ended or changed.
    """
    if _is_ability(one.reach) and _is_disability(other.reach):
        return False  # 'could not swallow' is not 'no dysphagia'
    resists = bool(_RESISTS.match(other.word)) or other.word == "poor"
    soon = one.reach[:_SOON] if one.word in NOTS else one.reach
    if resists and not any(_CHANGES.match(w.text) for w in soon):
        return False
    if other.word in _LASTING:
        return any(_CHANGES.match(w.text) for w in one.reach[:_SOON])
    if one.word in NOTS and (wanted := _PROVES.get(other.word)):
        return any(wanted.match(w.text) for w in one.reach[: _SOON + 1])
    if not _is_of_an_end(one):
        return not _is_only(one, other)
    return other.hard and any(_CHANGES.match(w.text) for w in (*other.before, *other.reach))


def _is_ability(reach: Sequence[Word]) -> bool:
    able = any(re.match(r"swallow|breath(?!less)", w.text) for w in reach[:2])
    return able and not _is_trouble(reach)


def _is_disability(reach: Sequence[Word]) -> bool:
    return any(re.match(r"dysphag|breathless|dyspn", w.text) for w in reach[:2])


_PROVES = {
    stem("differ"): re.compile(r"same|alike|equal|identic|agree|uniform|compar|similar|match|like"),
    stem("normal"): re.compile(
        r"rais|elevat|increas|abnorm|high|low|show|reveal|detect|find|found|disclos|affect|involv|"
        r"impair|weak|reduc|prolong|patholog|ill|disturb|notic|see|evid|present|confirm|remark|"
        r"wrong|lost|lose|los|chang|suffer|troubl|damag|harm|touch|hit|uncover|suggest|point|give|"
        r"gave|help|explain"
    ),
}
"""What a 'not' may stand before that 'differed' or 'normal' amounts to: 'were not raised' where
the spans say 'normal', and not 'was not maintained'."""
_RESISTS = re.compile(r"stubborn|resist|refract|recalc|withst|unrespons")
_LASTING = frozenset(stem(word) for word in ("still", "remained", "throughout", "constant"))
_CHANGES = re.compile(
    rf"{ENDS.pattern}|chang|alter|improv|better|clear|heal|resol|respon|settl|fad|recover|normal|"
    r"go$|goes|going|gave|left|leav|help|work|touch|affect|mov|reach|well|free|shift|return|quit|"
    r"cure|less|more|yield|come|came|able|succe|ease|subsid|relie|reliev|regain|fall|fell|drop|"
    r"rise|rose|strong|enough|complete|sort|better|rid|lift|remit|revers|respond|answer|unable|"
    r"fail|refract|prevent|halt|inhibit|suppress|control|suffic|adequa|good|favo"
)


_ONLY = frozenset(stem(word) for word in ("only", "alone", "solely", "single"))
_OTHERS = re.compile(r"other|others|else|another|more|further|additional|beyond|any|anything")


def _is_only(one: Denial, other: Denial) -> bool:
    """'Only' and 'alone' of the spans deny that there is another, and nothing else."""
    said = (*one.before, *one.reach)
    return other.word in _ONLY and not any(_OTHERS.fullmatch(w.text) for w in said)


def _turned(one: Denial, other: Denial) -> bool:
    """'No dysphagia' and 'the dysphagia has not come back': a thing that was not there."""
    if one.word not in (*OF_NOUNS, *NOTS) or not other.occurs:
        return False
    return bool({key(w) for w in one.head} & other.subject)


def only_affirmed(text: str) -> frozenset[str]:
    """The words that a text only affirms."""
    yes = {key(w) for w in words(text) if w.content and not w.negated}
    return frozenset(yes - {key(w) for w in words(text) if w.content and w.negated})


def is_affirmed(one: Denial, affirmed: frozenset[str]) -> bool:
    """Whether the spans say of the verb that it did happen: 'received' under 'was not given'."""
    if one.word in ("neither", "none", "nobody", "nothing"):
        return False  # what stands next are those who did not
    verbs = one.verbs[: 2 if one.verbs and one.verbs[0].text.endswith("ly") else 1]
    if one.word in ("no", "without", "absence", "absent"):
        return bool(one.head) and all(key(w) in affirmed for w in one.head)
    done = any(w.stem in DONE for w in verbs) and bool(affirmed & {s[:5] for s in DONE})
    return done or any(key(w) in affirmed for w in verbs)
