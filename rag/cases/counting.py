"""A question about all patients or reports → what the records say; None for any other question."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from rag.cases.asking import asked_of_records
from rag.cases.designs import design_asked
from rag.library import Library
from rag.schema import Turn

if TYPE_CHECKING:
    from rag.cases.shelf import Shelf
    from rag.cases.told import Told

RECORDS_ENGINE = "records"


_SUBJECTS = ("treatment", "prior", "drug", "antibody", "subtype")


def begins_anew(question: str, history: Sequence[Turn]) -> bool:
    """Whether a question about all patients follows another one, with a subject of its own.

    'Who fell ill on TNF inhibitors?', then 'and who on statins?': the second is not about the
    reports that the first one found.
    """
    if not history or asked_of_records(history[-1].query) is None:
        return False
    asked = asked_of_records(question)
    wishes = (*asked.population, *asked.asked) if asked else ()
    return any(one.key in _SUBJECTS for one in wishes)


class Counting:
    """The records of an open library, read again whenever it has changed."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._shelf: tuple[int, Shelf] | None = None

    def told(
        self, query: str, filters: Mapping[str, Sequence[str]], without: Collection[str] = ()
    ) -> Told | None:
        """What the records answer to a resolved question, reports `without` left out.

        One that is narrowed to single reports is answered from their words, as any other.
        """
        asked = asked_of_records(query)
        if "report" in filters:
            return None
        if asked is None:
            return self._designs(query, filters, without)
        # What counts and words the answer is loaded here, since most questions ask for no count.
        from rag.cases.answering import tell
        from rag.cases.narrowing import Stored, narrowed

        asked, among = narrowed(asked, self._library, filters)
        if without:
            known = self._library.report_ids() if among is None else among
            among = [report_id for report_id in known if report_id not in without]
        told = tell(asked, self.shelf(), Stored(self._library), among)
        if told is None or asked.kind != "count" or asked.population or asked.asked:
            return told
        return self._of_all(told, asked.papers, among)

    def _of_all(self, told: Told, papers: bool, among: Collection[str] | None) -> Told:
        """How many reports, or patients, there are: 'how many reports do you have?'"""
        known = len(self._library.report_ids() if among is None else among)
        reports = f"{known:,} report{'s' * (known != 1)}"
        patients = f"{told.short_answer.partition(' of ')[0]} single patients"
        short = reports if papers else patients
        return replace(told, text=f"{reports}. {told.text}", short_answer=short)

    def _designs(
        self, query: str, filters: Mapping[str, Sequence[str]], without: Collection[str]
    ) -> Told | None:
        """The reports of a kind of study ('any RCT?'); None where none is asked for."""
        if (design := design_asked(query)) is None:
            return None
        from rag.cases.narrowing import Stored
        from rag.cases.studies import tell_designs
        from rag.filters import report_ids_of

        known = report_ids_of(self._library, filters) if filters else self._library.report_ids()
        among = [report_id for report_id in known if report_id not in without]
        return tell_designs(design, Stored(self._library), self.shelf().works, among)

    def shelf(self) -> Shelf:
        """The records of the library as it is now."""
        from rag.cases.shelf import Shelf

        if self._shelf is None or self._shelf[0] != self._library.revision:
            self._shelf = self._library.revision, Shelf.of(self._library)
        return self._shelf[1]
