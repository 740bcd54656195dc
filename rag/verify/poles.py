"""Words at opposite ends of something (improved / worsened, rose / fell, complete / partial)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

import yaml

from rag.verify.names import named
from rag.verify.negation import listed
from rag.verify.number_words import WORDS, value_of
from rag.verify.words import Word, words

Wordings = tuple[str, re.Pattern[str], frozenset[str]]
"""A pole, the pattern of its wordings, and how these begin (`opening`)."""


@dataclass(frozen=True, slots=True)
class Axis:
    """One such matter. `negated` is what 'not X' amounts to; a pole that is missing there keeps
    its 'not'. `agree` are the poles of a span that also prove a pole of a claim. `needed` are
    the poles that a claim may not have where no span speaks of the matter. `weak` are
    patterns that prove a pole where a span has them, and ask for no proof in a claim. `apart`:
    a span contradicts a claim only where both speak of the same thing. What stands in `void`
    stands at no pole ('high-resolution CT').
    """

    name: str
    patterns: tuple[Wordings, ...]
    weak: tuple[Wordings, ...]
    negated: dict[str, str]
    agree: dict[str, tuple[str, ...]]
    needed: frozenset[str]
    apart: bool

    def agrees(self, one: Pole, other: Pole) -> bool:
        """Whether a span at `other` proves a claim at `one`."""
        return one.pole == other.pole or other.pole in self.agree.get(one.pole, ())


@dataclass(frozen=True, slots=True)
class Pole:
    """``[start, end)`` of a text stands at `pole` of `axis`, its negation taken into account.

    `near` are beginnings of the other telling words of its clause, and its numbers; `beside`, of a
    comparative ('less pain'), the one behind it. `stem` is that of the word itself; `denied` says
    that a 'not' turned it.
    """

    start: int
    end: int
    axis: str
    pole: str
    near: frozenset[str]
    weak: bool = False
    stem: str = ""
    beside: frozenset[str] = frozenset()
    denied: bool = False


@cache
def axes() -> dict[str, Axis]:
    """The table of poles.yaml, read once."""
    table = yaml.safe_load((files("rag.verify") / "poles.yaml").read_text("utf-8"))
    return {name: _axis(name, dict(row)) for name, row in table.items()}


def _axis(name: str, row: dict[str, object]) -> Axis:
    wanted, apart = row.pop("needed", False), bool(row.pop("apart", False))
    negated, agree, weak = row.pop("negated"), row.pop("agree", {}), row.pop("weak", {})
    assert isinstance(negated, dict) and isinstance(agree, dict) and isinstance(weak, dict)
    patterns, weaker = (
        tuple(
            (str(pole), _pattern(str(said).split()), _openings(str(said)))
            for pole, said in table.items()
        )
        for table in (row, weak)
    )
    needed = frozenset(wanted if isinstance(wanted, list) else row if wanted else ())
    agreeing = {k: tuple(v) for k, v in agree.items()}
    return Axis(name, patterns, weaker, negated, agreeing, needed, apart)


def _pattern(said: Iterable[str]) -> re.Pattern[str]:
    parts = sorted(said, key=len, reverse=True)
    written = [re.escape(p).replace(r"\*", r"\w*").replace("_", r"[\s-]") for p in parts]
    return re.compile(rf"\b(?:{'|'.join(written)})\b", re.IGNORECASE)


_WORD = re.compile(r"[^\W_]+")
_OPENING = 3  # letters; the shortest beginning of a word that stands before a * has as many


def opening(word: str) -> str:
    """The first letters of a word in small letters: what a pattern is passed over for."""
    return word[:_OPENING]


def _openings(said: str) -> frozenset[str]:
    """How the wordings of a pole begin. Looking for each of them in each text took a tenth of all
    the time of verification; nearly all texts have none of a pole's openings.
    """
    firsts = (_WORD.match(wording.lower()) for wording in said.split())
    return frozenset(opening(first.group()) for first in firsts if first)


def _within(match: re.Match[str], other: re.Match[str]) -> bool:
    """Whether another match says more: 'near-complete' is not 'complete'."""
    longer = len(other.group()) > len(match.group())
    return longer and other.start() <= match.start() and match.end() <= other.end()


REFERENCE = re.compile(
    r"normal(?:,?\s(?:range|values?|limits?)\b|,?\s?(?:below|under|up to|[<>≤≥(]|\d))",
    re.IGNORECASE,
)
"""'CK was 3,260 IU/L (normal, 26-140)': what would be normal, and not what was."""

_MINUS = re.compile(r"(?<=[\s(])[−–-](?=\d)")
_CHANGE = re.compile(r"\bchang\w*", re.IGNORECASE)
_COMPARED = re.compile(
    r"(?:more|less|fewer|greater|higher|lower|better|worse|stronger|milder)$", re.I
)


@lru_cache(maxsize=4_000)
def poles(text: str) -> tuple[Pole, ...]:
    """All poles of a text, by axis and place."""
    said = words(text)
    found: list[Pole] = []
    spoken = {opening(match.group()) for match in _WORD.finditer(text.lower())}
    for axis in axes().values():
        matches = [
            (match, pole, is_weak)
            for is_weak, patterns in ((False, axis.patterns), (True, axis.weak))
            for pole, pattern, openings in patterns
            if not openings.isdisjoint(spoken)
            for match in pattern.finditer(text)
        ]
        for match, pole, is_weak in matches:
            inside = [w for w in said if match.start() <= w.start < match.end()]
            if not inside or any(_within(match, other) for other, _, _ in matches):
                continue
            if axis.name in ("normality", "height") and REFERENCE.match(text, match.start()):
                continue
            # The 'nothing' of 'did nothing' is a part of the wording, not a 'not' around it.
            denied = inside[0].negated and inside[-1].text not in listed("whole")
            value = axis.negated.get(pole, "-") if denied else pole
            if value.startswith("not_") and not _RIGHT_BEFORE.search(text[: match.start()]):
                continue  # a 'not' further off may deny something else
            if value not in ("-", "void"):
                of = axis.name in ("direction", "response", "height")
                beside = _beside(text, said, inside) if of else frozenset()
                weak = is_weak and not _stays(match, text)
                found.append(Pole(match.start(), match.end(), axis.name, value,
                                  _near(text, said, inside), weak, inside[0].stem, beside,
                                  denied))  # fmt: skip
    if _CHANGE.search(text):
        for match in _MINUS.finditer(text):
            around = [w for w in said if abs(w.start - match.start()) < _AROUND]
            found.append(Pole(match.start(), match.end(), "direction", "down", _keys(around)))
    return (*found, *_elliptic(said, found))


_RIGHT_BEFORE = re.compile(r"(?:\bnot|\bnever|n't)\s(?:be(?:en)?\s|further\s)?$", re.IGNORECASE)
_STAYED = re.compile(r"(?:remain(?:s|ed)|stay(?:s|ed))", re.IGNORECASE)
_CUT = re.compile(r"\s?(?:[.;,\n]|$|until\b|throughout\b)")


def _stays(match: re.Match[str], text: str) -> bool:
    """'The erythema remained', with nothing behind it, is an outcome; 'remained well' is not."""
    return bool(_STAYED.fullmatch(match.group())) and bool(_CUT.match(text, match.end()))


_AROUND = 60  # characters: what 'change −19.2 (600 mg)' is about


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
        cut = inside[-1].text == "not"  # '… while the skin may not.'
        joined = inside[0].text in ("but", "though", "while", "whereas")
        if (denied or cut) and not held and before and clause and joined:
            pole = response.negated.get(before[-1].pole)
            if pole:
                near = _keys(denied or inside)
                added.append(Pole(inside[0].start, inside[-1].end, "response", pole, near, True))
    return added


def _near(text: str, said: tuple[Word, ...], inside: list[Word]) -> frozenset[str]:
    clause = [w for w in said if w.clause == inside[0].clause and w not in inside]
    places = {w.start for w in clause}
    concepts = {n.name for n in named(text) if n.start in places and n.kind in _KINDS}
    return (_keys(clause) | concepts) or _keys(w for w in said if w not in inside)


def _beside(text: str, said: tuple[Word, ...], inside: list[Word]) -> frozenset[str]:
    """What a word is said of: behind 'less' and 'a fall in', else what stands right before it."""
    match = bool(_NOUN.match(text, inside[-1].end))
    mine = [w for w in said if w.clause == inside[0].clause and w.telling]
    if _ATTRIBUTE.fullmatch(inside[0].text) and _OPENS.search(text[: inside[0].start]):
        behind = [w for w in mine if w.start > inside[-1].start][:1]
        match = match or any(w.start == inside[-1].end + 1 for w in behind)  # 'with raised CK'
    if match or _COMPARED.match(text[inside[0].start : inside[-1].end]):
        found = [w for w in mine if w.start > inside[-1].start][: 2 if match else 1]
    else:
        mark = max((m.end() for m in _COMMA.finditer(text[: inside[0].start])), default=0)
        found = [w for w in mine if mark <= w.start < inside[0].start][-2:]
    places = {w.start for w in found}
    concepts = {n.name for n in named(text) if n.start in places and n.kind in _KINDS}
    return frozenset({key(w) for w in found} | concepts)


_ATTRIBUTE = re.compile(r"raised|elevated|increased|reduced|lowered|decreased|high|low")
_OPENS = re.compile(
    r"(?:\b(?:of|with|by|an?|the|his|her|its|their|despite|for|from|include[sd]?|including|"
    r"showed|revealed|caused|due to|because of)\s|,\s|^\s*)$",
    re.IGNORECASE,
)
_NOUN = re.compile(r"\s(?:in|of)\s")
_COMMA = re.compile(r"[,;]\s|\band\s")


def _keys(near: Iterable[Word]) -> frozenset[str]:
    """Beginnings of telling words, and the values of numbers."""
    found = list(near)
    keys = {key(w) for w in found if w.telling and w.text not in WORDS}
    for word, following in zip(found, (*found[1:], None), strict=False):
        counted = word.text in WORDS or word.text.isdecimal()
        if counted and not (following and _MEASURED.match(following.text)):
            keys.add(f"#{value_of(word.text):g}")
    return frozenset(keys)


_KINDS = ("drug", "antibody", "laboratory", "sign")
_MEASURED = re.compile(r"(?:day|week|month|year|hour|time|dose|cycle|mg|g|kg|ml|u|units?)s?$")
KEY = 5  # letters that 'referral' and 'referred', 'myopathy' and 'myopathic' share


def key(word: Word) -> str:
    """The beginning of a word's stem, so that its derivations count as the same word."""
    return word.stem[:KEY]
