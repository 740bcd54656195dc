"""Gold files + a library → records: ask every question that the library can be asked, in order."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from eval.gold import GoldError, Item
from eval.measure import DEPTH, Record, measure

if TYPE_CHECKING:
    from rag.chat import Casebook
    from rag.config import Settings
    from rag.embed import SentenceEncoder

PROGRESS_STEP = 20
"""Questions between two lines of progress: a question costs a second or so."""

CODE = (".py", ".yaml", ".txt", ".json")


@dataclass(frozen=True, slots=True)
class Run:
    """The records of one gold file, and the ids of its items whose reports the library lacks."""

    records: tuple[Record, ...]
    not_run: tuple[str, ...]


def run(
    gold: Mapping[str, Sequence[Item]],
    casebook: Casebook,
    *,
    say: Callable[[str], None] = lambda _: None,
) -> dict[str, Run]:
    """Name of the gold file → what it came to; `say` gets lines of progress.

    Raises GoldError when nothing can be run.
    """
    runs: dict[str, Run] = {}
    for name, items in gold.items():
        can = _can_be_asked(items, frozenset(casebook.library.report_ids()))
        records: list[Record] = []
        for number, item in enumerate(can):
            if number % PROGRESS_STEP == 0:
                say(f"{name}: {number} of {len(can)} questions asked …")
            answer = casebook.converse(item.asked, k=DEPTH)
            records.append(measure(item, answer, casebook.library))
        asked = {item.id for item in can}
        left = tuple(item.id for item in items if item.id not in asked)
        runs[name] = Run(tuple(records), left)
    if not any(run.records for run in runs.values()):
        raise GoldError(
            "The library holds none of the reports that the gold questions are about; add them "
            "with --with FILE, or name other gold files with --gold"
        )
    return runs


def _can_be_asked(items: Sequence[Item], known: frozenset[str]) -> list[Item]:
    """The items whose reports are known; none of a file that is about unknown reports only.

    Its unanswerable questions, too, only mean something where those reports are.
    """
    reports = {judgement.report for item in items for judgement in item.evidence}
    if reports and not reports & known:
        return []
    return [item for item in items if all(j.report in known for j in item.evidence)]


@contextmanager
def temporary_casebook(
    paths: Sequence[Path],
    settings: Settings,
    *,
    without: Sequence[str] = (),
    encoder: SentenceEncoder | None = None,
) -> Iterator[Casebook]:
    """A Casebook over these files and folders, minus the reports `without`, gone afterwards.

    It has no dense index: search is then exact, and two runs give the same figures. Raises
    GoldError for a file that cannot be taken in, ReportNotFound, ModelError.
    """
    from rag.chat import Casebook
    from rag.embed import SentenceEncoder
    from rag.index import index, remove
    from rag.library import Library

    encoder = encoder or SentenceEncoder(settings.model, threads=settings.threads)
    with TemporaryDirectory(prefix="casebook-eval-") as folder:
        with Library(folder, create=True) as library:
            refused = [o for o in index(paths, library, encoder) if o.status == "refused"]
            if refused:
                raise GoldError("; ".join(f"{o.path}: {o.message}" for o in refused))
            for report_id in without:
                remove(report_id, library)
        with Casebook(Path(folder), settings, encoder=encoder) as casebook:
            yield casebook


def conditions(casebook: Casebook) -> dict[str, str | int]:
    """What the figures depend on: code and weights, model, search, and the size of the library."""
    from rag import __version__
    from rag.answer import ENGINE

    library = casebook.library
    generation = library.meta("generation", "0")
    return {
        "casebook": __version__,
        "code": code_hash(),
        "engine": ENGINE,
        "model": f"{casebook.encoder.name} {casebook.encoder.hash}",
        "search": "exact" if generation == "0" else f"dense generation {generation}",
        "reports": len(library.report_ids()),
        "passages": library.count_passages(),
    }


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
