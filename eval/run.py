"""Gold files + a system → records: ask every question that the library can be asked, in order."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from eval.gold import GoldError, Item
from eval.measure import measure
from eval.records import Record

if TYPE_CHECKING:
    from eval.systems import System
    from rag.chat import Casebook

CODE = (".py", ".yaml", ".txt", ".json", ".safetensors")


def items_to_ask(
    gold: Mapping[str, Sequence[Item]], known: frozenset[str]
) -> tuple[list[tuple[str, Item]], dict[str, tuple[str, ...]]]:
    """(name of the gold file, item) of all that a library with the reports `known` can be asked.

    Also, by gold file, the ids of those that it cannot. Raises GoldError when nothing can be run.
    """
    can: list[tuple[str, Item]] = []
    left: dict[str, tuple[str, ...]] = {}
    for name, items in gold.items():
        asked = _can_be_asked(items, known)
        can += [(name, item) for item in asked]
        ids = {item.id for item in asked}
        left[name] = tuple(item.id for item in items if item.id not in ids)
    if not can:
        raise GoldError(
            "The library holds none of the reports that the gold questions are about; add them "
            "with --with FILE, name your own library with --library, or other gold with --gold"
        )
    return can, left


def ask_all(
    items: Sequence[tuple[str, Item]],
    system: System,
    *,
    done: Sequence[Record] = (),
    secret: frozenset[str] = frozenset(),
    keep: Callable[[Record], None] = lambda _: None,
) -> Iterator[Record]:
    """The record of every item, in order; those that are `done` are not asked again.

    `keep` is called with each new record as soon as it is known. `secret` are the gold
    files whose questions are left out of the records.
    """
    known = {record.id: record for record in done}
    for name, item in items:
        if item.id in known:
            yield known[item.id]
            continue
        filters = {"report": [item.context]} if item.context else {}
        started = time.perf_counter()
        answer = system.converse(item.asked, filters)
        elapsed = (time.perf_counter() - started) * 1000 / len(item.asked)
        record = measure(
            name, item, answer, system.texts, elapsed_ms=elapsed, secret=name in secret
        )
        keep(record)
        yield record


def _can_be_asked(items: Sequence[Item], known: frozenset[str]) -> list[Item]:
    """The items whose reports are known; none of a file that is about unknown reports only.

    Its unanswerable questions, too, only mean something where those reports are.
    """
    reports = {judgement.report for item in items for judgement in item.evidence}
    if reports and not reports & known:
        return []
    return [
        item
        for item in items
        if all(j.report in known for j in item.evidence)
        and (item.context is None or item.context in known)
    ]


def conditions(
    casebook: Casebook, system: str, gold: Mapping[str, Sequence[Item]]
) -> dict[str, str | int]:
    """What the figures depend on: system, gold, code and weights, model, search, library size."""
    from rag import __version__

    library = casebook.library
    generation = library.meta("generation", "0")
    return {
        "system": system,
        "gold": ", ".join(f"{name} ({len(items)})" for name, items in gold.items()),
        "gold hash": gold_hash(gold),
        "casebook": __version__,
        "code": code_hash(),
        "model": f"{casebook.encoder.name} {casebook.encoder.hash}",
        "search": "exact" if generation == "0" else f"dense generation {generation}",
        "reports": len(library.report_ids()),
        "passages": library.count_passages(),
    }


def gold_hash(gold: Mapping[str, Sequence[Item]]) -> str:
    """A short hash over all questions and labels: other gold, other figures."""
    return hashlib.sha256(repr(sorted(gold.items())).encode()).hexdigest()[:16]


def code_hash() -> str:
    """A short hash over all files of `rag`: its code, vocabulary and the reader's weights.

    Figures under the same version number are comparable only when this is the same, too.
    """
    import rag

    folder = Path(rag.__file__).parent
    hashed = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix in CODE:
            hashed.update(f"{path.relative_to(folder).as_posix()}\0".encode())
            hashed.update(path.read_bytes())
    return hashed.hexdigest()[:16]
