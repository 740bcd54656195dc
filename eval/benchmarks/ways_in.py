"""The same questions through every way in: Python, CLI, REST, events, MCP, OpenAI's client.

    python -m eval.benchmarks.ways_in --questions 50

Each way is a real process of its own but for Python. What must be equal is the object of
`casebook ask --json` without the times, as bytes; and what the chat message shows of it.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer

from eval.benchmarks.tables import machine, table
from eval.gold import load_all, shipped_gold

Turns = tuple[str, ...]
Replies = list[dict[str, Any]]
"""One object of `ask --json` for each question."""

OF_DIGESTS = ("digests", "reports_a", "reports_b", "reports_c", "corpus_wide")
"""Parts of the development gold whose reports are shipped."""
_PATIENCE = 900.0  # seconds until a process must answer on a machine that is busy


def main(
    questions: Annotated[int, typer.Option(help="How many, evenly taken.")] = 50,
    library: Annotated[Path | None, typer.Option(help="Folder of the library.")] = None,
) -> None:
    """Ask and compare; ends with 1 when two ways differ."""
    asked = chosen(questions)
    print(f"{machine()}\n\n{len(asked)} questions, {sum(len(t) > 1 for t in asked)} with turns\n")
    found, seconds = {}, {}
    for name, ask in WAYS.items():
        began = time.perf_counter()
        found[name] = ask(asked, library)
        seconds[name] = time.perf_counter() - began
        print(f"{name}: {seconds[name]:.0f} s", flush=True)
    first = next(iter(found.values()))
    rows = []
    for name, replies in found.items():
        differing = [n for n, reply in enumerate(replies) if as_bytes(reply) != as_bytes(first[n])]
        rows.append([name, str(len(replies)), str(len(differing)), f"{seconds[name]:.0f}"])
        for number in differing:
            print(f"{name} differs: {asked[number]}")
    print("\n" + table(["way in", "answers", "differing", "s, opening included"], rows))
    raise typer.Exit(any(row[2] != "0" for row in rows))


def chosen(count: int) -> list[Turns]:
    """Questions of the development gold over the shipped reports, evenly taken."""
    paths = [path for path in shipped_gold() if path.stem in OF_DIGESTS]
    items = [item for part in load_all(paths).values() for item in part]
    step = max(1, len(items) // count)
    return [item.turns or (item.question or "",) for item in items[::step][:count]]


def as_bytes(reply: Mapping[str, Any]) -> bytes:
    """A reply without what may differ: the time it took, and the id of a batch line."""
    kept = {key: value for key, value in reply.items() if key not in ("id", "elapsed_ms")}
    return json.dumps(kept, sort_keys=True, ensure_ascii=False).encode()


def in_python(asked: Sequence[Turns], library: Path | None) -> Replies:
    """`from rag import Casebook`."""
    from rag import Casebook
    from rag.render import to_json

    with Casebook.open(library) as casebook:
        return [to_json(casebook.converse(turns)) for turns in asked]


def on_the_command_line(asked: Sequence[Turns], library: Path | None) -> Replies:
    """`casebook ask --batch - --json`."""
    lines = "\n".join(json.dumps({"id": n, "turns": turns}) for n, turns in enumerate(asked))
    done = subprocess.run(
        [*command("ask", library), "--batch", "-", "--json"],
        input=lines,
        capture_output=True,
        text=True,
        check=True,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def over_rest(asked: Sequence[Turns], library: Path | None) -> Replies:
    """POST /ask."""
    with serving(library) as address, httpx.Client(base_url=address, timeout=_PATIENCE) as client:
        replies = [client.post("/ask", json={"turns": list(turns)}) for turns in asked]
        return [reply.raise_for_status().json() for reply in replies]


def as_events(asked: Sequence[Turns], library: Path | None) -> Replies:
    """POST /ask/stream: the last event."""
    with serving(library) as address, httpx.Client(base_url=address, timeout=_PATIENCE) as client:
        found = []
        for turns in asked:
            text = client.post("/ask/stream", json={"turns": list(turns)}).raise_for_status().text
            *_, last = events(text)
            assert last[0] == "answer", last
            found.append(last[1])
        return found


def events(text: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Server-sent events of `casebook serve`: name and data."""
    for block in text.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if ": " in line)
        if "event" in fields:
            yield fields["event"], json.loads(fields["data"])


def over_mcp(asked: Sequence[Turns], library: Path | None) -> Replies:
    """`casebook mcp`, with the SDK's client over stdin and stdout."""
    return asyncio.run(_over_mcp(asked, library))


async def _over_mcp(asked: Sequence[Turns], library: Path | None) -> Replies:
    from mcp import Client, StdioServerParameters

    program, *arguments = command("mcp", library)
    server = StdioServerParameters(command=program, args=arguments, env=dict(os.environ))
    found: Replies = []
    async with Client(server, read_timeout_seconds=_PATIENCE) as client:
        for turns in asked:
            wish = {"question": turns[-1], "earlier": list(turns[:-1])}
            result = await client.call_tool("ask", wish)
            assert not result.is_error and result.structured_content, result
            found.append(result.structured_content)
    return found


def with_openai(asked: Sequence[Turns], library: Path | None) -> Replies:
    """The official client of OpenAI, whole and streamed, which must say the same."""
    from openai import OpenAI

    found: Replies = []
    with serving(library) as address:
        client = OpenAI(base_url=f"{address}/v1", api_key="none", timeout=_PATIENCE)
        for turns in asked:
            messages: Any = [{"role": "user", "content": words} for words in turns]
            whole = client.chat.completions.create(model="casebook", messages=messages)
            text, extra = whole.choices[0].message.content or "", whole.model_extra or {}
            chunks = list(
                client.chat.completions.create(model="casebook", messages=messages, stream=True)
            )
            streamed = "".join(c.choices[0].delta.content or "" for c in chunks)
            assert streamed == text, turns
            _require_cited(text, extra["casebook"])
            found.append(extra["casebook"])
    return found


def _require_cited(text: str, reply: Mapping[str, Any]) -> None:
    """The message shows each citation of the answer in its list of sources."""
    listed = {int(number) for number in re.findall(r"(?m)^- \[(\d+)\] ", text)}
    assert listed == {citation["number"] for citation in reply["citations"]}, text


WAYS: dict[str, Callable[[Sequence[Turns], Path | None], Replies]] = {
    "Python": in_python,
    "command line": on_the_command_line,
    "REST": over_rest,
    "server-sent events": as_events,
    "MCP": over_mcp,
    "OpenAI's client": with_openai,
}


def command(name: str, library: Path | None, *options: str) -> list[str]:
    """The command line of `casebook NAME`."""
    named = ["--library", str(library)] if library else []
    return [sys.executable, "-m", "rag", name, *named, *options]


@contextmanager
def serving(library: Path | None, *options: str) -> Iterator[str]:
    """Within the block, `casebook serve` answers at this address."""
    with served(library, *options) as (address, _):
        yield address


@contextmanager
def served(library: Path | None, *options: str) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Within the block, `casebook serve` answers at this address; and its process."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = subprocess.Popen(
        command("serve", library, "--port", str(port), *options), stderr=subprocess.DEVNULL
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _await(process, address)
        yield address, process
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=120)


def _await(process: subprocess.Popen[bytes], address: str) -> None:
    ends = time.monotonic() + _PATIENCE
    while time.monotonic() < ends:
        if process.poll() is not None:
            raise RuntimeError(f"casebook serve ended with {process.returncode}")
        try:
            httpx.get(f"{address}/health", timeout=5).raise_for_status()
            return
        except httpx.HTTPError:
            time.sleep(0.2)
    raise RuntimeError("casebook serve did not answer")


if __name__ == "__main__":
    typer.run(main)
