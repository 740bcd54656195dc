"""What the default engine found → the numbered sentences that a model may write from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rag.answer import Consulted
from rag.cite import cite, heading
from rag.llm.fence import fenced, gives_orders, tag_of
from rag.schema import Citation, Evidence, Report

MAX_SENTENCES = 12
MAX_WORDS = 450
# A further sentence is shown to the model when it is at least so likely to answer, beside
# the best. Lower than for what is quoted (rag.reader.choose): the model may leave out.
LEAST_SHARE = 0.05


@dataclass(frozen=True, slots=True)
class Shown:
    """The evidence of a prompt: `citations` are numbered from 1, in the order of the reports.

    `reports` holds the report of each. `withheld` counts sentences that are not shown because they
    give orders to a machine.
    """

    citations: tuple[Citation, ...]
    reports: Mapping[str, Report]
    withheld: int = 0

    @property
    def lines(self) -> tuple[str, ...]:
        """A line for each sentence: its number, then whose words they are, and the words."""
        return tuple(
            f"[{c.number}] {fenced({'from': heading([c]), 'text': c.quote})}"
            for c in self.citations
        )

    def values(self, question: str, query: str) -> dict[str, str]:
        """What the prompt files name: the question, the evidence and the tag of its fence."""
        asked, read = fenced(question), fenced(query)
        lines = self.lines
        return {
            "question": asked,
            "query": read,
            "evidence": "\n".join(lines),
            "fence": tag_of([asked, read, *lines]),
        }


def shown(consulted: Consulted) -> Shown:
    """The sentences that the answer quotes, and those about the same patients that come next.

    Reports and patients are those of the default engine's answer: a model does not choose them.
    """
    quoted = consulted.answer.citations
    if not quoted:
        return Shown((), {})
    places = {(c.report_id, c.start, c.end) for c in quoted}
    first = [e for e in consulted.evidence if (e.passage.report_id, e.start, e.end) in places]
    chosen = _with_others(first, consulted.evidence)
    kept = [item for item in chosen if not gives_orders(item.text)]
    order = {report_id: n for n, report_id in enumerate(dict.fromkeys(c.report_id for c in quoted))}
    kept.sort(key=lambda item: (order[item.passage.report_id], item.start, item.end))
    citations = tuple(cite(kept, consulted.reports, consulted.provenance))
    reports = {c.report_id: consulted.reports[c.report_id] for c in citations}
    return Shown(citations, reports, withheld=len(chosen) - len(kept))


def _with_others(first: Sequence[Evidence], found: Sequence[Evidence]) -> list[Evidence]:
    if not first:
        return []
    whom = {(item.passage.report_id, item.passage.patient) for item in first}
    floor = LEAST_SHARE * max(item.probability for item in first)
    chosen, words = list(first), sum(len(item.text.split()) for item in first)
    taken = {(item.passage.report_id, item.start) for item in first}
    for item in found:
        place = (item.passage.report_id, item.start)
        about = (item.passage.report_id, item.passage.patient)
        if place in taken or about not in whom or item.probability < floor:
            continue
        words += len(item.text.split())
        if len(chosen) >= MAX_SENTENCES or words > MAX_WORDS:
            break
        taken.add(place)
        chosen.append(item)
    return chosen
