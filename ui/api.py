"""What `casebook ui --api` adds: the page's library for other programs, and who may not have it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from rag.cli.listening import missing
from rag.config import Settings
from rag.errors import ConfigError

if TYPE_CHECKING:
    from rag.service import Service


def require_api(settings: Settings, host: str) -> None:
    """Raises ExtraMissing, and ConfigError where the API would let in whom the page keeps out."""
    try:
        from rag.serve import mounted  # noqa: F401 (the server needs it)
        from rag.serve.options import TOKEN, options_of
    except ImportError as error:
        raise missing("casebook ui --api", "serve", error) from error
    from ui.visitor import PASSWORD, login_configured

    if not options_of(settings, host).token and (os.environ.get(PASSWORD) or login_configured()):
        raise ConfigError(
            f"The page asks who comes in, but its API would let in everybody; set {TOKEN}, or "
            "leave out --api"
        )


def service() -> Service:
    """The library that the page has open, or opens now. Raises CasebookError."""
    from rag.service import open_service
    from ui.opened import library_named, opened

    found = opened(library_named())
    patience = float(found.settings.serve_patience)
    return open_service(found.casebook, found.settings, patience, found.encoding)
