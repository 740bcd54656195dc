"""A reader at the pages in Chromium: what browser tests and benchmarks do and wait for."""

from __future__ import annotations

import shutil
from typing import Any

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")

PATIENCE_MS = 300_000
"""The first visit loads the model, on a busy machine slowly."""

IDLE = '[data-testid="stApp"][data-test-script-state="notRunning"]'
PAGES = ("", "cases", "library", "learn", "quality", "settings")
PHONE, TABLET, DESKTOP = (375, 800), (768, 1024), (1280, 900)

DAPSONE = "Did dapsone help the rash?"
FOLLOW_UP = "How long did it take?"
PIZZA = "How long should pizza dough rest in the fridge?"

Page = Any
"""A page of Playwright, which is not installed everywhere."""


def launched(driver: Any) -> Any:  # noqa: ANN401 (playwright)
    """A headless Chromium that asks nothing of anybody by itself."""
    return driver.chromium.launch(
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


def settled(page: Page) -> None:
    """Wait until a page stands and the server has nothing more to do for it."""
    page.locator("h1, .cb-question").first.wait_for()
    page.wait_for_selector(IDLE)
    page.wait_for_function("document.querySelectorAll('[data-testid=stSkeleton]').length === 0")


def send(page: Page, question: str) -> None:
    """Type a question and send it, without waiting for what comes."""
    box = page.get_by_placeholder("Ask about the reports")
    box.fill(question)
    box.press("Enter")


def ask(page: Page, question: str) -> None:
    """Ask, and wait for the whole answer."""
    send(page, question)
    answered(page, question)


def answered(page: Page, question: str) -> None:
    """Wait for the whole answer to a question that was sent."""
    heading = page.locator(".cb-question", has_text=question).last
    heading.locator("xpath=following-sibling::*[contains(@class,'cb-answer')]").wait_for()
    # It stands on a page of its own for a moment; a passage opened there would be closed again.
    page.wait_for_function("document.querySelectorAll('.cb-preliminary').length === 0")
    settled(page)


def base_of(page: Page) -> str:
    """The address of the server, without page and query."""
    scheme, _, rest = page.url.partition("://")
    return f"{scheme}://{rest.partition('/')[0]}"


def go(page: Page, path: str) -> None:
    """Open one of the pages by its address."""
    page.goto(f"{base_of(page)}/{path}")
    settled(page)


def in_view(page: Page, locator: Any) -> bool:  # noqa: ANN401
    """Whether the top of an element stands within the window."""
    box, size = locator.bounding_box(), page.viewport_size
    return box is not None and 0 <= box["y"] < size["height"]


def until_in_view(page: Page, locator: Any) -> None:  # noqa: ANN401
    """Scrolling takes a moment; what never comes into view fails by the timeout."""
    page.wait_for_function(
        "found => { const y = found.getBoundingClientRect().y;"
        " return y >= 0 && y < window.innerHeight; }",
        arg=locator.element_handle(),
    )
