"""Where another report is nearly as likely to be meant: its best sentence beside those chosen.

A question to the whole library often names nothing that one report alone has. Where two fit about
as well, half of the answers from the first alone were from the wrong one, with nothing to show it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from rag.reader.choose import (
    MAX_LISTED,
    MAX_SENTENCES,
    MAX_WORDS,
    MAX_WORDS_LISTED,
    asks_for_list,
    fitting,
)
from rag.reader.question.asked import asks_for_several
from rag.schema import Evidence

CLOSE = 2.0
"""Log-odds of being evidence that the best sentences of two reports may lie apart.

Of 897 answered validation questions to a whole library, each by fits without its report, in 194
the two best reports lay so close: the first was right in .51 of these, the second in .25. (From 2
to 3 apart .74 and .15, n 91; further .93 and .03, n 612.) With the second's sentence in the place
of the first's third one, facts stand in .740 of the 897 answers (.708 without), the right report is
among the cited in .871 (.817) and no other in .708 (.817); evidence are .427 of the sentences
(.434), of which there are 2.30 (2.15). At 1, 3 and 4: facts .727, .745, .744; only the right report
.761, .633, .535 (docs/model_card.md). Chosen on the 708 of these that were there first; the other
189, about texts that no network but the one for silence had seen, gained more (.624 → .672).
"""

BESIDES = 20
"""Words of the second heading, and of the line that says that two reports fit."""

_LEAST = 0.0001
"""Probabilities are rounded to so much."""


def of_two_reports(
    question: str,
    chosen: Sequence[Evidence],
    evidence: Sequence[Evidence],
    works: Mapping[str, str],
    answers: Callable[[Evidence], bool],
) -> list[Evidence] | None:
    """The sentences chosen and, behind them, that of another report which fits about as well.

    None where there is none, where `answers` says that it lacks what is asked for, and where the
    question asks for several anyway. `evidence`, `works`: see `of_another_report`.
    """
    near = None if asks_for_several(question) else of_another_report(evidence, works)
    if near is None or not answers(near):
        return None
    shown = beside(question, chosen, near)
    return shown if near in shown else None


def of_another_report(
    evidence: Sequence[Evidence], works: Mapping[str, str] = MappingProxyType({})
) -> Evidence | None:
    """The best sentence of the report that may be meant as well as that of the first one.

    None where there is none so near. `evidence` is best first; `works` joins the editions of one
    paper. The legend of a figure never decides.
    """
    if not evidence:
        return None
    best = evidence[0]
    own = works.get(best.passage.report_id, best.passage.report_id)
    for item in evidence:
        work = works.get(item.passage.report_id, item.passage.report_id)
        if work == own or item.passage.kind == "legend":
            continue
        near = _log_odds(best.probability) - _log_odds(item.probability) < CLOSE
        return item if near else None
    return None


def beside(question: str, chosen: Sequence[Evidence], other: Evidence) -> list[Evidence]:
    """The sentences chosen of one report, in reading order, and behind them that of the other.

    It takes the place of the last of them where there are as many as are shown at most. Each
    stands by itself: what one report says is no part of what the other does. Where the best of
    each are too long together, the sentences chosen alone.
    """
    listed = asks_for_list(question)
    best, *further = sorted(chosen, key=lambda item: (-item.probability, item.start))
    kept = fitting(
        [best, other, *further][: MAX_LISTED if listed else MAX_SENTENCES],
        (MAX_WORDS_LISTED if listed else MAX_WORDS) - BESIDES,
    )
    if other not in kept:
        return list(chosen)
    return [*sorted((i for i in kept if i is not other), key=lambda i: i.start), other]


def _log_odds(probability: float) -> float:
    kept = min(max(probability, _LEAST), 1 - _LEAST)
    return math.log(kept / (1 - kept))
