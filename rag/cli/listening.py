"""What a command that listens makes sure of first: a library, a free place, who can reach it."""

from __future__ import annotations

import socket

from rag.cli.opening import folder_of, say
from rag.config import Settings
from rag.errors import ConfigError, ExtraMissing

LOOPBACK = ("127.0.0.1", "::1", "localhost")
"""Hosts that only this machine reaches."""
NEAR = {"0.0.0.0": "127.0.0.1", "::": "::1"}
"""What a program on this machine asks for when a server listens on every interface."""


def require_library(settings: Settings) -> None:
    """Raises LibraryError when a named library cannot be opened; the default one builds itself."""
    from rag.library import Library

    folder, default = folder_of(settings)
    if not default:
        Library(folder).close()


def require_free(host: str, port: int) -> None:
    """Raises ConfigError when nothing can listen there, before the library is opened."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        socket.create_server((host, port), family=family).close()
    except OSError as error:
        reason = str(error.strerror).partition(" (while")[0]  # create_server repeats the address
        raise ConfigError(
            f"Cannot listen on {host}:{port} ({reason}); choose another place with --port or --host"
        ) from error


def missing(what: str, extra: str, error: ImportError) -> ExtraMissing:
    """The error of a command whose packages are not installed, with the line that installs them."""
    return ExtraMissing(
        f"'{what}' needs a package that is not installed ({error.name}); install it with: "
        f"pip install 'casebook[{extra}]'"
    )


def warn_of_others(host: str, port: int) -> None:
    """Say so where others than this machine can ask."""
    if host not in LOOPBACK:
        say(f"casebook: whoever reaches {host}:{port} can ask and read this library")


def address(host: str, port: int) -> str:
    """What to type into a browser of this machine."""
    near = NEAR.get(host, host)
    return f"http://[{near}]:{port}" if ":" in near else f"http://{near}:{port}"
