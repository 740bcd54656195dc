"""A language model on the page, in a real browser: checked as it writes, stopped, dead, reloaded.

The model is a scripted server on the loopback, which waits where the test wants to look.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from serving import Serving, free_port

from eval.benchmarks.browsing import DAPSONE, answered, ask, go, send, settled

pytest.importorskip("streamlit")
pytest.importorskip("langchain_openai", reason="pip install 'casebook[openai]'")

from scripted_llm import Fails, Pauses, Says, Script, scripted

QUESTION = "How did the skin respond to dapsone?"
FALSE = "He took 999 mg of dapsone daily [1]."
BEGUN, REST = "Nothing more was said ", "about this man [1]."


@pytest.fixture(scope="module")
def model() -> Iterator[Script]:
    """The model's server."""
    with scripted(Says("")) as script:
        yield script


@pytest.fixture(scope="module")
def served(small_library, model, tmp_path_factory) -> Iterator[str]:
    """The address of `casebook ui` with that model."""
    env = {"CASEBOOK_LLM": "openai:scripted", "CASEBOOK_LLM_URL": model.url, "NO_PROXY": "*"}
    home = tmp_path_factory.mktemp("home")
    with Serving(small_library, free_port(), home=home, env=env) as page:
        yield page.address


@pytest.fixture(scope="module")
def true(casebook) -> str:
    """A sentence of the evidence with its mark."""
    from rag.llm.chain import Wish, consult

    first = consult(casebook, Wish(QUESTION)).evidence.citations[0]
    return f"{first.quote} [{first.number}]"


def words_of(sentence: str) -> str:
    return sentence.rpartition(" [")[0]


def test_a_sentence_appears_only_once_it_is_checked(browse, served, model, true):
    """While the model goes on writing; what is not supported is struck out, with the reason."""
    # A sentence is known to be whole once three words of the next have come.
    parts = (f"{true} He took 999 ", f"mg of dapsone daily [1]. {BEGUN}", REST)
    model.say(Pauses(parts), Says("I will not."))
    page = browse(served)
    assert model.url in page.locator(".stMainBlockContainer").inner_text().replace("\u2060", "")
    send(page, QUESTION)
    draft = page.locator(".cb-draft")
    draft.locator(".cb-supported").wait_for()
    assert words_of(true) in draft.inner_text()
    assert "999" not in draft.inner_text()
    assert "is writing" in draft.inner_text()
    model.release()
    struck = draft.locator("s", has_text="999 mg of dapsone")
    struck.wait_for()
    assert "999 mg is not in [1]" in draft.locator(".cb-reason").first.inner_text()
    assert REST not in draft.inner_text()
    model.release()
    answered(page, QUESTION)
    answer = page.locator(".cb-answer")
    assert answer.locator("s", has_text=FALSE.removesuffix(" [1].")).count() == 1
    assert "999 mg is not in [1]" in answer.inner_text()
    assert answer.locator(".cb-supported").count() >= 1
    assert "supported by what it cites" in answer.locator(".cb-legend").inner_text()
    assert "Written by openai:scripted" in answer.inner_text()
    assert answer.locator(".cb-kind").inner_text().startswith("Evidence:")
    answer.locator(".cb-mark").first.click()
    page.locator("mark:visible").first.wait_for()
    assert page.locator("mark:visible").first.inner_text() == words_of(true)
    before = answer.inner_text()
    page.reload()
    settled(page)
    page.locator(".cb-mark").first.click()
    page.locator("mark:visible").first.wait_for()
    assert answer.inner_text() == before


def test_writing_is_stopped_and_begun_again(browse, served, model, true):
    """Stop frees the page at once, keeps the question, and the model is not waited for."""
    model.say(Pauses((f"{true} And then there ", "was more.")))
    page = browse(served)
    send(page, QUESTION)
    page.locator(".cb-draft .cb-supported").wait_for()
    page.get_by_role("button", name="Stop", exact=True).click()
    page.get_by_text("Stopped before the answer was finished.").wait_for()
    settled(page)
    assert page.locator(".cb-question").all_inner_texts() == [QUESTION]
    assert page.locator(".cb-answer").count() == 0
    model.say(Says(true))
    page.get_by_role("button", name="Ask again").click()
    answered(page, QUESTION)
    assert words_of(true) in page.locator(".cb-answer").inner_text()
    assert page.locator(".cb-question").all_inner_texts() == [QUESTION]


def test_a_model_that_fails_leaves_the_reports_own_sentences(browse, served, model, true):
    """Why is said before them; the conversation before and after is intact."""
    model.say(Says(true))
    page = browse(served)
    ask(page, QUESTION)
    model.say(Fails(401))
    ask(page, DAPSONE)
    failed = page.locator(".cb-answer").last
    assert "openai:scripted" in failed.locator(".cb-fallback").inner_text()
    assert "the reports' own sentences" in failed.locator(".cb-fallback").inner_text()
    assert failed.locator(".cb-verdict").count() == 0
    assert failed.locator(".cb-mark").count() > 0
    assert failed.locator(".cb-kind").inner_text().startswith("Evidence:")
    page.reload()
    settled(page)
    assert page.locator(".cb-question").all_inner_texts() == [QUESTION, DAPSONE]
    assert page.locator(".cb-answer").first.locator(".cb-supported").count() == 1


def test_a_server_that_is_gone_is_told_in_a_line(browse, served, model, true):
    """A sentence says so, the answer comes all the same, and so does the model once it is back."""
    page = browse(served)
    with model.gone():
        ask(page, DAPSONE)
    line = page.locator(".cb-answer .cb-fallback").inner_text()
    assert "openai:scripted" in line
    assert "Traceback" not in page.locator("body").inner_text()
    assert page.locator(".cb-answer .cb-mark").count() > 0
    model.say(Says(true))
    ask(page, QUESTION)
    assert page.locator(".cb-answer").last.locator(".cb-supported").count() == 1


def test_settings_name_the_model_and_where_questions_go(browse, served, model):
    """Before anybody asks anything."""
    page = browse(served)
    go(page, "settings")
    said = page.locator("dl").first.inner_text()
    assert "openai:scripted, each sentence checked" in said
    assert f"sent to\n{model.url}" in said


def test_an_identifying_question_says_where_it_would_go(browse, served, model):
    """It is not sent before it is confirmed."""
    model.say(Says("Nothing."))
    page = browse(served)
    send(page, "Did dapsone help the rash of Mr. John Miller?")
    page.get_by_text("This seems to hold").wait_for()
    settled(page)
    warned = page.locator("[data-testid=stAlert]").inner_text().replace("\u2060", "")
    assert f"sent to {model.url}" in warned
    assert model.requests == []
