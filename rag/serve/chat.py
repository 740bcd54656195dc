"""`/v1/chat/completions` and `/v1/models`: Casebook as a model of OpenAI's protocol.

So that Open WebUI, LibreChat and other front ends can ask it. A stream has its text when the whole
answer has been checked, since a sentence that was sent could not be taken back; till then comments.
"""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator
from functools import partial
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from fastapi.sse import format_sse_event
from starlette.exceptions import HTTPException
from starlette.responses import Response

from rag import __version__
from rag.engine import Question
from rag.schema import Answer
from rag.serve import failures
from rag.serve.access import Allowed, Opened
from rag.serve.ask import note
from rag.serve.chat_reply import Completion
from rag.serve.chat_requests import ChatBody, ChatReply, ModelReply, ModelsReply
from rag.serve.waiting import streamed, unless_left
from rag.serve.wire import text_of

router = APIRouter(prefix="/v1", tags=["OpenAI-compatible"])


@router.get(
    "/models",
    summary="The models of this server",
    response_model=ModelsReply,
    responses=failures.documented(),
)
async def models(opened: Opened) -> JSONResponse:
    """`casebook`; with a language model also `casebook-extractive`, which does without it."""
    return JSONResponse({"object": "list", "data": [_model(name) for name in opened.engines]})


@router.get(
    "/models/{model}",
    summary="One model",
    response_model=ModelReply,
    responses=failures.documented(404),
)
async def model(model: str, opened: Opened) -> JSONResponse:
    """Whether there is a model of this name."""
    _require(model, list(opened.engines))
    return JSONResponse(_model(model))


@router.post(
    "/chat/completions",
    summary="Answer the last question of a conversation",
    response_model=ChatReply,
    responses={
        **failures.documented(404),
        200: {
            "model": ChatReply,
            "description": "The answer; with `stream`, server-sent events of chunks.",
            "content": {"text/event-stream": {}},
        },
    },
)
async def complete(body: ChatBody, request: Request, opened: Opened, allowed: Allowed) -> Response:
    """The messages of the role 'user' are the turns; the last one is answered."""
    began = time.perf_counter()
    _require(body.model, list(opened.engines))
    question = Question(body.turns())
    engine = opened.engines[body.model]

    def completion(answer: Answer) -> Completion:
        note(request, question, answer, allowed)
        elapsed = round((time.perf_counter() - began) * 1000)
        return Completion(body.model, question, answer, partial(_address, request), elapsed)

    if not body.stream:
        answer = await unless_left(request, opened.answer(question, engine))
        return JSONResponse(completion(answer).whole())
    coming = opened.events(question, engine)
    # What is wrong with the question is told by a status, before anything is sent.
    first = await unless_left(request, anext(coming))

    async def lines() -> AsyncGenerator[bytes]:
        try:
            answer = [first, *[event async for event in coming]][-1]
            assert isinstance(answer, Answer)
            for line in completion(answer).chunks(with_usage=body.wants_usage):
                yield line
        except Exception as error:
            yield format_sse_event(data_str=text_of(failures.body_of(error)))
        finally:
            await coming.aclose()

    return streamed(lines())


def _address(request: Request, report_id: str) -> str:
    """Where this server shows a report."""
    return str(request.url_for("report", report_id=report_id))


def _require(name: str, known: list[str]) -> None:
    if name not in known:
        raise HTTPException(404, f"There is no model of this name; known: {', '.join(known)}")


def _model(name: str) -> dict[str, Any]:
    return {"id": name, "object": "model", "created": 0, "owned_by": f"casebook {__version__}"}
