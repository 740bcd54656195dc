"""The app of `casebook serve` on a port of the loopback, in a thread of the test's own process."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from rag.serve.app import create_app
from rag.serve.options import Options
from rag.service import Service


class _Server(uvicorn.Server):
    def __init__(self, app: object) -> None:
        super().__init__(uvicorn.Config(app, port=0, log_config=None, lifespan="off", ws="none"))
        self.up = threading.Event()

    async def startup(self, sockets: object = None) -> None:
        await super().startup(sockets)  # type: ignore[arg-type]
        self.address = "http://127.0.0.1:{}".format(*self.servers[0].sockets[0].getsockname()[1:])
        self.up.set()


@contextmanager
def listening(service: Service, options: Options) -> Iterator[str]:
    """Within the block, the service is asked at this address."""
    server = _Server(create_app(service, options))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        assert server.up.wait(60)
        yield server.address
    finally:
        server.should_exit = True
        thread.join(60)
