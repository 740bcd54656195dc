"""Values → JSON as the server sends it."""

from __future__ import annotations

import json
from typing import Any


def text_of(value: dict[str, Any]) -> str:
    """On one line, with its letters as they are."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
