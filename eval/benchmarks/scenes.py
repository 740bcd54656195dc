"""What can be brought onto the pages, each by a few clicks: popovers, tabs, charts, warnings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from eval.benchmarks.browsing import DAPSONE, PIZZA, Page, ask, go, send, settled

Step = Callable[[Page], Any]
NAMED = "Did dapsone help the rash of Mr. John Miller?"


def opens(name: str) -> Step:
    """A button, most often a popover's."""

    def step(page: Page) -> None:
        page.get_by_role("button", name=name).first.click()
        settled(page)

    return step


def shows(name: str) -> Step:
    """A tab."""

    def step(page: Page) -> None:
        page.get_by_role("tab", name=name).click()
        settled(page)

    return step


def renaming(page: Page) -> None:
    """The popover of a kept conversation, in the sidebar, which a phone folds away.

    After a change of width it may be on its way out when it is looked at, so a button that has
    slid off the screen is brought back and clicked again.
    """
    from playwright.sync_api import TimeoutError as TooLate

    button = page.get_by_role("button", name="Rename or delete").first
    folded = page.get_by_test_id("stExpandSidebarButton")
    for wait in (5_000, 5_000, 5_000, None):
        settled(page)
        if folded.is_visible():
            folded.click()
        try:
            button.click(timeout=wait)
            break
        except TooLate:
            if wait is None:
                raise
    settled(page)


def copying(page: Page) -> None:
    """The Markdown of an answer, which is made when it is asked for."""
    opens("Copy")(page)
    page.locator("[data-testid=stCode]").wait_for()


def proof(page: Page) -> None:
    """An answer with an open passage."""
    ask(page, DAPSONE)
    page.locator(".cb-mark").first.click()
    page.locator("mark:visible").first.wait_for()


def held(page: Page) -> None:
    """The warning before an identifying question."""
    send(page, NAMED)
    page.get_by_text("This seems to hold").wait_for()
    settled(page)


def declined(page: Page) -> None:
    """The nearest passages, one of them open."""
    ask(page, PIZZA)
    page.locator(".cb-evidence summary").first.click()


def ticked(page: Page) -> None:
    """The first patient of the table, ticked on its canvas: the course as a chart."""
    page.get_by_role("tab", name="Table").click()
    grid = page.locator("[data-testid=stDataFrame] .dvn-scroller").first  # lies over its canvas
    grid.scroll_into_view_if_needed()
    grid.click(position={"x": 17, "y": 52})
    page.get_by_role("heading", name="Course").wait_for()
    settled(page)
    page.locator(
        "[data-testid=stVegaLiteChart] canvas, [data-testid=stVegaLiteChart] svg"
    ).first.wait_for()


def charted(page: Page) -> None:
    """Patients by treatment and response."""
    shows("Groups and charts")(page)
    page.locator("[data-testid=stVegaLiteChart]:visible").first.wait_for()


def similar(page: Page) -> None:
    """Patients like the one of a vignette."""
    shows("Similar patients")(page)
    page.get_by_label("Describe a patient").fill(
        "A man of 48, anti-MDA5, interstitial lung disease"
    )
    page.get_by_role("button", name="Find similar patients").click()
    page.get_by_text("Where it stands").wait_for()
    settled(page)


def report(page: Page) -> None:
    """A report with a span highlighted."""
    go(page, "library?report=cohen-nd-dapsone-two-patients&start=40&end=90")
    page.locator("mark").wait_for()


def chooses(name: str) -> Step:
    """A part of the page Learn."""

    def step(page: Page) -> None:
        page.get_by_role("radio", name=name).or_(page.get_by_text(name, exact=True)).first.click()
        settled(page)

    return step


SCENES: dict[str, Sequence[tuple[str, Step]]] = {
    "": (
        ("held", held), ("dropped", opens("Drop it")), ("declined", declined), ("proof", proof),
        ("filters", opens("Filters")), ("export", opens("Export")), ("copy", copying),
        ("rename", renaming),
    ),
    "cases": (("table", settled), ("charts", charted), ("similar", similar), ("ticked", ticked)),
    "library": (
        ("reports", settled), ("doubts", shows("Doubts")), ("add", shows("Add")),
        ("fetch", shows("Fetch")), ("report", report), ("remove", opens("Remove from the library")),
    ),
    "learn": (
        ("glossary", settled), ("quiz", chooses("Quiz")), ("answer", opens("Show the answer")),
        ("case", chooses("A case step by step")), ("pair", chooses("Two cases compared")),
    ),
    "quality": (
        ("figures", settled), ("trend", shows("Trend")),
        ("questions", shows("Question by question")), ("how", shows("How to measure")),
    ),
    "settings": (("settings", settled), ("delete", opens("Delete everything"))),
}  # fmt: skip
"""Page → its scenes, one after the other."""
