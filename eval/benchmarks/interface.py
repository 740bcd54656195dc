"""The pages in Chromium: pictures of all that can be brought onto them, and how quick they are.

    casebook ui --port 8899 &
    python -m eval.benchmarks.interface shots http://127.0.0.1:8899 pictures/ --looks light phone
    python -m eval.benchmarks.interface speed http://127.0.0.1:8899 --process PID

Needs the dev extra and Debian's chromium. All times of `speed` are taken by the browser's clock:
from opening to a usable page; from the Enter key to the shown answer; and from the moment at which
the engine had its answer (it stands with the answer, as `<time>`) to its being shown. The memory
and the CPU seconds are those of the server's processes (/proc, Linux).
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from eval.benchmarks.browsing import (
    DESKTOP,
    PATIENCE_MS,
    PHONE,
    Page,
    answered,
    ask,
    launched,
    send,
    settled,
)
from eval.benchmarks.scenes import SCENES

LOOKS = {"light": (DESKTOP, "light"), "dark": (DESKTOP, "dark"), "phone": (PHONE, "light")}
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
ROUNDS = 3
OPENINGS = 5

WATCH = """before => {
  window.cbAsked = window.cbShown = null;
  document.addEventListener("keydown", () => { window.cbAsked = Date.now(); },
                            {capture: true, once: true});
  const look = () => {
    const made = [...document.querySelectorAll(".cb-answer time")].at(-1)?.dateTime;
    if (!made || made === before) return;
    watching.disconnect();
    requestAnimationFrame(() => { window.cbShown = [Date.now(), made]; });
  };
  const watching = new MutationObserver(look);
  watching.observe(document.body, {childList: true, subtree: true});
}"""
"""Notes when a key is pressed and when an answer made at another time than `before` is drawn
(milliseconds); how many there are on the page says nothing, since earlier ones are folded."""
NEWEST = "[...document.querySelectorAll('.cb-answer time')].at(-1)?.dateTime ?? ''"


@contextmanager
def chromium() -> Iterator[Any]:
    """A headless browser."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        started = launched(driver)
        yield started
        started.close()


def visitor(browser: Any, look: str = "light") -> Page:  # noqa: ANN401 (playwright)
    """An empty page of a visitor of its own."""
    (width, height), scheme = LOOKS[look]
    page = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=scheme
    ).new_page()
    page.set_default_timeout(PATIENCE_MS)
    return page


def opened(browser: Any, address: str, look: str = "light") -> Page:  # noqa: ANN401 (playwright)
    """A page of a visitor of its own, ready to be used."""
    page = visitor(browser, look)
    page.goto(address)
    settled(page)
    return page


def timed(page: Page, question: str) -> tuple[float, float]:
    """Seconds from the key to the drawn answer, and from the engine's answer to the drawn one."""
    page.evaluate(WATCH, page.evaluate(NEWEST))
    send(page, question)
    page.wait_for_function("window.cbShown !== null")
    began = page.evaluate("window.cbAsked") / 1000
    drawn, made = page.evaluate("window.cbShown")
    answered(page, question)
    return drawn / 1000 - began, drawn / 1000 - datetime.fromisoformat(made).timestamp()


def shots(address: str, folder: Path, looks: Sequence[str], pages: Sequence[str]) -> None:
    """Pictures of each scene of each page in each look."""
    folder.mkdir(parents=True, exist_ok=True)
    with chromium() as browser:
        for look in looks:
            for path in pages:
                page = opened(browser, f"{address}/{path}", look)
                page.screenshot(path=folder / f"{path or 'ask'}-{look}.png")
                for name, step in SCENES[path]:
                    step(page)
                    page.wait_for_timeout(1000)  # the click has reached the server, even a busy one
                    settled(page)
                    page.wait_for_timeout(500)  # charts and grids draw after their data came
                    page.screenshot(path=folder / f"{path or 'ask'}-{name}-{look}.png")
                page.context.close()


def speed(address: str, process: int | None) -> None:
    """Print times, memory and CPU seconds."""
    with chromium() as browser:
        opening = []
        for _ in range(OPENINGS):
            began = time.perf_counter()
            page = opened(browser, address)
            opening.append(time.perf_counter() - began)
            page.context.close()
        print(f"open to usable: median {statistics.median(opening):.2f} s, n = {len(opening)}")
        page = opened(browser, address)
        spent = cpu_seconds(process)
        whole, after = zip(*_conversations(page), strict=True)
        spent = cpu_seconds(process) - spent
        print(f"question to answer: {_told(whole)}")
        print(f"engine's answer to drawn answer: {_told(after)}")
        shares = [late / all_of_it for late, all_of_it in zip(after, whole, strict=True)]
        print(f"share of the wait that is drawing: median {statistics.median(shares):.0%}")
        if not process:
            return
        print(f"CPU of the server: {spent / len(whole):.2f} s a question")
        print(f"memory with one visitor: {memory(process)} MB")
        page.context.close()
        print(together(browser, address, process))


def together(browser: Any, address: str, process: int) -> str:  # noqa: ANN401 (playwright)
    """What several visitors cost who ask at the same moment, three times, and then look around."""
    visitors = [opened(browser, address) for _ in range(VISITORS)]
    spent, rounds = cpu_seconds(process), []
    for question in (SHOWN, *ASKED[: ROUNDS - 1]):
        began = time.perf_counter()
        for one in visitors:
            send(one, question)
        for one in visitors:
            answered(one, question)
        rounds.append(time.perf_counter() - began)
    for one, path in zip(visitors, ("cases", "library", "learn", "quality", ""), strict=True):
        one.goto(f"{address}/{path}")
        settled(one)
    return (
        f"{VISITORS} visitors asking at once: all answered after {statistics.median(rounds):.1f} s "
        f"(median of {ROUNDS}), {cpu_seconds(process) - spent:.1f} CPU seconds in all; on five "
        f"pages then: {memory(process)} MB, at most {memory(process, 'VmHWM')} MB"
    )


def _conversations(page: Page) -> Iterator[tuple[float, float]]:
    """The times of all questions, in conversations of ten: one of thirty is none."""
    ask(page, SHOWN)  # the first one warms up
    for number, question in enumerate(ASKED):
        if number % 10 == 0:
            page.get_by_role("button", name="New conversation").click()
            page.get_by_role("heading", name="What do the reports say?").wait_for()
            settled(page)
        yield timed(page, question)


def _told(seconds: Sequence[float]) -> str:
    cuts = statistics.quantiles(seconds, n=20)
    return f"p50 {cuts[9]:.2f} s, p95 {cuts[18]:.2f} s, n = {len(seconds)}"


def _family(process: int) -> list[dict[str, str]]:
    """The status of a process and of its children."""
    found = []
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            lines = status.read_text("utf-8").splitlines()
        except OSError:  # it has ended meanwhile
            continue
        fields = dict(line.split(":", 1) for line in lines if ":" in line)
        if process in (int(fields["Pid"]), int(fields["PPid"])):
            found.append(fields)
    return found


def memory(process: int, kind: str = "VmRSS") -> int:
    """Resident memory of a process and its children, in MB; VmHWM: the most that each ever had."""
    return sum(int(one.get(kind, "0 kB").split()[0]) // 1024 for one in _family(process))


def cpu_seconds(process: int | None) -> float:
    """Processor time that a process and its children have used; 0 without one."""
    ticks = 0
    for one in _family(process) if process else []:
        # Behind the name in parentheses, which may hold spaces: state is 0, utime 11, stime 12.
        fields = Path(f"/proc/{one['Pid'].strip()}/stat").read_text("utf-8").rpartition(")")[2]
        ticks += sum(int(value) for value in fields.split()[11:13])
    return ticks / os.sysconf("SC_CLK_TCK")


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("what", choices=["shots", "speed"])
    parser.add_argument("address")
    parser.add_argument("folder", type=Path, nargs="?", default=Path("pictures"))
    parser.add_argument("--looks", nargs="+", choices=list(LOOKS), default=list(LOOKS))
    parser.add_argument("--pages", nargs="+", default=[page or "ask" for page in SCENES])
    parser.add_argument("--process", type=int, help="of `casebook ui`, for its memory")
    given = parser.parse_args()
    address = given.address.rstrip("/")
    if given.what == "shots":
        pages = ["" if page == "ask" else page for page in given.pages]
        shots(address, given.folder, given.looks, pages)
    else:
        speed(address, given.process)


if __name__ == "__main__":
    main()
