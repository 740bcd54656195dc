"""docs/python.md and docs/api.md: every block of Python runs, every curl line is a route."""

from __future__ import annotations

import json
import re
import shlex
import shutil

import pytest
from fastapi.testclient import TestClient
from places import ROOT

from rag.serve.app import create_app
from rag.serve.options import Options

PYTHON = (ROOT / "docs" / "python.md").read_text("utf-8")
API = (ROOT / "docs" / "api.md").read_text("utf-8")


def test_the_examples_in_python_run(small_library, encoder, tmp_path, monkeypatch, capsys):
    """One after the other, as somebody would type them, on a copy of the small library."""
    shutil.copytree(small_library, tmp_path / "library")
    monkeypatch.setenv("CASEBOOK_LIBRARY", str(tmp_path / "library"))
    monkeypatch.setattr("rag.chat.SentenceEncoder.of", lambda _: encoder)
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"```python\n(.*?)```", PYTHON, re.S)
    assert len(blocks) > 5
    names: dict[str, object] = {}
    for block in blocks:
        exec(compile(block, "docs/python.md", "exec"), names)
    said = capsys.readouterr().out
    assert "answered" in said
    assert "ogawa-2017-rituximab-mda5 1 " in said
    assert "added note" in said
    assert re.search(r"\d+ characters to read", said)
    assert "[1]" in said


def curls() -> list[list[str]]:
    text = "\n".join(re.findall(r"```sh\n(.*?)```", API, re.S)).replace("\\\n", " ")
    return [shlex.split(line) for line in text.splitlines() if line.startswith("curl")]


@pytest.mark.parametrize("words", curls(), ids=lambda words: words[2])
def test_the_examples_of_curl_are_answered(service, words):
    """Each with its body; 404 only for a report that the small library has not."""
    client = TestClient(create_app(service, Options()))
    path = words[2].removeprefix("localhost:8600")
    if "-F" in words:
        assert client.post(path, files={"file": ("a.txt", b"x")}).status_code == 403
    elif "-d" in words:
        body = json.loads(words[words.index("-d") + 1])
        assert client.post(path, json=body).status_code == 200
    else:
        status = client.get(path).status_code
        assert status == (404 if "kuwano" in path else 200)


def test_every_route_and_setting_is_in_the_docs(service):
    """What OpenAPI has, docs/api.md names; and each setting of the server."""
    schema = TestClient(create_app(service, Options())).get("/openapi.json").json()
    for path in schema["paths"]:
        assert path.split("/{")[0] in API, path
    for name in ("TOKEN", "ADD", "MAX_MB", "PATIENCE", "ORIGINS", "LOG_QUESTIONS"):
        assert f"`CASEBOOK_SERVE_{name}" in API
