"""rag.serve: what the routes say, to whom, and what becomes of what is wrong."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest
from asgi import statuses_of_ask
from fakes import WordEncoder
from fastapi.testclient import TestClient
from shelves import NOTES, stocked

from eval.benchmarks.ways_in import as_bytes, events
from rag.casebook import Casebook
from rag.config import Settings
from rag.engine import Engine, Event, Question
from rag.errors import ConfigError, LibraryBusy, ServiceBusy
from rag.llm.events import Writing
from rag.render import to_json
from rag.serve.app import create_app
from rag.serve.logs import JsonLines
from rag.serve.options import LOOPBACK, Options, options_of
from rag.service import Service, open_service

DAPSONE = "How did the skin respond to dapsone?"
TOKEN = "a-token-of-some-length"
SENT = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture(scope="module")
def client(service):
    return TestClient(create_app(service, Options()))


@pytest.fixture
def own(tmp_path):
    """A library of three notes that a test may change, and what opens its doors."""
    folder = stocked(tmp_path / "library")
    with Casebook(folder, Settings(), encoder=WordEncoder()) as casebook:
        opened = open_service(casebook, Settings())
        yield lambda **options: TestClient(create_app(opened, Options(**options)))


def test_an_answer_is_that_of_ask_json(client, casebook):
    """Key by key and letter by letter, with turns, filters and k."""
    reply = client.post("/ask", json={"question": DAPSONE})
    assert reply.status_code == 200
    assert as_bytes(reply.json()) == as_bytes(to_json(casebook.ask(DAPSONE)))
    assert reply.json()["citations"]
    turns = ["What was the response to rituximab?", "And his antibodies?"]
    reply = client.post("/ask", json={"turns": turns, "k": 3})
    assert as_bytes(reply.json()) == as_bytes(to_json(casebook.converse(turns, k=3)))
    narrow = {"report": ["levine-2012-acth-gel"]}
    reply = client.post("/ask", json={"question": "Which dose?", "filters": narrow})
    assert as_bytes(reply.json()) == as_bytes(to_json(casebook.ask("Which dose?", filters=narrow)))


@pytest.mark.parametrize("question", [DAPSONE, "Which patients had a lung transplant?", "Who won?"])
def test_a_stream_brings_sentences_and_then_the_answer(client, question):
    """Answered, counted or declined: who writes, sentences that the answer has, the answer."""
    whole = client.post("/ask", json={"question": question}).json()
    reply = client.post("/ask/stream", json={"question": question})
    assert reply.headers["content-type"].startswith("text/event-stream")
    first, *between, last = events(reply.text)
    assert first == ("writing", {"model": whole["engine"], "where": "in this process"})
    assert {name for name, _ in between} == {"sentence"}
    assert (last[0], as_bytes(last[1])) == ("answer", as_bytes(whole))
    assert [said["number"] for _, said in between] == list(range(len(between)))
    cited = {number for _, said in between for number in said["cited"]}
    assert cited == {citation["number"] for citation in whole["citations"]}
    for _, said in between:
        assert said["text"] in whole["answer"]
        assert said["verdict"] == ("supported" if said["cited"] else "uncited")


def test_search_cases_and_reports(client, casebook):
    """Passages, patients and reports are those of the library, with slices that are true."""
    found = client.post("/search", json={"query": "dapsone for the skin", "k": 4}).json()
    hits = casebook.find("dapsone for the skin", k=4)
    assert [p["text"] for p in found["passages"]] == [hit.text for hit in hits]
    cases = client.post("/cases", json={"drug": ["rituximab"]}).json()
    assert cases["patients"] == 1
    assert cases["reports"] == ["ogawa-2017-rituximab-mda5"]
    listed = client.get("/reports", params={"offset": 1, "limit": 2}).json()
    assert (listed["total"], listed["offset"]) == (6, 1)
    ids = casebook.library.report_ids()
    assert [one["report_id"] for one in listed["reports"]] == ids[1:3]
    report = client.get(f"/reports/{cases['reports'][0]}").json()
    assert report["text"] == casebook.library.report(report["report_id"]).text
    for quoted in cases["rows"][0]["quotations"]:
        assert quoted["quote"] == report["text"][quoted["start"] : quoted["end"]]
    parts = client.get(f"/reports/{report['report_id']}/passages").json()["passages"]
    assert parts
    assert all(part["text"] == report["text"][part["start"] : part["end"]] for part in parts)
    assert client.get("/health").json()["reports"] == 6


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "words"),
    [
        ("POST", "/ask", {}, 422, "give 'question' or 'turns'"),
        ("POST", "/ask", {"question": "x", "turns": ["y"]}, 422, "one of both"),
        ("POST", "/ask", {"question": "   "}, 422, "The question is empty"),
        ("POST", "/ask", {"question": "x" * 20_001}, 422, "question: String should have at most"),
        ("POST", "/ask", {"question": "x", "colour": 1}, 422, "colour: Extra inputs"),
        ("POST", "/ask", {"question": "x", "k": 0}, 422, "k: Input should be greater"),
        ("POST", "/search", {"query": "x", "filters": {"year": ["?"]}}, 422, "write a year"),
        ("POST", "/cases", {"sex": "?"}, 422, "not known; use f, woman, girl"),
        ("POST", "/cases", {"columns": "shoe"}, 422, "shoe"),
        ("GET", "/reports/kuwano", None, 404, "No report has the id 'kuwano'"),
        ("GET", "/reports/kuwano/passages", None, 404, "No report has the id"),
        ("GET", "/reports?limit=0", None, 422, "limit"),
        ("GET", "/nowhere", None, 404, "/openapi.json lists"),
        ("DELETE", "/reports", None, 405, "no such method"),
        ("POST", "/v1/chat/completions", {"model": "x", "messages": [{"role": "user"}]}, 404,
         "known: casebook"),
        ("POST", "/v1/chat/completions", {"model": "casebook", "messages": [{"role": "system",
         "content": "Hello"}]}, 422, "No message of the role 'user'"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_in_one_shape(client, method, path, body, status, words):
    """A status that is documented, a message that says what to do, no traceback."""
    reply = client.request(method, path, json=body)
    assert reply.status_code == status
    error = reply.json()["error"]
    assert set(error) == {"message", "type", "param", "code"}
    assert words in error["message"]
    assert error["code"] == str(status)
    assert "Traceback" not in reply.text


def test_a_body_that_is_no_text_is_refused(client):
    """Lone surrogates, which no UTF-8 has, and half a JSON."""
    kind = {"content-type": "application/json"}
    for body in (b'{"question": "\\ud800?"}', b'{"question": ', b"\xff\xfe", b"[]", b"null"):
        reply = client.post("/ask", content=body, headers=kind)
        assert reply.status_code in (400, 422), body
        assert reply.json()["error"]["message"]


def test_a_body_beyond_the_limit_is_not_read(own):
    """JSON, and a file, which may be larger; with a length that is told, and one that is not."""
    client = own(may_add=True, max_bytes=20_000)
    kind = {"content-type": "application/json"}
    big = b'{"question": "' + b"x" * 1_100_000 + b'"}'
    assert client.post("/ask", content=big, headers=kind).status_code == 413
    pieces = (big[i : i + 50_000] for i in range(0, len(big), 50_000))
    assert client.post("/ask", content=pieces, headers=kind).status_code == 413
    for size in (25_000, 500_000):
        file = {"file": ("long.txt", b"A woman took dapsone. " * (size // 22))}
        assert client.post("/reports", files=file).status_code == 413
    assert client.get("/health").json()["reports"] == len(NOTES)


def test_a_body_that_does_not_come_is_not_waited_for(service):
    """A sender who stops in the middle gets 408 when patience ends, and holds nothing."""
    import anyio

    app = create_app(service, Options(patience=0.05))
    sent = []

    async def receive():
        if not sent:
            sent.append(1)
            return {"type": "http.request", "body": b'{"quest', "more_body": True}
        await anyio.sleep_forever()

    assert statuses_of_ask(app, receive) == [408]


def test_the_token_opens_everything_but_health(service):
    """Missing, wrong, of another scheme: 401; right: in. Health stays open."""
    client = TestClient(create_app(service, Options(token=TOKEN)))
    for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": f"Basic {TOKEN}"}):
        for method, path in (("GET", "/reports"), ("POST", "/ask"), ("GET", "/v1/models")):
            reply = client.request(method, path, headers=headers)
            assert reply.status_code == 401
            assert reply.headers["www-authenticate"] == "Bearer"
    assert client.get("/reports", headers=SENT).status_code == 200
    assert client.get("/health").status_code == 200


def test_adding_is_off_unless_it_is_allowed(own):
    """403 and nothing stored; then added, unchanged, refused, each with its status."""
    file = {"file": ("acitretin.txt", b"A woman of 60 took acitretin for dermatomyositis.")}
    assert own().post("/reports", files=file).status_code == 403
    client = own(may_add=True)
    assert client.get("/health").json()["reports"] == 3
    added = client.post("/reports", files=file)
    assert (added.status_code, added.json()["report_id"]) == (201, "acitretin")
    again = client.post("/reports", files=file)
    assert (again.status_code, again.json()["status"]) == (200, "unchanged")
    other = {"file": ("../../acitretin.txt", b"Another text about other people.")}
    taken = client.post("/reports", files=other)
    assert (taken.status_code, "belongs to 'acitretin.txt'" in taken.text) == (422, True)
    assert client.post("/reports", files={"file": ("a.exe", b"MZ")}).status_code == 422
    assert client.post("/reports", files={"file": ("n\x00ul", b"x")}).status_code in (400, 422)
    found = client.post("/search", json={"query": "acitretin"}).json()["passages"]
    assert found[0]["report_id"] == "acitretin"
    assert client.get("/health").json()["reports"] == 4


def test_options_that_would_be_unsafe_are_refused(monkeypatch):
    """Adding without a token, a short token, one that no header takes, a switch that is none."""
    for token, settings in (
        ("", Settings(serve_add="on")),
        ("short", Settings()),
        ("with a blank in it", Settings()),
        ("", Settings(serve_log_questions="yes")),
    ):
        monkeypatch.setenv("CASEBOOK_SERVE_TOKEN", token)
        with pytest.raises(ConfigError):
            options_of(settings, "127.0.0.1")
    monkeypatch.setenv("CASEBOOK_SERVE_TOKEN", TOKEN)
    found = options_of(Settings(serve_add="on", serve_origins="https://a.org, "), "0.0.0.0")
    assert (found.may_add, found.origins, found.hosts) == (True, ("https://a.org",), ())
    monkeypatch.delenv("CASEBOOK_SERVE_TOKEN")
    assert options_of(Settings(), "127.0.0.1").hosts == LOOPBACK


def test_pages_of_other_names_cannot_read(service):
    """CORS is off by default; and on loopback, a name that was bent to it is refused."""
    origin = {"Origin": "https://evil.example"}
    client = TestClient(create_app(service, Options(hosts=LOOPBACK)), base_url="http://localhost")
    assert "access-control-allow-origin" not in client.get("/health", headers=origin).headers
    for host, status in (("evil.example", 400), ("localhost:80", 200), ("[::1]:80", 200)):
        assert client.get("/health", headers={"Host": host}).status_code == status
    some = TestClient(create_app(service, Options(origins=("https://good.example",))))
    assert "access-control-allow-origin" not in some.get("/health", headers=origin).headers
    good = some.get("/health", headers={"Origin": "https://good.example"})
    assert good.headers["access-control-allow-origin"] == "https://good.example"


def test_the_log_has_no_words_of_questions(service, caplog):
    """A line of JSON for each request; the question only where that was asked for."""
    caplog.set_level(logging.INFO, logger="rag.serve")
    secret = "What about Mrs Miller and dapsone?"
    for options, held in ((Options(), False), (Options(log_questions=True), True)):
        caplog.clear()
        client = TestClient(create_app(service, options))
        client.post("/ask", json={"question": secret})
        client.post("/ask", json={"question": secret, "k": 0})
        client.get(f"/nowhere/{secret}")
        lines = [json.loads(JsonLines().format(record)) for record in caplog.records]
        told = [line for line in lines if line["logger"] == "rag.serve.requests"]
        assert [line["status"] for line in told] == [200, 422, 404]
        assert told[0]["characters"] == len(secret)
        assert told[0]["route"] == "/ask"
        assert told[0]["ms"] >= 0
        assert ("Miller" in json.dumps(lines)) is held


def test_a_fault_of_ours_is_a_status_and_a_place(service, caplog, monkeypatch):
    """No traceback and no word of the question, neither to the client nor in the log."""
    monkeypatch.setattr(Service, "search", lambda *_, **__: 1 / 0)
    client = TestClient(create_app(service, Options()))
    reply = client.post("/search", json={"query": "secret words"})
    assert reply.status_code == 500
    assert reply.json()["error"]["type"] == "InternalError"
    assert "ZeroDivisionError at" in caplog.text
    assert "secret" not in caplog.text + reply.text
    assert client.get("/health").status_code == 200


@pytest.mark.parametrize(
    ("error", "status"), [(ServiceBusy("Later"), 503), (LibraryBusy("Writing"), 503)]
)
def test_what_will_pass_says_when_to_come_again(service, monkeypatch, error, status):
    """503 with Retry-After, and our words."""

    async def fails(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(Service, "cases", fails)
    reply = TestClient(create_app(service, Options())).post("/cases", json={})
    assert (reply.status_code, reply.headers["retry-after"]) == (status, "5")
    assert reply.json()["error"]["message"] == str(error)


def test_who_would_wait_too_long_is_told_so(service, monkeypatch):
    """The encoder is held: a question waits for patience and no longer, health not at all."""
    from anyio.from_thread import start_blocking_portal

    busy = Service(service.casebook, service.engines, patience=0.05)

    async def ask() -> None:
        await busy.answer(Question(("dapsone?",)))

    with start_blocking_portal() as portal:
        portal.call(busy._encoder.acquire_on_behalf_of, "somebody")
        with pytest.raises(ServiceBusy, match="waited"):
            portal.call(ask)
        assert portal.call(busy.size) == 6
        portal.call(busy._encoder.release_on_behalf_of, "somebody")
        with busy.alone, pytest.raises(ServiceBusy, match="The page of this server"):
            portal.call(ask)
        portal.call(busy._encoder.acquire_on_behalf_of, "somebody")
        monkeypatch.setattr("rag.service.MOST_WAITING", 0)
        with pytest.raises(ServiceBusy, match="Too many"):
            portal.call(ask)


def test_a_stream_that_breaks_off_says_why(service):
    """After the first byte there is no status: an event stands for the answer."""

    class Fails(Engine):
        def events(self, question: Question, cancel: object = None) -> Iterator[Event]:
            yield Writing("a model", "elsewhere")
            raise LibraryBusy("Another process writes")

    failing = Service(service.casebook, {"casebook": Fails(service.casebook, None, None)})
    client = TestClient(create_app(failing, Options()))
    reply = client.post("/ask/stream", json={"question": DAPSONE})
    (first, _), (last, told) = events(reply.text)
    assert (first, last) == ("writing", "error")
    assert told["error"]["message"] == "Another process writes"


def test_the_schema_has_examples_and_needs_no_other_machine(client):
    """Every body has an example; no page of docs that loads scripts from elsewhere."""
    schema = client.get("/openapi.json").json()
    bodies = schema["components"]["schemas"]
    for name in ("AskBody", "SearchBody", "CasesBody", "ChatBody"):
        assert bodies[name]["examples"]
    assert client.get("/docs").status_code == 404
    for path, methods in schema["paths"].items():
        for route in methods.values():
            assert {"401", "413", "422", "500", "503"} <= set(route["responses"]), path
