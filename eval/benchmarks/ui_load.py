"""Many readers at once at the pages of one `casebook ui` on loopback: errors, times, memory.

    casebook index corpus/reports --library FOLDER
    python -m eval.benchmarks.ui_load FOLDER --clients 20 --seconds 300

No browsers: each client speaks to the page's server as Streamlit's own JavaScript does (a WebSocket
with its Protobuf messages), so that the time is the server's. A client opens the page, types a
question of the development gold, waits until the page stands, and asks the next without a pause;
after TALK questions it comes back as a new visitor. An answer counts when the page shows it; a page
that shows an error, ends with a traceback or says nothing for PATIENCE seconds is an error.
What is kept goes into a folder of its own, which is deleted.
"""

from __future__ import annotations

import asyncio
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer

from eval.benchmarks.load import memory, processor, share
from eval.benchmarks.tables import machine, table
from eval.benchmarks.ways_in import chosen

PATIENCE = 300.0
"""Seconds: the first visit loads the model, on a busy machine slowly."""
TALK = 5
"""Questions of one conversation: the page shows all of them again with each."""
_QUESTION = re.compile('class="cb-question')
_ANSWER = re.compile('class="cb-answer')
_DONE = (0, 3)
"""FINISHED_SUCCESSFULLY and FINISHED_FRAGMENT_RUN_SUCCESSFULLY of streamlit's ForwardMsg."""


@dataclass(slots=True)
class Seen:
    """What all clients saw: seconds of each answer, and errors by kind."""

    opened: list[float] = field(default_factory=list)
    answers: list[float] = field(default_factory=list)
    errors: Counter[str] = field(default_factory=Counter)


class PageError(Exception):
    """The page did not show an answer; the text says what it did."""


def main(
    library: Annotated[Path, typer.Argument(help="A library; it is not changed.")],
    clients: Annotated[int, typer.Option(help="How many ask at once.")] = 20,
    seconds: Annotated[float, typer.Option(help="For how long.")] = 300.0,
) -> None:
    """Measure and print; ends with 1 when there was an error."""
    print(f"{machine()}\n", flush=True)
    questions = [turns[0] for turns in chosen(50)]
    with served(library) as (address, pid):
        asyncio.run(_visit(address, questions, count(), Seen(), 1, time.perf_counter() + PATIENCE))
        before, busy, began = memory(pid), processor(pid), time.perf_counter()
        seen = asyncio.run(_storm(address, questions, clients, began + seconds))
        wall, after, busy = time.perf_counter() - began, memory(pid), processor(pid) - busy
    done = len(seen.answers)
    print(
        f"{clients} clients for {wall:.0f} s: {done} answers, {seen.errors.total()} errors "
        f"{dict(seen.errors) or ''}, {done / wall:.2f} answers/s, {busy / max(done, 1):.2f} s of "
        f"processor each; memory {before:.0f} MB before, {after:.0f} MB after\n"
    )
    rows = [
        [kind, str(len(times)), f"{share(times, 0.5):.2f}", f"{share(times, 0.95):.2f}"]
        for kind, times in (("page opened", seen.opened), ("answer", seen.answers))
        if times
    ]
    print(table(["", "n", "p50, s", "p95, s"], rows))
    raise typer.Exit(bool(seen.errors) or not done)


@contextmanager
def served(library: Path) -> Iterator[tuple[str, int]]:
    """Within the block, `casebook ui` answers at this address; and its server's process."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="casebook-ui-load-") as own:
        environment = os.environ | {"XDG_DATA_HOME": own, "CASEBOOK_LIBRARY": str(library)}
        command = [sys.executable, "-m", "rag", "ui", "--port", str(port)]
        process = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
        try:
            _await(process, f"http://127.0.0.1:{port}/_stcore/health")
            yield f"ws://127.0.0.1:{port}/_stcore/stream", _server_of(process.pid)
        finally:
            process.terminate()
            process.wait(timeout=120)


def _await(process: subprocess.Popen[bytes], address: str) -> None:
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends:
        if process.poll() is not None:
            raise RuntimeError(f"casebook ui ended with {process.returncode}")
        try:
            httpx.get(address, timeout=5).raise_for_status()
            return
        except httpx.HTTPError:
            time.sleep(0.2)
    raise RuntimeError("casebook ui did not answer")


def _server_of(pid: int) -> int:
    """The process that answers: the child of the command."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return int(children[0]) if children else pid


async def _storm(address: str, questions: list[str], clients: int, ends: float) -> Seen:
    seen, turn = Seen(), count()

    async def come_again() -> None:
        while time.perf_counter() < ends:
            await _visit(address, questions, turn, seen, TALK, ends)

    await asyncio.gather(*(come_again() for _ in range(clients)))
    return seen


async def _visit(
    address: str, questions: list[str], turn: Iterator[int], seen: Seen, number: int, ends: float
) -> None:
    """One visitor's conversation; what goes wrong is counted, and the visit is over."""
    from websockets.asyncio.client import connect
    from websockets.exceptions import WebSocketException

    try:
        async with connect(
            address, subprotocols=["streamlit"], max_size=None, open_timeout=PATIENCE
        ) as line:  # type: ignore[list-item]
            page, began = _Page(line), time.perf_counter()
            await page.run()
            seen.opened.append(time.perf_counter() - began)
            for asked in range(number):
                if time.perf_counter() >= ends:
                    return
                began = time.perf_counter()
                await page.ask(questions[next(turn) % len(questions)], asked + 1)
                seen.answers.append(time.perf_counter() - began)
    except (PageError, OSError, TimeoutError, WebSocketException) as error:
        seen.errors[f"{type(error).__name__} {str(error)[:80]}".strip()] += 1


class _Page:
    """One session: what the page shows after each run of its script."""

    def __init__(self, line: Any) -> None:  # noqa: ANN401 (websockets)
        self._line = line
        self._box = ""

    async def run(self, widget: Any = None) -> str:  # noqa: ANN401 (protobuf)
        """Run the page's script, with a widget's new state; the HTML that came."""
        from streamlit.proto.BackMsg_pb2 import BackMsg

        message = BackMsg()
        message.rerun_script.query_string = ""
        if widget is not None:
            message.rerun_script.widget_states.widgets.append(widget)
        await self._line.send(message.SerializeToString())
        shown: list[str] = []
        async with asyncio.timeout(PATIENCE):
            while not await self._more(shown):
                pass
        return "\n".join(shown)

    async def ask(self, question: str, number: int) -> None:
        """Type a question, the `number`th of this conversation. Raises PageError."""
        from streamlit.proto.WidgetStates_pb2 import WidgetState

        if not self._box:
            raise PageError("no box to type into")
        typed = WidgetState(id=self._box)
        typed.chat_input_value.data = question
        shown = await self.run(typed)
        # The script may run again by itself once the answer is there: then that run shows it.
        while len(_ANSWER.findall(shown)) < number:
            async with asyncio.timeout(PATIENCE):
                more: list[str] = []
                while not await self._more(more):
                    pass
            shown = "\n".join(more)
        if len(_QUESTION.findall(shown)) < number:
            raise PageError(f"{number} questions were asked, fewer are shown")

    async def _more(self, shown: list[str]) -> bool:
        """Take the next message; whether it ends a run. Raises PageError."""
        from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

        message = ForwardMsg.FromString(await self._line.recv())
        kind = message.WhichOneof("type")
        if kind == "delta" and message.delta.WhichOneof("type") == "new_element":
            element = message.delta.new_element
            what = element.WhichOneof("type")
            if what == "html":
                shown.append(element.html.body)
            elif what == "chat_input":
                self._box = element.chat_input.id
            elif what == "exception":
                raise PageError(f"a traceback: {element.exception.type}")
        elif kind == "script_finished":
            if message.script_finished == 1:
                raise PageError("the script does not compile")
            return message.script_finished in _DONE
        return False


if __name__ == "__main__":
    typer.run(main)
