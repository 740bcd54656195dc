"""Logs as JSON, a line for each thing that happened; no words of questions unless asked for."""

from __future__ import annotations

import json
import logging
import sys
import time
from typing import Any


class JsonLines(logging.Formatter):
    """``{"time", "level", "logger", "message", …}``; a traceback is named by its place alone."""

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        line: dict[str, Any] = {
            "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created)),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info and record.exc_info[0]:
            line["error"] = record.exc_info[0].__name__
        line |= getattr(record, "fields", {})
        return json.dumps(line, ensure_ascii=False)


def log_as_json() -> None:
    """Send what `rag` and the server say to stderr as JSON lines."""
    logging.basicConfig(handlers=[_to_stderr()], level=logging.WARNING, force=True)
    for told in ("rag.serve", "uvicorn.error"):
        logging.getLogger(told).setLevel(logging.INFO)


def log_requests() -> None:
    """Send what `rag.serve` says to stderr as JSON lines; what else the process logs stays."""
    requests = logging.getLogger("rag.serve")
    requests.handlers = [_to_stderr()]
    requests.propagate = False
    requests.setLevel(logging.INFO)


def _to_stderr() -> logging.Handler:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    return handler
