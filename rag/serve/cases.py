"""`/cases`: every patient who fits."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from rag.cases.query import to_json
from rag.serve import failures
from rag.serve.access import Opened
from rag.serve.replies import CasesReply
from rag.serve.requests import CasesBody

router = APIRouter(tags=["cases"])


@router.post(
    "/cases",
    summary="List every patient who fits",
    response_model=CasesReply,
    responses=failures.documented(),
)
async def cases(body: CasesBody, opened: Opened) -> JSONResponse:
    """Patients first, then groups, which are never added; with the sentences that say so."""
    query = body.asked()
    return JSONResponse(to_json(await opened.cases(query), query))
