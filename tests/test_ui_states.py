"""What a page shows where there is nothing to show: no library, an empty one, a locked one."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest
from serving import free_port
from shelves import environment
from visiting import DAPSONE, OGAWA, asked, body, last, opened_page, press, text_of

from rag.library import Library, database, lock
from ui.conversations import Conversations, ConversationsError

pytest.importorskip("streamlit")

WRITER = """
import sys; from pathlib import Path; from rag.library import Library
with Library(Path(sys.argv[1])) as library, library.writer():
    print('held', flush=True); sys.stdin.read()
"""


def test_a_missing_library_is_one_line(monkeypatch, tmp_path):
    """The page says what to do instead of failing."""
    monkeypatch.setenv("CASEBOOK_LIBRARY", str(tmp_path / "none"))
    visit = opened_page("ask")
    assert visit.title[0].value == "The library cannot be opened"
    assert "There is no library in" in visit.error[0].value
    assert not visit.chat_input


def test_an_empty_library_is_a_designed_state(one_model, tmp_path, monkeypatch):
    """Every page opens and says what to do."""
    with Library(tmp_path / "empty", create=True):
        pass
    monkeypatch.setenv("CASEBOOK_LIBRARY", str(tmp_path / "empty"))
    for name in ("ask", "cases", "library", "learn"):
        page = opened_page(name)
        assert not page.error
        assert "This library is empty" in page.info[0].value


def test_nothing_found_is_a_designed_state(visit):
    """Words that no report has, conditions that nobody fits: said, with a way out."""
    page = visit("library")
    page.text_input[0].set_value("zebra").run()
    assert "take one away" in page.info[0].value
    assert "0 of 6 reports" in [c.value for c in page.caption]
    page = visit("cases")
    (age,) = (t for t in page.text_input if t.label == "Age in years")
    age.set_value("119").run()
    assert {i.value for i in page.info} == {"Nobody fits all of these conditions; take one away."}
    assert not page.dataframe


def test_a_locked_library_can_be_tried_again(own_library, monkeypatch):
    """While another program holds the file alone, a page says so; then it opens."""
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.05)
    with closing(sqlite3.connect(own_library / "casebook.sqlite3")) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        page = opened_page("ask")
        assert page.title[0].value == "The library is in use"
        assert "Another process is writing to the library" in page.warning[0].value
        other.rollback()
    press(page, "Try again")
    assert page.title[0].value == "What do the reports say?"


def test_while_another_process_writes_questions_are_answered_and_adding_waits(
    own_library, one_user, monkeypatch
):
    """Who writes is named to whoever wants to write, too; reading goes on."""
    monkeypatch.setattr(lock.locked, "__defaults__", (0.05,))
    monkeypatch.setattr(Library.writer, "__defaults__", (0.05,))
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, own_library],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment(),
    )  # fmt: skip
    with writer:
        assert writer.stdout.readline() == b"held\n"
        page = asked(opened_page("ask"), DAPSONE)
        assert last(page).answer.citations
        page = press(opened_page("library", report=OGAWA), "Remove it for good")
        assert f"process {writer.pid} on" in page.error[0].value.replace("\\", "")
        assert not page.exception
        writer.stdin.close()
    page = press(opened_page("library", report=OGAWA), "Remove it for good")
    assert "was removed" in page.success[0].value


def test_a_language_model_that_does_not_answer_leaves_the_reports_own(own_library, monkeypatch):
    """Nobody listens at its address: a line says so, above the sentences of the reports."""
    pytest.importorskip("langchain_openai", reason="pip install 'casebook[openai]'")
    monkeypatch.setenv("CASEBOOK_LLM", "openai:scripted")
    monkeypatch.setenv("CASEBOOK_LLM_URL", f"http://127.0.0.1:{free_port()}/v1")
    monkeypatch.setenv("CASEBOOK_LLM_RETRIES", "0")
    page = asked(opened_page("ask"), DAPSONE)
    assert not page.error
    assert last(page).answer.engine == "extractive"
    said = text_of(body(page))
    assert said.index("openai:scripted") < said.index("Cutaneous involvement of dermatomyositis")


def test_a_language_model_that_cannot_be_opened_hides_nothing_else(own_library, monkeypatch):
    """The question stays, to be asked again; Settings still shows looks and conversations."""
    monkeypatch.setenv("CASEBOOK_LLM", "nonsense")
    page = asked(opened_page("ask"), DAPSONE)
    assert [e for e in page.error if "is no language model" in e.value]
    assert "Ask again" in [b.label for b in page.button]
    page = opened_page("settings")
    assert "write provider" in page.error[0].value
    assert [s.value for s in page.subheader] == ["Answers", "Looks", "Conversations"]


def test_verdicts_that_cannot_be_read_are_one_line_beside_the_answer(visit, one_user, monkeypatch):
    """A click on a thumb runs that line alone, without what guards the page."""
    page = asked(visit("ask"), DAPSONE)

    def broken(*_: object) -> None:
        raise ConversationsError("the file of conversations is damaged")

    monkeypatch.setattr(Conversations, "judge", broken)
    page.feedback[0].set_value(1).run()
    assert not page.exception
    assert [e.value for e in page.error] == ["the file of conversations is damaged"]
    assert body(page)
