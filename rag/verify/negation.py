"""Which words of a text a 'no', 'not', 'without' or 'none' governs."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.resources import files

import yaml

from rag.verify.number_words import WORDS

_SHORT_REACH = 6  # words that 'without' governs at most
_COMPARATIVES = ("fewer", "less", "lower", "more", "higher", "better", "greater")
_OTHER_EVENT = ("before", "until", "till", "because", "since", "although", "when", "while")
_COPULAS = ("was", "were", "is", "are")
_REQUIRED = ("needed", "required", "necessary")
_AFTER_VERB = ("to", "in", "on", "with", "within", "after", "by", "at", "and", "completely",
               "rapidly", "fully", "well", "when")  # fmt: skip
_FINITE = ("showed", "revealed", "disclosed", "demonstrated", "confirmed", "suggested", "was",
           "were", "had", "has", "did")  # fmt: skip
_HINDERING = ("stop", "prevent", "keep", "kept", "save", "protect")
_HALTING = ("halt", "prevent", "arrest", "avert")
_TWO_WORDS = frozenset({("fail", "to"), ("free", "of"), ("free", "from")})


@cache
def listed(kind: str) -> frozenset[str]:
    """The words of one kind in small_words.yaml."""
    table = yaml.safe_load((files("rag.verify") / "small_words.yaml").read_text("utf-8"))
    return frozenset(str(table[kind]).split())


def reach(tokens: Sequence[str], clauses: Sequence[int]) -> list[bool]:
    """For each word whether a negation governs it; 'neither … nor' counts once."""
    counts = [0] * len(tokens)
    for at, token in enumerate(tokens):
        following = tokens[at + 1] if at + 1 < len(tokens) else ""
        if token in listed("whole"):
            if _whether(tokens, at) or _bounds(tokens, at):
                continue
            if following[:1].isdecimal() or following == "but":
                continue  # 'complete response 22, none 1', 'nothing but stinging'
            for other in _around(tokens, clauses, at):
                counts[other] += 1
        elif token == "free" and at and following not in ("of", "from"):
            counts[at - 1] += 1  # 'drug-free'
        elif (
            (_is_cue(token) or _fails(tokens, at))
            and not _only(tokens, at)
            and not _until(tokens, clauses, at)
            and not _whether(tokens, at)
            and not _bounds(tokens, at)
            and not _refusal(tokens, at)
            and not _even(tokens, at)
        ):
            for other in _forward(tokens, clauses, at):
                counts[other] += 1
    return [count > 0 for count in counts]


def negating(tokens: Sequence[str], clauses: Sequence[int]) -> tuple[int, ...]:
    """The indices of the tokens that deny something."""
    return tuple(
        at
        for at, token in enumerate(tokens)
        if (token in listed("whole") or _is_cue(token))
        and not _only(tokens, at)
        and not _until(tokens, clauses, at)
        and not _whether(tokens, at)
        and not _bounds(tokens, at)
        and not _refusal(tokens, at)
        and not _even(tokens, at)
        and not (token in listed("whole") and at and tokens[at - 1] == "to")
        and not (token == "nothing" and tuple(tokens[at + 1 : at + 2]) == ("but",))
    )


def _only(tokens: Sequence[str], at: int) -> bool:
    """'Not only', 'not just' deny nothing; 'not just as effective' does."""
    following = tuple(tokens[at + 1 : at + 3])
    return bool(following) and following[0] in listed("not_only") and following != ("just", "as")


def _refusal(tokens: Sequence[str], at: int) -> bool:
    """'Said no to steroids' refuses; it denies nothing of the steroids."""
    return tokens[at] == "no" and bool(at) and tokens[at - 1] in ("said", "say", "says", "saying")


def _even(tokens: Sequence[str], at: int) -> bool:
    """'Not even 30 women', 'not two months later': fewer, and not none."""
    following = tuple(tokens[at + 1 : at + 3])
    if tokens[at] != "not" or not following:
        return False
    if at and following[0] != "even":
        return False  # 'was not 30'
    first = following[1:] if following[0] in ("even", "quite") else following[:1]
    return bool(first) and first[0] != "one" and (first[0][:1].isdecimal() or first[0] in WORDS)


def _whether(tokens: Sequence[str], at: int) -> bool:
    """'Whether or not' denies nothing."""
    if at < 1 or tokens[at - 1] != "or":
        return False
    return tokens[at] == "not" or (at > 1 and tokens[at - 2] in ("presence", "present", "with"))


def _bounds(tokens: Sequence[str], at: int) -> bool:
    """'No more than ten days' denies nothing: it says how many at most."""
    compared = tuple(tokens[at + 1 : at + 3])
    return (
        tokens[at] in ("no", "not", "nothing")
        and len(compared) == 2
        and (compared[0] in (*_COMPARATIVES, "worse", "other") and compared[1] == "than")
    )


def _is_cue(token: str) -> bool:
    return token in listed("forward") or token.endswith("n't")


def _fails(tokens: Sequence[str], at: int) -> bool:
    """'Failed to improve', 'free of fever': two words that negate."""
    pair = tuple(tokens[at : at + 2])
    if pair == ("clear", "of"):
        return True
    return len(pair) == 2 and (pair[0][:4], pair[1]) in _TWO_WORDS


def _around(tokens: Sequence[str], clauses: Sequence[int], at: int) -> list[int]:
    """What 'none' governs: its clause, and the one before where it stands alone ('harm: none')."""
    if at and tokens[at - 1] == "to":
        return []
    own = [n for n, clause in enumerate(clauses) if clause == clauses[at] and n != at]
    ends = [n for n in own if n > at + 1 and tokens[n] in _OTHER_EVENT]
    own = [n for n in own if not ends or n < ends[0]]
    if (
        tokens[at] == "absent" and tokens[at - 1] in _COPULAS
    ):  # 'CK was 90 and arthritis was absent'
        other = [n for n in own if n < at - 1 and tokens[n] in _COPULAS]
        behind = tuple(tokens[at + 1 : at + 2]) in (("from",), ("in",), ("on",))
        own = [n for n in own if (behind or n < at) and (not other or n > other[-1])]
    if all(tokens[n] in listed("stop") for n in own):
        own += [n for n, clause in enumerate(clauses) if clause == clauses[at] - 1]
    return own


def _until(tokens: Sequence[str], clauses: Sequence[int], at: int) -> bool:
    """'Not … until': what follows did happen, later."""
    if tokens[at] not in ("not", "no", "never") and not tokens[at].endswith("n't"):
        return False
    rest = [t for t, c in zip(tokens[at:], clauses[at:], strict=True) if c == clauses[at]]
    return "until" in rest


def _forward(tokens: Sequence[str], clauses: Sequence[int], at: int) -> list[int]:
    if tokens[at] == "lacking" and at and tokens[at - 1] in _COPULAS:
        return [n for n in range(at) if clauses[n] == clauses[at]]  # 'comparisons are lacking'
    if tokens[at] == "non":
        return [at + 1] if at + 1 < len(tokens) else []
    reached = []
    for other in range(at + 1, len(tokens)):
        same = clauses[other] == clauses[at] or (
            tokens[at] == "neither" and clauses[other] == clauses[at] + 1
        )
        if not same or tokens[other] in listed("ends_reach") or _leaves_out(tokens, other):
            break
        if _ends(tokens, at, other):
            break
        reached.append(other)
    return reached


def _leaves_out(tokens: Sequence[str], at: int) -> bool:
    """'No adverse effects apart from urticaria'; 'no steroid was needed for the remission': what
    stands behind, there was.
    """
    pair = tuple(tokens[at : at + 2])
    if pair in _CONTRASTING:
        return True  # 'were not selected rather than randomised': who was randomised is not said
    if tokens[at] == "only" and tokens[at - 1] == "and":
        return True
    needed = tokens[at] == "for" and tokens[at - 1] in _REQUIRED
    return needed or tokens[at] in ("except", "besides") or pair in _EXCEPTING


_CONTRASTING = (("rather", "than"), ("instead", "of"))
_EXCEPTING = (("apart", "from"), ("other", "than"), ("aside", "from"), ("but", "for"))


def _ends(tokens: Sequence[str], at: int, other: int) -> bool:
    """'Those who did not respond died', 'an inability to swallow that led to …'."""
    if tokens[at] in ("inability", "unable"):
        return tokens[other] in ("that", "and")
    if tokens[at] in ("not", "cannot") and tokens[other] in ("was", "were") and other > at + 2:
        return True  # 'patients who had not answered to steroids were given …'
    if _is_halted(tokens, at, other):
        return True
    if other > at + 1 and tokens[other] in _COMPARATIVES and tokens[at] == "no":
        return True  # 'no admission, fewer missed days and lower cost'
    if (
        tokens[at] == "without"
        and other > at + 1
        and tokens[other].endswith("ed")
        and ((tokens[other + 1 : other + 2] or ["to"])[0] in _AFTER_VERB)
    ):
        return True  # 'disease without myositis responded to …'
    if tokens[at - 1 : at + 1] == ["with", "no"] and other > at + 1:
        return tokens[other] in ("the", "he", "she", "it", *_FINITE)  # 'with no effect the dose …'
    if tokens[at] in ("without", "lack", "lacking") and other > at + 1:
        # 'Tomography without contrast showed oedema'.
        return tokens[other] in ("the", "to", *_FINITE) or other > at + _SHORT_REACH
    if tokens[other] in ("improved", "worsened"):
        return tokens[at] == "not" and other > at + 3 and tokens[other - 1] not in ("or", "nor")
    if tokens[other] == "as":
        return bool(tokens[other + 1 : other + 2]) and tokens[other + 1] in (
            "he",
            "she",
            "it",
            "they",
        )
    return tokens[at] == "not" and other > at + 1 and tokens[other] in ("died", "survived")


def _is_halted(tokens: Sequence[str], at: int, other: int) -> bool:
    """'Did not halt the progression', 'did not keep the lungs from getting worse': they did get
    worse; 'cannot exclude a relapse': it may be one.
    """
    if tokens[other] == "from" and any(t.startswith(_HINDERING) for t in tokens[at:other]):
        return True
    if tokens[at] == "cannot" and "exclude" in tokens[at + 1 : other]:
        return True
    return any(t.startswith(_HALTING) for t in tokens[at + 1 : other])
