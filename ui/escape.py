"""Text of documents and users → text that a page shows as it stands, whatever it looks like."""

from __future__ import annotations

import html
import re


def as_html(text: str) -> str:
    """The text for HTML, in an element or in a quoted attribute.

    Line breaks become character references: Streamlit trims and dedents the lines of a body.
    """
    return html.escape(text).replace("\n", "&#10;")


# What Markdown's readers turn into a link by itself: an address of the web, or of a mailbox.
_ADDRESS = re.compile(r"(?<=http)(?=s?://)|(?<=www)(?=\.)|(?=@)", re.IGNORECASE)
_JOINER = "\u2060"
"""An invisible character, at which no line breaks and no address goes on (Unicode, WORD JOINER)."""


def as_markdown(text: str) -> str:
    """The text for Markdown: one line in which no character is markup and no address a link."""
    line = _ADDRESS.sub(_JOINER, " ".join(text.split()))
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", line)
