"""The open library of the process: one model, one file for answering and one for reading pages."""

from __future__ import annotations

import atexit
import gc
import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, wait
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import streamlit as st

from rag.casebook import Casebook
from rag.cases.shelf import Shelf
from rag.cli.opening import build_default, folder_of, log_to_stderr, make_encoder, settings_for
from rag.config import Settings
from rag.library import Library
from rag.schema import EditorialNotice, Report
from rag.shipped import Count
from rag.works.editions import edition_name
from rag.works.same_patient import SamePatient, same_patients
from rag.works.standing import Standing

if TYPE_CHECKING:
    from ui.engines import Engine

Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class Listed:
    """A report as lists show it."""

    id: str
    title: str
    year: int | None
    journal: str
    authors: str
    article_type: str
    basis: str
    kind: str
    patients: int
    editions: int
    edition: str
    notice: EditorialNotice | None


@dataclass(slots=True)
class Opened:
    """What all visitors share.

    `writing` is held by whoever adds or removes a report; `encoding` by whoever uses the model,
    whose tokenizer is not made for two threads.
    """

    casebook: Casebook
    settings: Settings
    folder: Path
    library: Library
    standing: Standing
    writing: threading.Lock = field(default_factory=threading.Lock)
    encoding: threading.Lock = field(default_factory=threading.Lock)
    _reading: threading.RLock = field(default_factory=threading.RLock)
    _engine: Engine | None = None
    _kept: dict[str, tuple[int, object]] = field(default_factory=dict)

    @contextmanager
    def reading(self) -> Iterator[Library]:
        """The library for a page's own reading: one thread at a time, one state throughout."""
        with self._reading, self.library.snapshot():
            yield self.library

    def shelf(self) -> Shelf:
        """The patients' records; use it within `reading()`."""
        return self.once("shelf", lambda: Shelf.of(self.library))

    def engine(self) -> Engine:
        """What answers; opened at the first question. Raises CasebookError."""
        from ui.engines import engine_of

        if self._engine is None:
            self._engine = engine_of(self.settings)
        return self._engine

    def listed(self) -> list[Listed]:
        """All reports, sorted by id."""
        with self.reading():
            rows = self.once("listed", self._listed)
            # The list of retractions may change while the library does not.
            standing = self.standing.now()
        if not standing:
            return rows
        return [replace(row, notice=standing.get(row.id)) for row in rows]

    def same_patients(self) -> list[SamePatient]:
        """Pairs of patients of two works who may be one person."""
        with self.reading() as library:
            return self.once("pairs", lambda: same_patients(library.reports(), library.all_works()))

    def _listed(self) -> list[Listed]:
        works = self.library.all_works()
        together: dict[str, int] = {}
        for work in works.values():
            together[work] = together.get(work, 0) + 1
        return [_row(report, together[works[report.id]]) for report in self.library.reports()]

    def once(self, name: str, make: Callable[[], Made]) -> Made:
        """What is made of this revision of the library, made once; use it within `reading()`."""
        revision = self.library.revision
        if name not in self._kept or self._kept[name][0] != revision:
            self._kept[name] = revision, make()
        return self._kept[name][1]  # type: ignore[return-value]

    def close(self) -> None:
        """Let go of both files."""
        self.library.close()
        self.casebook.close()


def _row(report: Report, editions: int) -> Listed:
    return Listed(
        report.id,
        report.title,
        report.year,
        report.journal or "",
        ", ".join(report.authors),
        report.article_type,
        report.basis,
        report.source_kind,
        report.patients,
        editions,
        edition_name(report),
        None,
    )


def library_named() -> str:
    """The folder that the visitor's server was started with; '' for the default one."""
    return os.environ.get("CASEBOOK_LIBRARY", "")


class Opening:
    """A library that is being opened in a thread of its own; at first use it is built.

    `done` of `total` reports are read meanwhile; 0 of 0 while nothing is built.
    """

    def __init__(self, library: str) -> None:
        self.done = self.total = 0
        self._found: Future[Opened] = Future()
        threading.Thread(target=self._open, args=(library,), daemon=True).start()

    def wait(self, seconds: float | None = None) -> Opened | None:
        """The open library; None when so many seconds were not enough. Raises CasebookError."""
        wait([self._found], seconds)
        return self._found.result() if self._found.done() else None

    def _open(self, library: str) -> None:
        try:
            self._found.set_result(_opened(library, self._count))
        except Exception as error:  # raised by `wait`, in the thread of a page
            self._found.set_exception(error)

    def _count(self, done: int, total: int) -> None:
        self.done, self.total = done, total


@st.cache_resource(show_spinner=False)
def opening(library: str) -> Opening:
    """The library named in CASEBOOK_LIBRARY ('': the default one), shared by all visitors."""
    return Opening(library)


def opened(library: str) -> Opened:
    """The same library once it is open, however long that takes. Raises CasebookError.

    One that could not be opened is tried anew by whoever comes next.
    """
    going = opening(library)
    try:
        found = going.wait()
    except Exception:
        forget(library, going)
        raise
    assert found is not None  # without a limit there is nothing but to wait
    return found


def forget(library: str, failed: Opening) -> None:
    """Let the next visitor try again, unless somebody does already."""
    if opening(library) is failed:
        opening.clear(library)


def _opened(library: str, count: Count) -> Opened:
    """The library, built first where it is the default one and not there. Raises CasebookError."""
    log_to_stderr()
    settings = settings_for(None)
    folder, default = folder_of(settings)
    encoder = None
    if default:
        encoder = make_encoder(settings)
        build_default(folder, settings, encoder, count)
    casebook = Casebook(folder, settings, encoder=encoder)
    library = Library(folder)
    standing = Standing(library, settings.retractions)
    found = Opened(casebook, settings, folder, library, standing)
    # Keeps the library open as long as the server runs, and closes it in order then.
    _open.callback(found.close)
    # Streamlit collects garbage after every run of a page, in which the page's thread holds the
    # interpreter: 90 ms of looking at a model's objects, which stay (2026-11-22, 136,000 objects).
    gc.collect()
    gc.freeze()
    return found


_open = ExitStack()
atexit.register(_open.close)


def close_all() -> None:
    """Let go of every library that is open. The process ends here."""
    _open.close()
