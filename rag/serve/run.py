"""The app on an address, until it is ended."""

from __future__ import annotations

import signal

import uvicorn
from fastapi import FastAPI

# Seconds that answers under way have to end after a signal.
GRACE = 30
KEEP_ALIVE = 15


def run(app: FastAPI, host: str, port: int) -> None:
    """Serve until SIGINT or SIGTERM; answers under way are finished first."""
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        log_config=None,
        access_log=False,
        server_header=False,
        lifespan="off",
        ws="none",
        timeout_keep_alive=KEEP_ALIVE,
        timeout_graceful_shutdown=GRACE,
        h11_max_incomplete_event_size=32_768,
    )
    # When all is done, uvicorn sends itself the signal that ended it: that must not kill us before
    # the library is closed.
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        uvicorn.Server(config).run()
    except KeyboardInterrupt:
        pass
    finally:
        signal.signal(signal.SIGTERM, before)
