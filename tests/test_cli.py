"""The command line as a contract: streams, exit statuses, JSON, files good and bad."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from places import ROOT, SMALL
from test_editions import STORY

JSON_KEYS = {
    "id", "question", "query", "status", "answer", "short_answer", "citations", "passages",
    "table", "engine", "notice", "readings", "verdicts", "elapsed_ms",
}  # fmt: skip
CITATION_KEYS = {
    "number", "report_id", "title", "authors", "journal", "year", "doi", "source_kind", "basis",
    "section", "page", "start", "end", "quote", "work", "edition", "retracted", "editorial",
}  # fmt: skip
PASSAGE_KEYS = {
    "report_id", "section", "start", "end", "text", "score", "ranks", "work", "retracted",
    "editorial",
}  # fmt: skip
LIST_KEYS = {
    "report_id", "title", "year", "source", "source_kind", "passages", "patients", "work",
    "edition", "editions", "retracted", "editorial", "licence",
}  # fmt: skip

NOTE = """# Dapsone in one patient

A 40-year-old woman with dermatomyositis took dapsone 100 mg daily. The rash cleared in 3 weeks.
"""


def run(*arguments, stdin: bytes | None = None, **environment: str) -> subprocess.CompletedProcess:
    """`python -m rag` in a process of its own, as a script would call it."""
    import os

    return subprocess.run(
        [sys.executable, "-m", "rag", *map(str, arguments)],
        input=stdin,
        capture_output=True,
        cwd=ROOT,
        env={**os.environ, **environment},
        timeout=300,
    )


@pytest.fixture(scope="module")
def notes(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("notes")
    (folder / "note.md").write_text(NOTE, "utf-8")
    for name in SMALL[:2]:
        shutil.copy(ROOT / "corpus" / "reports" / f"{name}.md", folder)
    return folder


@pytest.fixture(scope="module")
def built(notes, tmp_path_factory) -> tuple[Path, subprocess.CompletedProcess]:
    folder = tmp_path_factory.mktemp("library") / "library"
    return folder, run("index", notes, "--library", folder)


def test_index_reports_each_file_on_stderr(built):
    """Progress goes to stderr, stdout stays empty, the status is 0."""
    _, done = built
    assert done.returncode == 0, done.stderr
    assert done.stdout == b""
    assert b"added note (note.md)" in done.stderr


def test_ask_prints_the_answer_alone_on_stdout(built):
    """A plain question gives an answer with its source; the status is 0."""
    done = run(
        "ask", "How fast did the rash clear on dapsone in the 40-year-old?", "--library", built[0]
    )
    assert done.returncode == 0, done.stderr
    out = done.stdout.decode()
    assert "The rash cleared in 3 weeks." in out
    assert "[1]" in out
    assert "Sources" in out
    assert "Loading" not in out


def test_batch_answers_every_line_in_order_and_goes_on_after_a_bad_one(built, tmp_path):
    """Good lines are answered, bad ones named, the status says that one was bad."""
    lines = [
        json.dumps({"id": "a", "question": "dapsone dose?"}),
        "{not json",
        json.dumps({"id": "b", "turns": ["Who took dapsone 100 mg?", "How did her rash do?"]}),
        json.dumps({"id": "c"}),
        json.dumps({"id": "d", "question": "  "}),
        json.dumps({"id": "e", "question": "What is the capital of Mongolia?"}),
    ]
    done = run(
        "ask", "--batch", "-", "--json", "--library", built[0], stdin="\n".join(lines).encode()
    )
    assert done.returncode == 1
    rows = [json.loads(line) for line in done.stdout.decode().splitlines()]
    assert [row["id"] for row in rows] == ["a", None, "b", "c", "d", "e"]
    assert set(rows[1]) == set(rows[3]) == set(rows[4]) == {"id", "error"}
    assert set(rows[0]) == JSON_KEYS
    assert rows[2]["question"] == "How did her rash do?"
    assert "dapsone" in rows[2]["query"]
    assert rows[5]["status"] == "abstained"
    assert rows[5]["citations"] == []
    assert rows[5]["passages"]


def test_show_text_slices_to_every_quote_in_any_locale(built):
    """`text[start:end] == quote` in code points, also where the locale is C."""
    done = run("ask", "dapsone for the rash", "--json", "--k", 3, "--library", built[0], LC_ALL="C")
    answer = json.loads(done.stdout.decode("utf-8"))
    assert len(answer["passages"]) == 3
    assert answer["citations"]
    assert set(answer["citations"][0]) == CITATION_KEYS
    assert set(answer["passages"][0]) == PASSAGE_KEYS
    for item, key in [
        *((c, "quote") for c in answer["citations"]),
        *((p, "text") for p in answer["passages"]),
    ]:
        shown = run("show", item["report_id"], "--text", "--library", built[0], LC_ALL="C")
        assert b"\r" not in shown.stdout
        assert shown.stdout.decode("utf-8")[item["start"] : item["end"]] == item[key]


def test_abstaining_exits_with_3(built):
    """A script can tell 'not in the reports' from an error."""
    done = run("ask", "How long should pizza dough rest in the fridge?", "--library", built[0])
    assert done.returncode == 3, done.stdout
    assert b"Nearest passages" in done.stdout


def test_list_json_has_the_contract_keys(built):
    """One array, one object per report, sorted by id."""
    done = run("list", "--json", "--library", built[0])
    rows = json.loads(done.stdout)
    assert [set(row) for row in rows] == [LIST_KEYS] * 3
    assert [row["report_id"] for row in rows] == sorted(row["report_id"] for row in rows)
    note = next(row for row in rows if row["report_id"] == "note")
    assert (note["source"], note["source_kind"]) == ("note.md", "user file")


def test_add_then_remove_leaves_what_was_there(built, tmp_path):
    """A bad file is refused by name, the good one is added, removal takes it out again."""
    library = tmp_path / "copy"
    shutil.copytree(built[0], library)
    good, bad = tmp_path / "new-note.txt", tmp_path / "empty.txt"
    good.write_text("A 50-year-old man with dermatomyositis received rituximab 1 g twice.", "utf-8")
    bad.write_text("", "utf-8")
    added = run("add", bad, good, "--library", library)
    assert added.returncode == 1
    assert b"refused" in added.stderr
    assert b"empty.txt" in added.stderr
    assert b"added new-note" in added.stderr
    removed = run("remove", "new-note", "--library", library)
    assert removed.returncode == 0
    ids = [
        row["report_id"] for row in json.loads(run("list", "--json", "--library", library).stdout)
    ]
    assert len(ids) == 3
    assert "new-note" not in ids


def test_another_edition_joins_its_work_and_can_be_split_and_merged(built, tmp_path):
    """Said on stderr by add, shown by list and show, undone and made by hand."""
    library = tmp_path / "copy"
    shutil.copytree(built[0], library)
    digest = (ROOT / "corpus" / "reports" / f"{SMALL[0]}.md").read_text("utf-8")
    title = next(line for line in digest.splitlines() if line.startswith("title:"))
    authors = digest[digest.index("authors:") : digest.index("journal:")]
    (tmp_path / "fuller.md").write_text(
        f"---\n{title}\n{authors}year: 2011\npmid: '77'\n---\n{STORY}", "utf-8"
    )
    (tmp_path / "same.md").write_text("---\ntitle: A\npmid: '77'\n---\nOne short text.\n", "utf-8")
    (tmp_path / "zcopy.txt").write_text(f"{STORY}She went home.\n", "utf-8")
    new = [tmp_path / name for name in ("fuller.md", "same.md", "zcopy.txt")]
    added = run("add", *new, "--library", library).stderr.decode()
    assert f"looks like {SMALL[0]} (same title and first author" in added
    assert "added same (same.md) as another edition of fuller" in added
    assert "looks like fuller (100% of the sentences of the shorter one" in added
    assert "casebook merge zcopy fuller" in added
    assert run("remove", "same", "--library", library).returncode == 0
    assert run("merge", "fuller", SMALL[0], "--library", library).returncode == 0
    shown = run("show", "fuller", "--library", library).stdout.decode()
    assert f"this is the full text; other editions: {SMALL[0]} (digest)" in shown
    lines = run("list", "--library", library).stdout.decode().splitlines()
    at = next(i for i, line in enumerate(lines) if line.startswith("fuller"))
    assert lines[at + 1].startswith(f"  {SMALL[0]}")
    rows = json.loads(run("list", "--json", "--library", library).stdout)
    assert {r["report_id"]: r["work"] for r in rows}["fuller"] == SMALL[0]
    assert run("split", "fuller", "--library", library).returncode == 0
    rows = json.loads(run("list", "--json", "--library", library).stdout)
    assert all(row["work"] == row["report_id"] for row in rows)
    refused = run("merge", "fuller", "no-such", "--library", library)
    assert refused.returncode == 1
    assert b"No report has the id 'no-such'" in refused.stderr


@pytest.mark.parametrize(
    ("arguments", "status", "says"),
    [
        pytest.param(["ask", ""], 1, "empty", id="empty question"),
        pytest.param(["ask", "x" * 20_001], 1, "20,001 characters", id="overlong question"),
        pytest.param(["ask", "x", "--batch", "f", "--json"], 2, "not both", id="two questions"),
        pytest.param(["ask", "--batch", "f.jsonl"], 2, "--json", id="batch without json"),
        pytest.param(["ask"], 2, "QUESTION", id="no question"),
        pytest.param(["ask", "x", "--filter", "colour=red"], 1, "colour", id="unknown filter"),
        pytest.param(["ask", "x", "--filter", "drug"], 1, "key=value", id="filter without value"),
        pytest.param(["ask", "x", "--library", "/no/such"], 1, "no library", id="unknown library"),
        pytest.param(["show", "x", "--library", "/no/such"], 1, "no library", id="show elsewhere"),
        pytest.param(["list", "--library", "/no/such"], 1, "no library", id="list elsewhere"),
        pytest.param(["index", "/no/such/file.md"], 1, "no such file", id="missing path"),
        pytest.param(["frobnicate"], 2, "frobnicate", id="unknown command"),
    ],
)
def test_wrong_use_is_one_clear_line(arguments, status, says):
    """No traceback, the right status, nothing on stdout, a message that names the fault."""
    done = run(*arguments)
    assert done.returncode == status, done.stderr
    assert done.stdout == b""
    assert says in done.stderr.decode()
    assert "Traceback" not in done.stderr.decode()


def test_an_unknown_report_names_the_nearest(built):
    """A slip in an id is answered with what was probably meant."""
    done = run("show", "cohen-dapsone-two-patients", "--library", built[0])
    assert done.returncode == 1
    assert SMALL[0] in done.stderr.decode()


def test_index_refuses_a_library_that_holds_reports(built, notes):
    """Nothing stored is lost to a repeated command; --replace is named."""
    done = run("index", notes, "--library", built[0])
    assert done.returncode == 1
    assert "--replace" in done.stderr.decode()


def test_a_question_is_never_executed(tmp_path):
    """Quotes, dollars, backticks and apostrophes arrive unchanged through make, and stay text."""
    venv = tmp_path / ".venv" / "bin"
    venv.mkdir(parents=True)
    (venv / "casebook").write_text('#!/bin/sh\nprintf "%s" "$3" > asked.txt\n')
    (venv / "casebook").chmod(0o755)
    (venv / "python").write_text("#!/bin/sh\nexit 0\n")
    (venv / "python").chmod(0o755)
    shutil.copy(ROOT / "Makefile", tmp_path)
    (tmp_path / "pyproject.toml").write_text("")
    question = """it's "60 mg" for $HOME `touch pwned` $(touch pwned) \\ # % & ; anti-TIF1-γ"""
    subprocess.run(["make", "ask", f"Q={question}"], cwd=tmp_path, check=True, capture_output=True)
    assert (tmp_path / "asked.txt").read_text("utf-8") == question
    assert not (tmp_path / "pwned").exists()


def test_make_ask_ends_well_on_an_abstention(tmp_path):
    """Exit status 3 of the program is no failure of make; any other is."""
    venv = tmp_path / ".venv" / "bin"
    venv.mkdir(parents=True)
    shutil.copy(ROOT / "Makefile", tmp_path)
    (tmp_path / "pyproject.toml").write_text("")
    for name, status in (("python", 0), ("casebook", 3)):
        (venv / name).write_text(f"#!/bin/sh\nexit {status}\n")
        (venv / name).chmod(0o755)
    assert subprocess.run(["make", "ask", "Q=x"], cwd=tmp_path, capture_output=True).returncode == 0
    (venv / "casebook").write_text("#!/bin/sh\nexit 1\n")
    assert subprocess.run(["make", "ask", "Q=x"], cwd=tmp_path, capture_output=True).returncode != 0


def test_doctor_finds_a_torn_index_and_repairs_it(built, tmp_path):
    """A damaged dense generation is told, repaired from the stored vectors, and answers again."""
    library = tmp_path / "torn"
    shutil.copytree(built[0], library)
    for path in (library / "chroma").rglob("*.bin"):
        path.write_bytes(b"")
    (next((library / "chroma").rglob("chroma.sqlite3"))).unlink()
    assert run("doctor", "--library", library).returncode == 1
    mended = run("doctor", "--repair", "--library", library)
    assert mended.returncode == 0, mended.stdout
    assert b"repaired" in mended.stdout
    assert run("doctor", "--library", library).returncode == 0
