"""Hostile files by the front door: each is refused or read for its words, and harms nothing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from fakes import WordEncoder
from hostile_files import HOSTILE, ORDERS, PROSE, STRAIGHT
from shelves import NOTES, best, searching, stocked

from rag.cli.progress import follow
from rag.config import Limits
from rag.errors import UnreadableFile
from rag.formats import READERS, sandbox
from rag.index import add
from rag.intake import Outcome
from rag.library import Library

ODD = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


@pytest.fixture(scope="module")
def taken(tmp_path_factory) -> tuple[Path, dict[str, Outcome]]:
    """A library with reports, and what became of all hostile files in one run of `add`."""
    root = tmp_path_factory.mktemp("hostile")
    folder = stocked(root / "library")
    paths = []
    for number, (suffix, data, _) in enumerate(HOSTILE.values()):
        paths.append(root / f"file-{number}{suffix}")
        paths[-1].write_bytes(data)
    with Library(folder) as library:
        outcomes = list(add(paths, library, WordEncoder()))
    sandbox.stop()
    found = {outcome.path: outcome for outcome in outcomes}
    return folder, dict(zip(HOSTILE, (found[path] for path in paths), strict=True))


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_or_read_for_its_words(taken, name):
    """One plain sentence, or a text without anything that runs, hides or turns round."""
    folder, outcomes = taken
    outcome, expected = outcomes[name], HOSTILE[name][2]
    if expected is not None and outcome.status == "refused":
        assert expected in outcome.message
        assert outcome.message.isprintable()
        assert "failed (" not in outcome.message  # a fault of the reader, not a complaint
        return
    assert outcome.status == "added", outcome.message
    assert not expected  # '' leaves it open, words do not
    with Library(folder) as library:
        report = library.report(outcome.report_id)
    shown = [report.title, report.text, *report.authors, *(s.heading for s in report.sections)]
    assert not any(ODD.search(text) for text in shown)
    assert PROSE in report.text
    for harm in ("lollol", "root:", "owned()"):
        assert harm not in report.text
    if name.startswith("orders"):
        # A PDF has lines, and breaks the sentence where they end.
        assert ORDERS.split(". ")[-1].split("'")[0].strip() in report.text
        assert report.title != "Owned"
    if name.startswith("turned"):
        assert STRAIGHT in report.text


def test_what_was_stored_is_untouched_and_nothing_was_written_beside(taken):
    """The reports from before are whole and found; no file appeared."""
    folder, _ = taken
    with searching(folder) as searcher:
        assert searcher.library.check() == []
        assert set(NOTES) <= set(searcher.library.report_ids())
        assert best(searcher, "pimecrolimus facial erythema", report="pimecrolimus")
    for place in (Path.cwd(), folder, folder.parent, folder.parent.parent):
        assert not list(place.glob("*owned*"))


@pytest.mark.parametrize("suffix", sorted(READERS))
def test_200_megabytes_are_refused_unread(tmp_path, monkeypatch, suffix):
    """Of any format, by their size alone."""
    path = tmp_path / f"big{suffix}"
    with path.open("wb") as stream:
        stream.truncate(200_000_000)
    monkeypatch.setattr(Path, "read_bytes", lambda _: pytest.fail("it was read"))
    with pytest.raises(UnreadableFile, match=r"200\.0 MB is more than the 50\.0 MB"):
        sandbox.original(path)


def test_a_large_text_is_read_apart_and_stopped(tmp_path):
    """Plain text is simple, but megabytes of it may be made to take hours."""
    data = (PROSE + " x (").encode() * 20_000
    with pytest.raises(UnreadableFile, match=r"longer than 0\.5 s, so it was stopped"):
        sandbox.parse_safely(data, tmp_path / "slow.txt", Limits(seconds=0.5))
    sandbox.stop()
    started = []
    assert sandbox.parse_safely(PROSE.encode(), tmp_path / "note.txt").text == f"{PROSE}\n"
    assert sandbox._warm == started  # a note needs no process


def test_limits_are_settings(tmp_path, monkeypatch):
    """Size, pages, seconds and memory, from the environment as every setting."""
    from rag.config import load_settings

    assert load_settings().limits == Limits()
    for name, value in (("MB", 1), ("PAGES", 2), ("SECONDS", 3), ("MEMORY_MB", 4)):
        monkeypatch.setenv(f"CASEBOOK_MAX_FILE_{name}", str(value))
    assert load_settings().limits == Limits(bytes=10**6, seconds=3.0, memory=4 * 10**6, pages=2)


def test_a_limit_of_pages_may_be_raised_or_lowered(tmp_path):
    """A PDF is counted before it is begun."""
    data = HOSTILE["PDF of 10,000 pages"][1]
    path = tmp_path / "long.pdf"
    with pytest.raises(UnreadableFile, match="more than the 7 that"):
        sandbox.parse_apart(data, path, Limits(pages=7))
    with pytest.raises(UnreadableFile, match="no text"):
        sandbox.parse_apart(data, path, Limits(pages=10_000))
    sandbox.stop()


@pytest.mark.parametrize(
    "name",
    ["-rf.txt", "$(touch owned).txt", "a\u202etxt.md", "a\x1b[2Jb.txt", "..%2f..%2fetc.txt",
     "'; DROP TABLE reports;.txt", "é" * 60 + ".txt", "日本.txt", " .txt", "CON.txt"],
)  # fmt: skip
def test_a_name_is_only_a_name(tmp_path, capsys, name):
    """It gives a plain id, is shown without control characters, and runs nothing."""
    path = tmp_path / name
    path.write_text(PROSE, "utf-8")
    with Library(tmp_path / "library", create=True) as library:
        (outcome,) = add([path], library, WordEncoder())
        follow([outcome], 1)
        assert outcome.status == "added"
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", outcome.report_id)
        title = library.report(outcome.report_id).title
    assert all(line.isprintable() for line in capsys.readouterr().err.splitlines())
    assert not ODD.search(title)
    assert not list(tmp_path.glob("owned*"))


def test_a_name_with_a_nul_is_refused(tmp_path):
    """No operating system has it, but a list of names may."""
    with Library(tmp_path / "library", create=True) as library:
        (outcome,) = add([tmp_path / "a\0b.txt"], library, WordEncoder())
    assert outcome.status == "refused"
