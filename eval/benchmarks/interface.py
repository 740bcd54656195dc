"""The pages in Chromium: a picture of each, and how quick they are.

    casebook ui --port 8899 &
    python -m eval.benchmarks.interface shots http://127.0.0.1:8899 pictures/
    python -m eval.benchmarks.interface speed http://127.0.0.1:8899 --process PID

Needs the dev extra and Debian's chromium. `speed` prints the seconds from opening to a usable page,
those from question to shown answer over 30 questions, and the memory of the server's process
(/proc, Linux) with five visitors.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

IDLE = '[data-testid="stApp"][data-test-script-state="notRunning"]'
PAGES = ("cases", "library", "learn", "quality", "settings")
LOOKS = {
    "light": ((1280, 900), "light"),
    "dark": ((1280, 900), "dark"),
    "phone": ((375, 800), "light"),
}
SHOWN = "What dose of IVIG was given for skin ulcers?"
DRUGS = (
    "dapsone", "IVIG", "rituximab", "tofacitinib", "baricitinib", "apremilast", "pimecrolimus",
    "hydroxychloroquine", "mycophenolate", "methotrexate",
)  # fmt: skip
ASKED = tuple(
    form.format(drug)
    for form in (
        "Did {} help the rash?", "What dose of {} was given?", "How long did {} take to work?"
    )
    for drug in DRUGS
)  # fmt: skip
"""Thirty questions, some of which are declined."""
VISITORS = 5
PATIENCE = 300_000


@contextmanager
def chromium() -> Iterator[Any]:
    """A headless browser."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        started = driver.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        yield started
        started.close()


def opened(browser: Any, address: str, look: str = "light") -> Any:  # noqa: ANN401 (playwright)
    """A page of a visitor of its own, ready to be used."""
    (width, height), scheme = LOOKS[look]
    page = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=scheme
    ).new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(address)
    settled(page)
    return page


def settled(page: Any) -> None:  # noqa: ANN401
    """Wait until nothing more comes."""
    page.locator("h1, .cb-question").first.wait_for()
    page.wait_for_selector(IDLE)
    page.wait_for_function("!document.querySelector('[data-testid=stSkeleton]')")


def ask(page: Any, question: str) -> float:  # noqa: ANN401
    """Seconds from the key to the shown answer."""
    before = page.locator(".cb-answer").count()
    box = page.get_by_placeholder("Ask about the reports")
    box.fill(question)
    begun = time.perf_counter()
    box.press("Enter")
    page.locator(".cb-answer").nth(before).wait_for()
    spent = time.perf_counter() - begun
    settled(page)
    return spent


def shots(address: str, folder: Path) -> None:
    """Pictures of all pages in each look."""
    folder.mkdir(parents=True, exist_ok=True)
    with chromium() as browser:
        for look in LOOKS:
            page = opened(browser, address, look)
            page.screenshot(path=folder / f"begin-{look}.png")
            ask(page, SHOWN)
            page.locator(".cb-mark").first.click()
            page.locator("mark:visible").first.wait_for()
            page.wait_for_timeout(500)
            page.screenshot(path=folder / f"ask-{look}.png")
            for name in PAGES:
                page.goto(f"{address}/{name}")
                settled(page)
                page.wait_for_timeout(800)  # charts and grids draw after their data came
                page.screenshot(path=folder / f"{name}-{look}.png")
            page.context.close()


def speed(address: str, process: int | None) -> None:
    """Print times and memory."""
    with chromium() as browser:
        opening = []
        for _ in range(5):
            begun = time.perf_counter()
            page = opened(browser, address)
            opening.append(time.perf_counter() - begun)
            page.context.close()
        print(f"open to usable: median {statistics.median(opening):.2f} s, n = {len(opening)}")
        page = opened(browser, address)
        times = []
        for number, question in enumerate(ASKED):
            if number % 10 == 0 and number:  # a conversation of thirty questions is none
                page.get_by_role("button", name="New conversation").click()
                page.get_by_role("heading", name="What do the reports say?").wait_for()
                settled(page)
            times.append(ask(page, question))
        cuts = statistics.quantiles(times, n=20)
        print(f"question to answer: p50 {cuts[9]:.2f} s, p95 {cuts[18]:.2f} s, n = {len(times)}")
        if process:
            print(f"memory with one visitor: {memory(process)} MB")
            visitors = [opened(browser, address) for _ in range(VISITORS)]
            for visitor in visitors:
                ask(visitor, SHOWN)
            print(f"memory with {VISITORS + 1} visitors: {memory(process)} MB")


def memory(process: int) -> int:
    """Resident memory of a process and its children, in MB."""
    total = 0
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            fields = dict(
                line.split(":", 1) for line in status.read_text("utf-8").splitlines() if ":" in line
            )
        except OSError:  # it has ended meanwhile
            continue
        if process in (int(fields["Pid"]), int(fields["PPid"])):
            total += int(fields.get("VmRSS", "0 kB").split()[0]) // 1024
    return total


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("what", choices=["shots", "speed"])
    parser.add_argument("address")
    parser.add_argument("folder", type=Path, nargs="?", default=Path("pictures"))
    parser.add_argument("--process", type=int, help="of `casebook ui`, for its memory")
    given = parser.parse_args()
    address = given.address.rstrip("/")
    if given.what == "shots":
        shots(address, given.folder)
    else:
        speed(address, given.process)


if __name__ == "__main__":
    main()
