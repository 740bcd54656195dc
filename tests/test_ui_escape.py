"""Text of documents and users stays text, whatever it looks like."""

from __future__ import annotations

import re

import pytest
from visiting import Elements, asked, body, opened_page, text_of

from rag.index import index
from rag.library import Library
from ui.escape import as_html, as_markdown

pytest.importorskip("streamlit")

HOSTILE = """---
title: "<script>alert(1)</script> and **bold**"
authors: ["<b>Ng</b> K"]
doi: '10.1000/x"onmouseover=alert(6)'
---

## Case <i>one</i>

Dapsone 100 mg daily cleared the rash <script>alert("rash")</script> within 3 weeks, and
![picture](http://192.0.2.1/x.png) <img src=x onerror=alert(3)> [it](javascript:alert(2)) stayed.
"""
# What the page itself is made of; anything else came out of a document.
OURS = {
    "h2", "div", "p", "a", "details", "summary", "b", "span", "mark", "cite", "dl", "dt", "dd",
    "time",
}  # fmt: skip


@pytest.fixture
def hostile_library(encoder, tmp_path):
    """One report whose every field tries to be markup."""
    source = tmp_path / "hostile.md"
    source.write_text(HOSTILE, "utf-8")
    with Library(tmp_path / "hostile", create=True) as library:
        assert [o.status for o in index([source], library, encoder)] == ["added"]
    return tmp_path / "hostile"


def test_documents_and_questions_are_shown_as_text(hostile_library, monkeypatch):
    """Scripts, images and links of a document or a question never become elements."""
    monkeypatch.setenv("CASEBOOK_LIBRARY", str(hostile_library))
    page = opened_page("ask")
    asked(page, "Did dapsone clear the rash? <script>alert(5)</script> ![x](http://192.0.2.1/y)")
    assert not page.exception
    assert not page.error
    elements = Elements(body(page)).found
    assert {tag for tag, _ in elements} <= OURS
    assert all(not name.startswith("on") for _, attributes in elements for name in attributes)
    links = [a["href"] for tag, a in elements if tag == "a"]
    assert links
    ours = ("#cb-", "https://doi.org/10.1000/x%22", "library?report=hostile&start=")
    assert all(link.startswith(ours) for link in links)
    assert "alert(5)" in text_of(body(page))
    assert '<script>alert("rash")</script>' in text_of(body(page))
    assert not any("alert" in one.value for one in page.markdown)


def test_line_breaks_survive_as_character_references():
    """Streamlit dedents the lines of a body; a quotation's spaces must stay as they are."""
    assert as_html('  a\n    \n "b" <') == "  a&#10;    &#10; &quot;b&quot; &lt;"


@pytest.mark.parametrize("address", ["http://a.b", "HTTPS://a.b", "www.a.b", "me@a.b"])
def test_an_address_in_a_document_is_no_link(address):
    """Markdown's readers would make one of it; what is read stays the same."""
    shown = as_markdown(f"see {address}")
    assert shown.replace("\\", "").replace("\u2060", "") == f"see {address}"
    assert not re.search(r"(?i)https?\\?:|www\\?\.|\w\\?@", shown)


def test_markdown_of_an_error_is_one_line_of_plain_characters():
    """Every character that Markdown could read as markup is escaped."""
    assert as_markdown("a_b\n![x](y) :red[z]") == r"a\_b \!\[x\]\(y\) \:red\[z\]"
