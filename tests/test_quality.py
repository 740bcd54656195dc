"""rag.formats.quality and `casebook check`: a text that was read wrongly looks wrong, no other."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from functools import lru_cache
from pathlib import Path

import pytest
from places import ROOT

from rag.formats import read_file
from rag.formats.quality import MOST_MIXED, Quality, is_mixed, quality
from rag.formats.text import read_text

TEXTS = sorted((ROOT / "corpus" / "training" / "texts").glob("*.txt")) + sorted(
    (ROOT / "eval" / "texts").glob("*.txt")
)
DIGESTS = sorted((ROOT / "corpus" / "reports").glob("*.md"))
PROSE = "A 40-year-old woman with dermatomyositis took dapsone. She improved within three weeks. "


@lru_cache
def of_file(path: Path) -> Quality:
    return quality(read_file(path)[0])


def wrapped(text: str, width: int, *, hyphens: bool) -> list[str]:
    """Lines of a narrow column, words cut at its edge as a printer cuts them."""
    lines = [""]
    for word in text.split():
        room = width - len(lines[-1]) - 2
        if room >= len(word) + 1:
            lines[-1] = f"{lines[-1]} {word}".strip()
        elif hyphens and word.isalpha() and 3 <= room <= len(word) - 3:
            lines[-1] += f" {word[:room]}-"
            lines.append(word[room:])
        else:
            lines.append(word)
    return lines


def across(path: Path, *, hyphens: bool) -> Quality:
    """What comes out when a page of two columns is read line by line, from edge to edge."""
    lines: list[str] = []
    for paragraph in path.read_text("utf-8").split("\n\n"):
        lines += [*wrapped(paragraph, 44, hyphens=hyphens), ""]
    pages = []
    for start in range(0, len(lines), 80):
        page = lines[start : start + 80]
        half = (len(page) + 1) // 2
        left, right = page[:half], [*page[half:], ""]
        pages += [f"{a} {b}".strip() for a, b in zip(left, right, strict=False)]
    return quality(read_text("\n".join(pages), path.name))


def test_no_text_that_was_read_rightly_is_suspected():
    """No false alarm over all texts and digests."""
    suspected = {path.name: of_file(path).warnings for path in (*TEXTS, *DIGESTS)}
    assert len(suspected) >= 170
    assert {name: said for name, said in suspected.items() if said} == {}


@pytest.mark.parametrize("hyphens", [True, False])
def test_columns_that_were_read_across_are_seen(hyphens):
    """Each of the texts, in two columns read from edge to edge, is suspected for that."""
    assert len(TEXTS) >= 50
    missed = [
        path.name
        for path in TEXTS
        if not any("columns" in said for said in across(path, hyphens=hyphens).warnings)
    ]
    assert missed == []


def test_the_threshold_has_room_on_both_sides():
    """The worst text that was read rightly, and the best that was not."""
    right = max(of_file(path).mixed for path in TEXTS)
    wrong = min(across(path, hyphens=False).mixed for path in TEXTS)
    assert right * 1.2 < MOST_MIXED < wrong / 1.2


@pytest.mark.parametrize(
    "sentence",
    [
        "She was treated with the of dapsone in the weeks.",
        "Fever and pred- of the lesions ensued.",
        "The stubborn and After the second cycle, the heel was put down.",
        "It was put to the ground at the fourth. diltiazem failed.",
        "and the rest of another sentence.",
        "This goes on for sixty characters and more and then it has lost the",
        "The rash is was gone.",
    ],
)
def test_what_stands_in_no_sentence(sentence):
    """Neighbours that only a column's edge brings together."""
    assert is_mixed(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "Of the hip and of the knee, with and without weakness, two- and three-fold.",
        "Roe et al. reported it, i.e. normal values, approx. five vs. six.",
        "Sir,",
        "anti-MDA5 antibodies were found.",
        "mRNA was found.",
        "She had had it, to have been treated with, in which he and she were.",
        "The patient's weakness resolved (Fig. 1).",
        "Vitamin A and the Mayo Clinic were mentioned.",
    ],
)
def test_what_stands_in_sentences(sentence):
    """Ordinary prose, abbreviations and names."""
    assert not is_mixed(sentence)


def test_letters_that_no_font_shows_are_counted():
    """A font without a table of its letters gives private use characters."""
    report = read_text(PROSE * 10 + "\ue000\ue001 was \ufffd given.", "note.txt")
    found = quality(report)
    assert found.odd == pytest.approx(3 / len(report.text))
    assert any("font" in said for said in found.warnings)


def test_a_scan_with_hardly_any_text_is_suspected():
    """A page number and a stamp are no report."""
    found = quality(read_text("Downloaded by a library.", "scan.txt"))
    assert "OCR" in found.warnings[0]


def test_torn_lines_are_fragments():
    """Cells of a table in the prose, one by one."""
    torn = "\n\n".join(["Creatine kinase.", "300.", "Dapsone.", "100 mg."] * 20)
    found = quality(read_text(PROSE * 8 + "\n\n" + torn, "note.txt"))
    assert found.fragments > 0.5
    assert any("torn" in said for said in found.warnings)


def test_what_is_missing_is_named():
    """A title that is only the file's name is none."""
    path = ROOT / "corpus" / "training" / "texts" / "syn-t11.txt"
    assert of_file(path).missing == ("journal", "year", "doi")
    assert quality(read_text(PROSE * 8, "my-note-2014.txt")).missing == (
        "title", "authors", "journal", "doi",
    )  # fmt: skip
    assert (of_file(path).patients, of_file(path).sections) == (3, 8)


def run(*arguments: object) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "rag", "check", *map(str, arguments)],
        capture_output=True,
        cwd=ROOT,
        timeout=120,
    )


def test_check_prints_a_few_lines_for_each_file(tmp_path):
    """What was found and what looks wrong; 1 when anything does."""
    good = ROOT / "corpus" / "training" / "texts" / "syn-t11.txt"
    short = tmp_path / "short.txt"
    short.write_text("A few words.", "utf-8")
    done = run(good)
    out = done.stdout.decode()
    assert done.returncode == 0, done.stderr
    assert f"{good}: looks right" in out
    assert re.search(r"  5,\d{3} characters, 8 sections, 3 patients; missing: journal, year", out)
    done = run(good, short, tmp_path / "none.txt")
    out = done.stdout.decode()
    assert done.returncode == 1
    assert "short.txt: LOOK AT IT" in out and "  ! only 13 characters" in out
    assert "none.txt: cannot be read" in out and "check the path" in out


def test_check_prints_json(tmp_path):
    """One array, an object for each file in order; a folder is read file by file."""
    (tmp_path / "a.md").write_text(PROSE * 10, "utf-8")
    (tmp_path / "b.txt").write_bytes(b"\xff\xfe\x00")
    done = run(tmp_path, "--json")
    first, second = json.loads(done.stdout)
    assert (first["ok"], first["error"], first["report_id"]) == (True, None, "a")
    assert first["warnings"] == [] and first["missing"][0] == "title"
    assert (second["ok"], "UTF-16" in second["error"]) == (False, True)
    assert done.returncode == 1


def test_check_of_an_empty_folder_says_so(tmp_path):
    """No file is not the same as all files being right."""
    done = run(tmp_path)
    assert done.returncode == 1
    assert b"no file with a known suffix" in done.stderr
