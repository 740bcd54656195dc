"""Records live and die with their reports, and older libraries get them."""

from __future__ import annotations

import logging
import shutil
from pathlib import Path

import pytest
from fakes import WordEncoder
from places import ROOT
from shelves import public_folder, unwritable

from rag import derivation
from rag.cases import keeping
from rag.cases.shelf import Shelf
from rag.cases.wish import wish
from rag.config import RECORDS_VERSION
from rag.derivation import has_older_records
from rag.index import add, index, remove
from rag.library import Library
from rag.records.record import CaseRecord, Records
from rag.schema import Report

REPORTS = ROOT / "corpus" / "reports"
OGAWA = REPORTS / "ogawa-2017-rituximab-mda5.md"
TWO = REPORTS / "clinrheumatol-2022-lung-transplant-two.md"


def stocked(folder: Path, *paths: Path) -> Path:
    with Library(folder, create=True) as library:
        assert {o.status for o in add(paths, library, WordEncoder())} == {"added"}
    return folder


def given(library: Library, drug: str) -> list[str]:
    found = Shelf.of(library)
    rows = found.patients([wish("drug", drug)])
    return [f"{p.report_id}:{p.number}" for p in found.rows.places(rows).values()]


def left(library: Library) -> int:
    tables = ("cases", "case_facets")
    return sum(library.db.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in tables)


def make_old(folder: Path) -> None:
    """As an earlier Casebook left it: without the tables of records."""
    with Library(folder) as library, library.transaction():
        for name in ("case_facets", "cases"):
            library.db.execute(f"DROP TABLE {name}")
        library.db.execute("DELETE FROM meta WHERE key = 'made_records'")


def test_added_reports_have_their_records(tmp_path):
    """They are there when `add` is done, each patient with a number."""
    with Library(stocked(tmp_path, OGAWA, TWO)) as library:
        assert given(library, "ECMO") == [f"{TWO.stem}:1", f"{TWO.stem}:2"]
        assert given(library, "rituximab") == [f"{OGAWA.stem}:1"]


def test_removing_a_report_leaves_no_trace(tmp_path):
    """Neither records nor facets."""
    with Library(stocked(tmp_path, OGAWA)) as library:
        assert left(library) > 0
        remove(OGAWA.stem, library)
        assert left(library) == 0


def test_replacing_everything_replaces_the_records(tmp_path):
    """After `index --replace` only the new reports' patients are found."""
    with Library(stocked(tmp_path, OGAWA)) as library:
        list(index([TWO], library, WordEncoder(), replace=True))
        assert given(library, "rituximab") == []
        assert len(given(library, "ECMO")) == 2


def test_an_older_library_gets_records_without_embedding(tmp_path):
    """At the next writing the stored reports give them; no text is embedded for it."""
    make_old(stocked(tmp_path, OGAWA))
    encoder = WordEncoder()
    with Library(tmp_path) as library:
        assert has_older_records(library)
        assert list(add([OGAWA], library, encoder))[0].status == "unchanged"
        assert not has_older_records(library)
        assert given(library, "rituximab") == [f"{OGAWA.stem}:1"]
    assert encoder.encoded == []


def test_another_version_of_the_records_is_derived_again(tmp_path, monkeypatch):
    """A raised RECORDS_VERSION makes them all anew, once."""
    stocked(tmp_path, OGAWA)
    with Library(tmp_path) as library:
        assert keeping.bring_up_to_date(library) == 0
        monkeypatch.setattr(derivation, "RECORDS_VERSION", "next")
        assert keeping.bring_up_to_date(library, lambda report: Records(report.id)) == 1
        assert given(library, "rituximab") == []
        assert keeping.bring_up_to_date(library) == 0


def test_a_failed_derivation_keeps_the_old_records(tmp_path, monkeypatch):
    """All reports' records change in one transaction, or none."""
    stocked(tmp_path, OGAWA, TWO)
    monkeypatch.setattr(derivation, "RECORDS_VERSION", "next")

    def killed(_: Report) -> Records:
        raise KeyboardInterrupt

    with Library(tmp_path) as library:
        with pytest.raises(KeyboardInterrupt):
            keeping.bring_up_to_date(library, killed)
        assert library.meta("made_records") == RECORDS_VERSION
        assert library.case_rows().rows_with("drug", ["rituximab"])


def test_an_old_library_that_cannot_be_written_is_read_all_the_same(tmp_path):
    """Its records are made in memory."""
    with public_folder() as folder:
        shutil.copytree(stocked(tmp_path / "made", OGAWA), folder / "library")
        make_old(folder / "library")
        with unwritable(folder / "library"), Library(folder / "library") as library:
            assert library.read_only
            assert given(library, "rituximab") == [f"{OGAWA.stem}:1"]


def test_a_report_whose_patients_cannot_be_read_is_stored(tmp_path, caplog):
    """The text is what counts; the log names the report and the fault."""

    def faulty(_: Report) -> Records:
        raise ValueError("odd table")

    with Library(stocked(tmp_path, OGAWA)) as library:
        with library.transaction(), caplog.at_level(logging.WARNING):
            keeping.keep(library.reports(), library, faulty)
        assert library.report_ids() == [OGAWA.stem]
        assert given(library, "rituximab") == []
    assert OGAWA.stem in caplog.text
    assert "odd table" in caplog.text


def test_another_reading_can_be_put_in(tmp_path):
    """Whatever makes records of a report will do."""
    with Library(stocked(tmp_path, OGAWA)) as library, library.transaction():
        keeping.keep(library.reports(), library, lambda r: Records(r.id, (CaseRecord(r.id, 1),)))
        assert given(library, "rituximab") == []
        assert len(Shelf.of(library).patients()) == 1
