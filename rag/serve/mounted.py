"""The routes of `casebook serve` under a path of another server, which opens the library itself."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from starlette.routing import Mount

from rag.errors import ServiceBusy
from rag.serve.app import create_app
from rag.serve.options import Options
from rag.service import Service

PATH = "/api"


def mounted(open_service: Callable[[], Service], options: Options) -> Mount:
    """All routes under PATH. `open_service` is called in a thread, at the first request."""
    return Mount(PATH, app=create_app(Later(open_service, options.patience).service, options))


class Later:
    """A service that is opened when somebody asks for it: once, but again after a failure."""

    def __init__(self, open_service: Callable[[], Service], patience: float) -> None:
        """`patience`: the seconds that a request waits for it."""
        self._open = open_service
        self._patience = patience
        self._opening: asyncio.Future[Service] | None = None

    async def service(self) -> Service:
        """The open service. Raises ServiceBusy, and what opening it raises."""
        if self._opening is None or _failed(self._opening):
            self._opening = asyncio.ensure_future(asyncio.to_thread(self._open))
        try:
            # Whoever stops waiting does not stop the opening, for which others wait, too.
            return await asyncio.wait_for(asyncio.shield(self._opening), self._patience)
        except TimeoutError:
            raise ServiceBusy("The library is still being opened; ask again later") from None


def _failed(opening: asyncio.Future[Service]) -> bool:
    return opening.done() and (opening.cancelled() or opening.exception() is not None)
