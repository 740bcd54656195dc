"""What each public set is asked: set by name → its figures."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from eval.external.measures import Result
from eval.external.retrieval import retrieval
from eval.external.sentences import answered, no_answer, select, snippets
from eval.external.sets import ExternalSet, load
from eval.external.shelf import Encoder, Say
from rag.held import is_held

DEPTHS = (1, 3, 5)


def measured(
    folder: Path, encoder: Encoder, limit: int | None = None, say: Say = lambda _: None
) -> Iterator[Result]:
    """The figures of the set in `folder`, task by task; `encoder` should remember its vectors.

    With `limit`, each task asks its first so many questions; for retrieval all documents stay.
    Raises ExternalSetError, MeasuresMissing, LibraryError.
    """
    data = load(folder)

    def tell(line: str) -> None:
        say(f"{data.name}: {line}")

    if data.name != "squad2dev":
        yield retrieval(data, encoder, limit, tell)
    if data.name == "bioasq":
        yield from _snippets(data, encoder, limit, tell)
    elif data.name == "covidqa":
        task = "sentences: the one with the answer, within the own paper"
        asked = answered(data, data.queries[:limit])
        yield from select(data, {task: asked}, encoder, DEPTHS, tell)
    elif data.name == "squad2dev":
        yield from _paragraphs(data, encoder, limit, tell)


def _snippets(data: ExternalSet, encoder: Encoder, limit: int | None, say: Say) -> Iterator[Result]:
    """BioASQ's snippets of the held fifth.

    A set that was put together from snippets has documents that hold nothing else: then any
    sentence is right, and the first figure says little. The second is over the questions with a
    wrong sentence too (a snippet of another question), the third over those of them that were not
    trained on through another document.
    """
    held = snippets(data)[:limit]
    unseen = {one.id for one in snippets(data, unseen=True)}
    missable = [one for one in held if len(one.right) < one.among]
    tasks = {
        "snippets: held documents": held,
        "snippets: held documents, with a wrong sentence among theirs": missable,
        "snippets: as above, no document of the question trained on": [
            one for one in missable if one.id in unseen
        ],
    }
    yield from select(data, tasks, encoder, DEPTHS, say)


def _paragraphs(
    data: ExternalSet, encoder: Encoder, limit: int | None, say: Say
) -> Iterator[Result]:
    held = {one.id for one in data.documents if is_held(one.title, one.id)}
    queries = [query for query in data.queries if held.issuperset(query.relevant)][:limit]
    asked, possible = answered(data, queries), {q.id for q in queries if not q.impossible}
    # An answer that its paragraph lacks makes no question impossible.
    sure = [one for one in asked if one.right or one.id not in possible]
    yield no_answer(data, sure, encoder, say)
    task = "sentences: the one with the answer, within the own paragraph, held titles"
    tasks = {task: [one for one in asked if one.id in possible]}
    yield from select(data, tasks, encoder, (1,), say)
