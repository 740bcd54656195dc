"""Words at opposite ends of something (improved / worsened, rose / fell, complete / partial)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

import yaml

from rag.verify.words import Word, words


@dataclass(frozen=True, slots=True)
class Axis:
    """One such matter. `negated` is what 'not X' amounts to; a pole that is missing there keeps
    its 'not'. `agree` are the poles of a span that also prove a pole of a claim.
    """

    name: str
    patterns: tuple[tuple[str, re.Pattern[str]], ...]
    negated: dict[str, str]
    agree: dict[str, tuple[str, ...]]
    needed: bool


@dataclass(frozen=True, slots=True)
class Pole:
    """``[start, end)`` of a text stands at `pole` of `axis`, its negation taken into account.

    `near` are the stems of the other telling words of its clause; of 'before' and 'after', of the
    words behind it.
    """

    start: int
    end: int
    axis: str
    pole: str
    near: frozenset[str]


@cache
def axes() -> dict[str, Axis]:
    """The table of poles.yaml, read once."""
    table = yaml.safe_load((files("rag.verify") / "poles.yaml").read_text("utf-8"))
    return {name: _axis(name, dict(row)) for name, row in table.items()}


def _axis(name: str, row: dict[str, object]) -> Axis:
    needed = bool(row.pop("needed", False))
    negated = row.pop("negated")
    agree = row.pop("agree", {})
    assert isinstance(negated, dict) and isinstance(agree, dict)
    patterns = tuple((pole, _pattern(str(said).split())) for pole, said in row.items())
    return Axis(name, patterns, negated, {k: tuple(v) for k, v in agree.items()}, needed)


def _pattern(said: Iterable[str]) -> re.Pattern[str]:
    parts = sorted(said, key=len, reverse=True)
    written = [re.escape(p).replace(r"\*", r"\w*").replace("_", r"[\s-]") for p in parts]
    return re.compile(rf"\b(?:{'|'.join(written)})\b", re.IGNORECASE)


def _within(match: re.Match[str], other: re.Match[str]) -> bool:
    """Whether another match says more: 'near-complete' is not 'complete'."""
    longer = len(other.group()) > len(match.group())
    return longer and other.start() <= match.start() and match.end() <= other.end()


@lru_cache(maxsize=4_000)
def poles(text: str) -> tuple[Pole, ...]:
    """All poles of a text, by axis and place."""
    said = words(text)
    found: list[Pole] = []
    for axis in axes().values():
        matches = [(m, pole) for pole, pattern in axis.patterns for m in pattern.finditer(text)]
        for match, pole in matches:
            inside = [w for w in said if match.start() <= w.start < match.end()]
            if not inside or any(_within(match, other) for other, _ in matches):
                continue
            value = axis.negated.get(pole, "-") if inside[0].negated else pole
            if value != "-":
                near = _next(said, inside) if axis.name == "order" else _near(said, inside)
                found.append(Pole(match.start(), match.end(), axis.name, value, near))
    return (*found, *_elliptic(said, found))


def _elliptic(said: tuple[Word, ...], found: list[Pole]) -> list[Pole]:
    """'… improved swallowing but not the rash': the rash did not improve."""
    response = axes()["response"]
    spoken = [p for p in found if p.axis == "response"]
    clauses = {
        clause: [w for w in said if w.clause == clause] for clause in {w.clause for w in said}
    }
    added = []
    for clause, inside in sorted(clauses.items()):
        denied = [w for w in inside if w.negated and w.telling]
        held = [p for p in spoken if inside[0].start <= p.start < inside[-1].end]
        before = [p for p in spoken if p.start < inside[0].start]
        if denied and not held and before and clause and inside[0].text in ("but", "though"):
            pole = response.negated.get(before[-1].pole)
            if pole:
                near = frozenset(w.stem for w in denied)
                added.append(Pole(inside[0].start, inside[-1].end, "response", pole, near))
    return added


def _next(said: tuple[Word, ...], inside: list[Word]) -> frozenset[str]:
    """What stands behind 'before': 'A before B' is contradicted by 'A after B' only."""
    following = [w for w in said if w.start > inside[-1].start and w.telling][:3]
    return frozenset(w.stem for w in following)


def _near(said: tuple[Word, ...], inside: list[Word]) -> frozenset[str]:
    clause = inside[0].clause
    return frozenset(w.stem for w in said if w.clause == clause and w.telling and w not in inside)
