"""Clients who wait: a sign of life while nothing can be said yet, and an end when they leave."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Coroutine
from typing import Any, TypeVar

from anyio import CancelScope
from fastapi import Request
from fastapi.sse import EventSourceResponse, format_sse_event

# Seconds of silence after which a comment is sent: proxies give up after 60 (nginx's
# proxy_read_timeout); the HTML standard advises a comment about every 15.
SILENCE = 15.0
# The second header tells nginx to hand each event on at once.
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}

Made = TypeVar("Made")


class ClientLeft(Exception):
    """Nobody waits for this answer any more."""


async def unless_left(request: Request, work: Coroutine[Any, Any, Made]) -> Made:
    """What the work gives; it is stopped when the client hangs up, whose body was read before.

    Raises what the work raises, and ClientLeft.
    """
    working = asyncio.ensure_future(work)
    leaving = asyncio.ensure_future(_left(request))
    try:
        await asyncio.wait({working, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            return working.result()
        raise ClientLeft
    finally:
        await _stopped(working, leaving)


def streamed(lines: AsyncGenerator[bytes]) -> EventSourceResponse:
    """Lines of server-sent events as they come, with comments in between while none does.

    A client who leaves ends them: the generator is closed.
    """
    return EventSourceResponse(_kept_alive(lines), headers=HEADERS)


async def _kept_alive(lines: AsyncGenerator[bytes]) -> AsyncIterator[bytes]:
    coming = asyncio.ensure_future(_next(lines))
    try:
        while True:
            await asyncio.wait({coming}, timeout=SILENCE)
            if not coming.done():
                yield format_sse_event(comment="still at work")
                continue
            line = coming.result()
            if line is None:
                return
            yield line
            coming = asyncio.ensure_future(_next(lines))
    finally:
        await _stopped(coming)
        await lines.aclose()


async def _next(lines: AsyncGenerator[bytes]) -> bytes | None:
    return await anext(lines, None)


async def _left(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


async def _stopped(*tasks: asyncio.Future[Any]) -> None:
    """Cancel what still runs and wait for its end, even where we are being cancelled ourselves."""
    for task in tasks:
        task.cancel()
    with CancelScope(shield=True):
        await asyncio.gather(*tasks, return_exceptions=True)
