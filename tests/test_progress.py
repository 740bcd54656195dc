"""rag.cli.progress: what is told while files are taken in, and what Ctrl-C leaves."""

from __future__ import annotations

import io
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from shelves import environment

from rag.cli.progress import follow
from rag.intake import Outcome
from rag.library import Library

OUTCOMES = [
    Outcome(Path("a.txt"), "added", "a", 3),
    Outcome(Path("b.txt"), "replaced", "b", 3),
    Outcome(Path("c.pdf"), "refused", "", message="no\nreport"),
    Outcome(Path("d.txt"), "unchanged", "d"),
]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_each_file_is_a_line_and_the_end_a_sum(capsys):
    """Without a terminal nothing but lines; a refusal makes the whole a failure."""
    assert follow(OUTCOMES, 4) is True
    assert capsys.readouterr().err.splitlines() == [
        "added a (a.txt)",
        "replaced b (b.txt)",
        "refused c.pdf: no report",
        "unchanged d (d.txt)",
        "1 added, 1 refused, 1 replaced, 1 unchanged",
    ]
    assert follow(OUTCOMES[:2], 2) is False


def test_no_file_at_all_is_a_failure(capsys):
    """A folder of pictures, say."""
    assert follow([], 0) is True
    assert "no file with a known suffix" in capsys.readouterr().err


def test_a_terminal_gets_a_bar_with_rate_and_remaining_time(monkeypatch):
    """The lines stay above it."""
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "100")
    follow(OUTCOMES, 9)
    shown = terminal.getvalue()
    assert "added a (a.txt)" in shown
    assert "4/9" in shown
    assert re.search(r"\d\.\d files/s", shown)
    assert re.search(r"\d:\d\d:\d\d.*left", shown)


def test_names_and_complaints_do_not_steer_the_terminal(capsys):
    """Neither a file's name nor what stands in it writes control characters."""
    name, said = "evil\x1b[2J\u202etxt.fdp", "front matter: \x1b]0;owned\x07"
    follow([Outcome(Path(name), "refused", "", message=said)], 1)
    (line,) = capsys.readouterr().err.splitlines()
    assert line.isprintable()
    assert line.startswith("refused evil")


@pytest.mark.parametrize(
    ("at_once", "said"),
    [
        (False, "stopped after 4 of 9 files: what was stored (2) is kept"),
        (True, "nothing was changed"),
    ],
)
def test_ctrl_c_says_what_is_kept(capsys, at_once, said):
    """And ends with 130."""

    def interrupted():
        yield from OUTCOMES
        raise KeyboardInterrupt

    with pytest.raises(typer.Exit) as caught:
        follow(interrupted(), 9, at_once=at_once)
    assert caught.value.exit_code == 130
    assert said in capsys.readouterr().err


COMMAND = """
import sys; from fakes import WordEncoder
import rag.cli.library as commands, rag.intake
from rag.cli.main import main
commands.make_encoder = lambda settings: WordEncoder()
rag.intake.GROUP_CHARACTERS = 1  # each report is committed by itself
real = rag.intake.parse_safely
def slow(data, path, limits):
    if path.name == 'report-3.txt':
        print('reading the fourth', file=sys.stderr, flush=True)
        import threading; threading.Event().wait(120)
    return real(data, path, limits)
rag.intake.parse_safely = slow
sys.argv = ['casebook', *sys.argv[1:]]; main()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGINT for one process alone")
def test_ctrl_c_keeps_the_reports_that_were_told(tmp_path):
    """A real signal in the middle of `casebook add`: 130, no traceback, a sound library."""
    for number in range(6):
        (tmp_path / f"report-{number}.txt").write_text(f"Report {number} of a rash.", "utf-8")
    library = tmp_path / "library"
    command = [sys.executable, "-c", COMMAND, "add", tmp_path, "--library", library]
    # Shells of CI start jobs with SIGINT ignored, which Python would inherit.
    with subprocess.Popen(
        command, stderr=subprocess.PIPE, text=True, env=environment(),
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    ) as process:  # fmt: skip
        lines = []
        for line in process.stderr:
            lines.append(line.strip())
            if line.startswith("reading the fourth"):
                process.send_signal(signal.SIGINT)
    assert process.returncode == 130, lines
    assert not [line for line in lines if "Traceback" in line]
    assert lines[-1].startswith("stopped after 3 of 6 files: what was stored (3) is kept")
    with Library(library) as opened:
        assert opened.report_ids() == ["report-0", "report-1", "report-2"]
        assert opened.check() == []
