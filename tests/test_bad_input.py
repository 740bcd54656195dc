"""'Bad input is a clear line, never a traceback; nothing stored is lost': the whole list, as typed.

The command line runs in this process, with the word encoder in place of the model.
"""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest
from commands import Typed, typed
from shelves import NOTES, public_folder, stocked, unwritable

from rag.library import Library

STORED_ID = "dapsone"
GOOD = "A 50-year-old man with dermatomyositis took rituximab 1 g twice."
FRONT = "---\nid: {}\ntitle: A title\n{}\n---\nA plain text about a rash.\n"

BAD_FILES: dict[str, tuple[bytes, str]] = {
    "empty.md": (b"", "the file is empty"),
    "blank.txt": (b" \n\t\n", "the file is empty"),
    "binary.txt": (bytes(range(256)) * 40, "binary"),
    "nul.md": (b"A rash\x00 faded.", "binary"),
    "latin1.txt": ("Köbner, 5 µg, was given to a man.".encode("latin-1"), "not UTF-8 (byte 1)"),
    "no-suffix": (b"A rash faded.", "no reader for 'no suffix'"),
    "table.xyz": (b"A rash faded.", "no reader for '.xyz'"),
    "yaml.md": (b"---\ntitle: [open\n---\nA rash faded.\n", "front matter is broken in line"),
    "unended.md": (b"---\ntitle: x\n\nA rash faded.\n", "front matter"),
    "key.md": (FRONT.format("key", "colour: red").encode(), "colour"),
    "type.md": (FRONT.format("type", "year: twenty").encode(), "year"),
    "words.md": (FRONT.format("words", "article_type: novel").encode(), "article_type"),
    "evil.md": (FRONT.format("../../evil", "year: 2001").encode(), "'id' is '../../evil'"),
    "taken.md": (
        FRONT.format(STORED_ID, "year: 2001").encode(),
        f"the id '{STORED_ID}' belongs to 'dapsone.txt' with different content",
    ),
    "torn.pdf": (b"%PDF-1.4 torn", "damaged"),
    "torn.docx": (b"PK\x03\x04 torn", "damaged"),
    "torn.xml": (b"<article><front>", "no sound XML"),
}  # fmt: skip


@pytest.fixture
def cli(monkeypatch, capsys) -> Typed:
    return typed(monkeypatch, capsys)


@pytest.fixture
def folder(tmp_path) -> Path:
    return stocked(tmp_path / "library")


def one_line(err: str) -> str:
    """The only line on stderr beside progress; no traceback, no fault of Casebook's."""
    progress = ("Loading the embedding model", "First use: building the library")
    lines = [line for line in err.splitlines() if line and not line.startswith(progress)]
    assert len(lines) == 1, err
    assert "Traceback" not in err
    assert "Internal error" not in err
    return lines[0]


def texts(folder: Path) -> dict[str, str]:
    with Library(folder) as library:
        assert library.check() == []
        return {report.id: report.text for report in library.reports()}


def test_a_batch_of_bad_files_is_reported_file_by_file(cli, folder, tmp_path):
    """One line for each, naming it and what is wrong; the good one is stored, nothing is lost."""
    before = texts(folder)
    files = tmp_path / "in"
    files.mkdir()
    for name, (data, _) in BAD_FILES.items():
        (files / name).write_bytes(data)
    (files / "good.txt").write_text(GOOD, "utf-8")
    with (files / "big.txt").open("wb") as stream:
        stream.truncate(50_000_001)
    os.mkfifo(files / "pipe.txt")
    expected = {name: words for name, (_, words) in BAD_FILES.items()} | {
        "big.txt": "more than the 50.0 MB",
        "pipe.txt": "no ordinary file",
        "missing.md": "No such file",
    }
    paths = [files / name for name in (*expected, "good.txt")]
    status, out, err = cli("add", *paths, "--library", folder)
    assert (status, out) == (1, "")
    assert "Traceback" not in err
    for name, words in expected.items():
        (line,) = [one for one in err.splitlines() if one.startswith(f"refused {files / name}:")]
        assert words in line, line
        assert line.isprintable()
    assert "added good (good.txt)" in err
    assert f"1 added, {len(expected)} refused" in err
    assert set(texts(folder)) == {*NOTES, "good"}
    assert {name: text for name, text in texts(folder).items() if name in NOTES} == before


def test_an_index_of_bad_files_alone_leaves_what_was_there(cli, folder, tmp_path):
    """Also with --replace."""
    before = texts(folder)
    (tmp_path / "empty.md").write_bytes(b"")
    status, out, err = cli("index", tmp_path / "empty.md", "--library", folder, "--replace")
    assert (status, out) == (1, "")
    assert "No report could be read" in err
    assert texts(folder) == before


QUESTIONS = [
    pytest.param([""], "The question is empty", id="empty"),
    pytest.param([" \n\t"], "The question is empty", id="blank"),
    pytest.param(["x" * 100_000], "100,000 characters", id="100,000 characters"),
    pytest.param(["x", "--filter", "colour=red"], "colour", id="unknown filter"),
    pytest.param(["x", "--filter", "year=soon"], "year", id="filter of the wrong kind"),
    pytest.param(["x", "--filter", "drug"], "key=value", id="filter without value"),
    pytest.param(["x", "--report", "dapsne"], "dapsone", id="unknown report names the nearest"),
    pytest.param(["--batch", "no-such.jsonl", "--json"], "no-such.jsonl", id="missing batch"),
    pytest.param(["--batch", ".", "--json"], "cannot be read", id="folder as batch"),
]


@pytest.mark.parametrize(("arguments", "says"), QUESTIONS)
def test_a_bad_question_is_one_line(cli, folder, arguments, says):
    """Status 1, nothing on stdout."""
    status, out, err = cli("ask", *arguments, "--library", folder)
    assert (status, out) == (1, "")
    assert says in one_line(err)


def not_sqlite(folder: Path) -> None:
    (folder / "casebook.sqlite3").write_text("no database")


def newer(folder: Path) -> None:
    with Library(folder) as library:
        library.set_meta(schema="99")


def emptied(folder: Path) -> None:
    (folder / "casebook.sqlite3").write_bytes(b"")


@pytest.mark.parametrize("harm", [not_sqlite, newer, emptied, shutil.rmtree])
@pytest.mark.parametrize("command", ["ask", "list", "show", "remove", "doctor"])
def test_a_bad_library_is_one_line_naming_the_folder(cli, folder, harm, command):
    """Whatever stands in its place."""
    harm(folder)
    words = {"ask": ["dose?"], "show": ["dapsone"], "remove": ["dapsone"]}.get(command, [])
    status, out, err = cli(command, *words, "--library", folder)
    assert (status, out) == (1, "")
    assert str(folder) in one_line(err)


def test_a_read_only_library_answers_and_refuses_every_change(cli, tmp_path, monkeypatch):
    """Each refusal is one line that names the folder and what to do; nothing is lost."""
    (tmp_path / "note.txt").write_text(GOOD, "utf-8")
    with public_folder() as folder:
        before = texts(stocked(folder, dense=True))
        shutil.copy(tmp_path / "note.txt", folder / "files")
        # Root's own modules are closed to the other user: what is imported late is imported now.
        cli("ask", "What did dapsone do?", "--library", folder)
        with unwritable(folder):
            # The tests' own folder is closed to the user that the process is for the while.
            assert "config.toml: cannot be read" in one_line(cli("ask", "dose?")[2])
            monkeypatch.setenv("CASEBOOK_CONFIG", "/nonexistent/config.toml")
            status, out, err = cli("ask", "What did dapsone do?", "--library", folder)
            assert status in (0, 3), err
            assert "dapsone" in out.lower()
            assert cli("list", "--library", folder)[0] == 0
            note = folder / "files" / "note.txt"
            for change in (
                ["add", note], ["index", note, "--replace"], ["remove", "dapsone"],
            ):  # fmt: skip
                status, out, err = cli(*change, "--library", folder)
                assert (status, out) == (1, "")
                assert f"{folder} cannot be written" in one_line(err)
                assert "copy the folder" in err
        assert texts(folder) == before


@pytest.mark.parametrize("command", [["ask", "dapsone?"], ["add", "note.txt"]])
def test_a_library_of_another_model_is_refused_with_the_command(
    cli, folder, tmp_path, monkeypatch, command
):
    """Other settings than it was made with: named, with what repairs it; nothing is changed."""
    before = texts(folder)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "note.txt").write_text(GOOD, "utf-8")
    monkeypatch.setenv("CASEBOOK_MODEL", "another")
    status, out, err = cli(*command, "--library", folder)
    assert (status, out) == (1, "")
    said = one_line(err)
    assert "words-1" in said
    assert "CASEBOOK_MODEL" in said
    assert "--replace" in said
    assert texts(folder) == before


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("CASEBOOK_THREADS", "many", "whole number"),
        ("CASEBOOK_LIBRARY", "/no/such/library", "no library"),
        ("CASEBOOK_CONFIG", "broken.toml", "not valid TOML"),
        ("XDG_DATA_HOME", "/proc/none", "cannot be made"),
    ],
)
def test_a_wrong_setting_is_one_line(cli, tmp_path, monkeypatch, name, value, says):
    """Named with where it stands."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "broken.toml").write_text("= x")
    monkeypatch.setenv(name, value)
    status, out, err = cli("ask", "dose?")
    assert (status, out) == (1, "")
    assert says in one_line(err)


@pytest.mark.parametrize(
    ("command", "says"),
    [
        (["ask", "dose?"], "no library"),
        (["list"], "no library"),
        (["show", "x"], "no library"),
        (["remove", "x"], "no library"),
        (["doctor"], "no library"),
        (["cases", "--treatment", "IVIg"], "no library"),
        (["index", "note.txt"], "cannot be made"),
        (["add", "note.txt"], "cannot be made"),
    ],
)
@pytest.mark.parametrize("place", ["a-file", "a-file/below", "/proc/none/library"])
def test_a_place_that_cannot_hold_a_library_is_one_line(
    cli, tmp_path, monkeypatch, command, says, place
):
    """A file where the folder should be, or where none can be made."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a-file").write_text("x")
    (tmp_path / "note.txt").write_text(GOOD, "utf-8")
    status, out, err = cli(*command, "--library", place)
    assert (status, out) == (1, "")
    assert says in one_line(err)
    assert (tmp_path / "a-file").read_text() == "x"


def test_an_empty_library_says_how_to_fill_it(cli, tmp_path):
    """And an index of an empty folder names the kinds of files that are read."""
    (tmp_path / "none").mkdir()
    library = tmp_path / "library"
    status, out, err = cli("index", tmp_path / "none", "--library", library)
    assert (status, out) == (1, "")
    assert "no file of a known kind" in err
    assert "Traceback" not in err
    status, out, err = cli("ask", "dose?", "--library", library)
    assert (status, out) == (1, "")
    assert "holds no reports" in one_line(err)


@pytest.mark.parametrize("report_id", ["dapson", "../../etc/passwd", "", "x" * 5000, "ä\u202e"])
@pytest.mark.parametrize("command", ["show", "remove"])
def test_an_unknown_report_is_one_printable_line(cli, folder, command, report_id):
    """Nothing is removed."""
    status, out, err = cli(command, report_id, "--library", folder)
    assert (status, out) == (1, "")
    assert "No report has the id" in one_line(err)
    assert set(texts(folder)) == set(NOTES)


@pytest.mark.parametrize(
    "arguments",
    [
        ["ask"], ["ask", "x", "--k", "0"], ["ask", "x", "--k", "many"], ["ask", "x", "--nothing"],
        ["ask", "--batch", "-"], ["ask", "x", "--batch", "-", "--json"], ["add"], ["show"],
        ["remove"], ["frobnicate"],
    ],
)  # fmt: skip
def test_wrong_usage_ends_with_2(cli, arguments):
    """Said on stderr, with nothing on stdout."""
    status, out, err = cli(*arguments)
    assert (status, out) == (2, "")
    assert err
    assert "Traceback" not in err


BAD_LINES = [
    "{not json",
    "[1, 2]",
    "null",
    '{"question": "no id"}',
    '{"id": "a"}',
    '{"id": "b", "question": 3}',
    '{"id": "c", "turns": []}',
    '{"id": "d", "turns": ["x", 3]}',
    '{"id": "e", "question": ""}',
    json.dumps({"id": "f", "question": "x" * 100_000}),
    '{"id": ' + "1" * 5000 + ', "question": "x"}',
    "[" * 100_000,
    "",
    "\x00",
]
"""The blank line stands between others: it is a line, and its object is missing."""


def test_every_bad_line_of_a_batch_is_answered_in_its_place(cli, folder):
    """One object per line, in order, whatever the line holds; blank lines at the end are none."""
    good = '{{"id": "good {}", "question": "What did dapsone do?"}}'
    lines = [good.format(0), *BAD_LINES, good.format(1)]
    data = "\n".join(lines) + "\n\n  \n"
    status, out, err = cli(
        "ask", "--batch", "-", "--json", "--library", folder, stdin=data.encode()
    )
    assert status == 1
    assert "Traceback" not in err
    rows = [json.loads(line) for line in out.splitlines()]
    assert len(rows) == len(lines)
    assert [row["id"] for row in rows[:: len(rows) - 1]] == ["good 0", "good 1"]
    assert all(set(row) == {"id", "error"} for row in rows[1:-1])
    assert [row["id"] for row in rows[5:11]] == list("abcdef")


def test_a_fault_of_ours_in_one_line_does_not_end_the_batch(cli, folder, monkeypatch):
    """It is told as such, and the rest go on."""
    from rag.chat import Casebook

    answered = Casebook.converse

    def faulty(self, turns, **options):
        if turns == ["fault"]:
            raise ZeroDivisionError("by nought")
        return answered(self, turns, **options)

    monkeypatch.setattr(Casebook, "converse", faulty)
    data = b'{"id": 1, "question": "fault"}\n{"id": 2, "question": "What did dapsone do?"}\n'
    status, out, _ = cli("ask", "--batch", "-", "--json", "--library", folder, stdin=data)
    first, second = (json.loads(line) for line in out.splitlines())
    assert status == 1
    assert first["id"] == 1
    assert "ZeroDivisionError" in first["error"]
    assert second["id"] == 2
    assert "status" in second
