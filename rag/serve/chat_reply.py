"""Question and answer → what OpenAI's protocol sends: one object, or chunks of a stream."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from fastapi.sse import format_sse_event

from rag.embed import packaged_tokenizer
from rag.engine import Question
from rag.render import to_json
from rag.schema import Answer
from rag.serve.chat_text import Address, annotated, content, pieces
from rag.serve.wire import text_of


@dataclass(frozen=True, slots=True)
class Completion:
    """An answer under the model's name; `address` is where this server shows a report."""

    model: str
    question: Question
    answer: Answer
    address: Address
    elapsed_ms: int

    def whole(self) -> dict[str, Any]:
        """A `chat.completion`, with the object of `/ask` beside it."""
        text = content(self.answer)
        message = {
            "role": "assistant",
            "content": text,
            "refusal": None,
            "annotations": annotated(text, self.answer, self.address),
        }
        choice = {"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}
        return {
            **self._head("chat.completion"),
            "choices": [choice],
            "usage": usage(self.question, text),
            "casebook": to_json(self.answer, elapsed_ms=self.elapsed_ms),
        }

    def chunks(self, *, with_usage: bool) -> Iterator[bytes]:
        """`chat.completion.chunk`s: sentences, the annotations and the whole answer, the end."""
        text = content(self.answer)
        head = self._head("chat.completion.chunk")

        def line(delta: dict[str, Any], finish: str | None = None, **more: object) -> bytes:
            choice = {"index": 0, "delta": delta, "finish_reason": finish, "logprobs": None}
            return format_sse_event(data_str=text_of(head | {"choices": [choice]} | more))

        yield line({"role": "assistant", "content": ""})
        for piece in pieces(text):
            yield line({"content": piece})
        found = annotated(text, self.answer, self.address)
        whole = to_json(self.answer, elapsed_ms=self.elapsed_ms)
        yield line({"annotations": found}, "stop", casebook=whole)
        if with_usage:
            last = head | {"choices": [], "usage": usage(self.question, text)}
            yield format_sse_event(data_str=text_of(last))
        yield format_sse_event(data_str="[DONE]")

    def _head(self, kind: str) -> dict[str, Any]:
        """The id is the same for the same conversation and answer."""
        words = "\x1f".join([*self.question.turns, self.answer.engine, self.answer.text])
        number = hashlib.sha256(words.encode()).hexdigest()[:24]
        return {
            "id": f"chatcmpl-{number}",
            "object": kind,
            "created": int(time.time()),
            "model": self.model,
        }


def usage(question: Question, text: str) -> dict[str, int]:
    """Tokens of the questions that were read, and of the message, as the shipped encoder counts.

    What a language model behind Casebook reads and writes is not in it.
    """
    read = sum(tokens(turn) for turn in question.turns)
    written = tokens(text)
    return {"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written}


def tokens(text: str) -> int:
    """The number of WordPiece tokens of a text, without those that mark its ends."""
    return len(packaged_tokenizer().encode(text, add_special_tokens=False).ids)
