"""Who may come in, and who may change the library."""

from __future__ import annotations

import pytest
from visiting import OGAWA, labels, press

pytest.importorskip("streamlit")


def test_with_a_password_nothing_is_shown_before_it(visit, monkeypatch):
    """Neither pages nor reports; a wrong one is told so."""
    monkeypatch.setenv("CASEBOOK_UI_PASSWORD", "open sesame")
    page = visit("ask")
    assert not page.chat_input
    page.text_input[0].set_value("guess")
    press(page, "Sign in")
    assert "not the password" in page.error[0].value
    page.text_input[0].set_value("open sesame")
    press(page, "Sign in")
    assert page.chat_input


def test_strangers_on_a_shared_server_change_nothing(visit, one_user, monkeypatch):
    """The single user may; without a login nobody else."""
    page = visit("library", report=OGAWA)
    assert "Remove it for good" in labels(page)
    monkeypatch.setattr("ui.visitor.single_user", lambda: False)
    page = visit("library", report=OGAWA)
    assert "Remove it for good" not in labels(page)
    assert [tab.label for tab in visit("library").tabs] == ["Reports", "Doubts"]
