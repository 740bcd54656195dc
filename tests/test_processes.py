"""A run in several processes: the same records in the same order, and nothing left running."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from multiprocessing import active_children

import pytest
from judged import DAPSONE, QUESTION, RITUXIMAB, answerable, item
from places import ROOT
from shelves import environment

from eval.cli.asking import measured
from eval.gold import Item, shipped_texts
from eval.processes import WORTH_ONE, Task, ask_in_processes, worth_while
from eval.records import Record, RunError, begin, read
from eval.shelves import Shelves, temporary_shelves
from eval.systems import named
from rag.config import Settings

REPORTS = ROOT / "corpus" / "reports"
PATHS = [REPORTS / f"{DAPSONE}.md", REPORTS / f"{RITUXIMAB}.md"]
TURNS = ("Did dapsone help?", "and how quickly?")
GOLD: dict[str, tuple[Item, ...]] = {
    "reports": (
        answerable(None),
        item("test-002", question="Will it rain on Saturday?", verdict="out of domain"),
        replace(answerable(None), id="test-003", question=None, turns=TURNS),
        item("test-004", question="Which dose of rituximab was given?"),
    ),
    "letters": (
        replace(answerable(None, "prednisolone", report="syn-a01"), id="test-005"),
        item("test-006", context="syn-a01"),
    ),
}


@pytest.fixture(scope="module")
def shelves():
    """Two reports, and beside them one case text, made from settings as a run makes them."""
    without = [path.stem for path in shipped_texts().glob("*.txt") if path.stem != "syn-a01"]
    with temporary_shelves(PATHS, GOLD, Settings(), without=without) as made:
        yield made


@pytest.fixture(scope="module")
def items() -> list[tuple[str, Item]]:
    return [(name, one) for name, some in GOLD.items() for one in some]


@pytest.fixture(scope="module")
def alone(shelves, items) -> list[Record]:
    """The records of one process."""
    secret = frozenset({"letters"})
    return list(shelves.ask(GOLD, items, named("casebook"), secret=secret))


def timeless(records) -> list[Record]:
    return [replace(record, elapsed_ms=0) for record in records]


def tasks(shelves: Shelves, count: int) -> list[Task]:
    one = answerable(None)
    folder = shelves.reports.library.folder
    return [Task(folder, "many", replace(one, id=f"many-{n:03d}"), False) for n in range(count)]


def test_several_processes_give_the_records_of_one_in_its_order(shelves, items, alone):
    """Each library is asked its own, a conversation and a secret file included."""
    kept: list[Record] = []
    found = shelves.ask_at_once(
        GOLD, items, "casebook", 2, secret=frozenset({"letters"}), keep=kept.append
    )
    assert timeless(found) == timeless(alone)
    assert timeless(kept) == timeless(alone)
    assert [record.id for record in kept] == [f"test-{n:03d}" for n in range(1, 7)]
    assert [bool(record.question) for record in kept] == [True] * 4 + [False] * 2
    assert {record.status for record in kept} == {"answered", "abstained"}
    assert all(record.elapsed_ms > 0 for record in kept)


def test_what_was_asked_before_is_not_asked_again(shelves, items, alone):
    """A run that goes on takes over what it has, wherever that stands."""
    kept: list[Record] = []
    done = [replace(alone[1], text="as it was"), alone[4]]
    found = list(shelves.ask_at_once(GOLD, items, "lexical", 2, done=done, keep=kept.append))
    assert (found[1], found[4]) == (done[0], done[1])
    assert [record.id for record in kept] == ["test-001", "test-003", "test-004", "test-006"]


def test_the_folder_of_a_run_is_the_same_but_for_its_times(shelves, tmp_path):
    """Conditions do not name the number of processes, so that a run may go on with another."""
    folders = [tmp_path / "one", tmp_path / "two"]
    for count, folder in enumerate(folders, 1):
        measured(shelves, GOLD, "lexical", folder, processes=count)
    one, two = (read(folder) for folder in folders)
    assert one.conditions == two.conditions
    assert timeless(one.records) == timeless(two.records)
    assert two.cost["peak memory MB"] > 0
    assert begin(folders[1], one.conditions) == two.records


def test_what_cannot_be_asked_is_one_error_as_of_one_process(tmp_path):
    """A folder without a library: Casebook's own words, through the door of the processes."""
    task = Task(tmp_path, "none", item(), False)
    with pytest.raises(RunError, match=str(tmp_path)):
        list(ask_in_processes([task], "lexical", Settings(), 1))
    assert active_children() == []


def test_a_process_that_is_killed_ends_the_run_with_what_to_do(shelves):
    """The system ends a process that takes too much memory; the others must not wait for it."""

    def kill(_: Record) -> None:
        for process in active_children():
            process.kill()

    many = ask_in_processes(tasks(shelves, 300), "lexical", Settings(), 1, keep=kill)
    with pytest.raises(RunError, match="--processes 1"):
        list(many)


def test_a_run_that_is_left_early_leaves_no_process(shelves):
    """Closing the records is enough, with hundreds of questions still to be asked."""
    many = ask_in_processes(tasks(shelves, 300), "lexical", Settings(), 2)
    assert next(many).id == "many-000"
    assert len(active_children()) == 2
    many.close()
    assert active_children() == []


BEGUN = """
import sys
from pathlib import Path
from judged import answerable
from dataclasses import replace
from eval.cli.asking import measured
from eval.shelves import temporary_shelves
from rag.config import Settings

def run():
    gold = {"many": tuple(replace(answerable(None), id=f"many-{n:03d}") for n in range(500))}
    with temporary_shelves([Path(sys.argv[1])], gold, Settings()) as shelves:
        measured(shelves, gold, "casebook", Path(sys.argv[2]), processes=2)

if __name__ == "__main__":
    try:
        run()
    except KeyboardInterrupt:  # as rag.cli.main does
        sys.exit(130)
"""


@pytest.fixture
def begun(tmp_path):
    """A run of 500 questions in two processes, in a group of its own, that has asked some."""
    script, out = tmp_path / "run.py", tmp_path / "out"
    script.write_text(BEGUN, "utf-8")
    process = subprocess.Popen(
        [sys.executable, str(script), str(PATHS[0]), str(out)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env=environment(), start_new_session=True,
        # Shells of CI start jobs with SIGINT ignored, which Python would inherit.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )  # fmt: skip
    records = out / "records.jsonl"
    while process.poll() is None and not (records.is_file() and records.stat().st_size):
        time.sleep(0.05)
    assert process.poll() is None, process.communicate()
    yield process, out
    process.kill()
    process.wait()


def test_ctrl_c_stops_all_processes_with_one_line(begun):
    """The terminal sends it to each of them; only the first says something."""
    process, out = begun
    os.killpg(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=120)  # until nobody holds the pipe any more
    assert process.returncode == 130
    assert "Stopped: " in said
    assert "the same command goes on there" in said
    assert "Traceback" not in said
    stored = (out / "records.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(line)["id"] for line in stored] == [
        f"many-{n:03d}" for n in range(len(stored))
    ]
    assert 0 < len(stored) < 500


def test_the_processes_of_a_run_that_was_killed_end_with_it(begun):
    """Nobody tells them: they would wait for questions for ever."""
    process, _ = begun
    process.kill()
    process.communicate(timeout=120)  # they hold the pipe as long as they live


def test_systems_that_are_heavy_or_dear_are_made_once():
    """The tutorial pipeline loads torch; a real model is asked by one process, or paid for."""
    assert [named(name).alone for name in ("tutorial", "generated:openai:some-model")] == [True] * 2
    names = ("casebook", "generated", "generated:inventing", "damaged:silent", "without-lexicon")
    assert [named(name).alone for name in names] == [False] * 5


@pytest.mark.parametrize(
    ("questions", "threads", "count"),
    [(1, 8, 1), (WORTH_ONE - 1, 8, 1), (WORTH_ONE, 8, 2), (718, 2, 2), (718, 1, 1), (718, 16, 8)],
)
def test_there_are_as_many_processes_as_cores_but_not_for_few_questions(questions, threads, count):
    assert worth_while(questions, threads) == count


def test_what_was_handed_over_open_is_asked_here(encoder, tmp_path):
    """Another process could not have this encoder: any number of them is one."""
    with temporary_shelves(PATHS[:1], {}, Settings(), encoder=encoder) as made:
        assert made.settings is None
        gold = {"reports": (item("test-001", question=QUESTION),)}
        records, _, _ = measured(made, gold, "lexical", tmp_path / "out", processes=4)
    assert [record.id for record in records] == ["test-001"]
