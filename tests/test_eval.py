"""`casebook eval run` and `check`: records, totals and tables over a small real library."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from judged import DAPSONE, QUESTION, RITUXIMAB, answer, answerable, hits_of, item, sentence
from places import ROOT
from typer.testing import CliRunner

from eval.cli import app
from eval.gold import GoldError, Item, shipped_texts, write_schema
from eval.ranked import DEPTH
from eval.records import Cited, Record, read
from eval.report import declined, failures, to_json, to_text, totals
from eval.run import ask_all, code_hash, conditions, items_to_ask
from eval.shelves import about_texts, temporary_shelves
from eval.systems import CasebookSystem, named
from rag.config import DEFAULT_K, Settings
from rag.errors import ReportNotFound

REPORTS = ROOT / "corpus" / "reports"


@pytest.fixture(scope="module")
def questions(casebook) -> dict[str, tuple[Item, ...]]:
    """A file that the small library can answer, and one about reports that it lacks."""
    quote = sentence(hits_of(casebook.library, DAPSONE)[0])[2]
    gone = replace(answerable("x", report="nobody-2000"), id="test-003")
    turns = ("Did dapsone help?", "and how quickly?")
    here = (
        answerable(quote),
        item("test-002", question="Will it rain on Saturday?", verdict="out of domain"),
        gone,
        replace(answerable(quote), id="test-004", question=None, turns=turns),
    )
    return {"here": here, "elsewhere": (gone, item("test-005"))}


@pytest.fixture(scope="module")
def plan(casebook, questions):
    """What can be asked, and what cannot."""
    return items_to_ask(questions, frozenset(casebook.library.report_ids()))


@pytest.fixture(scope="module")
def records(casebook, plan) -> list[Record]:
    """The questions, asked."""
    return list(ask_all(plan[0], CasebookSystem(casebook)))


@pytest.fixture(scope="module")
def under(casebook, questions):
    return conditions(casebook, "casebook", questions)


def test_every_question_that_can_be_asked_has_a_record(plan, records):
    """Items about absent reports are named, not scored as failures."""
    assert [record.id for record in records] == ["test-001", "test-002", "test-004"]
    assert plan[1] == {"here": ("test-003",), "elsewhere": ("test-003", "test-005")}


def test_real_answers_are_measured(records):
    """The dapsone report answers a dapsone question; the weather is not in it."""
    dapsone, weather, _ = records
    assert (dapsone.status, weather.status) == ("answered", "abstained")
    assert dapsone.figures["report Success@1"] == 1
    assert dapsone.reports == (DAPSONE,)
    assert dapsone.figures["citations exact"] == 1
    assert len(dapsone.passages) == DEPTH
    assert weather.probability < dapsone.probability


def test_two_runs_give_the_same_records(casebook, plan, records):
    """Nothing but the time differs."""
    again = ask_all(plan[0], CasebookSystem(casebook))
    assert [replace(r, elapsed_ms=0) for r in again] == [replace(r, elapsed_ms=0) for r in records]


def test_a_run_that_was_interrupted_asks_only_what_is_left(casebook, plan, records):
    """Records that are there are taken over, in the order of the gold."""
    kept: list[Record] = []
    system = CasebookSystem(casebook)
    again = list(ask_all(plan[0], system, done=[records[1]], keep=kept.append))
    assert [r.id for r in again] == [r.id for r in records]
    assert [r.id for r in kept] == ["test-001", "test-004"]


def test_nothing_to_ask_is_an_error_that_says_what_to_do(questions):
    """A table of nothing would look like a result."""
    with pytest.raises(GoldError, match="--with"):
        items_to_ask({"elsewhere": questions["elsewhere"]}, frozenset({"other"}))


def test_the_depth_of_the_measure_does_not_change_the_answer(casebook):
    """What is measured at ten passages is what a user of the default gets."""
    deep, usual = (casebook.ask(QUESTION, k=k) for k in (DEPTH, DEFAULT_K))
    assert deep.hits[:DEFAULT_K] == usual.hits
    assert replace(deep, hits=()) == replace(usual, hits=())


def test_figures_go_out_without_the_questions(records, plan, under, questions):
    """Neither the table nor the JSON object holds a word of what was asked."""
    for shown in (to_text(records, plan[1], under), json.dumps(to_json(records, plan[1], under))):
        for gold in questions["here"]:
            assert not [turn for turn in gold.asked if turn in shown]
        assert "here" in shown


def test_the_object_holds_every_record_and_the_conditions(records, plan, under):
    """Totals can be recomputed from the records, which are keyed by id."""
    found = to_json(records, plan[1], under)
    assert found["conditions"]["reports"] == 6
    assert found["conditions"]["search"] == "dense generation 1"
    here = found["gold"]["here"]
    assert [record["id"] for record in here["items"]] == ["test-001", "test-002", "test-004"]
    name = "passage nDCG@10"
    values = [r["figures"][name] for r in here["items"] if name in r["figures"]]
    assert here["totals"][name] == {"mean": round(sum(values) / 2, 4), "n": 2}
    assert here["by"]["kind"]["outcome"][name]["n"] == 2
    assert found["gold"]["elsewhere"]["totals"] == {}


ANSWER = "facts in answer, right report"
SHOWN = f"facts in top {DEFAULT_K}, right report"
FALSE = "false premise handled"
MADE = (
    ("good", "answerable", "answered", {ANSWER: 1.0, SHOWN: 1.0, "passage R@8": 0.5}),
    ("partial", "answerable", "answered", {ANSWER: 0.0, SHOWN: 1.0, "passage R@8": 0.25}),
    ("silent", "answerable", "abstained", {ANSWER: 0.0, SHOWN: 0.0}),
    ("right", "unanswerable", "abstained", {}),
    ("bold", "unanswerable", "answered", {"no forbidden fact": 0.0, "citations exact": 0.0}),
    ("weather", "out of domain", "answered", {}),
    ("corrected", "false premise", "answered", {ANSWER: 1.0, SHOWN: 1.0, FALSE: 1.0}),
    ("fooled", "false premise", "answered", {ANSWER: 0.0, SHOWN: 1.0, FALSE: 0.0}),
    ("declined", "false premise", "abstained", {ANSWER: 0.0, SHOWN: 1.0, FALSE: 1.0}),
    ("dosed", "advice", "answered", {"advice handled": 0.0}),
)
RECORDS = tuple(
    Record(
        name,
        "made",
        verdict,
        "dose",
        "lay",
        "cold",
        status,
        0.5,
        (),
        (Cited("r", 0, 1, "x"),),
        "",
        None,
        10.0 * number,
        {"citations exact": 1.0, **figures},
    )  # fmt: skip
    for number, (name, verdict, status, figures) in enumerate(MADE, 1)
)


def test_the_code_hash_changes_with_the_code_alone(tmp_path, monkeypatch):
    """A changed weight makes other figures; compiled files do not."""
    (tmp_path / "__init__.py").write_text("")
    monkeypatch.setattr("rag.__file__", str(tmp_path / "__init__.py"))
    before = code_hash()
    (tmp_path / "rag.pyc").write_bytes(b"x")
    assert code_hash() == before
    (tmp_path / "weights.json").write_text("{}")
    assert code_hash() != before


def test_failures_are_listed_by_what_went_wrong():
    """Each list holds the ids that a developer looks at next."""
    assert failures(RECORDS) == {
        f"facts not in top {DEFAULT_K}": ["silent"],
        "wrongly abstained": ["silent"],
        "answered, facts missing": ["partial"],
        "wrongly answered": ["bold", "weather"],
        "false premise accepted": ["fooled"],
        "forbidden fact": ["bold"],
        "inexact citation": ["bold"],
        "advice given": ["dosed"],
    }


def test_a_total_is_over_the_questions_that_it_applies_to():
    """Two of nine records have R@8: its n is 2."""
    found = totals(RECORDS)
    assert (found["passage R@8"].mean, found["passage R@8"].n) == (pytest.approx(0.375), 2)
    assert (found[ANSWER].sum, found[ANSWER].n) == (2, 6)
    assert declined(RECORDS).recall == pytest.approx(1 / 3)


def test_the_table_shows_each_figure_with_its_number_of_questions():
    """Shares stand as counts, means with their n, false premises on their own."""
    lines = to_text(RECORDS, {"made": ("gone",)}, {"reports": 1}).splitlines()
    rows = {line.split("  ")[0]: " ".join(line.split()) for line in lines}
    assert "made: 1 not run, the library lacks their reports (see --with)" in lines
    times = "10 questions; 60 ms each (p50), 100 ms (p95); answers of 0 words (p50), 0 (p95); "
    assert any(line.startswith(times + "peak memory ") for line in lines)
    assert rows["passage R@8"] == "passage R@8 0.38 (n 2) - 0.38 (n 2) - - -"
    assert rows[ANSWER] == f"{ANSWER} 0.33 (2/6) - 0.33 (1/3) 0.33 (1/3) - -"
    assert rows["unanswerable"] == "unanswerable 1 1"
    assert "10 citations" in lines
    assert (
        "abstaining: precision 0.50 (n 2), recall 0.33 (n 3); "
        "false premises apart: 1 abstained, 1 corrected, 1 accepted"
    ) in lines
    assert "wrongly answered: bold, weather" in lines


def test_a_temporary_library_holds_what_was_asked_for_and_is_gone_afterwards(encoder, tmp_path):
    """Files come in, `without` goes out, and nothing stays on the disk."""
    paper = tmp_path / "paper.txt"
    paper.write_text("A woman with dermatomyositis was given dapsone. The rash cleared.\n", "utf-8")
    paths = [REPORTS / f"{DAPSONE}.md", REPORTS / f"{RITUXIMAB}.md", paper]
    with temporary_shelves(paths, {}, Settings(), without=[RITUXIMAB], encoder=encoder) as opened:
        folder = opened.reports.library.folder
        assert opened.reports.library.report_ids() == [DAPSONE, "paper"]
        assert opened.with_texts is None
        under = opened.conditions("casebook", {})
        assert (under["search"], "case texts" in under) == ("exact", False)
    assert not folder.exists()


def test_gold_about_the_case_texts_alone_is_asked_where_they_are(encoder):
    """Raw prose among the reports would draw answers to what is asked of the reports."""
    text = (shipped_texts() / "syn-a01.txt").read_text("utf-8")
    quote = next(line for line in text.splitlines() if len(line) > 80)[:60]
    gold = {
        "letters": (
            answerable(quote, quote.split()[0], report="syn-a01", question=f"{quote}?"),
            item("test-002"),
        ),
        "reports": (item("test-003", question="Will it rain?", verdict="out of domain"),),
        "context": (item("test-004", context="syn-a02"),),
    }
    assert [name for name, items in gold.items() if about_texts(items)] == ["letters", "context"]
    path = REPORTS / f"{DAPSONE}.md"
    with temporary_shelves([path], gold, Settings(), without=["syn-b01"], encoder=encoder) as made:
        assert made.reports.library.report_ids() == [DAPSONE]
        assert {DAPSONE, "syn-a01", "syn-b06"} <= made.known()
        assert "syn-b01" not in made.known()
        assert made.conditions("casebook", gold)["case texts"] == len(made.known()) - 1
        assert made.conditions("casebook", gold)["reports"] == 1
        items, _ = items_to_ask(gold, made.known())
        asked = {record.id: record for record in made.ask(gold, items, named("lexical"))}
    # In the order of the libraries, and each from its own.
    assert list(asked) == ["test-003", "test-001", "test-002", "test-004"]
    assert {place.split("#")[0] for place in asked["test-003"].passages} <= {DAPSONE}
    assert asked["test-001"].figures["report Success@1"] == 1
    assert {place.split("#")[0] for place in asked["test-004"].passages} == {"syn-a02"}


def test_a_temporary_library_refuses_what_it_cannot_take_in(encoder, tmp_path):
    """A missing file or id would quietly change what is measured."""
    here = REPORTS / f"{DAPSONE}.md"
    with (
        pytest.raises(GoldError, match="nowhere"),
        temporary_shelves([here, tmp_path / "nowhere.txt"], {}, Settings(), encoder=encoder),
    ):
        pass
    with (
        pytest.raises(ReportNotFound, match="nobody-2000"),
        temporary_shelves([here], {}, Settings(), without=["nobody-2000"], encoder=encoder),
    ):
        pass


def gold_file(folder: Path, quote: str) -> Path:
    path = folder / "mine.yaml"
    entry = {
        "id": "mine-001", "question": QUESTION, "kind": "outcome", "style": "terse",
        "verdict": "answerable", "evidence": [{"report": DAPSONE, "quote": quote, "grade": 2}],
        "facts": [["dapsone"]], "author": "a test",
    }  # fmt: skip
    path.write_text(json.dumps([entry]), "utf-8")  # JSON is YAML
    return path


def test_the_command_measures_a_library_and_writes_the_object(casebook, tmp_path):
    """The standard output holds the table alone; the file holds the figures."""
    gold = gold_file(tmp_path, sentence(hits_of(casebook.library, DAPSONE)[0])[2])
    wish = ["run", "--gold", str(gold), "--library", str(casebook.library.folder)]
    done = CliRunner().invoke(app, [*wish, "--json", str(tmp_path / "figures.json")])
    assert done.exit_code == 0, done.output
    assert "1 questions; " in done.stdout
    assert "casebook" in done.stderr
    found = json.loads((tmp_path / "figures.json").read_text("utf-8"))
    assert found["gold"]["mine"]["asked"] == 1
    assert QUESTION not in json.dumps(found)


def test_several_systems_are_asked_in_one_run_and_tabled(casebook, tmp_path):
    """Each keeps a run of its own, and goes on where it was."""
    gold = gold_file(tmp_path, sentence(hits_of(casebook.library, DAPSONE)[0])[2])
    wish = ["run", "--gold", str(gold), "--library", str(casebook.library.folder)]
    wish += ["--system", "lexical", "--system", "damaged:silent", "--out", str(tmp_path / "runs")]
    done = CliRunner().invoke(app, wish)
    assert done.exit_code == 0, done.output
    head, *rows = done.stdout.splitlines()
    assert head.split() == ["lexical", "damaged:silent"]
    (line,) = (row for row in rows if row.startswith("answered when answerable"))
    assert line.split()[-2:] == ["1.000", "0.000"]
    for name in ("lexical", "damaged-silent"):
        kept = read(tmp_path / "runs" / name)
        assert len(kept.records) == 1
        assert kept.cost["peak memory MB"] > 100
    again = CliRunner().invoke(app, wish)
    assert again.stdout == done.stdout
    assert "1 of 1 questions were asked before; the run goes on" in again.stderr
    refused = CliRunner().invoke(app, [*wish, "--json", str(tmp_path / "x.json")])
    assert refused.exit_code == 2 and "one system" in " ".join(refused.output.split())


@pytest.mark.parametrize("kept", [True, False])
def test_a_run_that_is_stopped_says_what_is_kept(casebook, tmp_path, monkeypatch, kept):
    """Ctrl-C in the second of two questions; the same command then asks only that one."""
    path = gold_file(tmp_path, sentence(hits_of(casebook.library, DAPSONE)[0])[2])
    items = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps([*items, items[0] | {"id": "mine-002"}]), "utf-8")
    wish = ["run", "--gold", str(path), "--library", str(casebook.library.folder)]
    wish += ["--system", "lexical", *(["--out", str(tmp_path / "out")] if kept else [])]
    asked = []

    def stopped(self, turns, filters):
        asked.append(turns)
        if len(asked) == 2:
            raise KeyboardInterrupt
        return answer()

    with monkeypatch.context() as patch:
        patch.setattr("eval.systems.SearchSystem.converse", stopped)
        done = CliRunner().invoke(app, wish)
    assert done.exit_code == 130
    assert "Stopped: 1 of 2 questions are " + (
        f"in {tmp_path / 'out'}; the same command goes on there" if kept else "lost without --out"
    ) in done.stderr.replace("\n", " ")
    if kept:
        assert "1 of 2 questions were asked before" in CliRunner().invoke(app, wish).stderr
        assert [r.id for r in read(tmp_path / "out").records] == ["mine-001", "mine-002"]


@pytest.mark.parametrize("option", ["--with", "--without"])
def test_the_command_measures_a_library_only_as_it_stands(option, tmp_path):
    """A user's own library is never added to."""
    done = CliRunner().invoke(app, ["run", "--library", str(tmp_path), option, "x"])
    assert done.exit_code == 2
    assert "as it stands" in " ".join(done.output.split())


def test_the_check_command_finds_a_false_quote_and_a_held_in_report(tmp_path):
    """A report of the train split may not be measured; invented words are no evidence."""
    done = CliRunner().invoke(app, ["check", "--gold", str(gold_file(tmp_path, "Invented."))])
    assert isinstance(done.exception, GoldError)
    assert "mine-001: cohen-nd-dapsone-two-patients is in neither" in str(done.exception)
    assert "does not hold the quote 'Invented." in str(done.exception)
    assert "mine: 1 items, 2 problems" in done.stdout


def test_the_check_command_writes_the_schema_above_the_gold(tmp_path):
    """Editors then find it by the first line of the file."""
    (tmp_path / "development").mkdir()
    gold = gold_file(tmp_path / "development", "Invented.")
    CliRunner().invoke(app, ["check", "--gold", str(gold), "--write-schema"])
    write_schema(tmp_path / "expected.json")
    assert (tmp_path / "gold.schema.json").read_bytes() == (tmp_path / "expected.json").read_bytes()


@pytest.mark.parametrize("words", [[], ["run"], ["check"]], ids=["eval", "run", "check"])
def test_help_shows_how_it_is_used(words):
    """Each command's help has an example."""
    done = CliRunner().invoke(app, [*words, "--help"])
    assert done.exit_code == 0
    assert "casebook eval" in done.output or "run" in done.output
    if words:
        assert f"casebook eval {words[0]}" in done.output
