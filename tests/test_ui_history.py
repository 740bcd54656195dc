"""What the page Ask keeps of a conversation and of verdicts, and when it keeps nothing."""

from __future__ import annotations

import pytest
from visiting import DAPSONE, asked, body, labels, last, press, text_of

from rag.library import Library
from ui import state
from ui.conversations import Conversations
from ui.escape import as_markdown

pytest.importorskip("streamlit")

NAMED = "Did dapsone help the rash of Mr. John Miller?"


def test_an_identifying_question_is_held_until_it_is_confirmed(visit, one_user):
    """It is neither answered nor stored before."""
    page = asked(visit("ask"), NAMED)
    assert "a name" in page.warning[0].value
    assert "kept with this conversation" in page.warning[0].value
    assert not page.session_state["exchanges"]
    assert Conversations("").listed() == []
    page.text_area[0].set_value("Did dapsone help the rash?")
    press(page, "Ask it so")
    assert last(page).answer.question == "Did dapsone help the rash?"
    assert not page.warning


def test_a_held_question_can_be_dropped(visit):
    """And the page is as before."""
    page = asked(visit("ask"), NAMED)
    press(page, "Drop it")
    assert not page.warning
    assert not page.session_state["exchanges"]


def test_a_single_user_finds_the_conversation_again(visit, one_user):
    """After a reload it is there, word for word, although the address alone came back."""
    page = asked(visit("ask"), DAPSONE)
    name = page.query_params["c"]
    name = name[0] if isinstance(name, list) else name
    again = visit("ask", c=name)
    assert list(again.session_state["exchanges"]) == list(page.session_state["exchanges"])
    (entry,) = (b for b in again.button if b.label == as_markdown(DAPSONE))
    assert entry.proto.type == "secondary"
    press(again, "New conversation")
    (entry,) = (b for b in again.button if b.label == as_markdown(DAPSONE))
    assert entry.proto.type == "tertiary"


def test_a_saved_answer_does_not_change_with_the_library(visit, one_user, monkeypatch):
    """Its passages are its own: no report is read for it."""
    page = asked(visit("ask"), DAPSONE)
    shown = text_of(body(page))
    name = page.session_state["conversation"]
    monkeypatch.setattr(Library, "report", lambda *_: pytest.fail("a report was read"))
    again = visit("ask", c=name)
    assert text_of(body(again)) == shown


def test_a_conversation_can_be_renamed_and_deleted(visit, one_user):
    """From the sidebar."""
    page = asked(visit("ask"), DAPSONE)
    page.run()
    (name,) = (t for t in page.text_input if t.label == "Name")
    name.set_value("Dapsone").run()
    press(page, "Rename")
    assert [c.name for c in Conversations("").listed()] == ["Dapsone"]
    press(page, "Delete this conversation")
    assert Conversations("").listed() == []
    assert not page.session_state["exchanges"]


def test_on_a_shared_server_nothing_is_stored(visit):
    """No login, no file; the page says so."""
    page = asked(visit("ask"), DAPSONE)
    assert not Conversations("").path.exists()
    assert "c" not in page.query_params
    assert any("not stored" in c.value for c in page.caption)


def test_a_thumb_down_with_its_reason_is_stored(visit, one_user):
    """And can be exported as a draft of gold."""
    page = asked(visit("ask"), DAPSONE)
    page.feedback[0].set_value(0).run()
    (pills,) = (p for p in page.get("button_group") if p.label == "What is wrong?")
    pills.set_value(["wrong evidence"]).run()
    (verdict,) = Conversations("").verdicts()
    assert (verdict.good, verdict.reasons) == (False, ("wrong evidence",))


def test_a_verdict_is_there_again_after_a_reload(visit, one_user):
    """With its reasons, which being shown again does not overwrite; it can be changed."""
    page = asked(visit("ask"), DAPSONE)
    page.feedback[0].set_value(0).run()
    (pills,) = (p for p in page.get("button_group") if p.label == "What is wrong?")
    pills.set_value(["wrong evidence"]).run()
    again = visit("ask", c=page.session_state["conversation"])
    assert again.feedback[0].value == 0
    (pills,) = (p for p in again.get("button_group") if p.label == "What is wrong?")
    assert pills.value == ["wrong evidence"]
    (verdict,) = Conversations("").verdicts()
    assert verdict.reasons == ("wrong evidence",)
    again.feedback[0].set_value(1).run()
    (verdict,) = Conversations("").verdicts()
    assert (verdict.good, verdict.reasons) == (True, ())


def test_a_long_conversation_shows_its_last_questions_and_the_others_on_demand(visit):
    """Ten more with each click; all of them are exported and remembered meanwhile."""
    page = asked(visit("ask"), DAPSONE)
    page.session_state["exchanges"] = page.session_state["exchanges"] * (state.RECENT + 12)
    page.run()
    assert body(page).count('class="cb-question"') == state.RECENT
    assert 'id="cb-0-' not in body(page)
    assert f'id="cb-{state.RECENT + 11}-1"' in body(page)
    press(page, "Show earlier questions (12)")
    assert body(page).count('class="cb-question"') == state.RECENT + 10
    press(page, "Show earlier questions (2)")
    assert body(page).count('class="cb-question"') == state.RECENT + 12
    assert not any("earlier" in label for label in labels(page))
    asked(page, DAPSONE)
    assert body(page).count('class="cb-question"') == state.RECENT + 13
    press(page, "New conversation")
    assert not any("earlier" in label for label in labels(page))


def test_copying_is_made_when_it_is_asked_for(visit):
    """The Markdown of an answer is not sent with every page, only once its popover is open."""
    page = asked(visit("ask"), DAPSONE)
    assert not page.code
    number = len(page.session_state["exchanges"]) - 1
    page.session_state[f"copy {page.session_state['conversation']} {number}"] = True
    page.run()
    assert page.code[0].value.startswith(f"## {DAPSONE}")
