"""Settings and environment → what the server allows."""

from __future__ import annotations

import os
from dataclasses import dataclass

from rag.config import Settings
from rag.errors import ConfigError

TOKEN = "CASEBOOK_SERVE_TOKEN"
"""The shared token; in the environment alone, so that no configuration file holds a secret."""
SHORTEST_TOKEN = 16
LOOPBACK = ("127.0.0.1", "localhost", "::1", "[::1]")
# A question has at most 20,000 characters, a conversation some of them.
MAX_JSON_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class Options:
    """What the server allows.

    token: '' lets everybody in who reaches the address. origins: web pages that browsers may let
    ask (CORS). hosts: names under which the server may be called; () for any. may_add: whether
    reports can be added. max_bytes: of a file that is sent. patience: seconds for a request's body
    and for its turn. log_questions: whether the log holds the words of questions.
    """

    token: str = ""
    origins: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    may_add: bool = False
    max_bytes: int = 20_000_000
    patience: float = 60.0
    log_questions: bool = False


def options_of(settings: Settings, host: str) -> Options:
    """The options that settings and environment ask for. Raises ConfigError."""
    token = os.environ.get(TOKEN, "")
    if token and len(token) < SHORTEST_TOKEN:
        raise ConfigError(f"{TOKEN} is shorter than {SHORTEST_TOKEN} characters; choose a longer")
    if token and not (token.isascii() and token.isprintable() and " " not in token):
        raise ConfigError(f"{TOKEN} has characters that no header takes; use letters and digits")
    may_add = _switched("serve_add", settings.serve_add)
    if may_add and not token:
        raise ConfigError(
            f"CASEBOOK_SERVE_ADD is on, but nobody is asked for a token; set {TOKEN}, or else "
            "any web page that this machine's browser shows could add reports"
        )
    return Options(
        token=token,
        origins=tuple(one.strip() for one in settings.serve_origins.split(",") if one.strip()),
        # A page of another name that resolves to this machine (DNS rebinding) must not read.
        hosts=LOOPBACK if host in LOOPBACK and not token else (),
        may_add=may_add,
        max_bytes=settings.serve_max_mb * 1_000_000,
        patience=float(settings.serve_patience),
        log_questions=_switched("serve_log_questions", settings.serve_log_questions),
    )


def _switched(name: str, value: str) -> bool:
    if value not in ("on", "off"):
        raise ConfigError(f"CASEBOOK_{name.upper()}: write 'on' or 'off', not {value!r}")
    return value == "on"
