"""Scores put together from those of phrases are the ones that FTS5 gives the whole query."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from fakes import WordEncoder
from shelves import note, stocked

from rag.index import add, remove
from rag.library import Library
from rag.library import phrases as scoring
from rag.library.phrases import PhraseScores
from rag.library.words import expression_of, match_phrases, score_passages, search_reports

TEXTS = {
    "ulcers": "Ulcers ulcers on the elbows. Ulcerated papules healed without scars.",
    "elbows": "The rash of the elbows faded; papules of the hands healed.",
    "twin": "The rash of the elbows faded; papules of the hands healed.",
    "other": "Creatine kinase fell in a week.",
}
QUERIES = (
    match_phrases(["ulcers", "elbows", "healed"]),
    match_phrases(["elbows", "nowhere"], ["papules healed", "ulcerated papules"]),
    match_phrases(["healed", "ulcers", "ulcer"]),
    match_phrases(["nowhere"]),
    match_phrases([]),
)


@pytest.mark.parametrize("rows", [None, [2, 3], [1, 2, 3, 4], [99]], ids=str)
def test_the_sums_are_those_of_one_search(tmp_path: Path, rows: list[int] | None) -> None:
    """To the last bit, with and without filters, the first time and when all is remembered."""
    with Library(stocked(tmp_path, TEXTS)) as library:
        scores = PhraseScores(library)
        for query in QUERIES * 2:
            expression = expression_of(query)
            words, reports = scores.search(query, 2, rows)
            expected = score_passages(library.db, expression, rows)
            assert np.array_equal(words.rows, expected.rows)
            assert np.array_equal(words.scores, expected.scores)
            found = search_reports(library.db, expression, 2)
            assert list(reports.items()) == list(found.items())


def test_a_phrase_is_scored_once_while_the_library_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first query goes in one; a phrase of two later ones is scored once; a change forgets."""
    folder = stocked(tmp_path / "library", TEXTS)
    asked: list[str] = []
    monkeypatch.setattr(
        scoring,
        "score_passages",
        lambda db, expression, *rows: (
            asked.append(expression) or score_passages(db, expression, *rows)
        ),
    )
    with Library(folder) as library, Library(folder) as writer:
        scores = PhraseScores(library)
        for query in (['"ulcers"', '"rash"'], ['"rash"'], ['"rash"', '"elbows"']):
            scores.search(query, 9)
        assert asked == ['"ulcers" OR "rash"', '"rash"', '"elbows"']
        remove("twin", writer)
        words, reports = scores.search(['"rash"'], 9)
        assert (len(words.rows), list(reports)) == (1, ["elbows"])
        list(add([note(tmp_path / "new", "new", "A rash.")], writer, WordEncoder()))
        assert "new" in scores.search(['"rash"'], 9)[1]


def test_what_is_remembered_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond so many scores all are forgotten; a library too large is searched in one go."""
    with Library(stocked(tmp_path, TEXTS)) as library:
        scores, query = PhraseScores(library), match_phrases(["elbows", "healed"])
        monkeypatch.setattr(scoring, "KEPT_SCORES", 3)
        for one in (query, query, ['"kinase"']):
            scores.search(one, 9)
        assert list(scores._passages) == ['"kinase"']
        monkeypatch.setattr(scoring, "BY_PHRASE_UP_TO", 1)
        scores.search(['"fell"'], 9)
        assert list(scores._passages) == ['"kinase"']
