"""Service and options → the FastAPI app, alone or mounted under a path of another one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from fastapi import Depends, FastAPI
from fastapi.middleware.cors import CORSMiddleware

from rag import __version__
from rag.serve import ask, cases, chat, failures, health, reports
from rag.serve.access import admitted
from rag.serve.guard import Guard
from rag.serve.options import Options
from rag.service import Service

ABOUT = """Cited answers from case reports about dermatomyositis.

Each citation names an exact span: `text[start:end]` of the report, in Unicode code points. Casebook
says what was reported; it recommends nothing and is no medical device. What is not answered has
`status` `abstained`. Errors have one shape: `{"error": {"message", "type", "param", "code"}}`."""


def create_app(service: Service | Callable[[], Awaitable[Service]], options: Options) -> FastAPI:
    """The app over an open library, or over one that is awaited at each request.

    Whoever made the service closes it.
    """
    app = FastAPI(
        title="Casebook",
        version=__version__,
        description=ABOUT,
        # The page of docs would load scripts from another machine.
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        telemetry={"tracing": False, "metrics": False},
    )
    app.state.service = service
    app.state.options = options
    app.include_router(health.router)
    for routes in (ask, cases, reports, chat):
        app.include_router(routes.router, dependencies=[Depends(admitted)])
    failures.install(app)
    if options.origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=list(options.origins),
            allow_methods=["GET", "POST"],
            allow_headers=["Authorization", "Content-Type"],
        )
    app.add_middleware(Guard, options=options)  # the outermost: it sees what all others answer
    return app
