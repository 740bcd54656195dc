"""The word index: any text is a question, none is syntax; scores are positive."""

from __future__ import annotations

import sqlite3

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from shelves import stocked

from rag.library import Library, words
from rag.library.words import (
    STOP_WORDS,
    best_first,
    is_said,
    match_expression,
    query_words,
    score_passages,
    search_passages,
    search_reports,
)

TEXTS = {
    "greek": "Antibodies against TIF1γ and Mi-2β; interferon-γ was high, IgG 5 µg.",
    "koebner": "The Köbner phenomenon was seen on the elbows.",
    "mda5": "She was anti-MDA5 positive, with ulcers on both hands.",
    "ulcers": "Ulcers ulcers ulcers. Ulcerated papules healed without scars.",
}


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    with Library(stocked(tmp_path_factory.mktemp("words"), TEXTS)) as opened:
        yield opened


def reports(library: Library, text: str) -> list[str]:
    """The reports whose passages match, best first."""
    found = search_passages(library.db, match_expression(query_words(text)), 100)
    places = library.places(list(found))
    return list(dict.fromkeys(places[row].partition("#")[0] for row in found))


@pytest.mark.parametrize(
    ("question", "report"),
    [
        pytest.param("anti-MDA5", "mda5", id="hyphen"),
        pytest.param("anti MDA-5? MDA5!", "mda5", id="punctuation"),
        pytest.param("Köbner", "koebner", id="umlaut"),
        pytest.param("kobner", "koebner", id="without umlaut"),
        pytest.param("KÖBNER", "koebner", id="upper case"),
        pytest.param("TIF1γ", "greek", id="greek letter"),
        pytest.param("TIF1Γ", "greek", id="greek capital"),
        pytest.param("Mi-2β", "greek", id="greek letter after a hyphen"),
        pytest.param("μg", "greek", id="mu for the micro sign"),
        pytest.param("healing ulcer", "ulcers", id="other endings"),
    ],
)
def test_a_word_is_found_however_it_is_written(library, question, report):
    """Case, accents, endings and hyphens do not matter."""
    assert reports(library, question)[0] == report


def test_a_question_of_stop_words_only_still_searches():
    """Better a slow search than none."""
    assert query_words("What was it about?") == ["what", "was", "it", "about"]
    assert query_words("Which drug was it?") == ["drug"]


def test_negations_are_no_stop_words():
    """'Without' and 'not' decide what a passage says."""
    assert not STOP_WORDS & {"no", "not", "without", "never", "none"}


def test_a_word_is_searched_once():
    """In the order of the question."""
    assert query_words("Rash, rash and RASH of the skin") == ["rash", "skin"]


def test_nothing_to_search_finds_nothing(library):
    """Neither a blank question nor one of marks only is an error."""
    for text in ("", "   ", "?!…", "()"):
        assert match_expression(query_words(text)) == ""
        assert search_passages(library.db, match_expression(query_words(text)), 10) == {}
        assert search_reports(library.db, match_expression(query_words(text)), 10) == {}


@settings(deadline=None)
@given(st.text(max_size=60), st.lists(st.text(max_size=20), max_size=3))
@example('" OR "', ['"'])
@example("rash NOT ulcers AND (x NEAR y) * ^ : - +", ["body:rash", 'a" b'])
@example("_ __ ½ ² ª İ ſ", ["_", "\x00"])
@example("'; DROP TABLE reports; --", ["--"])
def test_no_text_is_syntax(library, text, phrases):
    """Whatever is typed, SQLite gets quoted words, and every score that comes back is positive."""
    expression = match_expression(query_words(text), phrases)
    for found in (
        search_passages(library.db, expression, 10),
        search_reports(library.db, expression, 10),
    ):
        assert all(score > 0 for score in found.values())


@pytest.mark.parametrize("word", ["OR", "NOT", "NEAR", "body", "context", "rank", "rowid"])
def test_words_of_the_query_language_are_words(library, word):
    """They match texts that have them; here none has."""
    assert search_passages(library.db, match_expression([word]), 10) == {}


def test_the_longest_question_that_is_read_is_searched(library):
    """20,000 characters of different words."""
    words = [f"w{number}" for number in range(3000)]
    assert reports(library, " ".join([*words, "köbner"])) == ["koebner"]


def test_a_better_match_has_the_higher_score(library):
    """Three ulcers against one."""
    found = search_passages(library.db, match_expression(["ulcers"]), 10)
    assert list(found.values()) == sorted(found.values(), reverse=True)
    assert reports(library, "ulcers") == ["ulcers", "mda5"]


def test_a_phrase_needs_its_words_together(library):
    """The lexicon's terms are phrases: 'heliotrope rash' is not any rash."""
    phrase = match_expression((), ["papules healed"])
    assert len(search_passages(library.db, phrase, 10)) == 1
    assert search_passages(library.db, match_expression((), ["healed papules"]), 10) == {}


def test_only_the_given_rows_are_searched(library):
    """With the same scores that they have among all; no rows give nothing."""
    expression = match_expression(["ulcers", "elbows", "healed"])
    everything = search_passages(library.db, expression, 100)
    for row, score in everything.items():
        assert search_passages(library.db, expression, 100, [row]) == {row: score}
    assert search_passages(library.db, expression, 100, list(everything)) == everything
    assert search_passages(library.db, expression, 100, []) == {}
    assert search_passages(library.db, expression, 100, [10_000]) == {}


def test_no_more_than_the_limit_comes_back(library):
    """The best ones."""
    expression = match_expression(["ulcers", "elbows"])
    everything = search_passages(library.db, expression, 100)
    assert search_passages(library.db, expression, 1) == dict(list(everything.items())[:1])


def test_all_scores_are_those_of_the_best(library):
    """One pass gives the scores of every passage: asked for the best ones, or for any."""
    expression = match_expression(["ulcers", "elbows", "healed"])
    scores = score_passages(library.db, expression)
    best = search_passages(library.db, expression, 2)
    assert list(scores.best(2).items()) == list(best.items())
    everything = search_passages(library.db, expression, 100)
    assert len(everything) == 3
    assert scores.of([*everything, 10_000]) == everything
    (first, *_), nothing = everything, score_passages(library.db, expression, [])
    assert score_passages(library.db, expression, [first]).best(9) == {first: everything[first]}
    assert nothing.best(9) == nothing.of(everything) == {}
    assert score_passages(library.db, "").of([1]) == {}


@given(st.lists(st.sampled_from([0.0, 0.5, 0.5000001, 1.0, -2.0]), max_size=30), st.integers(0, 35))
def test_the_best_are_those_of_a_whole_sort(scores, limit):
    """Greatest first, equal ones in their order, whatever the limit cuts through."""
    found = best_first(np.asarray(scores, dtype=np.float64), limit)
    expected = sorted(range(len(scores)), key=lambda place: (-scores[place], place))
    assert found.tolist() == expected[:limit]


def test_many_rows_are_searched_as_few(library, monkeypatch):
    """Whether SQLite is told them, or the others are dropped afterwards."""
    expression = match_expression(["ulcers", "elbows", "healed"])
    rows = list(search_passages(library.db, expression, 100))[:1]
    few = score_passages(library.db, expression, rows).best(9)
    monkeypatch.setattr(words, "LISTED", 0)
    assert score_passages(library.db, expression, rows).best(9) == few
    assert list(few) == rows


def test_whether_anything_is_said(library):
    """A phrase that stands there; not one whose words stand apart; nothing asked, nothing said."""
    assert is_said(library.db, match_expression((), ["papules healed"]))
    assert not is_said(library.db, match_expression((), ["healed papules"]))
    assert not is_said(library.db, "")


def test_whole_reports_are_scored_by_id(library):
    """A report's words count together, its title included."""
    found = search_reports(library.db, match_expression(["koebner", "elbows"]), 10)
    assert list(found) == ["koebner"]
    assert search_reports(library.db, match_expression(["ulcers"]), 1).keys() == {"ulcers"}


def test_an_unquoted_word_would_have_been_syntax(library):
    """What the quotes are for: the raw text is an error in FTS5."""
    with pytest.raises(sqlite3.OperationalError):
        search_passages(library.db, "anti-MDA5", 10)
