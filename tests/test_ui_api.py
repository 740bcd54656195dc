"""`casebook ui --api`: page and API from one process, one library, each with its own rules."""

from __future__ import annotations

import signal
import subprocess
import sys

import httpx
import pytest
from serving import Serving, free_port

from eval.benchmarks.browsing import DAPSONE, ask
from eval.benchmarks.ways_in import as_bytes, events
from rag.config import Settings
from rag.errors import ConfigError
from rag.render import to_json
from ui import api, cli
from ui.opened import opened

TOKEN = "a-token-of-some-length"
PATIENCE = 300


@pytest.fixture(scope="module")
def running(small_library, tmp_path_factory):
    """A page with its API, over the small library."""
    home = tmp_path_factory.mktemp("home")
    env = {"CASEBOOK_SERVE_TOKEN": TOKEN}
    with Serving(small_library, free_port(), "--api", home=home, env=env) as page:
        yield page
        page.process.send_signal(signal.SIGTERM)
        assert page.process.wait(timeout=PATIENCE) == 0
        page._listener.join(timeout=PATIENCE)
        said = "".join(page.said)
        assert said.endswith("Casebook has ended.\n")
        assert "Traceback" not in said
        assert '"logger": "rag.serve.requests"' in said
        assert DAPSONE not in said


@pytest.fixture
def client(running):
    with httpx.Client(
        base_url=f"{running.address}/api",
        headers={"Authorization": f"Bearer {TOKEN}"},
        timeout=PATIENCE,
    ) as opened_client:
        yield opened_client


def test_the_page_and_the_api_give_the_same_answer(running, client, browse, casebook):
    """The API's bytes are those of `ask --json`; the page beside it works and cites the same."""
    found = client.post("/ask", json={"question": DAPSONE})
    assert as_bytes(found.json()) == as_bytes(to_json(casebook.ask(DAPSONE)))
    page = browse(running.address)
    ask(page, DAPSONE)
    marks = page.locator(".cb-answer .cb-mark").all_inner_texts()
    assert {int(mark.strip("[]")) for mark in marks} == {
        citation["number"] for citation in found.json()["citations"]
    }


def test_a_stream_and_links_come_through_the_page_s_server(running, client):
    """Neither packed nor held back; links to reports have the path that leads to them."""
    reply = client.post("/ask/stream", json={"question": DAPSONE})
    assert reply.headers["content-type"].startswith("text/event-stream")
    assert "content-encoding" not in reply.headers
    assert [name for name, _ in events(reply.text)][-1] == "answer"
    body = {"model": "casebook", "messages": [{"role": "user", "content": DAPSONE}]}
    message = client.post("/v1/chat/completions", json=body).json()["choices"][0]["message"]
    (url, *_) = {note["url_citation"]["url"] for note in message["annotations"]}
    assert url.startswith((f"{running.address}/api/reports/", "https://doi.org/"))
    assert client.get("/openapi.json").json()["servers"] == [{"url": "/api"}]


def test_each_side_keeps_its_own_rules(running, client):
    """Token and size for the API; its XSRF cookie for the page's uploads, whatever the token."""
    assert client.get("/health").json()["reports"] == 6
    bare = httpx.Client(base_url=running.address, timeout=PATIENCE)
    assert bare.get("/api/health").status_code == 200
    for method, path in (("GET", "/api/reports"), ("POST", "/api/ask"), ("GET", "/api/v1/models")):
        assert bare.request(method, path).status_code == 401
    assert client.post("/ask", content=b" " * 1_100_000).status_code == 413
    assert client.post("/reports", files={"file": ("a.txt", b"A woman.")}).status_code == 403
    assert client.get("/nowhere").json()["error"]["code"] == "404"
    upload = client.build_request("PUT", "/", files={"file": ("a.txt", b"A woman.")})
    upload.url = httpx.URL(f"{running.address}/_stcore/upload_file/session/file")
    assert client.send(upload).status_code == 403
    assert bare.get("/").headers["content-type"].startswith("text/html")
    bare.close()


def test_there_is_no_api_unless_it_is_asked_for():
    """The command runs the page alone."""
    assert cli.command("127.0.0.1", 8501)[4].endswith("app.py")
    assert cli.command("127.0.0.1", 8501, api=True)[4].endswith("with_api.py")


def test_programs_use_the_library_that_the_page_has_open(own_library):
    """One model in memory: the same open library, behind the same lock."""
    service, page = api.service(), opened(str(own_library))
    assert service.casebook is page.casebook
    assert service.alone is page.encoding
    assert service.patience == 60


@pytest.mark.parametrize("gate", ["password", "login"])
def test_the_api_is_no_way_around_the_page_s_door(monkeypatch, gate):
    """Where the page asks who comes in, so does the API; else it does not start."""
    if gate == "password":
        monkeypatch.setenv("CASEBOOK_UI_PASSWORD", "open sesame")
    else:
        monkeypatch.setattr("ui.visitor.login_configured", lambda: True)
    with pytest.raises(ConfigError, match="set CASEBOOK_SERVE_TOKEN"):
        api.require_api(Settings(), "127.0.0.1")
    monkeypatch.setenv("CASEBOOK_SERVE_TOKEN", TOKEN)
    api.require_api(Settings(), "127.0.0.1")


def test_a_missing_package_gives_the_install_line(small_library):
    """Before the server starts."""
    code = (
        "import sys; sys.modules['fastapi'] = None; "
        f"sys.argv = ['casebook', 'ui', '--api', '--library', {str(small_library)!r}]; "
        "from rag.cli.main import main; main()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 1
    assert "'casebook ui --api' needs a package" in done.stderr
    assert "pip install 'casebook[serve]'" in done.stderr
