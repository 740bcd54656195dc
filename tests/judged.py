"""Gold items and answers made by hand, for the tests of the measures."""

from __future__ import annotations

from eval.gold import Item, Judgement
from rag.schema import Answer, Citation, Hit

DAPSONE = "cohen-nd-dapsone-two-patients"
RITUXIMAB = "ogawa-2017-rituximab-mda5"
QUESTION = "Did the dermatomyositis rash respond to dapsone?"


def item(name: str = "test-001", **change) -> Item:
    """An unanswerable question, unless changed."""
    given = {
        "question": QUESTION, "kind": "outcome", "style": "terse", "verdict": "unanswerable",
    }  # fmt: skip
    return Item(id=name, author="a test", **(given | change))


def answerable(quote: str | None, *facts: str, report: str = DAPSONE, **change) -> Item:
    evidence = (Judgement(report, 2, quote),)
    wordings = tuple((fact,) for fact in facts or ("dapsone",))
    return item(**({"verdict": "answerable", "evidence": evidence, "facts": wordings} | change))


def answer(hits=(), citations=(), *, text: str = "an answer", short=None) -> Answer:
    status = "answered" if citations else "abstained"
    return Answer(
        question=QUESTION, query=QUESTION, status=status, text=text, short_answer=short,
        citations=tuple(citations), hits=tuple(hits), engine="test", notice="",
    )  # fmt: skip


def hits_of(library, report_id: str) -> list[Hit]:
    return [Hit(p, text, 1.0, {}) for p, text in library.report_passages(report_id)]


def cited(library, report_id: str, start: int, end: int, quote: str | None = None) -> Citation:
    report = library.report(report_id)
    return Citation(
        number=1, report_id=report_id, title="", authors=(), journal=None, year=None, doi=None,
        pmid=None, source_kind="digest", basis="abstract", section="", page=None, start=start,
        end=end, quote=report.text[start:end] if quote is None else quote,
    )  # fmt: skip


def sentence(hit: Hit) -> tuple[int, int, str]:
    """The larger part of a passage, as a gold quote would be."""
    return hit.passage.start, hit.passage.end - 5, hit.text[:-5]
