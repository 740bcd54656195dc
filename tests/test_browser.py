"""The journeys through the pages in a real browser, served by a real `casebook ui`."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pytest
from places import ROOT

from eval.benchmarks.browsing import (
    DAPSONE,
    DESKTOP,
    FOLLOW_UP,
    PATIENCE_MS,
    PHONE,
    PIZZA,
    ask,
    go,
    in_view,
    settled,
    until_in_view,
)


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_mark_opens_its_passage_and_shows_the_highlighted_span(visitor, size):
    """One key on [1] brings the reader to the very words, with their source beside them."""
    page = visitor(size=size)
    ask(page, DAPSONE)
    mark = page.locator("mark").first
    assert not mark.is_visible()
    page.locator(".cb-mark").first.focus()
    page.keyboard.press("Enter")
    mark.wait_for(state="visible")
    until_in_view(page, mark)
    assert page.locator("details[open]").count() == 1
    digest = (ROOT / "corpus" / "reports" / "cohen-nd-dapsone-two-patients.md").read_text("utf-8")
    assert mark.inner_text() in digest
    assert (
        "Cutaneous involvement of dermatomyositis" in page.locator(".cb-source").first.inner_text()
    )
    assert page.locator(".cb-card:visible").count() == 1
    beyond = """[...document.querySelectorAll('.cb-answer, .cb-answer *')]
        .filter(found => !found.closest('.cb-table')
            && found.getBoundingClientRect().right > window.innerWidth).length"""
    assert page.evaluate(beyond) == 0


def test_a_conversation_goes_on_in_view_and_survives_a_reload(visitor):
    """A follow-up is read after its question; all of it is there again after F5."""
    page = visitor()
    ask(page, DAPSONE)
    ask(page, FOLLOW_UP)
    newest = page.locator(".cb-question").last
    assert newest.inner_text() == FOLLOW_UP
    until_in_view(page, newest)
    assert in_view(page, page.get_by_placeholder("Ask about the reports"))
    assert "Read as: " in page.locator(".cb-answer").last.inner_text()
    page.reload()
    settled(page)
    assert page.locator(".cb-question").all_inner_texts() == [DAPSONE, FOLLOW_UP]
    page.locator(".cb-mark").first.click()
    page.locator("mark:visible").first.wait_for()


def test_a_filter_narrows_the_next_question_until_its_chip_is_taken_off(visitor):
    """The chip stands beside the box; the answer says what it was narrowed to."""
    page = visitor()
    page.get_by_role("button", name="Filters").click()
    years = page.get_by_label("Years")
    years.fill("2016-2018")
    years.press("Enter")
    chip = page.get_by_role("button", name="year: 2016")
    chip.wait_for()
    page.keyboard.press("Escape")
    ask(page, "What dose of rituximab was given?")
    assert "Only year: 2016-2018" in page.locator(".cb-answer").last.inner_text()
    chip.click()
    chip.wait_for(state="detached")
    ask(page, DAPSONE)
    assert "Only" not in page.locator(".cb-answer").last.inner_text()


def test_an_answer_is_judged_copied_and_asked_again(visitor):
    """The verdict is there again after a reload; 'Copy' holds the sources, too."""
    page = visitor()
    ask(page, DAPSONE)
    page.get_by_test_id("stFeedback").get_by_role("radio").last.click()
    page.get_by_text("wrong evidence", exact=True).click()
    page.get_by_text("Stored on this computer").wait_for()
    page.get_by_role("button", name="Copy").first.click()
    page.get_by_test_id("stCode").wait_for()
    assert "cohen-nd-dapsone-two-patients" in page.get_by_test_id("stCode").inner_text()
    page.keyboard.press("Escape")
    page.reload()
    settled(page)
    page.get_by_text("wrong evidence", exact=True).wait_for()
    page.get_by_role("button", name="Ask again").click()
    page.wait_for_function("document.querySelectorAll('.cb-answer').length === 2")
    settled(page)
    assert page.locator(".cb-question").all_inner_texts() == [DAPSONE, DAPSONE]


def test_the_link_to_the_report_shows_the_span_there(visitor):
    """'Read it in the report' opens a tab with the same words marked."""
    page = visitor()
    ask(page, DAPSONE)
    page.locator(".cb-mark").first.click()
    words = page.locator("mark:visible").first.inner_text()
    with page.context.expect_page() as opening:
        page.get_by_text("Read it in the report").first.click()
    report = opening.value
    report.set_default_timeout(PATIENCE_MS)
    report.locator("mark").wait_for()
    assert report.locator("mark").inner_text() == words
    until_in_view(report, report.locator("mark"))


def test_two_browsers_have_two_conversations(visitor):
    """Nothing of the one is on the page of the other."""
    one, other = visitor(), visitor()
    ask(one, DAPSONE)
    ask(other, PIZZA)
    assert one.locator(".cb-question").all_inner_texts() == [DAPSONE]
    assert other.locator(".cb-question").all_inner_texts() == [PIZZA]
    assert other.locator(".cb-mark").count() == 0
    assert other.locator(".cb-evidence").count() == 3


def test_an_uploaded_pdf_is_added_and_asked_about(visitor, tmp_path):
    """Upload, quality report, outcome, question, citation with its page; then it is removed."""
    page = visitor("library")
    page.get_by_role("tab", name="Add").click()
    page.locator("input[type=file]").set_input_files(str(two_pages(tmp_path / "letter.pdf")))
    page.get_by_text("characters ·").wait_for()
    page.get_by_role("button", name="Add 1 report").click()
    page.get_by_text("added as").first.wait_for()
    page.get_by_role("link", name="Ask").click()
    settled(page)
    ask(page, "After how many weeks of brepocitinib had the rash cleared?")
    answer = page.locator(".cb-answer").last
    assert "7 weeks" in answer.inner_text()
    assert re.search(r", p\. \d", answer.locator(".cb-evidence summary").first.inner_text())
    named = answer.locator("a[href^='library?']").first.get_attribute("href")
    go(page, named.partition("&")[0])
    page.get_by_role("button", name="Remove from the library").click()
    page.get_by_role("button", name="Remove it for good").click()
    page.get_by_text("was removed").wait_for()


def two_pages(path: Path) -> Path:
    """A letter as a PDF: who it is about on its first page, how it went on the second."""
    canvas = pytest.importorskip("reportlab.pdfgen.canvas", reason="pip install reportlab").Canvas
    told = {
        1: ["A man of 51 years with dermatomyositis was given brepocitinib 30 mg daily.",
            "Prednisolone had not helped him before. He worked as a baker."],
        2: ["His rash had cleared after 7 weeks of brepocitinib. He felt well.",
            "There was no relapse in the year that followed."],
    }  # fmt: skip
    drawn = canvas(str(path))
    drawn.setTitle("A letter about brepocitinib")
    for page, lines in told.items():
        if page == 1:
            drawn.setFont("Times-Bold", 18)
            drawn.drawString(72, 770, "A letter about brepocitinib")
        drawn.setFont("Times-Roman", 11)
        for number, line in enumerate(lines):
            drawn.drawString(72, 730 - 15 * number, line)
        drawn.showPage()
    drawn.save()
    return path


def test_cases_are_filtered_and_downloaded(visitor):
    """The workbook is one that Excel opens."""
    page = visitor("cases")
    page.get_by_role("combobox", name="Treatment").click()
    page.get_by_role("option", name="rituximab").first.click()
    page.keyboard.press("Escape")
    page.get_by_text("given rituximab").first.wait_for()
    settled(page)
    with page.expect_download() as coming:
        page.get_by_role("button", name="Excel").click()
    data = io.BytesIO(Path(coming.value.path()).read_bytes())
    assert "xl/workbook.xml" in zipfile.ZipFile(data).namelist()


def test_a_quiz_question_is_answered_with_its_proof(visitor):
    """The passage comes with the answer, not before."""
    page = visitor("learn")
    page.get_by_role("radio", name="Quiz").or_(page.get_by_text("Quiz", exact=True)).first.click()
    page.get_by_role("button", name="Show the answer").wait_for()
    settled(page)
    assert page.locator("mark").count() == 0
    page.get_by_role("button", name="Show the answer").click()
    page.locator("mark").first.wait_for()
