"""`casebook serve` and `casebook mcp`: the same answers for other programs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from rag.cli.listening import address, missing, require_free, require_library, warn_of_others
from rag.cli.opening import LIBRARY_HELP, build_default, folder_of, make_encoder, say, settings_for
from rag.config import Settings

if TYPE_CHECKING:
    from rag.casebook import Casebook

_LIBRARY = typer.Option(None, "--library", help=LIBRARY_HELP)


def serve(
    host: str = typer.Option(
        "127.0.0.1",
        "--host",
        help="Address to listen on; any but the default lets others on the network ask and read.",
    ),
    port: int = typer.Option(8600, "--port", min=1, max=65535, help="Port to listen on."),
    library: Path = _LIBRARY,
) -> None:
    """Answer other programs: REST and OpenAI's protocol (docs/api.md). Ctrl-C ends it.

    CASEBOOK_SERVE_TOKEN asks for a token. Needs: pip install 'casebook[serve]'.

    Example: casebook serve --port 8600
    """
    try:
        from rag.serve.app import create_app
        from rag.serve.logs import log_as_json
        from rag.serve.options import options_of
        from rag.serve.run import run
    except ImportError as error:
        raise missing("casebook serve", "serve", error) from error
    from rag.service import open_service

    settings = settings_for(library)
    options = options_of(settings, host)
    require_free(host, port)
    if not options.token:
        warn_of_others(host, port)
    with open_quietly(settings) as casebook:
        service = open_service(casebook, settings, options.patience)
        if sends_to := service.engine.sends_to:
            say(f"casebook: questions and the sentences found for them go to {sends_to}")
        log_as_json()
        say(f"Casebook answers at {address(host, port)} (Ctrl-C ends it)")
        run(create_app(service, options), host, port)
    say("Casebook has ended.")


def mcp(library: Path = _LIBRARY) -> None:
    """Answer an assistant over MCP (Model Context Protocol) on stdin and stdout (docs/api.md).

    Tools ask, search, cases and show; reports as resources. Needs: pip install 'casebook[mcp]'.

    Example: casebook mcp --library ~/my-library
    """
    try:
        from rag.mcp_server import run
    except ImportError as error:
        raise missing("casebook mcp", "mcp", error) from error
    settings = settings_for(library)
    require_library(settings)
    run(lambda: open_quietly(settings), settings)


def open_quietly(settings: Settings) -> Casebook:
    """The library, built first when it is the default one and missing; words go to stderr."""
    from rag.casebook import Casebook

    folder, default = folder_of(settings)
    encoder = None
    if default:
        encoder = make_encoder(settings)
        build_default(folder, settings, encoder)
    return Casebook(folder, settings, encoder=encoder)
