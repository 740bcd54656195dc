"""One shared token, compared in constant time."""

from __future__ import annotations

import hmac
from typing import Annotated, cast

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.exceptions import HTTPException

from rag.serve.options import Options
from rag.service import Service

_bearer = HTTPBearer(
    auto_error=False, description="The token of CASEBOOK_SERVE_TOKEN, where one is set."
)


def options(request: Request) -> Options:
    """What the server allows."""
    found = request.app.state.options
    assert isinstance(found, Options)
    return found


async def service(request: Request) -> Service:
    """The open library; it may be waited for. Raises what opening it raises."""
    found = request.app.state.service
    return found if isinstance(found, Service) else cast(Service, await found())


def admitted(
    request: Request, given: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
) -> None:
    """Raises status 401 unless the request carries the token, or none is asked for."""
    token = options(request).token
    sent = given.credentials if given else ""
    if token and not hmac.compare_digest(sent.encode(), token.encode()):
        raise HTTPException(
            401,
            "The token is missing or wrong; send 'Authorization: Bearer …' with the one of "
            "CASEBOOK_SERVE_TOKEN",
            {"WWW-Authenticate": "Bearer"},
        )


Allowed = Annotated[Options, Depends(options)]
Opened = Annotated[Service, Depends(service)]
