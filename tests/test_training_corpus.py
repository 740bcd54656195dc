"""The training questions quote their texts; the texts are labelled, and none of it is in gold."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

import pytest
import yaml
from places import ROOT

from rag.clean import normalise_characters
from rag.formats import read_file
from rag.schema import Report

TRAINING = sorted((ROOT / "corpus" / "training").glob("*.jsonl"))
TEXTS = sorted((ROOT / "corpus" / "training" / "texts").glob("*.txt"))
TEST_TEXTS = sorted((ROOT / "eval" / "texts").glob("*.txt"))
EXTRACTED = sorted((ROOT / "eval" / "extraction").glob("*.txt"))
"""Texts whose patients' records are known, for measuring what is extracted."""
SPLITS = yaml.safe_load((ROOT / "eval" / "splits.yaml").read_text("utf-8"))
EARLY = ["report", "question", "answerable", "type", "style", "evidence", "span"]
"""The keys of the questions that came with the digests; later ones say more."""
LABEL = "[Synthetic case text written for Casebook; no person described here exists.]"


@cache
def source(name: str) -> Report:
    digest = ROOT / "corpus" / "reports" / f"{name}.md"
    return read_file(digest if digest.exists() else TEXTS[0].parent / f"{name}.txt")[0]


@cache
def questions(path: Path) -> tuple[dict, ...]:
    return tuple(json.loads(line) for line in path.read_text("utf-8").splitlines())


def wording(item: dict) -> str:
    return " >> ".join(item.get("turns") or [item["question"]])


def by_stem(path: Path) -> str:
    return path.stem


@pytest.mark.parametrize("path", TRAINING, ids=by_stem)
def test_training_questions_quote_their_text(path: Path) -> None:
    """Evidence is text of the report, a span is text of the first evidence, nothing else is."""
    text = source(path.stem).text
    for item in questions(path):
        later = "alone" in item
        asked = "turns" if "turns" in item else "question"
        keys = [asked if key == "question" else key for key in EARLY]
        if later:
            keys[5:5] = ["alone", *(["patients"] if "patients" in item else [])]
        assert list(item) == keys
        assert item["report"] == path.stem
        assert all(turn.strip() for turn in item.get("turns", [item.get("question", "x")]))
        for evidence in item["evidence"]:
            assert normalise_characters(evidence) in text
        if item["span"] is not None:
            assert item["span"] and item["span"] in item["evidence"][0]
        if item["answerable"]:
            assert item["evidence"] and item["type"] not in ("unanswerable", "false-premise")
        else:
            assert item["span"] is None
            assert item["type"] in ("unanswerable", "false-premise")
            # What refutes a false premise may be quoted; of what is not there nothing can be.
            assert item["type"] == "false-premise" or item["evidence"] == []
        if "turns" in item:
            assert 2 <= len(item["turns"]) <= 4 and not item["alone"]


def test_training_questions_are_not_repeated() -> None:
    """No report is asked the same thing twice."""
    for path in TRAINING:
        asked = [wording(item).strip().lower() for item in questions(path)]
        assert len(set(asked)) == len(asked), path.stem


def test_there_are_enough_of_them() -> None:
    """Ten thousand over digests and case texts; two in five of the texts' are conversations.

    Those of syn-v* are for thresholds, to which conversations matter less.
    """
    counts = {path.stem: len(questions(path)) for path in TRAINING}
    assert sum(counts.values()) > 10_000
    several = [p for p in TEXTS if p.stem.startswith("syn-t") and len(patients(p)) > 1]
    assert len(several) >= 20
    about = [item for p in several for item in questions(TRAINING[0].parent / f"{p.stem}.jsonl")]
    assert len(about) >= 600
    assert sum("turns" in item for item in about) > 0.4 * len(about)
    unanswerable = sum(not item["answerable"] for p in TRAINING for item in questions(p))
    assert 0.2 < unanswerable / sum(counts.values()) < 0.4


def patients(path: Path) -> list[dict]:
    return yaml.safe_load(path.with_suffix(".patients.yaml").read_text("utf-8"))


@pytest.mark.parametrize("path", [*TEXTS, *TEST_TEXTS, *EXTRACTED], ids=by_stem)
def test_a_synthetic_text_says_that_it_is_one(path: Path) -> None:
    """In its last line, which the reader keeps; and it has a record of its patients."""
    text = path.read_text("utf-8").rstrip()
    assert text.endswith(LABEL)
    assert LABEL in read_file(path)[0].text
    assert [one["number"] for one in patients(path)] == list(range(1, len(patients(path)) + 1))


def test_training_and_test_texts_share_nothing() -> None:
    """Neither a name nor a sentence of any length."""
    assert len(TEST_TEXTS) >= 10 and len(TEST_TEXTS) + len(EXTRACTED) >= 40
    assert not {p.stem for p in TEXTS} & {p.stem for p in (*TEST_TEXTS, *EXTRACTED)}
    learnt, asked = (
        {
            sentence
            for path in paths
            for sentence in re.split(r"(?<=[.!?])\s+", " ".join(path.read_text("utf-8").split()))
            if len(sentence) > 60 and sentence not in LABEL
        }
        for paths in (TEXTS, [*TEST_TEXTS, *EXTRACTED])
    )
    assert not {s for s in learnt & asked if "Synthetic case text" not in s}


def test_only_learnt_reports_have_new_questions() -> None:
    """What was written later is about train and validation reports alone."""
    later = {p.stem for p in TRAINING if any("alone" in item for item in questions(p))}
    allowed = {*SPLITS["train"], *SPLITS["validation"], *(p.stem for p in TEXTS)}
    assert later <= allowed
