"""Real processes: every way in gives the same bytes; `serve` and `mcp` as somebody starts them."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from mcp import Client, MCPError, StdioServerParameters
from places import ROOT, SMALL

from eval.benchmarks import ways_in
from rag.library import Library

QUESTIONS = [
    ("How did the skin respond to dapsone?",),
    ("What was the response to rituximab?", "And his antibodies?"),
    ("Which patients had a lung transplant?",),
    ("Who won the world cup?",),
]


@pytest.fixture(autouse=True)
def at_home(monkeypatch):
    """Processes of their own find the package."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.chdir(ROOT)


@pytest.mark.parametrize("name", [way for way in ways_in.WAYS if way != "Python"])
def test_every_way_in_gives_the_same_answers(name, small_library, casebook):
    """Byte for byte after removing times and ids, citations and passages included."""
    from rag.render import to_json

    expected = [ways_in.as_bytes(to_json(casebook.converse(turns))) for turns in QUESTIONS]
    found = ways_in.WAYS[name](QUESTIONS, small_library)
    assert [ways_in.as_bytes(reply) for reply in found] == expected
    assert json.loads(expected[0])["citations"]


def test_mcp_over_stdio(small_library, casebook):
    """Tools, resources and errors, as the SDK's own client sees them."""
    program, *arguments = ways_in.command("mcp", small_library)
    server = StdioServerParameters(command=program, args=arguments, env=dict(os.environ))

    async def talk() -> None:
        async with Client(server, read_timeout_seconds=600) as client:
            assert client.server_info is not None
            assert client.server_info.name == "casebook"
            tools = {tool.name: tool for tool in (await client.list_tools()).tools}
            assert set(tools) == {"ask", "search", "cases", "show"}
            assert all(tool.annotations.read_only_hint for tool in tools.values())
            found = await client.call_tool("search", {"query": "dapsone for the skin", "k": 2})
            hits = casebook.find("dapsone for the skin", k=2)
            passages = found.structured_content["passages"]
            assert [p["text"] for p in passages] == [hit.text for hit in hits]
            counted = await client.call_tool("cases", {"drug": ["rituximab"]})
            assert counted.structured_content["patients"] == 1
            assert "given rituximab, in 1 report" in counted.content[0].text
            shown = await client.call_tool("show", {"report_id": SMALL[0]})
            assert shown.structured_content["text"] == casebook.library.report(SMALL[0]).text
            resources = (await client.list_resources()).resources
            assert [str(one.uri) for one in resources] == [
                f"casebook://reports/{name}" for name in sorted(SMALL)
            ]
            text = (await client.read_resource(str(resources[0].uri))).contents[0].text
            assert text == casebook.library.report(sorted(SMALL)[0]).text
            with pytest.raises(MCPError, match="No report has the id"):
                await client.read_resource("casebook://reports/nothing")
            for tool, wish, words in (
                ("ask", {"question": "  "}, "The question is empty"),
                ("show", {"report_id": "nothing"}, "No report has the id"),
                ("cases", {"sex": "?"}, "not known"),
                ("search", {"query": "x", "filters": {"colour": ["red"]}}, "Unknown filter"),
            ):
                wrong = await client.call_tool(tool, wish)
                assert wrong.is_error
                assert words in wrong.content[0].text
                assert "Traceback" not in wrong.content[0].text

    asyncio.run(talk())


def fingerprint(folder: Path) -> list[str]:
    with Library(folder) as library:
        return sorted(library.db.iterdump())


def test_serve_ends_in_order(small_library, tmp_path):
    """It says where it is, logs JSON, and SIGTERM ends it with status 0 and no traceback."""
    before = fingerprint(small_library)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    log = tmp_path / "log"
    with log.open("wb") as stderr:
        process = subprocess.Popen(
            ways_in.command("serve", small_library, "--port", str(port)), stderr=stderr
        )
        try:
            ways_in._await(process, f"http://127.0.0.1:{port}")
            taken = subprocess.run(
                ways_in.command("serve", small_library, "--port", str(port)),
                capture_output=True, text=True,
            )  # fmt: skip
            reply = httpx.get(f"http://127.0.0.1:{port}/nowhere", timeout=60)
            other = httpx.get(f"http://127.0.0.1:{port}/health", headers={"Host": "evil.example"})
        finally:
            process.send_signal(signal.SIGTERM)
            status = process.wait(timeout=120)
    assert (reply.status_code, other.status_code) == (404, 400)
    assert taken.returncode == 1
    assert "choose another place with --port" in taken.stderr
    said = log.read_text("utf-8")
    assert f"Casebook answers at http://127.0.0.1:{port}" in said
    assert "Traceback" not in said
    assert status == 0
    lines = [json.loads(line) for line in said.splitlines() if line.startswith("{")]
    assert {"status": 404, "route": ""}.items() <= [x for x in lines if "status" in x][-2].items()
    assert fingerprint(small_library) == before


@pytest.mark.parametrize(("extra", "package"), [("serve", "fastapi"), ("mcp", "mcp")])
def test_a_missing_package_gives_the_install_line(extra, package):
    """One line, status 1."""
    code = (
        f"import sys; sys.modules[{package!r}] = None; sys.argv = ['casebook', {extra!r}]; "
        "from rag.cli.main import main; main()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 1
    assert f"pip install 'casebook[{extra}]'" in done.stderr
    assert "Traceback" not in done.stderr
