"""The shipped digests, their training questions and the splits agree with one another."""

from __future__ import annotations

import csv
import re
from functools import cache
from pathlib import Path

import pytest
import yaml

from rag.clean import normalise_characters
from rag.formats import read_file
from rag.schema import Report

ROOT = Path(__file__).parents[1]
REPORTS = sorted((ROOT / "corpus" / "reports").glob("*.md"))
SPLITS = yaml.safe_load((ROOT / "eval" / "splits.yaml").read_text("utf-8"))
HELD_OUT = ("kim-2011-topical-pimecrolimus", "kuwano-2006-ivig-ulcers")

# What a digest must not say of its own making in its prose; `not_in_source` is the place for it.
ASIDES = re.compile(
    r"lies? outside the text|outside the part|not shown in the record|part (?:that was )?read\b|"
    r"text (?:that was )?read\b|not readable|"
    r"not (?:stated|given|reported|described) in the (?:abstract|excerpt)|"
    r"not visible in the record|is not in the abstract|beyond the abstract",
    re.IGNORECASE,
)


@cache
def digest(path: Path) -> Report:
    return read_file(path)[0]


def by_stem(path: Path) -> str:
    return path.stem


def test_the_corpus_is_whole() -> None:
    """120 digests are shipped, and questions for all but the two held out."""
    assert len(REPORTS) == 120
    asked = {path.stem for path in (ROOT / "corpus" / "training").glob("*.jsonl")}
    assert {p.stem for p in REPORTS} - asked == set(HELD_OUT)


@pytest.mark.parametrize("path", REPORTS, ids=by_stem)
def test_a_digest_is_valid_and_named_after_its_id(path: Path) -> None:
    """It reads as a digest with a summary, and its prose holds no aside about its making."""
    report = digest(path)
    assert report.source_kind == "digest"
    assert report.id == path.stem
    assert not report.id.startswith("anon-")
    assert "summary" in {section.kind for section in report.sections}
    assert ASIDES.findall(report.text) == []
    assert ASIDES.findall(report.title) == []
    assert "not_in_source" not in report.text
    patients = {s.patient for s in report.sections if s.patient is not None}
    assert patients <= {case.number for case in report.cases}


@pytest.mark.parametrize("path", REPORTS, ids=by_stem)
def test_sections_tile_the_canonical_text(path: Path) -> None:
    """Sections are sorted and disjoint; what stands between them is their heading line."""
    report = digest(path)
    place = 0
    for section in report.sections:
        assert report.text[place : section.start].strip() == section.heading
        assert section.start < section.end
        place = section.end
    assert report.text[place:] == "\n"
    assert normalise_characters(report.text) == report.text


@pytest.mark.parametrize("path", REPORTS, ids=by_stem)
def test_missing_things_are_listed_once_in_their_order(path: Path) -> None:
    """`not_in_source` follows the order of its vocabulary, each word once."""
    from typing import get_args

    from rag.schema import Missing

    listed = digest(path).not_in_source
    assert list(listed) == [word for word in get_args(Missing) if word in listed]


def test_renamed_ids_agree_with_the_files() -> None:
    """Each old 'anon-' id has one new id, which is a shipped report; none is left."""
    with (ROOT / "corpus" / "renamed.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    old, new = [row["old_id"] for row in rows], [row["new_id"] for row in rows]
    assert all(name.startswith("anon-") for name in old)
    assert len(set(old)) == len(old) and len(set(new)) == len(new)
    assert set(new) <= {path.stem for path in REPORTS}
    assert not set(old) & {path.stem for path in REPORTS}


def test_splits_are_disjoint_and_cover_the_corpus() -> None:
    """Every report is in one split; 30 test, 15 validation, two held out."""
    texts = SPLITS["validation_texts"]
    assert all((ROOT / "corpus" / "training" / "texts" / f"{name}.txt").is_file() for name in texts)
    listed = [name for names in SPLITS.values() if names is not texts for name in names]
    assert sorted(listed) == [path.stem for path in REPORTS]
    assert sorted(SPLITS) == ["held_out", "test", "train", "validation", "validation_texts"]
    assert (len(SPLITS["test"]), len(SPLITS["validation"])) == (30, 15)
    assert sorted(SPLITS["held_out"]) == sorted(HELD_OUT)


def test_the_test_split_has_enough_patients() -> None:
    """At least 18 test reports describe single patients."""
    with_cases = [
        name for name in SPLITS["test"] if digest(ROOT / "corpus" / "reports" / f"{name}.md").cases
    ]
    assert len(with_cases) >= 18
