"""The generated part of eval/README.md is what the accepted run says."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace

import pytest

from eval.baseline import BaselineError, load
from eval.headline import MEASURES, headline
from eval.parts import PARTS
from eval.readme import (
    BASELINE,
    BEGIN,
    END,
    README,
    SHOWN,
    SYSTEMS,
    generated,
    main,
    rewritten,
    store_systems,
)
from eval.records import Record, Run, begin, write_records
from eval.systems import DAMAGED, systems

RECORD = Record(
    id="a", gold="mine", verdict="false premise", kind="dose", style="terse", form="cold",
    status="answered", probability=None, passages=(), cited=(), text="", short_answer=None,
    elapsed_ms=1.0, figures={"fact recall": 0.5},
)  # fmt: skip


def test_the_page_shows_the_accepted_run():
    """After `casebook eval accept`: python -m eval.readme."""
    text = README.read_text("utf-8")
    assert rewritten(text, generated()) == text


def test_every_headline_figure_of_the_accepted_run_is_on_the_page():
    """With its number of questions, to three decimals."""
    page = generated()
    for row in headline(load(BASELINE)):
        assert row.measure in page
        assert f"{row.value:.3f}" in page


def test_the_columns_of_the_table_of_systems_are_measures():
    """A misspelt one would show as an empty column."""
    assert set(SHOWN) <= set(MEASURES)


def test_the_table_of_systems_says_what_each_part_is_worth():
    """The product, peers, and the product without a part; each explained, none damaged."""
    stored = json.loads((BASELINE / SYSTEMS).read_text("utf-8"))
    assert {"casebook", "lexical", "top-passage", "generated"} <= set(stored["systems"])
    assert any(name in PARTS for name in stored["systems"])
    assert not [name for name in stored["systems"] if name.startswith(DAMAGED)]
    assert stored["conditions"]["questions"] >= 344
    page = generated()
    for name in stored["systems"]:
        assert f"- `{name}`: {systems()[name].about}." in page


def made(name: str, gold: str = "mine", **under) -> Run:
    return Run({"system": name, "code": "abc", **under}, (replace(RECORD, gold=gold),))


def test_only_runs_that_can_be_compared_are_stored(tmp_path):
    """Same gold, same code; and the release gold is for the gate."""
    store_systems([made("one"), made("two")], tmp_path)
    stored = json.loads((tmp_path / SYSTEMS).read_text("utf-8"))
    assert stored["systems"] == {name: {"fact recall": 0.5} for name in ("one", "two")}
    assert (stored["conditions"]["code"], stored["conditions"]["questions"]) == ("abc", 1)
    for runs, said in (
        ([made("one"), made("two", code="xyz")], "same code"),
        ([], "same code"),
        ([made("one", gold="release_a")], "leave out the release"),
    ):
        with pytest.raises(BaselineError, match=said):
            store_systems(runs, tmp_path)


def test_the_page_is_rewritten_from_a_folder_of_runs(tmp_path, monkeypatch):
    """As the README says how; the systems in the order in which they are listed."""
    page, folder = tmp_path / "README.md", tmp_path / "baseline"
    shutil.copytree(BASELINE, folder)
    page.write_text(f"a\n{BEGIN}\nold\n{END}\nz\n", "utf-8")
    monkeypatch.setattr("eval.readme.README", page)
    monkeypatch.setattr("eval.readme.BASELINE", folder)
    for name in ("dense", "casebook"):
        begin(tmp_path / "runs" / name, dict(made(name).conditions))
        write_records(tmp_path / "runs" / name, made(name).records)
    (tmp_path / "runs" / "notes").mkdir()
    monkeypatch.setattr("eval.readme.generated", lambda: f"{BEGIN}\nnew\n{END}")
    main(tmp_path / "runs")
    assert page.read_text("utf-8") == f"a\n{BEGIN}\nnew\n{END}\nz\n"
    stored = json.loads((folder / SYSTEMS).read_text("utf-8"))
    assert list(stored["systems"]) == ["casebook", "dense"]


def test_no_id_of_a_release_question_is_named():
    """Failures are counted; only those of the development gold are named."""
    page = generated()
    release = [r.id for r in load(BASELINE).records if r.gold.startswith("release")]
    assert len(release) == 242
    assert not [name for name in release if name in page]


def test_what_stands_outside_the_marks_stays():
    """Only the part between the marks is rewritten; without marks nothing is."""
    part = f"{BEGIN}\nnew\n{END}"
    assert rewritten(f"a\n{BEGIN}\nold\n{END}\nz\n", part) == f"a\n{part}\nz\n"
    with pytest.raises(ValueError, match="marks"):
        rewritten("no marks", part)
