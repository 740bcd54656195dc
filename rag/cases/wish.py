"""What a patient must have to be found: conditions as typed → conditions as records hold them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from rag.cases.facets import KINDS_OF_FINDING, antibody_of_subtype
from rag.errors import FilterError
from rag.lexicon import Concept, lexicon
from rag.schema import Response, Sex

Key = Literal[
    "treatment", "prior", "drug", "feature", "antibody", "subtype", "sex", "response", "age",
    "age group", "adverse", "relapse",
]  # fmt: skip
"""`treatment` is what the report is about, `prior` what came before, `drug` either."""

RESPONSES: tuple[str, ...] = tuple(one for one in get_args(Response) if one != "not stated")
IMPROVED = ("complete", "partial")
_SEXES = {"f": "female", "woman": "female", "girl": "female", "m": "male", "man": "male"} | {
    sex: sex for sex in get_args(Sex)
}
_AGE = re.compile(r"(?P<low>\d{1,3}(?:\.\d+)?)?\s*(?P<dash>[-–])?\s*(?P<high>\d{1,3}(?:\.\d+)?)?")
_NEVER = 200.0
# Short wordings of forms that the lexicon lists under another kind, or not at all.
_FORMS = {
    "juvenile": "juvenile dermatomyositis",
    "classic": "classic dermatomyositis",
    "classical": "classic dermatomyositis",
    "overlap": "overlap myositis",
}
_KINDS: dict[str, tuple[str, ...]] = {
    "treatment": ("drug",),
    "prior": ("drug",),
    "drug": ("drug",),
    "antibody": ("antibody",),
    "subtype": ("subtype",),
    "feature": KINDS_OF_FINDING,
    "adverse": KINDS_OF_FINDING,
}


@dataclass(frozen=True, slots=True)
class Wish:
    """One condition: a patient fits who has any of `values` under `key`.

    With `absent`, one of whom the report says that it was not there: silence is no absence.
    `said` is the wording to show. `ages` is ``low <= age < below`` in years. Who fits one of
    `either` fits as well ('after COVID-19 or a vaccine': a feature or a drug).
    """

    key: Key
    said: str
    values: tuple[str, ...] = ()
    absent: bool = False
    ages: tuple[float, float] | None = None
    either: tuple[Wish, ...] = ()


def wish(key: Key, said: str, *, absent: bool = False) -> Wish:
    """A condition as it was typed: 'IVIg' → intravenous immunoglobulin. Raises FilterError."""
    words = " ".join(said.split()).lower()
    if not words:
        raise FilterError(f"--{key.replace(' ', '-')} needs a value")
    if key == "age":
        return aged(said)
    if key in ("sex", "response", "relapse", "age group"):
        return _of_few(key, words)
    concept = _concept(words, _KINDS[key])
    if concept is None:
        return Wish(key, said.strip(), (words,), absent)
    if key == "subtype" and (antibody := antibody_of_subtype(concept.name)) is not None:
        # 'anti-MDA5 DM' is every dermatomyositis with that antibody, whatever else it is called.
        return Wish("antibody", antibody, (antibody.lower(),), absent)
    return Wish(key, concept.name, (concept.name.lower(),), absent)


def aged(said: str) -> Wish:
    """'0-17', '60-', '-17' or '56' in years, both ends included. Raises FilterError."""
    match = _AGE.fullmatch(said.strip())
    if match is None or not (match["low"] or match["high"]):
        raise FilterError(f"--age {said}: write years, such as 56, 0-17, 65- or -17")
    low = float(match["low"] or 0)
    if not match["dash"]:
        return Wish("age", f"{said.strip()} years", ages=(low, _after(match["low"])))
    below = _after(match["high"]) if match["high"] else _NEVER
    if below <= low:
        raise FilterError(f"--age {said}: the first age is above the second; write the lower first")
    return Wish("age", f"{said.strip()} years", ages=(low, below))


def _after(number: str) -> float:
    """The age at which somebody is older than `number` says: 17 ends at 18, 3.5 just above."""
    return float(number) + (0.001 if "." in number else 1.0)


def _of_few(key: Key, words: str) -> Wish:
    if key == "sex":
        sex = _one_of(key, words, _SEXES)
        return Wish(key, sex, (sex,))
    if key == "response":
        if words in ("improved", "any response", "responded"):
            return Wish(key, "complete or partial", IMPROVED)
        value = _one_of(key, words, {one: one for one in (*RESPONSES, "improved")})
        said = {"died": "died", "none": "no response", "worsened": "worsened"}
        return Wish(key, said.get(value, f"{value} response"), (value,))
    known = ("yes", "no") if key == "relapse" else ("child", "adult", "elderly")
    return Wish(key, words, (_one_of(key, words, {one: one for one in known}),))


def _one_of(key: str, words: str, known: dict[str, str]) -> str:
    if words not in known:
        raise FilterError(f"--{key} {words}: not known; use {', '.join(dict.fromkeys(known))}")
    return known[words]


def _concept(words: str, kinds: Sequence[str]) -> Concept | None:
    """The concept that the whole wording names, else the only one of these kinds within it."""
    words = _FORMS.get(words, words) if "subtype" in kinds else words
    whole = lexicon().concept(words)
    if whole is not None and whole.kind in kinds:
        return whole
    found = {m.concept.name: m.concept for m in lexicon().find(words, typos=True)}
    fitting = [concept for concept in found.values() if concept.kind in kinds]
    return fitting[0] if len(fitting) == 1 else None
