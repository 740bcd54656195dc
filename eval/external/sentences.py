"""Question → the sentence that answers it, within the document that is known to hold it.

Every sentence is a passage of its own, embedded bare, and ranked by the product's search filtered
to the question's own documents: cosine alone, BM25 alone, and both as the product weighs them. For
BM25 the documents asked about are the collection. 'reader' is the product itself (`reading`),
'chance' what a random order would reach.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from eval.external.measures import Judge, Result, auroc, chance
from eval.external.reading import READER, read
from eval.external.sets import Document, ExternalSet, Query
from eval.external.shelf import ARMS, LEXICAL, Encoder, Say, searchers, sentences, shelve_sentences
from rag.filters import allowed_rows
from rag.held import is_held
from rag.library import Library
from rag.library.words import match_expression, query_words, search_passages
from rag.schema import Passage
from rag.search import Searcher, expanded_query, searched_expansions, searched_wordings

CHANCE = "chance"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, the ids of the documents that are searched for it, and what is right.

    `right` are the ids of the sentences that answer, of `among` sentences; none is right when the
    question cannot be answered.
    """

    id: str
    text: str
    documents: tuple[str, ...]
    right: frozenset[str]
    among: int


def select(
    data: ExternalSet,
    tasks: Mapping[str, Sequence[Asked]],
    encoder: Encoder,
    depths: Sequence[int],
    say: Say = lambda _: None,
) -> list[Result]:
    """Success@k of each task: the share of its questions with a right sentence among the `k` first.

    All tasks search one collection. Questions without a right sentence are left out. Raises
    MeasuresMissing, LibraryError.
    """
    every = {one.id: one for asked in tasks.values() for one in asked if one.right}
    names = {f"Success@{k}": k for k in depths}
    relevant = {one.id: dict.fromkeys(one.right, 1) for one in every.values()}
    judge = Judge(tuple(names), relevant)
    with searchers(lambda lib: _shelve(data, every.values(), lib, encoder, say), encoder) as made:
        each = {
            arm: judge.each(_rankings(made[1][arm], arm, every.values(), max(depths), say))
            for arm in ARMS
        }
    read_by = read(data.documents, every.values(), encoder, max(depths), say)
    each[READER] = judge.each({name: one.ranking for name, one in read_by.items()})
    each[CHANCE] = {
        name: {one.id: chance(len(one.right), one.among, k) for one in every.values()}
        for name, k in names.items()
    }
    return [_result(data.name, task, asked, each) for task, asked in tasks.items()]


def _result(
    name: str,
    task: str,
    asked: Sequence[Asked],
    each: Mapping[str, Mapping[str, Mapping[str, float]]],
) -> Result:
    ids = [one.id for one in asked if one.right]
    figures = {
        arm: {measure: sum(values[i] for i in ids) / len(ids) for measure, values in found.items()}
        if ids
        else {}
        for arm, found in each.items()
    }
    left = len(asked) - len(ids)
    return Result(name, task, len(ids), figures, left, "the text does not hold what is asked for")


def no_answer(
    data: ExternalSet,
    questions: Sequence[Asked],
    encoder: Encoder,
    say: Say = lambda _: None,
) -> Result:
    """AUROC of the best sentence's score: questions with a right sentence against those without.

    The score is the best cosine, or the best BM25 (0 without a shared word); of the reader, its
    probability that the document answers, which decides whether the product does. The hybrid score
    is scaled anew for each question, so that it cannot be held against another question's. A
    figure without questions of both kinds is absent.
    """
    scores: dict[str, dict[str, float]] = {"dense": {}, LEXICAL: {}}
    with searchers(lambda lib: _shelve(data, questions, lib, encoder, say), encoder) as (
        library,
        _,
    ):
        for one in questions:
            scores["dense"][one.id], scores[LEXICAL][one.id] = _best(one, library, encoder)
    found_by = read(data.documents, questions, encoder, 1, say)
    scores[READER] = {name: one.answerable for name, one in found_by.items()}
    figures = {}
    for arm, found in scores.items():
        high = [found[one.id] for one in questions if one.right]
        low = [found[one.id] for one in questions if not one.right]
        value = auroc(high, low)
        figures[arm] = {} if value is None else {"AUROC": value}
    impossible = sum(not one.right for one in questions)
    return Result(
        data.name,
        f"no answer: {len(questions) - impossible:,} answerable against {impossible:,} impossible "
        "questions by the best sentence of the own paragraph, held titles",
        len(questions),
        figures,
    )


def answered(data: ExternalSet, queries: Iterable[Query]) -> list[Asked]:
    """Questions about one document each; right is the sentence in which an answer begins.

    An answer that is not quite where the set says it is, is the nearest one in the text.
    """
    papers = {one.id: one for one in data.documents}
    found = []
    for query in queries:
        (own,) = query.relevant
        inside = sentences(papers[own])
        starts = {
            at
            for words, near in (() if query.impossible else query.answers)
            if (at := _start(papers[own].text, words, near)) is not None
        }
        right = [p.id for p in inside if any(p.start <= at < p.end for at in starts)]
        found.append(Asked(query.id, query.text, (own,), frozenset(right), len(inside)))
    return found


def snippets(data: ExternalSet, *, unseen: bool = False) -> list[Asked]:
    """Questions about the held documents from which BioASQ's experts took their snippets.

    Searched are a question's own held documents together. Right is a sentence that shares more
    than half of the characters of the shorter of the two with a snippet, where the snippet first
    stands in the text. `unseen`: only questions of which no document was trained on.
    """
    papers = {one.id: one for one in data.documents}
    found = []
    for query in data.queries:
        named = {place for place, _ in query.snippets}
        held = sorted(place for place in named if is_held(papers[place].title, place))
        if held and not (unseen and len(held) < len(named)):
            found.append(_selecting(query, [papers[place] for place in held], query.snippets))
    return found


def _selecting(query: Query, pool: Sequence[Document], own: Sequence[tuple[str, str]]) -> Asked:
    inside = [(place, one) for one in pool for place in sentences(one)]
    right = {
        place.id
        for place, one in inside
        for name, words in own
        if name == one.id and _shared(place, one.text.find(words), len(words))
    }
    return Asked(query.id, query.text, tuple(d.id for d in pool), frozenset(right), len(inside))


def _shared(place: Passage, start: int, length: int) -> bool:
    if start < 0:
        return False
    common = min(place.end, start + length) - max(place.start, start)
    return 2 * common > min(place.end - place.start, length)


def _start(text: str, words: str, near: int) -> int | None:
    """Where the answer's first word begins; None when the text does not hold the answer."""
    wanted = words.strip()
    if not wanted:
        return None
    after, before = text.find(wanted, max(near, 0)), text.rfind(wanted, 0, near + len(wanted))
    places = [at for at in (before, after) if at >= 0]
    return min(places, key=lambda at: (abs(at - near), at), default=None)


def _shelve(
    data: ExternalSet, asked: Iterable[Asked], library: Library, encoder: Encoder, say: Say
) -> None:
    needed = {name for one in asked for name in one.documents}
    shelve_sentences([d for d in data.documents if d.id in needed], library, encoder, say)


def _rankings(
    searcher: Searcher, arm: str, asked: Collection[Asked], depth: int, say: Say
) -> Mapping[str, list[str]]:
    say(f"{arm}: {len(asked):,} questions …")
    return {
        one.id: [
            hit.passage.id
            for hit in searcher.search(one.text, depth, {"report": one.documents})
            if arm != LEXICAL or "lexical" in hit.ranks
        ]
        for one in asked
    }


def _best(one: Asked, library: Library, encoder: Encoder) -> tuple[float, float]:
    """The best cosine and the best BM25 among the question's sentences."""
    known = searched_expansions(one.text)
    rows = allowed_rows(library, {"report": one.documents}) or []
    _, vectors = library.vectors(rows)
    query = encoder.encode([expanded_query(one.text, known)])[0]
    expression = match_expression(query_words(one.text), searched_wordings(known))
    words = search_passages(library.db, expression, 1, rows)
    return round(float((vectors @ query).max()), 6), max(words.values(), default=0.0)
