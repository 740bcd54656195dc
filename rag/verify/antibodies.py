"""The antibodies of a claim against its spans: also unknown ones, and whether there or not."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.verify.grounds import Grounds
from rag.verify.names import Named, named, related
from rag.verify.verdict import Reason

_NEGATIVE = re.compile(r"\b(?:negative|absent|undetectable|lost)\b", re.IGNORECASE)
_APART = re.compile(r"\b(?:apart from|except|other than|only)\b", re.IGNORECASE)
_GONE = re.compile(r"^[^.;,]{0,40}\b(?:disappear\w*|vanish\w*|gone|lost|cleared)\b", re.IGNORECASE)
_LESS = re.compile(
    r"\b(?:disappear\w*|vanish\w*|gone|lost|cleared|negative|undetectable|absent|no|not|never)\b",
    re.IGNORECASE,
)
GENERAL = frozenset({"autoantibody"})
"""Names that tell no antibody from another."""
_ANTI = re.compile(r"\b[Aa]nti-?(?P<target>[A-Z][A-Za-z]*\d*(?:-?[A-Z0-9][A-Za-z0-9]*)*)")


def unknown_antibodies(claim: str, grounds: Grounds) -> Iterator[Reason]:
    """Antibodies that the lexicon does not know must stand in the spans by their target."""
    known = named(claim)
    for match in _ANTI.finditer(claim):
        around = [n for n in known if n.start <= match.start() and match.end() <= n.end]
        told = {n.name for n in named(grounds.text) if n.kind == "antibody"} - GENERAL
        if any(n.kind == "antibody" for n in around) or (around and not told):
            continue
        if around and told & {n.name for n in named(match.group())}:
            continue  # of 'anti-Mi-2 dermatomyositis' the antibody must be that of the spans
        said = grounds.text if around else f"{grounds.text} {grounds.about}"
        if _letters(match["target"]) not in _letters(said):
            message = f"{match.group()} is not in {grounds.place}"
            yield Reason("antibody", message, match.start(), match.end())


def target_said(one: Named, grounds: Grounds) -> bool:
    """'Antibodies to SAE' for anti-SAE."""
    target = _ANTI.match(one.text)
    spans = f"{grounds.text} {grounds.about}"
    return target is not None and bool(
        re.search(rf"\b[Aa]ntibod\w+ (?:to|against) {re.escape(target['target'])}\b", spans)
    )


def _letters(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.lower())


def wrong_sign(one: Named, theirs: tuple[Named, ...], claim: str, may_be_gone: bool = True) -> str:
    """'anti-Mi-2 negative' where the spans deny what the claim affirms, or the reverse; else ''."""
    gone = _GONE.search(claim[one.end :])
    if gone and any(n.name == one.name and not n.negated for n in theirs) and not may_be_gone:
        return "that it was still there"
    same = [n for n in theirs if related(n.name, one.name)]
    if (not one.negated and _NEGATIVE.search(claim)) or _APART.search(claim):
        return ""  # 'it fell and became negative': said, in another clause
    if same and all(n.negated != one.negated for n in same):
        return f"{same[0].text} {'negative' if same[0].negated else 'positive'}"
    return ""


def tells_of_less(text: str) -> bool:
    """Whether spans may say that an antibody disappeared."""
    return bool(_LESS.search(text))
