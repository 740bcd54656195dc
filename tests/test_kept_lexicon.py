"""The lexicon's tables kept between processes: the same vocabulary, never a stale one."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest

from rag import plain_values
from rag.lexicon import Lexicon, entries, kept, lexicon
from rag.lexicon.concept import Concept

open_lexicon = lexicon.__wrapped__
"""As a new process opens it."""


@pytest.fixture
def cache(tmp_path, monkeypatch) -> Path:
    """An empty cache folder, in force."""
    monkeypatch.setenv("CASEBOOK_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def never(*given: object) -> object:
    """Takes the place of what must not be called."""
    raise AssertionError(f"made again from {given}")


def test_kept_tables_are_those_of_the_files(cache, monkeypatch) -> None:
    """Concepts, keys, beginnings and known words, in the same order: it finds the same."""
    made = open_lexicon()
    monkeypatch.setattr(entries, "read", never)
    again = open_lexicon()
    assert again.concepts() == made.concepts()
    (_, index, typos), (_, index_again, typos_again) = made.tables(), again.tables()
    assert list(index_again.readings.items()) == list(index.readings.items())
    assert index_again.prefixes == index.prefixes
    assert typos_again.known == typos.known
    assert list(typos_again.targets.items()) == list(typos.targets.items())
    text = "IVIG, methotrexte and anti MDA-5 with Gottrons papules"
    assert again.find(text, typos=True) == made.find(text, typos=True)


def test_concepts_stay_the_same_objects(cache) -> None:
    """A mention's concept is that of the list, however it was read."""
    open_lexicon()
    again = open_lexicon()
    (found,) = again.find("prednisolone")
    assert any(found.concept is one for one in again.concepts())


def test_tables_of_other_files_are_not_used(tmp_path) -> None:
    """A changed vocabulary, or changed code, has another name."""
    small = Lexicon([Concept("aspirin", "drug", ("aspirin", "ASA"))])
    path = tmp_path / "x.bin"
    kept.write(path, "these files", small.tables())
    assert kept.read(path, "these files") is not None
    assert kept.read(path, "other files") is None


@pytest.mark.parametrize("name", ["drugs.yaml", "ordinary.txt", "matcher.py"])
def test_each_file_counts(name, tmp_path) -> None:
    """Vocabulary, ordinary words and code decide what the tables are."""
    for file in files("rag.lexicon").iterdir():
        if file.is_file():
            (tmp_path / file.name).write_bytes(file.read_bytes())
    before = kept.made_from(tmp_path)
    assert before == kept.made_from(files("rag.lexicon"))
    with (tmp_path / name).open("a", encoding="utf-8") as stream:
        stream.write("\n# another\n")
    assert kept.made_from(tmp_path) != before


@pytest.mark.parametrize("harm", ["cut", "empty", "another shape"])
def test_a_damaged_file_is_made_again(harm, cache) -> None:
    """It is neither used nor an error, and stands again afterwards."""
    made = open_lexicon()
    path = kept.place()
    assert path is not None
    whole = path.read_bytes()
    if harm == "another shape":
        source = kept.made_from(files("rag.lexicon"))
        plain_values.write(path, (source, ((("aspirin",),), {}, (), (), {})))
    else:
        path.write_bytes(whole[:-3] if harm == "cut" else b"")
    assert open_lexicon().concepts() == made.concepts()
    assert path.read_bytes() == whole


def test_nothing_is_kept_where_none_is_wanted(tmp_path, monkeypatch) -> None:
    """`CASEBOOK_CACHE=none`."""
    monkeypatch.setenv("CASEBOOK_CACHE", "none")
    monkeypatch.setattr(kept, "write", never)
    assert open_lexicon().concept("aspirin") is not None


def test_a_folder_that_is_closed_is_no_error(tmp_path, monkeypatch) -> None:
    """A file stands where the folder should."""
    (tmp_path / "cache").write_text("a file", "utf-8")
    monkeypatch.setenv("CASEBOOK_CACHE", str(tmp_path / "cache"))
    assert open_lexicon().concept("aspirin") is not None
