"""What a course says of the parts of the body and of scores."""

from __future__ import annotations

import pytest

from rag.records.organs import parts_features, state
from rag.records.scores import score_features
from rag.records.story import Sentence


def sentences(*texts: str) -> list[Sentence]:
    return [Sentence(0, len(one), one, "case", own=True) for one in texts]


@pytest.mark.parametrize(
    ("clause", "expected"),
    [
        ("the rash cleared", "gone"),
        ("the rash improved", "better"),
        ("the rash was unchanged", "same"),
        ("the rash spread", "worse"),
        ("the rash was photographed", ""),
        ("her haemoglobin improved", ""),
    ],
)
def test_what_a_clause_says(clause, expected):
    """Of the disease, not of blood counts."""
    assert state(clause) == expected


def test_what_is_said_last_of_a_part_counts():
    """The rash went, the weakness stayed."""
    told = sentences("The rash improved, but the weakness persisted.", "The rash disappeared.")
    found = parts_features(sentences("She had a rash and weakness."), told)
    assert {"part skin gone", "part muscle same", "parts mixed True"} <= found
    assert "parts all gone" not in found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("CDASI fell from 27 to 2 at week 12.", "score skin nil"),
        ("CDASI fell from 34 to 15.", "score skin part"),
        ("The CDASI was 31 at baseline and 30 after 4 months.", "score skin same"),
        ("MMT8 rose from 98 to 147 in 3 months.", "score strength full"),
        ("CK was 5,600 U/L, then 140 U/L in 2017.", "score enzyme low"),
    ],
)
def test_how_a_score_ended(text, expected):
    """Weeks, months and years are no values of it."""
    assert expected in score_features(sentences(text))
