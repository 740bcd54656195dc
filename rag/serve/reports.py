"""`/reports`: the list, one report, its passages; and a new one, where that is allowed."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, File, Query, UploadFile
from fastapi import Path as InPath
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from rag.serve import failures
from rag.serve.access import Allowed, Opened
from rag.serve.replies import AddedReply, PassagesReply, ReportReply, ReportsReply

router = APIRouter(tags=["reports"])

MOST_LISTED = 500
Id = Annotated[str, InPath(min_length=1, max_length=200, examples=["kuwano-2006-ivig-ulcers"])]


@router.get(
    "/reports",
    summary="List the reports",
    response_model=ReportsReply,
    responses=failures.documented(),
)
async def reports(
    opened: Opened,
    offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
    limit: Annotated[int, Query(ge=1, le=MOST_LISTED)] = 100,
) -> JSONResponse:
    """Sorted by id; `total` says how many there are."""
    total, found = await opened.reports(offset, limit)
    rows = [one.to_json() for one in found]
    return JSONResponse({"total": total, "offset": offset, "reports": rows})


@router.get(
    "/reports/{report_id}",
    summary="One report with its text",
    response_model=ReportReply,
    responses=failures.documented(404),
)
async def report(report_id: Id, opened: Opened) -> JSONResponse:
    """What it is, its sections, and the canonical text that offsets count in."""
    return JSONResponse((await opened.report(report_id)).to_full_json())


@router.get(
    "/reports/{report_id}/passages",
    summary="The passages of a report",
    response_model=PassagesReply,
    responses=failures.documented(404),
)
async def passages(report_id: Id, opened: Opened) -> JSONResponse:
    """In reading order."""
    rows = [
        {
            "id": one.id,
            "section": one.section,
            "patient": one.patient,
            "page": one.page,
            "start": one.start,
            "end": one.end,
            "text": text,
        }
        for one, text in await opened.passages(report_id)
    ]
    return JSONResponse({"report_id": report_id, "passages": rows})


@router.post(
    "/reports",
    summary="Add a report",
    status_code=201,
    response_model=AddedReply,
    responses={
        **failures.documented(403),
        200: {"model": AddedReply, "description": "It was stored already, or took the place of "
              "its older version."},
    },
)  # fmt: skip
async def add(
    file: Annotated[UploadFile, File(description="PDF, JATS XML, HTML, Word, Markdown or text.")],
    opened: Opened,
    allowed: Allowed,
) -> JSONResponse:
    """One file, read apart within limits; off unless CASEBOOK_SERVE_ADD is on."""
    if not allowed.may_add:
        raise HTTPException(
            403, "Adding reports is off here; CASEBOOK_SERVE_ADD=on and a token allow it"
        )
    data = await file.read(allowed.max_bytes + 1)
    if len(data) > allowed.max_bytes:
        raise HTTPException(413, f"The file is larger than {allowed.max_bytes:,} bytes")
    outcome = await opened.add(file.filename or "file", data)
    if outcome.status == "refused":
        raise HTTPException(422, f"{outcome.path.name}: {outcome.message}")
    made = {
        "status": outcome.status,
        "report_id": outcome.report_id,
        "passages": outcome.passages,
        "edition_of": outcome.edition_of,
        "looks_like": [one.report_id for one in outcome.looks_like],
    }
    return JSONResponse(made, 201 if outcome.status == "added" else 200)
