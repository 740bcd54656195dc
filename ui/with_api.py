"""`casebook ui --api`: the page and, under /api, the routes of `casebook serve`, in one process.

Streamlit finds `app` in this file and serves it. Both ask the same open library.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st
from streamlit.starlette import App

from rag.cli.opening import settings_for
from rag.serve.logs import log_requests
from rag.serve.mounted import mounted
from rag.serve.options import options_of
from ui.api import service
from ui.opened import close_all


@asynccontextmanager
async def closing(app: App) -> AsyncIterator[None]:
    """Lets go of the library at the end: uvicorn then ends itself by a signal, as no exit hook."""
    try:
        yield
    finally:
        close_all()


log_requests()
# What it says at its start and end says the command itself.
logging.getLogger("uvicorn.error").setLevel(logging.WARNING)
# The library may be opened for a program, to whom no page shows that it is being opened.
logging.getLogger("streamlit.runtime.scriptrunner_utils.script_run_context").setLevel(logging.ERROR)
options = options_of(settings_for(None), st.get_option("server.address") or "")
app = App(Path(__file__).with_name("app.py"), lifespan=closing, routes=[mounted(service, options)])
