"""The page Settings: what answers, what is sent, what is kept."""

from __future__ import annotations

import pytest
from visiting import body, text_of

from ui.conversations import Conversations

pytest.importorskip("streamlit")


def test_settings_say_where_data_are_and_what_is_sent(visit, one_user, small_library):
    """Nothing to guess."""
    page = visit("settings")
    assert str(small_library) in text_of(body(page))
    assert any("Europe" in c.value or "europepmc" in c.value for c in page.caption)
    page.toggle[0].set_value(False).run()
    assert Conversations("").preferences()["keep"] == "no"
