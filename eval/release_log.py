"""Each run over the release gold leaves a line: gold that was looked at often is worth less."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

log = logging.getLogger(__name__)


def path() -> Path:
    """The log, beside the release gold."""
    return Path(str(files("eval") / "gold" / "release" / "runs.jsonl"))


def note(why: str, system: str, conditions: Mapping[str, str | int]) -> None:
    """Add a line. Where Casebook is installed read-only, only a warning is given."""
    entry = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "why": why,
        "system": system,
        "code": conditions.get("code", ""),
        "gold": conditions.get("gold hash", ""),
    }
    try:
        with path().open("a", encoding="utf-8", newline="\n") as stream:
            stream.write(json.dumps(entry) + "\n")
    except OSError as error:
        log.warning("%s: this run over the release gold could not be logged (%s)", path(), error)
