"""The questions of a run, asked in several processes: as many answers at once as there are cores.

One question hardly keeps a second core busy: what its networks do at once is small, and the rest is
Python. So each process opens the libraries for itself, computes with one thread, and takes the next
question as soon as it has answered one. Which process answers a question makes no difference: an
answer depends neither on the questions before it nor on the number of threads. Records come in the
order of the questions; only their times differ, as they do from run to run.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from functools import cached_property
from multiprocessing import get_context, parent_process
from pathlib import Path
from typing import TYPE_CHECKING

from eval.records import Record, RunError
from eval.run import ask_all
from eval.systems import System, named
from rag.errors import CasebookError

if TYPE_CHECKING:
    from eval.gold import Item
    from rag.config import Settings
    from rag.embed import SentenceEncoder

WORTH_ONE = 100
"""Questions that make a further process worth while: opening one takes as long as some ten, and
each holds the model and the libraries for itself."""


@dataclass(frozen=True, slots=True)
class Task:
    """One question: the folder of its library, its gold file, and whether its words are secret."""

    library: Path
    gold: str
    item: Item
    secret: bool


def ask_in_processes(
    tasks: Sequence[Task],
    system: str,
    settings: Settings,
    count: int,
    *,
    done: Sequence[Record] = (),
    keep: Callable[[Record], None] = lambda _: None,
) -> Generator[Record, None, None]:
    """The record of every task, in order, from `count` processes; `done` ones are not asked again.

    `system` is a name of `casebook eval systems`. `keep` is called in this process, with each new
    record in its turn. Closing the iterator ends the processes. Raises RunError for what a process
    cannot do, or when one dies.
    """
    known = {record.id: record for record in done}
    with ProcessPoolExecutor(
        count,
        mp_context=get_context("spawn"),  # a fork would share the threads' locks
        initializer=_begin,
        initargs=(system, replace(settings, threads=1)),
    ) as pool:
        waiting: list[Record | Future[Record]] = [
            known.get(task.item.id) or pool.submit(_ask, task) for task in tasks
        ]
        try:
            for one in waiting:
                if isinstance(one, Record):
                    yield one
                else:
                    record = one.result()
                    keep(record)
                    yield record
        except BrokenProcessPool:
            raise RunError(
                "A process that asked questions was ended from outside (too little memory?); run "
                "again with --processes 1; with --out, what was asked so far is kept"
            ) from None
        finally:
            # What was not asked yet is not wanted any more: stopped, or an error.
            pool.shutdown(wait=True, cancel_futures=True)


def worth_while(questions: int, threads: int) -> int:
    """How many processes to ask so many questions in, on so many cores."""
    return max(1, min(threads, 1 + questions // WORTH_ONE))


@dataclass
class _Worker:
    """What one process holds open: the encoder, and each library as it is first asked of."""

    system: str
    settings: Settings
    opened: dict[Path, System] = field(default_factory=dict)
    stack: ExitStack = field(default_factory=ExitStack)

    @cached_property
    def encoder(self) -> SentenceEncoder:
        """The model; the libraries share it."""
        from rag.embed import SentenceEncoder

        return SentenceEncoder.of(self.settings)

    def system_over(self, library: Path) -> System:
        """The system, asking the library in that folder."""
        from rag.chat import Casebook

        if library not in self.opened:
            casebook = Casebook(library, self.settings, encoder=self.encoder)
            self.stack.enter_context(casebook)
            self.opened[library] = named(self.system).make(casebook)
        return self.opened[library]


_worker: _Worker | None = None


def _begin(system: str, settings: Settings) -> None:
    """Make this process ready. It ends with the one that began it, and leaves Ctrl-C to that."""
    global _worker
    os.environ["OMP_NUM_THREADS"] = "1"  # what the settings do not say to every network
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _worker = _Worker(system, settings)


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()  # a killed parent leaves no message behind
        os._exit(1)


def _ask(task: Task) -> Record:
    """One record. Raises RunError: other errors may not survive the way to the parent."""
    assert _worker is not None
    try:
        system = _worker.system_over(task.library)
        secret = frozenset({task.gold} if task.secret else ())
        (record,) = ask_all([(task.gold, task.item)], system, secret=secret)
    except CasebookError as error:
        raise RunError(str(error)) from None
    return record
