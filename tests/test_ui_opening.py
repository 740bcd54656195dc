"""The first visit: what is seen while the library is opened or built, and when that fails."""

from __future__ import annotations

import threading

import pytest
from visiting import PATIENCE, opened_page

from rag import shipped
from rag.config import Settings
from rag.errors import LibraryBusy

pytest.importorskip("streamlit")


@pytest.fixture
def gate(monkeypatch, opened):
    """The library opens when the test says so; `gate.tell` is how its maker counts reports."""
    from ui import opened as module

    class Gate:
        def __init__(self) -> None:
            self.ready = threading.Event()
            self.reached = threading.Event()
            self.fails: Exception | None = None
            self.times = 0

        def open(self, library, count):
            self.times += 1
            count(37, 120)
            self.reached.set()
            assert self.ready.wait(PATIENCE)
            if self.fails:
                raise self.fails
            return opened

    made = Gate()
    monkeypatch.setattr(module, "_opened", made.open)
    monkeypatch.setenv("CASEBOOK_LIBRARY", "of this test")
    module.opening.clear()
    yield made
    made.ready.set()
    module.opening.clear()


def test_who_waits_for_the_library_sees_how_far_it_is(gate, monkeypatch):
    """So many of so many reports, once the first is read."""
    import streamlit as st

    told: list[str] = []

    class Bar:
        def progress(self, value: float, text: str) -> None:
            told.append(f"{value:.3f} {text}")
            gate.ready.set()

        def empty(self) -> None:
            told.append("gone")

    monkeypatch.setattr(st, "empty", Bar)
    from ui.page import _opened

    gate.open_thread = threading.Thread(target=lambda: None)
    assert _opened("of this test") is not None
    assert told[0].startswith("0.308 37 of 120 reports are read")
    assert told[-1] == "gone"


def test_the_library_is_opened_once_for_all_visitors(gate):
    """The second one waits for the same."""
    from ui.opened import opening

    first = opening("of this test")
    assert first.wait(0) is None
    assert opening("of this test") is first
    gate.ready.set()
    assert first.wait(PATIENCE) is not None
    assert gate.times == 1


def test_a_library_that_was_in_use_is_tried_again_at_the_next_visit(gate):
    """The failure is told once, and is not what everybody sees from then on."""
    gate.fails = LibraryBusy("another program is writing")
    gate.ready.set()
    page = opened_page("ask")
    assert page.title[0].value == "The library is in use"
    gate.fails = None
    page.button[0].click().run()
    assert page.title[0].value == "What do the reports say?"


def test_building_the_default_library_counts_its_reports(tmp_path, encoder):
    """From none to all, whatever becomes of each; what stands is not built again."""
    reports = tmp_path / "reports"
    reports.mkdir()
    for number in (1, 2):
        (reports / f"{number}.txt").write_text(f"A woman of {50 + number} had a rash. It healed.")
    (reports / "3.txt").write_text("")
    seen: list[tuple[int, int]] = []

    def build() -> None:
        shipped.build_default(
            tmp_path / "library",
            Settings(),
            encoder,
            reports,
            lambda line: None,
            lambda done, total: seen.append((done, total)),
        )

    build()
    assert seen == [(0, 3), (1, 3), (2, 3), (3, 3)]
    build()
    assert len(seen) == 4
