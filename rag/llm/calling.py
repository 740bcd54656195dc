"""Messages → the pieces of a model's reply, within a time limit, with repetitions and a count.

The model runs in a thread of its own: a server that hangs, or drips a letter a minute, cannot keep
the question longer than its time. LangSmith's tracing is off whatever the environment says, since
it would send questions and evidence to another address than the one that is shown.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from rag.errors import LanguageModelFailed
from rag.llm.manifest import Usage
from rag.llm.models import Model, first_line
from rag.llm.options import Options

if TYPE_CHECKING:
    from langchain_core.messages import AIMessageChunk, BaseMessage
    from langchain_core.prompts import ChatPromptTemplate
    from pydantic import BaseModel

# A reply longer than this per token that was asked for has run away.
_CHARACTERS_PER_TOKEN = 12
_LOOK_AROUND = 0.05  # seconds between looks at `cancel`
_PASSING = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 520, 522, 524, 529})
_CUT_SHORT = frozenset({"length", "max_tokens", "MAX_TOKENS"})


class Cancelled(Exception):
    """The caller has asked to stop; nothing is shown any more."""


class Talk(Protocol):
    """Something that replies: a model, or the replies of a manifest."""

    replies: list[str]
    truncated: bool

    @property
    def usage(self) -> Usage:
        """What it has cost so far."""
        ...

    def say(self, template: ChatPromptTemplate, values: Mapping[str, str]) -> Iterator[str]:
        """The pieces of the reply. Raises LanguageModelFailed, Cancelled."""
        ...


Piece = TypeVar("Piece")


class Line:
    """A line to a model for one answer. Its time is what is spent waiting for the model."""

    def __init__(
        self, model: Model, options: Options, cancel: threading.Event | None = None
    ) -> None:
        self.replies: list[str] = []
        self.truncated = False
        self._model = model
        self._options = options
        self._cancel = cancel or threading.Event()
        self._left = options.timeout  # seconds
        self._read = self._written = self._calls = 0

    @property
    def usage(self) -> Usage:
        """Tokens as the service counts them (0 where it does not say), and calls."""
        prices = self._options.prices
        cost = None
        if prices and (self._read or self._written):
            cost = round((self._read * prices[0] + self._written * prices[1]) / 1_000_000, 6)
        return Usage(self._read, self._written, self._calls, cost)

    def say(self, template: ChatPromptTemplate, values: Mapping[str, str]) -> Iterator[str]:
        """The pieces of the reply, as they come; the whole of it is in `replies` afterwards.

        Raises LanguageModelFailed (with one line for the user), Cancelled.
        """
        messages = template.format_messages(**values)
        reply = ""
        for piece in self._with_repetitions(messages):
            reply += piece
            if len(reply) > self._options.max_tokens * _CHARACTERS_PER_TOKEN:
                self.truncated = True
                break
            yield piece
        if not reply.strip():
            raise self._failed("sent no text")
        self.replies.append(reply)

    @property
    def is_spent(self) -> bool:
        """Whether its time is over."""
        return self._left <= 0

    def fill_in(self, messages: list[BaseMessage], form: type[Form], method: str) -> Form:
        """A form filled in by `method` of LangChain's structured output."""
        import langsmith

        def run() -> object:
            asked = self._model.chat.with_structured_output(form, method=method)
            with langsmith.tracing_context(enabled=False):
                return asked.invoke(messages)

        self._calls += 1
        found: queue.Queue[object] = queue.Queue()
        threading.Thread(target=_deliver, args=(run, found), daemon=True).start()
        filled = self._next(found)
        if isinstance(filled, BaseException):
            raise self._failed(_said(filled)) from filled
        if not isinstance(filled, form):
            raise self._failed("did not fill in the form")
        return filled

    def _with_repetitions(self, messages: list[BaseMessage]) -> Iterator[str]:
        """Only a call of which nothing was shown yet is repeated."""
        pause = self._options.first_pause
        for attempt in range(self._options.retries + 1):
            begun = False
            try:
                for piece in self._once(messages):
                    begun = True
                    yield piece
                return
            except LanguageModelFailed as error:
                passing = _may_pass(error.__cause__) and not begun
                if not passing or attempt == self._options.retries:
                    raise
                wait = max(pause, _asked_to_wait(error.__cause__))
                self._left -= wait
                if self._left <= 0:
                    raise
                if self._cancel.wait(wait):
                    raise Cancelled from None
                pause *= 2

    def _once(self, messages: list[BaseMessage]) -> Iterator[str]:
        self._calls += 1
        pieces: queue.Queue[AIMessageChunk | BaseException | None] = queue.Queue()
        stop = threading.Event()
        # A daemon: a model that never returns must not keep the process alive.
        threading.Thread(target=self._listen, args=(messages, pieces, stop), daemon=True).start()
        ended = begun = False
        try:
            while (found := self._next(pieces)) is not None:
                if isinstance(found, BaseException):
                    raise self._failed(_said(found, begun=begun)) from found
                ended = self._count(found) or ended
                if text := str(found.text):
                    begun = True
                    yield text
        finally:
            stop.set()
        if self._model.provider == "openai" and not ended:
            raise self._failed("broke off in the middle")

    def _next(self, pieces: queue.Queue[Piece]) -> Piece:
        while not self._cancel.is_set():
            if self._left <= 0:
                raise self._failed(f"took longer than {self._options.timeout:g} s")
            since = time.monotonic()
            try:
                return pieces.get(timeout=min(_LOOK_AROUND, self._left))
            except queue.Empty:
                continue
            finally:
                self._left -= time.monotonic() - since
        raise Cancelled

    def _listen(
        self,
        messages: list[BaseMessage],
        pieces: queue.Queue[AIMessageChunk | BaseException | None],
        stop: threading.Event,
    ) -> None:
        try:
            for chunk in stream(self._model, messages):
                if stop.is_set():
                    return
                pieces.put(chunk)
            pieces.put(None)
        except BaseException as error:  # whatever it is, the waiting side must hear of it
            pieces.put(error)

    def _count(self, chunk: AIMessageChunk) -> bool:
        """Counts tokens; whether this piece says that the reply has come to its end."""
        used = chunk.usage_metadata
        if used:
            self._read += used["input_tokens"]
            self._written += used["output_tokens"]
        told: dict[str, Any] = chunk.response_metadata or {}
        reason = told.get("finish_reason") or told.get("stop_reason") or told.get("done_reason")
        if reason == "content_filter":
            raise self._failed("was stopped by its provider's content filter")
        self.truncated = self.truncated or reason in _CUT_SHORT
        return bool(reason)

    def _failed(self, what: str) -> LanguageModelFailed:
        return LanguageModelFailed(f"{self._model.name} at {self._model.where} {what}")


def stream(model: Model, messages: list[BaseMessage]) -> Iterator[AIMessageChunk]:
    """The chunks of a reply, with tracing off."""
    import langsmith

    with langsmith.tracing_context(enabled=False):
        yield from model.chat.stream(messages)


def _deliver(run: Callable[[], object], found: queue.Queue[object]) -> None:
    try:
        found.put(run())
    except BaseException as error:  # whatever it is, the waiting side must hear of it
        found.put(error)


def _may_pass(error: BaseException | None) -> bool:
    """Whether the same call may succeed later: overload, a server's fault, no connection."""
    status = _status(error)
    if status is not None:
        return status in _PASSING
    return type(error).__name__ in (
        "APIConnectionError", "APITimeoutError", "ConnectError", "ConnectTimeout",
        "ConnectionError",
        "ReadError", "ReadTimeout", "RemoteProtocolError", "ResponseError",
        "ServiceUnavailable",
    )  # fmt: skip


def _status(error: BaseException | None) -> int | None:
    response = getattr(error, "response", None)
    for found in (getattr(error, "status_code", None), getattr(response, "status_code", None)):
        if isinstance(found, int):
            return found
    return None


def _asked_to_wait(error: BaseException | None) -> float:
    """The seconds of a Retry-After header, 0 without one."""
    headers = getattr(getattr(error, "response", None), "headers", None)
    said = headers.get("retry-after", "") if headers is not None else ""
    return float(said) if said.replace(".", "", 1).isdigit() else 0.0


def _said(error: BaseException, *, begun: bool = False) -> str:
    """What went wrong, in a clause for the user; `begun`: a part of the reply had come."""
    status = _status(error)
    known = {401: "refused the key", 403: "refused the request", 404: "does not have this model",
             429: "is overloaded or its quota is used up"}  # fmt: skip
    if status is not None:
        return f"{known.get(status, 'failed')} (status {status})"
    name = type(error).__name__
    if "Timeout" in name:
        return "did not answer in time"
    if "Connect" in name:  # what a service that has begun to reply is no longer said to be
        return "broke off in the middle" if begun else "cannot be reached"
    if "RemoteProtocol" in name or name == "ReadError":
        return "broke off in the middle"
    if name == "JSONDecodeError" or "No generation chunks" in str(error):
        return "failed: what it sent is no reply of a chat model; is the address right?"
    return f"failed ({name}: {first_line(error)})"


Form = TypeVar("Form", bound="BaseModel")

_LEAST_METHODS = ("json_schema", "function_calling")


def structured(
    model: Model,
    options: Options,
    template: ChatPromptTemplate,
    values: Mapping[str, str],
    form: type[Form],
    cancel: threading.Event | None = None,
) -> Form:
    """A form that the model has filled in: by JSON schema, else by a tool call.

    Raises LanguageModelFailed, Cancelled.
    """
    line = Line(model, options, cancel)
    messages = template.format_messages(**values)
    for method in _LEAST_METHODS:
        try:
            return line.fill_in(messages, form, method)
        except LanguageModelFailed as error:
            if (
                method == _LEAST_METHODS[-1]
                or line.is_spent
                or _status(error.__cause__) in (401, 403)
            ):
                raise
    raise AssertionError("not reached")
