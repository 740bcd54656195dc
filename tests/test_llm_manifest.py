"""An answer is kept with all that is needed to check it again, and is replayed without a model."""

from __future__ import annotations

import json
import os
from dataclasses import replace

import pytest

pytest.importorskip("langchain_openai", reason="pip install 'casebook[openai]'")

from scripted_llm import Fails, Says, scripted
from typer.testing import CliRunner

from rag.cli.main import app
from rag.errors import LanguageModelError, UnreadableFile
from rag.llm.chain import Wish, consult, events
from rag.llm.manifest import Manifest, read_manifest, write_manifest
from rag.llm.models import open_model
from rag.llm.options import Options
from rag.llm.prompts import prompt
from rag.llm.replay import replay

QUESTION = "How did the skin respond to dapsone?"
QUICK = Options(first_pause=0.001)
FALSE = "He took 999 mg of dapsone daily [1]."


@pytest.fixture(autouse=True)
def no_keys(monkeypatch):
    for name in list(os.environ):
        if name.lower().endswith("_proxy") or name.startswith(("OPENAI_", "LANGSMITH_")):
            monkeypatch.delenv(name)


@pytest.fixture(scope="module")
def true(casebook) -> str:
    first = consult(casebook, Wish(QUESTION)).evidence.citations[0]
    return f"{first.quote} [1]"


def asked(casebook, *replies, options=QUICK):
    with scripted(*replies) as script:
        model = open_model("openai:scripted", options, script.url)
        *_, done = events(casebook, model, QUESTION, options=options)
    return done


@pytest.mark.parametrize("unsupported", ["strike", "drop"])
def test_a_replayed_answer_is_the_same(casebook, true, tmp_path, unsupported):
    """From the file alone, with the repair and its reply."""
    options = Options(unsupported=unsupported)
    text = f"{true} {FALSE} And 5 g of it hourly [1]."
    done = asked(casebook, Says(text), Says(f"1. {true}"), options=options)
    path = tmp_path / "answer.json"
    write_manifest(done.manifest, path)
    kept = read_manifest(path)
    assert kept == done.manifest
    assert kept.replies == (text, f"1. {true}")
    found = replay(casebook, kept)
    assert (found.is_same, found.differences) == (True, ())
    assert found.answer == done.answer


def test_the_manifest_says_with_what(casebook, true):
    """Model, address, prompts, evidence, library: and no key."""
    manifest = asked(casebook, Says(true)).manifest
    assert manifest.model == "openai:scripted"
    assert manifest.where.startswith("http://127.0.0.1:")
    assert manifest.prompts == {
        prompt(name).version: prompt(name).hash for name in ("write", "repair")
    }
    assert manifest.library["id"] == casebook.library.meta("library_id")
    for c in manifest.evidence:
        assert casebook.library.report(c.report_id).text[c.start : c.end] == c.quote


def test_what_is_not_as_it_was_is_told(casebook, true):
    """Another library, other prompts, another answer; nothing is asked of a model."""
    kept = asked(casebook, Says(true)).manifest
    other = replace(kept, library={**kept.library, "id": "x"}, prompts={"write-0": "abc"})
    found = replay(casebook, other)
    assert found.is_same
    assert len(found.differences) == 2
    forged = replace(kept, replies=(f"{true} {FALSE}",))
    found = replay(casebook, forged)
    assert not found.is_same
    assert f"~~{FALSE}~~" in found.answer.text


def test_evidence_that_is_gone_proves_nothing(casebook, true):
    """A kept citation that is not the stored slice is seen."""
    kept = asked(casebook, Says(true)).manifest
    moved = replace(kept.evidence[0], start=kept.evidence[0].start + 1)
    found = replay(casebook, replace(kept, evidence=(moved, *kept.evidence[1:])))
    assert not found.is_same
    gone = replace(kept.evidence[0], report_id="gone-1999")
    found = replay(casebook, replace(kept, evidence=(gone, *kept.evidence[1:])))
    assert found.answer.engine == "extractive"


def test_a_failure_is_kept_and_replayed(casebook):
    """Without a reply the default engine answers, then and now."""
    done = asked(casebook, Fails(500))
    assert "status 500" in done.manifest.why_not
    assert done.manifest.replies == ()
    assert replay(casebook, done.manifest).is_same


@pytest.mark.parametrize("content", [b"", b"{}", b"[1]", b"\xff\xfe", b'{"format": 9}'])
def test_a_file_that_is_no_manifest_is_refused(tmp_path, content):
    """In a line that names it."""
    path = tmp_path / "x.json"
    path.write_bytes(content)
    with pytest.raises(UnreadableFile, match=r"x\.json") as refused:
        read_manifest(path)
    assert "\n" not in str(refused.value)
    with pytest.raises(UnreadableFile, match="cannot be read"):
        read_manifest(tmp_path / "none.json")


def test_a_manifest_of_another_format_is_refused(casebook, true, tmp_path):
    """Its number is told."""
    done = asked(casebook, Says(true))
    assert isinstance(done.manifest, Manifest)
    write_manifest(replace(done.manifest, format=9), tmp_path / "m.json")
    with pytest.raises(UnreadableFile, match="format 9"):
        read_manifest(tmp_path / "m.json")


def test_the_commands(small_library, casebook, true, tmp_path, monkeypatch):
    """One question, a batch, the manifest, replay; what goes where is said on stderr."""
    run = CliRunner()
    here = ["--library", str(small_library)]
    path = tmp_path / "m.json"
    with scripted(Says(true)) as script:
        monkeypatch.setenv("CASEBOOK_LLM_URL", script.url)
        done = run.invoke(
            app,
            ["ask", QUESTION, "--llm", "openai:scripted", "--json", "--manifest", str(path), *here],
        )
        assert done.exit_code == 0, done.output
        answer = json.loads(done.stdout)
        assert answer["engine"] == "openai:scripted"
        assert [v["verdict"] for v in answer["verdicts"]] == ["supported"]
        assert f"go to {script.url}" in done.stderr
        assert "1 call, 100 tokens read, 20 written" in done.stderr
        monkeypatch.setenv("CASEBOOK_LLM", "openai:scripted")
        lines = tmp_path / "questions.jsonl"
        turns = {"id": "b", "turns": [QUESTION, "And when it was stopped?"]}
        lines.write_text(f"{json.dumps({'id': 'a', 'question': QUESTION})}\n{json.dumps(turns)}\n")
        done = run.invoke(app, ["ask", "--batch", str(lines), "--json", *here])
        first, _ = map(json.loads, done.stdout.splitlines())
        assert first["answer"] == answer["answer"]
        calls = len(script.requests)
        done = run.invoke(app, ["ask", QUESTION, "--llm", "none", "--json", *here])
        plain = json.loads(done.stdout)
        assert (plain["engine"], plain["verdicts"]) == ("extractive", None)
        assert len(script.requests) == calls
    done = run.invoke(app, ["replay", str(path), "--json", *here])
    assert done.exit_code == 0, done.output
    again = json.loads(done.stdout)
    assert {**again, "elapsed_ms": 0} == {**answer, "elapsed_ms": 0}
    assert "the answer is the one that was kept" in done.stderr


def test_wrong_use(tmp_path):
    """Before anything is loaded: usage is 2, a model that cannot be is an error."""
    run = CliRunner()
    assert run.invoke(app, ["ask", "x", "--manifest", str(tmp_path / "m")]).exit_code == 2
    done = run.invoke(app, ["ask", "x", "--llm", "nobody:model"])
    assert isinstance(done.exception, LanguageModelError)
    lines = ["ask", "--batch", "f", "--json", "--manifest", "m", "--llm", "openai:x"]
    assert run.invoke(app, lines).exit_code == 2
