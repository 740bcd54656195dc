"""One request to an ASGI application without a server: who sends it decides when it comes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import anyio

Message = MutableMapping[str, Any]


def statuses_of_ask(app: Any, receive: Callable[[], Awaitable[Message]]) -> list[int]:
    """The statuses that POST /ask is answered with, of a JSON body that `receive` gives."""
    statuses: list[int] = []

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    scope = {
        "type": "http", "method": "POST", "path": "/ask", "raw_path": b"/ask", "query_string": b"",
        "headers": [(b"content-type", b"application/json")], "http_version": "1.1",
        "scheme": "http", "server": ("x", 80), "client": ("x", 1), "root_path": "",
    }  # fmt: skip
    anyio.run(app, scope, receive, send)
    return statuses
