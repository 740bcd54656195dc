"""Casebook in the browser: who may come in, how it looks, which pages there are."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from ui import state, visitor
from ui.page import SIZES

ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect x="5" y="3" width="22" '
    'height="26" rx="3" fill="#1f5f8b"/><path d="M10 10h12M10 16h12M10 22h7" stroke="#fff" '
    'stroke-width="2.5"/></svg>'
)
PAGES = {
    "ask": "Ask",
    "cases": "Cases",
    "library": "Library",
    "learn": "Learn",
    "quality": "Quality",
    "settings": "Settings",
}

here = Path(__file__).parent
pages = {
    name: st.Page(here / "views" / f"{name}.py", title=title, default=name == "ask")
    for name, title in PAGES.items()
    if (here / "views" / f"{name}.py").is_file()
}
chosen = st.navigation(list(pages.values()))
st.set_page_config(
    page_title=f"{chosen.title} · Casebook",
    page_icon=ICON,
    layout="wide",
)
st.html(here / "page.css")
# Prose is read in a narrow column; tables need the width.
width = "50rem" if chosen.title in ("Ask", "Settings") else "72rem"
st.html(f"<style>.stMainBlockContainer {{ max-width: {width}; }}</style>")
if visitor.admitted():
    size = SIZES.get(state.preference("text size", "normal"), SIZES["normal"])
    st.html(f"<style>html {{ font-size: {size}; }}</style>")
    chosen.run()
