"""`casebook ui`: what it passes on, where it listens, how it ends."""

from __future__ import annotations

import os
import signal
import socket
import sys
from pathlib import Path

import pytest
from places import ROOT
from serving import Serving, free_port

from rag.cli import listening
from rag.errors import CasebookError, ConfigError, LibraryMissing
from ui import cli

APP = ROOT / "ui" / "app.py"


def test_the_command_passes_every_shipped_setting_as_a_flag():
    """No config.toml of the user can turn telemetry or tracebacks on."""
    argv = cli.command("127.0.0.1", 8502)
    assert argv[:4] == [sys.executable, "-m", "streamlit", "run"]
    assert Path(argv[4]) == APP
    assert {
        "--browser.gatherUsageStats=false",
        "--client.showErrorDetails=none",
        "--client.toolbarMode=minimal",
        "--server.headless=true",
        "--server.maxUploadSize=20",
        "--server.address=127.0.0.1",
        "--server.port=8502",
        "--server.enableXsrfProtection=true",
        "--theme.light.primaryColor=#1f5f8b",
    } <= set(argv)


def test_the_library_travels_in_the_environment(tmp_path, monkeypatch):
    """The page finds the library of `--library` as an absolute path; without it, nothing is set."""
    monkeypatch.chdir(tmp_path)
    assert cli.environment(Path("mine"))["CASEBOOK_LIBRARY"] == str(tmp_path / "mine")
    assert "CASEBOOK_LIBRARY" not in cli.environment(None)
    assert cli.SHARED not in cli.environment(None)
    assert cli.environment(None, shared=True)[cli.SHARED] == "yes"


def test_a_missing_library_ends_the_command_before_the_server(tmp_path):
    """The user reads one line in the terminal, not an error in the browser."""
    with pytest.raises(LibraryMissing, match="There is no library in"):
        cli.ui(library=tmp_path / "none", port=8501, host="127.0.0.1", shared=False)


def test_a_taken_port_is_an_error_with_advice():
    """The line names the place and the option that mends it."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ConfigError, match=rf"127\.0\.0\.1:{port} \([\w ]+\).*--port"):
            listening.require_free("127.0.0.1", port)


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", "http://127.0.0.1:8501"),
        ("0.0.0.0", "http://127.0.0.1:8501"),
        ("::", "http://[::1]:8501"),
    ],
    ids=["loopback", "every interface", "every interface, IPv6"],
)
def test_the_printed_address_works_in_a_browser_of_this_machine(host, expected):
    """A wildcard is nothing to type into a browser."""
    assert listening.address(host, 8501) == expected


@pytest.mark.parametrize(
    "sent",
    [signal.SIGINT, signal.SIGTERM, signal.SIGHUP],
    ids=["Ctrl-C", "service stopped", "terminal closed"],
)
def test_a_signal_ends_the_page_and_its_server(small_library, sent):
    """Nothing is left listening, the exit status is 0, and two plain lines were all it said."""
    port = free_port()
    with Serving(small_library, port) as page:
        assert page.address == f"http://127.0.0.1:{port}"
        if sent == signal.SIGINT:
            os.killpg(page.process.pid, sent)  # a terminal tells the whole group
        else:
            page.process.send_signal(sent)  # a service manager tells only the command
        assert page.process.wait(timeout=60) == 0
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=5)
    assert page.said == [
        f"Casebook is at http://127.0.0.1:{port} (Ctrl-C ends it)\n",
        "Casebook has ended.\n",
    ]


def test_a_server_that_ends_by_itself_is_an_error():
    """A page that cannot start is no success; its exit status is named."""
    with pytest.raises(CasebookError, match="exit status 3"):
        cli.serve([sys.executable, "-c", "raise SystemExit(3)"], {}, "127.0.0.1", free_port())
