"""The pages in a real browser, served by a real `casebook ui`: what only a browser can show.

One server and one browser for all: each takes a while on a busy machine.
"""

from __future__ import annotations

import io
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path
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

IDLE = '[data-testid="stApp"][data-test-script-state="notRunning"]'
PAGES = ("", "cases", "library", "learn", "quality", "settings")
PHONE, TABLET, DESKTOP = (375, 800), (768, 1024), (1280, 900)

DAPSONE = "Did dapsone help the rash?"
FOLLOW_UP = "How long did it take?"
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
    with Serving(folder / "library", free_port(), home=folder / "home") as page:
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


@pytest.fixture
def visitor(browser, server):
    """Opens pages, each in a browser of its own; nothing may be asked of any other machine."""
    contexts = []
    asked_of: set[str | None] = set()

    def visit(path: str = "", size: tuple[int, int] = DESKTOP, scheme: str = "light"):
        width, height = size
        context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme
        )
        contexts.append(context)
        context.on("request", lambda sent: asked_of.add(urlsplit(sent.url).hostname))
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.goto(f"{server}/{path}")
        settled(page)
        return page

    yield visit
    for context in contexts:
        context.close()
    assert asked_of - {None, ""} == {"127.0.0.1"}


def settled(page) -> None:
    """Wait until a page stands and the server has nothing more to do for it."""
    page.locator("h1, .cb-question").first.wait_for()
    page.wait_for_selector(IDLE)
    page.wait_for_function("document.querySelectorAll('[data-testid=stSkeleton]').length === 0")


def ask(page, question: str) -> None:
    box = page.get_by_placeholder("Ask about the reports")
    box.fill(question)
    box.press("Enter")
    heading = page.locator(".cb-question", has_text=question).last
    heading.locator("xpath=following-sibling::*[contains(@class,'cb-answer')]").wait_for()
    settled(page)


def in_view(page, locator) -> bool:
    box, size = locator.bounding_box(), page.viewport_size
    return box is not None and 0 <= box["y"] < size["height"]


def until_in_view(page, locator) -> None:
    """Scrolling takes a moment; what never comes into view fails by the timeout."""
    page.wait_for_function(
        "found => { const y = found.getBoundingClientRect().y;"
        " return y >= 0 && y < window.innerHeight; }",
        arg=locator.element_handle(),
    )


# -- the journeys ---------------------------------------------------------------------------------


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


def test_an_uploaded_report_is_added_and_asked_about(visitor, tmp_path):
    """Upload, quality report, outcome, question, citation; then it is removed again."""
    note = tmp_path / "brepocitinib-note.txt"
    note.write_text(
        "A letter about brepocitinib\n\nA man of 51 years with dermatomyositis was given "
        "brepocitinib 30 mg daily. His rash had cleared after 7 weeks. " + "He felt well. " * 40,
        "utf-8",
    )
    page = visitor("library")
    page.get_by_role("tab", name="Add").click()
    page.locator("input[type=file]").set_input_files(str(note))
    page.get_by_text("characters ·").wait_for()
    page.get_by_role("button", name="Add 1 report").click()
    page.get_by_text("added as").first.wait_for()
    page.get_by_role("link", name="Ask").click()
    settled(page)
    ask(page, "After how many weeks of brepocitinib had the rash cleared?")
    assert "7 weeks" in page.locator(".cb-answer").last.inner_text()
    report_id = "a-letter-about-brepocitinib"
    named = page.locator(".cb-answer a[href^='library?']").first.get_attribute("href")
    report_id = named.split("report=")[1].split("&")[0]
    page.goto(f"{page.url.split('?')[0].rstrip('/')}/library?report={report_id}")
    settled(page)
    page.get_by_role("button", name="Remove from the library").click()
    page.get_by_role("button", name="Remove it for good").click()
    page.get_by_text("was removed").wait_for()


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


def test_the_theme_can_be_chosen(visitor):
    """Also against the system's setting, and on every page."""
    page = visitor("settings")
    light = page.evaluate("getComputedStyle(document.querySelector('.stApp')).backgroundColor")
    page.get_by_role("radio", name="Dark").or_(page.get_by_text("Dark", exact=True)).first.click()
    page.wait_for_function(
        "light => { const app = document.querySelector('.stApp');"
        " return app && getComputedStyle(app).backgroundColor !== light; }",
        arg=light,
    )


# -- what must never happen -----------------------------------------------------------------------


def test_a_document_cannot_run_or_fetch_anything(visitor):
    """Markup in a report and in a question is text; the fixture watches for requests elsewhere."""
    page = visitor()
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    ask(page, "How long until the rash healed with thalidomide? <img src=x onerror=alert(1)>")
    assert "<img src=" in page.locator(".cb-answer").first.inner_text()
    assert "onerror=alert(1)" in page.locator(".cb-question").first.inner_text()
    page.goto(page.url.split("?")[0] + "library?report=hostile")
    settled(page)
    assert "<img src=" in page.locator(".cb-report").first.locator(
        "xpath=../../.."
    ).inner_text() or ("<img src=" in page.locator("body").inner_text())
    assert page.locator(".stHtml img").count() == 0
    assert page.evaluate("window.stolen") is None
    assert dialogs == []


@pytest.mark.parametrize("size", [PHONE, TABLET], ids=["phone", "tablet"])
def test_every_page_fits_its_width_and_carries_no_advertisement(visitor, size):
    """No sideways scrolling, no deploy button, no maker's mark."""
    page = visitor(size=size)
    for path in PAGES:
        page.goto(f"{page.url.split('?')[0].rsplit('/', 1)[0]}/{path}")
        settled(page)
        wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert wide <= 0, path
        shown = page.locator("body").inner_text()
        assert "Deploy" not in shown
        assert "Streamlit" not in shown


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_has_a_serious_barrier(visitor, scheme):
    """axe-core finds nothing serious or critical: contrast, names, roles, order."""
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="pip install axe-playwright-python"
    ).Axe()
    page = visitor(scheme=scheme)
    ask(page, DAPSONE)
    page.locator(".cb-mark").first.click()
    page.locator("mark:visible").first.wait_for()
    found: dict[str, list[str]] = {}
    base = page.url.split("?")[0].rstrip("/")
    for path in PAGES:
        if path:
            page.goto(f"{base}/{path}")
            settled(page)
        for one in axe.run(page).response["violations"]:
            if one["impact"] in ("serious", "critical"):
                nodes = [node["html"][:160] for node in one["nodes"]][:3]
                found.setdefault(f"{path or 'ask'}: {one['id']}", []).extend(nodes)
    assert found == {}
