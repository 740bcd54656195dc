"""rag.library.lock: who waits for the one writer is told for whom."""

from __future__ import annotations

import json
import logging
import os
import re
import socket
import subprocess
import sys

import pytest
from shelves import environment, stocked

from rag.errors import LibraryBusy
from rag.library import Library
from rag.library.lock import HOLDER

HOLD = """
import sys; from pathlib import Path; from rag.library import Library
with Library(Path(sys.argv[1])) as library, library.writer():
    print('held', flush=True); sys.stdin.read()
"""


@pytest.fixture
def held(tmp_path):
    """A library that another process is writing to, and that process."""
    stocked(tmp_path)
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, tmp_path],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment(),
    )  # fmt: skip
    with holder:
        assert holder.stdout.readline() == b"held\n"
        yield tmp_path, holder
        holder.stdin.close()


def test_who_must_wait_is_told_for_whom_and_then_gets_the_place(held, caplog):
    """Process, host and since when, before the wait; when the other is done, this one writes."""
    folder, holder = held

    def let_go(record: logging.LogRecord) -> bool:
        holder.stdin.close()  # only once the message is out
        return True

    logger = logging.getLogger("rag.library.lock")
    logger.addFilter(let_go)
    try:
        with caplog.at_level(logging.WARNING), Library(folder) as library, library.writer(60.0):
            assert json.loads((folder / HOLDER).read_text())["pid"] == os.getpid()
    finally:
        logger.removeFilter(let_go)
    said = re.search(r"\(process (\d+) on (\S+), since ([\d-]+ [\d:]+ UTC)\)", caplog.text)
    assert said is not None
    assert (int(said[1]), said[2]) == (holder.pid, socket.gethostname())
    assert "waiting up to 60 s" in caplog.text


def test_who_waited_in_vain_is_told_the_same(held):
    """The complaint names the holder, too."""
    folder, holder = held
    with Library(folder) as library, pytest.raises(LibraryBusy) as caught, library.writer(0.0):
        pass
    assert f"(process {holder.pid} on {socket.gethostname()}, since" in str(caught.value)
    assert "try again when it is done" in str(caught.value)


def test_the_second_add_ends_with_1_and_says_who_writes(held, monkeypatch):
    """One line for the wait, one for the end, no traceback; nothing is added."""
    folder, holder = held
    code = (
        "import sys; from fakes import WordEncoder; import rag.library.library as held\n"
        "import rag.cli.library as commands; from rag.cli.main import main\n"
        "commands.make_encoder = lambda settings: WordEncoder()\n"
        "held.lock.LOCK_SECONDS = 0.2\n"
        "held.Library.writer.__defaults__ = (0.2,)\n"
        "sys.argv = ['casebook', 'add', *sys.argv[1:]]; main()"
    )
    file = folder / "late.txt"
    file.write_text("A late report of a rash.", "utf-8")
    done = subprocess.run(
        [sys.executable, "-c", code, file, "--library", folder],
        capture_output=True, text=True, env=environment(), timeout=240,
    )  # fmt: skip
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    waiting, busy = [line for line in done.stderr.splitlines() if "writing to the library" in line]
    assert f"process {holder.pid} on" in waiting
    assert f"process {holder.pid} on" in busy
    assert waiting.startswith("casebook: another process")
    with Library(folder) as library:
        assert "late" not in library.report_ids()


def test_the_note_goes_with_the_lock_and_an_old_one_means_nothing(tmp_path):
    """A killed writer leaves its note behind; nobody is kept out or misled by it."""
    stocked(tmp_path)
    assert not (tmp_path / HOLDER).exists()
    (tmp_path / HOLDER).write_text('{"pid": 1, "host": "gone", "since": "ever"}')
    with Library(tmp_path) as library, library.writer(0.0):
        assert json.loads((tmp_path / HOLDER).read_text())["pid"] == os.getpid()
    assert not (tmp_path / HOLDER).exists()


@pytest.mark.parametrize(
    "note", ["", "no JSON", "[]", '{"pid": "x", "host": 1, "since": 2}', '{"pid": 1}']
)
def test_a_note_that_says_nothing_is_passed_over(held, note):
    """The complaint then does without a name."""
    folder, _ = held
    (folder / HOLDER).write_text(note)
    with Library(folder) as library, pytest.raises(LibraryBusy) as caught, library.writer(0.0):
        pass
    assert f"{folder}; try again" in str(caught.value)


def test_a_note_does_not_steer_the_terminal(held):
    """Whoever can write into the folder cannot hide lines of the message."""
    folder, _ = held
    (folder / HOLDER).write_text('{"pid": 7, "host": "a\\u001b[2J", "since": "b"}')
    with Library(folder) as library, pytest.raises(LibraryBusy) as caught, library.writer(0.0):
        pass
    assert str(caught.value).isprintable()
    assert "process 7" in str(caught.value)
