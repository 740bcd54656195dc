"""rag.serve.waiting: signs of life while a model is slow, and an end to work nobody waits for."""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import pytest
from asgi import statuses_of_ask
from listening import listening
from openai import APIError, OpenAI
from scripted_llm import Pauses, scripted

from rag.config import Settings
from rag.engine import Engine, Event, Question, engine_of
from rag.errors import LanguageModelFailed
from rag.llm.events import Writing
from rag.serve import waiting
from rag.serve.app import create_app
from rag.serve.options import Options
from rag.service import Service

DAPSONE = "How did the skin respond to dapsone?"
PATIENCE = 120
CHAT = {"model": "casebook", "messages": [{"role": "user", "content": DAPSONE}]}
WAYS = [
    ("/ask", {"question": DAPSONE}),
    ("/ask/stream", {"question": DAPSONE}),
    ("/v1/chat/completions", CHAT),
    ("/v1/chat/completions", {**CHAT, "stream": True}),
]
IDS = ["ask", "ask, streamed", "chat", "chat, streamed"]


class Slow(Engine):
    """Says who writes, and then nothing until it is told that nobody waits."""

    def __init__(self, service: Service) -> None:
        super().__init__(service.casebook, None, None)
        self.writes = threading.Event()
        self.stopped = threading.Event()

    def events(self, question: Question, cancel: threading.Event | None = None) -> Iterator[Event]:
        yield Writing("a model", "elsewhere")
        self.writes.set()
        assert cancel is not None
        if cancel.wait(PATIENCE):
            self.stopped.set()


@pytest.mark.parametrize(("path", "body"), WAYS, ids=IDS)
def test_a_client_that_hangs_up_stops_the_work(service, path, body):
    """Whole or streamed: the model is not waited for any longer, and others are answered."""
    slow = Slow(service)
    with listening(Service(service.casebook, {"casebook": slow}), Options()) as address:
        client = http.client.HTTPConnection(urlsplit(address).netloc, timeout=PATIENCE)
        kind = {"Content-Type": "application/json"}
        client.request("POST", path, json.dumps(body), kind)
        assert slow.writes.wait(PATIENCE)
        assert not slow.stopped.is_set()
        client.close()
        assert slow.stopped.wait(PATIENCE)
        assert httpx.get(f"{address}/health", timeout=PATIENCE).status_code == 200


def test_who_has_left_is_a_line_of_the_log_and_no_fault(service):
    """Status 499, which nobody reads; the body was there, then the client hung up."""
    app = create_app(Service(service.casebook, {"casebook": Slow(service)}), Options())
    coming = [
        {"type": "http.request", "body": json.dumps({"question": DAPSONE}).encode()},
        {"type": "http.disconnect"},
    ]

    async def receive():
        return coming.pop(0)

    assert statuses_of_ask(app, receive) == [499]


@pytest.mark.parametrize(("path", "body"), [WAYS[1], WAYS[3]], ids=[IDS[1], IDS[3]])
def test_a_slow_model_is_bridged_by_comments(service, monkeypatch, path, body):
    """Comments until the model goes on; the events are whole and in order behind them."""
    monkeypatch.setattr(waiting, "SILENCE", 0.05)
    with scripted(Pauses(("The skin improved ", "on dapsone [1]."))) as script:
        settings = Settings(llm="openai:scripted", llm_url=script.url, llm_repair="off")
        engines = {"casebook": engine_of(service.casebook, settings)}
        with (
            listening(Service(service.casebook, engines), Options()) as address,
            httpx.stream("POST", f"{address}{path}", json=body, timeout=PATIENCE) as reply,
        ):
            assert reply.headers["x-accel-buffering"] == "no"
            lines = reply.iter_lines()
            before = []
            for line in lines:
                before.append(line)
                if line == ": still at work":
                    break
            script.release()
            rest = "\n".join(lines)
    assert not any(line.startswith("data: [DONE]") for line in before)
    assert "The skin improved on dapsone" in rest, rest[-1500:]
    assert ("data: [DONE]" in rest) is (path != "/ask/stream")
    assert ("event: answer" in rest) is (path == "/ask/stream")


@pytest.mark.parametrize(
    ("error", "said", "code"),
    [
        (LanguageModelFailed("The model does not answer"), "The model does not answer", "502"),
        (ZeroDivisionError("secret"), "Something went wrong inside Casebook", "500"),
    ],
    ids=["a model's", "ours"],
)
def test_a_chat_stream_that_breaks_off_raises_in_the_client(service, caplog, error, said, code):
    """After the first byte there is no status: OpenAI's client raises what stands in the stream."""

    class Fails(Engine):
        def events(self, question: Question, cancel: object = None) -> Iterator[Event]:
            yield Writing("a model", "elsewhere")
            raise error

    failing = Service(service.casebook, {"casebook": Fails(service.casebook, None, None)})
    with (
        listening(failing, Options()) as address,
        OpenAI(base_url=f"{address}/v1", api_key="none", max_retries=0) as client,
        pytest.raises(APIError, match=said) as caught,
    ):
        list(client.chat.completions.create(**CHAT, stream=True))
    assert caught.value.code == code
    assert "secret" not in caplog.text + str(caught.value)
