"""'Does acupuncture help?', of a library in which no report has the word → that remedy's name.

The lexicon knows drugs; people also ask about what is none. The nearest sentence is then about
the complaint alone, and answers nothing.
"""
# ruff: noqa: E501  (a table of patterns reads best one pattern to the line)

from __future__ import annotations

import re

from rag.lexicon import lexicon
from rag.library import Library
from rag.library.words import is_said
from rag.reader.question.ask import asked_part
from rag.reader.words import WORD, stems

_REMEDY = re.compile(
    r"^(?:and |but |so )?(?:does|do|can|could|might|will|would|is|are|has|have|did|was|were)\s+"
    r"(?:(?:taking|doing|having|using|drinking|eating|trying)\s+)?(?P<thing>[a-z][\w'-]*(?:\s+[\w'-]+){0,2}?)\s+"
    r"(?:really |actually |ever |also |be )*(?:help|helped|helpful|work|worked|cure|treat|ease|eased|improve|improved|relieve|heal|benefit|"
    r"(?:do|does|done|make|made) (?:any |some )?(?:good|anything|something|difference|things? better|it better|it worse|any better)|"
    r"any (?:good|use|help)|of (?:any )?(?:use|help)|useful|good for|effective|been tried|used|tried|worth)\b",
    re.IGNORECASE,
)
# Whom or what the talk is about, or what is no remedy.
_NO_REMEDY = frozenset(
    """it he she they this that these those there i we you anyone anybody someone people patients
    patient doctors doctor my your his her their our the a an any some one two all both most
    many anything something nothing what who which not""".split()  # noqa: SIM905
)


def unheard_of(library: Library, question: str) -> str:
    """The remedy that a question asks about and no report names a word of; '' for any other."""
    found = _REMEDY.match(asked_part(question.partition(" (about: ")[0]).strip())
    thing = found["thing"] if found else ""
    words = [word.lower() for word in WORD.findall(thing)]
    if not words or _NO_REMEDY & {*words} or lexicon().find(thing, typos=True):
        return ""
    unsaid = [stem for stem in stems(thing) if not is_said(library.db, f'"{stem}"*')]
    return thing if unsaid else ""
