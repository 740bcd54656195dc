"""The last stage for a question that asks two things: read as a whole, then part by part.

The whole finds the report; in that, each part is read as a question of a conversation is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rag.answer import Consulted
from rag.conversation.resolve import Resolved
from rag.conversation.turns import turn
from rag.filters import Filters
from rag.in_short import asks_what_it_is
from rag.joined import joined
from rag.read_stage import ReadStage
from rag.reader.question.asked import asks_for_several
from rag.reader.question.out_of_scope import asks_for_a_text, asks_for_advice
from rag.reader.question.parts import in_context, parts
from rag.reader.reader import Reader
from rag.refusals import OF_WHAT
from rag.schema import Hit
from rag.search_stage import SearchStage

_SETTLED = ("No report ", "None of the reports ", "Nothing in this library ", OF_WHAT)
"""How a silence begins that holds of each part of a question, too: nobody has what it names, or it
names nothing.
"""


class PartsStage:
    """Answers a question, and one that asks several things by each of them."""

    def __init__(self, read: ReadStage, search: SearchStage) -> None:
        self._read = read
        self._search = search

    def answer(
        self,
        reader: Reader,
        question: str,
        resolved: Resolved,
        hits: Sequence[Hit],
        k: int,
        filters: Filters,
        *,
        include_retracted: bool,
    ) -> Consulted:
        """The answer from the words of the hits, of which it shows the `k` best.

        Raises FilterError, LibraryError.
        """
        asked = parts(resolved.asked or question)
        # The parts are asked of one report.
        whole = self._read.answer(reader, question, resolved, hits, k, one_report=bool(asked))
        if not asked or not whole.answer.hits or not _may_be_parted(question, whole):
            return whole

        def answer(part: str, one: Resolved) -> Consulted:
            found = self._search.search(one, k, filters, include_retracted=include_retracted)
            return self._read.answer(reader, f"{part}?", one, found, k, one_report=True)

        told: list[Consulted] = []
        in_turn = [*zip(asked, in_context(asked, resolved.query), strict=True)]
        if whole.answer.status == "abstained":
            # Where the whole is not answered its report is in doubt, too: the first part finds it.
            first, query = in_turn[0]
            told.append(answer(first, replace(resolved, query=query, asked="")))
            if told[0].answer.status == "abstained":
                return whole
        for part, query in in_turn[len(told) :]:
            told.append(answer(part, _meant(part, query, resolved, told, whole)))
        return joined(whole, [*zip(asked, told, strict=True)])


def _meant(
    part: str, query: str, resolved: Resolved, told: Sequence[Consulted], whole: Consulted
) -> Resolved:
    """A part as it is asked in the report that the first one, or the whole, was answered from.

    Whom the first part is about the next one means, too; what a word means any report may say.
    """
    if asks_what_it_is(part):
        return Resolved(part, resolved.report_ids)
    patient = turn((told[0] if told else whole).answer).patient or turn(whole.answer).patient
    return replace(
        resolved,
        query=query,
        asked="",
        report_ids=(_report_of(told[0] if told else whole),),
        follows=True,
        besides=(),
        patient=patient or resolved.patient,
    )


def _may_be_parted(question: str, whole: Consulted) -> bool:
    """Whether the parts may be answered by one report, and nothing forbids an answer."""
    if asks_for_several(question) or asks_for_advice(question) or asks_for_a_text(question):
        return False
    answer = whole.answer
    if answer.status == "answered":
        return len({c.report_id for c in answer.citations}) == 1
    return not answer.text.startswith(_SETTLED)


def _report_of(whole: Consulted) -> str:
    """The report that a question is about: the one that answers it, or is nearest."""
    answer = whole.answer
    return answer.citations[0].report_id if answer.citations else answer.hits[0].passage.report_id
