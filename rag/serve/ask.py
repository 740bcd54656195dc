"""`/ask`, whole or as it is written, and `/search`."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator
from dataclasses import asdict
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, StreamingResponse
from fastapi.sse import EventSourceResponse, format_sse_event

from rag.engine import Event, Question
from rag.llm.events import Sentence, Writing
from rag.render import hit_json, to_json
from rag.schema import Answer
from rag.serve import failures
from rag.serve.access import Allowed, Opened
from rag.serve.options import Options
from rag.serve.replies import AnswerReply, SearchReply
from rag.serve.requests import AskBody, SearchBody
from rag.serve.waiting import streamed, unless_left
from rag.serve.wire import text_of

router = APIRouter(tags=["ask"])

STREAM = """Server-sent events, each with JSON as its data:

- `writing`: `{"model", "where"}`, who writes and where question and evidence went
- `sentence`: `{"number", "text", "verdict", "cited", "reasons", "struck", "opens_line"}`, once it
  is checked; a mended one comes again under its number
- `answer`: the object of `/ask`, which replaces what came before
- `error`: `{"error": {…}}` instead of the answer

They are the same with and without a language model. A comment is sent while nothing else is, so
that no proxy gives up; a client that hangs up stops the model."""


@router.post(
    "/ask",
    summary="Answer a question",
    response_model=AnswerReply,
    responses=failures.documented(),
)
async def ask(body: AskBody, request: Request, opened: Opened, allowed: Allowed) -> JSONResponse:
    """The answer with its citations and the nearest passages; `status` says when there is none."""
    began = time.perf_counter()
    question = body.asked()
    answer = await unless_left(request, opened.answer(question))
    note(request, question, answer, allowed)
    return JSONResponse(to_json(answer, elapsed_ms=_since(began)))


@router.post(
    "/ask/stream",
    summary="Answer a question, a sentence at a time",
    response_class=StreamingResponse,
    responses={
        **failures.documented(),
        200: {"description": STREAM, "content": {"text/event-stream": {}}},
    },
)
async def stream(
    body: AskBody, request: Request, opened: Opened, allowed: Allowed
) -> EventSourceResponse:
    """The answer as it is written: nothing that was not checked."""
    began = time.perf_counter()
    question = body.asked()
    coming = opened.events(question)
    # What is wrong with the question is told by a status, before anything is sent.
    first = await unless_left(request, anext(coming))

    async def lines() -> AsyncGenerator[bytes]:
        event: Event | None = first
        try:
            while event is not None:
                if isinstance(event, Answer):
                    note(request, question, event, allowed)
                yield _line(event, _since(began))
                event = await anext(coming, None)
        except Exception as error:
            # A status was sent already.
            yield format_sse_event(event="error", data_str=text_of(failures.body_of(error)))
        finally:
            await coming.aclose()

    return streamed(lines())


@router.post(
    "/search",
    summary="Find passages",
    response_model=SearchReply,
    responses=failures.documented(),
)
async def search(body: SearchBody, opened: Opened) -> JSONResponse:
    """The best passages for a query, best first."""
    filters: dict[str, list[str]] = {str(key): values for key, values in body.filters.items()}
    hits = await opened.search(
        body.query, body.k, filters, include_retracted=body.include_retracted
    )
    return JSONResponse({"query": body.query, "passages": [hit_json(hit) for hit in hits]})


def note(request: Request, question: Question, answer: Answer, allowed: Options) -> None:
    """What the log says of an answer: never the question's words unless that was asked for."""
    noted: dict[str, Any] = request.state.noted
    noted |= {
        "answer": answer.status,
        "engine": answer.engine,
        "turns": len(question.turns),
        "characters": len(question.turns[-1]),
        "citations": len(answer.citations),
    }
    if allowed.log_questions:
        noted["question"] = question.turns[-1]


def _line(event: Event, elapsed_ms: int) -> bytes:
    name, data = _named(event, elapsed_ms)
    return format_sse_event(event=name, data_str=text_of(data))


def _named(event: Event, elapsed_ms: int) -> tuple[str, dict[str, Any]]:
    if isinstance(event, Writing):
        return "writing", {"model": event.model, "where": event.where}
    if isinstance(event, Sentence):
        return "sentence", asdict(event)
    return "answer", to_json(event, elapsed_ms=elapsed_ms)


def _since(began: float) -> int:
    return round((time.perf_counter() - began) * 1000)
