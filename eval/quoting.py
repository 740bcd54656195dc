"""What a system without a reader says: its evidence, quoted, or that there is none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rag.answer import compose
from rag.cite import cite
from rag.schema import Answer, Evidence, Hit, Report


def quoted_answer(
    name: str,
    turns: Sequence[str],
    hits: Sequence[Hit],
    evidence: Sequence[Evidence],
    reports: Mapping[str, Report],
) -> Answer:
    """The answer of system `name` to the last turn; `reports` must hold those of the evidence.

    Its probability is the first evidence's score. A cosine is below 0 for what has nothing to do
    with the reports; a probability is not. Raises ValueError for evidence that is no exact slice.
    """
    citations = tuple(cite(evidence, reports))
    return Answer(
        question=turns[-1],
        query=" ".join(turns),
        status="answered" if citations else "abstained",
        text=compose(citations) if citations else "Nothing was found.",
        short_answer=None,
        citations=citations,
        hits=tuple(hits),
        engine=name,
        notice="",
        answerable=max(0.0, evidence[0].probability) if evidence else None,
    )
