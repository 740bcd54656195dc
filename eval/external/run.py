"""What each public set is asked: set by name → its figures."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

from eval.external.measures import Result
from eval.external.retrieval import retrieval
from eval.external.sentences import answered, no_answer, select, snippets
from eval.external.sets import ExternalSet, ExternalSetError, load
from eval.external.shelf import Encoder, Say
from rag.held import is_held

DEPTHS = (1, 3, 5)

TASKS = {
    "pubmedqa": ("documents",),
    "bioasq": ("documents", "snippets"),
    "covidqa": ("documents", "sentences"),
    "squad2dev": ("no answer", "sentences"),
}
"""What each set is asked, in this order."""


def check_tasks(names: Collection[str]) -> None:
    """Raises ExternalSetError for a task that no set has."""
    known = sorted({task for tasks in TASKS.values() for task in tasks})
    unknown = sorted(set(names) - set(known))
    if unknown:
        raise ExternalSetError(f"There is no task '{unknown[0]}'; known: {', '.join(known)}")


def measured(
    folder: Path,
    encoder: Encoder,
    limit: int | None = None,
    say: Say = lambda _: None,
    *,
    tasks: Collection[str] = (),
) -> Iterator[Result]:
    """The figures of the set in `folder`, task by task; `encoder` should remember its vectors.

    With `limit`, each task asks its first so many questions; for retrieval all documents stay.
    `tasks` names the ones that are wanted (all of them when empty). Raises ExternalSetError,
    MeasuresMissing, LibraryError.
    """
    check_tasks(tasks)
    data = load(folder)
    wanted = [task for task in TASKS[data.name] if not tasks or task in tasks]

    def tell(line: str) -> None:
        say(f"{data.name}: {line}")

    if "documents" in wanted:
        yield retrieval(data, encoder, limit, tell)
    if "snippets" in wanted:
        yield from _snippets(data, encoder, limit, tell)
    if data.name == "covidqa" and "sentences" in wanted:
        task = "sentences: the one with the answer, within the own paper"
        asked = answered(data, data.queries[:limit])
        yield from select(data, {task: asked}, encoder, DEPTHS, tell)
    elif data.name == "squad2dev" and wanted:
        yield from _paragraphs(data, encoder, limit, tell, wanted)


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
    data: ExternalSet,
    encoder: Encoder,
    limit: int | None,
    say: Say,
    wanted: Collection[str],
) -> Iterator[Result]:
    held = {one.id for one in data.documents if is_held(one.title, one.id)}
    queries = [query for query in data.queries if held.issuperset(query.relevant)][:limit]
    asked, possible = answered(data, queries), {q.id for q in queries if not q.impossible}
    # An answer that its paragraph lacks makes no question impossible.
    sure = [one for one in asked if one.right or one.id not in possible]
    if "no answer" in wanted:
        yield no_answer(data, sure, encoder, say)
    if "sentences" in wanted:
        task = "sentences: the one with the answer, within the own paragraph, held titles"
        tasks = {task: [one for one in asked if one.id in possible]}
        yield from select(data, tasks, encoder, (1,), say)
