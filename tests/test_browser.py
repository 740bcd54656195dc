"""The page in a real browser, served by a real `casebook ui`: what only a browser can show."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from places import ROOT, SMALL
from serving import Serving, free_port

from rag.index import index
from rag.library import Library

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
if not CHROMIUM:
    pytest.skip("no Chromium here: apt-get install chromium", allow_module_level=True)
playwright = pytest.importorskip(
    "playwright.sync_api", reason="no playwright here: pip install playwright"
)

PATIENCE_MS = 300_000
"""The first visit loads the model, on a busy machine slowly."""

DAPSONE = "Did dapsone help the rash?"
PIZZA = "How long should pizza dough rest in the fridge?"
HOSTILE = """# Thalidomide <script>window.stolen = 1</script>

A man of 44 years took thalidomide and his rash healed <img src="http://192.0.2.1/a.png"
onerror="window.stolen = 2"> within 5 weeks of thalidomide ![b](http://192.0.2.1/b.png) treatment.
"""


@pytest.fixture(scope="module")
def server(encoder, tmp_path_factory) -> Iterator[str]:
    """The address of a running `casebook ui` over the small library and one hostile report."""
    folder = tmp_path_factory.mktemp("browser")
    hostile = folder / "hostile.md"
    hostile.write_text(HOSTILE, "utf-8")
    with Library(folder / "library", create=True) as library:
        paths = [hostile, *(ROOT / "corpus" / "reports" / f"{name}.md" for name in SMALL)]
        assert {o.status for o in index(paths, library, encoder)} == {"added"}
    with Serving(folder / "library", free_port()) as page:
        yield page.address


@pytest.fixture(scope="module")
def browser():
    """One headless Chromium for the module."""
    with playwright.sync_playwright() as driver:
        started = driver.chromium.launch(
            executable_path=CHROMIUM,
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
            ],
        )
        yield started
        started.close()


@pytest.fixture(params=[(1200, 900), (390, 844)], ids=["desktop", "phone"])
def visit(request, browser, server):
    """A fresh visit; at its end, nothing may have been asked of any machine but this one."""
    width, height = request.param
    page = browser.new_page(viewport={"width": width, "height": height})
    asked_of: set[str | None] = set()
    page.on("request", lambda sent: asked_of.add(urlsplit(sent.url).hostname))
    page.goto(server)
    page.get_by_placeholder("Ask about the reports").wait_for(timeout=PATIENCE_MS)
    yield page
    page.close()
    assert asked_of - {None} == {"127.0.0.1"}


def ask(page, question: str) -> None:
    box = page.get_by_placeholder("Ask about the reports")
    box.fill(question)
    box.press("Enter")
    heading = page.locator(".cb-question", has_text=question)
    heading.locator("xpath=following-sibling::*[contains(@class,'cb-answer')]").wait_for(
        timeout=PATIENCE_MS
    )


def in_view(page, locator) -> bool:
    box, size = locator.bounding_box(), page.viewport_size
    return box is not None and 0 <= box["y"] < size["height"]


def test_a_mark_opens_its_passage_and_shows_the_highlighted_span(visit):
    """One click on [1] brings the reader to the very words, with their source beside them."""
    ask(visit, DAPSONE)
    mark = visit.locator("mark").first
    assert not mark.is_visible()
    visit.locator(".cb-mark").first.click()
    mark.wait_for(state="visible")
    assert in_view(visit, mark)
    assert visit.locator("details[open]").count() == 1
    digest = (ROOT / "corpus" / "reports" / "cohen-nd-dapsone-two-patients.md").read_text("utf-8")
    assert mark.inner_text() in digest
    assert (
        "Cutaneous involvement of dermatomyositis" in visit.locator(".cb-source").first.inner_text()
    )


def test_the_newest_answer_stays_in_view_and_older_marks_still_open(visit):
    """A page that grows must not scroll away from what the reader asked for or has opened."""
    ask(visit, DAPSONE)
    ask(visit, PIZZA)
    newest = visit.locator(".cb-question").first
    assert newest.inner_text() == PIZZA
    assert in_view(visit, newest)
    visit.locator(".cb-mark").first.click()
    opened = visit.locator("mark:visible")
    opened.wait_for()
    assert in_view(visit, opened)


def test_a_nearest_passage_opens_where_nothing_answers(visit):
    """Declining still leads the reader to the reports."""
    ask(visit, PIZZA)
    assert visit.locator(".cb-mark").count() == 0
    assert visit.locator(".cb-evidence").count() == 3
    visit.locator(".cb-evidence summary").first.click()
    visit.locator("mark").first.wait_for(state="visible")


def test_a_document_cannot_run_or_fetch_anything(visit):
    """Markup in a report and in a question is text; the fixture watches for requests elsewhere."""
    dialogs: list[str] = []
    visit.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    ask(visit, "How long until the rash healed with thalidomide? <img src=x onerror=alert(1)>")
    assert "<img src=" in visit.locator(".cb-answer").first.inner_text()
    assert "onerror=alert(1)" in visit.locator(".cb-question").first.inner_text()
    assert visit.locator(".stHtml img, .stHtml script").count() == 0
    assert visit.evaluate("window.stolen") is None
    assert dialogs == []


def test_the_page_fits_its_width_and_carries_no_advertisement(visit):
    """No sideways scrolling on a phone, no deploy button, no maker's mark."""
    ask(visit, DAPSONE)
    visit.locator(".cb-mark").first.click()
    beyond = """[...document.querySelectorAll('.cb-answer, .cb-answer *')]
        .filter(found => found.getBoundingClientRect().right > window.innerWidth).length"""
    assert visit.evaluate(beyond) == 0
    shown = visit.locator("body").inner_text()
    assert "Deploy" not in shown
    assert "Streamlit" not in shown
