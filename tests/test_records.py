"""Run folders: begun, interrupted, gone on with, and never mixed up."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from eval.records import (
    CONDITIONS,
    RECORDS,
    Cited,
    Record,
    Run,
    RunError,
    append,
    begin,
    read,
    to_line,
    write_records,
)

UNDER = {"system": "casebook", "reports": 7}
FIRST = Record(
    id="a-001", gold="made", verdict="answerable", kind="dose", style="terse", form="conversation",
    status="answered", probability=0.75, passages=("one#case/1",),
    cited=(Cited("one", 3, 9, "0.5 µg"),), text="0.5 µg\u2028a day", short_answer="0.5 µg",
    elapsed_ms=12.5, figures={"fact recall": 1 / 3}, question=("Dose?", "And of the µ one?"),
)  # fmt: skip
SECOND = replace(
    FIRST, id="a-002", status="abstained", probability=None, passages=(), cited=(), text="",
    short_answer=None, figures={}, question=(),
)  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A run of two questions, in a folder whose parents were not there."""
    found = tmp_path / "runs" / "made"
    assert begin(found, UNDER) == ()
    append(found, FIRST)
    append(found, SECOND)
    return found


def test_what_was_appended_is_read_back(folder):
    """Every value, in the order asked, as the same types."""
    assert read(folder) == Run(UNDER, (FIRST, SECOND))
    assert read(folder).by_id() == {"a-001": FIRST, "a-002": SECOND}
    assert FIRST.reports == ("one",)
    two = (*FIRST.cited, Cited("two", 0, 1, "x"), *FIRST.cited)
    assert replace(FIRST, cited=two).reports == ("one", "two")


def test_a_run_goes_on_under_the_same_conditions(folder):
    """What was asked is given back and not lost."""
    assert begin(folder, dict(reversed(UNDER.items()))) == (FIRST, SECOND)
    append(folder, replace(FIRST, id="a-003"))
    assert [record.id for record in read(folder).records] == ["a-001", "a-002", "a-003"]


@pytest.mark.parametrize("left", [1, 40, -1, "µ"], ids=["begun", "half", "no end", "half a letter"])
def test_a_half_written_last_line_is_dropped_and_the_run_goes_on(folder, left):
    """A killed process may stop anywhere, within a letter too."""
    path = folder / RECORDS
    line = (to_line(replace(FIRST, id="a-003")) + "\n").encode()
    cut = line.index("µ".encode()) + 1 if left == "µ" else left
    path.write_bytes(path.read_bytes() + line[:cut])
    assert read(folder).records == (FIRST, SECOND)
    assert begin(folder, UNDER) == (FIRST, SECOND)
    append(folder, replace(FIRST, id="a-003"))
    assert [record.id for record in read(folder).records] == ["a-001", "a-002", "a-003"]


def test_a_run_that_was_killed_before_its_first_record_goes_on(tmp_path):
    """Whether its conditions were written by then or not."""
    (tmp_path / RECORDS).write_text("", "utf-8")
    assert begin(tmp_path, UNDER) == ()
    assert begin(tmp_path, UNDER) == ()
    assert read(tmp_path) == Run(UNDER, ())


def test_other_conditions_are_refused_and_named(folder):
    """Figures of two systems in one folder would be figures of none; nothing is touched."""
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(RunError) as raised:
        begin(folder, {"system": "dense", "reports": 7, "model": "x"})
    assert str(raised.value) == (
        f"{folder}: holds a run under other conditions (model, system); name another folder "
        "with --out"
    )
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_records_without_conditions_are_not_written_over(folder):
    """Somebody's figures: hours of asking, or a file of that name that is not ours."""
    (folder / CONDITIONS).unlink()
    with pytest.raises(RunError, match=f"has {RECORDS} but no {CONDITIONS}.* another folder"):
        begin(folder, UNDER)
    assert (folder / RECORDS).read_text("utf-8").count("\n") == 2


@pytest.mark.parametrize("content", [None, "[1]", "{", b"\xff"])
def test_a_foreign_folder_is_refused(tmp_path, content):
    """With the file that is wrong, and which folder is wanted."""
    path = tmp_path / CONDITIONS
    if content is not None:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(RunError) as raised:
        read(tmp_path)
    assert str(raised.value).startswith(f"{path}: ")
    assert "it is no run folder: name one that `casebook eval run --out` made" in str(raised.value)
    if content is not None:
        with pytest.raises(RunError, match="it is no run folder"):
            begin(tmp_path, UNDER)


@pytest.mark.parametrize("line", ["{}", "7", "no JSON", '{"id": "a-003"}', b"\xff"])
def test_a_line_that_is_no_record_is_named(folder, line):
    """Only the last line may be half-written."""
    path = folder / RECORDS
    path.write_bytes(path.read_bytes() + (line if isinstance(line, bytes) else line.encode()))
    assert len(read(folder).records) == 2
    path.write_bytes(path.read_bytes() + b"\n")
    with pytest.raises(RunError, match=f"{RECORDS}: line 3 is no record .*; remove the folder"):
        read(folder)


def test_a_folder_that_cannot_be_made_or_read_is_an_error_of_ours(tmp_path, folder):
    """A file stands there, or the records are gone: no traceback."""
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(RunError, match="cannot be made .*another folder with --out"):
        begin(tmp_path / "file", UNDER)
    (folder / RECORDS).unlink()
    with pytest.raises(RunError, match=f"{RECORDS}: cannot be read .*remove the folder"):
        read(folder)


def test_records_are_written_anew_as_lines_of_json(folder):
    """One object per line, letters as they are, and no older record left."""
    write_records(folder, [SECOND])
    (line,) = (folder / RECORDS).read_text("utf-8").split("\n")[:-1]
    assert json.loads(line)["id"] == "a-002"
    assert "0.5 µg" in to_line(FIRST)
    assert read(folder).records == (SECOND,)
