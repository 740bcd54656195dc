"""BM25 over passages and over whole reports, by SQLite's FTS5.

Scores leave this module positive, higher is better (FTS5's own `bm25()` is negative). FTS5 fixes
k1 = 1.2 and b = 0.75 (Robertson & Zaragoza 2009).
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

Rows = np.ndarray[Any, np.dtype[np.int64]]
"""Numbers of rows."""

# Words that carry no topic: a query with them costs time and finds everything. Negations and
# 'without' stay out of the list: they decide what a passage says.
STOP_WORDS = frozenset(
    """a about after all also an and any are as at be been before being both but by can could
    did do does doing for from further had has have having he her here hers him his how i if in
    into is it its itself just me more most my now of off on once only or other our out over own
    s same she should so some such t than that the their them then there these they this those
    through to too under until up very was we were what when where which while who whom why will
    with would you your please tell show give say says said got get anything something""".split()  # noqa: SIM905
)

_WORD = re.compile(r"\w+", re.UNICODE)

# Weight of the context column (title, section, patient, abbreviations) against the passage's own
# words: it must find a report by its topic without drowning the passage that answers.
BODY_WEIGHT, CONTEXT_WEIGHT = 1.0, 0.5


def query_words(text: str) -> list[str]:
    """The words of a question that are searched, each once, in order; stop words left out.

    A question of stop words only keeps them all: better a slow search than none.
    """
    words = list(dict.fromkeys(match.group().lower() for match in _WORD.finditer(text)))
    return [word for word in words if word not in STOP_WORDS] or words


def match_expression(words: Iterable[str], phrases: Iterable[str] = ()) -> str:
    """An FTS5 expression: any of the words or phrases, each quoted so that none is syntax."""
    return expression_of(match_phrases(words, phrases))


def match_phrases(words: Iterable[str], phrases: Iterable[str] = ()) -> list[str]:
    """The words and phrases as FTS5 takes them, each once and quoted, so that none is syntax."""
    terms = [f'"{word}"' for word in words]
    for phrase in phrases:
        inside = [match.group() for match in _WORD.finditer(phrase)]
        if inside:
            terms.append(f'"{" ".join(inside)}"')
    return list(dict.fromkeys(terms))


def expression_of(phrases: Iterable[str]) -> str:
    """An FTS5 expression for any of these quoted phrases; '' for none."""
    return " OR ".join(phrases)


def search_passages(
    db: sqlite3.Connection, expression: str, limit: int, rows: Collection[int] | Rows | None = None
) -> dict[int, float]:
    """Passage row → score of the `limit` best (among `rows`, when given).

    Ties end in the row, which follows the order of adding; `rag.search` orders by id at last.
    """
    if not expression or (rows is not None and not rows):
        return {}
    # The plus keeps SQLite from asking FTS5 once for each row: 1.5 s instead of 3 ms for 9,000.
    condition = "" if rows is None else "AND +rowid IN (SELECT value FROM json_each(?))"
    query = (
        f"SELECT rowid, -bm25(passage_words, {BODY_WEIGHT}, {CONTEXT_WEIGHT}) AS score "
        f"FROM passage_words WHERE passage_words MATCH ? {condition} "
        "ORDER BY score DESC, rowid LIMIT ?"
    )
    among = () if rows is None else (json.dumps(sorted(rows)),)
    found = db.execute(query, (expression, *among, limit))
    return {int(row[0]): float(row[1]) for row in found}


LISTED = 5000
"""Rows that SQLite is given to search among; of more, all are scored and the others dropped."""


@dataclass(frozen=True, slots=True)
class WordScores:
    """The BM25 of every row that has a word of a query; rows ascending, without repeats."""

    rows: Rows
    scores: np.ndarray[Any, np.dtype[np.float64]]

    def best(self, limit: int) -> dict[int, float]:
        """Row → score of the `limit` best, best first, ties by row."""
        order = best_first(self.scores, limit)
        return dict(zip(self.rows[order].tolist(), self.scores[order].tolist(), strict=True))

    def of(self, rows: Iterable[int]) -> dict[int, float]:
        """Row → score of those of `rows` that have a word of the query."""
        wanted = np.fromiter(rows, dtype=np.int64)
        if not len(self.rows) or not len(wanted):
            return {}
        at = np.minimum(np.searchsorted(self.rows, wanted), len(self.rows) - 1)
        held = self.rows[at] == wanted
        found = zip(wanted[held].tolist(), self.scores[at[held]].tolist(), strict=True)
        return dict(found)

    def among(self, rows: Collection[int] | Rows | None) -> WordScores:
        """The scores of these rows alone (None: of all)."""
        if rows is None:
            return self
        held = np.isin(self.rows, as_array(rows))
        return WordScores(self.rows[held], self.scores[held])


def score_passages(
    db: sqlite3.Connection, expression: str, rows: Collection[int] | Rows | None = None
) -> WordScores:
    """The scores of all passages (among `rows`, when given) that meet the expression.

    Scoring is what costs: it is done once for a query, and asked for any passage afterwards.
    """
    if not expression or (rows is not None and not len(rows)):
        return WordScores(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float64))
    few = rows is not None and len(rows) <= LISTED
    condition = "AND +rowid IN (SELECT value FROM json_each(?))" if few else ""
    query = (
        f"SELECT rowid, -bm25(passage_words, {BODY_WEIGHT}, {CONTEXT_WEIGHT}) "
        f"FROM passage_words WHERE passage_words MATCH ? {condition} ORDER BY rowid"
    )
    among = (json.dumps(sorted(map(int, rows))),) if few and rows is not None else ()
    found = _scored(db, query, (expression, *among))
    return found if few else found.among(rows)


def _scored(db: sqlite3.Connection, query: str, values: tuple[str, ...]) -> WordScores:
    """The rows and scores that a query gives in the order of rows."""
    cursor = db.cursor()
    cursor.row_factory = None  # plain tuples: there may be as many as there are passages
    cursor.execute(query, values)
    found = np.fromiter(cursor, dtype=[("row", np.int64), ("score", np.float64)])
    return WordScores(found["row"].copy(), found["score"].copy())


def as_array(rows: Collection[int] | Rows) -> Rows:
    """Row numbers as an array: an array is taken as it is."""
    if isinstance(rows, np.ndarray):
        return rows
    return np.fromiter(rows, dtype=np.int64, count=len(rows))


def best_first(scores: np.ndarray[Any, Any], limit: int) -> np.ndarray[Any, np.dtype[np.int64]]:
    """The places of the `limit` greatest scores, greatest first; equal ones stay in their order.

    Only those are sorted: of a hundred thousand scores a question needs some hundreds.
    """
    places = np.arange(len(scores))
    if 0 < limit < len(scores):
        least = np.partition(scores, len(scores) - limit)[len(scores) - limit]
        places = np.flatnonzero(scores >= least)
    order: np.ndarray[Any, np.dtype[np.int64]] = places[np.argsort(-scores[places], kind="stable")]
    return order[:limit]


def is_said(db: sqlite3.Connection, expression: str) -> bool:
    """Whether any passage meets the expression; the first one found ends the search."""
    if not expression:
        return False
    query = "SELECT 1 FROM passage_words WHERE passage_words MATCH ? LIMIT 1"
    return db.execute(query, (expression,)).fetchone() is not None


def search_reports(db: sqlite3.Connection, expression: str, limit: int) -> dict[str, float]:
    """Report id → score of the `limit` best whole reports."""
    if not expression:
        return {}
    query = (
        "SELECT r.report_id, -bm25(report_words) AS score FROM report_words "
        "JOIN report_rows r ON r.row = report_words.rowid WHERE report_words MATCH ? "
        "ORDER BY score DESC, r.report_id LIMIT ?"
    )
    return {str(row[0]): float(row[1]) for row in db.execute(query, (expression, limit))}


def score_reports(db: sqlite3.Connection, expression: str) -> WordScores:
    """The scores of all whole reports that meet the expression, by their rows."""
    if not expression:
        return WordScores(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float64))
    query = (
        "SELECT rowid, -bm25(report_words) FROM report_words "
        "WHERE report_words MATCH ? ORDER BY rowid"
    )
    return _scored(db, query, (expression,))


def best_reports(db: sqlite3.Connection, scores: WordScores, limit: int) -> dict[str, float]:
    """Report id → score of the `limit` best, best first, ties by id."""
    if not len(scores.rows):
        return {}
    least = scores.scores[best_first(scores.scores, limit)[-1]]
    kept = scores.scores >= least  # with all that are as good as the last one: the id decides
    found = dict(zip(scores.rows[kept].tolist(), scores.scores[kept].tolist(), strict=True))
    query = "SELECT row, report_id FROM report_rows WHERE row IN (SELECT value FROM json_each(?))"
    ids = {int(row[0]): str(row[1]) for row in db.execute(query, (json.dumps(list(found)),))}
    order = sorted(ids, key=lambda row: (-found[row], ids[row]))
    return {ids[row]: found[row] for row in order[:limit]}
