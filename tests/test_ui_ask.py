"""The page Ask: what it shows of an answer, what opens, how a question goes wrong."""

from __future__ import annotations

import logging
from dataclasses import replace

import pytest
from visiting import (
    DAPSONE,
    FOLLOW_UP,
    OGAWA,
    PIZZA,
    Elements,
    asked,
    body,
    labels,
    last,
    marked,
    press,
    text_of,
)

from rag.chat import Casebook
from ui.escape import as_markdown

pytest.importorskip("streamlit")


@pytest.fixture
def page(visit):
    """A fresh visit to the page over the small library."""
    return visit("ask")


def test_the_page_opens_with_the_size_of_the_library_and_a_box(page):
    """A visitor sees what is behind the page, that it does not advise, and where to ask."""
    assert page.title[0].value == "What do the reports say?"
    assert "Answers from 6 reports" in page.markdown[0].value
    assert "does not advise" in page.markdown[0].value
    assert len(page.chat_input) == 1


def test_an_answer_shows_its_sentences_under_whose_words_they_are(page):
    """The page says word for word what `Answer.text` says, and what kind of evidence it is."""
    asked(page, DAPSONE)
    answer = last(page).answer
    assert answer.status == "answered"
    words = " ".join(text_of(body(page)).split())
    assert " ".join(answer.text.split()).replace(": ", ":", 1) in words.replace(": ", ":", 1)
    assert answer.notice in words


def test_each_mark_leads_to_its_passage_with_the_quotation_highlighted(page):
    """The links [1], [2] … and the highlighted spans belong together, in order, and are exact."""
    asked(page, DAPSONE)
    citations = last(page).answer.citations
    assert citations
    elements = Elements(body(page)).found
    links = [a["href"] for tag, a in elements if tag == "a" and a.get("class") == "cb-mark"]
    spans = [a["id"] for tag, a in elements if tag == "mark"]
    assert links == [f"#{name}" for name in spans]
    assert marked(body(page)) == [citation.quote for citation in citations]
    assert "Cutaneous involvement of dermatomyositis can respond to Dapsone" in body(page)


def test_a_question_that_nothing_answers_shows_the_nearest_passages(page):
    """Declining is said in a sentence, cites nothing, and offers what came near."""
    asked(page, PIZZA)
    given = last(page).answer
    assert given.status == "abstained"
    assert given.text in text_of(body(page))
    assert "cb-mark" not in body(page)
    near = [(hit, *hit.nearest) for hit in given.hits[:3]]
    assert marked(body(page)) == [
        hit.text[start - hit.passage.start : end - hit.passage.start] for hit, start, end in near
    ]


def test_declining_offers_what_came_near(visit):
    """Nothing is claimed, three passages can be opened."""
    page = asked(visit("ask"), PIZZA)
    assert len(last(page).nearest) == 3
    assert "Nearest passages" in text_of(body(page))


def test_a_follow_up_is_read_after_the_question_before_it(page):
    """The conversation reaches the answer: the page shows how the question was completed."""
    asked(page, DAPSONE)
    asked(page, FOLLOW_UP)
    answer = last(page).answer
    assert answer.query != FOLLOW_UP
    assert f"Read as: {answer.query}" in text_of(body(page))
    assert answer.hits[0].passage.report_id == "cohen-nd-dapsone-two-patients"
    assert {c.report_id for c in answer.citations} <= {"cohen-nd-dapsone-two-patients"}
    assert text_of(body(page)).index(DAPSONE) < text_of(body(page)).index(FOLLOW_UP)


def test_a_new_conversation_forgets_the_old_one(page):
    """After the button, nothing of the old answers stands, and nothing is carried on."""
    asked(page, DAPSONE)
    press(page, "New conversation")
    assert body(page) == ""
    asked(page, FOLLOW_UP)
    assert last(page).answer.query == FOLLOW_UP


def test_how_words_were_understood_is_shown(page):
    """An abbreviation that was completed is no secret."""
    asked(page, "What was the CK in patients given MTX for the skin?")
    readings = last(page).answer.readings
    assert readings
    shown = "; ".join(f"{r.text} = {r.name}" for r in readings)
    assert f"Understood: {shown}" in text_of(body(page))


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


# -- what goes wrong -------------------------------------------------------------------------------


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


def test_an_error_of_ours_is_one_line(page):
    """A question too long to be one is refused with its reason; the page goes on."""
    asked(page, "dapsone " * 3_000)
    assert len(page.error) == 1
    assert "24\\,000 characters" in page.error[0].value
    assert not page.exception
    asked(page, DAPSONE)
    assert not page.error
    assert last(page).answer.citations


def test_any_other_error_shows_and_logs_neither_traceback_nor_question(page, monkeypatch, caplog):
    """A fault of ours must not carry the question into a log or a path onto the page."""

    def fail(*_, **__):
        raise RuntimeError(f"while reading {DAPSONE}")

    monkeypatch.setattr(Casebook, "ask", fail)
    with caplog.at_level(logging.INFO):
        asked(page, DAPSONE)
    assert [e.value for e in page.error] == [
        as_markdown("Something went wrong inside Casebook. The page still works: ask again.")
    ]
    assert not page.exception
    logged = [record.getMessage() for record in caplog.records]
    assert [line for line in logged if "RuntimeError" in line]
    assert not [line for line in logged if DAPSONE in line]
    assert not any(record.exc_info for record in caplog.records)


def test_a_report_replaced_during_the_question_is_noticed(page, monkeypatch):
    """Another process may write between answer and display: no stale span is ever shown."""
    given = last(asked(page, DAPSONE)).answer
    moved = replace(given.citations[0], start=given.citations[0].start + 1)
    monkeypatch.setattr(Casebook, "ask", lambda *_, **__: replace(given, citations=(moved,)))
    asked(page, DAPSONE)
    assert "was replaced just now" in page.error[0].value
    assert len(page.session_state["exchanges"]) == 1
