"""The command line in this process, with the word encoder in place of the model."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable

import pytest
from fakes import WordEncoder

from rag.cli import fetch as fetch_command
from rag.cli import library as library_commands
from rag.cli import main as command_line
from rag.cli import opening

Typed = Callable[..., tuple[int, str, str]]
"""`casebook ARGUMENTS` → exit status, stdout and stderr; `stdin` are the bytes to read there."""


def typed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Typed:
    """Calls of `casebook` as `main` runs it; CASEBOOK_MODEL is the hash of the word encoder."""

    def encoder(*_: object, **__: object) -> WordEncoder:
        return WordEncoder(os.environ.get("CASEBOOK_MODEL") or "words-1")

    for module in (opening, library_commands, fetch_command):
        monkeypatch.setattr(module, "make_encoder", encoder)
    monkeypatch.setattr("rag.chat.SentenceEncoder", encoder)
    monkeypatch.setattr(command_line, "load_plugins", lambda: None)
    for module in (opening, command_line):  # pytest's own handlers stay
        monkeypatch.setattr(module, "log_to_stderr", lambda: None)

    def call(*arguments: object, stdin: bytes = b"") -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["casebook", *map(str, arguments)])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        with pytest.raises(SystemExit) as ended:
            command_line.main()
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err

    return call
