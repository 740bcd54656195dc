"""The two pictures of the README: an answer with its passage, and treatments by response.

    casebook ui --port 8899 &
    python -m eval.benchmarks.readme_pictures http://127.0.0.1:8899 docs/

Needs the dev extra and Debian's chromium.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from eval.benchmarks.browsing import Page, ask, settled
from eval.benchmarks.interface import SHOWN, chromium, opened
from eval.benchmarks.scenes import charted

SIZE = {"width": 1200, "height": 1000}


def answer(page: Page, path: Path) -> None:
    """A question, its answer, and the passage behind the first mark."""
    ask(page, SHOWN)
    page.locator(".cb-mark").first.click()
    page.locator("mark:visible").first.wait_for()
    page.locator(".cb-question").last.scroll_into_view_if_needed()
    page.evaluate("document.querySelector('.stMain').scrollTo(0, 0)")
    taken(page, path)


def chart(page: Page, path: Path) -> None:
    """All treatments by response, with the conditions folded."""
    page.get_by_text("Conditions", exact=True).click()
    charted(page)
    taken(page, path)


def taken(page: Page, path: Path) -> None:
    """The picture, once nothing moves any more."""
    page.mouse.move(1, 999)
    page.wait_for_timeout(1500)
    settled(page)
    page.screenshot(path=path)
    page.context.close()


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("address")
    parser.add_argument("folder", type=Path)
    given = parser.parse_args()
    with chromium() as browser:
        for path, name, take in (("", "ui.png", answer), ("cases", "ui_cases.png", chart)):
            page = opened(browser, f"{given.address.rstrip('/')}/{path}")
            page.set_viewport_size(SIZE)
            take(page, given.folder / name)


if __name__ == "__main__":
    main()
