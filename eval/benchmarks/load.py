"""Many clients at once against one `casebook serve` on loopback: errors, times, memory.

    python -m eval.benchmarks.load --clients 20 --seconds 120

Each client asks one question of the development gold after the other, without a pause; every fifth
request is a search, a list of cases, or a report. An error is a status other than 200, or none.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections import Counter
from itertools import count
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer

from eval.benchmarks.tables import machine, table
from eval.benchmarks.ways_in import chosen, served

_PATIENCE = 120.0


def main(
    clients: Annotated[int, typer.Option(help="How many ask at once.")] = 20,
    seconds: Annotated[float, typer.Option(help="For how long.")] = 120.0,
    library: Annotated[Path | None, typer.Option(help="Folder of the library.")] = None,
) -> None:
    """Measure and print; ends with 1 when there was an error."""
    print(f"{machine()}\n")
    with served(library) as (address, process):
        _warm(address)
        before, busy = memory(process.pid), processor(process.pid)
        began = time.perf_counter()
        times, errors, halfway = asyncio.run(_storm(address, clients, seconds, process.pid))
        wall = time.perf_counter() - began
        after, busy = memory(process.pid), processor(process.pid) - busy
    done = sum(len(values) for values in times.values())
    print(
        f"{clients} clients for {wall:.0f} s: {done} answers, {sum(errors.values())} errors "
        f"{dict(errors) or ''}, {done / wall:.1f} answers/s, {busy / max(done, 1):.2f} s of "
        f"processor each; memory {before:.0f} MB at the start, {halfway:.0f} MB halfway, "
        f"{after:.0f} MB at the end\n"
    )
    rows = [
        [kind, str(len(values)), f"{share(values, 0.5):.2f}", f"{share(values, 0.95):.2f}"]
        for kind, values in sorted(times.items())
    ]
    print(table(["", "n", "p50, s", "p95, s"], rows))
    raise typer.Exit(bool(errors))


async def _storm(
    address: str, clients: int, seconds: float, pid: int
) -> tuple[dict[str, list[float]], Counter[str], float]:
    """Seconds of each request by kind, errors by kind, and the server's memory halfway in MB."""
    questions = chosen(50)
    turn = count()
    times: dict[str, list[float]] = {}
    errors: Counter[str] = Counter()
    ends = time.perf_counter() + seconds

    async def ask(client: httpx.AsyncClient) -> None:
        while time.perf_counter() < ends:
            kind, request = _request(next(turn), questions)
            began = time.perf_counter()
            try:
                reply = await client.request(**request)
                if reply.status_code != 200:
                    errors[f"{kind} {reply.status_code}"] += 1
            except httpx.HTTPError as error:
                errors[f"{kind} {type(error).__name__}"] += 1
            times.setdefault(kind, []).append(time.perf_counter() - began)

    async def look() -> float:
        await asyncio.sleep(seconds / 2)
        return memory(pid)

    limits = httpx.Limits(max_connections=clients)
    async with httpx.AsyncClient(base_url=address, timeout=_PATIENCE, limits=limits) as client:
        looking = asyncio.create_task(look())
        await asyncio.gather(*(ask(client) for _ in range(clients)))
    return times, errors, await looking


def _request(number: int, questions: list[tuple[str, ...]]) -> tuple[str, dict[str, Any]]:
    words = list(questions[number % len(questions)])
    if number % 5:
        return "ask", {"method": "POST", "url": "/ask", "json": {"turns": words}}
    others: tuple[tuple[str, dict[str, Any]], ...] = (
        ("search", {"method": "POST", "url": "/search", "json": {"query": words[-1]}}),
        ("cases", {"method": "POST", "url": "/cases", "json": {"treatment": ["IVIg"]}}),
        ("reports", {"method": "GET", "url": "/reports", "params": {"limit": 50}}),
        ("health", {"method": "GET", "url": "/health"}),
    )
    return others[number // 5 % len(others)]


def _warm(address: str) -> None:
    httpx.post(f"{address}/ask", json={"turns": ["dapsone?"]}, timeout=_PATIENCE).raise_for_status()


def memory(pid: int) -> float:
    """Resident memory in MB."""
    return _resident(pid, "VmRSS")


def own_memory(pid: int) -> float:
    """Resident memory in MB that belongs to no file: what a process itself has taken."""
    return _resident(pid, "RssAnon")


def _resident(pid: int, kind: str) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return next(
        int(line.split()[1]) / 1000 for line in status.splitlines() if line.startswith(kind)
    )


def processor(pid: int) -> float:
    """Seconds of processor so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def share(values: list[float], part: float) -> float:
    """The value below which this part of them lies: .5 the median, .95 nearly the longest."""
    return sorted(values)[min(len(values) - 1, int(len(values) * part))]


if __name__ == "__main__":
    typer.run(main)
