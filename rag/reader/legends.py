"""Evidence from running text and from legends: the text decides, a disagreement is shown.

A legend is written last and checked least. In one of the two papers that Casebook was first tried
on, text and legends give different times for the same photograph.
"""

from __future__ import annotations

from collections.abc import Sequence

from rag.reader.question.asked import DOSE, TIME
from rag.schema import Evidence

TEXT_SHARE = 0.4
"""A sentence of the running text comes before a legend of which it has at least this share of the
probability. By judgement; nothing was fitted."""

ONLY_LEGEND = "Only the legend of a figure or table says this."
DISAGREE = "The running text and a legend of this report give different {}."


def text_first(evidence: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """`evidence`, best first, with a legend behind the report's running text that says it too."""
    if not evidence or evidence[0].passage.kind != "legend":
        return tuple(evidence)
    best = evidence[0]
    told = next(
        (
            item
            for item in evidence
            if item.passage.kind != "legend"
            and item.passage.report_id == best.passage.report_id
            and item.probability >= TEXT_SHARE * best.probability
        ),
        None,
    )
    if told is None:
        return tuple(evidence)
    return (told, *(item for item in evidence if item is not told))


def disagreeing(
    chosen: Sequence[Evidence], evidence: Sequence[Evidence], asked: frozenset[str]
) -> tuple[Evidence, str] | None:
    """A legend that gives another time or dose than the sentences chosen, and what it disagrees on.

    Only where the question asks for one, and the legend nearly answers.
    """
    for kind, pattern, name in (("time", TIME, "times"), ("dose", DOSE, "doses")):
        running = [item for item in chosen if item.passage.kind != "legend"]
        told = {_plain(m.group()) for item in running for m in pattern.finditer(item.text)}
        if kind not in asked or not told:
            continue
        floor = TEXT_SHARE * max(item.probability for item in chosen)
        for item in evidence:
            same = (
                item.passage.kind == "legend"
                and item.passage.report_id == chosen[0].passage.report_id
            )
            shown = {_plain(m.group()) for m in pattern.finditer(item.text)}
            if same and shown and not shown & told and item.probability >= floor:
                return item, DISAGREE.format(name)
    return None


def _plain(words: str) -> str:
    """'about four months' and 'Four months' are the same time."""
    kept = [
        w for w in words.lower().split() if w not in ("about", "after", "for", "within", "over")
    ]
    return " ".join(kept)
