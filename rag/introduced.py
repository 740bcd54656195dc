"""A library's reports → the words in which each introduces its patients."""

from __future__ import annotations

from collections import OrderedDict

from rag.library import Library
from rag.reader.whom.person_words import Introductions, introductions
from rag.schema import Report

KEPT = 500
"""Reports that are remembered: a question is read in a handful."""


class IntroducedPatients:
    """Called with a report of its library; a report is looked up once, as long as its text stays.

    Raises LibraryError when the library cannot be read.
    """

    def __init__(self, library: Library) -> None:
        self._library = library
        self._known: OrderedDict[str, tuple[str, Introductions]] = OrderedDict()

    def __call__(self, report: Report) -> Introductions:
        """Patient number → the words that introduce the patient."""
        known = self._known.get(report.id)
        if known is None or known[0] != report.text:
            known = report.text, introductions(self._library.report_passages(report.id))
            self._known[report.id] = known
        self._known.move_to_end(report.id)
        if len(self._known) > KEPT:
            self._known.popitem(last=False)
        return known[1]
