"""2,000 damaged files in every run of the tests; `make fuzz` tries 100,000 and more."""

from __future__ import annotations

import json
import sys

import fuzz_readers
import pytest
from fakes import WordEncoder
from fuzz_documents import SUFFIXES
from fuzz_readers import SHARES, Broken, attempt, judge, made, run, table
from shelves import best, searching, stocked

from rag.errors import UnreadableFile
from rag.index import add
from rag.library import Library

COUNT = 2000
SEED = 2026
EMPTY = {"next": 0, "read": 0, "refused": 0, "seconds": 0, "slowest": [0, 0], "findings": []}


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_whatever_the_bytes_there_is_a_report_or_a_complaint(suffix):
    """Of each format its share; both outcomes occur, or the inputs would prove nothing."""
    count = COUNT * SHARES[suffix] // 100
    outcomes = [attempt(suffix, SEED, number)[0] for number in range(count)]
    odd = [(n, said) for n, said in enumerate(outcomes) if said not in ("read", "refused")]
    assert odd == []
    assert outcomes.count("read") > count // 10
    assert outcomes.count("refused") > count // 10


def test_nothing_that_is_stored_is_lost_by_damaged_files(tmp_path):
    """72 of them by the front door, with the process that reads apart: the rest stays whole."""
    folder = stocked(tmp_path / "library", dense=True)
    paths = []
    for suffix in SUFFIXES:
        for number in range(12):
            paths.append(tmp_path / f"damaged-{number}-{suffix[1:]}{suffix}")
            paths[-1].write_bytes(made(suffix, SEED, number))
    with Library(folder) as library:
        before = {name: library.report(name) for name in library.report_ids()}
        outcomes = list(add(paths, library, WordEncoder()))
    assert {outcome.status for outcome in outcomes} == {"added", "refused"}
    assert not [o.message for o in outcomes if "its reader" in o.message]
    with searching(folder) as searcher:
        assert searcher.library.check() == []
        assert {name: searcher.library.report(name) for name in before} == before
        for name in before:
            assert best(searcher, f"About {name}", report=name) == [name]


def test_an_input_follows_from_its_number():
    """Or no finding could be repeated."""
    for suffix in SUFFIXES:
        assert made(suffix, 1, 7) == made(suffix, 1, 7) != made(suffix, 2, 7)


def test_what_breaks_the_contract_is_found(tmp_path, monkeypatch):
    """A fault, a hang, a report that cannot be stored, a complaint without a reason."""

    def outcome(read) -> str:
        monkeypatch.setattr(fuzz_readers, "read_bytes", read)
        return attempt(".md", 1, 0, seconds=0.2)[0]

    def hang(*_):
        while True:
            pass

    def mute(_, path):
        raise UnreadableFile(path, " ")

    assert "ZeroDivisionError" in outcome(lambda *_: 1 / 0)
    assert outcome(hang).startswith("hang")
    assert "without a reason" in outcome(mute)
    from dataclasses import replace

    from rag.formats import read_bytes

    sound = read_bytes(b"A rash that healed.", tmp_path / "a.txt")
    for change in (
        {"title": "a\x1bb"}, {"title": "\ud800"}, {"id": "A b"}, {"text": "1 2 3"},
        {"sections": sound.sections * 2},
    ):  # fmt: skip
        monkeypatch.setattr(fuzz_readers, "read_bytes", lambda *_, c=change: replace(sound, **c))
        with pytest.raises((Broken, ValueError)):
            judge(b"", tmp_path / "a.txt")


@pytest.mark.skipif(sys.platform == "win32", reason="select() on pipes")
def test_a_crash_is_a_finding_and_the_rest_goes_on(monkeypatch):
    """A child that dies is started again behind the input that killed it; the state says where."""
    code = (
        "import os, sys, json\n"
        "for n in range(int(sys.argv[4]), int(sys.argv[5])):\n"
        "    if n == 3: os.abort()\n"
        "    print(json.dumps([n, 'read', 0.1]), flush=True)\n"
    )
    real = fuzz_readers.subprocess.Popen

    def popen(command, **options):
        return real([command[0], "-c", code, *command[2:]], **options)

    monkeypatch.setattr(fuzz_readers.subprocess, "Popen", popen)
    state = json.loads(json.dumps(EMPTY))
    run(".md", 1, 6, state, lambda: None)
    assert (state["next"], state["read"]) == (6, 5)
    ((number, said),) = state["findings"]
    assert number == 3
    assert "crash, exit status -6" in said
    run(".md", 1, 8, state, lambda: None)
    assert state["read"] == 7
    assert "| .md | 8 | 7 | 0 | 1 |" in table({".md": state})
