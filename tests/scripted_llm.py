"""An OpenAI-compatible server on loopback that says what a test has written down, or fails so."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Says:
    """A reply in pieces of `size` letters; `finish` is the reason why it ends."""

    text: str
    size: int = 7
    finish: str = "stop"


@dataclass(frozen=True)
class Fails:
    """A status instead of a reply."""

    status: int
    retry_after: str = ""


@dataclass(frozen=True)
class Hangs:
    """Nothing comes, or nothing more after `text`, until the server is closed."""

    text: str = ""


@dataclass(frozen=True)
class Breaks:
    """The connection is cut after `text`; `cleanly` ends the stream as if that were all."""

    text: str
    cleanly: bool = False


@dataclass(frozen=True)
class Raw:
    """These bytes as the body, whatever they are."""

    body: bytes
    kind: str = "text/event-stream"


@dataclass(frozen=True)
class Calls:
    """A tool call instead of text, or before it."""

    name: str
    arguments: str


@dataclass(frozen=True)
class Pauses:
    """A reply in these parts; before each but the first it waits until `Script.release` is called.

    So a test can look at what was made of the beginning while the rest has not come.
    """

    parts: tuple[str, ...]


Reply = Says | Fails | Hangs | Breaks | Raw | Calls | Pauses


@dataclass
class Script:
    """What the server will say, call by call (the last again and again), and what it was told."""

    replies: list[Reply]
    requests: list[dict[str, Any]] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)
    closed: threading.Event = field(default_factory=threading.Event)
    url: str = ""
    away: bool = False
    # Within the block, nobody listens at the address.
    gone: Callable[[], AbstractContextManager[None]] = nullcontext
    _released: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))

    def say(self, *replies: Reply) -> None:
        """From now on, give these replies; what was asked before is forgotten."""
        self.replies[:] = replies
        self.requests.clear()
        self._released = threading.Semaphore(0)

    def release(self) -> None:
        """Let a reply that pauses go on to its next part."""
        self._released.release()

    def wait(self) -> None:
        """Until the test releases the next part, or the server is closed."""
        while not self._released.acquire(timeout=0.05):
            if self.closed.is_set():
                return

    def next(self, request: dict[str, Any]) -> Reply:
        self.requests.append(request)
        return self.replies[min(len(self.requests), len(self.replies)) - 1]

    def prompt(self, call: int = 0) -> str:
        """All messages of a request as one text."""
        return "\n".join(str(m["content"]) for m in self.requests[call]["messages"])


@contextmanager
def scripted(*replies: Reply) -> Iterator[Script]:
    """Within the block, a server that gives these replies listens at `url`."""
    script = Script(list(replies))

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            pass

        def do_GET(self) -> None:
            script.strangers.append(self.path)
            _whole(self, b"{}")

        def do_POST(self) -> None:
            length = int(self.headers.get("content-length", 0))
            body = self.rfile.read(length)
            if script.away:
                self.close_connection = True
                return None
            try:
                request = json.loads(body)
            except ValueError:  # no call of a model: somebody else talks to this address
                script.strangers.append(self.path)
                return _whole(self, b"{}")
            reply = script.next({**request, "path": self.path})
            with suppress(BrokenPipeError, ConnectionResetError):  # the client has had enough
                _answer(self, request, reply, script)

    class Server(ThreadingHTTPServer):
        def handle_error(self, request: object, client_address: object) -> None:
            """A client that hangs up is no news."""

    @contextmanager
    def listening(port: int) -> Iterator[int]:
        server = Server(("127.0.0.1", port), Handler)
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            server.server_close()
            thread.join()

    with ExitStack() as stack:
        port = stack.enter_context(listening(0))
        script.url = f"http://127.0.0.1:{port}/v1"

        @contextmanager
        def gone() -> Iterator[None]:
            script.away = True  # for connections that are kept open
            stack.close()
            try:
                yield
            finally:
                script.away = False
                stack.enter_context(listening(port))

        script.gone = gone
        try:
            yield script
        finally:
            script.closed.set()


def _answer(
    handler: BaseHTTPRequestHandler, request: dict[str, Any], reply: Reply, script: Script
) -> None:
    if isinstance(reply, Fails):
        headers = {"retry-after": reply.retry_after} if reply.retry_after else {}
        _whole(handler, b'{"error": {"message": "scripted"}}', reply.status, headers=headers)
    elif isinstance(reply, Raw):
        _whole(handler, reply.body, kind=reply.kind)
    elif request.get("stream"):
        _stream(handler, reply, script)
    elif isinstance(reply, Says | Calls):
        _whole(handler, json.dumps(_completion(reply)).encode())
    else:
        if isinstance(reply, Hangs):
            script.closed.wait()
        handler.close_connection = True


def _whole(
    handler: BaseHTTPRequestHandler,
    body: bytes,
    status: int = 200,
    kind: str = "application/json",
    headers: dict[str, str] | None = None,
) -> None:
    handler.send_response(status)
    handler.send_header("content-type", kind)
    handler.send_header("content-length", str(len(body)))
    for name, value in (headers or {}).items():
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(body)


def _stream(handler: BaseHTTPRequestHandler, reply: Reply, script: Script) -> None:
    handler.send_response(200)
    handler.send_header("content-type", "text/event-stream")
    handler.send_header("transfer-encoding", "chunked")
    handler.end_headers()
    if isinstance(reply, Calls):
        function = {"name": reply.name, "arguments": reply.arguments}
        call = {"index": 0, "id": "call-1", "type": "function", "function": function}
        _event(handler, {"tool_calls": [call]})
        _event(handler, {}, "tool_calls")
    elif isinstance(reply, Pauses):
        for number, part in enumerate(reply.parts):
            if number:
                script.wait()
            _event(handler, {"content": part})
        _event(handler, {}, "stop")
    else:
        assert isinstance(reply, Says | Hangs | Breaks)
        size = reply.size if isinstance(reply, Says) else 7
        for at in range(0, len(reply.text), size):
            _event(handler, {"content": reply.text[at : at + size]})
    if isinstance(reply, Hangs):
        script.closed.wait()
    if isinstance(reply, Hangs | Breaks) and not getattr(reply, "cleanly", False):
        handler.close_connection = True
        handler.connection.close()
        return
    if isinstance(reply, Says):
        _event(handler, {}, reply.finish)
        _event(handler, None)
    if not isinstance(reply, Breaks):
        _chunk(handler, b"data: [DONE]\n\n")
    _chunk(handler, b"")


def _event(
    handler: BaseHTTPRequestHandler, delta: dict[str, Any] | None, finish: str | None = None
) -> None:
    """One piece; without a delta, the count of tokens."""
    event: dict[str, Any] = {
        "id": "scripted", "object": "chat.completion.chunk", "created": 0, "model": "scripted",
        "choices": [] if delta is None else [
            {"index": 0, "delta": {"role": "assistant", **delta}, "finish_reason": finish}
        ],
    }  # fmt: skip
    if delta is None:
        event["usage"] = {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120}
    _chunk(handler, b"data: " + json.dumps(event).encode() + b"\n\n")


def _chunk(handler: BaseHTTPRequestHandler, data: bytes) -> None:
    handler.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
    handler.wfile.flush()


def _completion(reply: Says | Calls) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": None}
    if isinstance(reply, Says):
        message["content"] = reply.text
    else:
        function = {"name": reply.name, "arguments": reply.arguments}
        message["tool_calls"] = [{"id": "call-1", "type": "function", "function": function}]
    return {
        "id": "scripted", "object": "chat.completion", "created": 0, "model": "scripted",
        "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120},
    }  # fmt: skip
