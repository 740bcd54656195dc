"""A clock that jumps by years, forwards and back: nothing waits for ever, is lost, or stays."""

from __future__ import annotations

import itertools
import threading
import time

import httpx
import pytest
from fakes import WordEncoder
from shelves import stocked
from test_ui_conversations import exchange

from rag.config import Settings
from rag.errors import LibraryBusy
from rag.fetch.request import _asked_pause
from rag.library import Library
from ui.conversations import DAY, Conversations

YEARS = 10 * 365 * DAY


@pytest.fixture
def jumping(monkeypatch):
    """Each look at the wall clock is ten years before or after the one before."""
    real, away = time.time, itertools.cycle((0, YEARS, -YEARS))
    monkeypatch.setattr(time, "time", lambda: real() + next(away))


def test_a_writer_waits_as_long_as_it_was_told(tmp_path, jumping):
    """Neither not at all, nor for ever: the lock is taken when the other lets go, else refused."""
    folder = stocked(tmp_path)
    with Library(folder) as first, Library(folder) as second:
        with first.writer():
            began = time.monotonic()
            with pytest.raises(LibraryBusy), second.writer(wait=0.2):
                raise AssertionError("two writers")
            assert time.monotonic() - began >= 0.2
            waiting = threading.Event()
            taken: list[bool] = []

            def wait() -> None:
                waiting.set()
                with second.writer(wait=60.0):
                    taken.append(True)

            other = threading.Thread(target=wait)
            other.start()
            waiting.wait()
        other.join(60.0)
        assert taken == [True]


def test_answers_do_not_know_the_time(tmp_path, jumping):
    """What was stored under one date is found under another, by processes and by threads."""
    from rag.chat import Casebook

    folder = stocked(tmp_path)
    with Casebook(folder, Settings(reader="none"), encoder=WordEncoder()) as casebook:
        first = casebook.find("healed", k=3)
        assert first
        assert casebook.find("healed", k=3) == first


def test_a_conversation_from_the_future_begins_to_age_today(tmp_path, monkeypatch):
    """It was kept while the clock was ten years ahead; a week after that was noticed it goes."""
    kept = Conversations("", tmp_path / "kept.sqlite3")
    now = time.time()
    with monkeypatch.context() as patch:
        patch.setattr(time, "time", lambda: now + YEARS)
        kept.add("ahead", 1, exchange())
    kept.add("now", 1, exchange())
    assert [one.id for one in kept.listed()] == ["ahead", "now"]
    assert kept.keep_days(7, now + 6 * DAY) == 0
    assert {one.id for one in kept.listed()} == {"ahead", "now"}
    assert kept.keep_days(7, now + 8 * DAY) == 1
    assert [one.id for one in kept.listed()] == ["ahead"]
    assert kept.keep_days(7, now + 14 * DAY) == 1
    assert kept.listed() == []


@pytest.mark.parametrize("away", [0, YEARS, -YEARS])
def test_a_pause_until_a_date_is_counted_by_the_service_s_clock(away, monkeypatch):
    """Where it says its own time; ours may be wrong by years."""
    real = time.time()
    monkeypatch.setattr(time, "time", lambda: real + away)
    headers = {
        "Retry-After": "Sun, 22 Nov 2026 10:00:30 GMT",
        "Date": "Sun, 22 Nov 2026 10:00:00 GMT",
    }
    assert _asked_pause(httpx.Response(429, headers=headers)) == 30.0
