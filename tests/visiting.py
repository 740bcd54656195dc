"""A visitor of the pages without a browser (AppTest): what the page tests do and read."""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING

from places import ROOT

from ui.proof import Exchange

if TYPE_CHECKING:
    from streamlit.testing.v1 import AppTest

APP = ROOT / "ui" / "app.py"
PATIENCE = 300
"""Seconds for a run of a page on a busy machine."""

DAPSONE = "Did dapsone help the rash?"
FOLLOW_UP = "How long did it take?"
PIZZA = "How long should pizza dough rest in the fridge?"
OGAWA = "ogawa-2017-rituximab-mda5"


class Elements(HTMLParser):
    """The elements that a browser would make of some HTML, each with its attributes."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        self.found.append((tag, dict(attrs)))


def opened_page(name: str, **query: str) -> AppTest:
    """A visit to one of the pages over the library of CASEBOOK_LIBRARY."""
    from streamlit.testing.v1 import AppTest

    page = AppTest.from_file(str(APP), default_timeout=PATIENCE)
    for key, value in query.items():
        page.query_params[key] = value
    if name != "ask":
        page.switch_page(f"views/{name}.py")
    page.run()
    assert not page.exception
    return page


def text_of(source: str) -> str:
    """What is read of some HTML."""
    return html.unescape(re.sub(r"<[^>]*>", "", source))


def marked(source: str) -> list[str]:
    """What is highlighted in some HTML."""
    return [html.unescape(found) for found in re.findall(r"<mark[^>]*>(.*?)</mark>", source, re.S)]


def body(page: AppTest) -> str:
    """All HTML of the page but its style sheet."""
    ours = ("<style>", "<script>")
    return "".join(e.value for e in page.get("html") if not e.value.startswith(ours))


def asked(page: AppTest, question: str) -> AppTest:
    """The page after a question."""
    page.chat_input[0].set_value(question)
    return page.run()


def labels(page: AppTest) -> list[str]:
    """What can be pressed."""
    return [button.label for button in page.button]


def press(page: AppTest, label: str) -> AppTest:
    """The page after a button."""
    (button,) = (b for b in page.button if b.label == label)
    button.click().run()
    return page


def last(page: AppTest) -> Exchange:
    """The newest exchange of the conversation."""
    found: list[Exchange] = page.session_state["exchanges"]
    return found[-1]
