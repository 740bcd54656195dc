"""A claim that denies → what it says without its 'not', which its spans must not say as well.

Where rules find nothing wrong with 'IVIG was not enough' and nothing with 'IVIG was enough' either,
they do not know which of the two is true, and the denial has no proof. A 'not' of the spans before
the same word is proof enough. The same holds for 'papules were there' where a word of the spans
that denies would prove 'papules were not there', too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.verify.denials import denials
from rag.verify.matched import matched
from rag.verify.poles import key

_NOT = re.compile(
    r"\b(?P<aux>was|were|is|are|been|be|had|has|have|did|does|do|could|can|may|might|would|should|will|"
    r"need)(?P<not>\snot\b|n't\b)(?!\s(?:only|just\b(?!\sas)|until|even|to\b))|"
    r"\b(?P<never>never)\s(?=\w)|\b(?P<can>cannot)\b",
    re.IGNORECASE,
)
_REFUSED = re.compile(r"refus|declin|reject|withh")
_CUT = re.compile(r"\s*(?:[.,;]|$|(?:and|but|while|because|when)\b)")
_UNTIL = re.compile(r"[^.;]{0,90}\buntil\b")


def without_denials(claim: str, text: str) -> Iterator[tuple[str, int, int]]:
    """Each text that a claim becomes by leaving out one 'not', and where that stood.

    Left alone are those that the spans (`text`) have before the same word, those with nothing
    behind them, and 'not … until'.
    """
    proved = _proved(claim, text)
    for match in _NOT.finditer(claim):
        start, end = match.span(match.lastgroup or 0)
        if _CUT.match(claim, end) or _UNTIL.match(claim, end):
            continue
        first = match.start() if claim[start:end].lower() == "n't" else start  # one word, 'wasn't'
        if any(first <= place < end for place in proved):
            continue
        kept = "can" if match["can"] else ""
        behind = claim[end:].lstrip() if match["never"] else claim[end:]
        yield claim[:start] + kept + behind, start, end


_VERB = re.compile(
    r"\b(?:was|were|is|are|had|has|have|did|could|can|may|might|would|should|will)\b(?!\s(?:not|no|never|"
    r"neither|only|all|both)\b|n't)",
    re.IGNORECASE,
)


def with_denials(claim: str, text: str) -> Iterator[tuple[str, int, int]]:
    """Each text that a claim becomes by a 'not' behind one of its verbs which the spans have, and
    where that verb stands; none where the claim denies something.
    """
    mine, theirs = denials(claim), denials(text)
    if any(d.kind != "loose" for d in mine) or not any(d.kind != "loose" for d in theirs):
        return
    for match in _VERB.finditer(claim):
        denied = f"{claim[: match.end()]} not{claim[match.end() :]}"
        if _is_proved_at(match.end() + 1, denied, text):
            yield denied, *match.span()


def _is_proved_at(place: int, claim: str, text: str) -> bool:
    """Whether the 'not' at a place of a claim is matched with a word of the spans that denies."""
    mine, theirs = denials(claim), denials(text)
    pairs = matched(mine, theirs, claim, text)
    told = [theirs[b] for a, b in pairs.items() if mine[a].start == place]
    # 'Cannot be excluded' says that it is possible.
    return any(other.kind != "loose" and not other.inner for other in told)


def _proved(claim: str, text: str) -> set[int]:
    """Where denials of a claim stand that the spans have word for word."""
    mine, theirs = denials(claim), denials(text)
    found = set()
    for at, of in matched(mine, theirs, claim, text).items():
        one, other = mine[at], theirs[of]
        heads = {key(w) for w in (*one.head[:1], *one.verbs[:1])}
        told = {key(w) for w in (*other.head, *other.verbs)}
        alike = one.subject and one.subject == other.subject  # 'methotrexate was not an option'
        refused = bool(_REFUSED.match(other.word))  # 'was not given, as the insurer refused it'
        # 'Was not enough' is 'was insufficient', 'could not be used' is 'was unusable'.
        turned = other.base and other.base.rstrip("e") in {head.rstrip("e") for head in heads}
        if one.hard and (refused or turned or (other.hard and (heads & told or alike))):
            found.add(one.start)
    return found
