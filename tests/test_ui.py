"""The page over a small real library: what it shows, what opens, what it must never show."""

from __future__ import annotations

import re
import socket
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from typer.testing import CliRunner

from rag.errors import ConfigError, LibraryMissing

ROOT = Path(__file__).parents[1]
APP = ROOT / "ui" / "app.py"
ACITRETIN = "Which dose of acitretin was given?"
PIZZA = "How long should pizza dough rest in the fridge?"

HOSTILE = """# <script>alert(1)</script> A report with **markup** & tricks

## Case

A woman of 61 years with dermatomyositis received <script>alert("dapsone")</script> dapsone 100 mg
daily and ![picture](http://192.0.2.1/x.png) the rash cleared in 3 weeks.
She saw [a link](javascript:alert(2)) and <img src=x onerror=alert(3)> :red[no relapse] for 9 months.
"""


@dataclass
class Seen(HTMLParser):
    """What a browser would make of the page's HTML: elements with attributes, and the text."""

    tags: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    marked: list[str] = field(default_factory=list)

    def __post_init__(self):
        super().__init__()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag == "mark":
            self.marked.append("")

    def handle_data(self, data):
        self.texts.append(data)
        if self.marked and self.tags and self._inside == "mark":
            self.marked[-1] += data

    @property
    def _inside(self):
        opened = self.tags[-1][0]
        return opened if self.get_starttag_text().startswith(f"<{opened}") else ""

    @property
    def text(self):
        return "".join(self.texts)


def seen(html: str) -> Seen:
    parser = Seen()
    parser.feed(html)
    parser.close()
    return parser
