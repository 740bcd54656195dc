"""What a click costs on the page Ask, after conversations of several lengths.

    casebook ui --port 8899 &
    python -m eval.benchmarks.reruns http://127.0.0.1:8899 --process PID

Two clicks: a filter is changed, and the conversation is opened again from the list of those that
are kept, which makes the server draw the whole page anew. Told for each length: CPU milliseconds
of the server (/proc, Linux), the time until the page is at rest again by the browser's clock
(median), what the server sent (kB and messages, mean), and how many elements the browser then
holds. Needs the dev extra and Debian's chromium.
"""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Callable
from itertools import cycle

from eval.benchmarks.browsing import IDLE, Page, ask, settled
from eval.benchmarks.interface import ASKED, chromium, cpu_seconds, visitor

LENGTHS = (1, 10, 40)
TIMES = 20

QUIET = """async idle => {
  const began = performance.now();
  const rest = () => document.querySelector(idle) !== null;
  const frame = () => new Promise(go => requestAnimationFrame(go));
  while (rest() && performance.now() - began < 1000) await frame();
  while (!rest()) await frame();
  return performance.now() - began;
}"""
"""Milliseconds until the page has begun to be made anew and is at rest again."""


def filtering(page: Page) -> Callable[[], None]:
    """A click that changes the filter of years, again and again."""
    page.get_by_role("button", name="Filters").click()
    box = page.get_by_label("Years")
    box.wait_for()
    years = cycle(["1991-", "1992-"])

    def click() -> None:
        box.fill(next(years))
        box.press("Enter")

    return click


def reopening(page: Page) -> Callable[[], None]:
    """A click that opens the newest kept conversation, which is the one on the page."""
    page.keyboard.press("Escape")
    settled(page)
    return page.locator(".st-key-history button").first.click


def told(page: Page, click: Callable[[], None], process: int, sent: list[int]) -> str:
    """The figures of so many clicks, in a line."""
    click()
    page.evaluate(QUIET, IDLE)
    del sent[:]
    before, waits = cpu_seconds(process), []
    for _ in range(TIMES):
        click()
        waits.append(float(page.evaluate(QUIET, IDLE)) / 1000)
    spent = (cpu_seconds(process) - before) / TIMES
    elements = page.evaluate("document.querySelectorAll('.stApp *').length")
    return (
        f"{spent * 1000:.0f} CPU ms, at rest after {statistics.median(waits):.2f} s, "
        f"{sum(sent) / TIMES / 1000:.0f} kB in {len(sent) / TIMES:.0f} messages, "
        f"{elements} elements; n = {TIMES}"
    )


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("address")
    parser.add_argument("--process", type=int, required=True, help="of `casebook ui`")
    given = parser.parse_args()
    with chromium() as browser:
        page = visitor(browser)
        sent: list[int] = []
        page.on(
            "websocket",
            lambda socket: socket.on("framereceived", lambda data: sent.append(len(data))),
        )
        page.goto(given.address)
        questions = cycle(ASKED)
        for number in range(1, LENGTHS[-1] + 1):
            ask(page, next(questions))
            if number in LENGTHS:
                for name, made in (("filter", filtering), ("reopen", reopening)):
                    line = told(page, made(page), given.process, sent)
                    print(f"{number} exchanges, {name}: {line}", flush=True)


if __name__ == "__main__":
    main()
