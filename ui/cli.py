"""`casebook ui`: options → the page, served by Streamlit in a process of its own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import typer

from rag.cli.listening import NEAR, address, require_free, require_library, warn_of_others
from rag.cli.opening import LIBRARY_HELP, say, settings_for
from rag.errors import CasebookError

HERE = Path(__file__).parent
SHARED = "CASEBOOK_UI_SHARED"  # as in ui.visitor, which is too heavy for the command line


def ui(
    library: Path = typer.Option(None, "--library", help=LIBRARY_HELP),
    port: int = typer.Option(8501, "--port", min=1, max=65535, help="Port to listen on."),
    host: str = typer.Option(
        "127.0.0.1",
        "--host",
        help="Address to listen on; any but the default lets others on the network ask and read.",
    ),
    shared: bool = typer.Option(
        False, "--shared", help="Several people use this server: store no conversations."
    ),
    api: bool = typer.Option(
        False, "--api", help="Answer other programs, too, under /api (docs/api.md)."
    ),
) -> None:
    """Casebook in the browser: ask, read the proof, explore the cases. Ctrl-C ends it.

    On this machine's own address it has one user, whose conversations are stored; with --shared,
    behind a proxy or on another address it has many, whose conversations are not. A password
    (CASEBOOK_UI_PASSWORD) or a login: docs/deploy.md.

    Example: casebook ui --port 8502
    """
    settings = settings_for(library)
    require_library(settings)
    if api:
        from ui.api import require_api

        require_api(settings, host)
    require_free(host, port)
    warn_of_others(host, port)
    serve(command(host, port, api=api), environment(library, shared=shared), host, port)


def command(host: str, port: int, *, api: bool = False) -> list[str]:
    """The command line of the server: the page's config.toml as flags, which nothing overrides."""
    shipped = tomllib.loads((HERE / ".streamlit" / "config.toml").read_text("utf-8"))
    shipped["server"] |= {"address": host, "port": port}
    started = "with_api.py" if api else "app.py"
    return [sys.executable, "-m", "streamlit", "run", str(HERE / started), *_flags(shipped)]


def environment(library: Path | None, *, shared: bool = False) -> dict[str, str]:
    """Our environment, with what was chosen in it for the page to find."""
    chosen = {"CASEBOOK_LIBRARY": str(library.expanduser().absolute())} if library else {}
    chosen |= {SHARED: "yes"} if shared else {}
    return {**os.environ, **chosen}


def serve(argv: list[str], env: dict[str, str], host: str, port: int) -> None:
    """Run the server until Ctrl-C or another end signal. Raises CasebookError when it ends itself.

    The server has a process group of its own: a terminal's Ctrl-C reaches us alone, and Streamlit,
    which would answer an early one with a traceback, is always ended by the same quiet signal.
    """
    with _ending_signals(), _in_own_group(argv, env) as server:
        try:
            if _listens(server, host, port):
                say(f"Casebook is at {address(host, port)} (Ctrl-C ends it)")
            status = server.wait()
            raise CasebookError(f"The page's server ended by itself (exit status {status})")
        except KeyboardInterrupt:
            _stop(server)
            say("Casebook has ended.")
        finally:
            _stop(server)


def _flags(values: dict[str, Any], within: str = "") -> Iterator[str]:
    """Nested settings as ``--section.key=value``."""
    for key, value in values.items():
        if isinstance(value, dict):
            yield from _flags(value, f"{within}{key}.")
        else:
            # TOML's true and false are lower case, Python's are not.
            shown = str(value).lower() if isinstance(value, bool) else value
            yield f"--{within}{key}={shown}"


@contextmanager
def _ending_signals() -> Iterator[None]:
    """Within the block, a stopped service and a closed terminal end us as Ctrl-C does."""
    names = [name for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before = {name: signal.getsignal(getattr(signal, name)) for name in names}
    for name, handler in before.items():
        if handler is not signal.SIG_IGN:  # as under nohup, which means it
            signal.signal(getattr(signal, name), signal.default_int_handler)
    try:
        yield
    finally:
        for name, handler in before.items():
            signal.signal(getattr(signal, name), handler)


def _in_own_group(argv: list[str], env: dict[str, str]) -> subprocess.Popen[bytes]:
    null = subprocess.DEVNULL
    if sys.platform == "win32":
        group = subprocess.CREATE_NEW_PROCESS_GROUP
        return subprocess.Popen(argv, env=env, stdin=null, stdout=null, creationflags=group)
    return subprocess.Popen(argv, env=env, stdin=null, stdout=null, process_group=0)


def _listens(server: subprocess.Popen[bytes], host: str, port: int) -> bool:
    """Wait until the server accepts connections; False when it ended before."""
    while server.poll() is None:
        try:
            socket.create_connection((NEAR.get(host, host), port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return True
    return False


def _stop(server: subprocess.Popen[bytes]) -> None:
    """End the server, kindly at first."""
    if server.poll() is not None:
        return
    server.terminate()
    try:
        server.wait(timeout=10)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
