"""The open library of the process: one model, one file for answering and one for reading pages."""

from __future__ import annotations

import atexit
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import streamlit as st

from rag.cases.shelf import Shelf
from rag.chat import Casebook
from rag.cli.opening import build_default, folder_of, log_to_stderr, make_encoder, settings_for
from rag.config import Settings
from rag.editions import edition_name
from rag.library import Library
from rag.same_patient import SamePatient, same_patients
from rag.schema import EditorialNotice, Report
from rag.standing import Standing

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
            return self.once("listed", self._listed)

    def same_patients(self) -> list[SamePatient]:
        """Pairs of patients of two works who may be one person."""
        with self.reading() as library:
            return self.once("pairs", lambda: same_patients(library.reports(), library.all_works()))

    def _listed(self) -> list[Listed]:
        standing = self.standing.now()
        works = self.library.all_works()
        together: dict[str, int] = {}
        for work in works.values():
            together[work] = together.get(work, 0) + 1
        return [
            _row(report, together[works[report.id]], standing.get(report.id))
            for report in self.library.reports()
        ]

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


def _row(report: Report, editions: int, notice: EditorialNotice | None) -> Listed:
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
        notice,
    )


def library_named() -> str:
    """The folder that the visitor's server was started with; '' for the default one."""
    return os.environ.get("CASEBOOK_LIBRARY", "")


@st.cache_resource(show_spinner="Opening the library; the first time, this takes a minute …")
def opened(library: str) -> Opened:
    """The library named in CASEBOOK_LIBRARY ('': the default one), shared by all visitors.

    Raises CasebookError; then the next visit tries again.
    """
    log_to_stderr()
    settings = settings_for(None)
    folder, default = folder_of(settings)
    encoder = None
    if default:
        encoder = make_encoder(settings)
        build_default(folder, settings, encoder)
    casebook = Casebook(folder, settings, encoder=encoder)
    library = Library(folder)
    standing = Standing(library, settings.retractions)
    found = Opened(casebook, settings, folder, library, standing)
    # Keeps the library open as long as the server runs, and closes it in order then.
    atexit.register(found.close)
    return found
