"""Short answers that would mislead without the rest of their sentence: 140 traps, 100 fair ones."""

from __future__ import annotations

from typing import NamedTuple

import pytest
from places import ROOT

from rag.reader.short.shorten import stands_alone


class Row(NamedTuple):
    """What a careless extractor would answer, and from which sentence."""

    verdict: str
    category: str
    question: str
    span: str
    sentence: str


ROWS = [
    Row(*line.split("\t"))
    for line in (ROOT / "tests" / "traps.tsv").read_text("utf-8").splitlines()
    if line.strip()
]


def cut(sentence: str, span: str) -> str | None:
    """The span as a short answer, where it may stand without its sentence."""
    start = sentence.index(span)
    return span if stands_alone(sentence, start, start + len(span)) else None


def shown(row: Row) -> str | None:
    """The short answer that would be shown for a row by rule."""
    return cut(row.sentence, row.span)


def test_most_traps_are_seen() -> None:
    """Five of six are refused; the list of words was made with the even rows in view.

    Of the odd rows, which nobody looked at, three of four are. What is shown is always a slice.
    """
    traps = [row for row in ROWS if row.verdict == "trap"]
    assert len(traps) == 140
    refused = [shown(row) is None for row in traps]
    assert sum(refused) / len(refused) > 0.82
    unseen = [shown(row) is None for n, row in enumerate(ROWS) if n % 2 and row.verdict == "trap"]
    assert sum(unseen) / len(unseen) > 0.74
    assert {shown(row) for row in traps} - {None} <= {row.span for row in traps}


def test_some_fair_ones_are_shown() -> None:
    """The price: of sentences that look like traps and are none, every third passes."""
    fair = [shown(row) for row in ROWS if row.verdict == "fair"]
    assert len(fair) == 100
    assert sum(one is not None for one in fair) >= 30


SIMPLE = [
    ("She was given dapsone 100 mg daily.", "100 mg daily"),
    ("Her rash cleared within six weeks.", "within six weeks"),
    ("Anti-MDA5 was found.", "Anti-MDA5"),
    ("A 46-year-old man had an ulcer.", "46-year-old"),
]


@pytest.mark.parametrize(("sentence", "span"), SIMPLE)
def test_a_plain_sentence_gives_its_short_answer(sentence: str, span: str) -> None:
    """Nothing in it turns it round."""
    assert cut(sentence, span) == span


@pytest.mark.parametrize(
    ("sentence", "span"),
    [
        ("Prednisone 60 mg every other day was given.", "60 mg"),
        ("It faded over 18 months.", "18"),
        ("CK was 300-2,900 U/L.", "2,900 U/L"),
        ("CK was > 900 U/L.", "900 U/L"),
        ("Cyclophosphamide 500 mg per square metre was given.", "500 mg"),
    ],
)
def test_half_a_value_is_no_answer(sentence: str, span: str) -> None:
    """A unit, a frequency or the other end of a range may not be left behind."""
    assert cut(sentence, span) is None
