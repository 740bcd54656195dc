"""The committed baseline: small, whole, with a reason, and never half one run, half another."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from eval.baseline import ACCEPTED, BaselineError, accept, load, log, to_text
from eval.compare import CompareError, compare, figures_of
from eval.records import CONDITIONS, RECORDS, Cited, Record, Run, RunError

DAY = date(2025, 3, 1)
RECORD = Record(
    id="b", gold="made", verdict="answerable", kind="dose", style="terse", form="cold",
    status="answered", probability=0.75, passages=("one:0",),
    cited=(Cited("one", 3, 9, "SECRET quote"),), text="SECRET text", short_answer="SECRET short",
    elapsed_ms=12.5, figures={"fact recall": 1 / 3, "passage RR@10": 1.0},
    question=("SECRET question?",),
)  # fmt: skip
RUN = Run({"code": "abc", "reports": 7}, (RECORD, replace(RECORD, id="a", status="abstained")))


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_what_was_accepted_is_read_back(tmp_path: Path) -> None:
    """Ids, figures, statuses and spans stay exactly; records are sorted by id."""
    accept(RUN, "first", DAY, tmp_path / "new" / "baseline")
    found = load(tmp_path / "new" / "baseline")
    assert found.conditions == RUN.conditions
    assert [r.id for r in found.records] == ["a", "b"]
    kept = found.by_id()["b"]
    assert figures_of(kept) == figures_of(RECORD)
    assert kept.status == "answered"
    assert kept.cited == (Cited("one", 3, 9, ""),)
    assert compare(found, RUN).changes == ()


def test_no_text_is_committed(tmp_path: Path) -> None:
    """Neither questions nor answers nor quotes: release gold must not be read there."""
    accept(RUN, "first", DAY, tmp_path)
    assert not [name for name, data in contents(tmp_path).items() if b"SECRET" in data]
    assert set(contents(tmp_path)) == {CONDITIONS, RECORDS, ACCEPTED}
    kept = load(tmp_path).by_id()["b"]
    assert (kept.passages, kept.probability, kept.elapsed_ms) == ((), 0.75, 0.0)


def test_the_log_grows_by_one_line(tmp_path: Path) -> None:
    """Date, reason, code and gated means; measures that are not gated are left out."""
    accept(RUN, "first", DAY, tmp_path)
    later = Run({"code": "def"}, (RECORD,))
    accept(later, "  better reader\u2028and faster ", date(2025, 4, 2), tmp_path)
    first, second = log(tmp_path)
    assert (first.date, first.reason, first.code) == ("2025-03-01", "first", "abc")
    assert first.headline == {
        "fact recall": (2, 0.3333), "answered when answerable": (2, 0.5)
    }  # fmt: skip
    assert (second.date, second.reason) == ("2025-04-02", "better reader\u2028and faster")
    assert load(tmp_path).conditions == {"code": "def"}
    assert [line[:22] for line in to_text(log(tmp_path)).splitlines()] == [
        "2025-03-01  abc  first", "2025-04-02  def  bette"
    ]  # fmt: skip


@pytest.mark.parametrize("reason", ["", "  \n\t"])
def test_a_reason_is_needed(tmp_path: Path, reason: str) -> None:
    """And nothing is written without."""
    with pytest.raises(BaselineError, match="say why"):
        accept(RUN, reason, DAY, tmp_path / "baseline")
    assert not (tmp_path / "baseline").exists()


@pytest.mark.parametrize(
    ("records", "kind"),
    [
        ((), BaselineError),
        ((RECORD, RECORD), CompareError),
        ((replace(RECORD, figures={"fact recall": float("nan")}),), CompareError),
    ],
    ids=["none", "twice", "not a number"],
)
def test_a_run_to_judge_nothing_by_is_refused(
    tmp_path: Path, records: tuple[Record, ...], kind: type[Exception]
) -> None:
    """The baseline that stands stays as it is."""
    accept(RUN, "first", DAY, tmp_path)
    before = contents(tmp_path)
    with pytest.raises(kind):
        accept(Run({}, records), "second", DAY, tmp_path)
    assert contents(tmp_path) == before


@pytest.mark.parametrize("broken", [RECORDS, CONDITIONS, ACCEPTED])
def test_an_interrupted_acceptance_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    """Before the first file is replaced the old baseline stands; later the folder is refused."""
    accept(RUN, "first", DAY, tmp_path)

    def replacing(source: Path, target: Path) -> None:
        if target.name == broken:
            raise OSError(28, "No space left on device")
        os.rename(source, target)

    monkeypatch.setattr("eval.baseline.os.replace", replacing)
    with pytest.raises(BaselineError, match="No space left"):
        accept(Run({"code": "new"}, (RECORD,)), "second", DAY, tmp_path)
    assert set(contents(tmp_path)) == {CONDITIONS, RECORDS, ACCEPTED}, "no draft is left"
    assert len(log(tmp_path)) == 1
    if broken == RECORDS:
        assert len(load(tmp_path).records) == 2
    else:
        with pytest.raises(BaselineError, match="not what was accepted last"):
            load(tmp_path)
    monkeypatch.undo()
    accept(Run({"code": "new"}, (RECORD,)), "second", DAY, tmp_path)
    assert load(tmp_path).conditions == {"code": "new"}


@pytest.mark.parametrize("name", [RECORDS, CONDITIONS])
def test_an_edited_baseline_is_refused(tmp_path: Path, name: str) -> None:
    """Figures change by an acceptance with a reason, or not at all."""
    accept(RUN, "first", DAY, tmp_path)
    path = tmp_path / name
    path.write_text(path.read_text("utf-8").replace("answered", "abstained").replace("abc", "abd"))
    with pytest.raises(BaselineError, match="not what was accepted last"):
        load(tmp_path)


def test_line_ends_of_another_system_are_no_edit(tmp_path: Path) -> None:
    """Git may check the files out with carriage returns."""
    accept(RUN, "first", DAY, tmp_path)
    for path in tmp_path.iterdir():
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert load(tmp_path).by_id()["b"].figures == RECORD.figures
    accept(RUN, "second", DAY, tmp_path)
    assert [entry.reason for entry in log(tmp_path)] == ["first", "second"]


def test_a_folder_without_a_log_or_a_run(tmp_path: Path) -> None:
    """A run folder that nobody accepted is no baseline, and an empty folder is no run."""
    with pytest.raises(RunError):
        load(tmp_path)
    accept(RUN, "first", DAY, tmp_path)
    (tmp_path / ACCEPTED).unlink()
    with pytest.raises(BaselineError, match="not what was accepted last"):
        load(tmp_path)
    assert to_text(log(tmp_path)) == "no baseline was accepted yet"


@pytest.mark.parametrize(
    "line",
    ["{", "[]", json.dumps({"date": "2025-03-01"}), json.dumps({"headline": {"a": 1}})],
    ids=["cut off", "no object", "keys missing", "no means"],
)
def test_a_damaged_log_names_its_line(tmp_path: Path, line: str) -> None:
    """Where to look, and how to get the file back."""
    accept(RUN, "first", DAY, tmp_path)
    with (tmp_path / ACCEPTED).open("a", encoding="utf-8") as stream:
        stream.write(line + "\n")
    with pytest.raises(BaselineError, match="line 2 is no acceptance .* version control"):
        load(tmp_path)


def test_the_log_does_not_steer_the_terminal(tmp_path: Path) -> None:
    """A reason with control characters stays one plain line."""
    accept(RUN, "good\x1b[2J\nreason", DAY, tmp_path)
    (line,) = to_text(log(tmp_path)).split("\n")
    assert "\x1b" not in line
    assert "good[2J reason" in line
