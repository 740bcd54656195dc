"""What gold is asked of: the reports as they ship and, for gold about the case texts, these beside.

The case texts are raw prose about many drugs. Among the reports they would draw answers to
questions that have nothing to do with them, and a list of all reports would rightly name them; so
only the questions about them are asked where they are.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from eval.gold import GoldError, Item, shipped_texts
from eval.processes import Task, ask_in_processes
from eval.run import ask_all, conditions

if TYPE_CHECKING:
    from eval.records import Record
    from eval.systems import Kind
    from rag.chat import Casebook
    from rag.config import Settings
    from rag.embed import SentenceEncoder
    from rag.intake import Outcome


@dataclass(frozen=True, slots=True)
class Shelves:
    """The libraries of a run: `reports`, and one that holds the case texts beside them.

    Without `with_texts` everything is asked of `reports`, as of a user's own library. `settings`
    are those with which other processes can open the libraries as they stand here, None where they
    cannot.
    """

    reports: Casebook
    with_texts: Casebook | None = None
    settings: Settings | None = None

    def known(self) -> frozenset[str]:
        """The ids of all reports that can be asked about."""
        return frozenset((self.with_texts or self.reports).library.report_ids())

    def parts(self, names: Mapping[str, Sequence[Item]]) -> list[tuple[Casebook, frozenset[str]]]:
        """Each library with the names of the gold files that are asked of it."""
        about = frozenset(n for n, items in names.items() if self.with_texts and about_texts(items))
        found = [(self.reports, frozenset(names) - about)]
        return [*found, (self.with_texts, about)] if self.with_texts else found

    def conditions(self, system: str, gold: Mapping[str, Sequence[Item]]) -> dict[str, str | int]:
        """What the figures depend on; the reports are those of the first library."""
        under = conditions(self.reports, system, gold)
        if self.with_texts:
            under["case texts"] = len(self.known()) - len(self.reports.library.report_ids())
        return under

    def ask(
        self,
        gold: Mapping[str, Sequence[Item]],
        items: Sequence[tuple[str, Item]],
        kind: Kind,
        *,
        done: Sequence[Record] = (),
        secret: frozenset[str] = frozenset(),
        keep: Callable[[Record], None] = lambda _: None,
    ) -> Generator[Record, None, None]:
        """The record of every item, each asked of its own library; see `eval.run.ask_all`.

        Items about the case texts come last. A system is made once for each library.
        """
        for casebook, names in self.parts(gold):
            own = [(name, item) for name, item in items if name in names]
            if own:
                system = kind.make(casebook)
                yield from ask_all(own, system, done=done, secret=secret, keep=keep)

    def ask_at_once(
        self,
        gold: Mapping[str, Sequence[Item]],
        items: Sequence[tuple[str, Item]],
        system: str,
        processes: int,
        *,
        done: Sequence[Record] = (),
        secret: frozenset[str] = frozenset(),
        keep: Callable[[Record], None] = lambda _: None,
    ) -> Generator[Record, None, None]:
        """The records of `ask`, of the system of that name, by so many processes.

        Raises RunError for a process that cannot go on.
        """
        assert self.settings is not None, "other processes cannot open these libraries"
        tasks = [
            Task(casebook.library.folder, name, item, name in secret)
            for casebook, names in self.parts(gold)
            for name, item in items
            if name in names
        ]
        return ask_in_processes(tasks, system, self.settings, processes, done=done, keep=keep)


def about_texts(items: Sequence[Item]) -> bool:
    """Whether a gold file is about the case texts: one of its questions rests on one of them."""
    texts = {path.stem for path in shipped_texts().glob("*.txt")}
    named = {judgement.report for item in items for judgement in item.evidence}
    return bool(texts & (named | {item.context for item in items if item.context}))


@contextmanager
def temporary_shelves(
    paths: Sequence[Path],
    gold: Mapping[str, Sequence[Item]],
    settings: Settings,
    *,
    without: Sequence[str] = (),
    encoder: SentenceEncoder | None = None,
) -> Iterator[Shelves]:
    """Libraries of these files and folders, minus the reports `without`, gone afterwards.

    The second one is made only for gold about the case texts. None has a dense index: search is
    then exact, and two runs give the same figures. Raises GoldError for a file that cannot be
    taken in, ReportNotFound, ModelError.
    """
    from rag.chat import Casebook
    from rag.embed import SentenceEncoder

    # Another process makes its encoder from the settings; one that was handed over it cannot have.
    shared = settings if encoder is None else None
    encoder = encoder or SentenceEncoder.of(settings)
    with TemporaryDirectory(prefix="casebook-eval-") as folder:
        reports, beside = Path(folder) / "reports", Path(folder) / "with-texts"
        texts = [p for p in sorted(shipped_texts().glob("*.txt")) if p.stem not in without]
        gone = [name for name in without if not (shipped_texts() / f"{name}.txt").is_file()]
        fill(reports, paths, encoder, gone)
        if not (texts and any(about_texts(items) for items in gold.values())):
            with Casebook(reports, settings, encoder=encoder) as casebook:
                yield Shelves(casebook, settings=shared)
            return
        shutil.copytree(reports, beside)
        _add(beside, texts, encoder)
        with (
            Casebook(reports, settings, encoder=encoder) as casebook,
            Casebook(beside, settings, encoder=encoder) as more,
        ):
            yield Shelves(casebook, more, shared)


def fill(
    folder: Path, paths: Sequence[Path], encoder: SentenceEncoder, without: Sequence[str] = ()
) -> None:
    """Make a library of these files and folders. Raises GoldError, ReportNotFound."""
    from rag.index import index, remove
    from rag.library import Library

    with Library(folder, create=True) as library:
        _refuse_none(index(paths, library, encoder))
        for report_id in without:
            remove(report_id, library)


def _add(folder: Path, paths: Sequence[Path], encoder: SentenceEncoder) -> None:
    from rag.index import add
    from rag.library import Library

    with Library(folder) as library:
        _refuse_none(add(paths, library, encoder))


def _refuse_none(outcomes: Iterator[Outcome]) -> None:
    """A file that is left out would quietly change what is measured."""
    refused = [o for o in outcomes if o.status == "refused"]
    if refused:
        raise GoldError("; ".join(f"{o.path}: {o.message}" for o in refused))
