"""Every page over the small library, without a browser: what it offers and what comes of it."""

from __future__ import annotations

import pytest
from places import ROOT
from test_ui import DAPSONE, PIZZA, asked, body, last, press, text_of

from rag.library import Library
from ui.conversations import Conversations
from ui.escape import as_markdown

pytest.importorskip("streamlit")
from streamlit.testing.v1 import AppTest

APP = ROOT / "ui" / "app.py"
OGAWA = "ogawa-2017-rituximab-mda5"
NAMED = "Did dapsone help the rash of Mr. John Miller?"


@pytest.fixture
def visit(small_library, monkeypatch):
    """Opens a page by its name."""
    monkeypatch.setenv("CASEBOOK_LIBRARY", str(small_library))

    def open_page(name: str, **query: str) -> AppTest:
        page = AppTest.from_file(str(APP), default_timeout=300)
        for key, value in query.items():
            page.query_params[key] = value
        if name != "ask":
            page.switch_page(f"views/{name}.py")
        page.run()
        assert not page.exception
        return page

    return open_page


@pytest.fixture
def one_user(monkeypatch):
    """As on a loopback address: the visitor is the only user of this machine."""
    monkeypatch.setattr("ui.visitor.single_user", lambda: True)


def labels(page: AppTest) -> list[str]:
    return [button.label for button in page.button]


# -- ask ------------------------------------------------------------------------------------------


def test_a_suggested_question_is_asked_by_a_click(visit):
    """A visitor need not type to see what Casebook does."""
    page = visit("ask")
    press(page, "Did dapsone help the rash of dermatomyositis?")
    assert last(page).answer.citations
    assert "For example" not in [c.value for c in page.caption]


def test_the_evidence_card_says_whose_evidence_it_is(visit):
    """Patient, drug, response and kind of evidence stand with the passage."""
    page = asked(visit("ask"), "Did rituximab help the lungs of a man with anti-MDA5?")
    cards = [dict(p.card) for p in last(page).proofs if p.citation.report_id == OGAWA]
    assert cards
    assert cards[0]["Patient"].startswith("48 years, male")
    assert "rituximab" in cards[0]["Drug"]
    assert cards[0]["Response"] == "complete"
    assert cards[0]["Kind of evidence"].startswith("case report")
    assert cards[0]["Patient"] in text_of(body(page))


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


def test_filters_are_chips_that_reach_the_answer_and_can_be_taken_off(visit):
    """What is left out is said with the answer."""
    page = visit("ask")
    (drugs,) = (m for m in page.multiselect if m.label == "Drug")
    drugs.set_value(["dapsone"]).run()
    chip = "drug: dapsone ✕"
    assert chip in labels(page)
    asked(page, "Which drugs were given?")
    exchange = last(page)
    assert exchange.filters == (("drug", ("dapsone",)),)
    assert {c.report_id for c in exchange.answer.citations} <= {"cohen-nd-dapsone-two-patients"}
    assert "Only drug: dapsone" in text_of(body(page))
    press(page, chip)
    assert chip not in labels(page)


def test_a_bad_year_is_one_line_and_the_page_goes_on(visit):
    """Typed filters can be wrong."""
    page = visit("ask")
    (years,) = (t for t in page.text_input if t.label == "Years")
    years.set_value("long ago").run()
    asked(page, DAPSONE)
    assert "write a year" in page.error[0].value
    assert not page.session_state["exchanges"]


def test_a_stopped_question_can_be_asked_again(visit):
    """What was stopped is neither answered nor lost."""
    page = visit("ask")
    page.session_state["pending"] = DAPSONE
    page.run()
    assert "Stopped" in page.info[0].value
    press(page, "Ask again")
    assert last(page).answer.question == DAPSONE
    assert not page.info


def test_a_single_user_finds_the_conversation_again(visit, one_user):
    """After a reload it is there, word for word, although the address alone came back."""
    page = asked(visit("ask"), DAPSONE)
    name = page.query_params["c"]
    name = name[0] if isinstance(name, list) else name
    again = visit("ask", c=name)
    assert list(again.session_state["exchanges"]) == list(page.session_state["exchanges"])
    assert as_markdown(DAPSONE) in labels(again)


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


# -- who may come in ------------------------------------------------------------------------------


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


# -- the other pages ------------------------------------------------------------------------------


def test_cases_lists_all_patients_and_narrows_to_conditions(visit):
    """The table, the counts and the groups follow what was chosen."""
    page = visit("cases")
    every = len(page.dataframe[0].value)
    (treatment,) = (m for m in page.multiselect if m.label == "Treatment")
    treatment.set_value(["rituximab"]).run()
    assert not page.exception
    assert 0 < len(page.dataframe[0].value) < every
    assert "rituximab" in page.dataframe[0].value["Treatment"].iloc[0]


def test_a_vignette_that_identifies_somebody_is_not_searched_at_once(visit):
    """The warning comes first."""
    page = visit("cases")
    page.text_area[0].set_value("Mr. John Miller, 56, has anti-MDA5 and interstitial lung disease.")
    press(page, "Find similar patients")
    assert "a name" in page.checkbox[0].label
    assert "Shared" not in text_of(body(page))
    page.checkbox[0].check().run()
    assert "Shared" in text_of(body(page))


def test_the_library_lists_searches_and_opens_a_report(visit):
    """A title leads to the text."""
    page = visit("library")
    assert "6 of 6 reports" in [c.value for c in page.caption]
    page.text_input[0].set_value("ogawa 2017").run()
    assert "1 of 6 reports" in [c.value for c in page.caption]
    (title,) = (b for b in page.button if b.key == f"read {OGAWA}")
    title.click().run()
    assert "Rituximab" in page.title[0].value
    assert "Patients (1)" in [tab.label for tab in page.tabs]
    assert "rituximab" in text_of(body(page))


def test_an_address_opens_a_report_at_its_span(visit, casebook):
    """What [n] leads to in another tab."""
    report = casebook.library.report(OGAWA)
    start = report.text.index("rituximab")
    page = visit("library", report=report.id, start=str(start), end=str(start + 6))
    assert '<mark id="cb-span">rituxi</mark>' in body(page)


def test_a_report_that_is_not_there_is_one_line(visit):
    """With the nearest ids."""
    page = visit("library", report="ogawa-2017")
    assert "No report has the id" in page.error[0].value


def test_strangers_on_a_shared_server_change_nothing(visit, one_user, monkeypatch):
    """The single user may; without a login nobody else."""
    page = visit("library", report=OGAWA)
    assert "Remove it for good" in labels(page)
    monkeypatch.setattr("ui.visitor.single_user", lambda: False)
    page = visit("library", report=OGAWA)
    assert "Remove it for good" not in labels(page)
    assert [tab.label for tab in visit("library").tabs] == ["Reports", "Doubts"]


def test_learn_asks_checks_and_proves(visit):
    """The answer is hidden until it is wanted, then stands with its passage."""
    page = visit("learn")
    assert "<mark" in body(page)  # the glossary
    page.button_group[0].set_value("Quiz").run()
    assert "<mark" not in body(page)
    page.radio[0].set_value(page.radio[0].options[0]).run()
    press(page, "Check")
    assert "<mark" in body(page)
    assert page.success or page.error
    press(page, "Next question")
    assert "<mark" not in body(page)


@pytest.mark.parametrize("part", ["A case step by step", "Two cases compared"])
def test_learn_shows_cases_with_marks(visit, part):
    """Every part is cited."""
    page = visit("learn")
    page.button_group[0].set_value(part).run()
    assert not page.exception
    assert not page.error
    assert "cb-mark" in body(page)


def test_quality_shows_the_accepted_run(visit):
    """Figures in words, the log, and every question."""
    page = visit("quality")
    assert "Every quotation is, letter for letter" in text_of(body(page))
    assert not page.error
    assert len(page.dataframe[0].value) > 700


def test_settings_say_where_data_are_and_what_is_sent(visit, one_user, small_library):
    """Nothing to guess."""
    page = visit("settings")
    assert str(small_library) in text_of(body(page))
    assert any("Europe" in c.value or "europepmc" in c.value for c in page.caption)
    page.toggle[0].set_value(False).run()
    assert Conversations("").preferences()["keep"] == "no"


def test_an_empty_library_is_a_designed_state(tmp_path, monkeypatch):
    """Every page opens and says what to do."""
    with Library(tmp_path / "empty", create=True):
        pass
    monkeypatch.setenv("CASEBOOK_LIBRARY", str(tmp_path / "empty"))
    for name in ("ask", "cases", "library", "learn"):
        page = AppTest.from_file(str(APP), default_timeout=300)
        if name != "ask":
            page.switch_page(f"views/{name}.py")
        page.run()
        assert not page.exception
        assert not page.error
        assert "This library is empty" in page.info[0].value


def test_declining_offers_what_came_near(visit):
    """Nothing is claimed, three passages can be opened."""
    page = asked(visit("ask"), PIZZA)
    assert len(last(page).nearest) == 3
    assert "Nearest passages" in text_of(body(page))
