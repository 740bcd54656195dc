"""The first stage of the spine: question + conversation → the question as it must be read.

What the last report speaks of, and which authors the library has, decide about it;
`rag.conversation.resolve` has the rules.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from rag.by_author import Authors
from rag.cases.asking import asked_of_records
from rag.cases.counting import begins_anew
from rag.cases.of_them import asked_of_them
from rag.cite import short_name
from rag.conversation.among_shown import OVERVIEW, only_picks, shown_one
from rag.conversation.courtesies import asking, asks_nothing, question_in
from rag.conversation.follow_up import Told
from rag.conversation.going_back import going_back
from rag.conversation.resolve import Resolved, resolve
from rag.conversation.someone_else import persons_told, prefixes
from rag.errors import ReportNotFound
from rag.library import Library
from rag.library.recorded import recorded
from rag.reader.question.ask import filled_in
from rag.reader.question.of_group import group_asked, speaking_of
from rag.reader.words import with_wider
from rag.schema import Sex, Turn


class ResolveStage:
    """Reads questions as the reports of a library and a conversation have them."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._authors = Authors(library)

    def resolve(self, question: str, history: Sequence[Turn] = ()) -> Resolved:
        """The question as it must be read after `history`, without its courtesies."""
        question, history = question_in(question), asking(history)
        if of_them := asked_of_them(question, history):
            return Resolved(of_them, asked=of_them)
        if asks_nothing(question) or begins_anew(question, history):
            return Resolved(question.strip())
        if (one := self._shown_one(question, history)) is not None:
            return one
        history = going_back(question, history, lambda turn: self._told([turn]).persons)
        resolved = resolve(question, history, self._told(history))
        named = self._authors.named(question)
        if named.report_ids:
            return replace(
                resolved,
                report_ids=named.report_ids,
                patient=None,
                besides=(),
                authors=named.words,
            )
        return replace(self._of_group(question, resolved), nobody=named.unknown)

    def _of_group(self, question: str, resolved: Resolved) -> Resolved:
        """'And in children?' after a report that has none is asked of the whole library."""
        group = group_asked(question)
        if group is None or not resolved.report_ids:
            return resolved
        try:
            reports = {one: self._library.report(one) for one in resolved.report_ids}
        except ReportNotFound:  # removed since
            return resolved
        if speaking_of(group, reports):
            return resolved
        asked = filled_in(question, resolved.query)
        if asked == question:  # it says what it asks
            return replace(resolved, report_ids=(), patient=None)
        return replace(resolved, query=asked, asked=asked, report_ids=(), patient=None)

    def _shown_one(self, question: str, history: Sequence[Turn]) -> Resolved | None:
        """A question about one of the reports that the last answer showed; None for any other."""
        if not history or asked_of_records(history[-1].query) is not None:
            return (
                None  # a count has a row for each patient, and says nothing of the reports' order
            )
        last = history[-1]
        try:
            reports = {one: recorded(self._library, one) for one in last.report_ids}
        except ReportNotFound:  # removed since
            return None
        found = shown_one(question, last.report_ids, reports)
        if found is None:
            return None
        report_id, patient = found
        query = f"{question.strip()} ({short_name(reports[report_id])})"
        asked = OVERVIEW if only_picks(question) else ""
        return Resolved(query, (report_id,), follows=True, patient=patient, asked=asked)

    def _told(self, history: Sequence[Turn]) -> Told:
        """What the report of the last answer speaks of."""
        if not history or not history[-1].report_ids:
            return Told()
        try:
            report = recorded(self._library, history[-1].report_ids[0])
        except ReportNotFound:  # removed since
            return Told()
        ages = frozenset(int(case.age) for case in report.cases if case.age is not None)
        return Told(_names(report.text), ages, len(report.cases), *_spoken_of(report.text))


@lru_cache(maxsize=256)
def _spoken_of(text: str) -> tuple[frozenset[Sex], frozenset[str]]:
    """The sexes of those of whom a report's text speaks, and how its words begin."""
    return persons_told(text), prefixes(text)


_names = lru_cache(maxsize=256)(with_wider)
