"""Around every request: an id, a line of log, limits of its body, JSON for every fault."""

from __future__ import annotations

import logging
import time
import uuid
from typing import Any

import anyio
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rag.serve.failures import refused, unforeseen
from rag.serve.options import MAX_JSON_BYTES, Options

log = logging.getLogger("rag.serve.requests")

UPLOADS = "multipart/form-data"
# A multipart body is its file and some lines around it.
ENVELOPE = 10_000
STRANGE_HOST = (
    "This server answers to 'localhost' and '127.0.0.1' alone; a proxy that hands on another Host "
    "needs CASEBOOK_SERVE_TOKEN"
)


class Guard:
    """Pure ASGI, so that a stream passes through as it comes."""

    def __init__(self, app: ASGIApp, options: Options) -> None:
        self.app = app
        self.options = options

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, log it, and answer a fault that nobody caught."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = uuid.uuid4().hex[:12]
        noted: dict[str, Any] = {}
        scope.setdefault("state", {})["noted"] = noted
        began = time.perf_counter()
        status = 0

        async def told(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = [*message.get("headers", []), (b"x-request-id", request_id.encode())]
                message = {**message, "headers": headers}
            await send(message)

        try:
            if self.options.hosts and _host_of(scope) not in self.options.hosts:
                await refused(400, STRANGE_HOST)(scope, receive, told)
                return
            await self.app(scope, _Body(scope, receive, self.options).receive, told)
        except Exception as error:
            answer = unforeseen(error)
            if not status:
                await answer(scope, receive, told)
        finally:
            route = getattr(scope.get("route"), "path", "")
            fields = {"id": request_id, "method": scope["method"], "route": route}
            took = round((time.perf_counter() - began) * 1000)
            log.info("request", extra={"fields": {**fields, "status": status, "ms": took} | noted})


def _host_of(scope: Scope) -> str:
    """The name that the client calls the server by, without the port."""
    named = str(dict(scope["headers"]).get(b"host", b""), "latin-1").lower()
    return named.partition("]")[0] + "]" if named.startswith("[") else named.partition(":")[0]


class _Body:
    """Counts what comes in and how long it takes."""

    def __init__(self, scope: Scope, receive: Receive, options: Options) -> None:
        headers = dict(scope["headers"])
        upload = headers.get(b"content-type", b"").startswith(UPLOADS.encode())
        self._most = options.max_bytes + ENVELOPE if upload else MAX_JSON_BYTES
        self._receive = receive
        self._ends = anyio.current_time() + options.patience
        self._size = 0
        self._whole = False

    async def receive(self) -> Message:
        """The next part of the body. Raises status 413 or 408."""
        if self._whole:  # what comes now is the client's leaving
            return await self._receive()
        try:
            with anyio.fail_after(max(0.0, self._ends - anyio.current_time())):
                message = await self._receive()
        except TimeoutError:
            raise HTTPException(408) from None
        self._size += len(message.get("body", b""))
        self._whole = not message.get("more_body", False)
        if self._size > self._most:
            raise HTTPException(413, f"The body is larger than {self._most:,} bytes")
        return message
