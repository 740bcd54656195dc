"""`casebook eval compare`, `gate`, `accept`, `report` on made-up runs: no model is loaded."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from eval.baseline import BaselineError, load, log
from eval.cli import app, judging
from eval.gate_rules import GateError
from eval.gold import load_all
from eval.records import Cited, Record, RunError, begin, read, write_records
from eval.run import gold_hash
from eval.systems import UnknownSystem

SECRET = "SECRET"
QUESTION = "Which dose of dapsone?"
UNDER = {"system": "casebook", "code": "abc", "gold hash": "def"}


def record(name: str, *, secret: bool = False, recall: float = 1.0, **change) -> Record:
    """A right answer; of the release gold, when `secret`, whose words would give it away."""
    words = f"{SECRET} {name}" if secret else f"Dapsone, {name}"
    given = {
        "verdict": "answerable", "kind": "dose", "style": "terse", "form": "cold",
        "status": "answered", "probability": 0.75, "passages": ("one#case/1",),
        "cited": (Cited("one", 3, 9, words),), "text": words, "short_answer": words,
        "elapsed_ms": 12.0, "question": () if secret else (f"{QUESTION} {name}",),
    }  # fmt: skip
    figures = {"fact recall": recall, "citations exact": 1.0}
    return Record(id=name, gold="made", figures=figures, **(given | change))


GOOD = (
    *(record(f"dev-{n:03d}") for n in range(10)),
    *(record(f"rel-{n:03d}", secret=True) for n in range(10)),
)
BAD = tuple(replace(r, figures=r.figures | {"fact recall": 0.0}) for r in GOOD)


def run_of(folder: Path, records, **under) -> Path:
    begin(folder, UNDER | under)
    write_records(folder, records)
    return folder


@pytest.fixture(autouse=True)
def no_attack(monkeypatch) -> None:
    """The red team has its own tests (test_red_team.py)."""
    monkeypatch.setattr("eval.red_team.attack.attack", lambda hostile: ())


@pytest.fixture(autouse=True)
def no_sentences(monkeypatch) -> None:
    """The suite of written sentences has its own tests (test_verification_gate.py)."""
    monkeypatch.setattr(judging, "let_stand", lambda: ())


@pytest.fixture
def good(tmp_path) -> Path:
    return run_of(tmp_path / "good", GOOD)


@pytest.fixture
def baseline(good, tmp_path) -> Path:
    """The good run, accepted."""
    folder = tmp_path / "baseline"
    done = cli(
        "accept", "--reason", "first", "--date", "2026-11-21", "--run", good, baseline=folder
    )
    assert done.exit_code == 0, done.output
    return folder


def cli(*words, **options):
    """The outcome of `casebook eval …`; what is raised is the one-line error of the user."""
    given = [part for name, value in options.items() for part in (f"--{name}", str(value))]
    return CliRunner().invoke(app, [*map(str, words), *given])


def nobody_asks(*_, **__):
    raise AssertionError("all questions were asked")


# -- compare ------------------------------------------------------------------------------------


def test_compare_names_what_moved(good, tmp_path):
    """Conditions, measures and questions; of a release question its id and figures alone."""
    worse = [*GOOD[1:10], replace(BAD[10], short_answer=f"{SECRET} other"), *GOOD[11:]]
    other = run_of(tmp_path / "other", [replace(BAD[0], short_answer="50 mg"), *worse], code="xyz")
    done = cli("compare", good, other)
    assert done.exit_code == 0, done.output
    lines = done.stdout.splitlines()
    assert lines[:2] == ["20 questions in both runs", "code: abc → xyz"]
    (row,) = (line.split() for line in lines if line.startswith("fact recall  "))
    assert row[2:6] == ["20", "1.000", "0.900", "-0.100"]
    assert lines[-3:] == [
        "2 questions changed",
        "dev-000 (answerable): short answer 'Dapsone, dev-000' → '50 mg'; fact recall 1.00 → 0.00",
        "rel-000 (answerable): short answer; fact recall 1.00 → 0.00",
    ]
    assert SECRET not in done.output


def test_compare_of_no_run_folder_is_an_error_of_ours(good, tmp_path):
    """Which of the two it is, and what to name."""
    done = cli("compare", good, tmp_path / "nowhere")
    assert "nowhere" in str(done.exception) and "eval run --out" in str(done.exception)


# -- gate ---------------------------------------------------------------------------------------


def test_the_gate_passes_the_run_that_was_accepted(good, baseline):
    """The first thing that it must do."""
    done = cli("gate", run=good, baseline=baseline)
    assert done.exit_code == 0, done.output
    assert done.stdout.splitlines()[-1] == "passed"
    assert SECRET not in done.output


def test_the_gate_refuses_damage_and_names_the_measure(baseline, tmp_path):
    """Exit status 4: neither an error (1) nor wrong usage (2)."""
    done = cli("gate", run=run_of(tmp_path / "bad", BAD), baseline=baseline)
    assert done.exit_code == judging.REFUSED == 4
    (reason,) = (line for line in done.stdout.splitlines() if line.startswith("- "))
    assert reason.startswith("- correctness: fact recall got worse by 1.000 (n 20, before 1.000")


def test_the_gate_refuses_a_run_that_lacks_questions(baseline, tmp_path):
    """An interrupted run is no proof."""
    done = cli("gate", run=run_of(tmp_path / "part", GOOD[:-1]), baseline=baseline)
    assert done.exit_code == 4
    assert "- 1 of 20 questions missing: rel-009" in done.stdout.splitlines()


def test_the_gate_takes_other_rules(baseline, tmp_path):
    """With a tolerance of 1 nothing is lost by any fall."""
    rules = tmp_path / "rules.yaml"
    rule = {"measure": "fact recall", "group": "correctness", "direction": "higher"}
    rules.write_text(json.dumps([rule | {"tolerance": 1.0, "floor": None}]), "utf-8")
    bad = run_of(tmp_path / "bad", BAD)
    assert cli("gate", run=bad, baseline=baseline, rules=rules).exit_code == 0
    rules.write_text(json.dumps([rule | {"tolerance": 1.0, "floor": 0.5}]), "utf-8")
    assert cli("gate", run=bad, baseline=baseline, rules=rules).exit_code == 4


@pytest.fixture
def poor(tmp_path, monkeypatch) -> tuple[Path, Path]:
    """A run whose figures lie under every shipped floor, and itself as baseline."""
    (tmp_path / "development").mkdir()
    gold = tmp_path / "development" / "mine.yaml"
    item = {"id": "dev-001", "question": "Which?", "kind": "dose", "style": "terse",
            "verdict": "unanswerable", "author": "a test"}  # fmt: skip
    gold.write_text(json.dumps([item]), "utf-8")
    monkeypatch.setattr(
        "eval.gold.shipped_gold", lambda part: [gold] if part == "development" else []
    )
    folder = run_of(tmp_path / "poor", BAD, **{"gold hash": gold_hash(load_all([gold]))})
    accepted = tmp_path / "accepted"
    wish = ["accept", "--reason", "x", "--date", "2026-11-21", "--run", folder]
    assert cli(*wish, baseline=accepted).exit_code == 0
    return folder, accepted


def test_the_shipped_floors_are_held_against_the_shipped_gold(poor):
    """However low the baseline was."""
    folder, accepted = poor
    done = cli("gate", run=folder, baseline=accepted)
    assert done.exit_code == 4
    (reason,) = (line for line in done.stdout.splitlines() if line.startswith("- "))
    assert reason.startswith("- correctness: fact recall is 0.000 on 20, its floor 0.5")


def test_a_users_own_gold_is_judged_without_the_shipped_floors(poor, tmp_path):
    """It may be harder; only what is accepted there counts, and that is said."""
    own = run_of(tmp_path / "own", BAD, **{"gold hash": "another"})
    done = cli("gate", run=own, baseline=poor[1])
    assert done.exit_code == 0, done.output
    assert "its floors are not held against it" in done.stderr


def test_the_report_of_the_gate_lists_what_changed_and_nothing_else(good, baseline, tmp_path):
    """An accepted run has no texts; that these differ is no change of an answer."""
    done = cli("gate", run=good, baseline=baseline, out=tmp_path / "same")
    assert done.exit_code == 0, done.output
    assert changed(tmp_path / "same") == []
    elsewhere = replace(GOOD[2], cited=(Cited("two", 3, 9, "x"),))
    moved = [BAD[0], replace(GOOD[1], status="abstained"), elsewhere, *GOOD[3:]]
    other = run_of(tmp_path / "bad", moved)
    cli("gate", run=other, baseline=baseline, out=tmp_path / "out")
    assert changed(tmp_path / "out") == ["dev-001", "dev-002"]
    table = (tmp_path / "out" / "report.md").read_text("utf-8")
    assert "| fact recall" in table and " 1.000 " in table


def changed(folder: Path) -> list[str]:
    """The questions in the section of changes of a page."""
    page = (folder / "report.html").read_text("utf-8").split('<section id="changes">')[1]
    section = page.split("</section>")[0]
    return [r.id for r in GOOD if f'id="q-{r.id}"' in section]


@pytest.mark.parametrize(
    ("options", "kind"),
    [
        ({"rules": "nowhere.yaml"}, GateError),
        ({"system": "nonsense"}, UnknownSystem),
    ],
)
def test_wrong_options_of_the_gate_are_told_before_anything_is_asked(
    baseline, monkeypatch, options, kind
):
    """Not after the minutes that all questions take."""
    monkeypatch.setattr(judging, "opened", nobody_asks)
    assert isinstance(cli("gate", baseline=baseline, **options).exception, kind)


# -- accept -------------------------------------------------------------------------------------


def test_an_accepted_run_is_the_baseline_without_its_texts(good, baseline):
    """It is logged with its reason, and the log is shown."""
    assert [r.id for r in load(baseline).records] == [r.id for r in GOOD]
    assert not any(SECRET in path.read_text("utf-8") for path in baseline.iterdir())
    done = cli(
        "accept", "--reason", "again", "--date", "2026-11-22", "--run", good, baseline=baseline
    )
    assert [(e.date, e.reason) for e in log(baseline)] == [
        ("2026-11-21", "first"), ("2026-11-22", "again"),
    ]  # fmt: skip
    lines = done.stdout.splitlines()
    assert [line[:23] for line in lines] == ["2026-11-21  abc  first ", "2026-11-22  abc  again "]
    assert "fact recall 1.000 (n 20)" in lines[0]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"date": "2026-11-21"}, "Missing option '--reason'"),
        ({"reason": "why"}, "Missing option '--date'"),
        ({"reason": "  ", "date": "2026-11-21"}, "say why the new figures are right"),
        ({"reason": "why", "date": "2026-02-30"}, "write it as 2026-11-21"),
        ({"reason": "why", "date": "today"}, "write it as 2026-11-21"),
    ],
    ids=["no reason", "no date", "blank reason", "no such day", "a word"],
)
def test_accept_needs_a_reason_and_a_real_date(monkeypatch, tmp_path, options, message):
    """Wrong usage: told at once, with nothing asked and nothing written."""
    monkeypatch.setattr(judging, "opened", nobody_asks)
    done = cli("accept", baseline=tmp_path / "baseline", **options)
    assert done.exit_code == 2, done.output
    assert message in done.output
    assert not (tmp_path / "baseline").exists()


def test_accepting_nothing_is_refused(tmp_path):
    """A baseline without questions would pass everything."""
    empty = run_of(tmp_path / "empty", ())
    done = cli(
        "accept", "--reason", "x", "--date", "2026-11-21", "--run", empty, baseline=tmp_path / "b"
    )
    assert isinstance(done.exception, BaselineError)
    assert not (tmp_path / "b").exists()


def test_the_shipped_baseline_takes_only_a_run_over_all_of_todays_gold(good):
    """A part of the gold, or other labels, would loosen the gate in silence."""
    done = cli("accept", "--reason", "x", "--date", "2026-11-21", "--run", good)
    assert isinstance(done.exception, RunError)
    assert "over other gold than all of today's" in str(done.exception)


def test_a_run_over_other_questions_is_told_of_its_baseline(good, tmp_path):
    """Everything missing is a wall of reasons; what is missing is an option."""
    ours = run_of(tmp_path / "ours", [record("mine-001")])
    done = cli("gate", run=ours)
    assert isinstance(done.exception, RunError)
    assert "--baseline DIR" in str(done.exception)


def test_the_gate_says_that_the_gold_has_changed(good, baseline, tmp_path):
    """Questions under the same ids may have other labels: figures are then not comparable."""
    other = run_of(tmp_path / "other", GOOD, **{"gold hash": "zzz"})
    assert "The gold is not the one" in cli("gate", run=other, baseline=baseline).stderr
    assert "The gold is not the one" not in cli("gate", run=good, baseline=baseline).stderr


# -- report -------------------------------------------------------------------------------------


def test_report_writes_both_files_without_the_words_of_a_release_question(good, tmp_path):
    """A development question may be read; of a release one the id and the figures."""
    abstained = [replace(r, status="abstained", cited=(), text="No.") for r in GOOD]
    before = run_of(tmp_path / "before", abstained)
    other = run_of(tmp_path / "dense", BAD, system="dense")
    done = cli("report", good, "--also", other, against=before)
    assert done.exit_code == 0, done.output
    pages = [good / "report.html", good / "report.md"]
    assert done.stdout.splitlines() == [str(path) for path in pages]
    page, table = (path.read_text("utf-8") for path in pages)
    assert f"{QUESTION} dev-001" in page
    assert changed(good) == [record.id for record in GOOD]
    for text in (page, table):
        assert SECRET not in text
        assert "fact recall" in text
    assert "dense" in page
    assert read(good).records == GOOD


# -- asking everything --------------------------------------------------------------------------


@pytest.fixture
def asked(monkeypatch, tmp_path):
    """Two gold files, a stand-in that 'asks' them, and the log in a folder of the test."""
    calls = []
    for part, name in (("development", "dev"), ("release", "rel")):
        (tmp_path / part).mkdir()
        items = [
            {"id": f"{name}-{n:03d}", "question": f"{SECRET if name == 'rel' else QUESTION} {n}?",
             "kind": "dose", "style": "terse", "verdict": "unanswerable", "author": "a test"}
            for n in range(10)
        ]  # fmt: skip
        (tmp_path / part / f"{name}.yaml").write_text(json.dumps(items), "utf-8")

    @contextmanager
    def opened(library, extra, without, gold):
        assert (library, extra, without, list(gold)) == (None, [], [], ["dev", "rel"])
        yield "an open Casebook"

    def measured(casebook, gold, name, out=None, *, secret=frozenset(), processes=None):
        calls.append((casebook, list(gold), name, secret, processes))
        made = [
            record(item.id, secret=file in secret, question=() if file in secret else item.asked)
            for file, items in gold.items()
            for item in items
        ]
        if out is not None:
            run_of(out, made, system=name)
        return made, {"dev": ("dev-099",), "rel": ()}, UNDER | {"system": name}

    monkeypatch.setattr("eval.gold.shipped_gold", lambda part: [*(tmp_path / part).glob("*.yaml")])
    monkeypatch.setattr("eval.release_log.path", lambda: tmp_path / "runs.jsonl")
    monkeypatch.setattr(judging, "opened", opened)
    monkeypatch.setattr(judging, "measured", measured)
    return calls


def looks(folder: Path) -> list[tuple[str, str, str, str]]:
    """The lines of the release log; each is of today."""
    lines = (folder / "runs.jsonl").read_text("utf-8").splitlines()
    found = [json.loads(line) for line in lines]
    assert {entry.pop("at")[:10] for entry in found} <= {datetime.now(UTC).date().isoformat()}
    return [(e["why"], e["system"], e["code"], e["gold"]) for e in found]


def test_the_gate_asks_everything_with_the_release_questions_hidden(asked, baseline, tmp_path):
    """Both parts, logged once; the kept run and its report hold no release question."""
    done = cli("gate", baseline=baseline, out=tmp_path / "out", processes=2)
    assert done.exit_code == 0, done.output
    assert asked == [("an open Casebook", ["dev", "rel"], "casebook", frozenset({"rel"}), 2)]
    assert looks(tmp_path) == [("gate", "casebook", "abc", "def")]
    assert "dev: 1 questions are about reports that do not ship" in done.stderr
    assert "rel: " not in done.stderr
    kept = read(tmp_path / "out").by_id()
    assert (kept["dev-001"].question, kept["rel-001"].question) == ((f"{QUESTION} 1?",), ())
    page, table = (
        (tmp_path / "out" / f"report.{end}").read_text("utf-8") for end in ("html", "md")
    )
    assert f"{QUESTION} 1?" in page
    assert not [text for text in (page, table, done.output) if SECRET in text]


def test_the_gate_judges_the_system_that_is_named(asked, baseline, tmp_path):
    """And logs which one had a look."""
    assert cli("gate", baseline=baseline, system="damaged:silent").exit_code == 0
    assert [call[2] for call in asked] == ["damaged:silent"]
    assert looks(tmp_path) == [("gate", "damaged:silent", "abc", "def")]


def test_accept_asks_everything_of_the_product_and_logs_it(asked, tmp_path):
    """Without --run; what was asked is the baseline then."""
    done = cli("accept", reason="first", date="2026-11-21", baseline=tmp_path / "b")
    assert done.exit_code == 0, done.output
    assert looks(tmp_path) == [("accept", "casebook", "abc", "def")]
    assert len(load(tmp_path / "b").records) == 20
    assert cli("gate", baseline=tmp_path / "b").exit_code == 0
    assert [entry[0] for entry in looks(tmp_path)] == ["accept", "gate"]


def test_judging_a_run_that_was_kept_is_no_look_at_the_release_gold(
    asked, good, baseline, tmp_path
):
    """Nothing is asked, and nothing logged."""
    assert cli("gate", run=good, baseline=baseline).exit_code == 0
    assert asked == []
    assert not (tmp_path / "runs.jsonl").exists()
