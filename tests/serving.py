"""A real `casebook ui` in a process of its own, for tests of the page and of its command."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path

from places import ROOT

PATIENCE = 300
"""Seconds until a server that does not start is given up; a busy machine takes long."""


def free_port() -> int:
    """A port of the loopback on which nothing listens just now."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


def _hear_signals() -> None:
    """Ctrl-C and a closed terminal count, also in tests that run in the background."""
    for sent in (signal.SIGINT, signal.SIGHUP):
        signal.signal(sent, signal.SIG_DFL)


class Serving:
    """Within the block, `casebook ui` runs over a library at `address`; `said` is its stderr.

    `home` is where the user's data are, `start` the folder that it is started in, `options` are
    further ones of the command, `env` more of its environment.
    """

    def __init__(
        self,
        library: Path,
        port: int,
        *options: str,
        home: Path | None = None,
        start: Path = ROOT,
        env: Mapping[str, str] | None = None,
    ) -> None:
        self.said: list[str] = []
        self.address = ""
        own = {"XDG_DATA_HOME": str(home)} if home else {}
        command = [sys.executable, "-m", "rag", "ui", "--library", str(library)]
        self.process = subprocess.Popen(
            [*command, "--port", str(port), *options],
            stderr=subprocess.PIPE,
            text=True,
            cwd=start,
            env={
                **os.environ,
                "HF_HUB_OFFLINE": "1",
                "PYTHONPATH": str(ROOT),
                **own,
                **(env or {}),
            },
            # A group of its own, as a terminal gives to each command ...
            start_new_session=True,
            preexec_fn=_hear_signals,
        )

    def __enter__(self) -> Serving:
        watchdog = threading.Timer(PATIENCE, self.process.kill)
        watchdog.start()
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.said.append(line)
            if found := re.search(r"http://[\w.]+:\d+", line):
                self.address = found.group()
                break
        watchdog.cancel()
        assert self.address, f"casebook ui did not start: {self.said}"
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.terminate()
        self.process.wait(timeout=60)
        self._listener.join(timeout=60)

    def _listen(self) -> None:
        """Keep reading: a full pipe would stop the server."""
        assert self.process.stderr is not None
        self.said.extend(self.process.stderr)
