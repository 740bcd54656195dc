"""Rows → a Markdown table, and the words that say on what machine it was measured."""

from __future__ import annotations

import os
import platform
import re
import time
from collections.abc import Sequence
from pathlib import Path


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table: the first column to the left, figures to the right."""
    lines = [_line(head), "|---|" + "---:|" * (len(head) - 1)]
    return "\n".join([*lines, *(_line(row) for row in rows)])


def figure(value: float, digits: int = 3) -> str:
    """A share without its leading zero, as in '.985'; 1 stays '1.000'."""
    return re.sub(r"^(-?)0\.", r"\1.", f"{value:.{digits}f}")


def signed(value: float) -> str:
    """A difference, always with its sign."""
    return ("+" if value >= 0 else "") + figure(value)


def machine() -> str:
    """Date, processor, cores and load: timings mean nothing without."""
    info = Path("/proc/cpuinfo")
    match = re.search(r"model name\s*:\s*(.+)", info.read_text()) if info.is_file() else None
    name = match[1] if match else platform.processor() or platform.machine()
    load = f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "?"
    return (
        f"{time.strftime('%Y-%m-%d')}, {name}, {os.cpu_count()} cores, load {load}, "
        f"Python {platform.python_version()}"
    )


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"
