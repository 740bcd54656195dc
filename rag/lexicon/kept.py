"""The lexicon's tables kept between processes: what reading its files and all wordings makes.

Four and a half thousand wordings become five thousand keys, the beginnings of these and the words
that are no misspelling: an eighth of a second, a tenth of a cold question. The first process keeps
them in the user's cache folder (`rag.config.cache_folder`) and the next ones read them in a tenth
of that. They are used only with the very files that they were made from and the very code that
made them (`made_from`): any other is as if nothing were kept, and is written over.
"""

from __future__ import annotations

import hashlib
import logging
import unicodedata
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from rag import plain_values
from rag.config import cache_folder
from rag.lexicon.concept import Concept
from rag.lexicon.matcher import Index, Reading
from rag.lexicon.typos import Typos

log = logging.getLogger(__name__)

Tables = tuple[tuple[Concept, ...], Index, Typos]


def place() -> Path | None:
    """The file of the tables, or None where nothing is to be kept."""
    folder = cache_folder()
    return folder / "lexicon" / plain_values.file_name("tables") if folder else None


def made_from(folder: Traversable) -> str:
    """A hash over every file that decides the tables: vocabulary and code."""
    digest = hashlib.sha256(unicodedata.unidata_version.encode())
    for file in sorted(folder.iterdir(), key=lambda file: file.name):
        if file.name.endswith((".yaml", ".txt", ".py")):
            data = file.read_bytes()
            digest.update(f"{file.name} {len(data)}\n".encode() + data)
    return digest.hexdigest()


def read(path: Path, source: str) -> Tables | None:
    """The tables that `path` holds, if they were made from `source` (`made_from`)."""
    kept: Any = plain_values.read(path)
    try:
        of, parts = kept
        if of != source:
            return None
        listed, readings, prefixes, known, targets = parts
        concepts = tuple(Concept(*one) for one in listed)
        index = Index(
            {key: Reading(concepts[at], *rest) for key, (at, *rest) in readings.items()}, prefixes
        )
        return concepts, index, Typos(known, {key: concepts[at] for key, at in targets.items()})
    except (TypeError, ValueError, IndexError, AttributeError):
        return None  # of another shape than it has now


def write(path: Path, source: str, tables: Tables) -> None:
    """Keep tables that were made from `source`; a disk that is full or closed is no error."""
    concepts, index, typos = tables
    number = {one.name: at for at, one in enumerate(concepts)}
    readings = {
        key: (number[one.concept.name], one.boundaries, one.only_as)
        for key, one in index.readings.items()
    }
    targets = {key: number[one.name] for key, one in typos.targets.items()}
    listed = tuple((o.name, o.kind, o.terms, o.broader, o.brands) for o in concepts)
    try:
        parts = (listed, readings, index.prefixes, typos.known, targets)
        plain_values.write(path, (source, parts))
    except (OSError, ValueError) as error:
        log.info("%s: the lexicon's tables are not kept (%s)", path, error)
