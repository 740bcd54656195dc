"""`/health`: for load balancers and containers; it asks for no token."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from rag import __version__
from rag.serve import failures
from rag.serve.access import Opened
from rag.serve.replies import HealthReply

router = APIRouter(tags=["health"])


@router.get(
    "/health",
    summary="Whether the server answers",
    response_model=HealthReply,
    responses=failures.documented(),
)
async def health(opened: Opened) -> JSONResponse:
    """The library is read, no question is asked; busy is healthy."""
    return JSONResponse(
        {
            "status": "ok",
            "version": __version__,
            "reports": await opened.size(),
            "engine": opened.engine.name,
            "sends_to": opened.engine.sends_to,
        }
    )
