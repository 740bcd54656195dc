"""`casebook cases`, `compare`, `similar` and `export`, as a user runs them."""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from fakes import WordEncoder
from places import ROOT, SMALL
from shelves import environment

from rag.index import add
from rag.library import Library


@pytest.fixture(scope="module")
def library(tmp_path_factory) -> Path:
    """A library of the small digests; commands on records need no model."""
    folder = tmp_path_factory.mktemp("cases")
    with Library(folder, create=True) as made:
        paths = [ROOT / "corpus" / "reports" / f"{name}.md" for name in SMALL]
        assert {o.status for o in add(paths, made, WordEncoder())} == {"added"}
    return folder


def casebook(library: Path, *arguments: str, **options) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "rag", *arguments, "--library", str(library)],
        capture_output=True, text=True, env=environment(), **options,
    )  # fmt: skip


def test_cases_in_words(library):
    """The count, a line for each patient with its mark, and the sources."""
    done = casebook(library, "cases", "--drug", "ECMO")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0].startswith("2 of 4 single patients: given ECMO, in 1 report")
    assert "clinrheumatol-2022-lung-transplant-two, patient 2" in done.stdout
    assert "[1] Casebook digest of" in done.stdout
    assert lines[-1] == "Evidence: these are selected published cases, not rates."


def test_cases_as_json(library):
    """Each row has its quotations, which are slices of the text that `show --text` prints."""
    done = casebook(library, "cases", "--response", "died", "--json")
    found = json.loads(done.stdout)
    assert (found["patients"], found["out_of"]) == (1, 4)
    (row,) = found["rows"]
    assert (row["report_id"], row["patient"]) == ("clinrheumatol-2022-lung-transplant-two", 2)
    text = casebook(library, "show", row["report_id"], "--text").stdout
    for quotation in row["quotations"]:
        assert text[quotation["start"] : quotation["end"]] == quotation["quote"]
    assert row["quotations"]


def test_cases_as_csv_with_chosen_columns(library):
    """The columns asked for, in that order."""
    done = casebook(
        library, "cases", "--antibody", "MDA5", "--columns", "patient,report_id", "--csv"
    )
    rows = list(csv.reader(io.StringIO(done.stdout)))
    assert rows[0] == ["patient", "report_id"]
    assert ["1", "ogawa-2017-rituximab-mda5"] in rows


def test_cases_grouped(library):
    """A line for each treatment with its patients and responses."""
    done = casebook(library, "cases", "--antibody", "MDA5", "--group-by", "treatment", "--markdown")
    assert done.stdout.startswith("| value | patients | reports | complete |")
    assert "| rituximab | 1 | 1 | 1 |" in done.stdout
    assert "| ECMO |" in done.stdout


def test_a_sex_is_told_by_its_name(library):
    """'f' is understood, and said in full."""
    assert "female" in casebook(library, "cases", "--sex", "f").stdout.splitlines()[0]


@pytest.mark.parametrize("command", [("cases",), ("similar", "--text", "anti-MDA5, ulcers")])
def test_a_library_of_an_older_version_is_told(library, tmp_path, command):
    """Its patients were told apart otherwise; what mends it is said, on stderr alone."""
    older = shutil.copytree(library, tmp_path / "older")
    assert "older Casebook" not in casebook(older, *command).stderr
    with Library(older) as opened, opened.writer():
        opened.set_meta(made_chunker="1/200")
    done = casebook(older, *command)
    assert "made by an older Casebook" in done.stderr
    assert "older Casebook" not in done.stdout


def test_cases_as_a_workbook(library, tmp_path):
    """Written where asked, said on stderr."""
    from openpyxl import load_workbook

    path = tmp_path / "out.xlsx"
    done = casebook(library, "cases", "--excel", str(path))
    assert done.stdout == ""
    assert str(path) in done.stderr
    assert load_workbook(path).active.max_row > 4


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (("cases", "--drug", "thalidomide"), 3, "0 of 4 single patients"),
        (("cases", "--age", "old"), 1, "--age old: write years"),
        (("cases", "--columns", "weight"), 1, "no column 'weight'"),
        (("cases", "--group-by", "colour"), 1, "age-group"),
        (("cases", "--response", "good"), 1, "died, improved"),
        (("cases", "--drug", "asdfgh"), 3, "'asdfgh' is not in Casebook's vocabulary"),
        (("cases", "--excel", "out.csv"), 2, "ends in .xlsx"),
        (("cases", "--excel", "/no/such/out.xlsx"), 1, "name a file in a folder"),
        (("similar", "/no/such/file"), 1, "name another file, or give --text"),
        (("cases", "--json", "--csv"), 2, "choose one"),
        (("compare", "ogawa-2017-rituximab-mda5"), 2, "two or more"),
        (("compare", "ogawa-2017-rituximab-mda5", "ogawa-2018"), 1, "nearest: ogawa-2017"),
        (("similar", "--text", "hello"), 1, "names no finding"),
        (("similar",), 2, "FILE"),
        (("export", "--report", "ogawa-2017-rituximab-mda5", "--format", "endnote"), 2, "bibtex"),
        (("export", "--report", "ogawa-2017-rituximab-mda5", "--format", "csv"), 1, "QUESTION"),
    ],
)
def test_what_is_said_when_it_does_not_work(library, arguments, status, message):
    """A line for the user and the right exit status, never a traceback."""
    done = casebook(library, *arguments)
    assert done.returncode == status
    assert message in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_compare(library):
    """Field by field, each place once."""
    done = casebook(
        library, "compare", "clinrheumatol-2022-lung-transplant-two:2", "ogawa-2017-rituximab-mda5",
        "--json",
    )  # fmt: skip
    found = json.loads(done.stdout)
    assert found["places"] == [
        "clinrheumatol-2022-lung-transplant-two#patient/2",
        "ogawa-2017-rituximab-mda5#patient/1",
    ]
    assert [cell["text"] for cell in found["fields"]["response"]] == ["died", "complete"]


def test_similar_from_stdin(library):
    """The nearest first; a name raises a warning that does not repeat it; nothing is stored."""
    before = sorted((p.name, p.stat().st_size) for p in library.iterdir())
    vignette = "Mr Brown, 48-year-old man, anti-MDA5, rapidly progressive ILD, refractory rash"
    done = casebook(library, "similar", "-", "--k", "1", input=vignette)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("1. ogawa-2017-rituximab-mda5#patient/1")
    assert "alike: anti-MDA5 [" in done.stdout
    assert "seems to hold a name" in done.stderr
    assert "Brown" not in done.stderr
    assert sorted((p.name, p.stat().st_size) for p in library.iterdir()) == before


def test_export_of_reports(library, tmp_path):
    """BibTeX on stdout, RIS in a file."""
    one = ("export", "--report", "ogawa-2017-rituximab-mda5")
    assert casebook(library, *one).stdout.startswith("@misc{ogawa-2017-rituximab-mda5,") or (
        "@article{ogawa-2017-rituximab-mda5," in casebook(library, *one).stdout
    )
    path = tmp_path / "out.ris"
    casebook(library, *one, "--format", "ris", "-o", str(path))
    assert path.read_text("utf-8").lstrip().startswith(("TY  - ", "1.\nTY  - "))
