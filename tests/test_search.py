"""Search: scores that can be worked out by hand, filters first, the same result every time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from rag.config import WEIGHT_DENSE, WEIGHT_LEXICAL, WEIGHT_REPORT
from rag.dense import DenseIndex, DenseUnavailable
from rag.embed import SentenceEncoder
from rag.errors import FilterError
from rag.index import index
from rag.lexicon import lexicon
from rag.library import Library
from rag.search import Searcher, Weights, expanded_query

NOTES = {
    "enzymes": "## Case report\n\nThe creatine kinase was raised to 3,000 U/l on admission.",
    "enzymes-later": "## Case report\n\nShe came back in May. The muscle biopsy was normal.",
    "skin": "## Case report\n\nThe rash of the eyelids faded in two weeks. Ulcers healed.",
    "lung": "## Case report\n\nCough and breathlessness grew worse, and the scan was abnormal.",
    "twin-a": "## Case report\n\nPhysiotherapy was started.",
    "twin-b": "## Case report\n\nPhysiotherapy was started.",
}


@pytest.fixture(scope="module")
def library(encoder, tmp_path_factory) -> Iterator[Library]:
    folder = tmp_path_factory.mktemp("search")
    for name, text in NOTES.items():
        head = f"---\nid: {name}\ntitle: A note\n---\n"
        (folder / f"{name}.md").write_text(head + text, "utf-8")
    with Library(folder / "library", create=True) as opened:
        list(index([folder / f"{name}.md" for name in NOTES], opened, encoder))
        yield opened


@pytest.fixture
def searcher(library, encoder) -> Iterator[Searcher]:
    dense = DenseIndex(library.folder, library.meta("library_id"))
    yield Searcher(library, encoder, dense)
    dense.close()


def ids(hits) -> list[str]:
    return [hit.passage.report_id for hit in hits]


def scaled(scores: dict[str, float], low: float) -> dict[str, float]:
    return {key: (value - low) / (max(scores.values()) - low) for key, value in scores.items()}


def test_scores_and_ranks_can_be_worked_out(casebook) -> None:
    """A score is 0.5 cosine + 0.3 passage words + 0.2 report words, each brought to 0…1.

    The cosines are recomputed here, and the words' share is what a search by words alone gives.
    """
    query = "Dapsone was added to prednisone"
    assert expanded_query(query, lexicon().expand(query)) == query
    hits = casebook.find(query, k=100)
    vector = casebook.encoder.encode([query])[0]
    rows, vectors = casebook.library.vectors_since(0)
    places = casebook.library.places(rows)
    cosine = {places[r]: float(v @ vector) for r, v in zip(rows, vectors, strict=True)}
    assert len(hits) == len(rows)
    order = sorted(cosine, key=lambda place: (-round(cosine[place], 6), place))
    dense = scaled(cosine, min(cosine.values()))
    by_words = {
        arm: {
            hit.passage.id: hit.score
            for hit in Searcher(
                casebook.library, casebook.encoder, casebook.dense, weights=Weights(**weights)
            ).search(query, 100)
        }
        for arm, weights in {
            "lexical": {"dense": 0.0, "lexical": 1.0, "report": 0.0},
            "report": {"dense": 0.0, "lexical": 0.0, "report": 1.0},
        }.items()
    }
    assert max(by_words["lexical"].values()) == max(by_words["report"].values()) == 1.0
    for hit in hits:
        place = hit.passage.id
        expected = (
            WEIGHT_DENSE * dense[place]
            + WEIGHT_LEXICAL * by_words["lexical"][place]
            + WEIGHT_REPORT * by_words["report"][place]
        )
        assert hit.score == pytest.approx(expected, abs=2e-4)
        assert hit.ranks["dense"] == order.index(place) + 1
        assert ("lexical" in hit.ranks) == (by_words["lexical"][place] > 0)


def test_hits_come_best_first_with_their_text(casebook) -> None:
    """Order is by falling score; each text is the slice of the stored report."""
    hits = casebook.find("rituximab for lung disease", k=10)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    for hit in hits:
        text = casebook.library.report(hit.passage.report_id).text
        assert hit.text == text[hit.passage.start : hit.passage.end]
    assert hits[0].passage.report_id == "ogawa-2017-rituximab-mda5"


@pytest.mark.parametrize("k", [1, 3, 8, 1000])
def test_k_limits_the_hits_and_changes_no_order(k: int, casebook) -> None:
    """The first k of a longer list are the list of k."""
    every = casebook.find("methotrexate", k=1000)
    assert casebook.find("methotrexate", k=k) == every[:k]


@pytest.mark.parametrize(("query", "k"), [("", 5), (" \n", 5), ("rash", 0), ("rash", -1)], ids=repr)
def test_nothing_is_found_for_a_blank_query_or_no_k(query: str, k: int, searcher) -> None:
    """No query and no wish for hits give an empty list, not an error."""
    assert searcher.search(query, k) == []


def test_filters_come_before_ranking(casebook) -> None:
    """With a filter, k hits of the filtered reports come, though better ones stand elsewhere."""
    query = "dapsone for the skin"
    assert {"kasteler-1997-methotrexate-skin"} != set(ids(casebook.find(query, k=3)))
    hits = casebook.find(query, k=3, filters={"report": ["kasteler-1997-methotrexate-skin"]})
    assert ids(hits) == ["kasteler-1997-methotrexate-skin"] * 3
    assert sorted(hit.ranks["dense"] for hit in hits)[0] == 1


def test_a_filter_that_nothing_passes_finds_nothing(casebook) -> None:
    """No passage with the value gives an empty list; an unknown key is an error."""
    assert casebook.find("rash", filters={"drug": ["blorptinib"]}) == []
    with pytest.raises(FilterError):
        casebook.find("rash", filters={"colour": ["red"]})


@pytest.mark.parametrize(
    "query", ["CK level", "cpk?", "creatin kinase level"], ids=["CK", "CPK", "misspelt"]
)
def test_abbreviations_and_lay_words_find_what_they_mean(query: str, searcher) -> None:
    """'CK' finds 'creatine kinase', by its words and by its meaning, first of all."""
    best = searcher.search(query, 3)[0]
    assert best.passage.report_id == "enzymes"
    assert best.ranks == {"dense": 1, "lexical": 1}


def test_shortness_of_breath_finds_breathlessness(searcher) -> None:
    """A lay wording finds another wording of the same sign."""
    assert ids(searcher.search("shortness of breath", 1)) == ["lung"]


def test_equal_passages_come_in_the_order_of_their_ids(searcher) -> None:
    """Two notes with the same words have the same score, and the first id comes first."""
    first, second = searcher.search("physiotherapy", 2)
    assert (first.passage.report_id, second.passage.report_id) == ("twin-a", "twin-b")
    assert first.score == second.score


def test_odd_queries_are_words_only(searcher) -> None:
    """Operators of the word index, SQL, brackets and quotes in a query are never obeyed."""
    for query in [
        '"',
        "NEAR(a b)",
        "rash AND NOT rash",
        "body: rash*",
        "'; DROP TABLE reports",
        "^(",
    ]:
        assert len(searcher.search(query, 10)) == len(NOTES)
    assert ids(searcher.search("rash AND NOT eyelids", 1)) == ["skin"]


def test_the_same_query_gives_the_same_hits(casebook) -> None:
    """Repeated, and with an encoder of two threads, the hits are equal to the last digit shown."""
    queries = ["dapsone response", "What happened to the second patient?", "ulcers"]
    two = Searcher(casebook.library, SentenceEncoder(threads=2), casebook.dense)
    first = [casebook.find(query, k=20) for query in queries]
    assert [casebook.find(query, k=20) for query in queries] == first
    assert [two.search(query, 20) for query in queries] == first


class _Silent:
    """A dense index that never answers."""

    def __getattr__(self, name: str):
        def torn(*args, **kwargs):
            raise DenseUnavailable("torn")

        return torn


def test_without_the_dense_index_search_is_exact_and_equal(casebook) -> None:
    """When Chroma does not answer the stored vectors do, with the same hits; the fault is kept."""
    exact = Searcher(casebook.library, casebook.encoder, _Silent())
    for query in ("dapsone response", "lung transplantation", "zzz"):
        assert exact.search(query, 20) == casebook.find(query, k=20)
    assert exact.dense_problem == "torn"
    assert casebook.searcher.dense_problem == ""


def test_a_small_library_is_searched_without_chroma(casebook) -> None:
    """Up to the limit the dense index is not asked, and the hits are those that it finds."""
    held = casebook.library.count_passages()
    small, large = (
        Searcher(casebook.library, casebook.encoder, _Silent(), exact_up_to=limit)
        for limit in (held, held - 1)
    )
    report = {"report": [casebook.library.report_ids()[0]]}
    for query in ("dapsone response", "lung transplantation", "zzz"):
        assert small.search(query, 20) == casebook.find(query, k=20)
        assert small.search(query, 20, report) == casebook.find(query, k=20, filters=report)
    assert small.dense_problem == ""
    large.search("dapsone response", 20)
    assert large.dense_problem == "torn"


@pytest.mark.parametrize("exact_up_to", [0, 100])
def test_what_is_added_is_found_at_once(encoder, tmp_path: Path, exact_up_to: int) -> None:
    """A searcher that is open sees a report added after it, and no longer sees a removed one."""
    from rag.index import add, remove

    for name in ("skin", "lung"):
        (tmp_path / f"{name}.txt").write_text(NOTES[name], "utf-8")
    with Library(tmp_path / "library", create=True) as opened:
        list(index([tmp_path / "skin.txt"], opened, encoder))
        dense = DenseIndex(opened.folder, opened.meta("library_id"))
        searcher = Searcher(opened, encoder, dense, exact_up_to=exact_up_to)
        assert ids(searcher.search("cough and scan", 5)) == ["skin"]
        list(add([tmp_path / "lung.txt"], opened, encoder))
        assert ids(searcher.search("cough and scan", 5)) == ["lung", "skin"]
        remove("lung", opened)
        assert ids(searcher.search("cough and scan", 5)) == ["skin"]
        dense.close()


EXPANDED = {
    "abbreviation": ("CK level?", "CK level? (creatine kinase)"),
    "known name": ("creatine kinase level?", "creatine kinase level?"),
    "each once": ("MTX or mtx?", "MTX or mtx? (methotrexate)"),
    "in order": ("MTX, then RTX", "MTX, then RTX (methotrexate, rituximab)"),
    "nothing known": ("capital of France", "capital of France"),
}


@pytest.mark.parametrize(("query", "expected"), EXPANDED.values(), ids=EXPANDED)
def test_the_encoder_reads_preferred_names(query: str, expected: str) -> None:
    """Names that the query lacks are put after it, each once."""
    assert expanded_query(query, lexicon().expand(query)) == expected


def test_vectors_are_stored_as_they_were_encoded(searcher, encoder) -> None:
    """Exact scores need the very vectors: unit length, one per passage."""
    rows, vectors = searcher.library.vectors_since(0)
    assert len(rows) == len(NOTES)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
