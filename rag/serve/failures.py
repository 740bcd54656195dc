"""Errors → statuses and one JSON shape, in this place alone; never a traceback.

The shape is that of OpenAI's API, which its clients read: ``{"error": {"message", "type", "param",
"code"}}``. `type` is the name of the error in `rag.errors`, or what the protocol calls it.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from rag import errors
from rag.serve.waiting import ClientLeft

log = logging.getLogger("rag.serve")

# The most particular class first.
STATUSES: tuple[tuple[type[errors.CasebookError], int], ...] = (
    (errors.ReportNotFound, 404),
    (errors.QuestionError, 422),
    (errors.FilterError, 422),
    (errors.FileError, 422),
    (errors.LibraryReadOnly, 403),
    (errors.ServiceBusy, 503),
    (errors.LibraryError, 503),
    (errors.LanguageModelError, 502),
)
INTERNAL = "Something went wrong inside Casebook; the server still works: ask again."
RETRY_AFTER = "5"
# For the log alone: the client hung up. nginx's number; HTTP has none.
LEFT = 499

MEANINGS = {
    400: "The request is no valid HTTP, multipart or JSON, or calls the server by another name.",
    401: "The token is missing or wrong (CASEBOOK_SERVE_TOKEN).",
    403: "Not allowed here.",
    404: "There is no such report, model or address; /openapi.json lists what there is.",
    405: "This address knows no such method; /openapi.json lists what there is.",
    408: "The body did not arrive in time.",
    413: "The body is larger than is taken.",
    415: "The body is of another kind.",
    422: "The request cannot be understood; the message says why.",
    500: "A fault of Casebook.",
    502: "The language model did not answer.",
    503: "Too many questions wait, or the library cannot be read now; Retry-After says when.",
}


class ErrorDetail(BaseModel):
    """What happened, where, and what to do next."""

    message: str
    type: str = Field(examples=["QuestionError"])
    param: str | None = None
    code: str | None = Field(default=None, examples=["404"])


class ErrorBody(BaseModel):
    """The body of every answer that is no success."""

    error: ErrorDetail


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The statuses of a route for its OpenAPI, beside those that any may give."""
    always = (400, 401, 408, 413, 422, 500, 503)
    return {
        status: {"model": ErrorBody, "description": MEANINGS[status]}
        for status in sorted({*always, *statuses})
    }


def install(app: FastAPI) -> None:
    """Have the app answer every error in this shape."""
    app.add_exception_handler(errors.CasebookError, _ours)
    app.add_exception_handler(HTTPException, _of_protocol)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(ClientLeft, _nobody_waits)


async def _ours(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, errors.CasebookError)
    return told(error)


async def _nobody_waits(request: Request, error: Exception) -> Response:
    return Response(status_code=LEFT)


async def _of_protocol(request: Request, error: Exception) -> JSONResponse:
    """Our words; the framework's own ("Not Found") do not say what to do."""
    assert isinstance(error, HTTPException)
    status, said = error.status_code, error.detail
    is_bare = not said or (status in MEANINGS and said == HTTPStatus(status).phrase)
    message = MEANINGS.get(status, "") if is_bare else said
    return _response(status, message, "Request", dict(error.headers or {}))


async def _invalid(request: Request, error: Exception) -> JSONResponse:
    """Where the request differs from the schema; never what it held."""
    assert isinstance(error, RequestValidationError)
    faults = [(_field(fault["loc"]), fault["msg"]) for fault in error.errors()[:5]]
    told = "; ".join(f"{field or 'body'}: {message}" for field, message in faults)
    return JSONResponse(body(422, told, "InvalidRequest", faults[0][0] or None), 422)


def _field(place: Sequence[object]) -> str:
    """A place of the body, as in 'filters.year.0'; '' for the whole of it."""
    return ".".join(str(part) for part in place if part != "body")


def unforeseen(error: Exception) -> JSONResponse:
    """A fault of ours."""
    _log_fault(error)
    return _response(500, INTERNAL, "InternalError")


def told(error: errors.CasebookError) -> JSONResponse:
    """One of our errors, with its own words."""
    status = _status_of(error)
    if status == 500:
        return unforeseen(error)
    headers = {"Retry-After": RETRY_AFTER} if status == 503 else {}
    return _response(status, str(error), type(error).__name__, headers)


def body_of(error: Exception) -> dict[str, Any]:
    """The JSON of an error, for a stream whose status was sent already."""
    if isinstance(error, errors.CasebookError) and _status_of(error) != 500:
        return body(_status_of(error), str(error), type(error).__name__)
    _log_fault(error)
    return body(500, INTERNAL, "InternalError")


def _status_of(error: errors.CasebookError) -> int:
    return next((status for kind, status in STATUSES if isinstance(error, kind)), 500)


def body(status: int, message: str, kind: str, param: str | None = None) -> dict[str, Any]:
    """The JSON of an error; `param` is the field that is wrong, where it is one field."""
    detail = ErrorDetail(message=message, type=kind, param=param, code=str(status))
    return ErrorBody(error=detail).model_dump()


def refused(status: int, message: str) -> JSONResponse:
    """A request that is not let in."""
    return _response(status, message, "Request")


def _response(
    status: int, message: str, kind: str, headers: dict[str, str] | None = None
) -> JSONResponse:
    return JSONResponse(body(status, message, kind), status, headers=headers)


def _log_fault(error: Exception) -> None:
    """Its kind and place alone, for its words may hold a question."""
    log.error("internal error: %s at %s", type(error).__name__, _place(error))


def _place(error: Exception) -> str:
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "?"
