"""Sentences on the course of the disease → how each part of the body was left at the end.

Who is free of the rash and still weak is not well: the parts that the story tells of are followed
clause by clause, and what is said last of each counts.
"""
# ruff: noqa: E501  (a table of patterns reads best one pattern to the line)

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.records.story import Sentence
from rag.records.words_of_course import COMPLETE, ELSE, FELL, NONE, PARTIAL, RESIDUE, WORSE

_PARTS: dict[str, str] = {
    "skin": r"rash\w*|skin|lesions?|papules?|plaques?|erythema\w*|eruptions?|eyelids?|lids|knuckles|heliotrope|Gottron\w*|shawl|V-sign|redness|red\b|scal(?:es|ing)|poikiloderma|photosensitiv\w*|blisters?|bullae|cuticles|palms?|streaks?|scalp|hands?|face|chest|neck|back|CDASI\S*",
    "itch": r"itch\w*|prurit\w*|scratch\w*|burning",
    "ulcer": r"ulcer\w*|erosions?|wounds?|necros\w+",
    "muscle": r"weak\w*|strength|strong\w*|power|muscl\w*|myositis|walk\w*|climb\w*|stairs?|rise[sn]?|stood|stands?|lift\w*|chair|thighs?|arms?|legs?|hips?|shoulders?|CMAS|MMT\S*|grip|gait",
    "throat": r"dysphagia|swallow\w*|voice|speech|ate|eats?|drank|drinks?|tube|gullet",
    "lung": r"lungs?|breath\w*|dyspn\w+|cough\w*|oxygen|opacit\w+|capacity|FVC|DLCO|ventilat\w+|CT|ECMO|saturation",
    "calcium": r"calcin\w+|calcium|calcif\w+|deposits?|nodules?|lumps?|plates?|sinus|discharge",
    "joints": r"arthritis|joints?|arthralgia|synovitis",
}  # fmt: skip
_FOUND = {name: re.compile(rf"\b(?:{words})\b", re.IGNORECASE) for name, words in _PARTS.items()}
_CLAUSE = re.compile(r"[;:]|,? \b(?:but|whereas|although|though|while|yet|except)\b|, (?:and )?")
_STILL = re.compile(
    r"\b(?:still|remain(?:s|ed|ing)?|persist\w*|residual|as before|nor\b|neither|needs?|only)\b",
    re.I,
)
_WELL = re.compile(
    r"\b(?:remission|(?:is|was|been|remained|remains|are) (?:\w+ )?(?:well|healthy)|(?:no|without) (?:symptoms?|complaints?|signs?)|nothing|symptom-free|disease-free|asymptomatic)\b",
    re.IGNORECASE,
)


def parts_features(opening: Sequence[Sentence], told: Sequence[Sentence]) -> set[str]:
    """What holds of the parts of the body that `told` speaks of, and of those in the `opening`."""
    left: dict[str, str] = {}
    whole = ""
    for sentence in told:
        last: list[str] = []
        for clause in _CLAUSE.split(sentence.text):
            ends = state(clause)
            named = [name for name, pattern in _FOUND.items() if pattern.search(clause)]
            last = named or last
            if ends:
                left.update(dict.fromkeys(last, ends))
            if _WELL.search(clause):
                whole = "well"
            elif ends in ("same", "worse"):
                whole = ""
    begun = {
        name for one in opening for name, pattern in _FOUND.items() if pattern.search(one.text)
    }
    states = set(left.values())
    found = {f"part {name} {how}" for name, how in left.items()}
    found |= {f"parts {how}" for how in states}
    if left:
        found.add("parts all gone" if states == {"gone"} else f"parts mixed {'gone' in states}")
        gone = sum(how == "gone" for how in left.values())
        found.add(f"parts gone {4 * gone // len(left)} of 4")
        found.add(f"parts begun unheard {min(2, len(begun - left.keys()))}")
    return found | ({"well at the end"} if whole else set())


def state(clause: str) -> str:
    """gone, better, same or worse; '' where a clause says nothing of the course."""
    if ELSE.search(clause):
        return ""
    if WORSE.search(clause):
        return "worse"
    said = NONE.sub(" ", clause)
    complete = COMPLETE.search(said) is not None
    if NONE.search(clause) and not complete or _STILL.search(clause) and not complete:
        return "same"
    if complete:
        return "better" if RESIDUE.search(clause) else "gone"
    return "better" if PARTIAL.search(said) or FELL.search(said) else ""
